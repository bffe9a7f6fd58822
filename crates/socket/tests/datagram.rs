//! Datagrams: with a fixed peer and without.
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use landline_socket::{ErrorKind, Family, Flags, Kind};
use loopback::{datagram, eventually, new};

#[test]
fn messages_go_to_an_address_and_come_from_one() {
    let (left, left_address) = datagram();
    let (right, right_address) = datagram();
    assert_eq!(left.send_to(b"hello", &right_address).unwrap(), 5);
    let mut buffer = [0; 16];
    assert_eq!(right.recv_from(&mut buffer).unwrap(), (5, left_address.clone()));
    right.send_to(b"", &left_address).unwrap();
    assert_eq!(left.recv_from(&mut buffer).unwrap(), (0, right_address.clone()));
    right.send_to(b"x", ("localhost", left_address.port().unwrap())).unwrap();
    assert_eq!(left.recv_from(&mut buffer).unwrap(), (1, right_address));
}

#[test]
fn connecting_fixes_the_peer_and_sends_nothing() {
    let (left, left_address) = datagram();
    let (right, right_address) = datagram();
    let (stranger, _) = datagram();
    left.connect(&right_address).unwrap();
    assert_eq!(left.peer_address().unwrap(), right_address);
    // Had connecting sent anything, it would come before this.
    assert_eq!(left.send(b"first").unwrap(), 5);
    let mut buffer = [0; 16];
    assert_eq!(right.recv_from(&mut buffer).unwrap(), (5, left_address.clone()));
    // And strangers are not heard any more.
    stranger.send_to(b"stranger", &left_address).unwrap();
    right.send_to(b"peer", &left_address).unwrap();
    assert_eq!(left.recv_vec(16, Flags::NONE).unwrap(), b"peer");
}

#[test]
fn connecting_succeeds_where_nobody_is() {
    let (gone, address) = datagram();
    drop(gone);
    new(Family::INET, Kind::DGRAM).connect(&address).unwrap();
}

#[test]
fn a_message_to_nobody_is_refused_at_the_next_call() {
    let (gone, address) = datagram();
    drop(gone);
    let socket = new(Family::INET, Kind::DGRAM);
    socket.connect(&address).unwrap();
    socket.send(b"anybody?").unwrap();
    let error = socket.recv(&mut [0; 4]).unwrap_err();
    assert!(error.is_refused());
    assert_eq!(error.to_string(), format!("receive from {address} (udp): connection refused"));
}

#[test]
fn closing_shows_an_error_that_would_be_lost() {
    let (gone, address) = datagram();
    drop(gone);
    let socket = new(Family::INET, Kind::DGRAM);
    socket.connect(&address).unwrap();
    socket.send(b"anybody?").unwrap();
    // A second handle sees that the refusal has come, without taking it.
    let error = eventually("the refusal", || {
        let clone = socket.try_clone().unwrap();
        socket.send(b"anybody?").unwrap_or_default();
        clone.close().err()
    });
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.to_string(), format!("close towards {address} (udp): connection refused"));
}

#[test]
fn what_has_no_room_is_lost() {
    let (left, _) = datagram();
    let (right, right_address) = datagram();
    left.send_to(b"long message", &right_address).unwrap();
    left.send_to(b"next", &right_address).unwrap();
    assert_eq!(right.recv_vec(4, Flags::NONE).unwrap(), b"long");
    assert_eq!(right.recv_vec(16, Flags::NONE).unwrap(), b"next");
}

#[cfg(target_os = "linux")]
#[test]
fn the_length_of_a_cut_message_doesnt_overrun_the_vector() {
    let (left, _) = datagram();
    let (right, right_address) = datagram();
    left.send_to(b"long message", &right_address).unwrap();
    let truncated = Flags::PEEK | Flags::from(libc::MSG_TRUNC);
    assert_eq!(right.recv_vec(4, truncated).unwrap(), b"long");
    assert_eq!(right.recv_with(&mut [0; 4], truncated).unwrap(), 12);
}

#[test]
fn peeking_leaves_the_message() {
    let (left, left_address) = datagram();
    let (right, right_address) = datagram();
    left.send_to(b"look", &right_address).unwrap();
    let mut buffer = [0; 8];
    let peeked = right.recv_from_with(&mut buffer, Flags::PEEK).unwrap();
    assert_eq!(peeked, (4, left_address));
    assert_eq!(right.recv_from(&mut buffer).unwrap(), peeked);
}

#[test]
fn without_a_peer_sending_fails() {
    let (socket, _) = datagram();
    let error = socket.send(b"x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected, "{error}");
    assert_eq!(socket.peer_address().unwrap_err().kind(), ErrorKind::NotConnected);
}

#[test]
fn datagram_sockets_dont_listen() {
    let (socket, address) = datagram();
    let error = socket.listen(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().starts_with(&format!("listen on {address} (udp): ")), "{error}");
}
