//! Waiting for a peer that connects to us.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

use super::Stream;

/// Listens for one peer; everybody else is turned away.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    peer: IpAddr,
}

impl Listener {
    /// Listens at `address` on the first port of the range that is free, for `peer` alone.
    pub(crate) fn bind(address: IpAddr, ports: (u16, u16), peer: IpAddr) -> io::Result<Self> {
        let mut result = Err(io::ErrorKind::AddrInUse.into());
        for port in ports.0..=ports.1 {
            result = listen(SocketAddr::new(address, port));
            if result.is_ok() {
                break;
            }
        }
        Ok(Self { listener: result?, peer })
    }

    pub(crate) fn local(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Waits for the peer; may be given up and taken up again.
    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        loop {
            let (stream, from) = self.listener.accept().await?;
            if from.ip().to_canonical() == self.peer.to_canonical() {
                stream.set_nodelay(true)?;
                return Ok(Stream::from(stream));
            }
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind(address)?;
    const BACKLOG: u32 = 8;
    socket.listen(BACKLOG)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn only_the_peer_gets_in() {
        let listener = Listener::bind("0.0.0.0".parse().unwrap(), (0, 0), [127, 0, 0, 1].into());
        let listener = listener.unwrap();
        let port = listener.local().unwrap().port();
        let stranger = TcpSocket::new_v4().unwrap();
        stranger.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let mut stranger =
            stranger.connect(SocketAddr::new([127, 0, 0, 1].into(), port)).await.unwrap();
        let peer = TcpSocket::new_v4().unwrap();
        peer.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let peer = peer.connect(SocketAddr::new([127, 0, 0, 1].into(), port)).await.unwrap();
        let accepted = listener.accept().await.unwrap();
        assert_eq!(accepted.peer(), &crate::net::Peer::Ip(peer.local_addr().unwrap()));
        assert_eq!(stranger.read(&mut [0; 1]).await.unwrap_or(0), 0, "turned away");
    }
}
