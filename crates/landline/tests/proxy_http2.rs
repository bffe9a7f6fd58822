//! Tunnels through a proxy that speaks HTTP/2 (RFC 9113 section 8.5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::http::{AuthScheme, Upload, Version};
use landline::net::{NetOptions, Proxy, ProxyRules};
use landline::{ErrorKind, Limits, Login, Phase, Timeouts};
use landline_testkit::http::{self, pattern};
use landline_testkit::http2::{self, Asks, frame, greet, next_request, settings};
use landline_testkit::tls::{Authority, Identity};
use landline_testkit::{Builder, proxy};
use support::{faces, facts, ms, timeouts, trusting};

const WINDOW: u32 = 20_000;

struct Stage {
    net: NetOptions,
    identity: Identity,
}

impl Stage {
    fn new() -> Self {
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1", "a.test"]);
        let mut net = trusting(authority.ca_der());
        net.proxy.tls = net.tls.clone();
        Self { net, identity }
    }

    fn through(&self, port: u16, dress: impl FnOnce(Proxy) -> Proxy) -> NetOptions {
        let proxy = Proxy::parse(&format!("https://127.0.0.1:{port}")).unwrap().with_http2(true);
        let mut net = self.net.clone();
        let tls = net.proxy.tls.clone();
        net.proxy = ProxyRules::all(dress(proxy)).tunnel(true);
        net.proxy.tls = tls;
        net
    }

    fn by_hand(
        &self,
        handler: impl Fn(&mut landline_testkit::Conn) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> landline_testkit::Server {
        let config = self.identity.setup().alpn(&["h2"]).config();
        Builder::default().tls_config(config).start(move |conn| {
            greet(conn, &[])?;
            next_request(conn)?;
            handler(conn)
        })
    }
}

fn login(proxy: Proxy, scheme: AuthScheme) -> Proxy {
    proxy.with_login(Login::new("me", "secret")).with_auth(scheme)
}

faces! {
    async fn error_of(net: NetOptions, url: &str) -> landline::Error {
        let short = timeouts(|it| it.connect = ms(1000));
        let client = client_with(net, short, Limits::default());
        w!(fetch(&client, url)).unwrap_err()
    }

    async fn fetch(client: &face::http::Client, url: &str) -> landline::Result<Vec<u8>> {
        w!(w!(client.get(url).send())?.read_to_vec())
    }

    fn bodies_pass_whole_both_ways_and_the_connection_is_kept() {
        let stage = Stage::new();
        let proxy = http2::Server::proxy(&stage.identity, Asks::Nothing, WINDOW);
        let (plain, tls) = (http::Server::new(), http::Server::tls(&stage.identity));
        let client =
            client_with(stage.through(proxy.port(), |it| it), Timeouts::default(), Limits::default());
        for server in [&plain, &tls] {
            let body = pattern(0, 700_000);
            let request = client.put(&server.url("/echo")).body(Upload::bytes(body.clone()));
            let mut reply = w!(request.send())?;
            assert_eq!((reply.version(), reply.counts().connects), (Version::Http11, 1));
            assert!(w!(reply.read_to_vec())?.ends_with(&body), "changed on the way");
            let got = w!(fetch(&client, &server.url("/bytes/2000000")))?;
            assert!(got == pattern(0, 2_000_000), "changed on the way");
        }
        assert_eq!(proxy.connections(), 2);
        let asked = proxy.asked();
        let expected = format!("CONNECT 127.0.0.1:{}\nuser-agent: landline/", plain.port());
        assert!(asked[0].starts_with(&expected), "{asked:?}");
        assert!(!asked.concat().contains("host:") && !asked.concat().contains("connection"));
    }

    fn http2_goes_within_http2() {
        let stage = Stage::new();
        let proxy = http2::Server::proxy(&stage.identity, Asks::Nothing, WINDOW);
        let server = http2::Server::tls(&stage.identity);
        let client =
            client_with(stage.through(proxy.port(), |it| it), Timeouts::default(), Limits::default());
        for number in 0..5 {
            let mut reply = w!(client.get(&server.url("/pattern/500000")).send())?;
            assert_eq!(reply.version(), Version::Http2);
            assert_eq!(reply.counts().connects, usize::from(number == 0));
            assert!(w!(reply.read_to_vec())? == pattern(0, 500_000), "changed on the way");
        }
    }

    fn b3_who_asks_is_told_to_the_proxy_alone() {
        let stage = Stage::new();
        let server = http::Server::tls(&stage.identity);
        for (asks, scheme, times) in
            [(Asks::Basic, AuthScheme::Basic, 1), (Asks::Digest, AuthScheme::Digest, 2)]
        {
            let proxy = http2::Server::proxy(&stage.identity, asks, WINDOW);
            let net = stage.through(proxy.port(), |it| {
                login(it, scheme).with_header("X-For-Proxy", "token").unwrap()
            });
            let client = client_with(net, Timeouts::default(), Limits::default());
            assert_eq!(w!(fetch(&client, &server.url("/hello")))?, b"hello, world\n");
            let asked = proxy.asked();
            assert_eq!((asked.len(), proxy.connections()), (times, 1), "{asked:?}");
            assert!(asked.iter().all(|one| one.contains("x-for-proxy: token\n")), "{asked:?}");
        }
        let heard = server.received_text().concat().to_lowercase();
        assert!(heard.contains("get /hello") && !heard.contains("proxy"), "{heard}");
    }

    fn refusals_are_the_proxys() {
        let stage = Stage::new();
        for (asks, host, status) in [
            (Asks::Nothing, "refused.test", Some(403)),
            (Asks::Nothing, "a.test", Some(502)),
            (Asks::Basic, "a.test", Some(407)),
            (Asks::Nothing, "reset.test", None),
        ] {
            let proxy = http2::Server::proxy(&stage.identity, asks, WINDOW);
            let net = stage.through(proxy.port(), |it| it);
            let error = w!(error_of(net, &format!("http://{host}:1/")));
            assert_eq!(facts(&error), (ErrorKind::Proxy, Phase::Connecting), "{error}");
            assert_eq!((error.status(), error.command()), (status, Some("CONNECT")), "{error}");
        }
    }

    fn a_proxy_that_never_answers_ends_at_the_deadline() {
        let stage = Stage::new();
        let proxy = http2::Server::proxy(&stage.identity, Asks::Nothing, WINDOW);
        let net = stage.through(proxy.port(), |it| it);
        let error = w!(error_of(net, "http://silent.test/"));
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Connecting), "{error}");
    }

    fn a_tunnel_that_is_cut_is_no_end() {
        let stage = Stage::new();
        let server = landline_testkit::Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.0 200 OK\r\n\r\nhello")?;
            conn.stall()
        });
        let proxy = http2::Server::proxy(&stage.identity, Asks::Nothing, WINDOW);
        let net = stage.through(proxy.port(), |it| it);
        let error = w!(error_of(net, &format!("http://cut.test:{}/", server.port())));
        assert_eq!(facts(&error), (ErrorKind::Io, Phase::ReadingBody), "{error}");
    }

    fn a_silent_tunnel_ends_at_the_deadline_of_what_goes_through_it() {
        let stage = Stage::new();
        let server = landline_testkit::Server::tcp(|conn| {
            conn.read_head()?;
            conn.stall()
        });
        let proxy = http2::Server::proxy(&stage.identity, Asks::Nothing, WINDOW);
        let net = stage.through(proxy.port(), |it| it);
        let short = timeouts(|it| it.first_byte = ms(100));
        let client = client_with(net, short, Limits::default());
        let error = w!(client.get(&server.url("/")).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply), "{error}");
    }

    fn bad_frames_are_an_error_of_the_proxy() {
        let stage = Stage::new();
        for bytes in [
            frame(0, 0, 0, "x"),
            frame(7, 0, 0, [0; 8]),
            b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
            settings(&[]).repeat(20_000),
        ] {
            let proxy = stage.by_hand(move |conn| {
                let _ = conn.say(&bytes);
                conn.read_to_close().map(drop)
            });
            let error = w!(error_of(stage.through(proxy.port(), |it| it), "http://a.test/"));
            assert_eq!(facts(&error), (ErrorKind::Proxy, Phase::Connecting), "{error}");
        }
    }

    fn a_proxy_that_chooses_http1_is_spoken_to_so() {
        let stage = Stage::new();
        let server = http::Server::new();
        let proxy = proxy::Proxy::http().tls(&stage.identity).start();
        let net = stage.through(proxy.port(), |it| it);
        let client = client_with(net, Timeouts::default(), Limits::default());
        assert_eq!(w!(fetch(&client, &server.url("/hello")))?, b"hello, world\n");
        assert!(proxy.asked()[0].starts_with("CONNECT 127.0.0.1:"));
    }
}
