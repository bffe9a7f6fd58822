//! The scheme table: one row for every scheme, built in or the caller's own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use landline_wire::target::Location;

use super::document::Parts;
use crate::line::aio::LineStream;
use crate::net::{Call, Dialer, Target};
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
    pub(super) location: Location,
    pub(super) dialer: Dialer,
    pub(super) timeouts: Timeouts,
    pub(super) observer: Observer,
}

impl Visit {
    /// The URL to read.
    pub fn location(&self) -> &Location {
        &self.location
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
        let target = Target::of(&self.location, default_port, tls)?;
        let call = Call::new(self.timeouts, &self.observer);
        let (stream, _) = self.dialer.dial(&target, &[], &call).await?;
        Ok(LineStream::new(stream).with_observer(self.observer.clone()))
    }
}
