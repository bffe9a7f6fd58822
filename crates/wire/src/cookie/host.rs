//! Whose cookie it is: hosts, domains and paths.

use std::net::{IpAddr, Ipv6Addr};

use url::Host;

use crate::target::{Location, split_host_port};

/// Where a request goes, as far as cookies care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestUri<'a> {
    host: String,
    path: &'a str,
    is_secure: bool,
}

impl<'a> RequestUri<'a> {
    /// Takes it from a URL.
    #[must_use]
    pub fn of(location: &'a Location) -> Self {
        let host = without_dot(location.host().unwrap_or_default()).to_owned();
        let is_secure = location.scheme() == "https" || is_loopback(&host);
        Self { host, path: location.path(), is_secure }
    }

    /// Puts another host in its place: the one of a `Host` field that the caller has set. One that is
    /// none changes nothing.
    #[must_use]
    pub fn with_host_field(mut self, field: &str) -> Self {
        if let Ok((host, _)) = split_host_port(field, 0) {
            self.host = without_dot(&host).to_owned();
        }
        self
    }

    /// Gives the canonical host, without final dot.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Gives the path, percent-encoded as it is sent.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// Tells whether secure cookies may be sent there: over TLS, and to this machine, as curl has it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }
}

/// Gives a host or domain in the form in which they are compared: lower case, A-labels, one final dot
/// dropped, addresses in their shortest spelling and without brackets. `None` for what is no host.
#[must_use]
pub fn canonical_host(host: &str) -> Option<String> {
    let host = without_dot(host);
    if host.contains(['%', '[', ']']) {
        return None;
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        let shown = Host::<String>::Ipv6(address).to_string();
        return Some(shown.trim_matches(['[', ']']).to_owned());
    }
    let host = Host::parse(host).ok()?.to_string();
    // A second dot, or one that IDNA has made out of another full stop.
    (!host.ends_with('.') && !host.starts_with('.')).then_some(host)
}

fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

/// Tells whether a canonical host is an address, which is compared as a whole or not at all.
pub(super) fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// Tells whether a canonical host lies in a canonical domain (RFC 6265 section 5.1.3).
#[must_use]
pub fn domain_matches(host: &str, domain: &str) -> bool {
    let is_inside = || {
        let front = host.strip_suffix(domain)?;
        Some(front.ends_with('.') && !domain.is_empty() && !is_address(host))
    };
    host == domain || is_inside().unwrap_or(false)
}

/// Tells whether the path of a request lies in the path of a cookie: the same, or behind one of its
/// slashes (RFC 6265 section 5.1.4).
#[must_use]
pub fn path_matches(request: &[u8], cookie: &[u8]) -> bool {
    match request.strip_prefix(cookie) {
        Some(rest) => rest.is_empty() || cookie.ends_with(b"/") || rest.starts_with(b"/"),
        None => false,
    }
}

/// Gives the path of a cookie that names none: that of the request up to its last slash (RFC 6265
/// section 5.1.4).
#[must_use]
pub fn default_path(request: &str) -> &str {
    let end = request.rfind('/').unwrap_or_default();
    if end == 0 || !request.starts_with('/') { "/" } else { &request[..end] }
}
