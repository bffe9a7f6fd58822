//! Bodies on their way out, where it is hard: sources with whims, framing that the caller chose,
//! redirects behind them, replies before their end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{self, Cursor, Read as _};
use std::time::Duration;

use landline::http::{HttpVersion, Upload};
use landline::{ErrorKind, Limits, Phase};
use landline_testkit::{Server, http};
use support::{faces, facts, ms, timeouts};

/// A reader that is interrupted by a signal before every read.
struct Interrupted(Cursor<&'static str>, bool);

impl io::Read for Interrupted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { self.0.read(into) }
    }
}

faces! {
    async fn text(request: face::http::Request) -> landline::Result<String> {
        w!(w!(request.send())?.text())
    }

    fn a_body_that_a_redirect_dropped_is_never_asked_for_again() {
        let server = http::Server::new();
        let url = server.url("/redirect-to/303?/redirect-to/307?/hello");
        let upload = Upload::reader(Cursor::new("once"), Some(4));
        assert_eq!(w!(text(client().post(&url).body(upload)))?, "hello, world\n");
    }

    fn an_interrupted_source_is_asked_again() {
        let server = http::Server::new();
        for length in [None, Some(5)] {
            let source = Interrupted(Cursor::new("whole"), false);
            let request = client().put(&server.url("/sink")).body(Upload::reader(source, length));
            assert_eq!(w!(text(request))?, "5\n");
        }
    }

    fn http10_has_no_chunks() {
        let server = http::Server::new();
        let upload = Upload::reader(Cursor::new("unknown"), None);
        let request = client().put(&server.url("/sink")).body(upload).version(HttpVersion::Http10);
        assert_eq!(w!(text(request)).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(server.connections(), 0);
    }

    fn a_length_of_the_callers_own_must_be_the_bodys() {
        let server = http::Server::new();
        for (name, value) in [("Content-Length", "3"), ("content-length", "50")] {
            let request = client().post(&server.url("/echo")).header(name, value).bytes("hello");
            assert_eq!(w!(text(request)).unwrap_err().kind(), ErrorKind::Usage, "{value}");
        }
        let request = client().post(&server.url("/echo")).bytes("hello");
        let request = request.header("Content-Length", "5").header("Transfer-Encoding", "chunked");
        assert_eq!(w!(text(request)).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(server.requests().len(), 0);
        let request = client().post(&server.url("/echo")).header("Content-Length", "5");
        assert!(w!(text(request.bytes("hello")))?.ends_with("\r\n\r\nhello"));
    }

    fn step_by_step_too_a_body_has_one_framing() {
        let server = http::Server::new();
        let fields = |of: &[(&'static str, &'static str)]| of.to_vec();
        for wrong in [
            fields(&[("Content-Length", "5"), ("Transfer-Encoding", "chunked")]),
            fields(&[("Transfer-Encoding", "chunked"), ("Content-Length", "5")]),
            fields(&[("Content-Length", "5"), ("Content-Length", "6")]),
            fields(&[("Content-Length", "2"), ("Content-Length", "five")]),
        ] {
            let target = server.addr().to_string();
            let mut connection = w!(face::http::Connection::connect(&target))?;
            connection.put_request("PUT", "/echo")?;
            connection.put_header(wrong[0].0, wrong[0].1)?;
            let error = connection.put_header(wrong[1].0, wrong[1].1).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{wrong:?}");
            w!(connection.end_headers())?;
            w!(connection.send(b"in"))?;
            if wrong[0].1 == "5" {
                w!(connection.send(b"all"))?;
            }
            assert_eq!(w!(connection.get_reply())?.status, 200);
            let mut echo = String::new();
            w!(connection.body().read_to_string(&mut echo))?;
            let refused = format!("{}: {}\r\n", wrong[1].0, wrong[1].1);
            assert!(!echo.contains(&refused), "what was refused is not sent: {echo}");
        }
    }

    fn a_connection_on_which_a_body_was_not_framed_is_not_used_again() {
        let server = http::Server::new();
        let client = client();
        let request = client.post(&server.url("/hello")).bytes("GET /status/404 HTTP/1.1\r\nX: ");
        let _ = w!(text(request.without_header("Content-Length")));
        assert_eq!(w!(text(client.get(&server.url("/hello"))))?, "hello, world\n");
        assert_eq!(server.connections(), 2);
    }

    fn once_the_body_is_sent_an_early_reply_is_held_to_its_own_deadline() {
        const LENGTH: usize = 20 << 20;
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")?;
            conn.read_exact_bytes(LENGTH)?;
            conn.stall()
        });
        let short = timeouts(|all| {
            all.idle_read = ms(300);
            all.first_byte = None;
        });
        let client = client_with(Default::default(), short, Limits::default());
        let request = client.put(&server.url("/")).bytes(vec![b'x'; LENGTH]);
        let request = request.expect_continue(u64::MAX, Duration::ZERO);
        let error = w!(text(request)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::ReadingBody));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;

    faces! {
        fn a_file_without_a_length_of_its_own_is_sent_whole() {
            let server = http::Server::new();
            let path = "/proc/self/limits";
            let mut there = String::new();
            std::fs::File::open(path)?.read_to_string(&mut there)?;
            let upload = Upload::file(std::fs::File::open(path)?)?;
            let mut reply = w!(client().put(&server.url("/sink")).body(upload).send())?;
            assert_eq!(w!(reply.text())?, format!("{}\n", there.len()));
            let empty = Upload::file(tempfile::tempfile()?)?;
            assert_eq!(empty.len(), Some(0));
        }
    }
}
