//! The cookie jar.

mod request;
mod store;
mod suffixes;

use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use landline_wire::cookie::{Cookie, CookieError, FILE_HEAD, RequestUri, SetCookie, header};
use landline_wire::target::Location;

pub(super) use self::request::RequestCookies;
use self::store::Store;
use crate::{Error, ErrorKind, Phase, Result, whole_file};

/// The longest file of cookies that is read: 16 MiB.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Cookies of any number of servers; cheap to clone, clones share the cookies.
///
/// Given to a [`Client`](crate::http::Client::cookies), a
/// [`Request`](crate::http::Request::cookies) or an [`Opener`](crate::Opener::cookies) it keeps what
/// the replies set, those of redirects included, and sends with each request what belongs to its URL.
/// The rules are those of [`landline::wire::cookie`](crate::wire::cookie).
///
/// ```
/// use landline::http::{Client, CookieJar};
/// # use landline_testkit::http;
/// # let server = http::Server::new().route("/login", |request, conn| {
/// #     request.reply(conn, 200, &[("Set-Cookie", "id=7; Path=/")], "")
/// # });
/// # let (login, page) = (server.url("/login"), server.url("/echo"));
/// let jar = CookieJar::new();
/// let client = Client::new()?.cookies(&jar);
/// client.get(&login).send()?;
/// assert!(client.get(&page).send()?.text()?.contains("\r\nCookie: id=7\r\n"));
///
/// let mut file = Vec::new();
/// jar.write_to(&mut file)?;
/// assert!(file.ends_with(b"127.0.0.1\tFALSE\t/\tFALSE\t0\tid\t7\n"));
/// # Ok::<(), landline::Error>(())
/// ```
///
/// # Limits
/// | what | limit |
/// |---|---|
/// | cookies of one reply | 50 |
/// | cookies of one domain | 200, the oldest is dropped |
/// | cookies in all | 10,000, then the oldest tenth is dropped |
/// | cookies sent with a request | 150, and 8,190 bytes |
/// | a file that is read | 16 MiB |
///
/// # Public suffixes
/// A cookie for all of `co.uk` or `github.io` is refused by the list of publicsuffix.org that the system
/// has; where it has none, by the usual names below a country's domain.
#[derive(Clone, Default)]
pub struct CookieJar(Arc<Mutex<Store>>);

impl CookieJar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a cookie: the value of a `Set-Cookie` field that came at `now` from `from`. One that
    /// is expired takes the one of its name away.
    ///
    /// # Errors
    /// Why it is not kept; the server's fault.
    pub fn add(
        &self,
        set_cookie: impl AsRef<[u8]>,
        from: &Location,
        now: SystemTime,
    ) -> Result<(), CookieError> {
        self.add_from(set_cookie.as_ref(), &RequestUri::of(from), now)
    }

    pub(super) fn add_from(
        &self,
        set_cookie: &[u8],
        from: &RequestUri<'_>,
        now: SystemTime,
    ) -> Result<(), CookieError> {
        let set = SetCookie::parse(set_cookie)?;
        let cookie = Cookie::received(set, from, now, suffixes::system())?;
        self.store().receive(cookie, from.is_secure(), now)
    }

    /// Gives the value of the `Cookie` field for a request at `now`; `None` when no cookie goes along.
    pub fn header_for(&self, to: &Location, now: SystemTime) -> Option<Vec<u8>> {
        self.header_to(&RequestUri::of(to), now)
    }

    pub(super) fn header_to(&self, to: &RequestUri<'_>, now: SystemTime) -> Option<Vec<u8>> {
        let store = self.store();
        let mut found = store.find(to, now);
        found.reverse();
        header(found)
    }

    /// Gives all cookies, the oldest first, those that are expired included.
    pub fn cookies(&self) -> Vec<Cookie> {
        self.store().in_order().into_iter().cloned().collect()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.store().is_empty()
    }

    /// Drops all cookies.
    pub fn clear(&self) {
        self.store().retain(|_| false);
    }

    /// Drops the cookies that last as long as a session does: a new one begins.
    pub fn end_session(&self) {
        self.store().retain(|cookie| cookie.expires().is_some());
    }

    /// Drops the cookies whose time is over at `now`.
    pub fn remove_expired(&self, now: SystemTime) {
        self.store().retain(|cookie| !cookie.is_expired(now));
    }

    /// Reads a file of cookies, in the format of Netscape or as heads of replies with their `Set-Cookie`
    /// lines, and adds them to those it has. Lines that are no cookie are passed over, and
    /// cookies that are expired.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when reading fails or there are more than 16 MiB.
    pub fn read_from(&self, reader: impl Read) -> Result<()> {
        self.read_named(reader, "")
    }

    fn read_named(&self, reader: impl Read, name: &str) -> Result<()> {
        let bytes = whole_file::read(reader, MAX_FILE_BYTES)
            .map_err(|error| failure(name, "cannot be read", error))?;
        let now = SystemTime::now();
        let mut store = self.store();
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Ok(Some(cookie)) = Cookie::from_file_line(line, now) {
                store.put(cookie, now);
            }
        }
        Ok(())
    }

    /// Reads the file of this name, as [`read_from`](Self::read_from) does.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when there is none, reading fails or it has more than 16 MiB.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<()> {
        let name = shown(path.as_ref());
        let opened = File::open(path).map_err(|error| failure(&name, "cannot be opened", error));
        opened.and_then(|file| self.read_named(file, &name))
    }

    /// Writes the cookies in the format of Netscape, the newest first, as curl does. Those of the session
    /// are among them; those that are expired are not. SameSite has no place there.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when writing fails.
    pub fn write_to(&self, mut writer: impl Write) -> Result<()> {
        let written = writer.write_all(&self.file()).and_then(|()| writer.flush());
        written.map_err(|error| failure("", "cannot be written", error))
    }

    /// Writes the file of this name, as [`write_to`](Self::write_to) does. It is replaced as a whole
    /// and in one step; it keeps its mode and owner, and a new one is for its owner alone.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when it cannot be written; then the one before is as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let written = whole_file::replace(path.as_ref(), &self.file());
        written.map_err(|error| failure(&shown(path.as_ref()), "cannot be written", error))
    }

    fn file(&self) -> Vec<u8> {
        let (store, now) = (self.store(), SystemTime::now());
        let mut text = FILE_HEAD.as_bytes().to_vec();
        for cookie in store.in_order().into_iter().rev().filter(|cookie| !cookie.is_expired(now)) {
            text.extend_from_slice(&cookie.to_file_line());
            text.push(b'\n');
        }
        text
    }

    /// A panic elsewhere leaves no cookie half written.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CookieJar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CookieJar({} cookies)", self.store().len())
    }
}

fn failure(name: &str, what: &str, error: std::io::Error) -> Error {
    let blank = if name.is_empty() { "" } else { " " };
    let what = format!("the file of cookies{blank}{name} {what}");
    Error::new(ErrorKind::File, Phase::Preparing, what).because(error)
}

fn shown(path: &Path) -> String {
    landline_wire::escape::escape(path.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests;
