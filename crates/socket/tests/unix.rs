//! Unix sockets: by path, by abstract name, unnamed.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use landline_socket::{Address, ErrorKind, Family, Flags, Kind, Socket};
use loopback::{bounded, new};

#[test]
fn streams_connect_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("line.sock");
    let listener = new(Family::UNIX, Kind::STREAM);
    listener.bind(&path).unwrap();
    listener.listen(4).unwrap();
    assert_eq!(listener.local_address().unwrap(), Address::Path(path.clone()));

    let caller = new(Family::UNIX, Kind::STREAM);
    caller.connect(path.as_path()).unwrap();
    let (answerer, from) = listener.accept().unwrap();
    assert_eq!(from, Address::Unnamed);
    assert_eq!(caller.peer_address().unwrap().path(), Some(path.as_path()));
    caller.send_all(b"hello").unwrap();
    assert_eq!(bounded(answerer).recv_vec(8, Flags::NONE).unwrap(), b"hello");

    let by_text = new(Family::UNIX, Kind::STREAM);
    by_text.connect(path.to_str().unwrap()).unwrap();
    listener.accept().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn streams_connect_by_abstract_name() {
    let name = format!("landline-test-{}", std::process::id());
    let listener = new(Family::UNIX, Kind::STREAM);
    listener.bind(Address::Abstract(name.clone().into())).unwrap();
    listener.listen(4).unwrap();
    assert_eq!(listener.local_address().unwrap().to_string(), format!("@{name}"));

    let caller = new(Family::UNIX, Kind::STREAM);
    caller.connect(format!("\0{name}")).unwrap();
    listener.accept().unwrap();

    let internet = new(Family::INET, Kind::STREAM);
    assert_eq!(internet.connect(format!("\0{name}")).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn datagrams_carry_the_path_of_the_sender() {
    let folder = tempfile::tempdir().unwrap();
    let [left_path, right_path] = ["left", "right"].map(|name| folder.path().join(name));
    let left = new(Family::UNIX, Kind::DGRAM);
    left.bind(&left_path).unwrap();
    let right = new(Family::UNIX, Kind::DGRAM);
    right.bind(&right_path).unwrap();
    left.send_to(b"hello", &right_path).unwrap();
    assert_eq!(right.recv_from(&mut [0; 8]).unwrap(), (5, Address::Path(left_path)));
}

#[test]
fn pairs_are_connected_and_unnamed() {
    for kind in [Kind::STREAM, Kind::DGRAM, Kind::SEQPACKET] {
        let (left, right) = Socket::pair(Family::UNIX, kind).unwrap();
        left.send(b"hello").unwrap();
        assert_eq!(bounded(right).recv_vec(8, Flags::NONE).unwrap(), b"hello");
        assert_eq!(left.local_address().unwrap(), Address::Unnamed);
    }
    let error = Socket::pair(Family::INET, Kind::STREAM).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}

#[test]
fn nobody_at_the_path_is_a_refusal_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nobody.sock");
    let caller = new(Family::UNIX, Kind::STREAM);
    let missing = caller.connect(&path).unwrap_err();
    assert!(missing.is_refused());
    assert_eq!(
        missing.to_string(),
        format!("connect to {} (unix stream): no such file or directory", path.display())
    );
    // The path outlives its socket.
    new(Family::UNIX, Kind::STREAM).bind(&path).unwrap();
    let dead = caller.connect(&path).unwrap_err();
    assert!(dead.is_refused() && dead.to_string().ends_with("connection refused"), "{dead}");
    let taken = new(Family::UNIX, Kind::STREAM).bind(&path).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddressInUse);
}

#[test]
fn addresses_of_other_families_are_refused() {
    let caller = new(Family::UNIX, Kind::STREAM);
    let ip: std::net::SocketAddr = "127.0.0.1:9".parse().unwrap();
    assert_eq!(caller.connect(ip).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(caller.connect(("localhost", 9)).unwrap_err().kind(), ErrorKind::InvalidInput);
    let internet = new(Family::INET, Kind::STREAM);
    let path = std::path::Path::new("/tmp/x");
    assert_eq!(internet.connect(path).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_path_that_is_too_long_is_named() {
    let path = format!("/tmp/{}", "x".repeat(200));
    let error = new(Family::UNIX, Kind::STREAM).connect(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("path must be shorter"), "{error}");
}
