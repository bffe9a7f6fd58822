//! HTTP/3 with a server that behaves: one connection for many, bodies both ways, who is trusted, and what
//! happens where it cannot be had.
#![cfg(feature = "http3")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/quic.rs"]
mod quic;
mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use landline::http::{AltSvcCache, HttpVersion, Upload, Version};
use landline::net::{AddressPolicy, Proxy, ProxyRules, TlsVersion};
use landline::{ErrorKind, Limits, Observer, Phase, Timeouts};
use landline_testkit::http::pattern;
use landline_testkit::tls::{Authority, Identity};
use landline_testkit::{ClosedPort, http2};
use quic::Server;
use support::{faces, facts, ms, run, timeouts, trusting};

const ONLY: HttpVersion = HttpVersion::Http3Only;

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

/// Somebody to trust, and a server whom they vouch for.
fn served() -> (Authority, Server) {
    let authority = Authority::new();
    let server = Server::new(&authority.issue(&["127.0.0.1", "a.test"]));
    (authority, server)
}

faces! {
    async fn text(request: face::http::Request) -> landline::Result<String> {
        w!(w!(request.send())?.text())
    }

    async fn trusting_client(authority: &Authority) -> face::http::Client {
        client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default())
    }

    fn requests_one_after_the_other_share_a_connection() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        for number in 0..20 {
            let mut reply = w!(client.get(&server.url("/hello")).version(ONLY).send())?;
            assert_eq!((reply.status(), reply.version()), (200, Version::Http3));
            assert_eq!(reply.headers().get("content-length"), Some("5"));
            assert_eq!(reply.counts().connects, usize::from(number == 0));
            let tls = reply.tls().unwrap();
            assert_eq!((tls.alpn.as_deref(), tls.version.as_str()), (Some("h3"), "TLSv1.3"));
            assert!(tls.certificate().is_some());
            assert_eq!(w!(reply.text())?, "hello");
        }
        assert_eq!((server.connections(), server.requests()), (1, 20));
    }

    fn what_is_sent_is_http3s_own() {
        let (authority, server) = served();
        let (seen, observer) = watched();
        let request = w!(trusting_client(&authority))
            .post(&server.url("/echo?a=b"))
            .version(ONLY)
            .header("X-Tag", "a")
            .header("Connection", "X-Tag")
            .header("TE", "gzip")
            .header("Cookie", "secret=1")
            .header("Transfer-Encoding", "chunked")
            .observe(observer)
            .bytes("body");
        let echo = w!(text(request))?;
        let authority = format!("127.0.0.1:{}", server.port());
        let begin = format!(":method POST\n:scheme https\n:authority {authority}\n:path /echo?a=b\n");
        assert!(echo.starts_with(&begin), "{echo}");
        assert!(echo.contains("\nx-tag a\n") && echo.contains("\ncookie secret=1\n"), "{echo}");
        for gone in ["connection", "te", "transfer-encoding", "host", "upgrade", "expect"] {
            assert!(!echo.contains(&format!("\n{gone} ")), "{gone} in {echo}");
        }
        assert!(echo.ends_with("\n\nbody"), "{echo}");
        let seen = seen.lock().unwrap();
        assert!(seen[0].starts_with("POST /echo?a=b HTTP/3\r\nHost: 127.0.0.1"), "{}", seen[0]);
        assert!(seen[0].contains("\r\ncookie: [masked]\r\n"), "{}", seen[0]);
        assert!(seen[1].starts_with("HTTP/3 200 \r\n"), "{}", seen[1]);
    }

    fn bodies_of_every_kind_arrive_whole_both_ways() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        let mut reply = w!(client.get(&server.url("/pattern/2000000")).version(ONLY).send())?;
        assert_eq!(announced(&reply), Some(2_000_000));
        assert!(w!(reply.read_to_vec())? == pattern(0, 2_000_000), "changed on the way");
        let mut reply = w!(client.get(&server.url("/unsized/300000")).version(ONLY).send())?;
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
            let request = client.put(&server.url("/sink")).version(ONLY).body(upload);
            assert_eq!(w!(text(request))?, len.to_string());
        }
        assert_eq!(server.connections(), 1);
    }

    fn heads_without_bodies_redirects_and_hints() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        let mut reply = w!(client.head(&server.url("/hello")).version(ONLY).send())?;
        assert_eq!(reply.headers().get("content-length"), Some("5"));
        assert_eq!(w!(reply.text())?, "");
        let mut reply = w!(client.get(&server.url("/empty")).version(ONLY).send())?;
        assert_eq!((reply.status(), w!(reply.text())?), (204, String::new()));
        let mut reply = w!(client.get(&server.url("/moved")).version(ONLY).send())?;
        assert_eq!((reply.counts().redirects, w!(reply.text())?), (1, "hello".to_owned()));
        let (seen, observer) = watched();
        let request = client.get(&server.url("/hints")).version(ONLY).observe(observer);
        assert_eq!(w!(text(request))?, "hello");
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], "reused");
        assert!(seen[2].starts_with("HTTP/3 103 \r\n") && seen[3].starts_with("HTTP/3 200 \r\n"));
        assert_eq!(server.connections(), 1);
    }

    fn a_reply_before_the_end_of_the_upload_ends_it() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        for _ in 0..2 {
            let source = std::io::Cursor::new(vec![7; 30_000_000]);
            let upload = Upload::reader(source, None);
            let mut reply =
                w!(client.put(&server.url("/early")).version(ONLY).body(upload).send())?;
            assert_eq!((reply.status(), w!(reply.text())?), (403, "no".to_owned()));
        }
        assert_eq!(w!(text(client.get(&server.url("/hello")).version(ONLY)))?, "hello");
        assert_eq!(server.connections(), 1);
    }

    fn an_upload_that_fails_is_reset_and_never_looks_whole() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        let short = Upload::reader(std::io::Cursor::new(vec![7; 1000]), Some(2000));
        let error = w!(client.put(&server.url("/sink")).version(ONLY).body(short).send());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Upload);
        assert_eq!(w!(text(client.get(&server.url("/hello")).version(ONLY)))?, "hello");
        assert_eq!((server.connections(), server.resets()), (1, 1));
    }

    fn bodies_that_are_dropped_or_not_read_leave_the_connection() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        let unread = w!(client.get(&server.url("/pattern/2500000")).version(ONLY).send())?;
        for _ in 0..3 {
            let mut reply = w!(client.get(&server.url("/pattern/2500000")).version(ONLY).send())?;
            let mut some = [0; 1000];
            w!(reply.read_exact(&mut some))?;
            drop(reply);
            assert_eq!(w!(text(client.get(&server.url("/hello")).version(ONLY)))?, "hello");
        }
        assert_eq!((server.connections(), server.resets()), (1, 3));
        drop(unread);
    }

    fn deadlines_are_the_requests_own() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        let short = timeouts(|it| it.first_byte = ms(100));
        let silent = client.get(&server.url("/silent")).version(ONLY).timeouts(short);
        let error = w!(silent.send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
        let short = timeouts(|it| it.total = ms(100));
        let silent = client.get(&server.url("/silent")).version(ONLY).timeouts(short);
        assert_eq!(w!(silent.send()).unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(w!(text(client.get(&server.url("/hello")).version(ONLY)))?, "hello");
        assert_eq!(server.connections(), 1);
    }

    fn d1_certificates_are_judged_as_over_tcp() {
        let authority = Authority::new();
        let wrong = |net, identity: &Identity| (net, Server::new(identity));
        let good = authority.issue(&["127.0.0.1"]);
        let (ours, others) = (trusting(authority.ca_der()), trusting(Authority::new().ca_der()));
        for (words, (net, server)) in [
            ("authority that is not trusted", wrong(others, &good)),
            ("expired on", wrong(ours.clone(), &authority.expired(&["127.0.0.1"]))),
            ("not for this host", wrong(ours, &authority.wrong_host())),
        ] {
            let client = client_with(net, Timeouts::default(), Limits::default());
            let error = w!(client.get(&server.url("/hello")).version(ONLY).send()).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Certificate, Phase::TlsHandshake));
            assert!(error.to_string().contains(words), "{error}");
            assert!(error.certificate().is_some());
            assert_eq!(server.requests(), 0);
        }
    }

    fn pins_and_client_certificates_count() {
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        let server = Server::new(&identity);
        let mut net = trusting(authority.ca_der());
        net.tls.pinned_keys = vec![landline::net::KeyPin::of(b"another")];
        let client = client_with(net, Timeouts::default(), Limits::default());
        let error = w!(client.get(&server.url("/hello")).version(ONLY).send()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PinnedKey);
        let server = Server::with(&identity.setup().demand_client(&authority));
        let client = w!(trusting_client(&authority));
        let error = w!(client.get(&server.url("/hello")).version(ONLY).send()).unwrap_err();
        assert!(error.to_string().contains("demands a client certificate"), "{error}");
    }

    fn addresses_are_asked_of_the_policy_and_taken_in_turn() {
        let (authority, server) = served();
        let mut net = trusting(authority.ca_der());
        net.policy = AddressPolicy::public();
        let client = client_with(net, Timeouts::default(), Limits::default());
        let error = w!(client.get(&server.url("/hello")).version(ONLY).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Forbidden, Phase::Connecting));
        assert_eq!(server.connections(), 0);
        let mut net = trusting(authority.ca_der());
        net.resolve = vec![landline::net::ResolveRule {
            host: "a.test".to_owned(),
            port: server.port(),
            addresses: vec!["127.0.0.9".parse()?, "127.0.0.1".parse()?],
        }];
        let client = client_with(net, Timeouts::default(), Limits::default());
        let url = format!("https://a.test:{}/hello", server.port());
        let mut reply = w!(client.get(&url).version(ONLY).send())?;
        assert_eq!(w!(reply.text())?, "hello");
    }

    fn the_local_end_and_the_place_are_as_asked() {
        let (authority, server) = served();
        let mut net = trusting(authority.ca_der());
        net.socket.addresses = vec!["127.0.0.7".parse()?];
        net.connect_to = vec![landline::net::ConnectRule {
            from_host: Some("a.test".to_owned()),
            from_port: None,
            to_host: Some("127.0.0.1".to_owned()),
            to_port: Some(server.port()),
        }];
        let client = client_with(net, Timeouts::default(), Limits::default());
        let mut reply = w!(client.get("https://a.test/hello").version(ONLY).send())?;
        assert_eq!(reply.local().unwrap().ip().to_string(), "127.0.0.7");
        assert_eq!(w!(reply.text())?, "hello");
    }

    fn who_is_not_there_is_known_at_once() {
        let authority = Authority::new();
        let client = w!(trusting_client(&authority));
        let nobody = ClosedPort::new();
        let url = format!("https://{}/", nobody.addr());
        let error = w!(client.get(&url).version(ONLY).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Connect, Phase::Connecting));
        assert!(error.to_string().contains("refused"), "{error}");
    }

    fn a_silent_port_ends_with_the_deadline() {
        let authority = Authority::new();
        let silent = std::net::UdpSocket::bind("127.0.0.1:0")?;
        let short = timeouts(|it| it.connect = ms(150));
        let client = client_with(trusting(authority.ca_der()), short, Limits::default());
        let url = format!("https://{}/", silent.local_addr()?);
        let error = w!(client.get(&url).version(ONLY).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Connecting));
    }

    fn no_proxy_is_gone_through_and_nothing_else_is_spoken() {
        let (authority, server) = served();
        let mut net = trusting(authority.ca_der());
        net.proxy = ProxyRules::all(Proxy::parse("http://127.0.0.1:1").unwrap());
        let client = client_with(net, Timeouts::default(), Limits::default());
        let error = w!(client.get(&server.url("/hello")).version(ONLY).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing));
        let client = w!(trusting_client(&authority));
        let plain = format!("http://127.0.0.1:{}/", server.port());
        let error = w!(client.get(&plain).version(ONLY).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing));
        let mut net = trusting(authority.ca_der());
        net.tls.max_version = Some(TlsVersion::V1_2);
        let client = client_with(net, Timeouts::default(), Limits::default());
        let error = w!(client.get(&server.url("/hello")).version(ONLY).send()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(server.connections(), 0);
    }

    fn tcp_takes_over_where_there_is_no_http3() {
        let authority = Authority::new();
        let tcp = http2::Server::tls(&authority.issue(&["127.0.0.1"]));
        let client = w!(trusting_client(&authority));
        for _ in 0..2 {
            let request = client.get(&tcp.url("/hello")).version(HttpVersion::Http3);
            let mut reply = w!(request.send())?;
            assert_eq!((reply.version(), w!(reply.text())?), (Version::Http2, "hello".to_owned()));
        }
        assert_eq!(tcp.connections(), 1);
        // A port that says nothing costs the head start alone.
        let _silent = std::net::UdpSocket::bind(("127.0.0.1", tcp.port()))?;
        let fresh = w!(trusting_client(&authority));
        let hurried = timeouts(|it| it.total = ms(5000));
        let request = fresh.get(&tcp.url("/hello")).version(HttpVersion::Http3).timeouts(hurried);
        assert_eq!(w!(text(request))?, "hello");
    }

    fn http3_wins_where_it_is_there() {
        let (authority, server) = served();
        let client = w!(trusting_client(&authority));
        for _ in 0..2 {
            let request = client.get(&server.url("/hello")).version(HttpVersion::Http3);
            let mut reply = w!(request.send())?;
            assert_eq!((reply.version(), w!(reply.text())?), (Version::Http3, "hello".to_owned()));
        }
        assert_eq!(server.connections(), 1);
    }

    fn where_neither_is_there_the_error_is_tcps() {
        let authority = Authority::new();
        let client = w!(trusting_client(&authority));
        let nobody = ClosedPort::new();
        let url = format!("https://{}/", nobody.addr());
        let error = w!(client.get(&url).version(HttpVersion::Http3).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Connect, Phase::Connecting));
    }

    fn alternative_services_are_used_and_cost_no_error_where_they_fail() {
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        let origin = http2::Server::tls(&identity);
        let now = std::time::SystemTime::now();
        let learnt = |field: &str| {
            let cache = AltSvcCache::new();
            let from = (landline::wire::alt_svc::Protocol::Http2, "127.0.0.1", origin.port());
            cache.learn(from, field.as_bytes(), now);
            cache
        };
        // At the very port of the origin, over UDP.
        let server = Server::at(&identity, origin.port());
        let field = format!("h3=\":{}\"", server.port());
        let client = w!(trusting_client(&authority)).alt_svc(&learnt(&field));
        let mut reply = w!(client.get(&origin.url("/hello")).send())?;
        assert_eq!((reply.version(), w!(reply.text())?), (Version::Http3, "hello".to_owned()));
        assert_eq!(origin.connections(), 0);
        drop(server);
        let nobody = ClosedPort::new();
        let cache = learnt(&format!("h3=\":{}\"", nobody.addr().port()));
        let client = w!(trusting_client(&authority)).alt_svc(&cache);
        let mut reply = w!(client.get(&origin.url("/hello")).send())?;
        assert_eq!((reply.version(), w!(reply.text())?), (Version::Http2, "hello".to_owned()));
    }
}

/// A task that stands still, is polled no more, or is dropped never holds up the others.
mod tasks {
    use super::*;
    use landline::aio::http::Client;
    use tokio::io::AsyncReadExt;

    #[test]
    fn many_at_once_share_a_connection() {
        let (authority, server) = served();
        run(async {
            let client = Client::with_options(
                trusting(authority.ca_der()),
                Timeouts::default(),
                Limits::default(),
            );
            let tasks: Vec<_> = (0..50)
                .map(|number| {
                    let (client, url) = (client.clone(), server.url("/pattern/200000"));
                    tokio::spawn(async move {
                        let mut reply = client.get(&url).version(ONLY).send().await.unwrap();
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
}
