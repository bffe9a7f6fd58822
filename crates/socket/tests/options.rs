//! Options: what is set can be read back, and has its effect where that shows on loopback.
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use std::time::Duration;

use landline_socket::{ErrorKind, Family, Kind, Socket};
use loopback::{connected, datagram, listener, new};

fn tcp() -> Socket {
    Socket::new(Family::INET, Kind::STREAM).unwrap()
}

#[test]
fn switches_go_on_and_off() {
    type Setter = fn(&Socket, bool) -> landline_socket::Result<()>;
    type Getter = fn(&Socket) -> landline_socket::Result<bool>;
    let switches: &[(&str, Setter, Getter)] = &[
        ("reuse_address", Socket::set_reuse_address, Socket::reuse_address),
        #[cfg(unix)]
        ("reuse_port", Socket::set_reuse_port, Socket::reuse_port),
        ("nodelay", Socket::set_nodelay, Socket::nodelay),
        ("broadcast", Socket::set_broadcast, Socket::broadcast),
        ("out_of_band_inline", Socket::set_out_of_band_inline, Socket::out_of_band_inline),
        #[cfg(unix)]
        ("nonblocking", Socket::set_nonblocking, Socket::nonblocking),
    ];
    for (name, set, get) in switches {
        let socket = tcp();
        assert!(!get(&socket).unwrap(), "{name} before");
        set(&socket, true).unwrap();
        assert!(get(&socket).unwrap(), "{name} on");
        set(&socket, false).unwrap();
        assert!(!get(&socket).unwrap(), "{name} off");
    }
}

#[test]
fn buffers_get_at_least_what_was_asked() {
    let socket = tcp();
    socket.set_send_buffer_size(50_000).unwrap();
    socket.set_receive_buffer_size(60_000).unwrap();
    assert!(socket.send_buffer_size().unwrap() >= 50_000);
    assert!(socket.receive_buffer_size().unwrap() >= 60_000);
}

#[test]
fn time_outs_are_kept_and_zero_is_refused() {
    let socket = tcp();
    assert_eq!(socket.read_timeout().unwrap(), None);
    assert_eq!(socket.write_timeout().unwrap(), None);
    socket.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    socket.set_write_timeout(Some(Duration::from_millis(2500))).unwrap();
    assert_eq!(socket.read_timeout().unwrap(), Some(Duration::from_secs(3)));
    assert!(socket.write_timeout().unwrap().unwrap() >= Duration::from_millis(2500));
    let error = socket.set_read_timeout(Some(Duration::ZERO)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "set option SO_RCVTIMEO (tcp): a time-out of zero would mean none"
    );
    // Too short for the system's clock, but not without limit.
    socket.set_read_timeout(Some(Duration::from_nanos(1))).unwrap();
    assert!(socket.read_timeout().unwrap().is_some());
    socket.set_read_timeout(None).unwrap();
    assert_eq!(socket.read_timeout().unwrap(), None);
}

#[test]
fn linger_rounds_up() {
    let socket = tcp();
    assert_eq!(socket.linger().unwrap(), None);
    for (asked, kept) in [(0, 0), (1, 1), (999, 1), (2000, 2)] {
        socket.set_linger(Some(Duration::from_millis(asked))).unwrap();
        assert_eq!(socket.linger().unwrap(), Some(Duration::from_secs(kept)));
    }
    socket.set_linger(Some(Duration::MAX)).unwrap();
    assert!(socket.linger().unwrap().unwrap() > Duration::from_secs(3600));
    socket.set_linger(None).unwrap();
    assert_eq!(socket.linger().unwrap(), None);
}

#[cfg(unix)]
#[test]
fn keepalive_has_three_values() {
    use landline_socket::Keepalive;

    let socket = tcp();
    assert_eq!(socket.keepalive().unwrap(), None);
    socket.set_keepalive(Some(Keepalive::default())).unwrap();
    assert!(socket.keepalive().unwrap().is_some_and(|values| values.time.is_some()));
    let values = Keepalive {
        time: Some(Duration::from_secs(60)),
        interval: Some(Duration::from_secs(5)),
        retries: Some(4),
    };
    socket.set_keepalive(Some(values)).unwrap();
    assert_eq!(socket.keepalive().unwrap(), Some(values));
    socket.set_keepalive(None).unwrap();
    assert_eq!(socket.keepalive().unwrap(), None);
}

#[test]
fn hops_are_counted_in_both_families() {
    for family in [Family::INET, Family::INET6] {
        let socket = Socket::new(family, Kind::STREAM).unwrap();
        socket.set_ttl(7).unwrap();
        assert_eq!(socket.ttl().unwrap(), 7);
    }
}

#[test]
fn only_v6_belongs_to_inet6() {
    let socket = Socket::new(Family::INET6, Kind::STREAM).unwrap();
    for only_v6 in [true, false] {
        socket.set_only_v6(only_v6).unwrap();
        assert_eq!(socket.only_v6().unwrap(), only_v6);
    }
    let error = tcp().set_only_v6(true).unwrap_err();
    assert!(error.to_string().starts_with("set option IPV6_V6ONLY (tcp): "), "{error}");
}

#[test]
fn an_inet6_socket_hears_ipv4_unless_told_not_to() {
    let listener = new(Family::INET6, Kind::STREAM);
    listener.set_only_v6(false).unwrap();
    listener.bind(("::", 0)).unwrap();
    listener.listen(1).unwrap();
    let port = listener.local_address().unwrap().port().unwrap();
    new(Family::INET, Kind::STREAM).connect(("127.0.0.1", port)).unwrap();
    let (_, from) = listener.accept().unwrap();
    assert!(from.to_string().starts_with("[::ffff:127.0.0.1]:"), "{from}");
}

#[test]
fn broadcasting_must_be_allowed() {
    let (socket, _) = datagram();
    let error = socket.send_to(b"x", "255.255.255.255:9").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
}

#[cfg(unix)]
#[test]
fn two_sockets_share_a_port_when_both_allow_it() {
    let first = tcp();
    first.set_reuse_port(true).unwrap();
    first.bind("127.0.0.1:0").unwrap();
    first.listen(1).unwrap();
    let second = tcp();
    second.set_reuse_port(true).unwrap();
    second.bind(first.local_address().unwrap()).unwrap();
    second.listen(1).unwrap();
}

#[test]
fn a_listener_starts_again_at_once_with_reuse_address() {
    let listening_again = |address: landline_socket::Address| {
        let listener = new(Family::INET, Kind::STREAM);
        listener.set_reuse_address(true).unwrap();
        listener.bind(address).unwrap();
        listener.listen(1).unwrap();
        listener
    };
    let listener = listening_again("127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into());
    let address = listener.local_address().unwrap();
    let caller = new(Family::INET, Kind::STREAM);
    caller.connect(&address).unwrap();
    // Hanging up first leaves this end of the connection in TIME_WAIT.
    drop(listener.accept().unwrap());
    assert_eq!(caller.recv(&mut [0; 4]).unwrap(), 0);
    drop((caller, listener));
    listening_again(address);
}

#[cfg(target_os = "linux")]
#[test]
fn a_socket_can_be_bound_to_a_device() {
    let (socket, _) = datagram();
    assert_eq!(socket.device().unwrap(), None);
    socket.bind_device(Some("lo")).unwrap();
    assert_eq!(socket.device().unwrap().as_deref(), Some("lo"));
    let error = socket.bind_device(Some("no-such-device")).unwrap_err();
    assert!(error.to_string().starts_with("set option SO_BINDTODEVICE (udp): "), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn fast_open_loses_nothing_where_the_server_does_not_know_it() {
    let (listener, address) = listener();
    let caller = tcp();
    caller.set_fast_open(true).unwrap();
    caller.connect(&address).unwrap();
    caller.send_all(b"first").unwrap();
    let (line, _) = listener.accept().unwrap();
    assert_eq!(line.recv_vec(5, landline_socket::Flags::WAIT_ALL).unwrap(), b"first");
    assert!(datagram().0.set_fast_open(true).is_err(), "datagrams have none");
}

#[test]
fn no_error_is_pending_on_a_sound_socket() {
    let (caller, _answerer) = connected();
    assert!(caller.take_error().unwrap().is_none());
}

#[test]
fn a_pending_error_is_taken_once() {
    let (_keep, address) = loopback::refusing();
    let caller = tcp();
    caller.set_nonblocking(true).unwrap();
    let error = match caller.connect(&address) {
        Err(error) if error.is_would_block() => {
            loopback::eventually("the refusal", || caller.take_error().unwrap())
        }
        result => result.unwrap_err(),
    };
    assert!(error.is_refused());
    assert_eq!(error.address(), Some(address.to_string().as_str()));
    assert!(caller.take_error().unwrap().is_none());
}
