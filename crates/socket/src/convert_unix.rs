//! From and to descriptors and the standard library's Unix sockets.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use crate::constants::{Family, Kind, Protocol};
use crate::convert::{Wanted, convert};
use crate::error::{Error, Result};
use crate::socket::Socket;

const UNIX_STREAM: Wanted = Wanted {
    name: "UnixStream",
    families: &[Family::UNIX],
    kind: Kind::STREAM,
    protocols: &[Protocol::DEFAULT],
    listening: Some(false),
};

const UNIX_LISTENER: Wanted = Wanted { name: "UnixListener", listening: Some(true), ..UNIX_STREAM };

const UNIX_DATAGRAM: Wanted =
    Wanted { name: "UnixDatagram", kind: Kind::DGRAM, listening: None, ..UNIX_STREAM };

convert!(UnixStream, UNIX_STREAM);
convert!(UnixListener, UNIX_LISTENER);
convert!(UnixDatagram, UNIX_DATAGRAM);

impl TryFrom<OwnedFd> for Socket {
    type Error = Error;

    /// Takes over a descriptor; asks the system what kind of socket it is (`SO_TYPE`).
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when it is no socket (`ENOTSOCK`); it is
    /// closed then.
    fn try_from(descriptor: OwnedFd) -> Result<Self> {
        Self::adopt_unknown(descriptor.into())
    }
}

impl From<Socket> for OwnedFd {
    fn from(socket: Socket) -> Self {
        socket.inner.into()
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.inner.as_raw_fd()
    }
}

impl IntoRawFd for Socket {
    fn into_raw_fd(self) -> RawFd {
        self.inner.into_raw_fd()
    }
}
