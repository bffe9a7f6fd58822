//! The part between `//` and the path: user, password, host, zone, port.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use url::{Host, Url};

use super::path::percent_decode;
use super::{LocationError, MAX_URL_BYTES};
use crate::escape::excerpt;

/// A host longer than this as typed is refused before any work; RFC 1035 allows 253 in canonical form,
/// and percent-encoded or international names are longer before they are canonical.
const MAX_TYPED_HOST_BYTES: usize = 2048;

/// Longest canonical host name, its final dot not counted (RFC 1035 section 2.3.4).
const MAX_HOST_BYTES: usize = 253;

/// Names of network interfaces are far shorter than this everywhere.
const MAX_ZONE_BYTES: usize = 64;

/// So many bytes of a faulty host go into a message.
const EXCERPT_BYTES: usize = 80;

#[derive(Clone)]
pub(super) struct Authority {
    pub(super) username: Option<Vec<u8>>,
    pub(super) password: Option<Vec<u8>>,
    /// Canonical; IPv6 without brackets and zone.
    pub(super) host: String,
    pub(super) zone: Option<String>,
    /// As typed, be it the default or not.
    pub(super) port: Option<u16>,
    /// The host was canonical as typed, by everybody's rules.
    pub(super) is_plain: bool,
}

impl Authority {
    /// Reads it; `Ok(None)` for an empty one where `needs_host` is false.
    pub(super) fn parse(typed: &str, needs_host: bool) -> Result<Option<Self>, LocationError> {
        if typed.is_empty() && !needs_host {
            return Ok(None);
        }
        if typed.contains(char::is_whitespace) {
            return Err(LocationError::Blank);
        }
        if typed.contains('\\') {
            return Err(LocationError::Backslash);
        }
        let (username, password) = parse_userinfo(typed);
        let (host, port) = split_port(host_part(typed))?;
        let is_plain = is_plain_host(host);
        let (host, zone) = if is_plain { (host.to_owned(), None) } else { parse_host(host)? };
        Ok(Some(Self { username, password, host, zone, port, is_plain }))
    }

    /// User name and password as they stand in a URL, with `@` behind them; empty if there are none.
    pub(super) fn userinfo(&self) -> String {
        let password = self.password.as_deref().map(|password| format!(":{}", encoded(password)));
        self.userinfo_with(&password.unwrap_or_default())
    }

    pub(super) fn userinfo_without_password(&self) -> String {
        self.userinfo_with("")
    }

    /// `host` or `host:port`, the port left out if it is `default`; never a zone.
    pub(super) fn host_and_port(&self, default: Option<u16>) -> String {
        self.with_port(self.bracketed(""), default)
    }

    /// As [`host_and_port`](Self::host_and_port), with the zone as RFC 6874 writes it.
    pub(super) fn zoned_host_and_port(&self, default: Option<u16>) -> String {
        let zone = self.zone.as_deref().map(|zone| format!("%25{zone}"));
        self.with_port(self.bracketed(&zone.unwrap_or_default()), default)
    }

    /// The whole authority in a form that the `url` crate reads, so without the zone.
    pub(super) fn written(&self) -> String {
        self.userinfo() + &self.host_and_port(None)
    }

    /// Makes sure that the `url` crate sees the host that we see: one host, whoever asks.
    pub(super) fn check_same_host(&self, url: &Url) -> Result<(), LocationError> {
        let port = url.port_or_known_default();
        let is_same_port = self.port.is_none() || port == self.port;
        if url.host_str() == Some(&*self.bracketed("")) && is_same_port {
            return Ok(());
        }
        Err(malformed(&self.host))
    }

    fn userinfo_with(&self, password: &str) -> String {
        match self.username.as_deref() {
            None | Some([]) if password.is_empty() => String::new(),
            username => format!("{}{password}@", encoded(username.unwrap_or_default())),
        }
    }

    /// The host as it stands in a URL.
    fn bracketed(&self, zone: &str) -> Cow<'_, str> {
        if self.host.contains(':') {
            Cow::Owned(format!("[{}{zone}]", self.host))
        } else {
            Cow::Borrowed(&self.host)
        }
    }

    fn with_port(&self, host: Cow<'_, str>, default: Option<u16>) -> String {
        match self.port {
            Some(port) if self.port != default => [&*host, ":", &port.to_string()].concat(),
            _ => host.into_owned(),
        }
    }
}

/// Splits `host`, `host:port`, `[::1]` or `[::1]:80`; gives the canonical host, IPv6 without brackets, and
/// the port, which is `default` if none is written.
///
/// A bare IPv6 address counts as a host without port. A zone stays behind the address: `fe80::1%eth0`.
///
/// # Errors
/// [`LocationError`] for a malformed or missing host and for a port that is no number from 0 to 65535.
pub fn split_host_port(s: &str, default: u16) -> Result<(String, u16), LocationError> {
    super::error::check_controls(s)?;
    if s.contains(char::is_whitespace) {
        return Err(LocationError::Blank);
    }
    if s.parse::<Ipv6Addr>().is_ok() {
        return Ok((parse_host(&format!("[{s}]"))?.0, default));
    }
    let (host, port) = split_port(s)?;
    let (host, zone) = parse_host(host)?;
    let host = zone.map_or_else(|| host.clone(), |zone| format!("{host}%{zone}"));
    Ok((host, port.unwrap_or(default)))
}

/// Splits what follows `//` into the authority and the rest.
pub(super) fn split_tail(rest: &str) -> (&str, &str) {
    rest.split_at(memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len()))
}

/// The host and port of what follows `//`: behind the last `@` of the authority.
pub(super) fn host_part(rest: &str) -> &str {
    let authority = split_tail(rest).0;
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// Refuses the host of a `file:` URL unless it is this machine (RFC 8089 section 2).
pub(super) fn check_file_host(host: &str) -> Result<(), LocationError> {
    let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1";
    if is_here { Ok(()) } else { Err(LocationError::FileHost { host: shown(host) }) }
}

fn parse_userinfo(authority: &str) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let Some((userinfo, _)) = authority.rsplit_once('@') else {
        return (None, None);
    };
    match userinfo.split_once(':') {
        Some((user, password)) => (Some(percent_decode(user)), Some(percent_decode(password))),
        None if userinfo.is_empty() => (None, None),
        None => (Some(percent_decode(userinfo)), None),
    }
}

/// Splits the port off; an empty one (`host:`) counts as none.
fn split_port(host_port: &str) -> Result<(&str, Option<u16>), LocationError> {
    if host_port.starts_with('[') && !host_port.contains(']') {
        return Err(malformed(host_port));
    }
    let after_bracket = host_port.rfind(']').map_or(0, |bracket| bracket + 1);
    let Some(colon) = host_port[after_bracket..].find(':') else {
        return Ok((host_port, None));
    };
    let (host, port) = host_port.split_at(after_bracket + colon);
    Ok((host, parse_port(&port[1..])?))
}

fn parse_port(digits: &str) -> Result<Option<u16>, LocationError> {
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(LocationError::Port);
    }
    digits.parse().map(Some).map_err(|_| LocationError::Port)
}

/// Gives the canonical host and the zone.
fn parse_host(typed: &str) -> Result<(String, Option<String>), LocationError> {
    if typed.is_empty() {
        return Err(LocationError::MissingHost);
    }
    if typed.len() > MAX_TYPED_HOST_BYTES.min(MAX_URL_BYTES) {
        return Err(malformed(typed));
    }
    let (address, zone) = split_zone(typed)?;
    let host = match Host::parse(&address).map_err(|_| malformed(typed))? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        // As the `url` crate writes it: an embedded IPv4 address in hexadecimal, without brackets.
        address @ Host::Ipv6(_) => address.to_string().trim_matches(['[', ']']).to_owned(),
    };
    if host.trim_end_matches('.').len() > MAX_HOST_BYTES {
        return Err(malformed(typed));
    }
    Ok((host, zone))
}

/// Whether a host is canonical as it stands: four decimal numbers, or a name of lower-case labels that is
/// no number to anybody and holds nothing for IDNA to look at.
fn is_plain_host(host: &str) -> bool {
    if host.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let is_plain_byte =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_plain_label = |label: &str| {
        let inner = label.bytes().all(is_plain_byte) && !label.starts_with("xn--");
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    // The last label decides whether a host is an IPv4 address in one of its odd spellings.
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() <= MAX_HOST_BYTES
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && host.split('.').all(is_plain_label)
}

/// Takes the zone out of `[address%25zone]`; `%zone`, which RFC 6874 forbids and curl takes, will do too.
fn split_zone(typed: &str) -> Result<(Cow<'_, str>, Option<String>), LocationError> {
    let inner = typed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some((address, zone)) = inner.and_then(|inner| inner.split_once('%')) else {
        return Ok((Cow::Borrowed(typed), None));
    };
    let zone = zone.strip_prefix("25").unwrap_or(zone);
    let is_zone_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if zone.is_empty() || zone.len() > MAX_ZONE_BYTES || !zone.bytes().all(is_zone_byte) {
        return Err(LocationError::Zone);
    }
    Ok((Cow::Owned(format!("[{address}]")), Some(zone.to_owned())))
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, NON_ALPHANUMERIC).to_string()
}

fn malformed(host: &str) -> LocationError {
    LocationError::Host { host: shown(host) }
}

fn shown(host: &str) -> String {
    excerpt(host.as_bytes(), EXCERPT_BYTES)
}
