//! The parts of a URL, for `%{url.…}` and `%{urle.…}`.

use landline::Location;
use landline::wire::target::default_port;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Without a password; empty where there is none.
pub(super) fn whole(url: Option<&Location>) -> String {
    url.map(Location::without_secrets).unwrap_or_default()
}

pub(super) fn scheme(url: Option<&Location>) -> Option<String> {
    Some(url?.scheme().to_owned())
}

pub(super) fn user(url: Option<&Location>) -> Option<String> {
    url?.username().map(text)
}

pub(super) fn password(url: Option<&Location>) -> Option<String> {
    url?.password().map(text)
}

/// An IPv6 address stands in brackets.
pub(super) fn host(url: Option<&Location>) -> Option<String> {
    let host = url?.host()?;
    let is_bare = host.contains(':') && !host.starts_with('[');
    Some(if is_bare { format!("[{host}]") } else { host.to_owned() })
}

/// The scheme's own where the URL has none.
pub(super) fn port(url: Option<&Location>) -> Option<String> {
    let port = url?.port().or_else(|| default_port(url?.scheme()))?;
    Some(port.to_string())
}

pub(super) fn path(url: Option<&Location>) -> Option<String> {
    Some(url?.path().to_owned())
}

pub(super) fn query(url: Option<&Location>) -> Option<String> {
    url?.query().map(str::to_owned)
}

pub(super) fn fragment(url: Option<&Location>) -> Option<String> {
    url?.href().split_once('#').map(|(_, fragment)| fragment.to_owned())
}

pub(super) fn zone(url: Option<&Location>) -> Option<String> {
    url?.zone().map(str::to_owned)
}
