//! How a connection is to be made: everything that touches trust or identity in one value.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::dns::DnsOptions;
use super::policy::AddressPolicy;
use super::proxy::{ProxyLine, ProxyRules};
use super::sockets::SocketOptions;
use super::tls::TlsOptions;

/// How to reach servers.
///
/// The connection pool uses the whole value as part of its key, through the derived comparison:
/// a connection made under one set of options is never used under another, and an option added
/// here cannot be forgotten there.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct NetOptions {
    /// Trust, identity and versions of TLS.
    pub tls: TlsOptions,
    /// Which proxies to go through; none unless told.
    pub proxy: ProxyRules,
    /// A `PROXY` line to begin every connection with (HAProxy's PROXY protocol); none unless told.
    pub proxy_line: Option<ProxyLine>,
    /// Which address families to use.
    pub family: AddressFamily,
    /// Whom to ask for names; the system unless told.
    pub dns: DnsOptions,
    /// Addresses to use instead of a lookup, by host and port.
    pub resolve: Vec<ResolveRule>,
    /// Other places to connect to, by host and port; names in the request stay as they are.
    pub connect_to: Vec<ConnectRule>,
    /// Connect to this Unix socket instead of the host.
    pub unix_socket: Option<UnixName>,
    /// What the system is told of each socket: local ends, probes, marks.
    pub socket: SocketOptions,
    /// Which addresses may be connected to; any unless told.
    pub policy: AddressPolicy,
    /// How long to wait for one address before the next is tried beside it: 250 ms.
    pub happy_eyeballs_delay: Option<Duration>,
}

/// Which address families to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AddressFamily {
    /// Whatever the name has.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// The name of a Unix socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnixName {
    /// A path in the file system.
    Path(PathBuf),
    /// A name in Linux's abstract namespace.
    Abstract(String),
}

/// Addresses that stand for one host and port. A rule for the very host goes before one for any, a
/// later one before an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveRule {
    /// The host name, or `*` for any.
    pub host: String,
    /// The port the rule is for.
    pub port: u16,
    /// What to connect to; the addresses' own ports are ignored.
    pub addresses: Vec<IpAddr>,
}

/// Another place to connect to for one host and port; `None` matches or keeps anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectRule {
    /// The host in the URL.
    pub from_host: Option<String>,
    /// The port in the URL.
    pub from_port: Option<u16>,
    /// The host to connect to.
    pub to_host: Option<String>,
    /// The port to connect to.
    pub to_port: Option<u16>,
}

impl NetOptions {
    /// Where a connection to `host:port` really goes.
    pub(super) fn redirected(&self, host: &str, port: u16) -> (String, u16) {
        let rule = self.connect_to.iter().find(|rule| {
            let host_fits =
                rule.from_host.as_deref().is_none_or(|from| from.eq_ignore_ascii_case(host));
            host_fits && rule.from_port.is_none_or(|from| from == port)
        });
        match rule {
            Some(rule) => (
                rule.to_host.clone().unwrap_or_else(|| host.to_owned()),
                rule.to_port.unwrap_or(port),
            ),
            None => (host.to_owned(), port),
        }
    }

    /// The addresses given by hand for `host:port`.
    pub(super) fn given(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let named = |name: &str| {
            let mut rules = self.resolve.iter().rev().filter(|rule| rule.port == port);
            rules.find(|rule| {
                let own = rule.host.strip_suffix('.').unwrap_or(&rule.host);
                own.eq_ignore_ascii_case(name)
            })
        };
        let rule = named(host).or_else(|| named("*"))?;
        Some(rule.addresses.iter().map(|ip| SocketAddr::new(*ip, port)).collect())
    }
}

impl AddressFamily {
    pub(super) fn allows(self, address: &SocketAddr) -> bool {
        match self {
            AddressFamily::Any => true,
            AddressFamily::V4 => address.is_ipv4(),
            AddressFamily::V6 => address.is_ipv6(),
        }
    }
}
