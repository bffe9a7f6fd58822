//! The blocking face of HTTP.

use std::io::{self, BufRead, Read};
use std::net::SocketAddr;
use std::time::Duration;

use landline_wire::head::{ResponseHead, Version};
use landline_wire::target::Location;

use super::client::Timings;
use super::reply::Counts;
use super::{RedirectPolicy, Upload, aio};
use crate::block::{Runtime, blocking, consume};
use crate::net::{NetOptions, Peer, Stream, TlsFacts};
use crate::observe::Observer;
use crate::{Headers, Limits, LineStream, Result, Timeouts};

/// A connection on which requests are made step by step.
#[derive(Debug)]
pub struct Connection {
    inner: aio::Connection,
    runtime: Runtime,
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

/// An HTTP client with its own pool of connections; cheap to clone, clones share the pool.
#[derive(Clone, Debug)]
pub struct Client {
    inner: aio::Client,
    runtime: Runtime,
}

impl Client {
    /// A client with default options.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn new() -> Result<Self> {
        Ok(Self { inner: aio::Client::new(), runtime: Runtime::new()? })
    }

    /// A client that reaches servers as `options` say.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn with_options(options: NetOptions, timeouts: Timeouts, limits: Limits) -> Result<Self> {
        let inner = aio::Client::with_options(options, timeouts, limits);
        Ok(Self { inner, runtime: Runtime::new()? })
    }

    /// A client with other options and the same pool. A connection is used again only where all of
    /// [`NetOptions`] agree.
    #[must_use]
    pub fn sibling(&self, options: NetOptions, timeouts: Timeouts, limits: Limits) -> Self {
        let inner = self.inner.sibling(options, timeouts, limits);
        Self { inner, runtime: self.runtime.clone() }
    }

    /// A request with any method (RFC 9110 section 9).
    pub fn request(&self, method: &str, url: &str) -> Request {
        Request { inner: self.inner.request(method, url), runtime: self.runtime.clone() }
    }

    /// A request for a URL that is taken apart already.
    pub fn request_at(&self, method: &str, location: Location) -> Request {
        let inner = self.inner.request_at(method, location);
        Request { inner, runtime: self.runtime.clone() }
    }

    /// A GET request.
    pub fn get(&self, url: &str) -> Request {
        self.request("GET", url)
    }

    /// A HEAD request.
    pub fn head(&self, url: &str) -> Request {
        self.request("HEAD", url)
    }

    /// A POST request; give it a body.
    pub fn post(&self, url: &str) -> Request {
        self.request("POST", url)
    }

    /// A PUT request; give it a body.
    pub fn put(&self, url: &str) -> Request {
        self.request("PUT", url)
    }

    /// A DELETE request.
    pub fn delete(&self, url: &str) -> Request {
        self.request("DELETE", url)
    }
}

/// A request that is being put together; [`send`](Self::send) sends it.
///
/// A mistake in any part is reported by `send`, before anything is sent.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    inner: aio::Request,
    runtime: Runtime,
}

/// Hands builder steps on to the async request.
macro_rules! steps {
    ($($(#[$meta:meta])* fn $name:ident(self $(, $arg:ident: $type:ty)*);)*) => {
        $(
            $(#[$meta])*
            pub fn $name(mut self $(, $arg: $type)*) -> Self {
                self.inner = self.inner.$name($($arg),*);
                self
            }
        )*
    };
}

impl Request {
    steps! {
        /// Adds a field. One that the client would send by itself is replaced, and stands where
        /// added fields stand; `Host` stays first.
        fn header(self, name: &str, value: impl AsRef<[u8]>);

        /// Leaves out a field that the client would send by itself.
        fn without_header(self, name: &str);

        /// Sends this as the body.
        fn body(self, upload: Upload);

        /// Sends these bytes as the body.
        fn bytes(self, bytes: impl Into<Vec<u8>>);

        /// Says what type the body has.
        fn content_type(self, media_type: &str);

        /// Authenticates with user and password (Basic, RFC 7617), at this origin only.
        fn basic_auth(self, user: impl AsRef<[u8]>, password: impl AsRef<[u8]>);

        /// Authenticates with a token (Bearer, RFC 6750), at this origin only.
        fn bearer_auth(self, token: &str);

        /// Replaces the User-Agent; an empty one leaves the field out.
        fn user_agent(self, name: &str);

        /// Asks for a part: `0-499`, `500-`, `-500` (RFC 9110 section 14.1.2).
        fn range(self, bytes: &str);

        /// Says where the URL was found. User, password and fragment in it stay here.
        fn referer(self, url: &str);

        /// Sends this as the request target instead of path and query.
        fn request_target(self, target: &str);

        /// Offers `deflate`, `gzip`, `br` and `zstd` in `Accept-Encoding`, and decodes the body of
        /// the reply while it is read (RFC 9110 section 8.4). An `Accept-Encoding` added with
        /// [`header`](Self::header) replaces the offer. The reply's headers stay as received.
        fn decode(self, decode: bool);

        /// Speaks HTTP/1.0 (RFC 1945): one request per connection, no chunks.
        fn http10(self);

        /// For bodies above `bytes` (1 MiB by default) waits up to `patience` (1 s) for the
        /// server's `100 Continue` before sending them (RFC 9110 section 10.1.1).
        fn expect_continue(self, bytes: u64, patience: Duration);

        /// Follows redirects or not.
        fn follow_redirects(self, follow: bool);

        /// Follows redirects by these rules.
        fn redirects(self, policy: RedirectPolicy);

        /// Bounds the waits of this request.
        fn timeouts(self, timeouts: Timeouts);

        /// Has everything that happens told to `observer`.
        fn observe(self, observer: Observer);
    }

    /// Sends the request, follows redirects, and gives the reply as soon as its head is there.
    ///
    /// # Errors
    /// Whatever can go wrong on the way; a status that is not success is no error here.
    pub fn send(self) -> Result<Reply> {
        let Self { inner, runtime } = self;
        let inner = runtime.block_on(inner.send())?;
        Ok(Reply { inner, runtime })
    }
}

/// The reply to a request: its head, and its body as a reader.
#[derive(Debug)]
pub struct Reply {
    inner: aio::Reply,
    runtime: Runtime,
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
        /// The whole body, [`Limits::document_bytes`] of it at most.
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
}

impl BufRead for Body {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}
