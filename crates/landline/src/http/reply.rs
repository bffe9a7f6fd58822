//! What came back.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use landline_wire::head::{ResponseHead, Version};
use landline_wire::target::Location;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, ReadBuf};

use super::body::Body;
use super::client::Timings;
use super::rest::Source;
use crate::block::{AtHand, first_room};
use crate::error::FailedReply;
use crate::net::{Peer, TlsFacts};
use crate::retry::retry_after;
use crate::{Error, ErrorKind, Headers, Limits, Phase, Result};

/// The reply to a request: its head, and its body as a reader.
#[derive(Debug)]
pub struct Reply {
    pub(super) head: ResponseHead,
    pub(super) body: Body,
    pub(super) location: Arc<Location>,
    pub(super) peer: Peer,
    pub(super) local: Option<SocketAddr>,
    pub(super) tls: Option<Arc<TlsFacts>>,
    pub(super) timings: Timings,
    pub(super) counts: Counts,
    pub(super) limits: Limits,
}

/// How much went to and fro for one reply, over all its hops.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Connections made.
    pub connects: usize,
    /// Redirects followed.
    pub redirects: usize,
    /// Bytes of request heads sent.
    pub request_head_bytes: usize,
    /// Bytes of response heads received.
    pub reply_head_bytes: usize,
}

impl Reply {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// The reason phrase as received: the peer's words, not fit for a terminal unescaped.
    pub fn reason(&self) -> &str {
        &self.head.reason
    }

    /// The version the server speaks.
    pub fn version(&self) -> Version {
        self.head.version
    }

    /// The header list, in order and spelling as received.
    pub fn headers(&self) -> &Headers {
        &self.head.headers
    }

    /// The whole head.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.head.status)
    }

    /// The URL that was read in the end, after redirects.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// How long the server wants a next request to wait (`Retry-After`, RFC 9110 section 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers(), SystemTime::now())
    }

    /// Who answered.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The address of this end, for TCP.
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// What TLS agreed on, when it was used.
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.tls.as_deref()
    }

    /// How long each step took.
    pub fn timings(&self) -> Timings {
        let total = self.body.ended().map(|end| end - self.timings.started);
        Timings { total, ..self.timings }
    }

    /// How much went to and fro.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The body, its announced length and its trailers.
    pub fn body(&self) -> &Body {
        &self.body
    }

    pub(super) fn into_source(self) -> Source {
        self.body.into_source()
    }

    /// The body alone.
    pub fn into_body(self) -> Body {
        self.body
    }

    /// Turns a status of 400 or above into an error that carries the reply.
    ///
    /// # Errors
    /// [`ErrorKind::Status`].
    pub async fn error_for_status(mut self) -> Result<Self> {
        if self.head.status < 400 {
            return Ok(self);
        }
        Err(self.failure().await)
    }

    /// The error that a reply without success is, with the beginning of its body.
    pub(crate) async fn failure(&mut self) -> Error {
        let max = self.limits.error_body_bytes;
        let mut body = Vec::new();
        let read = (&mut self.body).take(max as u64).read_to_end(&mut body).await;
        let complete = read.is_ok() && body.len() < max;
        let status = self.head.status;
        let reason = landline_wire::escape::escape(self.head.reason.as_bytes());
        let url = super::redact::url(&self.location);
        let what = format!("{url} answered {status} {reason}").trim_end().to_owned();
        let headers = self.head.headers.clone();
        let reply = FailedReply { status, headers, body, complete };
        Error::new(ErrorKind::Status, Phase::AwaitingReply, what).at(url).with_reply(reply)
    }

    /// The whole body, [`Limits::document_bytes`] of it at most.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when it is longer, or whatever goes wrong while reading it.
    pub async fn read_to_vec(&mut self) -> Result<Vec<u8>> {
        let expected = self.body.announced_len();
        read_capped(&mut self.body, expected, self.limits.document_bytes).await
    }

    /// The whole body as text; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// As for [`read_to_vec`](Self::read_to_vec).
    pub async fn text(&mut self) -> Result<String> {
        self.read_to_vec().await.map(to_text)
    }
}

/// The bytes as text; those that are not UTF-8 are replaced.
pub(crate) fn to_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Reads all of it, up to `max` bytes; `expected` tells for how many to make room at once.
pub(crate) async fn read_capped(
    from: &mut (impl AsyncRead + Unpin),
    expected: Option<u64>,
    max: usize,
) -> Result<Vec<u8>> {
    let mut all = Vec::with_capacity(first_room(expected));
    let room = (max as u64).saturating_add(1);
    from.take(room).read_to_end(&mut all).await?;
    if all.len() > max {
        let what = format!("the document is longer than the {max} bytes asked for");
        return Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what));
    }
    Ok(all)
}

impl AtHand for Reply {
    fn is_at_hand(&self) -> bool {
        self.body.is_at_hand()
    }
}

impl AsyncRead for Reply {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().body).poll_read(cx, buf)
    }
}

impl AsyncBufRead for Reply {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<&[u8]>> {
        Pin::new(&mut self.get_mut().body).poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        Pin::new(&mut self.get_mut().body).consume(amount);
    }
}
