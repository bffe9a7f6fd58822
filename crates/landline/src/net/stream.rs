//! One byte stream, however it came about: TCP, Unix, TLS over either, or the caller's own.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::deflate::Deflated;
use super::pace::{Deadline, Direction, Pace};
use super::tls::{TlsFacts, TlsStream, late_alert};
use crate::http::Tunnel;
use crate::{ErrorKind, Phase, Result, Timeouts};

/// What a [`Stream`] can be made of: anything that reads and writes asynchronously.
pub trait Pipe: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Pipe for T {}

/// A connected byte stream whose every wait is bounded by [`Timeouts`].
///
/// One concrete type, so that protocol code has no type parameters. It implements Tokio's
/// [`AsyncRead`] and [`AsyncWrite`]; an error it gives tells which phase ran out of time.
pub struct Stream {
    io: Transport,
    pace: Pace,
    peer: Peer,
    local: Option<SocketAddr>,
}

pub(super) enum Transport {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Tls(Box<TlsStream>),
    Deflated(Box<Deflated>),
    /// Through a proxy, within HTTP/2.
    Tunnel(Box<Tunnel>),
    Other(Box<dyn Pipe>),
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Peer {
    /// An Internet address.
    Ip(SocketAddr),
    /// A Unix socket, by path or `@name`.
    Unix(String),
    /// A stream that the caller brought, or no connection at all.
    None,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Ip(address) => write!(f, "{} port {}", address.ip(), address.port()),
            Peer::Unix(path) => f.write_str(path),
            Peer::None => f.write_str("an unnamed stream"),
        }
    }
}

impl Stream {
    /// Wraps a stream that the caller made.
    pub fn new(pipe: impl Pipe + 'static) -> Self {
        Self::from_transport(Transport::Other(Box::new(pipe)), Peer::None, None)
    }

    /// Puts a protocol over a stream; `inner` finds the stream in it. Peer, address and deadlines stay
    /// as they are, and stand outside: one timer for both.
    pub(crate) fn layered<T: Pipe + 'static>(
        mut over: T,
        inner: impl Fn(&mut T) -> &mut Stream,
    ) -> Self {
        let stream = inner(&mut over);
        let (peer, local) = (stream.peer.clone(), stream.local);
        let (timeouts, total) = stream.deadlines();
        stream.set_deadline(Timeouts::none(), None);
        let mut layered = Self::from_transport(Transport::Other(Box::new(over)), peer, local);
        layered.set_deadline(timeouts, total);
        layered
    }

    pub(super) fn from_transport(io: Transport, peer: Peer, local: Option<SocketAddr>) -> Self {
        Self { io, pace: Pace::new(Timeouts::default()), peer, local }
    }

    /// A stream to an address that is known, so that nobody has to be asked for it.
    pub(super) fn of_tcp(stream: TcpStream, peer: SocketAddr) -> Self {
        Self::from_transport(Transport::Tcp(stream), Peer::Ip(peer), None)
    }

    pub(super) fn into_transport(self) -> (Transport, Peer, Option<SocketAddr>) {
        (self.io, self.peer, self.local)
    }

    /// Compresses what goes and decompresses what comes from here on.
    pub(crate) fn deflate(&mut self) {
        let nothing = Transport::Other(Box::new(tokio::io::empty()));
        let plain = std::mem::replace(&mut self.io, nothing);
        self.io = Transport::Deflated(Box::new(Deflated::over(plain)));
    }

    /// Who is at the other end.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The address of this end, for TCP.
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// Facts of the TLS session, when there is one.
    pub fn tls(&self) -> Option<TlsFacts> {
        self.io.tls().map(TlsFacts::of)
    }

    /// What a login can be bound to: `tls-exporter` of TLS 1.3 (RFC 9266).
    pub(crate) fn channel_binding(&self) -> Option<Vec<u8>> {
        let session = self.io.tls()?.get_ref().1;
        if session.protocol_version() != Some(rustls::ProtocolVersion::TLSv1_3) {
            return None;
        }
        session.export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", None).ok()
    }

    /// Sets the deadlines of the waits to come; `total` counts from now.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.pace.set_timeouts(timeouts, timeouts.total.map(Deadline::after));
    }

    pub(crate) fn set_deadline(&mut self, timeouts: Timeouts, total: Option<Deadline>) {
        self.pace.set_timeouts(timeouts, total);
    }

    /// The deadlines that hold here, the total one where it stands now.
    pub(crate) fn deadlines(&self) -> (Timeouts, Option<Deadline>) {
        self.pace.deadlines()
    }

    /// Names the phase that the next waits belong to: it chooses the deadline and stands in errors.
    pub fn enter(&mut self, phase: Phase) {
        self.pace.enter(phase);
    }

    /// The next bytes to be sent are a head, which `send_rate` does not hold up.
    pub(crate) fn let_pass(&mut self, bytes: usize) {
        self.pace.let_pass(bytes);
    }

    /// Says whether the waits to come are for our own side, which no idle deadline bounds.
    pub(crate) fn wait_for_ourselves(&mut self, ours: bool) {
        self.pace.set_ours(ours);
    }

    /// How many bytes the rate lets through now; the total deadline holds while it is waited for.
    fn poll_room(
        &mut self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<io::Result<Option<usize>>> {
        match self.pace.poll_room(cx, direction) {
            Poll::Ready(room) => Poll::Ready(Ok(room)),
            Poll::Pending => self.pace.wait_for_total(cx, &self.peer),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.pace.phase()
    }

    /// Whether an idle stream can still be used: nothing to read and not closed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.io.is_silent() && !self.io.has_read_ahead()
    }

    /// Whether the peer of an idle stream has certainly said something. Of TLS this cannot be
    /// told: what came may be a session ticket.
    pub(crate) fn has_spoken(&self) -> bool {
        self.io.tls().is_none() && matches!(self.io.peek(), Some(Ok(1..)))
    }

    /// Has the peer see a break, not an end, when this is dropped: what was sent is not all of it.
    pub(crate) fn break_on_drop(&self) {
        if let Some(socket) = self.io.socket() {
            // Where it cannot be had, the peer sees an ordinary end.
            let _ = socket.set_linger(Some(std::time::Duration::ZERO));
        }
    }

    pub(crate) fn error(&self, error: io::Error) -> crate::Error {
        self.error_in(self.phase(), error)
    }

    pub(crate) fn error_in(&self, phase: Phase, error: io::Error) -> crate::Error {
        if let Some(words) = late_alert(&error) {
            let message = format!("{} {words}", self.peer);
            return crate::Error::new(ErrorKind::Io, phase, message);
        }
        // A TLS peer that leaves without close_notify, which has nothing more to say of it.
        if error.kind() == io::ErrorKind::UnexpectedEof && error.get_ref().is_some_and(is_foreign) {
            let what = format!("{} closed the connection without the goodbye of TLS", self.peer);
            let cause = io::Error::from(io::ErrorKind::UnexpectedEof);
            return crate::Error::new(ErrorKind::Io, phase, what).because(cause);
        }
        crate::Error::from_io_with(error, phase, &self.peer)
    }
}

fn is_foreign(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    !error.is::<crate::Error>()
}

impl Transport {
    /// Looks at the next byte of the socket underneath, where there is one.
    fn peek(&self) -> Option<io::Result<usize>> {
        let mut byte = [std::mem::MaybeUninit::uninit(); 1];
        Some(self.socket()?.peek(&mut byte))
    }

    fn is_silent(&self) -> bool {
        match self {
            Transport::Tunnel(tunnel) => tunnel.is_quiet(),
            Transport::Tls(stream) => stream.get_ref().0.inner().is_silent(),
            Transport::Deflated(stream) => stream.inner.is_silent(),
            _ => {
                matches!(self.peek(), Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock)
            }
        }
    }

    /// Whether TLS holds bytes, or the peer's goodbye, that no longer show on the socket.
    fn has_read_ahead(&self) -> bool {
        let stream = match self {
            Transport::Tls(stream) => stream,
            Transport::Deflated(stream) => {
                return stream.has_unread() || stream.inner.has_read_ahead();
            }
            _ => return false,
        };
        let (pipe, session) = stream.get_ref();
        // Under the TLS of a tunnel there is that of its proxy.
        pipe.has_unread() || !session.wants_read() || pipe.inner().has_read_ahead()
    }

    fn tls(&self) -> Option<&TlsStream> {
        match self {
            Transport::Tls(stream) => Some(stream),
            Transport::Deflated(stream) => stream.inner.tls(),
            _ => None,
        }
    }

    fn socket(&self) -> Option<socket2::SockRef<'_>> {
        match self {
            Transport::Tcp(stream) => Some(socket2::SockRef::from(stream)),
            #[cfg(unix)]
            Transport::Unix(stream) => Some(socket2::SockRef::from(stream)),
            Transport::Tls(stream) => stream.get_ref().0.inner().socket(),
            Transport::Deflated(stream) => stream.inner.socket(),
            Transport::Tunnel(_) | Transport::Other(_) => None,
        }
    }
}

/// Runs one expression for whichever transport it is.
macro_rules! each {
    ($transport:expr, $io:ident => $run:expr) => {
        match $transport {
            Transport::Tcp($io) => $run,
            #[cfg(unix)]
            Transport::Unix($io) => $run,
            Transport::Tls($io) => {
                let $io = $io.as_mut();
                $run
            }
            Transport::Deflated($io) => {
                let $io = $io.as_mut();
                $run
            }
            Transport::Tunnel($io) => {
                let $io = $io.as_mut();
                $run
            }
            Transport::Other($io) => $run,
        }
    };
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        each!(self.get_mut(), io => Pin::new(io).poll_read(cx, buf))
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        each!(self.get_mut(), io => Pin::new(io).poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self.get_mut(), io => Pin::new(io).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self.get_mut(), io => Pin::new(io).poll_shutdown(cx))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = match ready!(this.poll_room(cx, Direction::Read))? {
            None => Pin::new(&mut this.io).poll_read(cx, buf),
            Some(room) => {
                let room = room.min(buf.remaining());
                let mut part = ReadBuf::new(buf.initialize_unfilled_to(room));
                let read = Pin::new(&mut this.io).poll_read(cx, &mut part);
                let count = part.filled().len();
                buf.advance(count);
                read
            }
        };
        match read {
            Poll::Pending => this.pace.wait(cx, Direction::Read, &this.peer),
            ready => {
                this.pace.moved(Direction::Read);
                this.pace.spend(Direction::Read, buf.filled().len() - before);
                ready
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let room = ready!(this.poll_room(cx, Direction::Write))?.unwrap_or(usize::MAX);
        match Pin::new(&mut this.io).poll_write(cx, &buf[..room.min(buf.len())]) {
            Poll::Pending => this.pace.wait(cx, Direction::Write, &this.peer),
            ready => {
                this.pace.moved(Direction::Write);
                if let Poll::Ready(Ok(count)) = ready {
                    this.pace.spend(Direction::Write, count);
                }
                ready
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_flush(cx) {
            Poll::Pending => this.pace.wait(cx, Direction::Write, &this.peer),
            ready => ready,
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_shutdown(cx) {
            Poll::Pending => this.pace.wait(cx, Direction::Write, &this.peer),
            ready => ready,
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.io {
            Transport::Tcp(_) => "tcp",
            #[cfg(unix)]
            Transport::Unix(_) => "unix",
            Transport::Tls(_) => "tls",
            Transport::Deflated(_) => "deflated",
            Transport::Tunnel(_) => "tunnel",
            Transport::Other(_) => "other",
        };
        f.debug_struct("Stream").field("kind", &kind).field("peer", &self.peer).finish()
    }
}

impl From<TcpStream> for Stream {
    fn from(stream: TcpStream) -> Self {
        let peer = stream.peer_addr().map_or(Peer::None, Peer::Ip);
        let local = stream.local_addr().ok();
        Self::from_transport(Transport::Tcp(stream), peer, local)
    }
}

#[cfg(unix)]
impl From<UnixStream> for Stream {
    fn from(stream: UnixStream) -> Self {
        let peer = stream.peer_addr().ok().and_then(|address| {
            let path = address.as_pathname().map(|path| path.display().to_string());
            let name = || address.as_abstract_name().map(String::from_utf8_lossy);
            path.or_else(|| name().map(|name| format!("@{name}")))
        });
        let peer = peer.map_or(Peer::None, Peer::Unix);
        Self::from_transport(Transport::Unix(stream), peer, None)
    }
}

impl Stream {
    /// Takes over a connected TCP stream of the standard library.
    ///
    /// # Errors
    /// When the stream cannot be made non-blocking.
    pub fn from_std(stream: std::net::TcpStream) -> Result<Self> {
        let made = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
        made.map(Self::from).map_err(|error| crate::Error::from_io(error, Phase::Connecting))
    }

    /// Takes over a connected stream socket of storey 1.
    ///
    /// # Errors
    /// When the socket is no stream, or cannot be made non-blocking.
    pub fn from_socket(socket: landline_socket::Socket) -> Result<Self> {
        let unusable = |error| crate::Error::from_io(error, Phase::Connecting);
        #[cfg(unix)]
        if socket.family() == landline_socket::Family::UNIX {
            let made = std::os::unix::net::UnixStream::try_from(socket).map_err(io::Error::from);
            let made = made.and_then(|stream| {
                stream.set_nonblocking(true)?;
                UnixStream::from_std(stream)
            });
            return made.map(Self::from).map_err(unusable);
        }
        let made = std::net::TcpStream::try_from(socket).map_err(io::Error::from);
        Self::from_std(made.map_err(unusable)?)
    }
}
