//! Which addresses may be connected to, wherever a connection is made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use landline::net::{AddressPolicy, ConnectRule, NetOptions, Proxy, ProxyRules, ResolveRule};
use landline::{ErrorKind, Limits, Phase, Timeouts};
use landline_testkit::{http, proxy};
use support::{faces, facts};

const FORBIDDEN: (ErrorKind, Phase) = (ErrorKind::Forbidden, Phase::Connecting);

fn under(policy: AddressPolicy) -> NetOptions {
    let mut net = NetOptions::default();
    net.policy = policy;
    net
}

fn leads(net: &mut NetOptions, host: &str, port: u16, addresses: &[&str]) {
    let addresses: Vec<IpAddr> = addresses.iter().map(|one| one.parse().unwrap()).collect();
    net.resolve.push(ResolveRule { host: host.to_owned(), port, addresses });
}

faces! {
    async fn get(net: NetOptions, url: &str) -> landline::Result<String> {
        let client = client_with(net, Timeouts::default(), Limits::default());
        let mut reply = w!(client.get(url).send())?;
        w!(reply.text())
    }

    fn class_k5_every_spelling_of_this_machine_is_forbidden() {
        let server = http::Server::new();
        let port = server.port();
        for host in [
            "127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "0",
            "[::ffff:127.0.0.1]", "[::1]", "[::]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
        ] {
            let error = w!(get(under(AddressPolicy::public()), &format!("http://{host}:{port}/hello")));
            let error = error.unwrap_err();
            assert_eq!(facts(&error), FORBIDDEN, "{host}: {error:?}");
            assert!(error.to_string().contains("policy forbids"), "{error}");
        }
        assert_eq!(server.connections(), 0);
        let net = under(AddressPolicy::public().allow("127.0.0.0/8")?);
        assert_eq!(w!(get(net, &server.url("/hello")))?, "hello, world\n");
    }

    fn class_k5_each_address_of_a_name_is_judged_by_itself() {
        let server = http::Server::new();
        let policy = AddressPolicy::default().deny("127.0.0.2")?;
        let mut net = under(policy);
        leads(&mut net, "a.test", server.port(), &["127.0.0.2", "127.0.0.1"]);
        let url = format!("http://a.test:{}/hello", server.port());
        assert_eq!(w!(get(net, &url))?, "hello, world\n");
    }

    /// The name is public the first time, and leads here the second time.
    fn class_k5_a_redirect_to_a_forbidden_address_is_not_followed() {
        let inside = http::Server::new();
        let (port, to) = (inside.port(), format!("http://b.test:{}/hello", inside.port()));
        let outside = http::Server::new().route("/from", move |request, conn| {
            request.reply(conn, 302, &[("Location", &to)], b"")
        });
        let mut net = under(AddressPolicy::default().deny("127.0.0.2")?);
        leads(&mut net, "a.test", outside.port(), &["127.0.0.1"]);
        leads(&mut net, "b.test", port, &["127.0.0.2"]);
        let error = w!(get(net, &format!("http://a.test:{}/from", outside.port()))).unwrap_err();
        assert_eq!(facts(&error), FORBIDDEN);
        assert_eq!((outside.connections(), inside.connections()), (1, 0));
    }

    fn another_place_to_connect_to_is_judged_and_not_the_name() {
        let server = http::Server::new();
        let mut net = under(AddressPolicy::public());
        let (to_host, to_port) = (Some("127.0.0.1".to_owned()), Some(server.port()));
        net.connect_to = vec![ConnectRule { from_host: None, from_port: None, to_host, to_port }];
        let error = w!(get(net, "http://93.184.216.34/")).unwrap_err();
        assert_eq!(facts(&error), FORBIDDEN);
        assert_eq!(server.connections(), 0);
    }

    fn the_function_is_asked_at_every_connection() {
        let server = http::Server::new();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let policy = AddressPolicy::default()
            .only_if(move |_| count.fetch_add(1, Ordering::Relaxed) == 0);
        let client = client_with(under(policy), Timeouts::default(), Limits::default());
        let url = server.url("/close");
        let mut reply = w!(client.get(&server.url("/hello")).header("Connection", "close").send())?;
        w!(reply.text())?;
        drop(reply);
        let error = w!(client.get(&url).send()).unwrap_err();
        assert_eq!(facts(&error), FORBIDDEN);
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    fn proxies_are_judged_and_so_are_addresses_behind_them() {
        let (origin, http) = (http::Server::new(), proxy::Proxy::http().start());
        let socks = proxy::Proxy::socks().start();
        let proxies = [("http", &http), ("socks5h", &socks), ("socks5", &socks), ("socks4a", &socks)];
        for (scheme, proxy) in proxies {
            let rules = ProxyRules::all(Proxy::parse(&format!("{scheme}://{}", proxy.addr()))?);
            let mut net = under(AddressPolicy::public());
            net.proxy = rules;
            let name = format!("http://a.test:{}/hello", origin.port());
            leads(&mut net, "a.test", origin.port(), &["127.0.0.1"]);
            let error = w!(get(net.clone(), &name)).unwrap_err();
            assert_eq!(facts(&error), FORBIDDEN, "the proxy: {error:?}");
            net.policy = AddressPolicy::public().allow("127.0.0.1")?;
            for url in ["http://10.0.0.1/", "https://10.0.0.1/", "http://[::ffff:169.254.169.254]/"] {
                let error = w!(get(net.clone(), url)).unwrap_err();
                assert_eq!(facts(&error), FORBIDDEN, "{scheme} {url}: {error:?}");
            }
            leads(&mut net, "b.test", origin.port(), &["10.0.0.1"]);
            if scheme == "socks5" {
                let url = format!("http://b.test:{}/hello", origin.port());
                assert_eq!(facts(&w!(get(net.clone(), &url)).unwrap_err()), FORBIDDEN);
            }
            assert!(proxy.asked().is_empty(), "{:?}", proxy.asked());
        }
        let mut net = under(AddressPolicy::public().allow("127.0.0.1")?);
        net.proxy = ProxyRules::all(Proxy::parse(&http.addr().to_string())?);
        let url = format!("http://a.test:{}/hello", origin.port());
        assert_eq!(w!(get(net, &url))?, "hello, world\n");
    }

    fn every_protocol_is_held_to_it() {
        let opener = opener().net(under(AddressPolicy::public()));
        for scheme in ["ftp", "gopher", "gemini", "dict", "tftp", "telnet", "tcp"] {
            let error = match scheme {
                "telnet" | "tcp" => w!(opener.connect(&format!("{scheme}://127.0.0.1:9"))).err(),
                _ => w!(opener.open(&format!("{scheme}://127.0.0.1:9/a"))).err(),
            };
            let error = error.unwrap();
            assert_eq!(error.kind(), ErrorKind::Forbidden, "{scheme}: {error:?}");
        }
    }

    fn data_of_ftp_is_held_to_it() {
        let server = landline_testkit::ftp::Server::builder().file("/a", "bytes").start();
        let judged = Arc::new(AtomicUsize::new(0));
        let count = judged.clone();
        let policy = AddressPolicy::default()
            .only_if(move |_| count.fetch_add(1, Ordering::Relaxed) == 0);
        let opener = opener().net(under(policy));
        let error = w!(opener.open(&format!("ftp://127.0.0.1:{}/a", server.port()))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{error:?}");
        assert!(judged.load(Ordering::Relaxed) >= 2);
    }
}
