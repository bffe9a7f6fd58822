//! The cookies of a jar, by domain (rfc6265bis section 5.7).

use std::collections::HashMap;
use std::time::SystemTime;

use landline_wire::cookie::{Cookie, CookieError, RequestUri};

const MAX_OF_DOMAIN: usize = 200;
const MAX_IN_ALL: usize = 10_000;

#[derive(Default)]
pub(super) struct Store {
    by_domain: HashMap<String, Vec<Kept>>,
    count: usize,
    /// How many there have been.
    births: u64,
    /// Whether there ever was a secure one; without, nothing is kept out and nobody looked for.
    has_secure: bool,
}

struct Kept {
    /// One that replaces another has its place.
    birth: u64,
    cookie: Cookie,
}

impl Store {
    /// Takes a cookie from a server, unless a secure one keeps it out.
    pub(super) fn receive(
        &mut self,
        cookie: Cookie,
        is_secure: bool,
        now: SystemTime,
    ) -> Result<(), CookieError> {
        let keeps_out =
            |kept: &Kept| kept.cookie.keeps_out(&cookie) && !kept.cookie.is_expired(now);
        if !is_secure && self.has_secure && self.by_domain.values().flatten().any(keeps_out) {
            return Err(CookieError::Overlay);
        }
        self.put(cookie, now);
        Ok(())
    }

    /// Puts a cookie in the place of one of the same name, domain and path, or behind all others. One
    /// that is expired only takes the other away.
    pub(super) fn put(&mut self, cookie: Cookie, now: SystemTime) {
        self.births += 1;
        self.has_secure |= cookie.is_secure();
        let domain = cookie.domain().to_owned();
        let kept = self.by_domain.entry(domain.clone()).or_default();
        let before = kept.len();
        let old = kept.iter().position(|old| old.cookie.replaces(&cookie));
        let birth = old.map_or(self.births, |at| kept.remove(at).birth);
        kept.retain(|kept| !kept.cookie.is_expired(now));
        if !cookie.is_expired(now) {
            let at = kept.partition_point(|kept| kept.birth < birth);
            kept.insert(at, Kept { birth, cookie });
        }
        if kept.len() > MAX_OF_DOMAIN {
            kept.remove(0);
        }
        self.count = self.count - before + kept.len();
        if kept.is_empty() {
            self.by_domain.remove(&domain);
        }
        if self.count > MAX_IN_ALL {
            self.drop_oldest(MAX_IN_ALL / 10);
        }
    }

    /// Many at once, so that a jar that is full is not gone through for every cookie.
    fn drop_oldest(&mut self, count: usize) {
        let mut births: Vec<u64> =
            self.by_domain.values().flatten().map(|kept| kept.birth).collect();
        births.sort_unstable();
        let first_kept = births.get(count).copied().unwrap_or(u64::MAX);
        self.retain_kept(|kept| kept.birth >= first_kept);
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Cookie) -> bool) {
        self.retain_kept(|kept| keep(&kept.cookie));
    }

    fn retain_kept(&mut self, keep: impl Fn(&Kept) -> bool) {
        self.by_domain.retain(|_, kept| {
            kept.retain(&keep);
            !kept.is_empty()
        });
        self.count = self.by_domain.values().map(Vec::len).sum();
    }

    /// The cookies that go with a request, the oldest first.
    pub(super) fn find(&self, uri: &RequestUri<'_>, now: SystemTime) -> Vec<&Cookie> {
        let is_for = |kept: &&Kept| kept.cookie.is_for(uri) && !kept.cookie.is_expired(now);
        let domains = domains(uri.host()).filter_map(|domain| self.by_domain.get(domain));
        by_age(domains.flatten().filter(is_for).collect())
    }

    /// All cookies, the oldest first.
    pub(super) fn in_order(&self) -> Vec<&Cookie> {
        by_age(self.by_domain.values().flatten().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }
}

fn by_age(mut kept: Vec<&Kept>) -> Vec<&Cookie> {
    kept.sort_unstable_by_key(|kept| kept.birth);
    kept.into_iter().map(|kept| &kept.cookie).collect()
}

/// The host, and the domains around it: `a.b.test`, `b.test`, `test`.
fn domains(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |domain| domain.split_once('.').map(|(_, rest)| rest))
}
