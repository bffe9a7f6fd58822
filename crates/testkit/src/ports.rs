//! Addresses where nobody answers: rows 1 and 3 of the fault table.

use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// A TCP port of 127.0.0.1 that is taken but not listened on: connecting is refused, and no
/// other test can come to listen there meanwhile.
#[derive(Debug)]
pub struct ClosedPort {
    socket: Socket,
}

impl ClosedPort {
    /// Takes a free port.
    pub fn new() -> ClosedPort {
        ClosedPort { socket: bound() }
    }

    /// Returns the address.
    pub fn addr(&self) -> SocketAddr {
        address(&self.socket)
    }
}

impl Default for ClosedPort {
    fn default() -> ClosedPort {
        ClosedPort::new()
    }
}

/// A TCP port of 127.0.0.1 where connecting gets no answer: its queue is full and nobody accepts.
/// So it is on Linux; elsewhere the connection may be refused.
#[derive(Debug)]
pub struct Blackhole {
    socket: Socket,
    _queue: Vec<Socket>,
}

impl Blackhole {
    /// Takes a free port and fills its queue.
    pub fn new() -> Blackhole {
        let socket = bound();
        socket.listen(0).expect("a bound socket can listen");
        let target = address(&socket).into();
        let connects = |client: &Socket| client.connect_timeout(&target, Duration::from_millis(50));
        let mut queue = Vec::new();
        loop {
            let client = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
            if connects(&client).is_err() {
                return Blackhole { socket, _queue: queue };
            }
            queue.push(client);
        }
    }

    /// Returns the address.
    pub fn addr(&self) -> SocketAddr {
        address(&self.socket)
    }
}

impl Default for Blackhole {
    fn default() -> Blackhole {
        Blackhole::new()
    }
}

fn bound() -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a free port");
    socket
}

fn address(socket: &Socket) -> SocketAddr {
    socket.local_addr().ok().and_then(|address| address.as_socket()).expect("a bound socket")
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_closed_port_refuses() {
        let port = ClosedPort::new();
        let error = TcpStream::connect(port.addr()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_blackhole_swallows() {
        let hole = Blackhole::new();
        let error =
            TcpStream::connect_timeout(&hole.addr(), Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
