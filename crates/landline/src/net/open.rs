//! Opening one socket to one address.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::sync::Arc;
#[cfg(unix)]
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};

use super::options::{NetOptions, UnixName};
use super::stream::Stream;
use crate::{Error, ErrorKind, Phase, Result};

/// Connects to one address from the local end that the options ask for.
pub(super) async fn tcp(address: SocketAddr, options: Arc<NetOptions>) -> io::Result<TcpStream> {
    let stream = plain_tcp(address, &options).await?;
    // Whole requests leave in one write; whoever writes twice does not want to wait for an ACK.
    stream.set_nodelay(true)?;
    if let Some(idle) = options.keepalive {
        let probes = socket2::TcpKeepalive::new().with_time(idle).with_interval(idle);
        socket2::SockRef::from(&stream).set_tcp_keepalive(&probes)?;
    }
    Ok(stream)
}

/// Connects, and leaves the socket as the system made it: for data in one direction.
pub(super) async fn plain_tcp(address: SocketAddr, options: &NetOptions) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    bind(&socket2::SockRef::from(&socket), address, options)?;
    socket.connect(address).await
}

/// Binds to the local end that the options ask for; leaves it open where they do not.
pub(super) fn bind(
    socket: &socket2::SockRef<'_>,
    to: SocketAddr,
    options: &NetOptions,
) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(interface) = &options.interface {
        socket.bind_device(Some(interface.as_bytes()))?;
    }
    #[cfg(not(target_os = "linux"))]
    if options.interface.is_some() {
        // What was asked for and cannot be done is an error, never passed over.
        return Err(io::ErrorKind::Unsupported.into());
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
        result = socket.bind(&SocketAddr::new(ip, port).into());
        if result.is_ok() {
            break;
        }
    }
    result
}

#[cfg(unix)]
pub(super) async fn unix(name: &UnixName) -> Result<Stream> {
    let (shown, path) = match name {
        UnixName::Path(path) => (path.display().to_string(), path.clone()),
        // What begins with NUL is abstract, to Tokio as to Linux (unix(7)).
        UnixName::Abstract(name) => (format!("@{name}"), PathBuf::from(format!("\0{name}"))),
    };
    connect_unix(&path).await.map(Stream::from).map_err(|error| {
        let shown = landline_wire::escape::escape(shown.as_bytes());
        let message = format!("could not connect to the Unix socket {shown}");
        Error::new(ErrorKind::Connect, Phase::Connecting, message).because(error)
    })
}

/// Connects, and tries again while the listener's queue is full: there is nothing to wait for.
#[cfg(unix)]
async fn connect_unix(path: &Path) -> io::Result<tokio::net::UnixStream> {
    const PAUSE: Duration = Duration::from_millis(10);
    loop {
        match tokio::net::UnixStream::connect(path).await {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn unix(_: &UnixName) -> Result<Stream> {
    Err(Error::usage("this system has no Unix sockets"))
}
