//! Options of TCP and of the two Internet protocols.

use std::time::Duration;

use socket2::TcpKeepalive;

use crate::constants::Family;
use crate::error::Result;
use crate::options::whole_seconds;
use crate::socket::Socket;
use crate::sys;

/// How a silent TCP connection is probed; `None` leaves a value to the system.
///
/// Times are whole seconds to the system; parts of a second are rounded up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before the first probe (Linux: two hours).
    pub time: Option<Duration>,
    /// Time between two probes (Linux: 75 s).
    pub interval: Option<Duration>,
    /// Probes without an answer until the connection is given up (Linux: 9).
    pub retries: Option<u32>,
}

/// Options of TCP and IP sockets.
impl Socket {
    /// Tells whether small packets go out at once (`TCP_NODELAY`).
    pub fn nodelay(&self) -> Result<bool> {
        self.got("TCP_NODELAY", self.inner.tcp_nodelay())
    }

    /// Sends small packets at once, or lets them wait for an acknowledgement so that they can be
    /// put together (`TCP_NODELAY`; Nagle's algorithm, RFC 9293 section 3.7.4).
    pub fn set_nodelay(&self, nodelay: bool) -> Result<()> {
        self.did_set("TCP_NODELAY", self.inner.set_tcp_nodelay(nodelay))
    }

    /// Returns how a silent connection is probed; `None` when it is not (`SO_KEEPALIVE`,
    /// `TCP_KEEPIDLE`, `TCP_KEEPINTVL`, `TCP_KEEPCNT`). Windows doesn't tell the values.
    pub fn keepalive(&self) -> Result<Option<Keepalive>> {
        if !self.got("SO_KEEPALIVE", self.inner.keepalive())? {
            return Ok(None);
        }
        self.got("TCP_KEEPIDLE", sys::keepalive(&self.inner)).map(Some)
    }

    /// Has a silent connection probed, or not (`SO_KEEPALIVE`, `TCP_KEEPIDLE`, `TCP_KEEPINTVL`,
    /// `TCP_KEEPCNT`; RFC 9293 section 3.8.4).
    pub fn set_keepalive(&self, keepalive: Option<Keepalive>) -> Result<()> {
        let result = match keepalive {
            Some(Keepalive { time: None, interval: None, retries: None }) => {
                self.inner.set_keepalive(true)
            }
            Some(keepalive) => self.inner.set_tcp_keepalive(&raw_keepalive(keepalive)),
            None => self.inner.set_keepalive(false),
        };
        self.did_set("SO_KEEPALIVE", result)
    }

    /// Has `connect` return at once, so that the first bytes sent go along with the request for a
    /// connection, where the server allowed that before (`TCP_FASTOPEN_CONNECT`, RFC 7413). Before
    /// `connect`; a connection nothing is sent on may never come about.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn set_fast_open(&self, fast_open: bool) -> Result<()> {
        self.did_set("TCP_FASTOPEN_CONNECT", sys::set_fast_open(&self.inner, fast_open))
    }

    /// Tells whether an INET6 socket leaves IPv4 alone (`IPV6_V6ONLY`).
    pub fn only_v6(&self) -> Result<bool> {
        self.got("IPV6_V6ONLY", self.inner.only_v6())
    }

    /// Makes an INET6 socket leave IPv4 alone, or hear IPv4 peers too (`IPV6_V6ONLY`, RFC 3493
    /// section 5.3). Before `bind`.
    pub fn set_only_v6(&self, only_v6: bool) -> Result<()> {
        self.did_set("IPV6_V6ONLY", self.inner.set_only_v6(only_v6))
    }

    /// Returns how many routers a packet may pass (`IP_TTL`, for INET6 `IPV6_UNICAST_HOPS`).
    pub fn ttl(&self) -> Result<u32> {
        match self.family {
            Family::INET6 => self.got("IPV6_UNICAST_HOPS", self.inner.unicast_hops_v6()),
            _ => self.got("IP_TTL", self.inner.ttl_v4()),
        }
    }

    /// Sets how many routers a packet may pass, 1 to 255 (`IP_TTL`, for INET6
    /// `IPV6_UNICAST_HOPS`).
    pub fn set_ttl(&self, hops: u32) -> Result<()> {
        match self.family {
            Family::INET6 => {
                self.did_set("IPV6_UNICAST_HOPS", self.inner.set_unicast_hops_v6(hops))
            }
            _ => self.did_set("IP_TTL", self.inner.set_ttl_v4(hops)),
        }
    }
}

/// Puts the values into socket2's form.
fn raw_keepalive(keepalive: Keepalive) -> TcpKeepalive {
    let mut raw = TcpKeepalive::new();
    if let Some(time) = keepalive.time {
        raw = raw.with_time(whole_seconds(time));
    }
    if let Some(interval) = keepalive.interval {
        raw = raw.with_interval(whole_seconds(interval));
    }
    if let Some(retries) = keepalive.retries {
        raw = raw.with_retries(retries);
    }
    raw
}
