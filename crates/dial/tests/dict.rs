//! Dictionaries as a process, and the same lines with curl where it is installed.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::process::Output;
use landline_testkit::{ClosedPort, Server};
use room::{DIAL, Room, run, sound};

/// Whether it ended with this code and one line that has it, whoever says so.
fn failed(output: &Output, code: i32) -> bool {
    let errors = output.errors();
    let is_one_line = errors.lines().count() == 1 && errors.contains(&format!(": ({code}) "));
    output.exit() == code && is_one_line
}

/// The command, and curl if there is one.
fn programs() -> Vec<&'static str> {
    let curl = std::path::Path::new("/usr/bin/curl").exists();
    if curl { vec![DIAL, "/usr/bin/curl"] } else { vec![DIAL] }
}

/// A server that is told three lines and then says this.
fn saying(text: &'static str) -> Server {
    Server::tcp(move |conn| {
        for _ in 0..3 {
            conn.read_line()?;
        }
        conn.say(text)?;
        conn.fin()
    })
}

const FOUND: &str =
    "220 hi\r\n250 ok\r\n150 1\r\n151 \"a\" d \"D\"\r\n..x\r\n.\r\n250 ok\r\n221 bye\r\n";
const NOTHING: &str = "220 hi\r\n250 ok\r\n552 no match\r\n221 bye\r\n";

#[test]
fn wire_and_output_are_curls() {
    for (path, asked) in [
        ("d:word", "DEFINE ! word"),
        ("define:word:db:1", "DEFINE db word"),
        ("lookup:a%20b:db", "DEFINE db a\\ b"),
        ("m:x:y:z", "MATCH y z x"),
        ("find:it's", "MATCH ! . it\\'s"),
        ("show:db", "show db"),
        ("show%20x:y/z", "show x y/z"),
    ] {
        for (program, text) in programs().into_iter().flat_map(|one| [(one, FOUND), (one, NOTHING)])
        {
            let server = saying(text);
            let room = Room::new();
            let output = sound(
                room.of(program, &["-sS", &server.url_for("dict", &format!("/{path}"))]).run(),
            );
            assert_eq!((output.exit(), &*output.text()), (0, text), "{program} {path}");
            let got = server.received_text().concat();
            let (client, rest) = got.split_once("\r\n").expect("a line");
            assert!(client.starts_with("CLIENT "), "{program}: {client}");
            assert_eq!(rest, format!("{asked}\r\nQUIT\r\n"), "{program} {path}");
        }
    }
}

/// curl ends each of these with success.
#[test]
fn what_is_cut_or_refused_is_no_success() {
    for (text, code) in [
        ("220 hi\r\n250 ok\r\n150 1\r\n151 a d D\r\nhalf", 18),
        ("220 hi\r\n250 ok\r\n150 1\r\n151 a d D\r\nall\r\n.\r\n", 18),
        ("220 hi\r\n250 ok\r\n", 18),
        ("220 hi\r\n421 shutting down\r\n", 18),
        ("530 access denied\r\n", 9),
        ("420 try later\r\n", 8),
        ("SSH-2.0-x\r\n", 8),
        ("", 52),
    ] {
        let server = saying(text);
        let output = run(&["-sS", &server.url_for("dict", "/d:a")]);
        assert!(failed(&output, code), "{text:?}: {} {}", output.exit(), output.errors());
    }
}

#[test]
fn a2_a_url_never_becomes_two_commands() {
    let server = saying(NOTHING);
    for program in programs() {
        for path in ["d:a%0d%0aX", "m:a:b%0aX", "show%0d%0aX", "d:%00"] {
            let url = server.url_for("dict", &format!("/{path}"));
            let output = sound(Room::new().of(program, &["-sS", &url]).run());
            assert_eq!(output.exit(), 3, "{program} {path}: {}", output.errors());
        }
    }
    assert!(server.received().concat().is_empty());
}

#[test]
fn nobody_there_and_nobody_answering() {
    let closed = ClosedPort::new();
    let server = Server::tcp(landline_testkit::Conn::stall);
    for program in programs() {
        for (url, code) in
            [(format!("dict://{}/d:a", closed.addr()), 7), (server.url_for("dict", "/d:a"), 28)]
        {
            let output = sound(Room::new().of(program, &["-sS", "-m", "1", &url]).run());
            assert!(failed(&output, code), "{program} {url}: {}", output.errors());
        }
    }
}
