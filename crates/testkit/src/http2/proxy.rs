//! Tunnels (RFC 9113 section 8.5).

use std::sync::{Arc, PoisonError};

use base64::Engine as _;
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::{Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::routes::send;
use super::server::Counts;
use crate::http::digest::Gate;

/// What a proxy wants to know of who asks: `me` with the password `secret`.
#[derive(Clone, Copy, Debug)]
pub enum Asks {
    /// Anybody is let in.
    Nothing,
    /// User and password by Basic authentication.
    Basic,
    /// The same by Digest.
    Digest,
}

const DIGEST: Gate<'static> =
    Gate { user: "me", password: "secret", algorithm: "SHA-256", qop: "auth" };

impl Asks {
    fn challenge(self) -> String {
        match self {
            Asks::Digest => DIGEST.challenge(),
            _ => "Basic realm=\"the kit\"".to_owned(),
        }
    }

    fn lets_in(self, proof: &str, authority: &str) -> bool {
        let pair = base64::engine::general_purpose::STANDARD.encode("me:secret");
        match self {
            Asks::Nothing => true,
            Asks::Basic => proof == format!("Basic {pair}"),
            Asks::Digest => DIGEST.lets_in(proof, "CONNECT", authority, b""),
        }
    }
}

pub(super) async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    asks: Asks,
    counts: Arc<Counts>,
) {
    let authority = request.uri().to_string();
    let mut asked = format!("{} {authority}\n", request.method());
    for (name, value) in request.headers() {
        asked.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    counts.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    let (name, port) = authority.rsplit_once(':').unwrap_or((&authority, "0"));
    let proof = request.headers().get("proxy-authorization");
    let proof = proof.and_then(|proof| proof.to_str().ok()).unwrap_or_default();
    let refuse = |status: u16| Response::builder().status(status);
    if !asks.lets_in(proof, &authority) {
        let head = refuse(407).header("proxy-authenticate", asks.challenge());
        let _ = respond.send_response(head.body(()).expect("a head"), true);
        return;
    }
    let server = match name {
        "silent.test" => return std::future::pending().await,
        "reset.test" => return respond.send_reset(Reason::CONNECT_ERROR),
        "refused.test" => None,
        _ => TcpStream::connect(("127.0.0.1", port.parse().unwrap_or(0))).await.ok(),
    };
    let Some(server) = server else {
        let status = if name == "refused.test" { 403 } else { 502 };
        let _ = respond.send_response(refuse(status).body(()).expect("a head"), true);
        return;
    };
    let Ok(back) = respond.send_response(Response::new(()), false) else { return };
    let (from, to) = server.into_split();
    tokio::spawn(up(request.into_body(), to));
    down(from, back, name == "cut.test").await;
}

async fn up(mut body: RecvStream, mut server: OwnedWriteHalf) {
    while let Some(Ok(chunk)) = body.data().await {
        let _ = body.flow_control().release_capacity(chunk.len());
        if server.write_all(&chunk).await.is_err() {
            return;
        }
    }
    let _ = server.shutdown().await;
}

async fn down(mut server: OwnedReadHalf, mut back: SendStream<Bytes>, is_cut: bool) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let Ok(count) = server.read(&mut buffer).await else {
            return back.send_reset(Reason::CONNECT_ERROR);
        };
        if count == 0 {
            let _ = back.send_data(Bytes::new(), true);
            return;
        }
        if send(&mut back, &buffer[..count]).await.is_err() {
            return;
        }
        if is_cut {
            return back.send_reset(Reason::CONNECT_ERROR);
        }
    }
}
