//! SOCKS: the handshake of `wire`, over a stream.

use std::net::IpAddr;

use landline_wire::socks::{Destination, Handshake};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::tunnel::broken;
use super::{Proxy, ProxyKind};
use crate::net::{Stream, without_zone};
use crate::{Error, ErrorKind, Phase, Result};

/// Whether the proxy takes addresses only, so that names are looked up here.
pub(super) fn wants_address(proxy: &Proxy, host: &str) -> bool {
    let is_local = matches!(proxy.kind, ProxyKind::Socks4 | ProxyKind::Socks5);
    is_local && literal(host).is_none()
}

fn literal(host: &str) -> Option<IpAddr> {
    without_zone(host).parse().ok()
}

/// Puts the handshake together: what cannot be asked for shows before anybody is connected to.
///
/// `found` are the addresses of the host, where they were looked up here.
pub(super) fn prepare(
    proxy: &Proxy,
    (host, port): (&str, u16),
    found: &[IpAddr],
) -> Result<Handshake> {
    let login = proxy.login.as_ref();
    let user = login.map_or(&b""[..], |login| &login.user);
    let credentials = login.map(|login| (&login.user[..], &login.password[..]));
    let literal = literal(host);
    let v4 = || {
        let all = found.iter().copied().chain(literal);
        all.map(|ip| ip.to_canonical()).find_map(|ip| match ip {
            IpAddr::V4(v4) => Some(v4),
            IpAddr::V6(_) => None,
        })
    };
    let made = match (proxy.kind, v4()) {
        (ProxyKind::Socks4 | ProxyKind::Socks4a, Some(v4)) => Handshake::socks4(v4, port, user),
        (ProxyKind::Socks4a, None) if literal.is_none() => Handshake::socks4a(host, port, user),
        (ProxyKind::Socks4 | ProxyKind::Socks4a, None) => {
            return Err(error(format!("{proxy} speaks SOCKS4, which knows no IPv6")));
        }
        _ => {
            let address = literal.or(found.first().copied()).map(Destination::Address);
            let destination = address.unwrap_or(Destination::Name(host));
            Handshake::socks5(&destination, port, credentials)
        }
    };
    made.map_err(|cause| error(format!("{proxy} cannot be asked")).because(cause))
}

/// Has the proxy connect, as the handshake says.
pub(super) async fn shake_hands(
    stream: &mut Stream,
    proxy: &Proxy,
    mut handshake: Handshake,
) -> Result<()> {
    let broke = |cause| broken(proxy, "SOCKS", cause);
    let mut buffer = [0; 300];
    loop {
        let output = handshake.take_output();
        stream.write_all(&output).await.map_err(broke)?;
        if handshake.is_done() {
            return Ok(());
        }
        let room = handshake.missing().min(buffer.len());
        let count = stream.read(&mut buffer[..room]).await.map_err(broke)?;
        if count == 0 {
            return Err(broke(std::io::ErrorKind::UnexpectedEof.into()));
        }
        let received = handshake.receive(&buffer[..count]);
        received.map_err(|cause| error(format!("{proxy} refused")).because(cause))?;
    }
}

fn error(what: String) -> Error {
    Error::new(ErrorKind::Proxy, Phase::Connecting, what).on("SOCKS")
}
