//! The step-by-step HTTP connection: what each step sends, and which steps are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::http::Version;
use landline::{ErrorKind, Phase};
use landline_testkit::transcript::{Delivery, Script, ScriptServer};
use support::{faces, facts};

fn play(dialogue: &str, delivery: Delivery) -> ScriptServer {
    Script::parse(dialogue).unwrap().serve_with(delivery)
}

fn host_port(server: &ScriptServer) -> String {
    server.fill("{host}:{port}")
}

const TWO_REQUESTS: &str = "\
C: GET /one HTTP/1.1
C: Host: {host}:{port}
C: Accept: text/html
C:
S: HTTP/1.1 200 OK
S: X-First: 1
S: Content-Length: 5
S:
S- hello
C: HEAD /two HTTP/1.1
C: Host: {host}:{port}
C:
S: HTTP/1.0 404 No, Sorry
S: Connection: keep-alive
S: Content-Length: 7
S:
";

const CHUNKS: &str = "\
C: PUT /file HTTP/1.1
C: Host: {host}:{port}
C: Transfer-Encoding: chunked
C:
C: 5
C: hello
C: 7
C- , world
C:
C: 0
C:
S: HTTP/1.1 200 OK
S: Transfer-Encoding: chunked
S:
S: 4
S: done
S: 0
S: X-Sum: 9
S:
";

const LENGTH: &str = "\
C: POST /form HTTP/1.1
C: Host: {host}:{port}
C: Content-Length: 10
C:
C- helloworld
S: HTTP/1.1 200 OK
S: Content-Length: 0
S:
";

faces! {
    fn two_requests_go_step_by_step_over_one_connection() {
        for delivery in Delivery::ALL {
            let server = play(TWO_REQUESTS, delivery);
            let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
            connection.put_request("GET", "/one")?;
            connection.put_header("Accept", "text/html")?;
            w!(connection.end_headers())?;
            let head = w!(connection.get_reply())?;
            assert_eq!((head.status, head.headers.get("x-first")), (200, Some("1")));
            let mut text = String::new();
            w!(connection.body().read_to_string(&mut text))?;
            assert_eq!((text.as_str(), connection.is_idle()), ("hello", true));

            connection.put_request("HEAD", "/two")?;
            w!(connection.end_headers())?;
            let head = w!(connection.get_reply())?;
            assert_eq!((head.status, &*head.reason), (404, "No, Sorry"));
            assert_eq!(head.version, Version::Http10);
            assert!(connection.is_idle(), "a reply to HEAD has no body to read");
            drop(connection);
            server.finish()?;
        }
    }

    fn a_body_goes_in_chunks_and_trailers_come_back() {
        for delivery in Delivery::ALL {
            let server = play(CHUNKS, delivery);
            let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
            connection.put_request("PUT", "/file")?;
            connection.put_header("Transfer-Encoding", "chunked")?;
            w!(connection.end_headers())?;
            w!(connection.send(b"hello"))?;
            w!(connection.send(b""))?;
            w!(connection.send(b", world"))?;
            assert_eq!(w!(connection.get_reply())?.status, 200);
            let mut text = String::new();
            w!(connection.body().read_to_string(&mut text))?;
            assert_eq!(text, "done");
            assert_eq!(connection.take_trailers().get("X-Sum"), Some("9"));
            drop(connection);
            server.finish()?;
        }
    }

    fn a_body_is_as_long_as_announced_or_refused() {
        let server = play(LENGTH, Delivery::Whole);
        let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
        connection.put_request("POST", "/form")?;
        connection.put_header("Content-Length", "10")?;
        w!(connection.end_headers())?;
        w!(connection.send(b"hello"))?;
        let short = w!(connection.get_reply()).unwrap_err();
        assert_eq!(short.kind(), ErrorKind::Usage);
        assert!(short.to_string().contains("5 bytes short"), "{short}");
        let long = w!(connection.send(b"worlds")).unwrap_err();
        assert_eq!(long.kind(), ErrorKind::Usage);
        w!(connection.send(b"world"))?;
        assert_eq!(w!(connection.get_reply())?.status, 200);
        drop(connection);
        server.finish()?;
    }

    fn steps_out_of_order_are_refused_and_do_no_harm() {
        let server = play(TWO_REQUESTS, Delivery::Whole);
        let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
        let usage = |step: landline::Result<()>| {
            assert_eq!(facts(&step.unwrap_err()), (ErrorKind::Usage, Phase::Preparing));
        };
        usage(connection.put_header("Accept", "text/html"));
        usage(w!(connection.end_headers()));
        usage(w!(connection.send(b"x")));
        usage(w!(connection.get_reply()).map(drop));
        connection.put_request("GET", "/one")?;
        usage(connection.put_request("GET", "/other"));
        usage(w!(connection.send(b"x")));
        usage(w!(connection.get_reply()).map(drop));
        connection.put_header("Accept", "text/html")?;
        w!(connection.end_headers())?;
        usage(connection.put_header("Too", "late"));
        usage(w!(connection.end_headers()));
        usage(w!(connection.send(b"no body was announced")));
        assert_eq!(w!(connection.get_reply())?.status, 200);
        usage(w!(connection.get_reply()).map(drop));
        usage(connection.put_request("GET", "/before-the-body-is-read"));
        w!(connection.body().read_to_end(&mut Vec::new()))?;
        connection.put_request("HEAD", "/two")?;
        w!(connection.end_headers())?;
        w!(connection.get_reply())?;
        drop(connection);
        server.finish()?;
    }

    fn a_connection_that_closes_carries_no_second_request() {
        let server = play("C: GET / HTTP/1.0\nC:\nS: HTTP/1.0 200 OK\nS:\nS- x\nS! fin", Delivery::Whole);
        let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
        connection.put_request_line("GET", "/", "HTTP/1.0")?;
        w!(connection.end_headers())?;
        w!(connection.get_reply())?;
        let mut text = String::new();
        w!(connection.body().read_to_string(&mut text))?;
        assert_eq!((text.as_str(), connection.is_idle()), ("x", false));
        let error = connection.put_request("GET", "/").unwrap_err();
        assert!(error.to_string().contains("cannot carry another request"), "{error}");
        drop(connection);
        server.finish()?;
    }

    fn what_cannot_stand_in_a_head_is_refused_before_anything_is_sent() {
        let server = play("C! eof", Delivery::Whole);
        let mut connection = w!(face::http::Connection::connect(&host_port(&server)))?;
        for (method, target, version) in [
            ("", "/", "HTTP/1.1"),
            ("GE T", "/", "HTTP/1.1"),
            ("GET\r\nX:", "/", "HTTP/1.1"),
            ("GÉT", "/", "HTTP/1.1"),
            ("GET", "", "HTTP/1.1"),
            ("GET", "/a b", "HTTP/1.1"),
            ("GET", "/a\nb", "HTTP/1.1"),
            ("GET", "/\u{7f}", "HTTP/1.1"),
            ("GET", "/", "HTTP/1.1\r\nX: y"),
            ("GET", "/", "HTTP/2"),
        ] {
            let error = connection.put_request_line(method, target, version).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{method:?} {target:?} {version:?}");
        }
        connection.put_request_line("GET", "/", "HTTP/1.1")?;
        for (name, value) in [
            ("", "x"),
            ("A B", "x"),
            ("A:", "x"),
            ("A\r\nB", "x"),
            ("X", "a\r\nB: c"),
            ("X", "a\nb"),
            ("X", "a\rb"),
            ("X", "a\0b"),
            ("Content-Length", "many"),
        ] {
            let error = connection.put_header(name, value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{name:?}: {value:?}");
            assert!(!error.chain().contains("B: c"), "{}", error.chain());
        }
        drop(connection);
        server.finish()?;
    }
}
