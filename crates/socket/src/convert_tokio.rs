//! From and to Tokio's sockets (feature `tokio`).
//!
//! Tokio's are nonblocking and belong to a runtime, ours wait. So each conversion switches the
//! mode, and those towards Tokio must be made within a runtime that has I/O enabled.

use std::io;

use tokio::runtime::Handle;

use crate::error::{Error, Result};
use crate::failure::Operation;
use crate::socket::Socket;

/// Writes the two conversions of a type, by way of the standard library's.
macro_rules! convert_tokio {
    ($tokio:ty, $std:ty, $name:literal) => {
        impl TryFrom<Socket> for $tokio {
            type Error = Error;

            /// Fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) when the socket is
            /// something else, or outside a runtime; it is closed then.
            fn try_from(socket: Socket) -> Result<Self> {
                socket.set_nonblocking(true)?;
                let socket = <$std>::try_from(socket)?;
                within_runtime($name)?;
                Self::from_std(socket).map_err(|error| not_converted($name, error))
            }
        }

        impl TryFrom<$tokio> for Socket {
            type Error = Error;

            /// Takes the socket out of its runtime and makes it wait.
            fn try_from(socket: $tokio) -> Result<Self> {
                let socket = socket.into_std().map_err(|error| not_converted($name, error))?;
                let socket = Self::from(socket);
                socket.set_nonblocking(false)?;
                Ok(socket)
            }
        }
    };
}

convert_tokio!(tokio::net::TcpStream, std::net::TcpStream, "tokio::net::TcpStream");
convert_tokio!(tokio::net::TcpListener, std::net::TcpListener, "tokio::net::TcpListener");
convert_tokio!(tokio::net::UdpSocket, std::net::UdpSocket, "tokio::net::UdpSocket");

#[cfg(unix)]
mod unix {
    use std::os::unix::net as std_net;

    use tokio::net as tokio_net;

    use super::{Error, Result, Socket, not_converted, within_runtime};

    convert_tokio!(tokio_net::UnixStream, std_net::UnixStream, "tokio::net::UnixStream");
    convert_tokio!(tokio_net::UnixListener, std_net::UnixListener, "tokio::net::UnixListener");
    convert_tokio!(tokio_net::UnixDatagram, std_net::UnixDatagram, "tokio::net::UnixDatagram");
}

/// Refuses what would make Tokio panic.
fn within_runtime(name: &'static str) -> Result<()> {
    match Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::misuse(Operation::Convert, name, "there is no Tokio runtime here")),
    }
}

fn not_converted(name: &'static str, error: io::Error) -> Error {
    Error::from_system(Operation::Convert, name, error)
}
