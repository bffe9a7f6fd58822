//! The accepted socket itself, TCP or Unix, shared between a connection and the server that has
//! to be able to end it.

use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::delivery;

/// A listening socket.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// Where a listener can be reached.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Listener {
    pub(crate) fn bind(address: &Address) -> io::Result<(Listener, Address)> {
        match address {
            Address::Tcp(wanted) => {
                let listener = TcpListener::bind(wanted)?;
                let bound = Address::Tcp(listener.local_addr()?);
                Ok((Listener::Tcp(listener), bound))
            }
            #[cfg(unix)]
            Address::Unix(path) => {
                Ok((Listener::Unix(UnixListener::bind(path)?), Address::Unix(path.clone())))
            }
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(crate) fn accept(&self) -> io::Result<Transport> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                Ok(Transport::Tcp(stream))
            }
            #[cfg(unix)]
            Listener::Unix(listener) => Ok(Transport::Unix(listener.accept()?.0)),
        }
    }
}

impl Address {
    /// Knocks once, so that a thread waiting in `accept` wakes up.
    pub(crate) fn knock(&self) {
        match self {
            Address::Tcp(address) => {
                let _ = TcpStream::connect_timeout(address, Duration::from_secs(1));
            }
            #[cfg(unix)]
            Address::Unix(path) => {
                let _ = UnixStream::connect(path);
            }
            #[cfg(not(unix))]
            Address::Unix(_) => {}
        }
    }
}

/// An accepted socket.
#[derive(Debug)]
pub(crate) enum Transport {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Transport {
    pub(crate) fn shutdown(&self, how: Shutdown) {
        let _ = match self {
            Transport::Tcp(stream) => stream.shutdown(how),
            #[cfg(unix)]
            Transport::Unix(stream) => stream.shutdown(how),
        };
    }

    /// Bounds every single read and write.
    pub(crate) fn set_patience(&self, patience: Duration) -> io::Result<()> {
        match self {
            Transport::Tcp(stream) => {
                stream.set_read_timeout(Some(patience))?;
                stream.set_write_timeout(Some(patience))
            }
            #[cfg(unix)]
            Transport::Unix(stream) => {
                stream.set_read_timeout(Some(patience))?;
                stream.set_write_timeout(Some(patience))
            }
        }
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Transport::Tcp(stream) => stream.local_addr(),
            #[cfg(unix)]
            Transport::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Transport::Tcp(stream) => stream.peer_addr(),
            #[cfg(unix)]
            Transport::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Looks at what has arrived without taking it or waiting for it: `WouldBlock` means nothing,
    /// 0 bytes the end.
    pub(crate) fn glance(&self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Transport::Tcp(stream) => {
                stream.set_nonblocking(true)?;
                let seen = stream.peek(into);
                stream.set_nonblocking(false)?;
                seen
            }
            #[cfg(unix)]
            Transport::Unix(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Returns how much of what was sent has not arrived, as far as that can be known.
    pub(crate) fn undelivered_bytes(&self) -> u64 {
        match self {
            Transport::Tcp(stream) => delivery::unacknowledged_bytes(stream).unwrap_or(0),
            #[cfg(unix)]
            Transport::Unix(_) => 0,
        }
    }

    /// Makes the coming close send RST instead of FIN. On Unix sockets there is no such thing.
    pub(crate) fn linger_zero(&self) -> io::Result<()> {
        match self {
            Transport::Tcp(stream) => {
                socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))
            }
            #[cfg(unix)]
            Transport::Unix(_) => Ok(()),
        }
    }
}

/// A counted handle to a [`Transport`] that reads and writes.
///
/// Counted and not duplicated (`try_clone`): RST goes out only when the last descriptor closes.
#[derive(Clone, Debug)]
pub(crate) struct Wire(pub(crate) Arc<Transport>);

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &*self.0 {
            Transport::Tcp(stream) => (&*stream).read(into),
            #[cfg(unix)]
            Transport::Unix(stream) => (&*stream).read(into),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &*self.0 {
            Transport::Tcp(stream) => (&*stream).write(bytes),
            #[cfg(unix)]
            Transport::Unix(stream) => (&*stream).write(bytes),
        }
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        match &*self.0 {
            Transport::Tcp(stream) => (&*stream).write_vectored(parts),
            #[cfg(unix)]
            Transport::Unix(stream) => (&*stream).write_vectored(parts),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
