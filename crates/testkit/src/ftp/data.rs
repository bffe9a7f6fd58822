//! Data connections: how they come about, and reading and writing them under supervision.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};

use super::answer::End;
use crate::Conn;
use crate::log::is_timeout;
use crate::transport::{Transport, Wire};

/// How long a data connection is waited for, and a standstill in it borne.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a standing transfer looks whether it is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const POLL_EVERY: Duration = Duration::from_millis(1);
/// A transfer that runs well looks after so many bytes.
const LOOK_BYTES: usize = 1 << 20;

/// Where the next data connection comes from.
#[derive(Debug, Default)]
pub(super) enum Door {
    #[default]
    Shut,
    Passive(TcpListener),
    Active(SocketAddr),
}

impl Door {
    pub(super) fn listen(on: IpAddr) -> io::Result<(Door, u16)> {
        let listener = TcpListener::bind((on, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok((Door::Passive(listener), port))
    }

    pub(super) fn is_passive(&self) -> bool {
        matches!(self, Door::Passive(_))
    }

    /// Waits for the client, or goes to it.
    pub(super) fn open(self, conn: &Conn, watch: &Watch) -> io::Result<TcpStream> {
        let stream = match self {
            Door::Shut => return Err(io::ErrorKind::NotConnected.into()),
            Door::Active(address) => TcpStream::connect_timeout(&address, PATIENCE)?,
            Door::Passive(listener) => accept(&listener, conn, watch)?,
        };
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// As a rule the client is there already, and the first look finds it.
fn accept(listener: &TcpListener, conn: &Conn, watch: &Watch) -> io::Result<TcpStream> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match listener.accept() {
            Err(error) if is_timeout(&error) => {}
            accepted => return accepted.map(|(stream, _)| stream),
        }
        if watch.is_called() || conn.is_stopping() || Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        conn.pause(POLL_EVERY);
    }
}

/// Looks at the control connection during a transfer.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    control: Arc<Transport>,
    is_tls: bool,
}

impl Watch {
    pub(super) fn over(conn: &Conn) -> Option<Watch> {
        let control = conn.wire()?.0.clone();
        Some(Watch { control, is_tls: conn.tls().is_some() })
    }

    /// Tells whether the client wants something, ABOR or its end. Under TLS what it is cannot be
    /// seen, and whatever it is ends the transfer.
    fn is_called(&self) -> bool {
        let mut seen = [0; 64];
        match self.control.glance(&mut seen) {
            Ok(0) => true,
            Ok(_) if self.is_tls => true,
            Ok(count) => seen[..count].to_ascii_uppercase().windows(4).any(|word| word == b"ABOR"),
            Err(error) => !is_timeout(&error),
        }
    }
}

/// The socket of a data connection: it ends when the client calls, and does not stand for ever.
struct Watched {
    wire: Wire,
    watch: Option<Watch>,
    unseen: usize,
}

impl Watched {
    fn look(&mut self) -> io::Result<()> {
        self.unseen = 0;
        match &self.watch {
            Some(watch) if watch.is_called() => Err(io::ErrorKind::ConnectionAborted.into()),
            _ => Ok(()),
        }
    }

    fn persist(&mut self, go: impl Fn(&mut Wire) -> io::Result<usize>) -> io::Result<usize> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match go(&mut self.wire) {
                Err(error) if is_timeout(&error) && Instant::now() < deadline => self.look()?,
                Ok(count) => {
                    self.unseen += count;
                    if self.unseen >= LOOK_BYTES {
                        self.look()?;
                    }
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Into a cell, since the closure above may be called again.
impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let into = std::cell::RefCell::new(into);
        self.persist(|wire| wire.read(&mut into.borrow_mut()))
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.persist(|wire| wire.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Stream {
    Plain(Watched),
    Tls(Box<StreamOwned<ServerConnection, Watched>>),
}

/// An open data connection.
pub(super) struct Data {
    stream: Stream,
    one_byte: bool,
    /// Bytes of content that went through, either way.
    pub(super) bytes: u64,
}

impl Data {
    pub(super) fn new(stream: TcpStream, conn: &Conn, watch: Watch) -> io::Result<Data> {
        let wire = Wire(Arc::new(Transport::Tcp(stream)));
        wire.0.set_patience(LOOK_EVERY)?;
        if !conn.adopt(&wire.0) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let watched = Watched { wire, watch: Some(watch), unseen: 0 };
        Ok(Data { stream: Stream::Plain(watched), one_byte: conn.is_one_byte(), bytes: 0 })
    }

    /// Shakes hands; sessions resumed from this one bear `mark`.
    pub(super) fn secure(self, config: Arc<ServerConfig>, mark: &[u8]) -> io::Result<Data> {
        let Data { stream: Stream::Plain(watched), one_byte, bytes } = self else {
            return Ok(self);
        };
        let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
        session.set_buffer_limit(Some(1 << 20));
        session.set_resumption_data(mark);
        let mut stream = StreamOwned::new(session, watched);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        stream.flush()?;
        Ok(Data { stream: Stream::Tls(Box::new(stream)), one_byte, bytes })
    }

    /// Tells whether the session was resumed, and what the one before it was marked with.
    pub(super) fn resumption(&self) -> (bool, Option<&[u8]>) {
        match &self.stream {
            Stream::Plain(_) => (false, None),
            Stream::Tls(stream) => {
                let is_resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
                (is_resumed, stream.conn.received_resumption_data().filter(|_| is_resumed))
            }
        }
    }

    fn watched(&mut self) -> &mut Watched {
        match &mut self.stream {
            Stream::Plain(watched) => watched,
            Stream::Tls(stream) => &mut stream.sock,
        }
    }

    /// Leaves the control connection out of sight: it has been ended on purpose.
    pub(super) fn look_away(&mut self) {
        self.watched().watch = None;
    }

    /// Ends our side, in order or not.
    pub(super) fn end(&mut self, end: End, conn: &Conn) -> io::Result<()> {
        if let (Stream::Tls(stream), End::Fin) = (&mut self.stream, end) {
            stream.conn.send_close_notify();
            stream.flush()?;
        }
        let transport = &self.watched().wire.0;
        match end {
            End::Fin | End::Cut => transport.shutdown(std::net::Shutdown::Write),
            End::Stall => self.stall(conn)?,
            End::Reset => {
                let deadline = Instant::now() + Duration::from_secs(2);
                while transport.undelivered_bytes() > 0 && Instant::now() < deadline {
                    conn.pause(POLL_EVERY);
                }
                transport.linger_zero()?;
            }
        }
        Ok(())
    }

    /// Says nothing more until the client goes or calls.
    fn stall(&mut self, conn: &Conn) -> io::Result<()> {
        let watched = self.watched();
        let mut thrown_away = [0; 4096];
        while !conn.is_stopping() {
            match watched.wire.read(&mut thrown_away) {
                Ok(0) => break,
                Err(error) if is_timeout(&error) => watched.look()?,
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

impl Read for Data {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.stream {
            Stream::Plain(watched) => watched.read(into),
            Stream::Tls(stream) => stream.read(into),
        }?;
        self.bytes += count as u64;
        Ok(count)
    }
}

impl Write for Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = if self.one_byte { &bytes[..bytes.len().min(1)] } else { bytes };
        let count = match &mut self.stream {
            Stream::Plain(watched) => watched.write(part)?,
            Stream::Tls(stream) => {
                let count = stream.write(part)?;
                stream.flush()?;
                count
            }
        };
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(watched) => watched.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }
}
