//! A document: a reader, and what is known about it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::target::Location;
use tokio::io::{AsyncBufRead, AsyncRead, BufReader, ReadBuf};
use tokio::time::Instant;

use super::file::FileBody;
use super::scheme::Visit;
use crate::block::AtHand;
use crate::http::aio::Reply;
use crate::http::{Timings, read_capped, to_text};
use crate::net::{DialTimes, Peer};
use crate::{Headers, Result};

/// An open document: a buffered reader with facts about what it reads.
///
/// See [the blocking twin](crate::Document) for the whole documentation.
#[derive(Debug)]
pub struct Document {
    content: Content,
    max_bytes: usize,
}

#[derive(Debug)]
enum Content {
    Http(Box<Reply>),
    Parts(Box<Parts>),
}

/// What a scheme gives: the body and what is known of it.
pub struct Parts {
    location: Location,
    info: Headers,
    peer: Peer,
    timings: Timings,
    body: Body,
}

enum Body {
    File(FileBody),
    Memory(io::Cursor<Vec<u8>>),
    Stream(BufReader<Box<dyn AsyncRead + Send + Sync + Unpin>>),
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("url", &self.location.without_secrets())
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl Parts {
    fn new(location: Location, info: Headers, body: Body) -> Self {
        let timings = Timings::begin(Instant::now());
        Self { location, info, peer: Peer::None, timings, body }
    }

    /// A document that stands in memory.
    pub fn memory(location: Location, info: Headers, bytes: Vec<u8>) -> Self {
        Self::new(location, info, Body::Memory(io::Cursor::new(bytes)))
    }

    /// A document that is read from a stream.
    pub fn stream(
        location: Location,
        info: Headers,
        stream: impl AsyncRead + Send + Sync + Unpin + 'static,
    ) -> Self {
        let stream: Box<dyn AsyncRead + Send + Sync + Unpin> = Box::new(stream);
        Self::new(location, info, Body::Stream(BufReader::with_capacity(64 << 10, stream)))
    }

    pub(super) fn file(location: Location, info: Headers, body: FileBody) -> Self {
        Self::new(location, info, Body::File(body))
    }

    /// Says who is at the other end.
    #[must_use]
    pub fn with_peer(mut self, peer: Peer) -> Self {
        self.peer = peer;
        self
    }

    /// The facts alone.
    pub(super) fn into_info(self) -> Headers {
        self.info
    }

    fn body(&mut self) -> Pin<&mut (dyn AsyncBufRead + Send + Unpin)> {
        match &mut self.body {
            Body::File(file) => Pin::new(file),
            Body::Memory(bytes) => Pin::new(bytes),
            Body::Stream(stream) => Pin::new(stream),
        }
    }
}

impl Document {
    pub(super) fn from_reply(reply: Reply, max_bytes: usize) -> Self {
        Self { content: Content::Http(Box::new(reply)), max_bytes }
    }

    pub(super) fn from_parts(parts: Parts, visit: &Visit, started: Instant, max: usize) -> Self {
        let mut parts = Box::new(parts);
        let first_byte = Some(started.elapsed());
        parts.timings = Timings { started, first_byte, ..parts.timings };
        if let Some(met) = visit.met.get() {
            let DialTimes { lookup, connect, tls } = met.times;
            parts.timings = Timings { lookup, connect, tls, ..parts.timings };
            if parts.peer == Peer::None {
                parts.peer = met.peer.clone();
            }
        }
        Self { content: Content::Parts(parts), max_bytes: max }
    }

    /// The URL that is read, after redirects; it shows no password when displayed.
    pub fn location(&self) -> &Location {
        match &self.content {
            Content::Http(reply) => reply.location(),
            Content::Parts(parts) => &parts.location,
        }
    }

    /// The URL that is read, after redirects, without any password.
    pub fn url(&self) -> String {
        self.location().without_secrets()
    }

    /// What is known about the document, as header fields: for HTTP the reply's own, for others
    /// `Content-Length`, `Content-Type` and `Last-Modified` as far as they are known.
    pub fn info(&self) -> &Headers {
        match &self.content {
            Content::Http(reply) => reply.headers(),
            Content::Parts(parts) => &parts.info,
        }
    }

    /// The status code, for protocols that have one.
    pub fn status(&self) -> Option<u16> {
        self.reply().map(Reply::status)
    }

    /// The HTTP reply behind this document.
    pub fn reply(&self) -> Option<&Reply> {
        match &self.content {
            Content::Http(reply) => Some(reply),
            Content::Parts(_) => None,
        }
    }

    /// How long the document is, in bytes, where that is known.
    pub fn announced_len(&self) -> Option<u64> {
        match &self.content {
            Content::Http(reply) => reply.body().announced_len(),
            Content::Parts(parts) => parts.info.get("Content-Length")?.parse().ok(),
        }
    }

    /// Who sends it.
    pub fn peer(&self) -> &Peer {
        match &self.content {
            Content::Http(reply) => reply.peer(),
            Content::Parts(parts) => &parts.peer,
        }
    }

    /// How long each step took.
    pub fn timings(&self) -> Timings {
        match &self.content {
            Content::Http(reply) => reply.timings(),
            Content::Parts(parts) => parts.timings,
        }
    }

    /// The whole document, [`Limits::document_bytes`](crate::Limits::document_bytes) of it at most.
    ///
    /// # Errors
    /// [`Limit`](crate::ErrorKind::Limit) when it is longer, or whatever goes wrong while reading.
    pub async fn read_to_vec(&mut self) -> Result<Vec<u8>> {
        let (expected, max) = (self.announced_len(), self.max_bytes);
        read_capped(self, expected, max).await
    }

    /// The whole document as text; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// As for [`read_to_vec`](Self::read_to_vec).
    pub async fn text(&mut self) -> Result<String> {
        self.read_to_vec().await.map(to_text)
    }

    fn note_end(&mut self) {
        if let Content::Parts(parts) = &mut self.content {
            let timings = &mut parts.timings;
            timings.total.get_or_insert_with(|| timings.started.elapsed());
        }
    }

    fn reader(&mut self) -> Pin<&mut (dyn AsyncBufRead + Send + Unpin)> {
        match &mut self.content {
            Content::Http(reply) => Pin::new(&mut **reply),
            Content::Parts(parts) => parts.body(),
        }
    }
}

impl AtHand for Document {
    fn is_at_hand(&self) -> bool {
        match &self.content {
            Content::Http(reply) => reply.is_at_hand(),
            Content::Parts(parts) => !matches!(parts.body, Body::Stream(_)),
        }
    }
}

impl AsyncRead for Document {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = this.reader().poll_read(cx, buf);
        if matches!(read, Poll::Ready(Ok(()))) && buf.filled().len() == before {
            this.note_end();
        }
        read
    }
}

impl AsyncBufRead for Document {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        // The bytes are fetched a second time below, since the borrow checker lets go of none.
        if ready!(this.reader().poll_fill_buf(cx))?.is_empty() {
            this.note_end();
            return Poll::Ready(Ok(&[]));
        }
        this.reader().poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().reader().consume(amount);
    }
}
