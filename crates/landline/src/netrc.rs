//! Users and passwords out of a netrc file, for every protocol that asks.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use landline_wire::netrc::{self as wire, MAX_FILE_BYTES};
use landline_wire::target::Location;

use crate::login::Login;
use crate::{Error, ErrorKind, Phase, Result};

/// A netrc file: who logs in at which host. Cheap to clone; the passwords are in no `Debug`.
///
/// What it may say is described at [`wire::netrc`](landline_wire::netrc). It is asked where the
/// caller has named nobody and the URL has no password: for the very user in the URL, or for the
/// first of the host where the URL names none. A user that is not in the file gets nobody else's
/// password, and an entry without a password means an empty one.
///
/// Over HTTP it is asked again at each redirect to another host or for another user. There `default`
/// answers nobody, and behind a redirect from https to http nothing does. What it said of one host
/// goes to no other, [`trust_all`](crate::http::RedirectPolicy::trust_all) or not.
///
/// ```
/// # let server = landline_testkit::http::Server::new();
/// # let url = server.url("/hello");
/// let netrc = landline::Netrc::parse(b"machine 127.0.0.1 login me password secret\n")?;
/// let text = landline::Opener::new()?.netrc(netrc).open(&url)?.text()?;
/// # let request = &server.requests()[0];
/// # assert_eq!(request.header("Authorization"), Some("Basic bWU6c2VjcmV0"));
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Clone)]
pub struct Netrc {
    file: Arc<wire::Netrc>,
    before_urls: bool,
}

/// Who has told user and password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TellsWho {
    Caller,
    Url,
    Netrc,
}

/// How a URL was come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hop {
    /// The caller asks for it.
    First,
    /// A server led to it.
    Redirected,
    /// A server led to it, and from https to http on the way.
    InTheClear,
}

impl Netrc {
    /// Reads what a netrc file holds.
    ///
    /// # Errors
    /// [`ErrorKind::File`] with the line that cannot be read, and nothing of what is in it.
    pub fn parse(file: &[u8]) -> Result<Self> {
        let file = wire::Netrc::parse(file).map_err(|error| unreadable().because(error))?;
        Ok(Self { file: Arc::new(file), before_urls: false })
    }

    /// Reads a netrc file, at most 128 KiB of it.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse), and when reading fails.
    pub fn read(reader: impl Read) -> Result<Self> {
        let mut file = Vec::new();
        let read = reader.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut file);
        read.map_err(|error| unreadable().because(error))?;
        Self::parse(&file)
    }

    /// Reads the netrc file at `path`. Whether others can read it too is not looked at.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::read(File::open(path).map_err(|error| unreadable().because(error))?)
    }

    /// Puts what the file says before a password in a URL, where it knows that very user: no, the
    /// URL is preferred, unless this is called.
    #[must_use]
    pub fn before_urls(mut self) -> Self {
        self.before_urls = true;
        self
    }

    /// Finds who logs in at `host`: `user`, or without one the first there is, `default` included.
    #[must_use]
    pub fn find(&self, host: &str, user: Option<&[u8]>) -> Option<Login> {
        self.ask(host, user, Hop::First)
    }

    fn ask(&self, host: &str, user: Option<&[u8]>, hop: Hop) -> Option<Login> {
        if hop == Hop::InTheClear {
            return None;
        }
        let found = self.file.find(host, user, hop == Hop::First)?;
        Some(Login::new(found.login, found.password))
    }
}

/// Who logs in at a URL nobody was led to, by the URL itself or by the file.
pub(crate) fn login(netrc: Option<&Netrc>, location: &Location) -> Option<Login> {
    who(netrc, location, Hop::First).map(|(login, _)| login)
}

/// Who logs in at a URL, and who has told so.
pub(crate) fn who(
    netrc: Option<&Netrc>,
    location: &Location,
    hop: Hop,
) -> Option<(Login, TellsWho)> {
    let by_url = Login::of(location);
    let is_whole = location.password().is_some();
    let asked = netrc.filter(|netrc| netrc.before_urls || !is_whole);
    let user = by_url.as_ref().map(Login::user);
    let by_file = asked.zip(location.host()).and_then(|(netrc, host)| netrc.ask(host, user, hop));
    let by_file = by_file.map(|login| (login, TellsWho::Netrc));
    by_file.or_else(|| by_url.map(|login| (login, TellsWho::Url)))
}

fn unreadable() -> Error {
    Error::new(ErrorKind::File, Phase::Preparing, "the netrc file cannot be read")
}

impl fmt::Debug for Netrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Netrc(hidden)")
    }
}
