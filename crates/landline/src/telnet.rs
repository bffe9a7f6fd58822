//! Telnet: a byte stream with the commands taken out and the negotiation answered.
//!
//! Out of scope: terminals, line mode, encryption. [`wire::telnet`](crate::wire::telnet) has the
//! decoder, and says which options are spoken.
//!
//! Specifications: RFC 854, 855, 1143 and those of the options: 856, 857, 858, 1073, 1091, 1096,
//! 1572. The port is 23.
//!
//! What comes out is a [`Stream`], so that a line client can speak over it:
//!
//! ```
//! use landline::LineEnding;
//! use landline::telnet::{self, Options};
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say(b"\xff\xfd\x18login: ")?;
//! #     assert!(conn.read_exact_bytes(15)?.starts_with(b"\xff\xfb\x18"));
//! #     conn.say(b"\xff\xfa\x18\x01\xff\xf0hello vt100\r\n")
//! # });
//! # let host = server.addr().to_string();
//!
//! let mut options = Options::default();
//! options.set("TTYPE=vt100")?;
//! let mut line = telnet::connect(&host, options)?.with_ending(LineEnding::Lenient);
//! assert_eq!(line.read_line()?, "login: hello vt100");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Opener::connect`](crate::Opener::connect) gives the same for `telnet://host:port`, and
//! [`open`](crate::open()) reads such a URL to its end without saying anything.
//!
//! Nothing is said of us unless [`Options`] hold it, and nothing at all until the server negotiates.
//!
//! # Limits
//! | what | limit |
//! |---|---|
//! | answers that the server does not take, and data that waits with them | 64 KiB |
//! | negotiations with no byte of data between them | 1,024 |
//! | commands with no byte of data between them | 1 MiB |
//! | waits | [`Timeouts`](crate::Timeouts) |
//!
//! # Errors
//! Beyond those of any connection: [`Limit`](crate::ErrorKind::Limit) as above, and
//! [`Truncated`](crate::ErrorKind::Truncated) when the stream ends inside a command.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::telnet::{Telnet, encode};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::net::Stream;
use crate::{Error, ErrorKind, Phase, Result};

pub use landline_wire::telnet::{OptionError, Options};

/// Connects to `host`, or `host:port`, with default options of the network.
///
/// # Errors
/// As for any connection: the name, each address tried, the deadline.
pub fn connect(host_port: &str, options: Options) -> Result<crate::LineStream> {
    let runtime = crate::block::Runtime::new()?;
    let work = async {
        let stream = aio::connect(host_port, options).await?;
        Ok(crate::line::aio::LineStream::new(stream))
    };
    let inner = runtime.block_on::<_, _, Error>(work)?;
    Ok(crate::LineStream::from_parts(inner, runtime))
}

/// The async face.
pub(crate) mod aio {
    use super::{Connection, Options, PORT, Result, Stream};
    use crate::line::aio::LineStream;

    /// Connects to `host`, or `host:port`, with default options of the network.
    ///
    /// # Errors
    /// As for any connection: the name, each address tried, the deadline.
    pub async fn connect(host_port: &str, options: Options) -> Result<Stream> {
        let (stream, _) = LineStream::connect(host_port, PORT).await?.into_parts();
        Ok(Connection::over(stream, options).into())
    }
}

pub(crate) const PORT: u16 = 23;

/// Answers and data on their way out, at most.
const MAX_UNSENT_BYTES: usize = 64 << 10;

/// So much data is taken at once.
const PIECE_BYTES: usize = 16 << 10;

/// Telnet over a stream: reads data without commands, writes data with every IAC doubled, and answers
/// the server's negotiation while it is read.
///
/// It turns into a [`Stream`] with `into()`.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    telnet: Telnet,
    received: Vec<u8>,
    data: Vec<u8>,
    given: usize,
    unsent: Vec<u8>,
    sent: usize,
}

impl Connection {
    /// Speaks telnet over a connected stream.
    pub fn over(stream: Stream, options: Options) -> Self {
        Self {
            stream,
            telnet: Telnet::new(options),
            received: vec![0; PIECE_BYTES],
            data: Vec::new(),
            given: 0,
            unsent: Vec::new(),
            sent: 0,
        }
    }

    /// Sends what waits.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.unsent.len() {
            let rest = &self.unsent[self.sent..];
            self.sent += match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => count,
            };
        }
        self.unsent.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }

    /// Reads until there is data; false at the end of the stream.
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        while self.given == self.data.len() {
            let mut room = ReadBuf::new(&mut self.received);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut room))?;
            let count = room.filled().len();
            if count == 0 {
                return Poll::Ready(self.end().map(|()| false).map_err(io::Error::from));
            }
            self.decode(count)?;
            self.poll_answer(cx);
        }
        Poll::Ready(Ok(true))
    }

    /// Sends answers as far as the peer takes them. Reading goes on whatever comes of it, because a peer
    /// that sends and does not read would wait for us for ever; an error shows at the next write.
    fn poll_answer(&mut self, cx: &mut Context<'_>) {
        if self.poll_send(cx).is_ready() {
            let _ = Pin::new(&mut self.stream).poll_flush(cx);
        }
    }

    fn decode(&mut self, count: usize) -> Result<()> {
        self.data.clear();
        self.given = 0;
        let decoded = self.telnet.decode(&self.received[..count], &mut self.data, &mut self.unsent);
        let limit = |what: String| Error::new(ErrorKind::Limit, Phase::ReadingBody, what);
        decoded
            .map_err(|error| limit("the server negotiates without end".into()).because(error))?;
        if self.unsent.len() - self.sent > MAX_UNSENT_BYTES {
            let text = "the server negotiates and does not take the answers";
            return Err(limit(format!("{text}: {MAX_UNSENT_BYTES} bytes wait")));
        }
        Ok(())
    }

    fn end(&self) -> Result<()> {
        if self.telnet.is_inside_command() {
            let what = "the connection ended inside a telnet command";
            return Err(Error::new(ErrorKind::Truncated, Phase::ReadingBody, what));
        }
        Ok(())
    }
}

impl From<Connection> for Stream {
    fn from(connection: Connection) -> Stream {
        Stream::layered(connection, |connection| &mut connection.stream)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.poll_answer(cx);
        if ready!(this.poll_data(cx))? {
            let ready = &this.data[this.given..];
            let count = ready.len().min(buf.remaining());
            buf.put_slice(&ready[..count]);
            this.given += count;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        let piece = &buf[..buf.len().min(PIECE_BYTES)];
        encode(piece, &mut this.unsent);
        // What is not taken now goes with the next write, read or flush.
        match this.poll_send(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(piece.len())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}
