//! What failures look like: distinguishable, and naming the address.
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use std::borrow::Cow;
use std::error::Error as _;
use std::io;
use std::time::Duration;

use landline_socket::{
    Address, Error, ErrorKind, Family, Kind, Protocol, Result, Socket, ToAddress,
};
use loopback::{connected, datagram, eventually, listener, new, refusing};

/// A name that stands for the addresses it is given.
struct Host(Vec<Address>);

impl ToAddress for Host {
    fn to_addresses(&self, _: Family, _: Kind) -> Result<Vec<Address>> {
        Ok(self.0.clone())
    }

    fn label(&self) -> Cow<'_, str> {
        "host.test:99".into()
    }
}

#[test]
fn a_refused_connection_names_the_address() {
    let (_keep, address) = refusing();
    let error = new(Family::INET, Kind::STREAM).connect(&address).unwrap_err();
    assert!(error.is_refused());
    assert_eq!(error.to_string(), format!("connect to {address} (tcp): connection refused"));
    assert_eq!(error.address(), Some(address.to_string().as_str()));
    assert!(error.source().is_some() && error.raw_os_error().is_some());
    assert!(error.attempts().is_empty());
}

#[test]
fn a_refused_name_names_the_address_too() {
    let (_keep, address) = refusing();
    let port = address.port().unwrap();
    let error = new(Family::INET, Kind::STREAM).connect(("localhost", port)).unwrap_err();
    assert!(error.is_refused());
    assert_eq!(
        error.to_string(),
        format!("connect to localhost:{port} (tcp): 127.0.0.1:{port} connection refused")
    );
    assert_eq!(error.attempts().len(), 1);
}

#[test]
fn every_address_of_a_name_is_tried_and_every_failure_kept() {
    let (_keep, first) = refusing();
    let (_keep, second) = refusing();
    let host = Host(vec![first.clone(), second.clone()]);
    let error = new(Family::INET, Kind::STREAM).connect(host).unwrap_err();
    assert!(error.is_refused());
    assert_eq!(
        error.to_string(),
        format!(
            "connect to host.test:99 (tcp): {first} connection refused, {second} connection refused"
        )
    );
    let tried: Vec<_> = error.attempts().iter().map(landline_socket::Attempt::address).collect();
    assert_eq!(tried, [&first, &second]);
    assert_eq!(error.attempts()[0].error().kind(), io::ErrorKind::ConnectionRefused);
}

#[cfg(target_os = "linux")]
#[test]
fn a_later_address_of_a_name_is_as_good() {
    let (_keep, first) = refusing();
    let (listener, second) = listener();
    let caller = new(Family::INET, Kind::STREAM);
    caller.connect(Host(vec![first, second.clone()])).unwrap();
    assert_eq!(caller.peer_address().unwrap(), second);
    listener.accept().unwrap();
}

#[test]
fn an_unknown_host_is_no_refusal() {
    let socket = new(Family::INET, Kind::STREAM);
    let error = socket.connect(("nosuchhost.invalid", 80)).unwrap_err();
    assert!(error.is_unknown_host() && !error.is_refused());
    assert_eq!(error.address(), Some("nosuchhost.invalid"));
    assert!(error.to_string().starts_with("look up nosuchhost.invalid: "), "{error}");
    let (datagram, _) = datagram();
    assert!(datagram.send_to(b"x", ("nosuchhost.invalid", 80)).unwrap_err().is_unknown_host());
}

#[test]
fn a_vanished_peer_is_named_although_the_system_forgets_it() {
    let (caller, answerer) = connected();
    let address = caller.peer_address().unwrap();
    answerer.set_linger(Some(Duration::ZERO)).unwrap();
    drop(answerer);
    let error = caller.recv(&mut [0; 4]).unwrap_err();
    assert!(error.is_peer_gone());
    assert_eq!(
        error.to_string(),
        format!("receive from {address} (tcp): connection reset by peer")
    );
    let error = caller.send(b"still there?").unwrap_err();
    assert!(error.is_peer_gone());
    assert_eq!(error.to_string(), format!("send to {address} (tcp): broken pipe"));
}

#[test]
fn the_answering_side_names_a_vanished_caller_as_well() {
    let (caller, answerer) = connected();
    let address = caller.local_address().unwrap();
    drop(caller);
    let error = eventually("the end", || answerer.send(b"more").err());
    assert!(error.is_peer_gone());
    assert_eq!(error.address(), Some(address.to_string().as_str()));
    // A clone and a conversion remember as well.
    let error = answerer.try_clone().unwrap().send(b"more").unwrap_err();
    assert_eq!(error.address(), Some(address.to_string().as_str()));
}

#[test]
fn a_time_limit_is_told_from_not_being_ready() {
    let (caller, _answerer) = connected();
    caller.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let error = caller.recv(&mut [0; 4]).unwrap_err();
    assert!(error.is_timeout() && !error.is_would_block());
    let address = caller.peer_address().unwrap();
    assert_eq!(error.to_string(), format!("receive from {address} (tcp): timed out"));
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::TimedOut);
    caller.set_nonblocking(true).unwrap();
    assert!(caller.recv(&mut [0; 4]).unwrap_err().is_would_block());
}

#[test]
fn waiting_for_a_caller_can_be_limited() {
    let (listener, address) = listener();
    listener.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let error = listener.accept().unwrap_err();
    assert_eq!(error.to_string(), format!("accept on {address} (tcp): timed out"));
}

/// Linux drops calls to a listener whose queue is full, so that they hang.
#[cfg(target_os = "linux")]
#[test]
fn a_connect_that_hangs_ends_at_its_limit() {
    let (listener, address) = listener();
    listener.listen(0).unwrap();
    let limit = Duration::from_millis(50);
    let mut waiting = Vec::new();
    let error = eventually("a full queue", || {
        let caller = new(Family::INET, Kind::STREAM);
        let result = caller.connect_timeout(&address, limit);
        waiting.push(caller);
        result.err()
    });
    assert_eq!(error.to_string(), format!("connect to {address} (tcp): timed out"));
    assert!(error.is_timeout());

    let caller = new(Family::INET, Kind::STREAM);
    caller.set_write_timeout(Some(limit)).unwrap();
    let error = caller.connect(&address).unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn conversion_keeps_the_kind_and_the_error_inside() {
    let (_keep, address) = refusing();
    let error = new(Family::INET, Kind::STREAM).connect(&address).unwrap_err();
    let text = error.to_string();
    let io_error = io::Error::from(error);
    assert_eq!(io_error.kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!(io_error.to_string(), text);
    let inside = io_error.get_ref().and_then(|inside| inside.downcast_ref::<Error>());
    assert_eq!(inside.map(Error::kind), Some(ErrorKind::Refused));
}

#[test]
fn the_error_is_one_pointer_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn an_address_in_use_and_one_of_another_machine_are_told_apart() {
    let (_listener, address) = listener();
    let error = new(Family::INET, Kind::STREAM).bind(&address).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressInUse);
    assert!(error.to_string().starts_with(&format!("bind to {address} (tcp): ")), "{error}");
    // TEST-NET-1 (RFC 5737) belongs to nobody.
    let error = new(Family::INET, Kind::STREAM).bind("192.0.2.1:0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressNotAvailable);
}

#[test]
fn accept_without_listen_is_the_callers_mistake() {
    let socket = new(Family::INET, Kind::STREAM);
    assert_eq!(socket.accept().unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn sockets_that_cannot_be_are_refused() {
    let error = Socket::with_protocol(Family::INET, Kind::STREAM, Protocol::UDP).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.to_string().starts_with("create INET STREAM socket with protocol UDP: "),
        "{error}"
    );
    assert_eq!(
        Socket::new(Family::from(9999), Kind::STREAM).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}

#[test]
fn debug_prints_the_names_of_the_constants() {
    let socket = Socket::with_protocol(Family::INET6, Kind::STREAM, Protocol::TCP).unwrap();
    let text = format!("{socket:?}");
    let (fd, names) = text.split_once(", ").unwrap();
    assert!(fd.starts_with("Socket { fd: ") && !fd.ends_with(' '), "{text}");
    assert_eq!(names, "family: INET6, kind: STREAM, protocol: TCP }");
}
