//! Where else origins can be reached.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use landline_wire::alt_svc::{AltSvc, Alternative, FILE_HEAD, Protocol};
use landline_wire::cookie::canonical_host;

use super::cache::{Cache, Format};
use crate::Result;

/// Places at which origins can be reached as well (HTTP Alternative Services, RFC 7838); cheap to
/// clone, clones share the places.
///
/// Given to a [`Client`](crate::http::Client::alt_svc) or an [`Opener`](crate::Opener::alt_svc) it has
/// `https:` requests connect there: for the same host, whose certificate that place has to show, and with
/// `Alt-Used`. A place that cannot be connected to within five seconds, does not prove to be the origin,
/// or answers 421 is not asked again, and the origin itself is. Services of HTTP/3 are used with the feature
/// `http3`, and have two seconds.
/// None is used through a proxy, a Unix socket, or where a connection is redirected by hand.
///
/// It learns from replies over TLS whose certificate was trusted.
///
/// # Limits
/// 5,000 origins, the oldest is dropped; 10 places of each; a file has 16 MiB at most.
#[derive(Clone, Default)]
pub struct AltSvcCache(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    cache: Cache<Places>,
    /// Places that did not work; not told to the file, for another network may reach them.
    failed: HashSet<(&'static str, String, u16)>,
}

/// The places of one origin, by what it spoke when it told of them.
#[derive(Clone)]
struct Places(Vec<Alternative>);

/// What a line of the file has in front: the origin.
fn key(from: Protocol, host: &str, port: u16) -> String {
    format!("{} {host} {port}", from.name())
}

impl Format for Places {
    const NAME: &'static str = "Alt-Svc cache";
    const HEAD: &'static str = FILE_HEAD;
    const MAX: usize = 5_000;

    fn read(line: &[u8]) -> Option<(String, Self)> {
        let read = Alternative::from_file_line(line)?;
        let key = key(read.from, &read.origin_host, read.origin_port);
        (!read.is_expired(SystemTime::now())).then(|| (key, Self(vec![read])))
    }

    fn write(&self, into: &mut String) {
        let now = SystemTime::now();
        for place in self.0.iter().filter(|place| !place.is_expired(now)) {
            into.push_str(&place.to_file_line());
            into.push('\n');
        }
    }

    fn join(&mut self, more: Self) {
        const MAX_PLACES: usize = 10;
        self.0.extend(more.0);
        self.0.truncate(MAX_PLACES);
    }
}

impl AltSvcCache {
    /// A cache that knows no place.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the value of an `Alt-Svc` field that came at `now` over TLS from `host` and `port`, which
    /// spoke `from`. What was known of this origin is replaced; a field without sense changes nothing.
    pub fn learn(&self, from: (Protocol, &str, u16), field: &[u8], now: SystemTime) {
        let (Some(asked), Some(host)) = (AltSvc::parse(field), canonical_host(from.1)) else {
            return;
        };
        let key = key(from.0, &host, from.2);
        let mut known = self.lock();
        let AltSvc::Services(services) = asked else { return known.cache.remove(&key) };
        let place = |service| Alternative::received(from, service, now);
        let places: Vec<_> = services.iter().filter_map(place).collect();
        for place in &places {
            known.failed.remove(&(place.to.name(), place.host.clone(), place.port));
        }
        known.cache.put(key, Places(places));
    }

    /// Gives the place to connect to instead of `host` and `port` at `now`: the first that speaks one of
    /// these protocols and has not failed.
    pub fn find(
        &self,
        host: &str,
        port: u16,
        protocols: &[Protocol],
        now: SystemTime,
    ) -> Option<Alternative> {
        let (host, known) = (canonical_host(host)?, self.lock());
        let fits = |place: &&Alternative| {
            protocols.contains(&place.to)
                && !place.is_expired(now)
                && !known.failed.contains(&(place.to.name(), place.host.clone(), place.port))
        };
        // The newest first.
        let origins =
            [Protocol::Http3, Protocol::Http2, Protocol::Http1].map(|from| key(from, &host, port));
        origins.iter().find_map(|key| known.cache.get(key)?.0.iter().find(fits).cloned())
    }

    /// Leaves this place alone from now on, until an origin tells of it again.
    pub(in crate::http) fn fail(&self, protocol: Protocol, host: &str, port: u16) {
        let mut known = self.lock();
        if known.failed.len() >= Places::MAX {
            known.failed.clear();
        }
        known.failed.insert((protocol.name(), host.to_owned(), port));
    }

    /// Gives all places, those of the oldest origin first, those that are expired included.
    pub fn alternatives(&self) -> Vec<Alternative> {
        self.lock().cache.values().flat_map(|places| &places.0).cloned().collect()
    }

    /// Reads a file in curl's format, and adds what it holds. Lines that make no sense are passed over.
    ///
    /// # Errors
    /// [`ErrorKind::File`](crate::ErrorKind::File) when there is none, reading fails or it has more than 16 MiB.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lock().cache.load(path.as_ref())
    }

    /// Brings a file in curl's format up to date, in one step and under a lock: what another process has
    /// put there in between stays. It keeps its mode and owner, a new one is for its owner alone.
    ///
    /// # Errors
    /// [`ErrorKind::File`](crate::ErrorKind::File) when it cannot be written; then the one before is
    /// as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lock().cache.save(path.as_ref())
    }

    /// A panic elsewhere leaves no entry half written.
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AltSvcCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AltSvcCache({} origins)", self.lock().cache.values().count())
    }
}
