//! Hosts that are reached through TLS alone.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use landline_wire::hsts::{FILE_HEAD, KnownHost, StrictTransport, host_name, name_and_parents};
use landline_wire::target::Location;

use super::cache::{Cache, Format};
use crate::Result;

/// Hosts that have asked to be reached through TLS alone (HTTP Strict Transport Security, RFC 6797);
/// cheap to clone, clones share the hosts.
///
/// Given to a [`Client`](crate::http::Client::hsts) or an [`Opener`](crate::Opener::hsts) it turns
/// `http:` URLs of these hosts into `https:` before anything is connected, at the first hop and at every
/// redirect, port 80 into 443. It learns from replies over TLS whose certificate was trusted, not
/// merely accepted, and never for addresses.
///
/// ```
/// use landline::Location;
/// use landline::http::HstsCache;
///
/// let cache = HstsCache::new();
/// let now = std::time::SystemTime::now();
/// cache.learn("shop.test", b"max-age=60; includeSubDomains", now);
/// let plain = Location::parse("http://www.shop.test:80/x")?;
/// assert_eq!(cache.upgraded(&plain).expect("covered").href(), "https://www.shop.test/x");
/// # Ok::<(), landline::wire::target::LocationError>(())
/// ```
///
/// # Limits
/// 10,000 hosts, the oldest is dropped; a file has 16 MiB at most.
#[derive(Clone, Default)]
pub struct HstsCache(Arc<Mutex<Cache<KnownHost>>>);

impl Format for KnownHost {
    const NAME: &'static str = "HSTS cache";
    const HEAD: &'static str = FILE_HEAD;
    const MAX: usize = 10_000;

    fn read(line: &[u8]) -> Option<(String, Self)> {
        let known = KnownHost::from_file_line(line)?;
        let is_alive = !known.is_expired(SystemTime::now());
        is_alive.then(|| (known.host().to_owned(), known))
    }

    fn write(&self, into: &mut String) {
        if !self.is_expired(SystemTime::now()) {
            into.push_str(&self.to_file_line());
            into.push('\n');
        }
    }
}

impl HstsCache {
    /// A cache that knows no host.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the value of a `Strict-Transport-Security` field that came from `host` at `now`, over
    /// TLS. One that breaks the rules changes nothing; `max-age=0` forgets the host, not those above
    /// or below it.
    pub fn learn(&self, host: &str, field: &[u8], now: SystemTime) {
        let asked = StrictTransport::parse(field);
        let known = asked.and_then(|asked| Some((asked, KnownHost::received(host, asked, now)?)));
        match known {
            Some((StrictTransport { max_age: 0, .. }, known)) => self.lock().remove(known.host()),
            Some((_, known)) => self.lock().put(known.host().to_owned(), known),
            None => {}
        }
    }

    /// Tells whether `host` is reached through TLS alone at `now`: it is known itself, or one of the
    /// names it lies in speaks for it (RFC 6797 section 8.2).
    pub fn covers(&self, host: &str, now: SystemTime) -> bool {
        let Some(name) = host_name(host) else { return false };
        let cache = self.lock();
        name_and_parents(&name).any(|part| {
            let known = cache.get(part).filter(|known| !known.is_expired(now));
            known.is_some_and(|known| known.includes_subdomains || part == name)
        })
    }

    /// Gives the place over TLS that is asked instead of `location`; `None` where that is as good as
    /// it is.
    pub fn upgraded(&self, location: &Location) -> Option<Location> {
        let is_covered = |host| self.covers(host, SystemTime::now());
        location.host().filter(|_| location.scheme() == "http").filter(|host| is_covered(host))?;
        location.to_https()
    }

    /// Gives all hosts, the oldest first, those that are expired included.
    pub fn hosts(&self) -> Vec<KnownHost> {
        self.lock().values().cloned().collect()
    }

    /// Reads a file in curl's format, and adds its hosts. Lines that are none are passed over.
    ///
    /// # Errors
    /// [`ErrorKind::File`](crate::ErrorKind::File) when there is none, reading fails or it has more than 16 MiB.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lock().load(path.as_ref())
    }

    /// Brings a file in curl's format up to date, in one step and under a lock: what another process has
    /// put there in between stays. It keeps its mode and owner, a new one is for its owner alone.
    ///
    /// # Errors
    /// [`ErrorKind::File`](crate::ErrorKind::File) when it cannot be written; then the one before is
    /// as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lock().save(path.as_ref())
    }

    /// A panic elsewhere leaves no entry half written.
    fn lock(&self) -> MutexGuard<'_, Cache<KnownHost>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for HstsCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HstsCache({} hosts)", self.lock().values().count())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn now() -> SystemTime {
        SystemTime::now()
    }

    fn names(cache: &HstsCache) -> Vec<String> {
        let host = |known: &KnownHost| known.host().to_owned();
        cache.hosts().iter().map(host).collect()
    }

    fn knowing(hosts: &[&str]) -> HstsCache {
        let cache = HstsCache::new();
        hosts.iter().for_each(|host| cache.learn(host, b"max-age=60", now()));
        cache
    }

    #[test]
    fn c4_every_spelling_of_a_name_is_the_name() {
        let cache = knowing(&["h.test"]);
        for url in ["http://h.test.", "http://h\u{3002}test", "http://H.TEST:80", "http://h%2etest"]
        {
            let upgraded = cache.upgraded(&Location::parse(url).unwrap()).expect(url);
            assert_eq!((upgraded.scheme(), upgraded.port()), ("https", Some(443)), "{url}");
        }
        for url in ["http://a.h.test", "http://test", "http://xh.test", "https://h.test"] {
            assert!(cache.upgraded(&Location::parse(url).unwrap()).is_none(), "{url}");
        }
    }

    #[test]
    fn c4_a_name_below_changes_nothing_for_the_one_above() {
        let cache = HstsCache::new();
        cache.learn("test", b"max-age=60; includeSubDomains", now());
        cache.learn("h.test", b"max-age=0", now());
        cache.learn("h.test", b"max-age=1", now());
        let later = now() + Duration::from_secs(30);
        assert!(cache.covers("h.test", later) && cache.covers("test", later));
        cache.learn("test", b"max-age=0", now());
        assert!(cache.covers("h.test", now()) && !cache.covers("a.h.test", now()));
    }

    #[test]
    fn c4_addresses_and_nonsense_are_not_learnt() {
        let cache = knowing(&["127.0.0.1", "::1", "", "."]);
        cache.learn("h.test", b"max-age=x", now());
        assert!(cache.hosts().is_empty());
        cache.learn("h.test", b"max-age=60", now());
        cache.learn("h.test", b"includeSubDomains", now());
        assert!(cache.covers("h.test", now()), "a field without max-age does not take it away");
        assert!(!cache.covers("h.test", now() + Duration::from_secs(61)));
    }

    #[test]
    fn c4_the_oldest_of_too_many_goes() {
        let cache = HstsCache::new();
        for at in 0..=KnownHost::MAX {
            cache.learn(&format!("h{at}.test"), b"max-age=60", now());
        }
        assert_eq!(cache.hosts().len(), KnownHost::MAX);
        assert!(!cache.covers("h0.test", now()) && cache.covers("h1.test", now()));
    }

    /// Each has read the file before the other wrote it.
    #[test]
    fn c4_two_runs_at_the_same_time_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hsts");
        knowing(&["old.test", "gone.test"]).save(&path).unwrap();
        let (one, other) = (HstsCache::new(), HstsCache::new());
        one.load(&path).unwrap();
        other.load(&path).unwrap();
        one.learn("one.test", b"max-age=60", now());
        one.learn("gone.test", b"max-age=0", now());
        other.learn("other.test", b"max-age=60", now());
        other.learn("old.test", b"max-age=600; includeSubDomains", now());
        one.save(&path).unwrap();
        other.save(&path).unwrap();
        one.save(&path).unwrap();
        let after = HstsCache::new();
        after.load(&path).unwrap();
        let mut found = names(&after);
        found.sort();
        // What the other still believed in is back: better once too often through TLS than never.
        assert_eq!(found, ["gone.test", "old.test", "one.test", "other.test"]);
        assert!(after.covers("a.old.test", now() + Duration::from_secs(300)));
    }

    #[test]
    fn c4_many_writers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hsts");
        std::thread::scope(|scope| {
            for at in 0..8 {
                let path = &path;
                scope.spawn(move || knowing(&[&format!("h{at}.test")]).save(path).unwrap());
            }
        });
        let after = HstsCache::new();
        after.load(&path).unwrap();
        assert_eq!(after.hosts().len(), 8);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing lies beside it");
    }

    #[test]
    fn c4_a_file_that_cannot_be_written_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("x".repeat(250));
        std::fs::write(&long, "h.test \"unlimited\"\n").unwrap();
        // The name beside it would be too long for the system.
        assert!(knowing(&["other.test"]).save(&long).is_err());
        assert_eq!(std::fs::read(&long).unwrap(), b"h.test \"unlimited\"\n");
    }
}
