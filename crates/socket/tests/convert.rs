//! Conversions from and to the standard library's sockets.
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use std::net::{TcpListener, TcpStream, UdpSocket};

use landline_socket::{ErrorKind, Family, Flags, Kind, Socket};
use loopback::{bounded, connected, datagram, listener, new};

#[test]
fn tcp_goes_both_ways() {
    let (caller, answerer) = connected();
    let stream = TcpStream::try_from(caller).unwrap();
    let back = Socket::from(stream);
    assert_eq!((back.family(), back.kind()), (Family::INET, Kind::STREAM));
    back.send_all(b"still the same").unwrap();
    assert_eq!(answerer.recv_vec(32, Flags::NONE).unwrap(), b"still the same");
}

#[test]
fn a_listener_goes_both_ways() {
    let (listener, address) = listener();
    let listener = TcpListener::try_from(listener).unwrap();
    let listener = bounded(Socket::from(listener));
    new(Family::INET, Kind::STREAM).connect(&address).unwrap();
    listener.accept().unwrap();
}

#[test]
fn udp_goes_both_ways() {
    let (socket, address) = datagram();
    let socket = UdpSocket::try_from(socket).unwrap();
    let socket = Socket::from(socket);
    assert_eq!(socket.kind(), Kind::DGRAM);
    assert_eq!(socket.local_address().unwrap(), address);
}

#[test]
fn a_socket_becomes_only_what_it_is() {
    let error = TcpStream::try_from(datagram().0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(text.starts_with("convert into TcpStream (udp): it is Socket { fd: "), "{text}");
    assert!(UdpSocket::try_from(connected().0).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_listener_is_no_stream_and_the_other_way_round() {
    let error = TcpStream::try_from(listener().0).unwrap_err();
    assert_eq!(error.to_string(), "convert into TcpStream (tcp): it is listening");
    let error = TcpListener::try_from(connected().0).unwrap_err();
    assert_eq!(error.to_string(), "convert into TcpListener (tcp): it is not listening");
}

#[test]
fn a_converted_stream_remembers_its_peer() {
    let (caller, answerer) = connected();
    let caller = Socket::from(TcpStream::try_from(caller).unwrap());
    let peer = caller.peer_address().unwrap();
    answerer.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    drop(answerer);
    let error = bounded(caller).recv(&mut [0; 4]).unwrap_err();
    assert_eq!(error.address(), Some(peer.to_string().as_str()));
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::os::fd::{AsFd, AsRawFd, IntoRawFd, OwnedFd};
    use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

    use super::*;

    #[test]
    fn unix_streams_and_datagrams_go_both_ways() {
        let (left, right) = Socket::pair(Family::UNIX, Kind::STREAM).unwrap();
        let left = Socket::from(UnixStream::try_from(left).unwrap());
        left.send_all(b"hello").unwrap();
        assert_eq!(right.recv_vec(8, Flags::NONE).unwrap(), b"hello");
        let (left, _right) = Socket::pair(Family::UNIX, Kind::DGRAM).unwrap();
        let left = Socket::from(UnixDatagram::try_from(left).unwrap());
        assert_eq!((left.family(), left.kind()), (Family::UNIX, Kind::DGRAM));
    }

    #[test]
    fn unix_listeners_go_both_ways() {
        let folder = tempfile::tempdir().unwrap();
        let listener = new(Family::UNIX, Kind::STREAM);
        listener.bind(folder.path().join("line.sock")).unwrap();
        listener.listen(1).unwrap();
        let listener = UnixListener::try_from(listener).unwrap();
        let listener = Socket::from(listener);
        assert!(UnixListener::try_from(listener).is_ok());
    }

    #[test]
    fn families_are_not_mixed_up() {
        assert!(UnixStream::try_from(connected().0).is_err());
        let (left, right) = Socket::pair(Family::UNIX, Kind::STREAM).unwrap();
        assert!(TcpStream::try_from(left).is_err());
        assert!(UnixDatagram::try_from(right).is_err());
    }

    #[test]
    fn descriptors_go_both_ways_and_tell_what_they_are() {
        let (socket, address) = datagram();
        let number = socket.as_raw_fd();
        assert_eq!(socket.as_fd().as_raw_fd(), number);
        let socket = Socket::try_from(OwnedFd::from(socket)).unwrap();
        assert_eq!((socket.family(), socket.kind()), (Family::INET, Kind::DGRAM));
        assert_eq!(socket.local_address().unwrap(), address);
        assert_eq!(socket.into_raw_fd(), number);
    }

    #[test]
    fn what_is_no_socket_is_refused() {
        let file = File::open("/dev/null").unwrap();
        let error = Socket::try_from(OwnedFd::from(file)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with("convert into Socket: "), "{error}");
    }
}
