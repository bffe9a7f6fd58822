//! Forms of the command where curl is no measure: memory, tries, pipes, and what is done otherwise.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::fs::File;

use landline_testkit::http::Server;
use room::{Room, is_one_message};

/// The bodies the server got.
fn bodies(server: &Server) -> Vec<String> {
    let body = |request: landline_testkit::http::Request| {
        String::from_utf8_lossy(&request.body).into_owned()
    };
    server.requests().into_iter().map(body).collect()
}

#[test]
fn a_large_file_is_streamed_with_its_length_and_flat_memory() {
    const BYTES: u64 = 300 << 20;
    let (server, room) = (Server::new(), Room::new());
    File::create(room.at("big")).and_then(|file| file.set_len(BYTES)).expect("a sparse file");
    let url = server.url("/sink");
    let line = ["-sS", "-F", "a=@big", "-F", "z=26", "-w", "%{size_upload}", &url];
    let output = room.run(&line);
    let text = output.text();
    let (sunk, sent) = text.split_once('\n').expect("two lines");
    assert_eq!((output.exit(), sunk), (0, sent), "{}", output.errors());
    let sent: u64 = sent.parse().expect("a number");
    assert!((BYTES..BYTES + 1000).contains(&sent), "{sent}");
    assert_eq!(server.requests()[0].header("Content-Length"), Some(sunk));
    assert!(output.peak_rss_bytes < 24 << 20, "{} bytes resident", output.peak_rss_bytes);
}

#[test]
fn what_cannot_be_read_is_exit_26_before_anything_is_sent() {
    let (server, room) = (Server::new(), Room::new());
    room.put("there", "x");
    let url = server.url("/sink");
    for field in ["a=@missing", "a=<missing", "a=@there,missing", "a=@.", "a=x;headers=@missing"] {
        let output = room.run(&["-sS", "-F", "b=1", "-F", field, &url]);
        assert_eq!(output.exit(), 26, "{field}");
        assert!(is_one_message(&output.errors(), 26), "{field}: {}", output.errors());
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_head_of_a_part_takes_no_line_ends() {
    let (server, room) = (Server::new(), Room::new());
    let url = server.url("/sink");
    for (field, code) in [
        ("a=x;type=a/b;c=d\r\nX-Evil: 1", 43),
        ("a=x;headers=\"X: y\r\nX-Evil: 1\"", 43),
        ("a=x;headers=nonsense", 2),
        ("a=x;headers=\"\r\nX-Evil: 1\"", 43),
    ] {
        let output = room.run(&["-sS", "-F", field, &url]);
        assert_eq!(output.exit(), code, "{field}: {}", output.errors());
    }
    assert_eq!(server.connections(), 0);
    let output = room.run(&["-sS", "--form-escape", "-F", "a\r\nX-Evil: 1=x", &url]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert!(bodies(&server)[0].contains("name=\"a%0D%0AX-Evil: 1\"\r\n\r\nx\r\n"));
}

#[cfg(unix)]
#[test]
fn every_url_and_every_try_gets_the_whole_form() {
    let (server, room) = (Server::new(), Room::new());
    room.put("file", "content");
    room.put("in", "from stdin");
    let (url, moved) = (server.url("/hello"), server.url("/redirect-to/307?/hello"));
    let broken = server.url("/status/503");
    let line = [
        "-sSL",
        "--retry",
        "1",
        "--retry-delay",
        "1",
        "-F",
        "a=@file",
        "-F",
        "b=@-",
        &url,
        &moved,
        &broken,
    ];
    let script = format!("exec {} \"$@\" <in", room::DIAL);
    let from_file = [&["-c", &script, "sh"], &line[..]].concat();
    for run in [room.dial(&line).stdin("from stdin"), room.of("/bin/sh", &from_file)] {
        let before = server.requests().len();
        assert_eq!(run.run().exit(), 0);
        let bodies = bodies(&server).split_off(before);
        assert_eq!(bodies.len(), 5);
        for body in bodies {
            let has = |text: &str| body.contains(&format!("\r\n\r\n{text}\r\n--"));
            assert!(has("content") && has("from stdin"), "{body}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_sent_in_chunks_as_it_comes() {
    let (server, room) = (Server::new(), Room::new());
    let script = format!("printf piped | {} -sS -F a=@/dev/fd/0 -F z=26 \"$0\"", room::DIAL);
    let output = room.of("/bin/sh", &["-c", &script, &server.url("/hello")]).run();
    assert_eq!(output.text(), "hello, world\n", "{}", output.errors());
    assert_eq!(server.requests()[0].header("Transfer-Encoding"), Some("chunked"));
    let body = &bodies(&server)[0];
    assert!(body.contains("filename=\"0\"\r\n") && body.contains("\r\n\r\npiped\r\n--"), "{body}");
}

/// How long that becomes is not known before, and curl writes its chunks otherwise.
#[test]
fn quoted_printable_goes_in_chunks() {
    let (server, room) = (Server::new(), Room::new());
    let output =
        room.run(&["-sS", "-F", "a==\u{fc};encoder=quoted-printable", &server.url("/sink")]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert_eq!(server.requests()[0].header("Transfer-Encoding"), Some("chunked"));
    let body = &bodies(&server)[0];
    assert!(body.contains("Encoding: quoted-printable\r\n\r\n=3D=C3=BC\r\n--"), "{body}");
}

#[test]
fn what_cannot_be_7bit_is_exit_26_and_no_whole_body() {
    let (server, room) = (Server::new(), Room::new());
    room.put("text", "gr\u{fc}n");
    let output = room.run(&["-sS", "-F", "a=@text;encoder=7bit", &server.url("/sink")]);
    assert_eq!(output.exit(), 26, "{}", output.errors());
    assert!(output.errors().contains("above 127"), "{}", output.errors());
}

/// A field may hold a password.
#[test]
fn contents_are_not_shown() {
    let (server, room) = (Server::new(), Room::new());
    let output = room.run(&["-v", "-F", "pw=hunter2", &server.url("/hello")]);
    assert!(!output.errors().contains("hunter2"), "{}", output.errors());
    assert!(output.errors().contains("multipart/form-data"), "{}", output.errors());
}
