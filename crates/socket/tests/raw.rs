//! Raw sockets: they work with privilege, and say what is missing without.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use landline_socket::{Address, ErrorKind, Family, Flags, Kind, Protocol, Socket};
use loopback::eventually;

/// With privilege a raw socket pings this machine; without, the error says what is missing.
#[test]
fn raw_sockets_work_or_name_the_privilege() {
    match Socket::with_protocol(Family::INET, Kind::RAW, Protocol::ICMP) {
        Ok(socket) => ping(&loopback::bounded(socket)),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            assert_eq!(
                error.to_string(),
                "create INET RAW socket with protocol ICMP: operation not permitted; \
                 raw sockets need root or the capability CAP_NET_RAW"
            );
        }
    }
}

/// Sends an echo request (RFC 792) and waits for the reply.
fn ping(socket: &Socket) {
    // Type 8, code 0, checksum, identifier 0x6c6c, sequence number 1.
    let request = [8, 0, 0x8b, 0x92, 0x6c, 0x6c, 0, 1];
    let nowhere = Address::Ip("127.0.0.1:0".parse().unwrap());
    socket.send_to(&request, nowhere).unwrap();
    eventually("the reply", || {
        let packet = socket.recv_vec(1500, Flags::NONE).unwrap();
        // The IPv4 head of 20 bytes comes first; the reply is of type 0.
        (packet[20] == 0 && packet[24..] == request[4..]).then_some(())
    });
}
