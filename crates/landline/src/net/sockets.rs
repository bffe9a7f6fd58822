//! Sockets as the options want them: the end on this machine, probes, marks on packets.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpSocket;

/// What the system is told of each socket, before it is connected.
///
/// Something asked for that the system does not have is an error, but for
/// [`fast_open`](Self::fast_open).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SocketOptions {
    /// Connect from the first of these that is of the peer's family. Peers of a family none of them is
    /// of are not connected to.
    pub addresses: Vec<IpAddr>,
    /// Connect through this network interface (`SO_BINDTODEVICE` on Linux; elsewhere, and where Linux
    /// forbids it, from an address of the interface).
    pub interface: Option<String>,
    /// The first and the last local port to try.
    pub ports: Option<(u16, u16)>,
    /// How a silent connection is probed; none leaves probes off. Parts of a second count as one.
    pub keepalive: Option<landline_socket::Keepalive>,
    /// Lets small packets wait for those before them to be acknowledged (Nagle's algorithm).
    pub nagle: bool,
    /// Sends the first bytes along with the request for a connection, to servers that allowed it before
    /// and where the client speaks first (TCP Fast Open, RFC 7413). Plainly where the system has none.
    pub fast_open: bool,
    /// Multipath TCP (RFC 8684), on Linux; plain TCP with servers that do not know it.
    pub multipath: bool,
    /// Type of service, or traffic class, of packets (RFC 2474): all eight bits.
    pub traffic_class: Option<u8>,
    /// Priority of packets within this machine, which becomes that of VLANs (Linux, `SO_PRIORITY`): 0 to 6
    /// without privilege.
    pub priority: Option<u32>,
}

/// The local end that was asked for cannot be had.
#[derive(Debug)]
pub(super) struct Unbound {
    what: String,
    cause: Option<io::Error>,
}

impl SocketOptions {
    /// A socket for a connection to `peer`, bound as asked.
    pub(super) fn tcp(&self, peer: SocketAddr, speaks_first: bool) -> io::Result<TcpSocket> {
        let socket = match (peer, self.is_plain(speaks_first)) {
            (SocketAddr::V4(_), true) => TcpSocket::new_v4()?,
            (SocketAddr::V6(_), true) => TcpSocket::new_v6()?,
            _ => self.special(peer, speaks_first)?,
        };
        self.apply(&SockRef::from(&socket), peer)?;
        Ok(socket)
    }

    fn is_plain(&self, speaks_first: bool) -> bool {
        !(self.multipath || self.fast_open && speaks_first)
    }

    /// A socket of the kinds that Tokio does not make.
    #[cfg_attr(not(any(target_os = "linux", target_os = "android")), allow(unused_variables))]
    fn special(&self, peer: SocketAddr, speaks_first: bool) -> io::Result<TcpSocket> {
        use landline_socket::{Family, Kind, Protocol, Socket};
        let family = if peer.is_ipv4() { Family::INET } else { Family::INET6 };
        let protocol = if self.multipath { Protocol::MPTCP } else { Protocol::TCP };
        let socket = Socket::with_protocol(family, Kind::STREAM, protocol)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if self.fast_open && speaks_first {
            // What cannot be hurried goes its usual way.
            let _ = socket.set_fast_open(true);
        }
        socket.set_nonblocking(true)?;
        Ok(TcpSocket::from_std_stream(socket.try_into()?))
    }

    /// Marks a socket and binds it; leaves the local end open where nothing is asked of it.
    pub(super) fn apply(&self, socket: &SockRef<'_>, peer: SocketAddr) -> io::Result<()> {
        if let Some(class) = self.traffic_class {
            set_traffic_class(socket, peer, class)?;
        }
        if let Some(priority) = self.priority {
            set_priority(socket, priority)?;
        }
        let of_interface = match &self.interface {
            Some(name) => bind_interface(socket, name, peer)?,
            None => None,
        };
        let address = match self.addresses.iter().find(|own| own.is_ipv4() == peer.is_ipv4()) {
            Some(own) => Some(*own),
            None if self.addresses.is_empty() => of_interface,
            None => return Err(Unbound::error("no local address of this family", None)),
        };
        if address.is_none() && self.ports.is_none() {
            return Ok(());
        }
        self.bind(socket, address.unwrap_or(unspecified(peer)))
    }

    /// Whether [`apply`](Self::apply) leaves it to the system where a socket is bound to.
    pub(super) fn leaves_open(&self) -> bool {
        self.addresses.is_empty() && self.ports.is_none() && self.interface.is_none()
    }

    fn bind(&self, socket: &SockRef<'_>, own: IpAddr) -> io::Result<()> {
        let (first, last) = self.ports.unwrap_or((0, 0));
        let mut failure = None;
        for port in first..=last {
            match socket.bind(&SocketAddr::new(own, port).into()) {
                Ok(()) => return Ok(()),
                Err(error) => failure = Some(error),
            }
        }
        let what = match (first, last) {
            (0, 0) => format!("cannot connect from {own}"),
            (first, last) if first == last => format!("cannot connect from {own} port {first}"),
            _ => format!("cannot connect from {own} and any of the ports {first} to {last}"),
        };
        Err(Unbound::error(what, failure))
    }
}

/// Has the system look after a silent connection.
pub(super) fn probe(socket: &SockRef<'_>, keepalive: landline_socket::Keepalive) -> io::Result<()> {
    let mut probes = socket2::TcpKeepalive::new();
    if let Some(time) = keepalive.time {
        probes = probes.with_time(whole_seconds(time));
    }
    if let Some(interval) = keepalive.interval {
        probes = probes.with_interval(whole_seconds(interval));
    }
    if let Some(count) = keepalive.retries {
        probes = probes.with_retries(count);
    }
    socket.set_tcp_keepalive(&probes)
}

/// The system knows no parts of a second, and no zero.
fn whole_seconds(time: Duration) -> Duration {
    let more = u64::from(time.subsec_nanos() > 0);
    Duration::from_secs(time.as_secs().saturating_add(more).max(1))
}

/// "Any address", of the family of `peer`.
pub(super) fn unspecified(peer: SocketAddr) -> IpAddr {
    match peer {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// Binds a socket to an interface, or says which address of it to bind it to.
fn bind_interface(
    socket: &SockRef<'_>,
    name: &str,
    peer: SocketAddr,
) -> io::Result<Option<IpAddr>> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    match socket.bind_device(Some(name.as_bytes())) {
        Ok(()) => return Ok(None),
        // Older kernels want a privilege.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
        Err(error) => {
            let what = format!("cannot connect through the interface {name}");
            return Err(Unbound::error(what, Some(error)));
        }
    }
    let _ = socket;
    let all = landline_socket::interface_addresses(name)?;
    let fitting = all.into_iter().find(|own| own.is_ipv4() == peer.is_ipv4());
    let none = || format!("the interface {name} has no address of this family");
    fitting.map(Some).ok_or_else(|| Unbound::error(none(), None))
}

fn set_traffic_class(socket: &SockRef<'_>, peer: SocketAddr, class: u8) -> io::Result<()> {
    match peer {
        SocketAddr::V4(_) => socket.set_tos_v4(class.into()),
        #[cfg(unix)]
        SocketAddr::V6(_) => socket.set_tclass_v6(class.into()),
        #[cfg(not(unix))]
        SocketAddr::V6(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

fn set_priority(socket: &SockRef<'_>, priority: u32) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return socket.set_priority(priority);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = (socket, priority);
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Unbound {
    fn error(what: impl Into<String>, cause: Option<io::Error>) -> io::Error {
        let kind = cause.as_ref().map_or(io::ErrorKind::AddrNotAvailable, io::Error::kind);
        io::Error::new(kind, Self { what: what.into(), cause })
    }

    /// Whether this is what an error is about.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

impl fmt::Display for Unbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.cause {
            Some(cause) => write!(f, ": {}", crate::error::plain_words(cause)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Unbound {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sockets_are_marked_as_asked() {
        let options = SocketOptions {
            traffic_class: Some(0xb8),
            priority: Some(3),
            fast_open: true,
            ..SocketOptions::default()
        };
        for (peer, is_v4) in [("127.0.0.1:9", true), ("[::1]:9", false)] {
            let socket = options.tcp(peer.parse().unwrap(), true).unwrap();
            let socket = SockRef::from(&socket);
            let class = if is_v4 { socket.tos_v4() } else { socket.tclass_v6() };
            assert_eq!((class.unwrap(), socket.priority().unwrap()), (0xb8, 3), "{peer}");
        }
    }

    #[tokio::test]
    async fn probes_are_set_in_whole_seconds() {
        let socket = SocketOptions::default().tcp(([127, 0, 0, 1], 9).into(), true).unwrap();
        let socket = SockRef::from(&socket);
        let (time, retries) = (Some(Duration::from_millis(1500)), Some(4));
        let keepalive = landline_socket::Keepalive { time, interval: time, retries };
        probe(&socket, keepalive).unwrap();
        let two = Duration::from_secs(2);
        assert_eq!(socket.tcp_keepalive_time().unwrap(), two);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), two);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), 4);
    }
}
