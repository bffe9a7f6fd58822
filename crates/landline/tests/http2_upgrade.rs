//! HTTP/2 in the clear by upgrade (RFC 7540 section 3.2): taken up, refused, and gone wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::http::{HttpVersion, Version};
use landline::net::{Proxy, ProxyRules};
use landline::{ErrorKind, Limits, Phase, Timeouts};
use landline_testkit::http2::{SWITCHING, frame, greet, headers, next_frame, settings, upgrading};
use landline_testkit::{Server, http, proxy};
use support::{faces, facts, ms, timeouts};

const UPGRADE: HttpVersion = HttpVersion::Http2;
const OFFER: &str = "\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: ";

/// A server that answers the offer with these bytes and says no more.
fn answering(bytes: impl Into<Vec<u8>>) -> Server {
    let bytes = bytes.into();
    Server::tcp(move |conn| {
        conn.read_head()?;
        conn.say(&bytes)?;
        conn.read_to_close().map(drop)
    })
}

fn switching(then: &[u8]) -> Server {
    answering([SWITCHING.as_bytes(), then].concat())
}

faces! {
    async fn fetch(server: &Server) -> landline::Result<String> {
        let short = timeouts(|it| it.first_byte = ms(200));
        let request = client().get(&server.url("/")).version(UPGRADE).timeouts(short);
        w!(w!(request.send())?.text())
    }

    async fn failure(server: &Server) -> landline::Error {
        w!(fetch(server)).unwrap_err()
    }

    fn the_reply_comes_on_stream_1_and_others_follow_it() {
        for one_byte in [false, true] {
            let server = Server::builder().one_byte(one_byte).start(upgrading);
            let client = client();
            for number in 0..5 {
                let mut reply = w!(client.get(&server.url("/")).version(UPGRADE).send())?;
                assert_eq!((reply.status(), reply.version()), (200, Version::Http2));
                assert_eq!(reply.counts().connects, usize::from(number == 0));
                assert_eq!((reply.headers().len(), w!(reply.text())?), (1, "hello".to_owned()));
            }
            let posted = client.post(&server.url("/")).version(UPGRADE).bytes("x");
            let reply = w!(posted.send())?;
            assert_eq!((reply.version(), reply.counts().connects), (Version::Http2, 0));
            assert_eq!(server.connections(), 1);
        }
    }

    fn what_goes_out_is_one_request_and_then_a_preface_without_it() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say(SWITCHING)?;
            greet(conn, &[])?;
            let mut kinds = Vec::new();
            while kinds.len() < 3 {
                let got = next_frame(conn)?;
                kinds.push((got.kind, got.stream, got.flags));
            }
            // SETTINGS and a larger window, then the acknowledgement of ours.
            assert_eq!(kinds, [(4, 0, 0), (8, 0, 0), (4, 0, 1)]);
            conn.say([headers(0, 1, &[(":status", "200")]), frame(0, 1, 1, "hello")].concat())?;
            conn.read_to_close().map(drop)
        });
        assert_eq!(w!(fetch(&server))?, "hello");
        let sent = &server.received_text()[0];
        assert!(sent.starts_with("GET / HTTP/1.1\r\n") && sent.contains(OFFER), "{sent}");
    }

    fn a_server_that_refuses_has_answered_in_http1() {
        let server = http::Server::new();
        let client = client();
        for number in 0..3 {
            let mut reply = w!(client.get(&server.url("/hello")).version(UPGRADE).send())?;
            assert_eq!(reply.version(), Version::Http11);
            assert_eq!(reply.counts().connects, usize::from(number == 0));
            assert_eq!(w!(reply.text())?, "hello, world\n");
        }
        assert!(server.received_text().concat().matches(OFFER).count() == 3);
    }

    fn only_what_has_no_body_and_may_have_the_reply_of_a_get_offers() {
        let server = Server::tcp(upgrading);
        let client = client();
        let url = server.url("/");
        for (version, request) in [
            (UPGRADE, client.post(&url).bytes("body")),
            (UPGRADE, client.get(&url).header("Connection", "close")),
            (UPGRADE, client.get(&url).without_header("Upgrade")),
            (HttpVersion::Http11, client.get(&url)),
            (HttpVersion::Any, client.get(&url)),
        ] {
            let reply = w!(request.version(version).send())?;
            assert_eq!(reply.version(), Version::Http11);
        }
        let reply = w!(client.delete(&url).version(UPGRADE).send())?;
        assert_eq!(reply.version(), Version::Http2);
        let offers = server.received_text().concat().matches("Upgrade: h2c").count();
        assert_eq!(offers, 1);
    }

    fn a_proxy_that_sends_on_is_offered_nothing_and_a_tunnel_is() {
        let server = Server::tcp(upgrading);
        for (tunnel, version) in [(false, Version::Http11), (true, Version::Http2)] {
            let proxy = proxy::Proxy::http().start();
            let mut net = landline::net::NetOptions::default();
            let way = Proxy::parse(&format!("http://{}", proxy.addr())).unwrap();
            net.proxy = ProxyRules::all(way).tunnel(tunnel);
            let client = client_with(net, Timeouts::default(), Limits::default());
            let reply = w!(client.get(&server.url("/")).version(UPGRADE).send())?;
            assert_eq!(reply.version(), version);
            assert!(!proxy.asked().concat().contains("h2c"));
        }
    }

    fn switching_to_what_was_not_offered_is_no_http2() {
        for head in [
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        ] {
            let server = answering(head);
            let reply = w!(client().get(&server.url("/")).version(UPGRADE).send())?;
            assert_eq!((reply.status(), reply.version()), (101, Version::Http11));
        }
    }

    fn silence_behind_the_leave_ends_at_the_deadline() {
        for then in [vec![], settings(&[]), settings(&[])[..5].to_vec()] {
            let error = w!(failure(&switching(&then)));
            assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        }
    }

    fn garbage_behind_the_leave_is_told_as_such() {
        let error = w!(failure(&switching(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")));
        assert_eq!(error.kind(), ErrorKind::Http2, "{error}");
        assert!(error.to_string().contains("answers in HTTP/1"), "{error}");
        for garbage in [&b"garbage, garbage and garbage again"[..], &[0xff; 100], &[0; 100]] {
            let error = w!(failure(&switching(garbage)));
            assert_eq!(error.kind(), ErrorKind::Http2, "{error}");
        }
        let goaway = frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
        let error = w!(failure(&switching(&[settings(&[]), goaway].concat())));
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        let reset = frame(3, 0, 1, [0, 0, 0, 2]);
        let error = w!(failure(&switching(&[settings(&[]), reset].concat())));
        assert_eq!(error.kind(), ErrorKind::Stream, "{error}");
    }

    fn an_end_behind_the_leave_is_no_reply() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say(SWITCHING)?;
            conn.fin()?;
            conn.read_to_close().map(drop)
        });
        assert_eq!(w!(failure(&server)).kind(), ErrorKind::EmptyReply);
    }

    fn a_table_that_the_server_shrinks_at_once_is_told_in_the_next_request() {
        const HEADER_TABLE_SIZE: u16 = 1;
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            let reply = |stream| {
                [headers(0, stream, &[(":status", "200")]), frame(0, 1, stream, "hello")].concat()
            };
            let first = [settings(&[(HEADER_TABLE_SIZE, 0)]), reply(1)].concat();
            conn.say([SWITCHING.as_bytes(), &first].concat())?;
            greet(conn, &[])?;
            loop {
                let got = next_frame(conn)?;
                if got.kind == 1 {
                    // A dynamic table size update to 0 (RFC 7541 section 6.3).
                    assert_eq!((got.stream, got.payload[0]), (3, 0x20));
                    break;
                }
            }
            conn.say(reply(3))?;
            conn.read_to_close().map(drop)
        });
        let client = client();
        for _ in 0..2 {
            let mut reply = w!(client.get(&server.url("/")).version(UPGRADE).send())?;
            assert_eq!(w!(reply.text())?, "hello");
        }
        assert_eq!(server.connections(), 1);
    }
}

/// Many tasks share the connection that one of them upgrades, and none waits for a server that refuses.
mod tasks {
    use super::*;
    use landline::aio::http::Client;

    async fn many(url: String) {
        let client = Client::new();
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let request = client.get(&url).version(UPGRADE);
                tokio::spawn(async move { request.send().await.unwrap().text().await.unwrap() })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap().starts_with("hello"));
        }
    }

    #[tokio::test]
    async fn many_share_one_connection() {
        let server = Server::tcp(upgrading);
        many(server.url("/")).await;
        assert_eq!(server.connections(), 1);
    }

    #[tokio::test]
    async fn many_go_at_once_where_it_is_refused() {
        let server = http::Server::new();
        many(server.url("/hello")).await;
        assert!(server.connections() > 1);
    }
}
