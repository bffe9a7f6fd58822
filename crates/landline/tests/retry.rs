//! Trying again by policy: what is repeated and what never is. Waits are those servers ask for: none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use landline::http::Upload;
use landline::wire::validator::Validator;
use landline::{ErrorKind, RetryPolicy};
use landline_testkit::http::Server;
use support::{faces, ms, timeouts};

/// A server that answers each request with the next of these heads, and the last one again and again;
/// what stands behind `^` of a head is the body.
fn says(replies: &'static [&'static str]) -> Server {
    let count = AtomicUsize::new(0);
    Server::new().route("/file", move |_, conn| {
        let at = count.fetch_add(1, Ordering::Relaxed).min(replies.len() - 1);
        let (head, body) = replies[at].split_once('^').unwrap_or((replies[at], ""));
        if head.is_empty() {
            return conn.fin();
        }
        conn.say(format!("HTTP/1.1 {head}\n\n").replace('\n', "\r\n"))?;
        conn.say(body)?;
        conn.fin()
    })
}

fn quick() -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    (policy.first_wait, policy.retries) = (Duration::from_millis(1), 2);
    policy
}

/// A policy that goes on with bodies, twice.
fn going_on() -> RetryPolicy {
    let mut policy = quick();
    policy.resume = true;
    policy
}

const BUSY: &str = "503 Busy\nContent-Length: 0\nConnection: close\nRetry-After: 0";
const FINE: &str = "200 OK\nContent-Length: 4^fine";

fn methods(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.method.clone()).collect()
}

faces! {
    async fn status(request: face::http::Request) -> landline::Result<u16> {
        Ok(w!(request.send())?.status())
    }

    fn a_server_that_is_busy_is_asked_again_as_often_as_the_policy_has_it() {
        for (replies, retries, expected, requests) in [
            (&[BUSY, BUSY, FINE][..], 2, 200, 3),
            (&[BUSY, BUSY, FINE], 1, 503, 2),
            (&["404 No\nConnection: close\nContent-Length: 0", FINE], 2, 404, 1),
        ] {
            let server = says(replies);
            let mut policy = quick();
            policy.retries = retries;
            let request = client().retry(policy).get(&server.url("/file"));
            assert_eq!(w!(status(request))?, expected);
            assert_eq!(server.requests().len(), requests);
        }
    }

    fn only_what_is_safe_to_repeat_is_repeated() {
        for (method, expected, requests) in
            [("GET", 200, 2), ("PUT", 200, 2), ("DELETE", 200, 2), ("POST", 503, 1), ("PATCH", 503, 1)]
        {
            let server = says(&[BUSY, FINE]);
            let request = client().request(method, &server.url("/file"));
            let request = request.bytes("body").retry(quick());
            assert_eq!(w!(status(request))?, expected, "{method}");
            assert_eq!(methods(&server), vec![method; requests]);
            assert!(server.requests().iter().all(|request| request.body == b"body"));
        }
    }

    fn a_body_that_can_be_read_once_is_sent_once() {
        let server = says(&[BUSY, FINE]);
        let upload = Upload::reader(&b"x"[..], Some(1));
        let request = client().put(&server.url("/file")).body(upload).retry(quick());
        assert_eq!(w!(status(request))?, 503);
        assert_eq!(server.requests().len(), 1);
    }

    fn refused_connections_and_broken_replies_are_tried_again_on_request_alone() {
        let server = says(&["", FINE]);
        let url = server.url("/file");
        let failed = w!(status(client().get(&url).retry(quick()))).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::EmptyReply);
        let server = says(&["", FINE]);
        let mut policy = quick();
        policy.all_errors = true;
        assert_eq!(w!(status(client().get(&server.url("/file")).retry(policy)))?, 200);
    }

    fn a_deadline_of_the_whole_ends_the_tries() {
        let server = says(&["503 Busy\nContent-Length: 0\nConnection: close\nRetry-After: 3600"]);
        let total = timeouts(|limits| limits.total = ms(2000));
        let request = client().get(&server.url("/file")).retry(quick()).timeouts(total);
        let begun = std::time::Instant::now();
        assert_eq!(w!(status(request))?, 503);
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(server.requests().len(), 1);
    }

    async fn text(request: face::http::Request) -> landline::Result<String> {
        let mut reply = w!(request.send())?;
        assert_eq!(reply.status(), 200);
        w!(reply.text())
    }

    fn j3_a_body_that_breaks_off_is_gone_on_with_unseen() {
        let server = says(&[
            "200 OK\nETag: \"a\"\nAccept-Ranges: bytes\nContent-Length: 10^0123",
            "206 Part\nETag: \"a\"\nContent-Range: bytes 4-9/10\nContent-Length: 6^45",
            "206 Part\nETag: \"a\"\nContent-Range: bytes 6-9/10\nContent-Length: 4^6789",
        ]);
        let request = client().retry(going_on()).get(&server.url("/file"));
        assert_eq!(w!(text(request))?, "0123456789");
        let asked: Vec<_> = server.requests().iter().map(|request| {
            let field = |name| request.header(name).unwrap_or_default().to_owned();
            (field("Range"), field("If-Range"))
        }).collect();
        let tag = || "\"a\"".to_owned();
        let first = (String::new(), String::new());
        assert_eq!(asked, [first, ("bytes=4-".to_owned(), tag()), ("bytes=6-".to_owned(), tag())]);
    }

    fn j3_two_documents_are_never_put_together() {
        let first = "200 OK\nETag: \"a\"\nAccept-Ranges: bytes\nContent-Length: 10^0123";
        for next in [
            "200 OK\nETag: \"b\"\nContent-Length: 10^abcdefghij",
            "200 OK\nETag: \"a\"\nContent-Length: 10^0123456789",
            "206 Part\nETag: \"b\"\nContent-Range: bytes 4-9/10\nContent-Length: 6^efghij",
            "206 Part\nContent-Range: bytes 4-19/20\nContent-Length: 16^456789abcdefghij",
            "206 Part\nContent-Range: bytes 3-9/10\nContent-Length: 7^3456789",
            "206 Part\nContent-Range: bytes 4-8/10\nContent-Length: 5^45678",
            "206 Part\nContent-Range: bytes 4-9/10\nContent-Length: 7^4567890",
            "206 Part\nContent-Length: 6^456789",
            "206 Part\nETag: \"a\"\nContent-Encoding: gzip\nContent-Range: bytes 4-9/10\nContent-Length: 6^zipped",
        ] {
            let server = says(Box::leak(Box::new([first, next])));
            let failed = w!(text(client().retry(going_on()).get(&server.url("/file"))));
            assert_eq!(failed.unwrap_err().kind(), ErrorKind::Range, "{next}");
            assert_eq!(server.requests().len(), 2, "{next}");
        }
    }

    fn j3_a_rest_whose_end_nobody_knows_is_not_taken_for_all() {
        let server = says(&[
            "200 OK\nETag: \"a\"\nAccept-Ranges: bytes\nTransfer-Encoding: chunked^4\r\n0123\r\n",
            "206 Part\nETag: \"a\"\nContent-Range: bytes 4-6/*\nContent-Length: 3^456",
        ]);
        let failed = w!(text(client().retry(going_on()).get(&server.url("/file"))));
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Range);
    }

    fn j3_a_coded_body_goes_on_in_the_same_coding_or_not_at_all() {
        let zipped = "200 OK\nETag: \"a\"\nAccept-Ranges: bytes\nContent-Encoding: gzip\nContent-Length: 25^";
        for rest in ["br", "gzip, gzip"] {
            let rest = format!("206 Part\nETag: \"a\"\nContent-Encoding: {rest}\nContent-Range: bytes 0-24/25\nContent-Length: 25^0123456789012345678901234");
            let server = says(Box::leak(Box::new([zipped, rest.leak()])));
            let request = client().retry(going_on()).get(&server.url("/file")).decode(true);
            let failed = w!(text(request)).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::Range, "{failed:?}");
        }
    }

    fn b7_waits_longer_than_all_time_are_no_panic() {
        let total = || timeouts(|limits| limits.total = ms(60_000));
        let busy = says(&["503 Busy\nContent-Length: 0\nConnection: close\nRetry-After: 18446744073709551615"]);
        let mut policy = going_on();
        policy.max_retry_after = Duration::MAX;
        let request = client().get(&busy.url("/file")).retry(policy).timeouts(total());
        assert_eq!(w!(status(request))?, 503);
        let broken = says(&["200 OK\nETag: \"a\"\nAccept-Ranges: bytes\nContent-Length: 10^0123"]);
        policy.fixed_wait = Some(Duration::MAX);
        let request = client().retry(policy).get(&broken.url("/file")).timeouts(total());
        assert_eq!(w!(text(request)).unwrap_err().kind(), ErrorKind::Truncated);
    }

    fn j3_without_a_strong_validator_or_parts_it_is_an_error_as_ever() {
        for first in [
            "200 OK\nETag: W/\"a\"\nAccept-Ranges: bytes\nContent-Length: 10^0123",
            "200 OK\nETag: \"a\"\nAccept-Ranges: none\nContent-Length: 10^0123",
            "200 OK\nETag: \"a\"\nContent-Length: 10^0123",
        ] {
            let server = says(Box::leak(Box::new([first, FINE])));
            let failed = w!(text(client().retry(going_on()).get(&server.url("/file"))));
            assert_eq!(failed.unwrap_err().kind(), ErrorKind::Truncated, "{first}");
            assert_eq!(server.requests().len(), 1, "{first}");
        }
    }

    fn j3_the_rest_of_a_known_document_is_that_or_an_error() {
        let mut headers = landline::Headers::new();
        headers.push("ETag", "\"a\"")?;
        headers.push("Content-Length", "10")?;
        let known = Validator::of(200, &headers);
        for (reply, expected) in [
            ("206 Part\nContent-Range: bytes 4-9/10\nContent-Length: 6^456789", Ok(206)),
            ("416 No\nContent-Range: bytes */10\nContent-Length: 0", Ok(416)),
            ("200 OK\nContent-Length: 10^0123456789", Err(ErrorKind::Range)),
            ("206 Part\nETag: \"b\"\nContent-Range: bytes 4-9/10\nContent-Length: 6^456789", Err(ErrorKind::Range)),
        ] {
            let server = says(Box::leak(Box::new([reply])));
            let request = client().get(&server.url("/file")).resume(4, &known);
            assert_eq!(w!(status(request)).map_err(|error| error.kind()), expected, "{reply}");
        }
    }
}
