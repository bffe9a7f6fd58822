//! Options, and the one call.

use std::sync::{Arc, OnceLock};

use landline_wire::range::ByteRange;
use landline_wire::target::Location;
use tokio::time::Instant;

use super::document::{Document, Parts};
use super::scheme::{Opening, Rows, Visit};
use crate::dialogue::{Errand, Pool, Session};
use crate::http::aio::Client;
use crate::http::{AltSvcCache, CookieJar, HstsCache, RedirectPolicy, Settings};
use crate::login::Login;
use crate::net::{Dialer, NetOptions, Stream};
use crate::netrc::{self, Netrc};
use crate::observe::Observer;
use crate::upload::Upload;
use crate::{
    Error, ErrorKind, Headers, Limits, Phase, Result, RetryPolicy, Timeouts, Trouble, ftp, gemini,
    imap, nntp, pop3, smtp, telnet, tftp,
};

/// Opens a URL of any scheme with default options.
///
/// # Errors
/// Whatever goes wrong on the way, and a status that is not success.
pub async fn open(url: &str) -> Result<Document> {
    Opener::new().open(url).await
}

/// Opens URLs with options; keeps connections between calls.
///
/// See [the blocking twin](crate::Opener) for the whole documentation.
#[derive(Clone, Debug, Default)]
pub struct Opener {
    net: NetOptions,
    pub(super) settings: Settings,
    pub(super) fields: Headers,
    pub(super) any_status: bool,
    pub(super) decode: bool,
    pub(super) range: Option<ByteRange>,
    pub(super) login: Option<Login>,
    pub(super) ftp: ftp::Options,
    pub(super) gemini: gemini::Options,
    pub(super) tftp: tftp::Options,
    pub(super) telnet: telnet::Options,
    pub(crate) pop3: pop3::Options,
    pub(crate) imap: imap::Options,
    pub(crate) nntp: nntp::Options,
    pub(crate) smtp: smtp::Options,
    pub(super) create_mode: Option<u32>,
    pub(super) rows: Rows,
    /// What the options are turned into at the first call; shared by clones, so that they share
    /// connections and TLS sessions.
    dialer: Arc<OnceLock<Dialer>>,
    http: Arc<OnceLock<Client>>,
    ftp_pool: Arc<OnceLock<ftp::Pool>>,
    pub(crate) kept: Arc<Kept>,
}

/// The connections kept for mail and news.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) pop3: OnceLock<Pool<pop3::aio::Connection>>,
    pub(crate) imap: OnceLock<Pool<imap::aio::Connection>>,
    pub(crate) nntp: OnceLock<Pool<nntp::aio::Connection>>,
    pub(crate) smtp: OnceLock<Pool<smtp::aio::Connection>>,
}

/// What happens to a document that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StoreMode {
    /// It is replaced.
    #[default]
    Replace,
    /// What is sent comes behind it.
    Append,
    /// What is sent comes behind its first bytes, so many of them. A shorter document is an error
    /// and stays as it is; a longer one is cut there where that can be done (files), else refused.
    ResumeAt(u64),
}

impl Opener {
    /// An opener with default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// An opener with default options, the same kept connections and the same known hosts of Gemini.
    /// A connection is used again only where all options agree that touch trust or identity.
    #[must_use]
    pub fn sibling(&self) -> Self {
        let (ftp_pool, kept) = (self.ftp_pool.clone(), self.kept.clone());
        Self { ftp_pool, kept, gemini: self.gemini.clone(), ..Self::default() }
    }

    fn change(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self.http = Arc::default();
        self
    }

    /// Bounds the waits.
    #[must_use]
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.change(|this| this.settings.timeouts = timeouts)
    }

    /// Bounds what a peer may make us hold or follow.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        self.change(|this| this.settings.limits = limits)
    }

    /// Reaches servers this way.
    #[must_use]
    pub fn net(self, options: NetOptions) -> Self {
        self.change(|this| {
            this.net = options;
            this.dialer = Arc::default();
        })
    }

    /// Sends this User-Agent; an empty one leaves the field out.
    #[must_use]
    pub fn user_agent(self, name: &str) -> Self {
        let name = Some(name.into()).filter(|_| !name.is_empty());
        self.change(|this| this.settings.user_agent = name)
    }

    /// Adds a field to every HTTP request.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when the name is no token or the value holds CR, LF or NUL.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Result<Self> {
        let mut fields = self.fields.clone();
        fields
            .push(name, value)
            .map_err(|error| Error::usage("the header field cannot be sent").because(error))?;
        Ok(self.change(|this| this.fields = fields))
    }

    /// Shares the cookies of `jar` with all HTTP requests.
    #[must_use]
    pub fn cookies(self, jar: &CookieJar) -> Self {
        self.change(|this| this.settings.cookies = Some(jar.clone()))
    }

    /// Goes through TLS alone to the HTTP servers whose hosts are in `cache`.
    #[must_use]
    pub fn hsts(self, cache: &HstsCache) -> Self {
        self.change(|this| this.settings.remembered.hsts = Some(cache.clone()))
    }

    /// Opens documents again by these rules when that fails, over any scheme; bodies of HTTP are gone on with
    /// where they break off, if the policy says so.
    #[must_use]
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.change(|this| this.settings.retry = Some(policy))
    }

    /// Reaches HTTP servers where `cache` says.
    #[must_use]
    pub fn alt_svc(self, cache: &AltSvcCache) -> Self {
        self.change(|this| this.settings.remembered.alt_svc = Some(cache.clone()))
    }

    /// Follows redirects by these rules.
    #[must_use]
    pub fn redirects(self, policy: RedirectPolicy) -> Self {
        self.change(|this| this.settings.redirects = Arc::new(policy))
    }

    /// Gives a document for any status, instead of an error for one that is not success.
    #[must_use]
    pub fn any_status(self, any: bool) -> Self {
        self.change(|this| this.any_status = any)
    }

    /// Asks for coded bodies and decodes them while they are read: `gzip`, `deflate`, `br`, `zstd`.
    #[must_use]
    pub fn decode(self, decode: bool) -> Self {
        self.change(|this| this.decode = decode)
    }

    /// Has everything that happens told to `observer`.
    #[must_use]
    pub fn observe(self, observer: Observer) -> Self {
        self.change(|this| this.settings.observer = observer)
    }

    /// Gives files that are made by storing under `file:` these permission bits, less what the process's umask
    /// takes away; `0o666` without. Only Unix has them.
    #[must_use]
    pub fn create_mode(self, mode: u32) -> Self {
        self.change(|this| this.create_mode = Some(mode))
    }

    /// Adds a scheme of the caller's own, or replaces one.
    #[must_use]
    pub fn scheme<F>(self, name: &str, open: impl Fn(Visit) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Parts>> + Send + 'static,
    {
        self.change(|this| this.rows.add(name, move |visit| Box::pin(open(visit)) as Opening))
    }

    /// Reads only this part of documents.
    #[must_use]
    pub fn range(self, range: ByteRange) -> Self {
        self.change(|this| this.range = Some(range))
    }

    /// Logs in as this user wherever a server asks, whatever the URL says.
    #[must_use]
    pub fn login(self, login: Login) -> Self {
        self.change(|this| this.login = Some(login))
    }

    /// Looks users and passwords up in a netrc file where neither the options nor the URL have them:
    /// for HTTP again at each redirect, for FTP, and for schemes of the caller's own.
    #[must_use]
    pub fn netrc(self, netrc: Netrc) -> Self {
        self.change(|this| this.settings.netrc = Some(netrc))
    }

    /// Speaks Gemini like this.
    #[must_use]
    pub fn gemini(self, options: gemini::Options) -> Self {
        self.change(|this| this.gemini = options)
    }

    /// Speaks FTP like this.
    #[must_use]
    pub fn ftp(self, options: ftp::Options) -> Self {
        self.change(|this| this.ftp = options)
    }

    /// Speaks POP3 like this.
    #[must_use]
    pub fn pop3(self, options: pop3::Options) -> Self {
        self.change(|this| this.pop3 = options)
    }

    /// Speaks IMAP like this.
    #[must_use]
    pub fn imap(self, options: imap::Options) -> Self {
        self.change(|this| this.imap = options)
    }

    /// Speaks NNTP like this.
    #[must_use]
    pub fn nntp(self, options: nntp::Options) -> Self {
        self.change(|this| this.nntp = options)
    }

    /// Speaks SMTP like this.
    #[must_use]
    pub fn smtp(self, options: smtp::Options) -> Self {
        self.change(|this| this.smtp = options)
    }

    /// What a URL of mail or news has us do.
    pub(super) fn errand<'a, C: Session>(&'a self, visit: &'a Visit) -> Errand<'a, C> {
        let (options, pool) = C::of(self);
        let pool = pool.get_or_init(|| Pool::new(&self.settings.limits));
        Errand { visit, options, pool }
    }

    /// Speaks TFTP like this.
    #[must_use]
    pub fn tftp(self, options: tftp::Options) -> Self {
        self.change(|this| this.tftp = options)
    }

    pub(super) fn dialer(&self) -> &Dialer {
        self.dialer.get_or_init(|| Dialer::new(self.net.clone()))
    }

    pub(super) fn http(&self) -> &Client {
        self.http.get_or_init(|| Client::over(self.dialer().clone(), self.settings.clone()))
    }

    /// An FTP client for one visit; all of them share their connections.
    pub(super) fn ftp_client(&self) -> ftp::aio::Client {
        let pool = self.ftp_pool.get_or_init(|| ftp::Pool::new(&self.settings.limits));
        let client = ftp::aio::Client::over(self.dialer().clone(), pool.clone());
        let client = client.options(self.ftp.clone()).timeouts(self.settings.timeouts);
        let client = client.observe(self.settings.observer.clone());
        let client = match &self.settings.netrc {
            Some(netrc) => client.netrc(netrc.clone()),
            None => client,
        };
        match &self.login {
            Some(login) => client.login(login.clone()),
            None => client,
        }
    }

    /// Takes leave of the servers whose connections are kept, where the protocol has a word for
    /// it: `QUIT` of FTP, mail and news. None is waited for longer than a second.
    pub async fn quit(&self) {
        if self.ftp_pool.get().is_some() {
            self.ftp_client().quit().await;
        }
        leave_all(&self.kept.smtp).await;
        leave_all(&self.kept.nntp).await;
        leave_all(&self.kept.imap).await;
        leave_all(&self.kept.pop3).await;
    }

    /// Tells telnet servers this of us.
    #[must_use]
    pub fn telnet(self, options: telnet::Options) -> Self {
        self.change(|this| this.telnet = options)
    }

    pub(super) fn observer(&self) -> Observer {
        self.settings.observer.clone()
    }

    /// Opens a URL and reads as far as the document's beginning.
    ///
    /// # Errors
    /// Whatever goes wrong on the way; [`ErrorKind::Status`] for a status that is not success,
    /// unless [`any_status`](Self::any_status) was asked for.
    pub async fn open(&self, url: &str) -> Result<Document> {
        self.open_location(parse(url)?).await
    }

    /// Opens a URL that is taken apart already.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn open_location(&self, location: Location) -> Result<Document> {
        let shown = shown(&location);
        self.open_repeatedly(location).await.map_err(|error| error.at(shown))
    }

    /// The HTTP client tries again by itself: it knows more of what went wrong.
    async fn open_repeatedly(&self, location: Location) -> Result<Document> {
        let is_http = matches!(location.scheme(), "http" | "https");
        let policy = self.settings.retry.filter(|_| !is_http);
        let (begun, mut retries) = (Instant::now(), 0);
        loop {
            let error = match self.open_row(location.clone()).await {
                Err(error) if policy.is_some() => error,
                done => return done,
            };
            let again = |policy: RetryPolicy| {
                policy.again(Trouble::of(&error), retries, begun.elapsed(), None)
            };
            let Some(wait) = policy.and_then(again) else { return Err(error) };
            tokio::time::sleep(wait).await;
            retries += 1;
        }
    }

    /// Tells what is known of a document without reading it, as [`Document::info`] does.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn info(&self, url: &str) -> Result<Headers> {
        self.info_location(parse(url)?).await
    }

    /// Tells what is known of a document whose URL is taken apart already.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn info_location(&self, location: Location) -> Result<Headers> {
        let shown = shown(&location);
        self.info_row(location).await.map_err(|error| error.at(shown))
    }

    /// Stores a document under a URL. What the server says to it is the document that comes back.
    ///
    /// # Errors
    /// As for [`open`](Self::open); [`ErrorKind::Upload`] when the source fails or ends early.
    pub async fn store(&self, url: &str, upload: Upload, mode: StoreMode) -> Result<Document> {
        self.store_location(parse(url)?, upload, mode).await
    }

    /// Stores a document under a URL that is taken apart already.
    ///
    /// # Errors
    /// As for [`store`](Self::store).
    pub async fn store_location(
        &self,
        location: Location,
        upload: Upload,
        mode: StoreMode,
    ) -> Result<Document> {
        let shown = shown(&location);
        self.store_row(location, upload, mode).await.map_err(|error| error.at(shown))
    }

    /// Connects to a URL whose scheme is a way to connect and no protocol: a two-way byte stream.
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline.
    pub async fn connect(&self, url: &str) -> Result<Stream> {
        self.connect_location(parse(url)?).await
    }

    /// Connects to a URL that is taken apart already.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub async fn connect_location(&self, location: Location) -> Result<Stream> {
        let shown = shown(&location);
        self.connect_row(location).await.map_err(|error| error.at(shown))
    }

    /// How many bytes of a document are taken into memory at most.
    pub(crate) fn document_bytes(&self) -> usize {
        self.settings.limits.document_bytes
    }

    /// A visit to a URL that has to be of one of these schemes.
    pub(crate) fn visit_of(&self, url: &str, schemes: &[&str]) -> Result<Visit> {
        let visit = self.visit(parse(url)?);
        if schemes.contains(&visit.scheme()) {
            return Ok(visit);
        }
        let what = format!("the scheme {} is not {}", visit.scheme(), schemes.join(" or "));
        Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what))
    }

    pub(crate) fn visit(&self, location: Location) -> Visit {
        let location = nntp::at_server(location, &self.nntp);
        Visit {
            login: self
                .login
                .clone()
                .or_else(|| netrc::login(self.settings.netrc.as_ref(), &location)),
            range: self.range,
            met: Arc::default(),
            location,
            dialer: self.dialer().clone(),
            timeouts: self.settings.timeouts,
            observer: self.settings.observer.clone(),
        }
    }
}

async fn leave_all<C: Session>(kept: &OnceLock<Pool<C>>) {
    for connection in kept.get().into_iter().flat_map(Pool::drain) {
        leave(connection.leave()).await;
    }
}

/// Waits for a goodbye; the connection closes either way.
async fn leave<T>(goodbye: impl Future<Output = T>) {
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);
    let _ = tokio::time::timeout(PATIENCE, goodbye).await;
}

pub(crate) fn parse(url: &str) -> Result<Location> {
    Location::parse(url).map_err(|error| {
        Error::new(ErrorKind::Url, Phase::Preparing, "the URL is malformed").because(error)
    })
}

pub(crate) fn shown(location: &Location) -> String {
    landline_wire::escape::escape(location.without_secrets().as_bytes()).to_string()
}
