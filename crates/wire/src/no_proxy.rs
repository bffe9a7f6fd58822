//! Which hosts are reached without a proxy: what `NO_PROXY` says.
//!
//! Out of scope: where the list comes from, and what a proxy is.
//!
//! There is no specification; this is what curl and Go agree on, both sides made canonical first. Names
//! are never looked up.
//!
//! ```
//! use landline_wire::no_proxy::NoProxy;
//!
//! let direct = NoProxy::parse("localhost, .corp.test 10.0.0.0/8,[::1]:8080");
//! assert!(direct.covers("www.CORP.test.", 443) && direct.covers("corp.test", 80));
//! assert!(direct.covers("10.1.2.3", 80) && direct.covers("::ffff:10.1.2.3", 80));
//! assert!(direct.covers("::1", 8080) && !direct.covers("::1", 80));
//! assert!(!direct.covers("notcorp.test", 80));
//! ```
//!
//! | entry | covers |
//! |---|---|
//! | `example.com`, `.example.com`, `*.example.com` | the name and every name below it |
//! | `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]` | the address, in whichever spelling |
//! | `192.0.2.0/24`, `2001:db8::/32` | the addresses with these leading bits |
//! | any of the above with `:port` (IPv6 in brackets) | that port only |
//! | `*` | everything |
//!
//! Entries are separated by commas and blanks. One that makes no sense covers nothing: going through the
//! proxy is what was asked for everywhere else.
//!
//! Deviations from curl 7.88: ports; `*` may stand beside other entries; an IPv4 address
//! mapped into IPv6 is that IPv4 address (`::ffff:10.0.0.1` is in `10.0.0.0/8`).

use std::net::IpAddr;

use crate::ip::Block;
use crate::target::split_host_port;

/// The hosts that are reached without a proxy.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NoProxy {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    /// `None`: any.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// Canonical, without the final dot.
    Name(String),
    Net(Block),
}

impl NoProxy {
    /// Reads a list. Entries that make no sense are left out.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        let pieces = list.split([',', ' ', '\t']).filter(|piece| !piece.is_empty());
        Self { entries: pieces.filter_map(Entry::parse).collect() }
    }

    /// Tells whether nothing is covered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Tells whether `host`, a name or an address with or without brackets and zone, is to be reached
    /// without a proxy at `port`.
    #[must_use]
    pub fn covers(&self, host: &str, port: u16) -> bool {
        let host = Host::of(host);
        let fits_port = |entry: &Entry| entry.port.is_none_or(|wanted| wanted == port);
        self.entries.iter().any(|entry| fits_port(entry) && entry.hosts.cover(&host))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self { hosts: Hosts::All, port: None });
        }
        if text.contains('/') {
            return Some(Self { hosts: Hosts::Net(Block::parse(text)?), port: None });
        }
        let text = text.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(text);
        let text = text.strip_prefix('.').unwrap_or(text);
        // Port 0 is no port that anything listens on, and so stands for none.
        let (host, port) = split_host_port(text, 0).ok()?;
        let hosts = match Host::of(&host) {
            Host::Address(address) => Hosts::Net(Block::of(address)),
            Host::Name(name) if name.is_empty() => return None,
            Host::Name(name) => Hosts::Name(name),
        };
        Some(Self { hosts, port: (port != 0).then_some(port) })
    }
}

impl Hosts {
    fn cover(&self, host: &Host) -> bool {
        match (self, host) {
            (Hosts::All, _) => true,
            (Hosts::Name(covering), Host::Name(name)) => is_at_or_below(name, covering),
            (Hosts::Net(block), Host::Address(address)) => block.holds(*address),
            _ => false,
        }
    }
}

fn is_at_or_below(name: &str, covering: &str) -> bool {
    let above = name.strip_suffix(covering);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// A host in the form in which hosts are compared.
enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    fn of(host: &str) -> Self {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        // A zone means something on this machine only, and is no part of a name.
        let address = bare.split_once('%').map_or(bare, |(address, _)| address);
        if let Ok(address) = address.parse() {
            return Host::Address(address);
        }
        let canonical = split_host_port(bare, 0).map_or_else(|_| bare.to_lowercase(), |it| it.0);
        match canonical.parse() {
            Ok(address) => Host::Address(address),
            Err(_) => Host::Name(canonical.trim_end_matches('.').to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
