//! Proxies: the way there, who hears what, and what a proxy can do wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::net::{AddressPolicy, NetOptions, Proxy, ProxyRules};
use landline::{Error, ErrorKind, Limits, Login, Phase, Timeouts};
use landline_testkit::proxy::{self, Builder};
use landline_testkit::tls::Authority;
use landline_testkit::{ClosedPort, http};
use support::{faces, trusting};

const HELLO: &str = "hello, world\n";

fn rules(scheme: &str, proxy: &proxy::Proxy) -> ProxyRules {
    let parsed = Proxy::parse(&format!("{scheme}://{}", proxy.addr())).unwrap();
    ProxyRules::all(parsed.with_login(Login::new("me", "s3cret")))
}

fn through(scheme: &str, proxy: &proxy::Proxy) -> NetOptions {
    let mut net = NetOptions::default();
    net.proxy = rules(scheme, proxy);
    net
}

fn http_proxy() -> Builder {
    proxy::Proxy::http().login("me", "s3cret")
}

fn patience(seconds: f64) -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.connect = Some(Duration::from_secs_f64(seconds));
    timeouts
}

/// No secret of the proxy's in anything the origin received.
fn assert_clean(received: &[String]) {
    for text in received {
        let lower = text.to_lowercase();
        assert!(!lower.contains("proxy-") && !text.contains("bWU6"), "{text}");
    }
}

fn about_proxy(error: &Error, words: &str) {
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Proxy, Phase::Connecting), "{error:?}");
    assert!(error.chain().contains(words), "{}", error.chain());
    assert!(!format!("{error:?}{}", error.chain()).contains("s3cret"));
}

faces! {
    async fn fetch(net: NetOptions, url: &str) -> landline::Result<String> {
        let client = client_with(net, patience(10.0), Limits::default());
        w!(w!(client.get(url).send())?.text())
    }

    fn plain_http_is_forwarded_with_the_whole_url() {
        let (origin, proxy) = (http::Server::new(), http_proxy().start());
        let url = format!("http://u:p@a.test:{}/hello?q", origin.port());
        assert_eq!(w!(fetch(through("http", &proxy), &url))?, HELLO);
        let head = &proxy.asked()[0];
        let start = format!("GET http://a.test:{0}/hello?q HTTP/1.1\r\nHost: a.test:{0}\r\n\
            Proxy-Authorization: Basic bWU6czNjcmV0\r\nAuthorization: Basic dTpw\r\nUser-Agent: ",
            origin.port());
        assert!(head.starts_with(&start), "{head}");
        assert!(head.contains("\r\nAccept: */*\r\nProxy-Connection: Keep-Alive\r\n"), "{head}");
        assert_clean(&origin.received_text());
    }

    fn a_connection_to_a_forwarding_proxy_serves_every_host_and_each_is_judged() {
        let proxy = http::Server::new();
        let mut net = NetOptions::default();
        net.proxy = ProxyRules::all(Proxy::parse(&format!("http://{}", proxy.addr()))?);
        net.policy = AddressPolicy::default().deny("192.0.2.0/24")?;
        let client = client_with(net, patience(10.0), Limits::default());
        for host in ["a.test", "b.test:81", "198.51.100.1"] {
            let mut reply = w!(client.get(&format!("http://{host}/hello")).send())?;
            assert_eq!(w!(reply.text())?, HELLO);
        }
        let error = w!(client.get("http://192.0.2.1/hello").send()).unwrap_err();
        assert!(error.chain().contains("may not have a proxy connect to 192.0.2.1"), "{error}");
        let requests = proxy.requests();
        let hosts: Vec<_> = requests.iter().filter_map(|one| one.header("Host")).collect();
        assert_eq!(hosts, ["a.test", "b.test:81", "198.51.100.1"]);
        assert_eq!(proxy.connections(), 1);
    }

    fn class_b3_a_redirect_to_https_opens_a_tunnel_and_no_origin_hears_of_the_login() {
        let authority = Authority::new();
        let last = http::Server::tls(&authority.issue(&["b.test", "127.0.0.1"]));
        let to = format!("https://b.test:{}/hello", last.port());
        let first = http::Server::new().route("/from", move |request, conn| {
            request.reply(conn, 302, &[("Location", &to)], b"")
        });
        let proxy = http_proxy().start();
        let mut net = trusting(authority.ca_der());
        net.proxy = rules("http", &proxy);
        let url = format!("http://a.test:{}/from", first.port());
        assert_eq!(w!(fetch(net, &url))?, HELLO);
        let asked = proxy.asked();
        assert_eq!(asked.len(), 2);
        let connect = format!("CONNECT b.test:{0} HTTP/1.1\r\nHost: b.test:{0}\r\n\
            Proxy-Authorization: Basic bWU6czNjcmV0\r\nUser-Agent: ", last.port());
        assert!(asked[1].starts_with(&connect), "{}", asked[1]);
        assert!(!asked[1].contains("Accept"), "{}", asked[1]);
        assert_clean(&first.received_text());
        assert_clean(&last.received_text());
    }

    fn class_b3_a_redirect_to_a_host_without_proxy_takes_no_login_along() {
        let last = http::Server::new();
        let to = last.url("/hello");
        let first = http::Server::new().route("/from", move |request, conn| {
            request.reply(conn, 302, &[("Location", &to)], b"")
        });
        let proxy = http_proxy().start();
        let mut net = through("http", &proxy);
        net.proxy = net.proxy.except("127.0.0.0/8");
        let url = format!("http://a.test:{}/from", first.port());
        assert_eq!(w!(fetch(net, &url))?, HELLO);
        assert_eq!((proxy.asked().len(), last.connections()), (1, 1));
        assert_clean(&last.received_text());
    }

    fn socks_of_every_version_leads_there_and_each_looks_names_up_where_it_should() {
        let origin = http::Server::new();
        let port = origin.port();
        let cases = [
            ("socks4", "127.0.0.1", format!("SOCKS4 127.0.0.1:{port} as me")),
            ("socks4", "localhost", format!("SOCKS4 127.0.0.1:{port} as me")),
            ("socks4a", "a.test", format!("SOCKS4a a.test:{port} as me")),
            ("socks5", "127.0.0.1", format!("SOCKS5 127.0.0.1:{port} as me:s3cret")),
            ("socks5h", "a.test", format!("SOCKS5 a.test:{port} as me:s3cret")),
            ("socks5h", "127.0.0.1", format!("SOCKS5 127.0.0.1:{port} as me:s3cret")),
        ];
        for (scheme, host, asked) in cases {
            let login = if scheme.contains('4') { "" } else { "s3cret" };
            let proxy = proxy::Proxy::socks().login("me", login).one_byte().start();
            let url = format!("http://{host}:{port}/hello");
            assert_eq!(w!(fetch(through(scheme, &proxy), &url))?, HELLO, "{scheme}");
            assert_eq!(proxy.asked(), [asked]);
        }
    }

    fn tls_goes_through_tunnels_of_every_kind() {
        let authority = Authority::new();
        let identity = authority.issue(&["a.test", "127.0.0.1"]);
        let origin = http::Server::tls(&identity);
        let url = format!("https://a.test:{}/hello", origin.port());
        let proxies = [
            ("http", http_proxy().one_byte().start()),
            ("https", http_proxy().tls(&identity).start()),
            ("socks5h", proxy::Proxy::socks().login("me", "s3cret").start()),
            ("socks4a", proxy::Proxy::socks().start()),
        ];
        for (scheme, proxy) in proxies {
            let mut net = trusting(authority.ca_der());
            net.proxy = rules(scheme, &proxy);
            net.proxy.tls = net.tls.clone();
            assert_eq!(w!(fetch(net, &url))?, HELLO, "{scheme}");
            assert_eq!(proxy.asked().len(), 1, "{scheme}");
        }
    }

    fn class_d2_trust_in_the_origin_is_no_trust_in_the_proxy_nor_the_other_way_round() {
        let (one, other) = (Authority::new(), Authority::new());
        let origin = http::Server::tls(&one.issue(&["a.test", "127.0.0.1"]));
        let url = format!("https://a.test:{}/hello", origin.port());
        for (origin_ca, proxy_ca, is_fine) in
            [(&one, &other, true), (&one, &one, false), (&other, &other, false)]
        {
            let proxy = http_proxy().tls(&other.issue(&["a.test", "127.0.0.1"])).start();
            let mut net = trusting(origin_ca.ca_der());
            net.proxy = rules("https", &proxy);
            net.proxy.tls = trusting(proxy_ca.ca_der()).tls;
            let fetched = w!(fetch(net, &url));
            assert_eq!(fetched.is_ok(), is_fine, "{fetched:?}");
            if let Err(error) = fetched {
                assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
            }
        }
    }

    fn a_forwarding_proxy_refuses_with_a_reply_and_a_tunnel_with_an_error() {
        let proxy = proxy::Proxy::http().login("somebody", "else").start();
        let net = through("http", &proxy);
        let client = client_with(net.clone(), patience(10.0), Limits::default());
        let reply = w!(client.get("http://a.test:9/").send())?;
        assert_eq!(reply.status(), 407);
        let error = w!(fetch(net, "https://a.test:9/")).unwrap_err();
        about_proxy(&error, "refused CONNECT: 407 Proxy Authentication Required");
        assert_eq!((error.command(), error.status()), (Some("CONNECT"), Some(407)));
        let error = w!(fetch(through("socks5h", &proxy::Proxy::socks().login("a", "b").start()),
            "http://a.test:9/")).unwrap_err();
        about_proxy(&error, "user and password are not accepted");
        assert_eq!(error.command(), Some("SOCKS"));
    }

    fn answers_without_sense_end_at_once_with_little_read() {
        let cases = [
            ("http", http_proxy().saying("SSH-2.0-OpenSSH\r\n\r\n").start(), "nonsense"),
            ("http", http_proxy().saying("").start(), "closed the connection"),
            ("http", http_proxy().saying("HTTP/1.1 200 O").start(), "closed the connection"),
            ("http", http_proxy().saying("HTTP/1.1 100 \r\n\r\n".repeat(99)).start(), "interim"),
            ("http", http_proxy().endless().start(), "nonsense"),
            ("socks5", proxy::Proxy::socks().saying("HTTP/1.1 400 Bad\r\n").start(), "not SOCKS"),
            ("socks5", proxy::Proxy::socks().saying("\x05").start(), "closed the connection"),
            ("socks4", proxy::Proxy::socks().saying("\0[\0\0\0\0\0\0").start(), "code 91"),
        ];
        for (scheme, proxy, words) in cases {
            let error = w!(fetch(through(scheme, &proxy), "https://127.0.0.1:9/")).unwrap_err();
            about_proxy(&error, words);
        }
    }

    fn the_connect_deadline_bounds_a_silent_proxy() {
        for (scheme, proxy) in
            [("http", http_proxy().silent().start()), ("socks5h", proxy::Proxy::socks().silent().start())]
        {
            let client = client_with(through(scheme, &proxy), patience(0.2), Limits::default());
            let error = w!(client.get("https://a.test/").send()).unwrap_err();
            assert!(error.is_timeout(), "{error:?}");
            assert!(error.to_string().contains("the proxy"), "{error}");
        }
    }

    fn a_proxy_out_of_reach_is_named_and_nobody_goes_straight() {
        let (origin, closed) = (http::Server::new(), ClosedPort::new());
        let mut net = NetOptions::default();
        net.proxy = ProxyRules::all(Proxy::parse(&closed.addr().to_string())?);
        let error = w!(fetch(net.clone(), &origin.url("/hello"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.to_string().contains("the proxy 127.0.0.1 port"), "{error}");
        net.proxy = ProxyRules::all(Proxy::parse("proxy.onion:1")?);
        let error = w!(fetch(net, &origin.url("/hello"))).unwrap_err();
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Proxy, Phase::Resolving));
        assert_eq!(origin.connections(), 0);
    }

    /// CVE-2023-38545, with a proxy that says its part byte by byte.
    fn class_i5_a_name_too_long_for_socks_is_an_error_and_never_looked_up_here() {
        let proxy = proxy::Proxy::socks().login("me", "s3cret").one_byte().start();
        let label = "a".repeat(63);
        let longest = [&*label; 5].join(".");
        for scheme in ["socks5h", "socks4a"] {
            let net = through(scheme, &proxy);
            let client = client_with(net, patience(10.0), Limits::default());
            // Longer than a name may be; it does not even become a URL.
            assert!(w!(client.get(&format!("http://{longest}/")).send()).is_err());
        }
        assert!(proxy.asked().is_empty());
    }

    fn ftp_goes_through_tunnels_with_its_data() {
        let server = landline_testkit::ftp::Server::builder().file("/pub/a", "some bytes").start();
        let proxy = proxy::Proxy::socks().login("me", "s3cret").start();
        let url = format!("ftp://ftp.test:{}/pub/a", server.port());
        for (scheme, proxy) in [("socks5h", proxy), ("http", http_proxy().start())] {
            let opener = opener().net(through(scheme, &proxy)).timeouts(patience(10.0));
            let mut document = w!(opener.open(&url))?;
            assert_eq!(w!(document.text())?, "some bytes");
            let asked = proxy.asked();
            assert!(asked.len() == 2 && asked.iter().all(|one| one.contains("ftp.test:")), "{asked:?}");
        }
    }

    fn datagrams_and_proxies_do_not_go_together() {
        let proxy = proxy::Proxy::socks().start();
        let opener = opener().net(through("socks5", &proxy));
        let error = w!(opener.open("tftp://127.0.0.1:9/x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Scheme);
        assert!(error.to_string().contains("datagrams"), "{error}");
        assert_eq!(proxy.connections(), 0);
    }
}
