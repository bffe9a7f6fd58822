//! Sockets on loopback for the tests; every wait on them is bounded.

#![allow(dead_code)] // Each test file uses a part.

use std::thread;
use std::time::{Duration, Instant};

use landline_socket::{Address, Family, Kind, Socket};

/// The longest any test waits for anything.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A socket whose calls don't wait for ever.
pub(crate) fn bounded(socket: Socket) -> Socket {
    socket.set_read_timeout(Some(LIMIT)).unwrap();
    socket.set_write_timeout(Some(LIMIT)).unwrap();
    socket
}

pub(crate) fn new(family: Family, kind: Kind) -> Socket {
    bounded(Socket::new(family, kind).unwrap())
}

/// A listening TCP socket, and where it listens.
pub(crate) fn listener() -> (Socket, Address) {
    let listener = new(Family::INET, Kind::STREAM);
    listener.bind("127.0.0.1:0").unwrap();
    listener.listen(16).unwrap();
    let address = listener.local_address().unwrap();
    (listener, address)
}

/// Two ends of a TCP connection: the caller's and the listener's.
pub(crate) fn connected() -> (Socket, Socket) {
    let (listener, address) = listener();
    let caller = new(Family::INET, Kind::STREAM);
    caller.connect(address).unwrap();
    let (answerer, _) = listener.accept().unwrap();
    (caller, bounded(answerer))
}

/// A datagram socket on a port of its own.
pub(crate) fn datagram() -> (Socket, Address) {
    let socket = new(Family::INET, Kind::DGRAM);
    socket.bind("127.0.0.1:0").unwrap();
    let address = socket.local_address().unwrap();
    (socket, address)
}

/// A port that refuses connections: it is taken, and nobody listens. Keep the socket.
pub(crate) fn refusing() -> (Socket, Address) {
    let socket = new(Family::INET, Kind::STREAM);
    socket.bind("127.0.0.1:0").unwrap();
    let address = socket.local_address().unwrap();
    (socket, address)
}

/// Asks again and again until there is an answer, without sleeping.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "in vain waited for {what}");
        thread::yield_now();
    }
}
