//! `--dry-run`: the exact bytes of a request, and nobody who hears of it.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use room::{Room, is_one_message};

fn heard(server: &Server) -> Vec<u8> {
    server.received().concat()
}

#[test]
fn what_is_shown_is_what_is_sent() {
    let room = Room::new();
    room.put("body", vec![b'x'; 200_000]);
    room.put("half", "half of it");
    room.put("jar", "127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb\n");
    let lines: &[&[&str]] = &[
        &["{}/echo?a=b#c"],
        &["-I", "{}/echo"],
        &["-d", "a=b", "-d", "c=d", "-H", "X: y", "-H", "Accept:", "{}/echo"],
        &["--json", "[]", "-u", "user:s3cret", "-A", "me", "-e", "http://b.test/", "{}/echo"],
        &["-T", "body", "{}/echo"],
        &["-T", "-", "-H", "Expect:", "{}/echo"],
        &["-b", "jar", "-G", "-d", "q=1", "--compressed", "{}/echo"],
        &["--digest", "-u", "user:s3cret", "-d", "a=b", "{}/echo"],
        &["-0", "-X", "BREW", "--request-target", "*", "{}/echo"],
        &["-C", "-", "-o", "half", "{}/echo"],
        &["-x", "{}", "-U", "proxy:s3cret", "http://a.test/b"],
    ];
    for line in lines {
        let server = Server::new();
        let url = server.url("");
        let line: Vec<_> =
            line.iter().map(|word| word.replacen("{}", url.trim_end_matches('/'), 1)).collect();
        let line: Vec<_> = ["-s"].into_iter().chain(line.iter().map(String::as_str)).collect();
        let dry = [&["--dry-run"], &line[..]].concat();
        let shown = room::sound(room.dial(&dry).stdin("what comes in").run());
        assert_eq!(shown.exit(), 0, "{line:?}: {}", shown.errors());
        assert_eq!(server.connections(), 0, "{line:?}");
        assert_eq!(room.get("half").as_deref(), Some(&b"half of it"[..]));
        room::sound(room.dial(&line).stdin("what comes in").run());
        room.put("half", "half of it");
        let sent = heard(&server);
        assert!(!sent.is_empty());
        // Whoever is asked who asks says so again; what is shown is what was sent unasked.
        assert!(sent.starts_with(&shown.stdout), "{line:?}: {}", shown.text());
        let is_all = sent.len() == shown.stdout.len() || line.contains(&"--digest");
        assert!(is_all, "{line:?}: {}", shown.text());
    }
}

#[test]
fn nothing_is_connected_and_no_file_is_written() {
    let room = Room::new();
    let line = ["-s", "--dry-run", "-c", "jar", "-D", "heads", "-O", "--etag-save", "tag"];
    let output = room.run(&[&line[..], &["https://a.invalid/name"]].concat());
    assert_eq!((output.exit(), room.names()), (0, Vec::new()), "{}", output.errors());
    let text = output.text();
    assert!(text.starts_with("GET /name HTTP/1.1\r\nHost: a.invalid\r\n"), "{text}");
    // Nothing is transferred, so there is no progress to show.
    let output = room.run(&["--dry-run", "-o", "file", "https://a.invalid/name"]);
    assert_eq!((output.exit(), output.errors().as_str()), (0, ""));
    // It holds for all groups, and what comes later.
    let output = room.run(&["--dry-run", "-s", "a.invalid", "--next", "-s", "b.invalid"]);
    assert_eq!(output.text().matches("GET / HTTP/1.1\r\n").count(), 2);
}

#[test]
fn what_cannot_be_shown_is_refused() {
    for (url, flags, code) in [
        ("ftp://a.invalid/x", &[][..], 4),
        ("telnet://a.invalid", &[], 4),
        ("file:///etc/hostname", &[], 4),
        ("http://a.invalid/", &["--http2-prior-knowledge"], 43),
    ] {
        let output = room::run(&[&["-sS", "--dry-run", url], flags].concat());
        assert_eq!((output.exit(), output.text().as_str()), (code, ""), "{url}");
        assert!(is_one_message(&output.errors(), code), "{}", output.errors());
    }
}
