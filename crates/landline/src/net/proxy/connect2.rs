//! `CONNECT` over HTTP/2 (RFC 9113 section 8.5): a tunnel is a stream, and has its connection for itself.

use super::connect::{LIMITS, MAX_INTERIM, authority, fields, refused};
use super::{Proxy, digest};
use crate::http::{Leg, Tunnel, TunnelLink};
use crate::net::Stream;
use crate::net::stream::Transport;
use crate::observe::Observer;
use crate::{Error, ErrorKind, Limits, Phase, Result};

/// Has the proxy open a tunnel to `host`, and tells it who asks as often as that helps.
pub(super) async fn open(
    stream: Stream,
    proxy: &Proxy,
    (host, port): (&str, u16),
    leg: &mut Leg,
    observer: &Observer,
) -> Result<Stream> {
    let limits = Limits { head: LIMITS, interim_replies: MAX_INTERIM, ..Limits::default() };
    let link = TunnelLink::begin(stream, &limits).await.map_err(|error| broken(proxy, error))?;
    let target = authority(host, port);
    loop {
        let own = digest::Request { method: "CONNECT", target: &target, body_hash: None };
        let proof = proxy.authorization().map(String::into_bytes).or_else(|| leg.proof(&own));
        let fields = fields(proxy, &target, proof.as_deref())?;
        let asked = link.ask(&target, &fields, observer).await;
        let (head, tunnel) = asked.map_err(|error| broken(proxy, error))?;
        match head.status {
            200..300 => return Ok(as_stream(tunnel)),
            407 if leg.learn(&head, &Leg::PROXY)? => {}
            _ => return Err(refused(proxy, head)),
        }
    }
}

fn as_stream(tunnel: Tunnel) -> Stream {
    let (peer, local) = tunnel.ends();
    Stream::from_transport(Transport::Tunnel(Box::new(tunnel)), peer, local)
}

fn broken(proxy: &Proxy, cause: Error) -> Error {
    if cause.kind() == ErrorKind::Usage {
        return cause;
    }
    let what = format!("{proxy} opened no tunnel over HTTP/2");
    Error::new(ErrorKind::Proxy, Phase::Connecting, what).because(cause).on("CONNECT")
}
