//! The scheme table: one row for every scheme, built in or the caller's own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use landline_wire::range::ByteRange;
use landline_wire::target::Location;

use super::document::Parts;
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::{Call, DialTimes, Dialer, Peer, Stream, Target, UnixName};
use crate::observe::Observer;
use crate::{Result, Timeouts};

/// What a scheme's function returns: the document's parts, some time later.
pub type Opening = Pin<Box<dyn Future<Output = Result<Parts>> + Send>>;

type Open = dyn Fn(Visit) -> Opening + Send + Sync;

/// The rows that callers added.
#[derive(Clone, Default)]
pub(super) struct Rows(Vec<(String, Arc<Open>)>);

impl Rows {
    pub(super) fn add(
        &mut self,
        scheme: &str,
        open: impl Fn(Visit) -> Opening + Send + Sync + 'static,
    ) {
        self.0.push((scheme.to_ascii_lowercase(), Arc::new(open)));
    }

    pub(super) fn find(&self, scheme: &str) -> Option<Arc<Open>> {
        self.0.iter().rev().find(|(name, _)| name == scheme).map(|(_, open)| open.clone())
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// One visit to a URL of a scheme: the URL, and the means to connect as the
/// [`Opener`](crate::Opener) was told to.
#[derive(Clone, Debug)]
pub struct Visit {
    pub(crate) location: Location,
    pub(crate) login: Option<Login>,
    pub(crate) range: Option<ByteRange>,
    pub(crate) dialer: Dialer,
    pub(crate) timeouts: Timeouts,
    pub(crate) observer: Observer,
    pub(super) met: Arc<OnceLock<Met>>,
}

/// Whom a visit has met on its first connection, and how long that took.
#[derive(Clone, Debug)]
pub(super) struct Met {
    pub(super) peer: Peer,
    pub(super) times: DialTimes,
}

impl Visit {
    /// The URL to read.
    pub fn location(&self) -> &Location {
        &self.location
    }

    pub(crate) fn scheme(&self) -> &str {
        self.location.scheme()
    }

    /// Who logs in, by the options or the URL.
    pub fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }

    /// The part of the document that is wanted; all of it unless told.
    pub fn range(&self) -> Option<ByteRange> {
        self.range
    }

    /// Connects to the URL's host, at its port or at `default_port`.
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline.
    pub async fn connect(&self, default_port: u16) -> Result<LineStream> {
        self.dial(default_port, false).await
    }

    /// Connects as [`connect`](Self::connect) does and begins TLS.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect), and when the certificate is not trusted.
    pub async fn connect_tls(&self, default_port: u16) -> Result<LineStream> {
        self.dial(default_port, true).await
    }

    async fn dial(&self, default_port: u16, tls: bool) -> Result<LineStream> {
        let stream = self.dial_stream(default_port, tls).await?;
        Ok(LineStream::new(stream).with_observer(self.observer.clone()))
    }

    /// Connects, without a line reader on top.
    pub(crate) async fn dial_stream(&self, default_port: u16, tls: bool) -> Result<Stream> {
        let target = Target::of(&self.location, default_port, tls)?;
        let call = Call::new(self.timeouts, &self.observer);
        let (stream, times) = self.dialer.dial(&target, &[], &call).await?;
        self.meet(stream.peer().clone(), times);
        Ok(stream)
    }

    /// Connects to a Unix socket, whatever the URL's host.
    pub(crate) async fn dial_unix(&self, name: &UnixName) -> Result<Stream> {
        let call = Call::new(self.timeouts, &self.observer);
        let (stream, times) = self.dialer.dial_unix(name, &call).await?;
        self.meet(stream.peer().clone(), times);
        Ok(stream)
    }

    /// Remembers whom this visit has met, for the document's facts; the first one counts.
    pub(crate) fn meet(&self, peer: Peer, times: DialTimes) {
        let _ = self.met.set(Met { peer, times });
    }
}
