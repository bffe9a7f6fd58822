//! The socket itself: making, connecting, listening, ending.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::address::Address;
use crate::attempts::restarting;
use crate::constants::{Direction, Family, Kind, Protocol};
use crate::error::{Error, Result};
use crate::failure::{Cause, Operation};
use crate::sys;
use crate::to_address::ToAddress;

/// A Berkeley socket.
///
/// Each method is one system call, named in its documentation, on a socket of any family and
/// kind; what makes no sense for it, the system refuses. Calls that a signal interrupts (`EINTR`)
/// are made again. All methods take `&self`, so that one thread may receive while another sends.
///
/// Dropping closes the socket; [`close`](Socket::close) does so and shows the error.
pub struct Socket {
    pub(crate) inner: socket2::Socket,
    pub(crate) family: Family,
    pub(crate) kind: Kind,
    pub(crate) protocol: Protocol,
    /// The last known peer, for messages: once it has gone, the system forgets its address.
    pub(crate) peer: Mutex<Option<Address>>,
}

impl Socket {
    /// Makes a socket with the usual protocol of family and kind: socket(2).
    ///
    /// It is closed when the process executes another program (`SOCK_CLOEXEC`).
    ///
    /// # Errors
    /// [`PermissionDenied`](crate::ErrorKind::PermissionDenied) for [`Kind::RAW`] without
    /// privilege (on Linux: root or `CAP_NET_RAW`), and
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for what the system has not.
    pub fn new(family: Family, kind: Kind) -> Result<Self> {
        Self::with_protocol(family, kind, Protocol::DEFAULT)
    }

    /// Makes a socket with a certain protocol: socket(2).
    ///
    /// # Errors
    /// As [`Socket::new`].
    pub fn with_protocol(
        family: Family,
        kind: Kind,
        protocol: impl Into<Protocol>,
    ) -> Result<Self> {
        let protocol = protocol.into();
        socket2::Socket::new(family.into(), kind.into(), Some(protocol.into()))
            .map(|inner| Self::from_parts(inner, family, kind, protocol))
            .map_err(|error| not_created(error, family, kind, protocol))
    }

    /// Makes two sockets connected to each other: socketpair(2).
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for other families than [`Family::UNIX`].
    #[cfg(unix)]
    pub fn pair(family: Family, kind: Kind) -> Result<(Self, Self)> {
        let protocol = Protocol::DEFAULT;
        let (left, right) = socket2::Socket::pair(family.into(), kind.into(), None)
            .map_err(|error| not_created(error, family, kind, protocol))?;
        let whole = |inner| Self::from_parts(inner, family, kind, protocol);
        Ok((whole(left), whole(right)))
    }

    pub(crate) fn from_parts(
        inner: socket2::Socket,
        family: Family,
        kind: Kind,
        protocol: Protocol,
    ) -> Self {
        Self { inner, family, kind, protocol, peer: Mutex::new(None) }
    }

    /// Returns the family the socket was made with.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Returns the kind the socket was made with.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the protocol the socket was made with.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Connects to an address: connect(2).
    ///
    /// Takes `("host", port)`, `"host:port"`, a `SocketAddr`, a path … ([`ToAddress`] has the
    /// list). A name is looked up and every address of the socket's family is tried in order.
    /// POSIX leaves open whether a socket can be used again after a failed attempt: Linux lets it,
    /// on other systems the later attempts of a name may fail.
    ///
    /// On a datagram socket this sends nothing. It fixes the peer: where `send` goes to, and whom
    /// `recv` hears.
    ///
    /// A waiting connect ends when the network stack gives up (Linux: about two minutes), or
    /// earlier through [`connect_timeout`](Socket::connect_timeout).
    ///
    /// # Errors
    /// [`Refused`](crate::ErrorKind::Refused), [`UnknownHost`](crate::ErrorKind::UnknownHost),
    /// [`Unreachable`](crate::ErrorKind::Unreachable),
    /// [`TimedOut`](crate::ErrorKind::TimedOut), each with the address. On a nonblocking socket
    /// [`WouldBlock`](crate::ErrorKind::WouldBlock) says that the attempt goes on: wait until the
    /// socket is writable, then ask [`take_error`](Socket::take_error).
    pub fn connect(&self, address: impl ToAddress) -> Result<()> {
        self.connect_each(&address, |raw| connect_once(&self.inner, raw))
    }

    /// Connects as [`connect`](Socket::connect) does, within a time limit for all addresses of a
    /// name together: connect(2) and poll(2).
    ///
    /// The lookup of the name is not counted in. Leaves the socket blocking.
    ///
    /// # Errors
    /// As [`connect`](Socket::connect); [`TimedOut`](crate::ErrorKind::TimedOut) when the limit
    /// ran out.
    pub fn connect_timeout(&self, address: impl ToAddress, limit: Duration) -> Result<()> {
        let start = Instant::now();
        self.connect_each(&address, |raw| {
            let rest = limit.saturating_sub(start.elapsed());
            self.inner.connect_timeout(raw, rest)
        })
    }

    /// Tries every address until one takes; remembers it, or all the failures.
    fn connect_each(
        &self,
        address: &dyn ToAddress,
        connect: impl Fn(&socket2::SockAddr) -> io::Result<()>,
    ) -> Result<()> {
        let peer = self.try_each(Operation::Connect, address, connect)?;
        self.remember_peer(Some(peer));
        Ok(())
    }

    /// Binds the socket to an address of this machine: bind(2).
    ///
    /// Port 0 lets the system choose; [`local_address`](Socket::local_address) tells what. Of a
    /// name, the first address that can be bound is taken. A Unix path comes to stand in the file
    /// system; it stays there when the socket is closed, and must not be there before.
    ///
    /// # Errors
    /// [`AddressInUse`](crate::ErrorKind::AddressInUse),
    /// [`AddressNotAvailable`](crate::ErrorKind::AddressNotAvailable),
    /// [`PermissionDenied`](crate::ErrorKind::PermissionDenied) for low ports without privilege.
    pub fn bind(&self, address: impl ToAddress) -> Result<()> {
        self.try_each(Operation::Bind, &address, |raw| self.inner.bind(raw)).map(drop)
    }

    /// Lets peers connect: listen(2). Up to `backlog` of them wait for `accept`.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) on datagram sockets.
    pub fn listen(&self, backlog: i32) -> Result<()> {
        self.inner.listen(backlog).map_err(|error| self.failed_here(Operation::Listen, error))
    }

    /// Waits for a peer and returns the socket connected to it, with its address: accept(2).
    ///
    /// The address is [`Address::Unnamed`] for the usual Unix client, which doesn't bind.
    ///
    /// # Errors
    /// [`TimedOut`](crate::ErrorKind::TimedOut) when a read time-out is set,
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the socket doesn't listen.
    pub fn accept(&self) -> Result<(Self, Address)> {
        let (inner, raw) = restarting(|| self.inner.accept())
            .map_err(|error| self.failed_here(Operation::Accept, error))?;
        let address = Address::from_raw(&raw);
        let socket = Self::from_parts(inner, self.family, self.kind, self.protocol);
        socket.remember_peer(Some(address.clone()));
        Ok((socket, address))
    }

    /// Ends one direction of the conversation, or both: shutdown(2).
    ///
    /// After [`Direction::Write`] the peer reads to the end of the stream and can still answer.
    /// Works on the conversation, so on every clone of the socket too.
    ///
    /// # Errors
    /// [`NotConnected`](crate::ErrorKind::NotConnected) without a peer.
    pub fn shutdown(&self, direction: Direction) -> Result<()> {
        let error = |error| self.failed(Operation::Shutdown, error);
        self.inner.shutdown(direction.into()).map_err(error)
    }

    /// Closes the socket and shows the error: close(2).
    ///
    /// An error that the system still held for the socket, such as a datagram refused since the
    /// last call, counts too (`SO_ERROR`): with the socket it would be lost. The socket is closed
    /// in any case.
    ///
    /// # Errors
    /// What was pending, or what close(2) said.
    pub fn close(self) -> Result<()> {
        let pending = self.inner.take_error().unwrap_or_default();
        let Self { inner, family, kind, protocol, peer } = self;
        let closed = sys::close(inner);
        let Some(error) = pending.or(closed.err()) else { return Ok(()) };
        let peer = peer.into_inner().unwrap_or_default();
        let target = peer.map(|peer| peer.to_string()).unwrap_or_default();
        let error = Error::new(Operation::Close, target, Cause::Os(error));
        Err(error.over(transport(family, kind, protocol)))
    }

    /// Returns the address of this end: getsockname(2).
    ///
    /// # Errors
    /// Hardly ever; Windows refuses it before `bind` and `connect`.
    pub fn local_address(&self) -> Result<Address> {
        let raw = self.inner.local_addr();
        raw.map(|raw| Address::from_raw(&raw))
            .map_err(|error| self.failed(Operation::AskAddress, error))
    }

    /// Returns the address of the other end: getpeername(2).
    ///
    /// # Errors
    /// [`NotConnected`](crate::ErrorKind::NotConnected) without a peer, also when it has gone.
    pub fn peer_address(&self) -> Result<Address> {
        let raw = self.inner.peer_addr();
        raw.map(|raw| Address::from_raw(&raw))
            .map_err(|error| self.failed(Operation::AskAddress, error))
    }

    /// Makes a second handle to the same socket: dup(2), closed on exec.
    ///
    /// The socket is closed when the last handle is.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub fn try_clone(&self) -> Result<Self> {
        let inner = self.inner.try_clone().map_err(|error| self.failed(Operation::Clone, error))?;
        let clone = Self::from_parts(inner, self.family, self.kind, self.protocol);
        clone.remember_peer(self.known_peer());
        Ok(clone)
    }
}

/// Connects, taking up an attempt that a signal interrupted, as std does.
fn connect_once(socket: &socket2::Socket, raw: &socket2::SockAddr) -> io::Result<()> {
    let mut was_interrupted = false;
    loop {
        match socket.connect(raw) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => was_interrupted = true,
            Err(error) if was_interrupted && sys::is_connected_already(&error) => return Ok(()),
            result => return result,
        }
    }
}

fn not_created(error: io::Error, family: Family, kind: Kind, protocol: Protocol) -> Error {
    let label = format!("{family:?} {kind:?} socket with protocol {protocol:?}");
    let is_denied = kind == Kind::RAW && error.kind() == io::ErrorKind::PermissionDenied;
    let cause = if is_denied { Cause::Denied(error, sys::RAW_PRIVILEGE) } else { Cause::Os(error) };
    Error::new(Operation::Create, label, cause)
}

/// What people call the combination: "tcp", "udp", "unix stream" …
pub(crate) fn transport(family: Family, kind: Kind, protocol: Protocol) -> Cow<'static, str> {
    let is_ip = family == Family::INET || family == Family::INET6;
    match (kind, protocol) {
        (Kind::STREAM, Protocol::DEFAULT | Protocol::TCP) if is_ip => "tcp".into(),
        (Kind::DGRAM, Protocol::DEFAULT | Protocol::UDP) if is_ip => "udp".into(),
        (kind, Protocol::DEFAULT) => format!("{family:?} {kind:?}").to_lowercase().into(),
        (kind, protocol) => format!("{family:?} {kind:?} {protocol:?}").to_lowercase().into(),
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("fd", &sys::descriptor(&self.inner))
            .field("family", &self.family)
            .field("kind", &self.kind)
            .field("protocol", &self.protocol)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{not_created, transport};
    use crate::{ErrorKind, Family, Kind, Protocol};

    #[test]
    fn a_raw_socket_without_privilege_says_what_is_missing() {
        let denied = io::ErrorKind::PermissionDenied.into();
        let error = not_created(denied, Family::INET, Kind::RAW, Protocol::ICMP);
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        let text = error.to_string();
        assert!(text.starts_with("create INET RAW socket with protocol ICMP: "), "{text}");
        assert!(text.ends_with(crate::sys::RAW_PRIVILEGE), "{text}");
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn transports_have_the_names_people_use() {
        assert_eq!(transport(Family::INET6, Kind::STREAM, Protocol::DEFAULT), "tcp");
        assert_eq!(transport(Family::INET, Kind::DGRAM, Protocol::UDP), "udp");
        assert_eq!(transport(Family::INET, Kind::RAW, Protocol::ICMP), "inet raw icmp");
    }
}
