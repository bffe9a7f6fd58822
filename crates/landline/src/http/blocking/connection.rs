//! The blocking face of a connection used step by step.

use std::io::{self, BufRead, Read};

use landline_wire::head::ResponseHead;

use crate::block::{Runtime, blocking, consume};
use crate::http::aio;
use crate::net::{NetOptions, Stream};
use crate::observe::Observer;
use crate::{Headers, LineStream, Result, Timeouts};

/// A connection on which requests are made step by step.
#[derive(Debug)]
pub struct Connection {
    pub(super) inner: aio::Connection,
    pub(super) runtime: Runtime,
}

impl Connection {
    /// Connects to `host:port`, or to `host` at port 80.
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline.
    pub fn connect(host_port: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let inner = runtime.block_on(aio::Connection::connect(host_port))?;
        Ok(Self { inner, runtime })
    }

    /// Connects to `host:port`, or to `host` at port 443, and begins TLS.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect), and when the certificate is not trusted.
    pub fn connect_tls(host_port: &str, options: &NetOptions) -> Result<Self> {
        let runtime = Runtime::new()?;
        let inner = runtime.block_on(aio::Connection::connect_tls(host_port, options))?;
        Ok(Self { inner, runtime })
    }

    /// Speaks HTTP over a connected TCP stream of the standard library; `host` is what the Host
    /// field says.
    ///
    /// # Errors
    /// When the stream cannot be made non-blocking.
    pub fn over(stream: std::net::TcpStream, host: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let stream = runtime.block_on(async { Stream::from_std(stream) })?;
        Ok(Self { inner: aio::Connection::over(stream, host), runtime })
    }

    /// Sets the deadlines of the waits to come.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.inner.set_timeouts(timeouts);
    }

    /// Has everything that happens told to `observer`.
    pub fn set_observer(&mut self, observer: Observer) {
        self.inner.set_observer(observer);
    }

    /// The stream underneath.
    pub fn stream(&self) -> &Stream {
        self.inner.stream()
    }

    /// Begins a request: its line and the Host field. `method` is any token of RFC 9110 section
    /// 9.1, `target` what follows it on the line, such as `/index.html`.
    ///
    /// # Errors
    /// [`Usage`](crate::ErrorKind::Usage) for a byte that cannot stand there, or when the last
    /// reply has not been read to its end; [`Protocol`](crate::ErrorKind::Protocol) when the peer
    /// has said something since.
    pub fn put_request(&mut self, method: &str, target: &str) -> Result<()> {
        self.inner.put_request(method, target)
    }

    /// Begins a request with its line alone, for a caller who puts every header. `version` is
    /// `HTTP/1.0` or `HTTP/1.1`.
    ///
    /// # Errors
    /// As for [`put_request`](Self::put_request).
    pub fn put_request_line(&mut self, method: &str, target: &str, version: &str) -> Result<()> {
        self.inner.put_request_line(method, target, version)
    }

    /// Adds one field to the head. `Content-Length` and `Transfer-Encoding: chunked` say how the
    /// body will be framed; this connection frames it so.
    ///
    /// # Errors
    /// [`Usage`](crate::ErrorKind::Usage) when the name is no token, when the value holds CR, LF or
    /// NUL, and when it frames the body otherwise than a field before: nothing is added then.
    pub fn put_header(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<()> {
        self.inner.put_header(name, value)
    }

    blocking! {
        /// Ends the headers and sends the head.
        ///
        /// # Errors
        /// When the peer is gone or takes nothing for too long.
        fn end_headers(&mut self) -> Result<()>;

        /// Sends a piece of the request's body, framed as the headers said.
        ///
        /// # Errors
        /// [`Usage`](crate::ErrorKind::Usage) for more bytes than announced; else when the peer
        /// is gone.
        fn send(&mut self, piece: &[u8]) -> Result<()>;

        /// Ends the request where that is still to do, and reads the head of the reply. Interim
        /// (1xx) replies are told to the observer and passed over.
        ///
        /// # Errors
        /// [`EmptyReply`](crate::ErrorKind::EmptyReply) when the peer closes without a word,
        /// [`Truncated`](crate::ErrorKind::Truncated) inside the head,
        /// [`Protocol`](crate::ErrorKind::Protocol), [`Version`](crate::ErrorKind::Version) or
        /// [`Limit`](crate::ErrorKind::Limit) for a head that is not acceptable,
        /// [`Usage`](crate::ErrorKind::Usage) for a body shorter than announced.
        fn get_reply(&mut self) -> Result<ResponseHead>;
    }

    /// The body of the reply: a reader that ends where the body ends. The connection is free for
    /// the next request then.
    pub fn body(&mut self) -> BodyReader<'_> {
        BodyReader { inner: self.inner.body(), runtime: &self.runtime }
    }

    /// The trailer fields (RFC 9112 section 7.1.2) of a chunked body that has ended.
    pub fn take_trailers(&mut self) -> Headers {
        self.inner.take_trailers()
    }

    /// Whether another request may be put on this connection.
    pub fn is_idle(&self) -> bool {
        self.inner.is_idle()
    }

    /// After `101 Switching Protocols`, or at any other time: the line stream underneath, with
    /// what it has read ahead.
    pub fn into_line_stream(self) -> LineStream {
        LineStream::from_parts(self.inner.into_line_stream(), self.runtime)
    }
}

/// Reads the body that is next on a [`Connection`], and ends where the body ends.
#[derive(Debug)]
pub struct BodyReader<'a> {
    inner: aio::BodyReader<'a>,
    runtime: &'a Runtime,
}

impl Read for BodyReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

impl BufRead for BodyReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}
