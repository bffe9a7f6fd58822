//! From and to socket handles.

use std::os::windows::io::{
    AsRawSocket, AsSocket, BorrowedSocket, IntoRawSocket, OwnedSocket, RawSocket,
};

use crate::error::{Error, Result};
use crate::socket::Socket;

impl TryFrom<OwnedSocket> for Socket {
    type Error = Error;

    /// Takes over a handle; asks the system what kind of socket it is (`SO_TYPE`).
    fn try_from(handle: OwnedSocket) -> Result<Self> {
        Self::adopt_unknown(handle.into())
    }
}

impl From<Socket> for OwnedSocket {
    fn from(socket: Socket) -> Self {
        socket.inner.into()
    }
}

impl AsSocket for Socket {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.inner.as_socket()
    }
}

impl AsRawSocket for Socket {
    fn as_raw_socket(&self) -> RawSocket {
        self.inner.as_raw_socket()
    }
}

impl IntoRawSocket for Socket {
    fn into_raw_socket(self) -> RawSocket {
        self.inner.into_raw_socket()
    }
}
