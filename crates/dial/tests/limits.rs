//! Limits that end transfers, with curl's exit codes: for transfers side by side, and over HTTP/2.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::time::Duration;

use landline_testkit::http::{Server, pattern};
use landline_testkit::{ftp, http2};
use room::{Room, is_one_message, run};

const KNOWN: &str = "--http2-prior-knowledge";

/// What ends a transfer, and how.
const LIMITS: [(&[&str], i32); 4] = [
    (&["-m", "1"], 28),
    (&["-Y", "1000", "-y", "1"], 28),
    (&["-y", "1"], 28),
    (&["--max-filesize", "1000"], 63),
];

/// A server whose `/slow…` stand still behind 2,000 bytes of some length that nobody knows.
fn server() -> Server {
    Server::new().route("/slow*", |_, conn| {
        conn.say("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        conn.say(pattern(0, 2000))?;
        conn.wait_for_release();
        conn.fin()
    })
}

#[test]
fn transfers_side_by_side_have_limits_of_their_own() {
    for (limit, code) in LIMITS {
        let server = server();
        let line = ["-sS", "-Z", "-o", "/dev/null", "-w", "%{exitcode} "];
        let (slow, whole) = (server.url("/slow[1-2]"), server.url("/hello"));
        let output = run(&[&line[..], limit, &[&slow, "-o", "/dev/null", &whole]].concat());
        (0..2).for_each(|_| server.release());
        let mut codes: Vec<String> = output.text().split_whitespace().map(str::to_owned).collect();
        codes.sort();
        let expected = ["0".to_owned(), code.to_string(), code.to_string()];
        assert_eq!((codes.as_slice(), output.exit()), (&expected[..], code), "{limit:?}");
    }
}

#[test]
fn streams_of_http2_have_limits_of_their_own() {
    let server = http2::Server::new();
    for (limit, code) in LIMITS {
        let path = if code == 63 { "/pattern/200000" } else { "/stall" };
        let url = server.url(path);
        for more in [&[][..], &["-Z", "-o", "/dev/null", &server.url("/hello")]] {
            let line = [&["-sS", KNOWN, "-o", "/dev/null", &url], limit, more].concat();
            let output = run(&line);
            assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
        }
    }
}

#[test]
fn uploads_over_http2_have_limits_too() {
    let server = http2::Server::narrow(10, 1000);
    let room = Room::new();
    room.put("up", pattern(0, 1_000_000));
    for limit in [&["-m", "1"][..], &["-Y", "1000", "-y", "1"]] {
        let url = server.url("/silent");
        let line = [&["-sS", KNOWN, "-T", "up", &url], limit].concat();
        let output = room.run(&line);
        assert!(is_one_message(&output.errors(), 28), "{line:?}: {}", output.errors());
    }
}

#[test]
fn a_rate_is_kept_to_over_http2_and_ftp_both_ways() {
    const BYTES: usize = 100_000;
    let (h2, ftp) =
        (http2::Server::new(), ftp::Server::builder().file("/a", pattern(0, BYTES as u64)).start());
    let room = Room::new();
    room.put("up", pattern(0, BYTES as u64));
    for (line, count) in [
        (&[KNOWN, "-o", "out", &h2.url("/pattern/100000")][..], "%{size_download}"),
        (&[KNOWN, "-T", "up", "-o", "out", &h2.url("/sink")], "%{size_upload}"),
        (&["-o", "out", &ftp.url("/a")], "%{size_download}"),
        (&["-T", "up", &ftp.url("/b")], "%{size_upload}"),
    ] {
        let output = room.run(&[&["-sS", "--limit-rate", "100k", "-w", count], line].concat());
        let result = (output.exit(), output.text());
        assert_eq!(result, (0, BYTES.to_string()), "{line:?}: {}", output.errors());
        // A second's worth, but for what may go at once.
        assert!(output.took > Duration::from_millis(500), "{line:?}: {:?}", output.took);
    }
}

#[test]
fn a_rate_is_for_bodies_and_holds_up_no_head() {
    let server = landline_testkit::http::Server::new();
    let long = format!("X-Long: {}", "x".repeat(5000));
    let output = room::run(&["-sS", "--limit-rate", "100", "-H", &long, &server.url("/hello")]);
    assert_eq!((output.exit(), output.text().as_str()), (0, "hello, world\n"));
    assert!(output.took < Duration::from_secs(15), "{:?}", output.took);
}
