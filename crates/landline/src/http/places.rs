//! Places for connections: how many stand, to whom, and who waits for one to go or to be free.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::Limits;

/// The places of one client and those that share its connections.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// Whom each connection leads to.
    hosts: Mutex<Vec<Arc<str>>>,
    changed: Notify,
}

/// What there are enough connections of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    OfAll,
    OfThisHost,
}

/// The place of one connection; free again when this is dropped.
pub(in crate::http) struct Place {
    places: Places,
    host: Arc<str>,
}

impl Places {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<str>>> {
        self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self, host: &str, limits: &Limits) -> Result<Place, Full> {
        let mut hosts = self.lock();
        let of_host = || hosts.iter().filter(|one| ***one == *host).count();
        if limits.connections_per_host.is_some_and(|max| of_host() >= max.max(1)) {
            return Err(Full::OfThisHost);
        }
        if limits.connections.is_some_and(|max| hosts.len() >= max.max(1)) {
            return Err(Full::OfAll);
        }
        let host = Arc::<str>::from(host);
        hosts.push(Arc::clone(&host));
        Ok(Place { places: self.clone(), host })
    }

    /// Ends when a place or a connection has become free; counted from the call of this.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.0.changed.notified()
    }

    /// A connection, or a stream of one, has become free.
    pub(in crate::http) fn tell(&self) {
        self.0.changed.notify_waiters();
    }
}

impl Place {
    pub(in crate::http) fn places(&self) -> &Places {
        &self.places
    }

    pub(in crate::http) fn is_of(&self, host: &str) -> bool {
        *self.host == *host
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut hosts = self.places.lock();
        if let Some(at) = hosts.iter().position(|host| Arc::ptr_eq(host, &self.host)) {
            hosts.swap_remove(at);
        }
        drop(hosts);
        self.places.tell();
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.host).finish()
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Places").field(&self.lock().len()).finish()
    }
}
