//! The blocking face of replies and their bodies.

use std::io::{self, BufRead, Read};
use std::net::SocketAddr;
use std::time::Duration;

use landline_wire::head::{ResponseHead, Version};
use landline_wire::target::Location;

use super::Connection;
use crate::block::{Runtime, blocking, consume, read_to_end};
use crate::http::{Counts, Timings, aio};
use crate::net::{Peer, TlsFacts};
use crate::{Headers, Result};

/// The reply to a request: its head, and its body as a reader.
#[derive(Debug)]
pub struct Reply {
    pub(super) inner: aio::Reply,
    pub(super) runtime: Runtime,
}

impl Reply {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.inner.status()
    }

    /// The reason phrase as received: the peer's words, not fit for a terminal unescaped.
    pub fn reason(&self) -> &str {
        self.inner.reason()
    }

    /// The version the server speaks.
    pub fn version(&self) -> Version {
        self.inner.version()
    }

    /// The header list, in order and spelling as received.
    pub fn headers(&self) -> &Headers {
        self.inner.headers()
    }

    /// The whole head.
    pub fn head(&self) -> &ResponseHead {
        self.inner.head()
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        self.inner.is_success()
    }

    /// The URL that was read in the end, after redirects.
    pub fn location(&self) -> &Location {
        self.inner.location()
    }

    /// How long the server wants a next request to wait (`Retry-After`, RFC 9110 section 10.2.3).
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after()
    }

    /// Who answered.
    pub fn peer(&self) -> &Peer {
        self.inner.peer()
    }

    /// The address of this end, for TCP.
    pub fn local(&self) -> Option<SocketAddr> {
        self.inner.local()
    }

    /// What TLS agreed on, when it was used.
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.inner.tls()
    }

    /// How long each step took.
    pub fn timings(&self) -> Timings {
        self.inner.timings()
    }

    /// How much went to and fro.
    pub fn counts(&self) -> Counts {
        self.inner.counts()
    }

    /// How many bytes reading the body gives, where that is known: not when it is decoded, since
    /// the head tells the length of what is sent.
    pub fn announced_len(&self) -> Option<u64> {
        self.inner.body().announced_len()
    }

    /// How many bytes are sent, coded if they are, where the head said so.
    pub fn encoded_len(&self) -> Option<u64> {
        self.inner.body().encoded_len()
    }

    /// How many coded bytes were read so far; `None` when the body is not decoded.
    pub fn encoded_read(&self) -> Option<u64> {
        self.inner.body().encoded_read()
    }

    /// The trailer fields of a chunked body that has ended (RFC 9112 section 7.1.2).
    pub fn trailers(&self) -> &Headers {
        self.inner.body().trailers()
    }

    /// The body alone.
    pub fn into_body(self) -> Body {
        Body { inner: self.inner.into_body(), runtime: self.runtime }
    }

    /// Turns a status of 400 or above into an error that carries the reply.
    ///
    /// # Errors
    /// [`Status`](crate::ErrorKind::Status).
    pub fn error_for_status(self) -> Result<Self> {
        let Self { inner, runtime } = self;
        let inner = runtime.block_on(inner.error_for_status())?;
        Ok(Self { inner, runtime })
    }

    blocking! {
        /// The whole body, [`Limits::document_bytes`](crate::Limits::document_bytes) of it at most.
        ///
        /// # Errors
        /// [`Limit`](crate::ErrorKind::Limit) when it is longer, or whatever goes wrong while
        /// reading it.
        fn read_to_vec(&mut self) -> Result<Vec<u8>>;

        /// The whole body as text; bytes that are not UTF-8 are replaced.
        ///
        /// # Errors
        /// As for [`read_to_vec`](Self::read_to_vec).
        fn text(&mut self) -> Result<String>;
    }
}

impl Read for Reply {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }

    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let expected = self.announced_len();
        read_to_end(self, expected, into)
    }
}

impl BufRead for Reply {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}

/// A body that owns its connection, and gives it back to the pool at the end.
#[derive(Debug)]
pub struct Body {
    inner: aio::Body,
    runtime: Runtime,
}

impl Body {
    /// After `101 Switching Protocols`: the connection, which speaks another protocol now.
    pub fn into_connection(self) -> Option<Connection> {
        let Self { inner, runtime } = self;
        inner.into_connection().map(|inner| Connection { inner, runtime })
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }

    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let expected = self.inner.announced_len();
        read_to_end(self, expected, into)
    }
}

impl BufRead for Body {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}
