//! The blocking face of the line client.

use std::io::{self, BufRead, Read, Write};

use landline_wire::line::LineEnding;
use landline_wire::reply::{Reply, ReplyStyle};
use tokio::io::AsyncWriteExt;

use super::aio;
use crate::block::{Runtime, blocking, consume};
use crate::net::{NetOptions, Stream};
use crate::observe::Observer;
use crate::{Result, Timeouts};

/// A client for protocols that speak in lines.
///
/// FTP, SMTP, POP3, NNTP, finger, gopher, IRC and HTTP itself begin the same way: a line goes out,
/// a line comes back. This is that conversation as a type. It adds the line ends and takes them
/// off, keeps what a protocol must not say off the wire, reads replies and dot-terminated blocks,
/// begins TLS in mid-conversation, and never waits or grows without end. Every protocol of this
/// crate stands on it; yours can too.
///
/// *Not* in here: what the lines mean. That is a protocol's own business.
///
/// # Example
/// A server that greets, and a client that quits. The reply is read as SMTP forms it, which is how
/// a reply of several lines comes out as one value.
///
/// ```
/// use landline::{LineStream, ReplyStyle};
/// use std::io::Write;
///
/// let server = landline_testkit::Server::tcp(|conn| {
///     conn.write_all(b"220-hello\r\n220 and welcome\r\n")?;
///     assert_eq!(conn.read_line()?, b"QUIT\r\n");
///     conn.write_all(b"221 bye\r\n")
/// });
/// let mut line = LineStream::connect(&server.addr().to_string(), 25)?;
/// let greeting = line.read_reply(ReplyStyle::Smtp)?;
/// assert_eq!((greeting.code(), greeting.lines().len()), (Some(220), 2));
/// let bye = line.command("QUIT", ReplyStyle::Smtp)?;
/// assert!(bye.is_success());
/// # Ok::<(), landline::Error>(())
/// ```
///
/// # Lines
/// [`write_line`](Self::write_line) adds CRLF and refuses CR, LF and NUL inside the line, whatever
/// it was made from: this is the one place where a line is put on the wire, so that no value a
/// caller passes on can become a second command (class A of the flaws that clients have had).
///
/// [`read_line`](Self::read_line) takes the line end off. Which ends it accepts is the protocol's
/// choice:
///
/// | [`LineEnding`] | ends a line | inside a line |
/// |---|---|---|
/// | `Strict` (default) | CRLF | a bare CR, a bare LF and NUL are errors |
/// | `Lenient` | LF, and a CR before it is dropped | everything else is content |
/// | `AnyCr` | CRLF, LF or CR | everything else is content |
///
/// The end of the stream is an error of its own kind: [`EmptyReply`](crate::ErrorKind::EmptyReply)
/// between lines, [`Truncated`](crate::ErrorKind::Truncated) inside one. A loop over a stream that
/// ends when it likes looks like this:
///
/// ```
/// # use std::io::Write;
/// # let server = landline_testkit::Server::tcp(|conn| conn.write_all(b"one\r\ntwo\r\n"));
/// # let mut line = landline::LineStream::connect(&server.addr().to_string(), 79)?;
/// # let mut seen = Vec::new();
/// loop {
///     match line.read_line() {
///         Ok(text) => seen.push(text),
///         Err(error) if error.kind() == landline::ErrorKind::EmptyReply => break,
///         Err(error) => return Err(error),
///     }
/// }
/// # assert_eq!(seen, ["one", "two"]);
/// # Ok::<(), landline::Error>(())
/// ```
///
/// # Blocks
/// Mail and news send texts of many lines that end with a lone dot (RFC 5321 section 4.5.2, RFC
/// 3977 section 3.1.1). [`dot_reader`](Self::dot_reader) is a [`BufRead`] that ends there and has
/// the doubled dots undone; [`dot_writer`](Self::dot_writer) is a [`Write`] that doubles them and
/// makes every line end a CRLF. Neither holds more than one piece of the text. Only CRLF `.` CRLF ends
/// it; LF `.` LF with no CRLF before it is an error of kind [`Protocol`](crate::ErrorKind::Protocol),
/// because the server may mean the end by it, or somebody a text that hides replies.
///
/// ```
/// # use std::io::{Read, Write};
/// # let server = landline_testkit::Server::tcp(|conn| {
/// #     conn.write_all(b"..hidden\r\nend\r\n.\r\n250 ok\r\n")
/// # });
/// # let mut line = landline::LineStream::connect(&server.addr().to_string(), 119)?;
/// let mut text = String::new();
/// line.dot_reader().read_to_string(&mut text)?;
/// assert_eq!(text, ".hidden\r\nend\r\n");
/// assert_eq!(line.read_line()?, "250 ok");
/// # Ok::<(), landline::Error>(())
/// ```
///
/// # Bytes
/// It is a [`Read`], a [`BufRead`] and a [`Write`] too, for bodies that are announced in lines and
/// come as bytes; what was read ahead is given out first. A read into a buffer of 16 KiB or more
/// goes past the internal buffer, so that a large body is copied once.
///
/// # TLS in mid-conversation
/// [`upgrade_tls`](Self::upgrade_tls) consumes the client and gives a new one. It fails when the
/// peer has already sent something behind its go-ahead: such bytes would count as said under TLS
/// although anybody on the way could have written them. What was learned before, capabilities for
/// one, has to be asked again.
///
/// # Limits and deadlines
/// | what | default | change it with |
/// |---|---|---|
/// | a line, without its end | 64 KiB | [`with_max_line`](Self::with_max_line) |
/// | a reply of several lines | 1 MiB, 10,000 lines | - |
/// | the read buffer | a line; it begins at 4 KiB | |
/// | connecting | 60 s | [`Opener::timeouts`](crate::Opener::timeouts), for a scheme of one's own |
/// | a wait in which nothing moves | 300 s each way | [`with_timeouts`](Self::with_timeouts) |
///
/// Time is linear in the bytes received, however they trickle in.
///
/// # Watching
/// [`with_observer`](Self::with_observer) shows every line in both directions.
/// [`write_secret_line`](Self::write_secret_line) shows up as `PASS [masked]`.
///
/// # Errors
/// Every method says which of these it gives: [`Usage`](crate::ErrorKind::Usage) is the caller's
/// own mistake and leaves the connection as it was; [`Protocol`](crate::ErrorKind::Protocol),
/// [`Limit`](crate::ErrorKind::Limit) and [`Truncated`](crate::ErrorKind::Truncated) are the
/// peer's, and [`Io`](crate::ErrorKind::Io) and [`Timeout`](crate::ErrorKind::Timeout) the
/// network's: drop the connection after any of these.
#[derive(Debug)]
pub struct LineStream {
    inner: aio::LineStream,
    runtime: Runtime,
}

impl LineStream {
    /// Connects to `host:port`, or to `host` with `default_port`, with default options.
    ///
    /// # Errors
    /// [`Resolve`](crate::ErrorKind::Resolve) or [`Connect`](crate::ErrorKind::Connect), naming
    /// every address that was tried, or [`Timeout`](crate::ErrorKind::Timeout).
    pub fn connect(host_port: &str, default_port: u16) -> Result<Self> {
        let runtime = Runtime::new()?;
        let inner = runtime.block_on(aio::LineStream::connect(host_port, default_port))?;
        Ok(Self { inner, runtime })
    }

    /// Connects as [`connect`](Self::connect) does and begins TLS at once.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect), and when the certificate is not trusted.
    pub fn connect_tls(host_port: &str, default_port: u16, options: &NetOptions) -> Result<Self> {
        let runtime = Runtime::new()?;
        let work = aio::LineStream::connect_tls(host_port, default_port, options);
        let inner = runtime.block_on(work)?;
        Ok(Self { inner, runtime })
    }

    /// Speaks over a connected TCP stream of the standard library.
    ///
    /// # Errors
    /// When the stream cannot be made non-blocking.
    pub fn over(stream: std::net::TcpStream) -> Result<Self> {
        Self::over_with(|| Stream::from_std(stream))
    }

    /// Speaks over a socket of storey 1: a connected stream of the families INET, INET6 or UNIX.
    ///
    /// # Errors
    /// When the socket is of another kind or cannot be made non-blocking.
    pub fn over_socket(socket: landline_socket::Socket) -> Result<Self> {
        Self::over_with(|| Stream::from_socket(socket))
    }

    fn over_with(make: impl FnOnce() -> Result<Stream> + Send) -> Result<Self> {
        let runtime = Runtime::new()?;
        let stream = runtime.block_on(async { make() })?;
        Ok(Self { inner: aio::LineStream::new(stream), runtime })
    }

    pub(crate) fn into_inner(self) -> (aio::LineStream, Runtime) {
        (self.inner, self.runtime)
    }

    pub(crate) fn from_parts(inner: aio::LineStream, runtime: Runtime) -> Self {
        Self { inner, runtime }
    }

    fn map(mut self, change: impl FnOnce(aio::LineStream) -> aio::LineStream) -> Self {
        self.inner = change(self.inner);
        self
    }

    /// Chooses which line ends are accepted; [`LineEnding::Strict`] unless told otherwise.
    #[must_use]
    pub fn with_ending(self, ending: LineEnding) -> Self {
        self.map(|inner| inner.with_ending(ending))
    }

    /// Bounds the length of a line, without its end; 64 KiB unless told otherwise.
    #[must_use]
    pub fn with_max_line(self, bytes: usize) -> Self {
        self.map(|inner| inner.with_max_line(bytes))
    }

    /// Sets the deadlines of the waits to come.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        self.map(|inner| inner.with_timeouts(timeouts))
    }

    /// Changes the deadlines of the waits to come, in the middle of a conversation.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.inner.set_timeouts(timeouts);
    }

    /// Has every line told to `observer`, secret ones as `[masked]`.
    #[must_use]
    pub fn with_observer(self, observer: Observer) -> Self {
        self.map(|inner| inner.with_observer(observer))
    }

    /// What has been read ahead and not yet been asked for.
    pub fn buffered(&self) -> &[u8] {
        self.inner.buffered()
    }

    /// The stream underneath: who is at the other end, what TLS agreed on.
    pub fn stream(&self) -> &Stream {
        self.inner.stream()
    }

    blocking! {
        /// Sends one line; CRLF is added.
        ///
        /// # Errors
        /// [`Usage`](crate::ErrorKind::Usage) when the line holds CR, LF or NUL: nothing is sent
        /// then.
        fn write_line(&mut self, line: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Sends one line of which no log may show more than the verb.
        ///
        /// # Errors
        /// As for [`write_line`](Self::write_line).
        fn write_secret_line(&mut self, line: impl AsRef<[u8]> + Send) -> Result<()>;

        /// Sends bytes as they are.
        ///
        /// # Errors
        /// When the peer is gone or takes nothing for too long.
        fn write_raw(&mut self, bytes: &[u8]) -> Result<()>;

        /// Receives one line, without its end; bytes that are not UTF-8 are replaced.
        ///
        /// # Errors
        /// [`EmptyReply`](crate::ErrorKind::EmptyReply) at the end of the stream,
        /// [`Truncated`](crate::ErrorKind::Truncated) when it ends inside a line,
        /// [`Protocol`](crate::ErrorKind::Protocol) for a line end that is not accepted, and
        /// [`Limit`](crate::ErrorKind::Limit) for a line that is too long.
        fn read_line(&mut self) -> Result<String>;

        /// Receives the status reply that FTP, SMTP, NNTP or POP3 give to a command.
        ///
        /// # Errors
        /// As for [`read_line`](Self::read_line), and when the lines are no reply of that style.
        fn read_reply(&mut self, style: ReplyStyle) -> Result<Reply>;

        /// Sends a command and receives the reply to it.
        ///
        /// # Errors
        /// As for [`write_line`](Self::write_line) and [`read_reply`](Self::read_reply).
        fn command(&mut self, line: impl AsRef<[u8]> + Send, style: ReplyStyle) -> Result<Reply>;

        /// Receives exactly `count` bytes. Memory grows with what comes, not with `count`.
        ///
        /// # Errors
        /// [`Truncated`](crate::ErrorKind::Truncated) when the stream ends before.
        fn read_exactly(&mut self, count: usize) -> Result<Vec<u8>>;

        /// Receives all bytes up to the end of the stream, `max` of them at most.
        ///
        /// # Errors
        /// [`Limit`](crate::ErrorKind::Limit) when there is more.
        fn read_to_end(&mut self, max: usize) -> Result<Vec<u8>>;

        /// Tells the peer that nothing more will be sent; reading goes on.
        ///
        /// # Errors
        /// When the connection is broken.
        fn finish_writing(&mut self) -> Result<()>;
    }

    /// Receives one line as bytes, without its end.
    ///
    /// # Errors
    /// As for [`read_line`](Self::read_line).
    pub fn read_line_bytes(&mut self) -> Result<&[u8]> {
        self.runtime.block_on(self.inner.read_line_bytes())
    }

    /// A reader of the dot-terminated block that comes next (RFC 5321 section 4.5.2), or of what
    /// is left of one. No line can be read before its end.
    pub fn dot_reader(&mut self) -> DotReader<'_> {
        DotReader::new(self.inner.dot_reader(), &self.runtime)
    }

    /// A writer of a dot-terminated block. No line can be sent before its end.
    pub fn dot_writer(&mut self) -> DotWriter<'_> {
        DotWriter { inner: self.inner.dot_writer(), runtime: &self.runtime }
    }

    /// Begins TLS on this connection, as a client of `host`. The line reader does not survive:
    /// what was learned in the clear has to be asked again. The deadlines go on as they were set.
    ///
    /// # Errors
    /// [`Protocol`](crate::ErrorKind::Protocol) when plain bytes come instead of TLS: somebody
    /// put them there.
    pub fn upgrade_tls(self, host: &str, options: &NetOptions) -> Result<Self> {
        let inner = self.runtime.block_on(self.inner.upgrade_tls(host, options))?;
        Ok(Self { inner, runtime: self.runtime })
    }
}

impl Read for LineStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

impl BufRead for LineStream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}

impl Write for LineStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.runtime.block_on(self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.runtime.block_on(self.inner.flush())
    }
}

/// Reads a dot-terminated block; see [`LineStream::dot_reader`].
#[derive(Debug)]
pub struct DotReader<'a> {
    inner: aio::DotReader<'a>,
    runtime: &'a Runtime,
}

impl<'a> DotReader<'a> {
    pub(crate) fn new(inner: aio::DotReader<'a>, runtime: &'a Runtime) -> Self {
        Self { inner, runtime }
    }

    /// Reads what is left of the block and drops it.
    ///
    /// # Errors
    /// [`Truncated`](crate::ErrorKind::Truncated) when the connection ends before the block does;
    /// [`Protocol`](crate::ErrorKind::Protocol) where lines that end in LF alone hide whether it does.
    pub fn skip(self) -> Result<()> {
        self.runtime.block_on(self.inner.skip())
    }
}

impl Read for DotReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

impl BufRead for DotReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}

/// Writes a dot-terminated block; see [`LineStream::dot_writer`].
#[derive(Debug)]
pub struct DotWriter<'a> {
    inner: aio::DotWriter<'a>,
    runtime: &'a Runtime,
}

impl DotWriter<'_> {
    /// Ends the block with its lone dot.
    ///
    /// # Errors
    /// When the peer is gone or takes nothing for too long.
    pub fn finish(self) -> Result<()> {
        self.runtime.block_on(self.inner.finish())
    }
}

impl Write for DotWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.runtime.block_on(self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.runtime.block_on(self.inner.flush())
    }
}
