//! The client beyond single dialogues: bodies from files and readers, secrets between servers,
//! statuses, waits that are given up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{self, Cursor, Seek, SeekFrom};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use landline::http::{Upload, Version};
use landline::{ErrorKind, Limits, Observer, Phase, Timeouts};
use landline_testkit::tls::Authority;
use landline_testkit::{Server, http};
use support::{faces, facts, trusting};

/// A reader that gives a little and then fails.
struct Broken(usize);

impl io::Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("the disk is on fire"));
        }
        self.0 -= 1;
        into[..4].copy_from_slice(b"some");
        Ok(4)
    }
}

fn file_of(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    io::Write::write_all(&mut file, bytes).unwrap();
    file.rewind().unwrap();
    file
}

faces! {
    async fn text(request: face::http::Request) -> landline::Result<String> {
        w!(w!(request.send())?.text())
    }

    fn a_file_goes_from_where_it_stands_with_its_length() {
        let server = http::Server::new();
        let mut file = file_of(b"0123456789");
        file.seek(SeekFrom::Start(4))?;
        let request = client().put(&server.url("/echo")).body(Upload::file(file)?);
        let echo = w!(text(request))?;
        assert!(echo.contains("Content-Length: 6\r\n"), "{echo}");
        assert!(echo.ends_with("\r\n\r\n456789"), "{echo}");
    }

    fn large_bodies_of_every_source_arrive_whole() {
        const LENGTH: usize = 3_000_001;
        let server = http::Server::new();
        let bytes = http::pattern(0, LENGTH as u64);
        let tokio_reader = Cursor::new(bytes.clone());
        for upload in [
            Upload::bytes(bytes.clone()),
            Upload::file(file_of(&bytes))?,
            Upload::reader(Cursor::new(bytes.clone()), None),
            Upload::reader(Cursor::new(bytes.clone()), Some(LENGTH as u64)),
            Upload::stream(tokio_reader.clone(), None),
            Upload::stream(tokio_reader, Some(LENGTH as u64)),
        ] {
            let shown = format!("{upload:?}");
            let request = client().put(&server.url("/sink")).body(upload);
            assert_eq!(w!(text(request))?, format!("{LENGTH}\n"), "{shown}");
        }
        assert!(server.requests().iter().all(|request| request.body == bytes));
    }

    fn a_file_is_read_again_for_a_redirect_and_for_a_dead_connection() {
        let server = http::Server::new();
        let request = client()
            .put(&server.url("/redirect-to/307?/echo"))
            .body(Upload::file(file_of(b"again"))?);
        assert!(w!(text(request))?.ends_with("\r\n\r\nagain"));

        let dying = Server::tcp(|conn| {
            conn.read_head()?;
            if conn.connection_number() == 2 {
                conn.read_exact_bytes(5)?;
            }
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
            if conn.connection_number() == 1 {
                conn.read_head()?;
                conn.read_exact_bytes(2)?;
                return conn.fin();
            }
            conn.stall()
        });
        let client = client();
        w!(text(client.get(&dying.url("/"))))?;
        let request = client.put(&dying.url("/")).body(Upload::file(file_of(b"again"))?);
        assert_eq!(w!(text(request))?, "ok");
        assert!(dying.received_text()[1].ends_with("\r\n\r\nagain"));
    }

    fn a_reader_given_away_is_not_made_up_for_by_a_second_try() {
        let dying = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
            conn.read_head()?;
            conn.read_exact_bytes(1)?;
            conn.fin()
        });
        let client = client();
        w!(text(client.get(&dying.url("/"))))?;
        let upload = Upload::reader(Cursor::new("once"), Some(4));
        let error = w!(text(client.put(&dying.url("/")).body(upload))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::EmptyReply);
        assert_eq!(dying.connections(), 1);
    }

    fn a_source_that_fails_is_told_from_a_peer_that_does() {
        let server = http::Server::new();
        for length in [None, Some(100)] {
            let upload = Upload::reader(Broken(3), length);
            let request = client().put(&server.url("/sink")).body(upload);
            let error = w!(request.expect_continue(0, Duration::ZERO).send()).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Upload, Phase::Sending));
            assert!(error.chain().contains("the disk is on fire"), "{}", error.chain());
        }
    }

    fn another_port_or_scheme_is_another_origin() {
        let authority = Authority::new();
        let plain = http::Server::new();
        let secure = http::Server::tls(&authority.issue(&["127.0.0.1"]));
        let client =
            client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        for (from, to) in [(&plain, &secure), (&secure, &plain)] {
            let url = from.url(&format!("/redirect-to/307?{}", to.url("/echo")));
            let request = client.post(&url).bytes("body").basic_auth("me", "canary");
            let request = request.header("Cookie", "sid=canary").header("X-Key", "canary");
            let echo = w!(text(request))?;
            assert!(echo.ends_with("\r\n\r\nbody") && !echo.contains("canary"), "{echo}");
            assert!(!echo.contains("Authorization"), "{echo}");
        }
        let other = http::Server::new();
        let url = plain.url(&format!("/redirect-to/302?{}", other.url("/echo")));
        let echo = w!(text(client.get(&url).bearer_auth("canary")))?;
        assert!(!echo.contains("canary"), "{echo}");
    }

    fn no_secret_of_a_request_is_told_to_the_observer() {
        let server = http::Server::new();
        let log = Arc::new(Mutex::new(String::new()));
        let writes = log.clone();
        let observer = Observer::new(move |event| {
            let line = match event {
                landline::Event::HeadSent { shown: head, .. } => String::from_utf8_lossy(head).into_owned(),
                other => format!("{other:?}"),
            };
            writes.lock().unwrap().push_str(&line);
        });
        let url = server.url("/redirect/1").replace("//", "//me:canary@");
        let request = client().get(&url).header("Cookie", "sid=canary").observe(observer);
        let request = request.header("Proxy-Authorization", "Basic canary");
        assert!(!format!("{request:?}").contains("canary"), "{request:?}");
        w!(text(request))?;
        let log = log.lock().unwrap();
        assert!(log.contains("Authorization: Basic [masked]") && !log.contains("canary"), "{log}");
    }

    fn statuses_are_errors_when_asked_for() {
        let server = http::Server::new();
        for status in [200, 204, 304, 399] {
            let reply = w!(client().get(&server.url(&format!("/status/{status}"))).send())?;
            assert_eq!(reply.is_success(), status < 300);
            assert_eq!(w!(reply.error_for_status())?.status(), status);
        }
        let reply = w!(client().get(&server.url("/status/418")).send())?;
        assert_eq!((reply.status(), reply.reason()), (418, "I'm a teapot"));
        assert_eq!((reply.version(), reply.is_success()), (Version::Http11, false));
        let error = w!(reply.error_for_status()).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(418)));
        assert_eq!(error.reply().unwrap().body(), b"status 418\n");
    }

    fn a_reply_counts_its_hops_and_bytes() {
        let server = http::Server::new();
        let mut reply = w!(client().get(&server.url("/redirect/3")).send())?;
        w!(reply.text())?;
        let counts = reply.counts();
        assert_eq!((counts.connects, counts.redirects), (1, 3));
        let sent: usize = server.requests().iter().map(|request| request.head.len()).sum();
        assert_eq!(counts.request_head_bytes, sent);
        assert!(counts.reply_head_bytes > reply.head().raw().len());
    }

    fn a_reason_fit_to_move_a_cursor_is_escaped_in_messages() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 500 \x1b[2Joops\r\nContent-Length: 0\r\n\r\n")
        });
        let reply = w!(client().get(&server.url("/")).send())?;
        let error = w!(reply.error_for_status()).unwrap_err();
        assert!(!error.chain().contains('\x1b') && error.chain().contains("oops"), "{error}");
    }
}

/// Only the async face has waits that can be given up.
#[test]
fn a_wait_given_up_loses_nothing() {
    use landline::aio::LineStream;
    use tokio::io::AsyncReadExt;
    support::bounded(|| {
        let lines = Server::tcp(|conn| {
            conn.say("half a ")?;
            conn.wait_for_release();
            conn.say("line\r\n")
        });
        let server = http::Server::new();
        support::run(async {
            let target = lines.addr().to_string();
            let mut line = LineStream::connect(&target, 7).await?;
            let short = Duration::from_millis(50);
            assert!(tokio::time::timeout(short, line.read_line()).await.is_err());
            lines.release();
            assert_eq!(line.read_line().await?, "half a line");

            let client = landline::aio::http::Client::new();
            let mut reply = client.get(&server.url("/slow")).send().await?;
            let mut body = Vec::new();
            let mut piece = [0; 64];
            loop {
                match tokio::time::timeout(short, reply.read(&mut piece)).await {
                    Ok(Ok(0)) => break,
                    Ok(count) => body.extend_from_slice(&piece[..count?]),
                    Err(_) => server.release(),
                }
            }
            assert_eq!(body, b"first byte");

            let given_up = client.get(&server.url("/stall")).send();
            assert!(tokio::time::timeout(short, given_up).await.is_err());
            assert_eq!(client.get(&server.url("/hello")).send().await?.text().await?.len(), 13);
            Ok(())
        })
    });
}
