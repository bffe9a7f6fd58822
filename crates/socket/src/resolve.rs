//! From names to addresses: getaddrinfo(3), for hosts and for services.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::CString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::constants::{Family, Kind};
use crate::error::{Error, ErrorKind};
use crate::failure::{Cause, Operation};
use crate::sys;

/// The far end of a conversation within a host: a port number, or the name of a service such as
/// `"http"`.
///
/// Made from a `u16` or a string; digits in a string are a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Service<'a> {
    /// A port number.
    Port(u16),
    /// A name out of the system's list of services (`/etc/services`), or a number as text.
    Name(Cow<'a, str>),
}

impl From<u16> for Service<'_> {
    fn from(port: u16) -> Self {
        Self::Port(port)
    }
}

impl<'a> From<&'a str> for Service<'a> {
    fn from(name: &'a str) -> Self {
        Self::Name(name.into())
    }
}

impl<'a> From<&'a String> for Service<'a> {
    fn from(name: &'a String) -> Self {
        Self::Name(name.into())
    }
}

impl From<String> for Service<'_> {
    fn from(name: String) -> Self {
        Self::Name(name.into())
    }
}

impl std::fmt::Display for Service<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port(port) => port.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// Looks up all addresses of a host, in the order the system prefers them (getaddrinfo(3),
/// RFC 6724), each address once.
///
/// `host` is a name or a numeric address; an IPv6 address may stand in brackets. `service` is a
/// port number or a service name. Names are handed to the system as they are: an international
/// name must come in its ASCII form (`xn--…`).
///
/// Three things are answered without the network: numeric addresses, and (RFC 6761 section 6)
/// `localhost` and names under it, which are the loopback addresses `::1` and `127.0.0.1`, and
/// names under `.invalid`, which don't exist.
///
/// The call waits for the name service, which has its own time limits (often 5 to 30 s).
///
/// ```
/// let addresses = landline_socket::resolve("[::1]", "http")?;
/// assert_eq!(addresses, ["[::1]:80".parse()?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`UnknownHost`](crate::ErrorKind::UnknownHost) when the name has no address,
/// [`UnknownService`](crate::ErrorKind::UnknownService),
/// [`LookupFailed`](crate::ErrorKind::LookupFailed) when the name service could not answer, and
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an empty host, a NUL or a number above
/// 65535.
pub fn resolve<'a>(host: &str, service: impl Into<Service<'a>>) -> Result<Vec<SocketAddr>, Error> {
    look_up(host, &service.into(), Family::UNSPECIFIED, None)
}

/// Looks up the addresses of a host in one family only ([`Family::INET`] or [`Family::INET6`]).
///
/// # Errors
/// As [`resolve`]; a host without an address in the family counts as unknown.
pub fn resolve_family<'a>(
    host: &str,
    service: impl Into<Service<'a>>,
    family: Family,
) -> Result<Vec<SocketAddr>, Error> {
    look_up(host, &service.into(), family, None)
}

/// Looks up host and service; `kind` decides between services of one name over TCP and UDP.
pub(crate) fn look_up(
    host: &str,
    service: &Service<'_>,
    family: Family,
    kind: Option<Kind>,
) -> Result<Vec<SocketAddr>, Error> {
    let port = port_number(service, kind).map_err(|cause| failed(&service.to_string(), cause))?;
    let mut addresses = host_addresses(host, family).map_err(|cause| failed(host, cause))?;
    for address in &mut addresses {
        address.set_port(port);
    }
    let mut seen = HashSet::with_capacity(addresses.len());
    addresses.retain(|address| seen.insert(*address));
    Ok(addresses)
}

fn failed(name: &str, cause: Cause) -> Error {
    Error::new(Operation::Resolve, name.escape_debug().to_string(), cause)
}

/// Finds the port number of a service.
fn port_number(service: &Service<'_>, kind: Option<Kind>) -> Result<u16, Cause> {
    let name = match service {
        Service::Port(port) => return Ok(*port),
        Service::Name(name) => name,
    };
    // Done here because C libraries cut a number above 65535 down instead of refusing it.
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return name.parse().map_err(|_| Cause::Misuse("the port is above 65535".into()));
    }
    // And because they read " 80", "+80" and even "-80" as numbers.
    if name.starts_with(|first: char| !first.is_ascii_alphanumeric()) {
        return Err(Cause::Misuse("neither a port number nor the name of a service".into()));
    }
    let name = c_text(name, "the service name")?;
    let found = sys::look_up(None, Some(&name), Family::UNSPECIFIED, kind).map_err(of_service)?;
    found.first().map(SocketAddr::port).ok_or_else(|| of_service(sys::no_such_host()))
}

/// Some systems say "unknown name" where the unknown name is the service's.
fn of_service(cause: Cause) -> Cause {
    match cause {
        Cause::Lookup(ErrorKind::UnknownHost, text) => {
            Cause::Lookup(ErrorKind::UnknownService, text)
        }
        cause => cause,
    }
}

/// Finds the addresses of a host, with port 0.
fn host_addresses(host: &str, family: Family) -> Result<Vec<SocketAddr>, Cause> {
    let host = without_brackets(host);
    let known = known_addresses(host);
    let addresses = if known.is_empty() && !is_never_a_host(host) {
        sys::look_up(Some(&c_text(host, "the host name")?), None, family, Some(Kind::STREAM))?
    } else {
        known.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()
    };
    let fits = |address: &SocketAddr| family == Family::UNSPECIFIED || family == family_of(address);
    let addresses: Vec<_> = addresses.into_iter().filter(fits).collect();
    if addresses.is_empty() { Err(sys::no_such_host()) } else { Ok(addresses) }
}

/// The addresses that need no lookup: numeric ones, and localhost (RFC 6761 section 6.3).
fn known_addresses(host: &str) -> Vec<IpAddr> {
    if let Ok(ip) = host.parse() {
        vec![ip]
    } else if is_under(host, "localhost") {
        vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()]
    } else {
        Vec::new()
    }
}

/// Tells whether the name is promised never to exist (RFC 6761 section 6.4).
fn is_never_a_host(host: &str) -> bool {
    is_under(host, "invalid")
}

/// Tells whether a name is the top-level name `top` or lies under it.
fn is_under(host: &str, top: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last_label = host.rsplit('.').next().unwrap_or_default();
    last_label.eq_ignore_ascii_case(top)
}

/// Takes the brackets off an IPv6 address; anything else in brackets stays as it is.
fn without_brackets(host: &str) -> &str {
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.filter(|inside| inside.contains(':')).unwrap_or(host)
}

/// The family an IP address belongs to.
pub(crate) fn family_of(address: &SocketAddr) -> Family {
    if address.is_ipv4() { Family::INET } else { Family::INET6 }
}

/// Makes the C string that getaddrinfo takes.
fn c_text(text: &str, what: &str) -> Result<CString, Cause> {
    if text.is_empty() {
        return Err(Cause::Misuse(format!("{what} is empty").into()));
    }
    CString::new(text).map_err(|_| Cause::Misuse(format!("{what} contains a NUL").into()))
}

#[cfg(test)]
mod tests {
    use super::{is_under, without_brackets};

    #[test]
    fn brackets_come_off_ipv6_only() {
        assert_eq!(without_brackets("[::1]"), "::1");
        assert_eq!(without_brackets("[fe80::1%lo]"), "fe80::1%lo");
        assert_eq!(without_brackets("[127.0.0.1]"), "[127.0.0.1]");
        assert_eq!(without_brackets("[::1"), "[::1");
    }

    #[test]
    fn special_names_are_told_by_their_last_label() {
        assert!(is_under("localhost", "localhost") && is_under("a.LocalHost.", "localhost"));
        assert!(!is_under("localhost.org", "localhost") && !is_under("mylocalhost", "localhost"));
        assert!(!is_under("", "localhost") && !is_under("..", "localhost"));
    }
}
