//! What the good server answers.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, HeaderValue, Method, Request, Response};

use super::server::Counts;
use crate::http::pattern;

/// `hello`, as `gzip -n` packs it.
const GZIP_HELLO: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";

pub(super) async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    counts: Arc<Counts>,
) {
    let path = request.uri().path().to_owned();
    let (kind, number) = path[1..].split_once('/').unwrap_or((&path[1..], "0"));
    let len = number.parse().unwrap_or(0);
    let sent = match kind {
        _ if request.method() == Method::HEAD => {
            let head = Response::builder().header("content-length", 5).body(()).expect("a head");
            respond.send_response(head, true).map(drop)
        }
        "hello" => whole(&mut respond, 200, &[], b"hello").await,
        "echo" => {
            let text = echo(request).await;
            whole(&mut respond, 200, &[], &text).await
        }
        "sink" => {
            let count = read(request.into_body()).await.len().to_string();
            whole(&mut respond, 200, &[], count.as_bytes()).await
        }
        "pattern" => whole(&mut respond, 200, &[], &pattern(0, len)).await,
        "unsized" => unsized_pattern(&mut respond, len).await,
        "hints" => {
            let hints = Response::builder().status(103).header("link", "</a>").body(());
            let _ = respond.send_informational(hints.expect("a head"));
            whole(&mut respond, 200, &[], b"hello").await
        }
        "early" => whole(&mut respond, 403, &[], b"no").await,
        "moved" => whole(&mut respond, 302, &[("location", "/hello")], b"").await,
        "stall" => stall(&mut respond).await,
        "silent" => std::future::pending().await,
        "gzip" => whole(&mut respond, 200, &[("content-encoding", "gzip")], GZIP_HELLO).await,
        "empty" => {
            let head = Response::builder().status(204).body(()).expect("a head");
            respond.send_response(head, true).map(drop)
        }
        _ => whole(&mut respond, 404, &[], b"not here").await,
    };
    if sent.is_err() {
        counts.resets.fetch_add(1, Ordering::SeqCst);
    }
}

async fn read(mut body: RecvStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(Ok(chunk)) = body.data().await {
        let _ = body.flow_control().release_capacity(chunk.len());
        all.extend_from_slice(&chunk);
    }
    all
}

async fn echo(request: Request<RecvStream>) -> Vec<u8> {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("", |path| path.as_str());
    let authority = head.uri.authority().map_or("", |authority| authority.as_str());
    let scheme = head.uri.scheme_str().unwrap_or("");
    let mut text = format!(
        ":method {}\n:scheme {scheme}\n:authority {authority}\n:path {path}\n",
        head.method
    );
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    }
    text.push('\n');
    let mut text = text.into_bytes();
    text.extend_from_slice(&read(body).await);
    text
}

async fn whole(
    respond: &mut SendResponse<Bytes>,
    status: u16,
    fields: &[(&str, &str)],
    body: &[u8],
) -> Result<(), h2::Error> {
    let mut head = Response::builder().status(status).header("content-length", body.len());
    for (name, value) in fields {
        head = head.header(*name, *value);
    }
    let mut stream = respond.send_response(head.body(()).expect("a head"), false)?;
    send(&mut stream, body).await?;
    stream.send_data(Bytes::new(), true)
}

/// The beginning of a body, and nothing more.
async fn stall(respond: &mut SendResponse<Bytes>) -> Result<(), h2::Error> {
    let mut stream = respond.send_response(Response::new(()), false)?;
    send(&mut stream, &pattern(0, 2000)).await?;
    std::future::pending().await
}

async fn unsized_pattern(respond: &mut SendResponse<Bytes>, len: u64) -> Result<(), h2::Error> {
    let mut stream = respond.send_response(Response::new(()), false)?;
    send(&mut stream, &pattern(0, len)).await?;
    let mut trailers = HeaderMap::new();
    trailers.insert("x-end", HeaderValue::from_static("reached"));
    stream.send_trailers(trailers)
}

/// Sends as the client's windows allow.
pub(super) async fn send(stream: &mut SendStream<Bytes>, bytes: &[u8]) -> Result<(), h2::Error> {
    let mut left = Bytes::copy_from_slice(bytes);
    while !left.is_empty() {
        stream.reserve_capacity(left.len());
        let room = match stream.capacity() {
            0 => match poll_fn(|cx| stream.poll_capacity(cx)).await {
                Some(room) => room?,
                None => return Err(Reason::CANCEL.into()),
            },
            room => room,
        };
        let part = left.split_to(room.min(left.len()));
        stream.send_data(part, false)?;
    }
    Ok(())
}
