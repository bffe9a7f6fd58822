//! Which connections are used again, and which never (class D), over real servers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use landline::net::NetOptions;
use landline::{ErrorKind, Limits, Timeouts};
use landline_testkit::tls::Authority;
use landline_testkit::{Conn, Server, http};
use support::{any_host, faces, ms, timeouts, trusting};

const LONG: Duration = Duration::from_secs(15);
const POISON: &str = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON";

/// A server whose `/then` answers, waits for its release, does `deed` and tells so.
fn serve_then(deed: fn(&mut Conn) -> io::Result<()>) -> (http::Server, Receiver<()>) {
    let (tell, told): (Sender<()>, _) = channel();
    let tell = Mutex::new(tell);
    let server = http::Server::new().route("/then", move |request, conn| {
        request.reply(conn, 200, &[], "good")?;
        conn.wait_for_release();
        deed(conn)?;
        let _ = tell.lock().unwrap().send(());
        conn.stall()
    });
    (server, told)
}

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

faces! {
    async fn text(client: &face::http::Client, url: &str) -> String {
        let mut reply = w!(client.get(url).send()).expect("a reply");
        w!(reply.text()).expect("a whole body")
    }

    fn d3_a_byte_on_an_idle_connection_kills_it() {
        let (server, told) = serve_then(|conn| conn.say(POISON));
        let client = client();
        assert_eq!(w!(text(&client, &server.url("/then"))), "good");
        server.release();
        told.recv_timeout(LONG)?;
        assert_eq!(w!(text(&client, &server.url("/hello"))), "hello, world\n");
        assert_eq!(server.connections(), 2);
    }

    fn d3_a_reply_that_nobody_asked_for_is_not_the_next_one_step_by_step_either() {
        let (server, told) = serve_then(|conn| conn.say(POISON));
        let mut connection = w!(face::http::Connection::connect(&server.addr().to_string()))?;
        connection.put_request("GET", "/then")?;
        w!(connection.end_headers())?;
        w!(connection.get_reply())?;
        let mut body = String::new();
        w!(connection.body().read_to_string(&mut body))?;
        server.release();
        told.recv_timeout(LONG)?;
        let error = connection.put_request("GET", "/hello").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(!connection.is_idle());
    }

    fn an_idle_connection_that_ended_is_replaced_without_a_word_even_for_post() {
        let (server, told) = serve_then(Conn::fin);
        let client = client();
        assert_eq!(w!(text(&client, &server.url("/then"))), "good");
        server.release();
        told.recv_timeout(LONG)?;
        let mut reply = w!(client.post(&server.url("/sink")).bytes("12345").send())?;
        assert_eq!(w!(reply.text())?, "5\n");
        assert_eq!(server.connections(), 2);
    }

    fn d3_a_second_reply_inside_tls_is_never_taken_for_the_next_one() {
        // Read into a large buffer, the body ends exactly where that read ends. What comes behind
        // it is then inside of rustls already, where looking at the socket shows nothing.
        const LENGTH: usize = 50_000;
        let (tell, told) = channel();
        let tell = Mutex::new(tell);
        let authority = Authority::new();
        let config = authority.issue(&["127.0.0.1"]).setup().without_resumption().config();
        let server = Server::builder().tls_config(config).start(move |conn| {
            while !conn.read_head()?.is_empty() {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n");
                conn.say([head.as_bytes(), &[b'x'; LENGTH], POISON.as_bytes()].concat())?;
                let _ = tell.lock().unwrap().send(());
            }
            Ok(())
        });
        let client =
            client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        for connection in 1..=2 {
            let mut reply = w!(client.get(&server.url("/")).send())?;
            told.recv_timeout(LONG)?;
            assert_eq!(reply.headers().get("Content-Length"), Some("50000"));
            let mut buffer = vec![0; 128 << 10];
            let mut length = 0;
            loop {
                match w!(reply.read(&mut buffer))? {
                    0 => break,
                    count => length += count,
                }
            }
            assert_eq!((length, server.connections()), (LENGTH, connection));
        }
    }

    fn connections_over_tls_are_used_again_like_any_other() {
        let authority = Authority::new();
        let server = http::Server::tls(&authority.issue(&["127.0.0.1"]));
        let client =
            client_with(trusting(authority.ca_der()), Timeouts::default(), Limits::default());
        for path in ["/hello", "/bytes/200000", "/chunked/30000", "/hello"] {
            w!(text(&client, &server.url(path)));
        }
        assert_eq!(server.connections(), 1);
    }

    fn hosts_and_schemes_do_not_share_connections() {
        let server = http::Server::new();
        let client =
            client_with(any_host(server.port()), timeouts(|all| all.connect = ms(300)), Limits::default());
        for host in ["a.test", "b.test", "A.TEST", "b.test", "a.test"] {
            let url = format!("http://{host}:{}/hello", server.port());
            assert_eq!(w!(text(&client, &url)), "hello, world\n");
        }
        assert_eq!(server.connections(), 2);
        let url = format!("https://a.test:{}/hello", server.port());
        assert!(w!(client.get(&url).send()).is_err(), "the plain connection is not good for https");
        assert_eq!(server.connections(), 3);
    }

    fn clones_share_and_limits_hold() {
        let server = http::Server::new();
        let client = client();
        w!(text(&client.clone(), &server.url("/hello")));
        w!(text(&client, &server.url("/hello")));
        assert_eq!(server.connections(), 1);
        for change in [
            |limits: &mut Limits| limits.idle_connections = 0,
            |limits: &mut Limits| limits.idle_connection_age = Duration::ZERO,
        ] {
            let server = http::Server::new();
            let client = client_with(NetOptions::default(), Timeouts::default(), limits(change));
            w!(text(&client, &server.url("/hello")));
            w!(text(&client, &server.url("/hello")));
            assert_eq!(server.connections(), 2);
        }
    }

    fn two_replies_at_a_time_need_two_connections() {
        let server = http::Server::new();
        let client = client();
        let mut first = w!(client.get(&server.url("/slow")).send())?;
        assert_eq!(w!(text(&client, &server.url("/hello"))), "hello, world\n");
        server.release();
        assert_eq!(w!(first.text())?, "first byte");
        assert_eq!(w!(text(&client, &server.url("/hello"))), "hello, world\n");
        assert_eq!(server.connections(), 2);
    }

    fn a_body_dropped_half_way_closes_its_connection() {
        let server = http::Server::new();
        let client = client();
        let mut reply = w!(client.get(&server.url("/bytes/100000000")).send())?;
        let mut first = [0; 10];
        w!(reply.read_exact(&mut first))?;
        drop(reply);
        assert!(server.wait_for(|records| records[0].handled, LONG), "the connection is open");
        assert_eq!(w!(text(&client, &server.url("/hello"))), "hello, world\n");
        assert_eq!(server.connections(), 2);
    }

    fn the_last_byte_read_is_enough_to_free_a_connection() {
        let server = http::Server::new();
        let client = client();
        let mut reply = w!(client.get(&server.url("/hello")).send())?;
        let mut all = [0; 13];
        w!(reply.read_exact(&mut all))?;
        drop(reply);
        w!(text(&client, &server.url("/hello")));
        assert_eq!(server.connections(), 1);
    }

    fn what_a_server_said_before_it_slammed_the_door_counts() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.read_exact_bytes(1000)?;
            conn.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")?;
            conn.reset()
        });
        let request = client().post(&server.url("/")).bytes(vec![b'0'; 20_000_000]);
        let reply = w!(request.expect_continue(u64::MAX, Duration::ZERO).send())?;
        assert_eq!(reply.status(), 413);
    }

    fn connections_are_no_more_than_allowed_and_idle_ones_of_others_go_first() {
        let (one, other) = (http::Server::new(), http::Server::new());
        let limits = limits(|limits| limits.connections = Some(1));
        let client = client_with(NetOptions::default(), Timeouts::default(), limits);
        for made in 1..=2 {
            for _ in 0..2 {
                assert_eq!(w!(text(&client, &one.url("/hello"))), "hello, world\n");
            }
            assert_eq!(w!(text(&client, &other.url("/hello"))), "hello, world\n");
            assert_eq!((one.connections(), other.connections()), (made, made));
        }
        // The reply that leads elsewhere does not hold what the next request needs.
        assert_eq!(w!(text(&client, &one.url("/redirect/3"))), "arrived\n");
    }

    fn a_connection_that_is_not_freed_in_time_is_told() {
        let server = http::Server::new();
        let (limits, short) = (
            limits(|limits| limits.connections_per_host = Some(1)),
            timeouts(|it| it.free_connection = ms(100)),
        );
        let client = client_with(NetOptions::default(), short, limits);
        let held = w!(client.get(&server.url("/bytes/10000000")).send())?;
        let error = w!(client.get(&server.url("/hello")).send()).unwrap_err();
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Timeout, landline::Phase::Connecting));
        let words = format!("no connection to 127.0.0.1 port {} became free", server.addr().port());
        assert!(error.to_string().contains(&words), "{error}");
        let elsewhere = http::Server::new();
        assert_eq!(w!(text(&client, &elsewhere.url("/hello"))), "hello, world\n");
        drop(held);
        assert_eq!(w!(text(&client, &server.url("/hello"))), "hello, world\n");
        assert_eq!(server.connections(), 2);
    }

    fn sessions_of_tls_are_reused_only_with_the_same_trust() {
        let (ours, theirs) = (Authority::new(), Authority::new());
        let server = http::Server::tls(&ours.issue(&["127.0.0.1"]));
        let limits = limits(|limits| limits.idle_connections = 0);
        let trusting_ours = client_with(trusting(ours.ca_der()), Timeouts::default(), limits);
        for _ in 0..2 {
            assert_eq!(w!(text(&trusting_ours, &server.url("/hello"))), "hello, world\n");
        }
        let trusting_theirs = client_with(trusting(theirs.ca_der()), Timeouts::default(), limits);
        assert!(w!(trusting_theirs.get(&server.url("/hello")).send()).is_err());
    }
}

/// Those who wait are served one after the other, over HTTP/1 on one connection after the other's
/// reply, over HTTP/2 on one for all.
#[tokio::test]
async fn who_waits_for_a_connection_gets_one_when_it_is_free() {
    use landline::aio::http::Client;
    use landline::http::HttpVersion;
    let limits = limits(|limits| limits.connections_per_host = Some(2));
    let client = Client::with_options(NetOptions::default(), Timeouts::default(), limits);
    let (old, new) = (http::Server::new(), landline_testkit::http2::Server::narrow(3, 1 << 16));
    let known = HttpVersion::Http2PriorKnowledge;
    let mut all = tokio::task::JoinSet::new();
    for at in 0..60 {
        let (client, is_new) = (client.clone(), at % 2 == 0);
        let url = if is_new { new.url("/hello") } else { old.url("/hello") };
        let version = if is_new { known } else { HttpVersion::default() };
        all.spawn(async move { client.get(&url).version(version).send().await?.text().await });
    }
    while let Some(done) = all.join_next().await {
        assert!(done.unwrap().unwrap().starts_with("hello"));
    }
    assert!((1..=2).contains(&old.connections()), "{}", old.connections());
    assert!((1..=2).contains(&new.connections()), "{}", new.connections());
}
