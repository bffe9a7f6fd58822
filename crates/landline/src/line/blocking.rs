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

/// A client for protocols that speak in lines. DOCS
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

        /// Sends one line that no log may show.
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

    /// A reader of the dot-terminated block that comes next (RFC 5321 section 4.5.2).
    pub fn dot_reader(&mut self) -> DotReader<'_> {
        DotReader { inner: self.inner.dot_reader(), runtime: &self.runtime }
    }

    /// A writer of a dot-terminated block.
    pub fn dot_writer(&mut self) -> DotWriter<'_> {
        DotWriter { inner: self.inner.dot_writer(), runtime: &self.runtime }
    }

    /// Begins TLS on this connection, as a client of `host`. The line reader does not survive:
    /// what was learned in the clear has to be asked again.
    ///
    /// # Errors
    /// [`Protocol`](crate::ErrorKind::Protocol) when plain bytes were already read ahead: somebody
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

impl DotReader<'_> {
    /// Reads what is left of the block and drops it.
    ///
    /// # Errors
    /// [`Truncated`](crate::ErrorKind::Truncated) when the connection ends before the block does.
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
