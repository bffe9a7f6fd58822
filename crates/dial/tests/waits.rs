//! Waits that have a flag, and one that has none; and the name of a socket that is no file.
#![cfg(target_os = "linux")]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::thread;

use landline_testkit::Blackhole;
use landline_testkit::http::Server;
use landline_testkit::process::Run;
use room::{Room, run, sound};

const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

/// Answers one request, on whatever kind of stream.
fn answer(mut stream: impl Read + Write) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return;
        }
        head.push(byte[0]);
    }
    let _ = stream.write_all(REPLY);
}

/// Longer than it takes without the flag.
#[test]
fn expect100_timeout_is_how_long_a_body_waits() {
    let server = Server::new().route_early("/late", |request, conn| {
        conn.read_exact_bytes(4)?;
        request.reply(conn, 200, &[], b"")
    });
    let line = ["-sS", "-H", "Expect: 100-continue", "-d", "text", "--expect100-timeout", "1.5"];
    let url = server.url("/late");
    let output = run(&[&line[..], &["-w", "%{time_posttransfer}", &url]].concat());
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let time: f64 = output.text().parse().expect("a time");
    assert!(time >= 1.5, "{time}");
}

/// The next address is tried after that long, while the first one does not answer.
#[test]
fn happy_eyeballs_timeout_ms_is_how_long_the_first_address_has() {
    let hole = Blackhole::new();
    let listener = TcpListener::bind(("127.0.0.2", hole.addr().port())).expect("a free port");
    let server = thread::spawn(move || answer(listener.accept().expect("a connection").0));
    let url = format!("http://a.test:{}/", hole.addr().port());
    let rule = format!("a.test:{}:127.0.0.1,127.0.0.2", hole.addr().port());
    let line =
        ["-sS", "--resolve", &rule, "--happy-eyeballs-timeout-ms", "900", "-w", " %{time_connect}"];
    let output = run(&[&line[..], &[&url]].concat());
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let text = output.text();
    let time: f64 = text.strip_prefix("yes ").and_then(|time| time.parse().ok()).expect("a time");
    assert!(time >= 0.9, "{time}");
    server.join().expect("no panic");
}

#[test]
fn abstract_unix_socket_is_a_name_without_a_file() {
    let name = format!("landline-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let listener = UnixListener::bind_addr(&address).expect("a free name");
    let server = thread::spawn(move || answer(listener.accept().expect("a connection").0));
    let line = ["-sS", "--abstract-unix-socket", &name, "http://a.test/", "-w", " %{remote_ip}"];
    let output = run(&line);
    assert_eq!(output.text(), format!("yes @{name}"), "{}", output.errors());
    server.join().expect("no panic");
}

/// Five minutes, on a clock that runs faster than ours.
#[test]
fn row_29_a_peer_that_falls_silent_is_28_without_any_flag() {
    let room = Room::new();
    let shim = room.at("fast_clock.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/waits/fast_clock.c");
    let words = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"];
    let made = Run::new("cc").args(words).args([shim.as_os_str()]).args([source]).run();
    assert_eq!(made.code, Some(0), "{}", made.errors());
    let server = Server::new().route("/body", |_, conn| {
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")?;
        conn.stall()
    });
    for (path, phase) in [("/stall", "waiting for the reply"), ("/body", "reading the body")] {
        let run = room.dial(&["-sS", "-o", "out", &server.url(path)]).env("LD_PRELOAD", &shim);
        let output = sound(run.run());
        let errors = output.errors();
        assert_eq!(output.exit(), 28, "{path}: {errors}");
        let told = [phase, "after 300000 ms without a byte"];
        assert!(told.iter().all(|words| errors.contains(words)), "{path}: {errors}");
        assert!(output.took.as_millis() >= 1400, "{:?}", output.took);
    }
    assert_eq!(room.get("out").as_deref(), Some(&b"12345"[..]));
}
