//! The blocking face of `open`.

use std::future::Future;
use std::io::{self, BufRead, Read};

use landline_wire::range::ByteRange;
use landline_wire::target::Location;

use super::aio;
use super::document::Parts;
use super::opener::StoreMode;
use super::scheme::Visit;
use crate::block::{Runtime, blocking, consume, read_to_end};
use crate::http::{AltSvcCache, CookieJar, HstsCache, RedirectPolicy, Timings};
use crate::login::Login;
use crate::net::{NetOptions, Peer};
use crate::netrc::Netrc;
use crate::observe::Observer;
use crate::upload::Upload;
use crate::{
    Headers, Limits, LineStream, Result, RetryPolicy, Timeouts, ftp, gemini, imap, nntp, pop3,
    smtp, telnet, tftp,
};

/// Opens a URL of any scheme with default options.
///
/// # Errors
/// Whatever goes wrong on the way, and a status that is not success; see [`Opener::open`].
pub fn open(url: &str) -> Result<Document> {
    Opener::new()?.open(url)
}

/// Opens URLs with options; keeps connections between calls. Clones share them.
///
/// ```
/// use landline::{Opener, Timeouts};
/// use std::time::Duration;
/// # let server = landline_testkit::http::Server::new();
/// # let url = server.url("/bytes/10");
///
/// let mut timeouts = Timeouts::default();
/// timeouts.total = Some(Duration::from_secs(30));
/// let opener = Opener::new()?.timeouts(timeouts).header("Accept-Language", "de")?;
/// let mut document = opener.open(&url)?;
/// assert_eq!(document.announced_len(), Some(10));
/// assert_eq!(document.read_to_vec()?.len(), 10);
/// assert!(document.timings().total.is_some());
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Opener {
    inner: aio::Opener,
    runtime: Runtime,
}

impl Opener {
    /// An opener with default options.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn new() -> Result<Self> {
        Ok(Self { inner: aio::Opener::new(), runtime: Runtime::new()? })
    }

    /// An opener with default options and the same kept connections. One is used again only where
    /// all options agree that touch trust or identity.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self { inner: self.inner.sibling(), runtime: self.runtime.clone() }
    }

    fn map(mut self, change: impl FnOnce(aio::Opener) -> aio::Opener) -> Self {
        self.inner = change(self.inner);
        self
    }

    /// Bounds the waits.
    #[must_use]
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.map(|inner| inner.timeouts(timeouts))
    }

    /// Bounds what a peer may make us hold or follow.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        self.map(|inner| inner.limits(limits))
    }

    /// Reaches servers this way: TLS trust, address families, Unix sockets, names given by hand.
    #[must_use]
    pub fn net(self, options: NetOptions) -> Self {
        self.map(|inner| inner.net(options))
    }

    /// Sends this User-Agent; an empty one leaves the field out.
    #[must_use]
    pub fn user_agent(self, name: &str) -> Self {
        self.map(|inner| inner.user_agent(name))
    }

    /// Adds a field to every HTTP request.
    ///
    /// # Errors
    /// [`Usage`](crate::ErrorKind::Usage) when the name is no token or the value holds CR, LF or
    /// NUL.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Result<Self> {
        Ok(Self { inner: self.inner.header(name, value)?, runtime: self.runtime })
    }

    /// Shares the cookies of `jar` with all HTTP requests.
    #[must_use]
    pub fn cookies(self, jar: &CookieJar) -> Self {
        self.map(|inner| inner.cookies(jar))
    }

    /// Goes through TLS alone to the HTTP servers whose hosts are in `cache`.
    #[must_use]
    pub fn hsts(self, cache: &HstsCache) -> Self {
        self.map(|inner| inner.hsts(cache))
    }

    /// Opens documents again by these rules when that fails, over any scheme; bodies of HTTP are gone on with
    /// where they break off, if the policy says so.
    #[must_use]
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.map(|inner| inner.retry(policy))
    }

    /// Reaches HTTP servers where `cache` says.
    #[must_use]
    pub fn alt_svc(self, cache: &AltSvcCache) -> Self {
        self.map(|inner| inner.alt_svc(cache))
    }

    /// Follows redirects by these rules.
    #[must_use]
    pub fn redirects(self, policy: RedirectPolicy) -> Self {
        self.map(|inner| inner.redirects(policy))
    }

    /// Gives a document for any status, instead of an error for one that is not success.
    #[must_use]
    pub fn any_status(self, any: bool) -> Self {
        self.map(|inner| inner.any_status(any))
    }

    /// Asks for coded bodies and decodes them while they are read: `gzip`, `deflate`, `br`, `zstd`.
    /// [`Document::announced_len`] is not known then, and [`Document::info`] stays as received.
    #[must_use]
    pub fn decode(self, decode: bool) -> Self {
        self.map(|inner| inner.decode(decode))
    }

    /// Has everything that happens told to `observer`.
    #[must_use]
    pub fn observe(self, observer: Observer) -> Self {
        self.map(|inner| inner.observe(observer))
    }

    /// Adds a scheme of the caller's own, or replaces one.
    ///
    /// The function gets a [`Visit`], which connects as this opener was told to, and gives the
    /// [`Parts`] of a document. The body streams: here it is the rest of the conversation.
    ///
    /// ```
    /// use landline::{Headers, Opener, Parts};
    /// # use std::io::Write;
    /// # let server = landline_testkit::Server::tcp(|conn| {
    /// #     let asked = conn.read_line()?;
    /// #     conn.write_all(&asked)
    /// # });
    /// # let url = server.url_for("finger", "/somebody");
    ///
    /// let opener = Opener::new()?.scheme("finger", |visit| async move {
    ///     let mut line = visit.connect(79).await?;
    ///     line.write_line(visit.location().path().trim_start_matches('/')).await?;
    ///     Ok(Parts::stream(visit.location().clone(), Headers::new(), line))
    /// });
    /// assert_eq!(opener.open(&url)?.text()?, "somebody\r\n");
    /// # Ok::<(), landline::Error>(())
    /// ```
    #[must_use]
    pub fn scheme<F>(self, name: &str, open: impl Fn(Visit) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Parts>> + Send + 'static,
    {
        self.map(|inner| inner.scheme(name, open))
    }

    /// Reads only this part of documents. What has no parts is refused then, and so is a server
    /// that sends another part or everything ([`Range`](crate::ErrorKind::Range)).
    #[must_use]
    pub fn range(self, range: ByteRange) -> Self {
        self.map(|inner| inner.range(range))
    }

    /// Logs in as this user wherever a server asks, whatever the URL says.
    #[must_use]
    pub fn login(self, login: Login) -> Self {
        self.map(|inner| inner.login(login))
    }

    /// Looks users and passwords up in a netrc file where neither the options nor the URL have them:
    /// for HTTP again at each redirect, for FTP, and for schemes of the caller's own.
    #[must_use]
    pub fn netrc(self, netrc: Netrc) -> Self {
        self.map(|inner| inner.netrc(netrc))
    }

    /// Speaks Gemini like this.
    #[must_use]
    pub fn gemini(self, options: gemini::Options) -> Self {
        self.map(|inner| inner.gemini(options))
    }

    /// Speaks FTP like this.
    #[must_use]
    pub fn ftp(self, options: ftp::Options) -> Self {
        self.map(|inner| inner.ftp(options))
    }

    /// Speaks SMTP like this.
    #[must_use]
    pub fn smtp(self, options: smtp::Options) -> Self {
        self.map(|inner| inner.smtp(options))
    }

    /// Speaks NNTP like this.
    #[must_use]
    pub fn nntp(self, options: nntp::Options) -> Self {
        self.map(|inner| inner.nntp(options))
    }

    /// Speaks POP3 like this.
    #[must_use]
    pub fn pop3(self, options: pop3::Options) -> Self {
        self.map(|inner| inner.pop3(options))
    }

    /// Speaks IMAP like this.
    #[must_use]
    pub fn imap(self, options: imap::Options) -> Self {
        self.map(|inner| inner.imap(options))
    }

    /// Speaks TFTP like this.
    #[must_use]
    pub fn tftp(self, options: tftp::Options) -> Self {
        self.map(|inner| inner.tftp(options))
    }

    /// Gives files that are made by storing under `file:` these permission bits, less what the process's umask
    /// takes away; `0o666` without. Only Unix has them.
    #[must_use]
    pub fn create_mode(self, mode: u32) -> Self {
        self.map(|inner| inner.create_mode(mode))
    }

    /// Tells telnet servers this of us.
    #[must_use]
    pub fn telnet(self, options: telnet::Options) -> Self {
        self.map(|inner| inner.telnet(options))
    }

    /// Opens a URL and reads as far as the document's beginning.
    ///
    /// # Errors
    /// Whatever goes wrong on the way; [`Status`](crate::ErrorKind::Status) for a status that is
    /// not success, unless [`any_status`](Self::any_status) was asked for.
    pub fn open(&self, url: &str) -> Result<Document> {
        Ok(self.document(self.runtime.block_on(self.inner.open(url))?))
    }
}

impl Opener {
    /// Opens a URL that is taken apart already.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_location(&self, location: Location) -> Result<Document> {
        Ok(self.document(self.runtime.block_on(self.inner.open_location(location))?))
    }

    /// Tells what is known of a document without reading it, as [`Document::info`] does: asks with
    /// HEAD over HTTP, with `SIZE` and `MDTM` over FTP, looks at the folder's entry for files.
    ///
    /// # Errors
    /// As for [`open`](Self::open); [`Scheme`](crate::ErrorKind::Scheme) where only reading tells.
    pub fn info(&self, url: &str) -> Result<Headers> {
        self.runtime.block_on(self.inner.info(url))
    }

    /// Stores a document under a URL. What the server says to it is the document that comes back.
    ///
    /// # Errors
    /// As for [`open`](Self::open); [`Upload`](crate::ErrorKind::Upload) when the source fails or
    /// ends early; [`Scheme`](crate::ErrorKind::Scheme) where nothing can be stored, and
    /// [`Usage`](crate::ErrorKind::Usage) for a mode that the scheme does not have.
    pub fn store(&self, url: &str, upload: Upload, mode: StoreMode) -> Result<Document> {
        Ok(self.document(self.runtime.block_on(self.inner.store(url, upload, mode))?))
    }

    /// The opener to be awaited, and what runs it.
    pub(crate) fn into_parts(self) -> (aio::Opener, Runtime) {
        (self.inner, self.runtime)
    }

    /// Takes leave of the servers whose connections are kept, where the protocol has a word for
    /// it: `QUIT` of FTP, mail and news. None is waited for longer than a second.
    pub fn quit(&self) {
        let quit = async {
            self.inner.quit().await;
            Ok(())
        };
        // Refused inside of its own work alone, and then the connections close without a word.
        let _: Result<()> = self.runtime.block_on(quit);
    }

    /// Connects to a URL whose scheme is a way to connect and no protocol: `tcp://host:port`,
    /// `tls://host:port`, `unix:/path`, `telnet://host`. It reads and writes, lines or bytes;
    /// [`finish_writing`](LineStream::finish_writing) ends one direction.
    ///
    /// One thread does one thing at a time: where both sides may send much at once, use
    /// [the async face](crate::aio::Opener::connect).
    ///
    /// ```
    /// use std::io::Write;
    /// # let server = landline_testkit::Server::tcp(|conn| {
    /// #     let line = conn.read_line()?;
    /// #     conn.say([b"echo ", &line[..]].concat())
    /// # });
    /// # let url = server.url_for("tcp", "");
    /// let mut line = landline::Opener::new()?.connect(&url)?;
    /// line.write_line("hello")?;
    /// assert_eq!(line.read_line()?, "echo hello");
    /// # Ok::<(), landline::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline;
    /// [`Url`](crate::ErrorKind::Url) where a port or a path is missing.
    pub fn connect(&self, url: &str) -> Result<LineStream> {
        let stream = self.runtime.block_on(self.inner.connect(url))?;
        let line = crate::line::aio::LineStream::new(stream).with_observer(self.inner.observer());
        Ok(LineStream::from_parts(line, self.runtime.clone()))
    }

    fn document(&self, inner: aio::Document) -> Document {
        Document { inner, runtime: self.runtime.clone() }
    }
}

/// An open document: a buffered reader with facts about what it reads.
#[derive(Debug)]
pub struct Document {
    inner: aio::Document,
    runtime: Runtime,
}

impl Document {
    /// The URL that is read, after redirects, without any password.
    pub fn url(&self) -> String {
        self.inner.url()
    }

    /// The URL that is read, taken apart.
    pub fn location(&self) -> &Location {
        self.inner.location()
    }

    /// What is known about the document, as header fields: for HTTP the reply's own, for others
    /// `Content-Length`, `Content-Type` and `Last-Modified` as far as they are known.
    pub fn info(&self) -> &Headers {
        self.inner.info()
    }

    /// The status code, for protocols that have one.
    pub fn status(&self) -> Option<u16> {
        self.inner.status()
    }

    /// How long the document is, in bytes, where that is known.
    pub fn announced_len(&self) -> Option<u64> {
        self.inner.announced_len()
    }

    /// Who sends it.
    pub fn peer(&self) -> &Peer {
        self.inner.peer()
    }

    /// How long each step took.
    pub fn timings(&self) -> Timings {
        self.inner.timings()
    }

    blocking! {
        /// The whole document, [`Limits::document_bytes`] of it at most.
        ///
        /// # Errors
        /// [`Limit`](crate::ErrorKind::Limit) when it is longer, or whatever goes wrong while
        /// reading.
        fn read_to_vec(&mut self) -> Result<Vec<u8>>;

        /// The whole document as text; bytes that are not UTF-8 are replaced.
        ///
        /// # Errors
        /// As for [`read_to_vec`](Self::read_to_vec).
        fn text(&mut self) -> Result<String>;
    }
}

impl Read for Document {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }

    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let expected = self.announced_len();
        read_to_end(self, expected, into)
    }
}

impl BufRead for Document {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}
