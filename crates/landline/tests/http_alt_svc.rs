//! Alternative services (RFC 7838): who is connected to, under which name, and when it is the origin.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::SystemTime;

use landline::http::AltSvcCache;
use landline::net::{NetOptions, ResolveRule};
use landline::wire::alt_svc::Protocol;
use landline::{Limits, Timeouts};
use landline_testkit::http::Server;
use landline_testkit::tls::Authority;
use support::{faces, trusting};

/// A server under TLS that proves to be `name`, and says `Alt-Svc` in the words of the query.
fn server(authority: &Authority, name: &str) -> Server {
    let server = Server::tls(&authority.issue(&[name]));
    server.route("/told", |request, conn| {
        let told = request.query().unwrap_or_default().replace("%22", "\"");
        request.reply(conn, 200, &[("Alt-Svc", &told)], "told")
    })
}

/// All names lead to loopback, at these ports.
fn net(authority: &Authority, ports: &[u16]) -> NetOptions {
    let rule = |port: &u16| ResolveRule {
        host: "*".to_owned(),
        port: *port,
        addresses: vec!["127.0.0.1".parse().unwrap()],
    };
    let mut net = trusting(authority.ca_der());
    net.resolve = ports.iter().map(rule).collect();
    net
}

/// A cache that knows `place` for `a.test` at this port.
fn knowing(port: u16, place: &str) -> AltSvcCache {
    let cache = AltSvcCache::new();
    let origin = (Protocol::Http1, "a.test", port);
    cache.learn(origin, place.as_bytes(), SystemTime::now());
    cache
}

faces! {
    async fn client(net: NetOptions, cache: &AltSvcCache) -> landline::Result<face::http::Client> {
        Ok(client_with(net, Timeouts::default(), Limits::default()).alt_svc(cache))
    }

    fn what_an_origin_tells_is_where_it_is_asked_next_under_its_own_name() {
        let authority = Authority::new();
        let (origin, other) = (server(&authority, "a.test"), server(&authority, "a.test"));
        let cache = AltSvcCache::new();
        let client = w!(client(net(&authority, &[origin.port(), other.port()]), &cache))?;
        let at = |path: &str| format!("https://a.test:{}{path}", origin.port());
        let told = format!("/told?h3=%22:1%22,http/1.1=%22alt.test:{}%22;ma=60", other.port());
        w!(client.get(&at(&told)).send())?;
        for _ in 0..2 {
            assert_eq!(w!(client.get(&at("/hello")).send())?.status(), 200);
        }
        assert_eq!((origin.requests().len(), other.requests().len()), (1, 2));
        let request = &other.requests()[0];
        let host = format!("a.test:{}", origin.port());
        assert_eq!(request.header("Host"), Some(&*host));
        let used = format!("alt.test:{}", other.port());
        assert_eq!(request.header("Alt-Used"), Some(&*used));
        assert_eq!(cache.alternatives().len(), 2, "that of HTTP/3 is kept");
        w!(client.get(&at("/told?clear")).send())?;
        w!(client.get(&at("/hello")).send())?;
        assert_eq!(origin.requests().len(), 2);
        assert_eq!(origin.requests()[1].header("Alt-Used"), None);
    }

    fn what_does_not_work_or_proves_another_name_is_passed_over() {
        let authority = Authority::new();
        let (origin, stranger) = (server(&authority, "a.test"), server(&authority, "b.test"));
        let misdirected = server(&authority, "a.test")
            .route("/hello", |request, conn| request.reply(conn, 421, &[], "not here"));
        let closed = landline_testkit::ClosedPort::new();
        let closed = closed.addr().port();
        for port in [stranger.port(), misdirected.port(), closed] {
            let before = origin.requests().len();
            let cache = knowing(origin.port(), &format!("h1=\"a.test:{port}\""));
            let client = w!(client(net(&authority, &[origin.port(), port]), &cache))?;
            for _ in 0..2 {
                let url = format!("https://a.test:{}/hello", origin.port());
                assert_eq!(w!(client.get(&url).send())?.status(), 200, "{port}");
            }
            assert_eq!(origin.requests().len(), before + 2);
        }
        assert_eq!((stranger.requests().len(), misdirected.requests().len()), (0, 1));
    }

    fn what_proves_nothing_teaches_nothing_and_connect_to_goes_first() {
        let authority = Authority::new();
        let (origin, other) = (server(&authority, "a.test"), server(&authority, "a.test"));
        let plain = Server::new().route("/told", |request, conn| {
            request.reply(conn, 200, &[("Alt-Svc", "h2=\":1\"")], "")
        });
        let cache = AltSvcCache::new();
        let mut careless = net(&authority, &[origin.port(), plain.port()]);
        careless.tls.insecure = true;
        let careless = w!(client(careless, &cache))?;
        w!(careless.get(&format!("https://a.test:{}/told?h1=%22:1%22", origin.port())).send())?;
        w!(careless.get(&format!("http://a.test:{}/told", plain.port())).send())?;
        assert!(cache.alternatives().is_empty());
        let cache = knowing(origin.port(), &format!("h1=\"a.test:{}\"", other.port()));
        let mut straight = net(&authority, &[origin.port(), other.port()]);
        straight.connect_to = vec![landline::net::ConnectRule {
            from_host: Some("a.test".to_owned()),
            from_port: None,
            to_host: Some("127.0.0.1".to_owned()),
            to_port: None,
        }];
        let straight = w!(client(straight, &cache))?;
        w!(straight.get(&format!("https://a.test:{}/hello", origin.port())).send())?;
        assert_eq!(other.requests().len(), 0);
    }
}
