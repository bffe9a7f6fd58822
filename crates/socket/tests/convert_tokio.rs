//! Conversions from and to Tokio's sockets.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use landline_socket::{ErrorKind, Flags, Socket};
use loopback::{LIMIT, connected, datagram, listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_stream_goes_to_tokio_and_comes_back_waiting() {
    let (caller, answerer) = connected();
    let stream = runtime().block_on(async {
        let mut stream = TcpStream::try_from(caller).unwrap();
        stream.write_all(b"async").await.unwrap();
        assert_eq!(answerer.recv_vec(8, Flags::NONE).unwrap(), b"async");
        answerer.send_all(b"answer").unwrap();
        let mut buffer = [0; 6];
        timeout(LIMIT, stream.read_exact(&mut buffer)).await.unwrap().unwrap();
        assert_eq!(&buffer, b"answer");
        Socket::try_from(stream).unwrap()
    });
    stream.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
    assert!(stream.recv(&mut [0; 4]).unwrap_err().is_timeout());
}

#[test]
fn listeners_and_datagrams_go_both_ways() {
    runtime().block_on(async {
        let (socket, address) = listener();
        let socket = TcpListener::try_from(socket).unwrap();
        assert_eq!(Some(socket.local_addr().unwrap()), address.ip());
        Socket::try_from(socket).unwrap();
        let (socket, address) = datagram();
        let socket = UdpSocket::try_from(socket).unwrap();
        assert_eq!(Some(socket.local_addr().unwrap()), address.ip());
        Socket::try_from(socket).unwrap();
    });
}

#[cfg(unix)]
#[test]
fn unix_sockets_go_both_ways() {
    use landline_socket::{Family, Kind};
    use tokio::net::{UnixDatagram, UnixListener, UnixStream};

    runtime().block_on(async {
        let (left, right) = Socket::pair(Family::UNIX, Kind::STREAM).unwrap();
        let mut left = UnixStream::try_from(left).unwrap();
        left.write_all(b"hello").await.unwrap();
        assert_eq!(right.recv_vec(8, Flags::NONE).unwrap(), b"hello");
        Socket::try_from(left).unwrap();
        let (left, _right) = Socket::pair(Family::UNIX, Kind::DGRAM).unwrap();
        Socket::try_from(UnixDatagram::try_from(left).unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let listener = loopback::new(Family::UNIX, Kind::STREAM);
        listener.bind(folder.path().join("line.sock")).unwrap();
        listener.listen(1).unwrap();
        Socket::try_from(UnixListener::try_from(listener).unwrap()).unwrap();
    });
}

#[test]
fn outside_a_runtime_there_is_an_error_and_no_panic() {
    let error = TcpStream::try_from(connected().0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "convert into tokio::net::TcpStream: there is no Tokio runtime here"
    );
}

#[test]
fn a_socket_becomes_only_what_it_is() {
    runtime().block_on(async {
        assert!(TcpStream::try_from(datagram().0).is_err());
        assert!(UdpSocket::try_from(connected().0).is_err());
    });
}
