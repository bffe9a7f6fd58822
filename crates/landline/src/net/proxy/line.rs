//! The `PROXY` line: tells a server behind a balancer who is connected (HAProxy's PROXY protocol, version 1).

use std::net::{IpAddr, SocketAddr};

use tokio::io::AsyncWriteExt;

use crate::net::{Peer, Stream};
use crate::{Error, ErrorKind, Phase, Result};

/// Whose connection a `PROXY` line says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyLine {
    /// Ours, as it is.
    Own,
    /// That of another client, from our port.
    Of(IpAddr),
}

/// Sends the line: the first thing that the server hears.
pub(in crate::net) async fn send(stream: &mut Stream, line: ProxyLine) -> Result<()> {
    let text = text(line, stream.local(), stream.peer());
    stream.write_all(text.as_bytes()).await.map_err(|error| {
        let what = "the connection broke while the PROXY line was sent";
        Error::new(ErrorKind::Io, Phase::Connecting, what).because(error)
    })
}

/// The line; where there are no addresses it says so.
fn text(line: ProxyLine, local: Option<SocketAddr>, peer: &Peer) -> String {
    let (Some(local), Peer::Ip(peer)) = (local, peer) else {
        return "PROXY UNKNOWN\r\n".to_owned();
    };
    let client = match line {
        ProxyLine::Own => local.ip(),
        ProxyLine::Of(client) => client,
    };
    // Both addresses are of one family in this version: one of IPv4 beside IPv6 is mapped into it.
    let (client, server) = match (client, peer.ip()) {
        (client, server) if client.is_ipv4() == server.is_ipv4() => (client, server),
        (client, server) => (mapped(client), mapped(server)),
    };
    let family = if client.is_ipv4() { "TCP4" } else { "TCP6" };
    format!("PROXY {family} {client} {server} {} {}\r\n", local.port(), peer.port())
}

fn mapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        v6 => v6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_families() {
        let line = |line, local: &str, peer: &str| {
            text(line, Some(local.parse().unwrap()), &Peer::Ip(peer.parse().unwrap()))
        };
        let own = line(ProxyLine::Own, "127.0.0.1:1", "127.0.0.2:80");
        assert_eq!(own, "PROXY TCP4 127.0.0.1 127.0.0.2 1 80\r\n");
        let own = line(ProxyLine::Own, "[::1]:1", "[::2]:80");
        assert_eq!(own, "PROXY TCP6 ::1 ::2 1 80\r\n");
        let other = ProxyLine::Of("192.0.2.7".parse().unwrap());
        let text4 = line(other, "127.0.0.1:1", "127.0.0.2:80");
        assert_eq!(text4, "PROXY TCP4 192.0.2.7 127.0.0.2 1 80\r\n");
        let text6 = line(other, "[::1]:1", "[::2]:80");
        assert_eq!(text6, "PROXY TCP6 ::ffff:192.0.2.7 ::2 1 80\r\n");
        assert_eq!(text(other, None, &Peer::None), "PROXY UNKNOWN\r\n");
    }
}
