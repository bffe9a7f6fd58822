//! The end of connections on this machine: `--interface`, `--local-port`, and marks on sockets.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod room;

use std::net::TcpListener;

use landline_testkit::http::Server;
use room::{Room, is_one_message, run};

const ENDS: &str = " %{local_ip} %{local_port}";

/// The local address and port of a download with these flags.
fn ends(flags: &[&str], url: &str) -> (String, u16) {
    let output = run(&[flags, &["-sS", "-w", ENDS, url]].concat());
    assert_eq!(output.exit(), 0, "{flags:?}: {}", output.errors());
    let text = output.text();
    let mut words = text.split_whitespace().rev();
    let port = words.next().unwrap().parse().unwrap();
    (words.next().unwrap().to_owned(), port)
}

#[test]
fn interfaces_and_addresses_in_all_forms() {
    let server = Server::new();
    let url = server.url("/hello");
    for (name, ip) in [
        ("127.0.0.7", "127.0.0.7"),
        ("host!127.0.0.8", "127.0.0.8"),
        ("localhost", "127.0.0.1"),
        ("lo", "127.0.0.1"),
        ("if!lo", "127.0.0.1"),
        ("ifhost!lo!127.0.0.9", "127.0.0.9"),
    ] {
        assert_eq!(ends(&["--interface", name], &url).0, ip, "{name}");
    }
}

#[test]
fn an_end_that_is_not_ours_is_exit_45_and_nobody_is_asked() {
    let server = Server::new();
    for name in
        ["203.0.113.1", "if!127.0.0.1", "no-such-if.invalid", "host!lo.invalid", "::1", "if!nil0"]
    {
        let output = run(&["-sS", "--interface", name, &server.url("/hello")]);
        let errors = output.errors();
        assert!(output.exit() == 45 && is_one_message(&errors, 45), "{name}: {errors}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_first_free_port_of_a_range_is_taken() {
    let server = Server::new();
    let url = server.url("/hello");
    let taken = TcpListener::bind("0.0.0.0:0").unwrap();
    let first = taken.local_addr().unwrap().port();
    let last = first.saturating_add(20);
    let (_, port) = ends(&["--local-port", &format!("{first}-{last}")], &url);
    assert!(port > first && port <= last, "{first} {port} {last}");
    let output = run(&["-sS", "--local-port", &first.to_string(), &url]);
    let errors = output.errors();
    assert!(is_one_message(&errors, 45) && errors.contains("port"), "{errors}");
    assert_eq!(run(&["-sS", "--local-port", "9-8", &url]).exit(), 2);
}

#[test]
fn data_connections_and_datagrams_begin_there_too() {
    let ftp = landline_testkit::ftp::Server::builder().file("/a", "some bytes").start();
    let url = format!("ftp://127.0.0.1:{}/a", ftp.port());
    assert_eq!(run(&["-sS", "--interface", "127.0.0.5", &url]).text(), "some bytes");
    let output = run(&["-sS", "--interface", "203.0.113.1", &url]);
    assert_eq!(output.exit(), 45, "{}", output.errors());
    let output = run(&["-sS", "--interface", "203.0.113.1", "tftp://127.0.0.1:9/a"]);
    assert_eq!(output.exit(), 45, "{}", output.errors());
}

#[test]
fn marks_on_sockets_change_nothing_of_what_is_said() {
    let server = Server::new();
    let url = server.url("/hello");
    for flags in [
        &["--ip-tos", "LOWDELAY"][..],
        &["--ip-tos", "184", "--vlan-priority", "3"],
        &["--tcp-fastopen"],
        &["--no-tcp-nodelay"],
        &["--keepalive-time", "5", "--keepalive-cnt", "3"],
        &["--no-keepalive"],
    ] {
        let output = Room::new().run(&[flags, &["-sS", &url]].concat());
        assert_eq!((output.exit(), &*output.text()), (0, "hello, world\n"), "{flags:?}");
    }
    for flags in [["--ip-tos", "256"], ["--vlan-priority", "8"], ["--ip-tos", "XX"]] {
        assert_eq!(run(&[&flags[..], &[&url]].concat()).exit(), 2, "{flags:?}");
    }
}

#[test]
fn multipath_reaches_plain_servers_or_says_that_the_system_has_none() {
    let server = Server::new();
    let output = run(&["-sS", "--mptcp", &server.url("/hello")]);
    match output.exit() {
        0 => assert_eq!(output.text(), "hello, world\n"),
        code => assert!(code == 7 && is_one_message(&output.errors(), 7), "{}", output.errors()),
    }
}

#[test]
fn fast_open_is_for_those_who_speak_first() {
    let ftp = landline_testkit::ftp::Server::builder().file("/a", "some bytes").start();
    let url = format!("ftp://127.0.0.1:{}/a", ftp.port());
    assert_eq!(run(&["-sS", "--tcp-fastopen", &url]).text(), "some bytes");
}
