//! Opening one socket to one address.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::sync::Arc;
#[cfg(unix)]
use std::time::Duration;

use tokio::net::TcpStream;

use super::options::{NetOptions, UnixName};
use super::sockets;
use super::stream::Stream;
use crate::{Error, ErrorKind, Phase, Result};

/// Connects to one address from the local end that the options ask for.
pub(super) async fn tcp(
    address: SocketAddr,
    speaks_first: bool,
    options: Arc<NetOptions>,
) -> io::Result<TcpStream> {
    let stream = plain_tcp(address, speaks_first, &options).await?;
    // Whole requests leave in one write; whoever writes twice does not want to wait for an ACK.
    if !options.socket.nagle {
        stream.set_nodelay(true)?;
    }
    if let Some(keepalive) = options.socket.keepalive {
        sockets::probe(&socket2::SockRef::from(&stream), keepalive)?;
    }
    Ok(stream)
}

/// Connects, and leaves the connection as the system makes it: for data in one direction.
pub(super) async fn plain_tcp(
    address: SocketAddr,
    speaks_first: bool,
    options: &NetOptions,
) -> io::Result<TcpStream> {
    options.policy.check(address.ip())?;
    options.socket.tcp(address, speaks_first)?.connect(address).await
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
