//! Opening one socket to one address.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpSocket, TcpStream};

use super::options::{NetOptions, UnixName};
use super::stream::Stream;
use crate::{Error, ErrorKind, Phase, Result};

/// Connects to one address from the local end that the options ask for.
pub(super) async fn tcp(address: SocketAddr, options: Arc<NetOptions>) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    bind(&socket, address, &options)?;
    let stream = socket.connect(address).await?;
    // Whole requests leave in one write; whoever writes twice does not want to wait for an ACK.
    stream.set_nodelay(true)?;
    if let Some(idle) = options.keepalive {
        let probes = socket2::TcpKeepalive::new().with_time(idle).with_interval(idle);
        socket2::SockRef::from(&stream).set_tcp_keepalive(&probes)?;
    }
    Ok(stream)
}

fn bind(socket: &TcpSocket, to: SocketAddr, options: &NetOptions) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(interface) = &options.interface {
        socket2::SockRef::from(socket).bind_device(Some(interface.as_bytes()))?;
    }
    let (first, count) = options.local_ports.unwrap_or((0, 1));
    if options.local_address.is_none() && options.local_ports.is_none() {
        return Ok(());
    }
    let any = match to {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let ip = options.local_address.unwrap_or(any);
    let mut result = Err(io::ErrorKind::AddrInUse.into());
    for port in (first..=u16::MAX).take(count.max(1).into()) {
        result = socket.bind(SocketAddr::new(ip, port));
        if result.is_ok() {
            break;
        }
    }
    result
}

#[cfg(unix)]
pub(super) async fn unix(name: &UnixName) -> Result<Stream> {
    let (shown, connected) = match name {
        UnixName::Path(path) => {
            let shown = path.display().to_string();
            (shown, tokio::net::UnixStream::connect(path).await)
        }
        UnixName::Abstract(name) => (format!("@{name}"), connect_abstract(name)),
    };
    connected.map(Stream::from).map_err(|error| {
        let message = format!("could not connect to the Unix socket {shown}");
        Error::new(ErrorKind::Connect, Phase::Connecting, message).because(error)
    })
}

#[cfg(target_os = "linux")]
fn connect_abstract(name: &str) -> io::Result<tokio::net::UnixStream> {
    use std::os::linux::net::SocketAddrExt;
    let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
    let stream = std::os::unix::net::UnixStream::connect_addr(&address)?;
    stream.set_nonblocking(true)?;
    tokio::net::UnixStream::from_std(stream)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn connect_abstract(_: &str) -> io::Result<tokio::net::UnixStream> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
pub(super) async fn unix(_: &UnixName) -> Result<Stream> {
    Err(Error::usage("this system has no Unix sockets"))
}
