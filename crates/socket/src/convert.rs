//! From and to the standard library's sockets. A socket becomes a type only if it is one: what
//! would lie about family or kind is refused.

use std::net::{TcpListener, TcpStream, UdpSocket};

use crate::address::Address;
use crate::constants::{Family, Kind, Protocol};
use crate::error::{Error, Result};
use crate::failure::{Cause, Operation};
use crate::socket::Socket;
use crate::sys;

/// What a socket must be to become another type.
pub(crate) struct Wanted {
    pub(crate) name: &'static str,
    pub(crate) families: &'static [Family],
    pub(crate) kind: Kind,
    pub(crate) protocols: &'static [Protocol],
    /// Whether it must listen; `None` where it cannot.
    pub(crate) listening: Option<bool>,
}

impl Wanted {
    /// Hands the socket out if it is what is wanted; closes it if not.
    pub(crate) fn check(&self, socket: Socket) -> Result<socket2::Socket> {
        let is_right = self.families.contains(&socket.family)
            && self.kind == socket.kind
            && self.protocols.contains(&socket.protocol);
        if !is_right {
            return Err(self.refuse(&socket, format!("it is {socket:?}")));
        }
        match (self.listening, sys::is_listening(&socket.inner)) {
            (Some(false), Some(true)) => Err(self.refuse(&socket, "it is listening".into())),
            (Some(true), Some(false)) => Err(self.refuse(&socket, "it is not listening".into())),
            _ => Ok(socket.inner),
        }
    }

    fn refuse(&self, socket: &Socket, why: String) -> Error {
        Error::misuse(Operation::Convert, self.name, why).over(socket.transport())
    }
}

const IP: &[Family] = &[Family::INET, Family::INET6];

const TCP_STREAM: Wanted = Wanted {
    name: "TcpStream",
    families: IP,
    kind: Kind::STREAM,
    protocols: sys::TCP_LIKE,
    listening: Some(false),
};

const TCP_LISTENER: Wanted = Wanted { name: "TcpListener", listening: Some(true), ..TCP_STREAM };

const UDP_SOCKET: Wanted = Wanted {
    name: "UdpSocket",
    families: IP,
    kind: Kind::DGRAM,
    protocols: &[Protocol::DEFAULT, Protocol::UDP],
    listening: None,
};

/// Writes the two conversions of a type: into a `Socket` always, out of one after a check.
macro_rules! convert {
    ($type:ty, $wanted:expr) => {
        impl From<$type> for Socket {
            fn from(other: $type) -> Self {
                Self::adopt(other.into(), $wanted.kind)
            }
        }

        /// Fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) when the socket is
        /// something else; it is closed then.
        impl TryFrom<Socket> for $type {
            type Error = Error;

            fn try_from(socket: Socket) -> Result<Self> {
                $wanted.check(socket).map(Self::from)
            }
        }
    };
}
#[cfg(unix)]
pub(crate) use convert;

convert!(TcpStream, TCP_STREAM);
convert!(TcpListener, TCP_LISTENER);
convert!(UdpSocket, UDP_SOCKET);

impl Socket {
    /// Takes over a socket that is known to be one, of a known kind.
    pub(crate) fn adopt(inner: socket2::Socket, kind: Kind) -> Self {
        let family = sys::family(&inner).unwrap_or(Family::UNSPECIFIED);
        let protocol = sys::protocol(&inner);
        let socket = Self::from_parts(inner, family, kind, protocol);
        let peer = socket.inner.peer_addr().ok();
        socket.remember_peer(peer.as_ref().map(Address::from_raw));
        socket
    }

    /// Takes over what may be a socket.
    pub(crate) fn adopt_unknown(inner: socket2::Socket) -> Result<Self> {
        match inner.r#type() {
            Ok(kind) => Ok(Self::adopt(inner, i32::from(kind).into())),
            Err(error) => Err(Error::new(Operation::Convert, "Socket", Cause::Os(error))),
        }
    }
}
