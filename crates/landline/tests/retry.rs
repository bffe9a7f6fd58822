//! Trying again by policy: what is repeated and what never is. Waits are those servers ask for: none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use landline::http::Upload;
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

const BUSY: &str = "503 Busy\nContent-Length: 0\nRetry-After: 0";
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
            (&["404 No\nContent-Length: 0", FINE], 2, 404, 1),
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
        let server = says(&["200 OK\nContent-Le", FINE]);
        let url = server.url("/file");
        let failed = w!(status(client().get(&url).retry(quick()))).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Truncated);
        let server = says(&["200 OK\nContent-Le", FINE]);
        let mut policy = quick();
        policy.all_errors = true;
        assert_eq!(w!(status(client().get(&server.url("/file")).retry(policy)))?, 200);
    }

    fn a_deadline_of_the_whole_ends_the_tries() {
        let server = says(&["503 Busy\nContent-Length: 0\nRetry-After: 3600"]);
        let total = timeouts(|limits| limits.total = ms(2000));
        let request = client().get(&server.url("/file")).retry(quick()).timeouts(total);
        let begun = std::time::Instant::now();
        assert_eq!(w!(status(request))?, 503);
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(server.requests().len(), 1);
    }
}
