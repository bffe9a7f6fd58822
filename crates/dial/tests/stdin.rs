//! What is uploaded from stdin and named pipes: sent as a whole wherever it is sent again, or not again.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::sync::atomic::{AtomicUsize, Ordering};

use landline_testkit::http::Server;
use room::{DIAL, Room, sound};

const AGAIN: [&str; 6] = ["-sSf", "--retry", "2", "--retry-delay", "1", "-T"];

/// A server that is busy for these many requests.
fn busy(times: usize) -> Server {
    let count = AtomicUsize::new(0);
    Server::new().route("/moody", move |_, conn| {
        let status = match count.fetch_add(1, Ordering::SeqCst) {
            now if now < times => "503 Busy",
            _ => "200 OK",
        };
        conn.say(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"))
    })
}

/// The bodies that have come.
fn bodies(server: &Server) -> Vec<String> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    server.requests().into_iter().map(|request| text(request.body)).collect()
}

#[test]
fn what_came_through_a_pipe_is_not_sent_again_as_nothing() {
    let (server, room) = (busy(1), Room::new());
    let url = server.url("/moody");
    let output = sound(room.dial(&[&AGAIN[..], &["-", &url]].concat()).stdin("piped").run());
    assert_eq!((output.exit(), bodies(&server)), (22, vec!["piped".to_owned()]));
    assert!(output.errors().contains("cannot be read again"), "{}", output.errors());
    let (server, script) = (busy(1), r#"mkfifo p && (echo named > p &) && exec "$0" "$@""#);
    let url = server.url("/moody");
    let line = [&["-c", script, DIAL], &AGAIN[..], &["p", &url]].concat();
    let output = sound(room.of("sh", &line).run());
    assert_eq!((output.exit(), bodies(&server)), (22, vec!["named\n".to_owned()]));
}

#[test]
fn a_pipe_that_nobody_has_read_yet_is_good_for_another_try() {
    let closed = landline_testkit::ClosedPort::new();
    let url = format!("http://{}/", closed.addr());
    let line =
        ["-sS", "--retry", "1", "--retry-delay", "1", "--retry-connrefused", "-T", "-", &url];
    let output = sound(Room::new().dial(&line).stdin("piped").run());
    assert_eq!(output.exit(), 7);
    assert!(!output.errors().contains("cannot be read again"), "{}", output.errors());
}

/// A file behind stdin is read again from where it stood, and sent in chunks like anything else there.
#[test]
fn a_file_behind_stdin_is_sent_again_as_a_whole() {
    let room = Room::new();
    room.put("file", "before, and all of it");
    for (server, path, options) in [
        (busy(1), "/moody", &["--retry", "1", "--retry-delay", "1"][..]),
        (Server::new(), "/redirect-to/307?/echo", &["-L"]),
    ] {
        let script = r#"exec < file; dd bs=8 count=1 2> /dev/null; exec "$0" "$@""#;
        let url = server.url(path);
        let line = [&["-c", script, DIAL, "-sSf", "-T", "-"], options, &[&url]].concat();
        let output = sound(room.of("sh", &line).run());
        assert_eq!(output.exit(), 0, "{}", output.errors());
        assert_eq!(bodies(&server), ["and all of it"; 2], "{path}");
        for request in server.requests() {
            assert_eq!(request.header("Transfer-Encoding"), Some("chunked"), "{path}");
        }
    }
}
