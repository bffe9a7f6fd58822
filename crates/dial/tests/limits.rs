//! Limits that end transfers, with curl's exit codes: for transfers side by side, and over HTTP/2.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::{Server, pattern};
use landline_testkit::http2;
use room::run;

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
