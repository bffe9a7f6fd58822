//! HTTP/2 with a server that behaves: one connection for many, bodies both ways, and what happens to
//! the others when one is given up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use landline::http::{HttpVersion, Upload, Version};
use landline::net::{Proxy, ProxyRules};
use landline::{ErrorKind, Limits, LowSpeed, Observer, Phase, Timeouts};
use landline_testkit::http::pattern;
use landline_testkit::http2::Server;
use landline_testkit::proxy;
use landline_testkit::tls::Authority;
use support::{faces, facts, ms, timeouts, trusting};

const KNOWN: HttpVersion = HttpVersion::Http2PriorKnowledge;

/// What an observer has seen, a word for each event.
fn watched() -> (Arc<Mutex<Vec<String>>>, Observer) {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let told = seen.clone();
    let observer = Observer::new(move |event| {
        use landline::Event;
        let word = match event {
            Event::HeadSent { shown: head, .. } => String::from_utf8_lossy(head).into_owned(),
            Event::HeadReceived(head) => String::from_utf8_lossy(head.raw()).into_owned(),
            Event::Reused { .. } => "reused".to_owned(),
            _ => return,
        };
        told.lock().unwrap().push(word);
    });
    (seen, observer)
}

faces! {
    async fn text(request: face::http::Request) -> landline::Result<String> {
        w!(w!(request.send())?.text())
    }

    fn requests_one_after_the_other_share_a_connection() {
        let server = Server::new();
        let client = client();
        for number in 0..20 {
            let mut reply = w!(client.get(&server.url("/hello")).version(KNOWN).send())?;
            assert_eq!((reply.status(), reply.version()), (200, Version::Http2));
            assert_eq!(reply.headers().get("content-length"), Some("5"));
            assert_eq!(reply.counts().connects, usize::from(number == 0));
            assert_eq!(w!(reply.text())?, "hello");
        }
        assert_eq!((server.connections(), server.requests()), (1, 20));
    }

    fn tls_chooses_http2_by_itself_and_http1_when_told() {
        let authority = Authority::new();
        let server = Server::tls(&authority.issue(&["127.0.0.1"]));
        let net = trusting(authority.ca_der());
        let client = client_with(net, Timeouts::default(), Limits::default());
        let mut reply = w!(client.get(&server.url("/hello")).send())?;
        assert_eq!(reply.version(), Version::Http2);
        assert_eq!(reply.tls().unwrap().alpn.as_deref(), Some("h2"));
        assert_eq!(w!(reply.text())?, "hello");
        let known = client.get(&server.url("/hello")).version(KNOWN);
        assert_eq!(w!(text(known))?, "hello");
        // The server begins to speak HTTP/2 all the same, and that is no HTTP/1.
        let old = client.get(&server.url("/hello")).version(HttpVersion::Http11);
        assert!(w!(old.send()).is_err());
    }

    fn a_tunnel_carries_http2() {
        let authority = Authority::new();
        let server = Server::tls(&authority.issue(&["127.0.0.1"]));
        let proxy = proxy::Proxy::http().start();
        let mut net = trusting(authority.ca_der());
        net.proxy = ProxyRules::all(Proxy::parse(&format!("http://{}", proxy.addr())).unwrap());
        let client = client_with(net, Timeouts::default(), Limits::default());
        for _ in 0..2 {
            let mut reply = w!(client.get(&server.url("/hello")).send())?;
            assert_eq!((reply.version(), w!(reply.text())?), (Version::Http2, "hello".to_owned()));
        }
        assert_eq!((proxy.asked().len(), server.connections()), (1, 1));
    }

    fn what_is_sent_is_http2s_own() {
        let server = Server::new();
        let (seen, observer) = watched();
        let request = client()
            .post(&server.url("/echo?a=b"))
            .version(KNOWN)
            .header("X-Tag", "a")
            .header("Connection", "X-Tag")
            .header("Keep-Alive", "5")
            .header("Proxy-Connection", "keep-alive")
            .header("TE", "gzip")
            .header("Cookie", "secret=1")
            .header("Transfer-Encoding", "chunked")
            .observe(observer)
            .bytes("body");
        let echo = w!(text(request))?;
        let authority = format!("127.0.0.1:{}", server.port());
        let begin = format!(":method POST\n:scheme http\n:authority {authority}\n:path /echo?a=b\n");
        assert!(echo.starts_with(&begin), "{echo}");
        assert!(echo.contains("\nx-tag: a\n") && echo.contains("\ncookie: secret=1\n"), "{echo}");
        for gone in ["connection:", "keep-alive:", "te:", "transfer-encoding:", "host:", "upgrade:"] {
            assert!(!echo.contains(&format!("\n{gone}")), "{gone} in {echo}");
        }
        assert!(echo.ends_with("\n\nbody"), "{echo}");
        let seen = seen.lock().unwrap();
        assert!(seen[0].starts_with("POST /echo?a=b HTTP/2\r\nHost: 127.0.0.1"), "{}", seen[0]);
        assert!(seen[0].contains("\r\ncookie: [masked]\r\n"), "{}", seen[0]);
        assert!(seen[1].starts_with("HTTP/2 200 \r\n"), "{}", seen[1]);
    }

    fn bodies_of_every_kind_arrive_whole_both_ways() {
        let server = Server::narrow(100, 20_000);
        let client = client();
        let mut reply = w!(client.get(&server.url("/pattern/2000000")).version(KNOWN).send())?;
        assert_eq!(announced(&reply), Some(2_000_000));
        assert!(w!(reply.read_to_vec())? == pattern(0, 2_000_000), "changed on the way");
        let mut reply = w!(client.get(&server.url("/unsized/300000")).version(KNOWN).send())?;
        assert_eq!(announced(&reply), None);
        assert!(w!(reply.read_to_vec())? == pattern(0, 300_000), "changed on the way");
        assert_eq!(trailers(&reply).get("x-end"), Some("reached"));
        let bytes = pattern(0, 1_000_003);
        for upload in [
            Upload::bytes(bytes.clone()),
            Upload::reader(std::io::Cursor::new(bytes.clone()), None),
            Upload::reader(std::io::Cursor::new(bytes.clone()), Some(1_000_003)),
            Upload::bytes(Vec::new()),
        ] {
            let len = upload.len().unwrap_or(1_000_003);
            let request = client.put(&server.url("/sink")).version(KNOWN).body(upload);
            assert_eq!(w!(text(request))?, len.to_string());
        }
        assert_eq!(server.connections(), 1);
    }

    fn heads_without_bodies_redirects_codings_and_hints() {
        let server = Server::new();
        let client = client();
        let mut reply = w!(client.head(&server.url("/hello")).version(KNOWN).send())?;
        assert_eq!(reply.headers().get("content-length"), Some("5"));
        assert_eq!(w!(reply.text())?, "");
        let mut reply = w!(client.get(&server.url("/empty")).version(KNOWN).send())?;
        assert_eq!((reply.status(), w!(reply.text())?), (204, String::new()));
        let mut reply = w!(client.get(&server.url("/moved")).version(KNOWN).send())?;
        assert_eq!((reply.counts().redirects, w!(reply.text())?), (1, "hello".to_owned()));
        let request = client.get(&server.url("/gzip")).version(KNOWN).decode(true);
        assert_eq!(w!(text(request))?, "hello");
        let (seen, observer) = watched();
        let request = client.get(&server.url("/hints")).version(KNOWN).observe(observer);
        assert_eq!(w!(text(request))?, "hello");
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], "reused");
        assert!(seen[2].starts_with("HTTP/2 103 \r\n") && seen[3].starts_with("HTTP/2 200 \r\n"));
        assert_eq!(server.connections(), 1);
    }

    fn a_reply_before_the_end_of_the_upload_ends_it() {
        let server = Server::new();
        let client = client();
        for _ in 0..2 {
            let source = std::io::Cursor::new(vec![7; 30_000_000]);
            let upload = Upload::reader(source, None);
            let mut reply =
                w!(client.put(&server.url("/early")).version(KNOWN).body(upload).send())?;
            assert_eq!((reply.status(), w!(reply.text())?), (403, "no".to_owned()));
        }
        assert_eq!(w!(text(client.get(&server.url("/hello")).version(KNOWN)))?, "hello");
        assert_eq!(server.connections(), 1);
    }

    fn a_body_that_is_dropped_resets_its_stream_and_leaves_the_connection() {
        let server = Server::new();
        let client = client();
        for _ in 0..5 {
            let mut reply = w!(client.get(&server.url("/pattern/2500000")).version(KNOWN).send())?;
            let mut some = [0; 1000];
            w!(reply.read_exact(&mut some))?;
            drop(reply);
            assert_eq!(w!(text(client.get(&server.url("/hello")).version(KNOWN)))?, "hello");
        }
        assert_eq!(server.connections(), 1);
        assert_eq!(server.resets(), 5);
    }

    fn a_body_that_nobody_reads_does_not_stop_the_others() {
        let server = Server::new();
        let client = client();
        let unread = w!(client.get(&server.url("/pattern/2500000")).version(KNOWN).send())?;
        for _ in 0..3 {
            let mut reply = w!(client.get(&server.url("/pattern/1500000")).version(KNOWN).send())?;
            assert_eq!(w!(reply.read_to_vec())?.len(), 1_500_000);
        }
        drop(unread);
        assert_eq!(server.connections(), 1);
    }

    fn many_bodies_that_nobody_reads_do_not_stop_the_others() {
        let server = Server::new();
        let client = client();
        let mut unread = Vec::new();
        for _ in 0..20 {
            unread.push(w!(client.get(&server.url("/pattern/1500000")).version(KNOWN).send())?);
        }
        let hurried = timeouts(|it| it.total = ms(5000));
        let request = client.get(&server.url("/pattern/200000")).version(KNOWN).timeouts(hurried);
        assert_eq!(w!(w!(request.send())?.read_to_vec())?.len(), 200_000);
        for mut one in unread {
            assert_eq!(w!(one.read_to_vec())?.len(), 1_500_000);
        }
        assert_eq!(server.connections(), 1);
    }

    fn deadlines_are_the_requests_own() {
        let server = Server::new();
        let client = client();
        assert_eq!(w!(text(client.get(&server.url("/hello")).version(KNOWN)))?, "hello");
        let short = timeouts(|it| it.first_byte = ms(100));
        let silent = client.get(&server.url("/silent")).version(KNOWN).timeouts(short);
        let error = w!(silent.send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
        let short = timeouts(|it| it.total = ms(100));
        let silent = client.get(&server.url("/silent")).version(KNOWN).timeouts(short);
        assert_eq!(w!(silent.send()).unwrap_err().kind(), ErrorKind::Timeout);
        let rule = LowSpeed { bytes_per_second: 1, time: Duration::from_millis(100) };
        let slow = timeouts(|it| it.low_speed = Some(rule));
        let silent = client.get(&server.url("/silent")).version(KNOWN).timeouts(slow);
        let error = w!(silent.send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        assert!(error.to_string().contains("fewer than 1 bytes per second"), "{error}");
        assert_eq!(w!(text(client.get(&server.url("/hello")).version(KNOWN)))?, "hello");
        assert_eq!(server.connections(), 1);
    }

    fn more_streams_than_the_server_takes_go_over_another_connection() {
        let server = Server::narrow(2, 1 << 16);
        let client = client();
        let mut open = Vec::new();
        for _ in 0..5 {
            open.push(w!(client.get(&server.url("/pattern/2000000")).version(KNOWN).send())?);
        }
        assert_eq!(server.connections(), 3);
    }
}

/// A task that stands still, is polled no more, or is dropped never holds up the others.
mod tasks {
    use super::*;
    use landline::aio::http::Client;
    use tokio::io::AsyncReadExt;

    fn many(runtime: &tokio::runtime::Runtime) {
        let server = Server::new();
        let client = Client::new();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..50)
                .map(|number| {
                    let (client, url) = (client.clone(), server.url("/pattern/200000"));
                    tokio::spawn(async move {
                        let mut reply = client.get(&url).version(KNOWN).send().await.unwrap();
                        if number % 5 == 0 {
                            let mut some = [0; 10];
                            reply.read_exact(&mut some).await.unwrap();
                            return 10;
                        }
                        reply.read_to_vec().await.unwrap().len()
                    })
                })
                .collect();
            for (number, task) in tasks.into_iter().enumerate() {
                let len = tokio::time::timeout(Duration::from_secs(15), task).await;
                let expected = if number % 5 == 0 { 10 } else { 200_000 };
                assert_eq!(len.unwrap().unwrap(), expected);
            }
        });
        assert_eq!(server.connections(), 1);
    }

    #[test]
    fn many_at_once_share_a_connection_on_one_thread() {
        many(&tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
    }

    #[test]
    fn many_at_once_share_a_connection_on_several_threads() {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        many(&builder.worker_threads(4).enable_all().build().unwrap());
    }

    #[tokio::test]
    async fn who_waits_is_served_though_another_was_polled_once_and_never_again() {
        let server = Server::new();
        let client = Client::new();
        client.get(&server.url("/hello")).version(KNOWN).send().await.unwrap();
        let mut stuck = Box::pin(client.get(&server.url("/silent")).version(KNOWN).send());
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut stuck).await.is_err());
        let url = server.url("/pattern/1000000");
        let work = async {
            let mut reply = client.get(&url).version(KNOWN).send().await.unwrap();
            reply.read_to_vec().await.unwrap().len()
        };
        let len = tokio::time::timeout(Duration::from_secs(10), work).await.unwrap();
        assert_eq!((len, server.connections()), (1_000_000, 1));
        drop(stuck);
        let mut reply = client.get(&server.url("/hello")).version(KNOWN).send().await.unwrap();
        assert_eq!((reply.text().await.unwrap().as_str(), server.connections()), ("hello", 1));
    }
}
