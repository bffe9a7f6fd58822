//! A cookie that is kept (rfc6265bis section 5.7).

use std::fmt;
use std::time::{Duration, SystemTime};

use super::host::is_address;
use super::{
    CookieError, MAX_LIFETIME, RequestUri, SameSite, SetCookie, SuffixList, canonical_host,
    default_path, domain_matches, path_matches,
};

/// A cookie with the hosts and paths it is for.
///
/// `Debug` leaves the value out.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    /// Canonical.
    pub(super) domain: String,
    pub(super) host_only: bool,
    /// Begins with a slash.
    pub(super) path: Vec<u8>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<SameSite>,
    /// `None`: until the session ends.
    pub(super) expires: Option<SystemTime>,
}

impl Cookie {
    /// Makes what a server has set into a cookie to be kept, if the server may set it.
    ///
    /// It may be expired already: that is how servers take cookies back.
    ///
    /// # Errors
    /// [`CookieError`] when it is for somebody else's domain or a public suffix, is secure without TLS,
    /// or is not what the prefix of its name promises (rfc6265bis section 4.1.3).
    pub fn received(
        set: SetCookie,
        from: &RequestUri<'_>,
        now: SystemTime,
        suffixes: &SuffixList,
    ) -> Result<Self, CookieError> {
        let (domain, host_only) = match &set.domain {
            Some(domain) => allowed_domain(domain, from.host(), suffixes)?,
            None => (from.host().to_owned(), true),
        };
        if set.secure && !from.is_secure() {
            return Err(CookieError::NotSecure);
        }
        let default = default_path(from.path()).as_bytes();
        Self::keep(set, domain, host_only, default, now)
    }

    /// Makes a cookie of a `Set-Cookie` line that somebody has kept in a file: it says itself where it
    /// belongs.
    pub(super) fn kept(set: SetCookie, now: SystemTime) -> Result<Self, CookieError> {
        let domain = set.domain.as_deref().ok_or(CookieError::NoDomain)?;
        let domain = canonical_host(domain).ok_or_else(|| foreign(domain))?;
        let host_only = is_address(&domain);
        Self::keep(set, domain, host_only, b"/", now)
    }

    fn keep(
        set: SetCookie,
        domain: String,
        host_only: bool,
        default_path: &[u8],
        now: SystemTime,
    ) -> Result<Self, CookieError> {
        let after = |age: Duration| now.checked_add(age.min(MAX_LIFETIME)).unwrap_or(now);
        let expires = match set.max_age {
            // Zero and less mean now; a moment later it would not be over yet.
            Some(Duration::ZERO) => Some(SystemTime::UNIX_EPOCH),
            Some(age) => Some(after(age)),
            None => set.expires.map(|expires| expires.min(after(MAX_LIFETIME))),
        };
        let is_for_host = set.domain.is_none() && set.path.as_deref() == Some(b"/");
        let cookie = Self {
            path: set.path.unwrap_or_else(|| default_path.to_vec()),
            name: set.name,
            value: set.value,
            domain,
            host_only,
            secure: set.secure,
            http_only: set.http_only,
            same_site: set.same_site,
            expires,
        };
        cookie.check_prefix(is_for_host).map(|()| cookie)
    }

    /// The promises of `__Host-` and `__Secure-`, in whatever case (rfc6265bis section 5.4).
    pub(super) fn check_prefix(&self, is_for_host: bool) -> Result<(), CookieError> {
        let begins = |prefix: &[u8]| {
            self.name.get(..prefix.len()).is_some_and(|front| front.eq_ignore_ascii_case(prefix))
        };
        let is_kept = match () {
            () if begins(b"__Host-") => self.secure && is_for_host,
            () if begins(b"__Secure-") => self.secure,
            () => true,
        };
        if is_kept { Ok(()) } else { Err(CookieError::Prefix) }
    }

    /// Tells whether it goes along with a request.
    #[must_use]
    pub fn is_for(&self, uri: &RequestUri<'_>) -> bool {
        let is_host = if self.host_only {
            self.domain == uri.host()
        } else {
            domain_matches(uri.host(), &self.domain)
        };
        is_host
            && (uri.is_secure() || !self.secure)
            && path_matches(uri.path().as_bytes(), &self.path)
    }

    /// Tells whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Tells whether one takes the place of the other: the same name, domain and path.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.host_only == other.host_only
            && self.path == other.path
    }

    /// Tells whether this one, being secure, keeps out another that came without TLS (rfc6265bis section
    /// 5.7, step 14).
    #[must_use]
    pub fn keeps_out(&self, other: &Self) -> bool {
        self.secure
            && self.name == other.name
            && (domain_matches(&self.domain, &other.domain)
                || domain_matches(&other.domain, &self.domain))
            && path_matches(&other.path, &self.path)
    }

    /// Gives the name.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Gives the value, quotes included.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Gives the domain in its canonical form, without leading dot.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Tells whether it is for the host alone, and not for the hosts below it.
    #[must_use]
    pub fn is_host_only(&self) -> bool {
        self.host_only
    }

    /// Gives the path below which it is sent.
    #[must_use]
    pub fn path(&self) -> &[u8] {
        &self.path
    }

    /// Tells whether it goes over TLS only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Tells whether scripts of a page may not see it.
    #[must_use]
    pub fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// Gives what it says of other sites; a file does not keep it.
    #[must_use]
    pub fn same_site(&self) -> Option<SameSite> {
        self.same_site
    }

    /// Gives the moment it ends; `None` for the end of the session.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookie")
            .field("name", &self.name.escape_ascii().to_string())
            .field("domain", &self.domain)
            .field("path", &self.path.escape_ascii().to_string())
            .finish_non_exhaustive()
    }
}

/// The domain of a cookie, and whether it is one host's alone.
fn allowed_domain(
    written: &str,
    host: &str,
    suffixes: &SuffixList,
) -> Result<(String, bool), CookieError> {
    let domain = canonical_host(written).ok_or_else(|| foreign(written))?;
    if !domain_matches(host, &domain) {
        return Err(foreign(written));
    }
    let is_alone =
        is_address(host) || (domain != "localhost" && suffixes.is_public_suffix(&domain));
    if is_alone && domain != host {
        return Err(CookieError::PublicSuffix { domain });
    }
    Ok((domain, is_alone))
}

fn foreign(domain: &str) -> CookieError {
    CookieError::ForeignDomain { domain: domain.to_owned() }
}
