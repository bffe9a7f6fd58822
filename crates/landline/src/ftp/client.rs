//! URLs, options, and the connections kept for the next one.

use std::sync::Arc;
use std::time::Duration;

use landline_wire::range::ByteRange;
use landline_wire::target::Location;
use tokio::runtime;

use super::connection::Connection;
use super::download::Download;
use super::job::Job;
use super::listing::Listing;
use super::options::Options;
use super::trip::Trip;
use crate::login::Login;
use crate::net::{Dialer, NetOptions, Target};
use crate::netrc::Netrc;
use crate::observe::Observer;
use crate::open::StoreMode;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Limits, Phase, Result, Timeouts};

/// Reads, stores and asks about files by URL, and keeps its connections for the next one.
///
/// See [the blocking twin](crate::ftp::Client) for the whole documentation.
#[derive(Clone, Debug)]
pub struct Client {
    dialer: Dialer,
    pool: Pool,
    options: Options,
    login: Option<Login>,
    netrc: Option<Netrc>,
    timeouts: Timeouts,
    observer: Observer,
}

/// Everything two jobs must agree on to share a connection. The comparison is derived, like those
/// of the options in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(super) target: Target,
    pub(super) net: Arc<NetOptions>,
    pub(super) options: Options,
    pub(super) login: Option<Login>,
    /// A connection lives and dies with the runtime that made it.
    pub(super) runtime: Option<runtime::Id>,
}

pub(crate) type Pool = crate::pool::Pool<Route, Connection>;
pub(super) type Home = crate::pool::Home<Route, Connection>;

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client with default options.
    pub fn new() -> Self {
        Self::with_options(NetOptions::default(), Timeouts::default(), Limits::default())
    }

    /// A client that reaches servers as `net` says.
    pub fn with_options(net: NetOptions, timeouts: Timeouts, limits: Limits) -> Self {
        Self::over(Dialer::new(net), Pool::new(&limits)).timeouts(timeouts)
    }

    pub(crate) fn over(dialer: Dialer, pool: Pool) -> Self {
        Self {
            dialer,
            pool,
            options: Options::default(),
            login: None,
            netrc: None,
            timeouts: Timeouts::default(),
            observer: Observer::default(),
        }
    }

    /// Speaks FTP like this.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Logs in as this user, whatever the URL says; without one, and without one in the URL, as
    /// `anonymous`.
    #[must_use]
    pub fn login(mut self, login: Login) -> Self {
        self.login = Some(login);
        self
    }

    /// Looks user and password up in a netrc file where neither [`login`](Self::login) nor the URL
    /// has them.
    #[must_use]
    pub fn netrc(mut self, netrc: Netrc) -> Self {
        self.netrc = Some(netrc);
        self
    }

    /// Bounds the waits.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Has everything that happens told to `observer`.
    #[must_use]
    pub fn observe(mut self, observer: Observer) -> Self {
        self.observer = observer;
        self
    }

    pub(super) fn dialer(&self) -> &Dialer {
        &self.dialer
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    fn job<'a>(&'a self, location: &'a Location, range: Option<ByteRange>) -> Job<'a> {
        Job {
            location,
            login: self.login.as_ref(),
            netrc: self.netrc.as_ref(),
            range,
            is_folder: false,
            options: &self.options,
            timeouts: self.timeouts,
            observer: &self.observer,
        }
    }

    /// Reads a file, or the listing of a folder: a URL that ends with a slash.
    ///
    /// # Errors
    /// [`Login`](ErrorKind::Login), [`Denied`](ErrorKind::Denied) for a folder,
    /// [`NotFound`](ErrorKind::NotFound) for a file, or whatever goes wrong on the way.
    pub async fn get(&self, url: &str) -> Result<Download> {
        self.get_at(&parse(url)?, None).await
    }

    /// Reads a part of a file.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`Range`](ErrorKind::Range) when there is no such part.
    pub async fn get_range(&self, url: &str, range: ByteRange) -> Result<Download> {
        self.get_at(&parse(url)?, Some(range)).await
    }

    pub(crate) async fn get_at(
        &self,
        location: &Location,
        range: Option<ByteRange>,
    ) -> Result<Download> {
        Trip::read(self, &self.job(location, range)).await
    }

    /// Lists a folder as typed entries: by `MLSD`, or by what can be made of `LIST`.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn entries(&self, url: &str) -> Result<Listing> {
        let location = parse(url)?;
        let job = Job { is_folder: true, ..self.job(&location, None) };
        Ok(Listing::new(Trip::entries(self, &job).await?))
    }

    /// Tells what is known of a file: `Last-Modified`, `Content-Length`, `Accept-ranges`.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn info(&self, url: &str) -> Result<Headers> {
        self.info_at(&parse(url)?).await
    }

    pub(crate) async fn info_at(&self, location: &Location) -> Result<Headers> {
        Trip::info(self, &self.job(location, None)).await
    }

    /// Stores a file.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`Refused`](ErrorKind::Refused) with the server's words when it
    /// does not take or keep it, [`Upload`](ErrorKind::Upload) when the source fails: what the
    /// server has of it then is a part.
    pub async fn put(&self, url: &str, upload: Upload, mode: StoreMode) -> Result<()> {
        self.put_at(&parse(url)?, upload, mode).await
    }

    pub(crate) async fn put_at(
        &self,
        location: &Location,
        upload: Upload,
        mode: StoreMode,
    ) -> Result<()> {
        Trip::store(self, &self.job(location, None), upload, mode).await
    }

    /// Takes leave of every server whose connection is kept (`QUIT`), waiting for none longer than
    /// a second.
    pub async fn quit(&self) {
        const PATIENCE: Duration = Duration::from_secs(1);
        for connection in self.pool.drain() {
            // It closes either way.
            let _ = tokio::time::timeout(PATIENCE, connection.quit()).await;
        }
    }
}

fn parse(url: &str) -> Result<Location> {
    let malformed = |what: &'static str| Error::new(ErrorKind::Url, Phase::Preparing, what);
    let location =
        Location::parse(url).map_err(|error| malformed("the URL is malformed").because(error))?;
    match location.scheme() {
        "ftp" | "ftps" => Ok(location),
        _ => Err(malformed("FTP has URLs that begin with ftp: or ftps:")),
    }
}
