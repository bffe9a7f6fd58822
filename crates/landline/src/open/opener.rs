//! Options, and the one call.

use std::sync::{Arc, OnceLock};

use landline_wire::target::Location;
use tokio::time::Instant;

use super::document::{Document, Parts};
use super::scheme::{Opening, Rows, Visit};
use super::{data, file};
use crate::http::aio::Client;
use crate::http::{RedirectPolicy, Settings};
use crate::net::{Dialer, NetOptions};
use crate::observe::Observer;
use crate::{Error, ErrorKind, Headers, Limits, Phase, Result, Timeouts};

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
    settings: Settings,
    fields: Headers,
    redirects: RedirectPolicy,
    any_status: bool,
    decode: bool,
    rows: Rows,
    /// Shared by clones, so that they share connections.
    made: Arc<OnceLock<Means>>,
}

/// What the options are turned into at the first call.
#[derive(Clone, Debug)]
struct Means {
    client: Client,
    dialer: Dialer,
}

impl Opener {
    /// An opener with default options.
    pub fn new() -> Self {
        Self::default()
    }

    fn change(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self.made = Arc::default();
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
        self.change(|this| this.net = options)
    }

    /// Sends this User-Agent; an empty one leaves the field out.
    #[must_use]
    pub fn user_agent(self, name: &str) -> Self {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
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

    /// Follows redirects by these rules.
    #[must_use]
    pub fn redirects(self, policy: RedirectPolicy) -> Self {
        self.change(|this| this.redirects = policy)
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

    /// Adds a scheme of the caller's own, or replaces one.
    #[must_use]
    pub fn scheme<F>(self, name: &str, open: impl Fn(Visit) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Parts>> + Send + 'static,
    {
        self.change(|this| this.rows.add(name, move |visit| Box::pin(open(visit)) as Opening))
    }

    fn means(&self) -> &Means {
        self.made.get_or_init(|| Means {
            client: Client::with(self.net.clone(), self.settings.clone()),
            dialer: Dialer::new(self.net.clone()),
        })
    }

    /// Opens a URL and reads as far as the document's beginning.
    ///
    /// # Errors
    /// Whatever goes wrong on the way; [`ErrorKind::Status`] for a status that is not success,
    /// unless [`any_status`](Self::any_status) was asked for.
    pub async fn open(&self, url: &str) -> Result<Document> {
        let location = Location::parse(url).map_err(|error| {
            Error::new(ErrorKind::Url, Phase::Preparing, "the URL is malformed").because(error)
        })?;
        self.open_location(location).await
    }

    /// Opens a URL that is taken apart already.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn open_location(&self, location: Location) -> Result<Document> {
        let shown = landline_wire::escape::escape(location.without_secrets().as_bytes());
        self.open_row(location).await.map_err(|error| error.at(shown))
    }

    /// Goes to the scheme's row of the table.
    async fn open_row(&self, location: Location) -> Result<Document> {
        let started = Instant::now();
        let max = self.settings.limits.document_bytes;
        let scheme = location.scheme();
        let parts = match (self.rows.find(scheme), scheme) {
            (Some(open), _) => open(self.visit(location)).await?,
            (None, "http" | "https") => return self.open_http(location).await,
            (None, "file") => file::open(location, self.settings.timeouts)?,
            (None, "data") => data::open(location)?,
            (None, other) => {
                let what = format!("the scheme {other} is not supported");
                return Err(Error::new(ErrorKind::Scheme, Phase::Preparing, what));
            }
        };
        Ok(Document::from_parts(parts, started, max))
    }

    fn visit(&self, location: Location) -> Visit {
        Visit {
            location,
            dialer: self.means().dialer.clone(),
            timeouts: self.settings.timeouts,
            observer: self.settings.observer.clone(),
        }
    }

    async fn open_http(&self, location: Location) -> Result<Document> {
        let client = &self.means().client;
        let mut request = client.request_at("GET", location).redirects(self.redirects.clone());
        request = request.decode(self.decode);
        for (name, value) in self.fields.iter() {
            request = request.header(name, value);
        }
        let mut reply = request.send().await?;
        if !self.any_status && !reply.is_success() {
            return Err(reply.failure().await);
        }
        Ok(Document::from_reply(reply, self.settings.limits.document_bytes))
    }
}
