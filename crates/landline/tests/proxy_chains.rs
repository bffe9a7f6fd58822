//! Proxies behind proxies, at Unix sockets, and the `PROXY` line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::net::{NetOptions, Proxy, ProxyLine, ProxyRules};
use landline::{ErrorKind, Limits, Login, Phase, Timeouts};
use landline_testkit::tls::Authority;
use landline_testkit::{ClosedPort, Server, http, proxy};
use support::{faces, trusting};

const HELLO: &str = "hello, world\n";

/// `scheme` in front of `kind`, each with a login of its own.
fn chain(scheme: &str, first: &proxy::Proxy, kind: &str, second: &proxy::Proxy) -> ProxyRules {
    let parsed = |text: String| Proxy::parse(&text).unwrap();
    let first = parsed(format!("{scheme}://{}", first.addr())).with_login(Login::new("one", "1st"));
    let second = parsed(format!("{kind}://proxy.test:{}", second.port()));
    ProxyRules::all(second.with_login(Login::new("two", "2nd")).behind(first).unwrap())
}

fn socks() -> proxy::Builder {
    proxy::Proxy::socks().login("one", "1st")
}

fn second() -> proxy::Builder {
    proxy::Proxy::http().login("two", "2nd")
}

faces! {
    async fn fetch(net: NetOptions, url: &str) -> landline::Result<String> {
        let client = client_with(net, Timeouts::default(), Limits::default());
        w!(w!(client.get(url).send())?.text())
    }

    fn a_proxy_is_reached_through_another_and_each_has_its_own_login() {
        let authority = Authority::new();
        let origin = http::Server::new();
        let safe = http::Server::tls(&authority.issue(&["a.test", "127.0.0.1"]));
        for (one_byte, tls) in [(false, false), (true, false), (false, true)] {
            let first = if one_byte { socks().one_byte().start() } else { socks().start() };
            let identity = authority.issue(&["proxy.test", "127.0.0.1"]);
            let second = if tls { second().tls(&identity).start() } else { second().start() };
            let mut net = trusting(authority.ca_der());
            let kind = if tls { "https" } else { "http" };
            net.proxy = chain("socks5h", &first, kind, &second);
            net.proxy.tls = net.tls.clone();
            let url = format!("http://a.test:{}/hello", origin.port());
            assert_eq!(w!(fetch(net.clone(), &url))?, HELLO);
            let url = format!("https://a.test:{}/hello", safe.port());
            assert_eq!(w!(fetch(net, &url))?, HELLO);
            let to_second = format!("SOCKS5 proxy.test:{} as one:1st", second.port());
            assert_eq!(first.asked(), [to_second.clone(), to_second]);
            let asked = second.asked();
            assert!(asked[0].starts_with("GET http://a.test:"), "{}", asked[0]);
            assert!(asked[1].starts_with("CONNECT a.test:"), "{}", asked[1]);
            assert!(asked.iter().all(|head| head.contains("Basic dHdvOjJuZA==")), "{asked:?}");
        }
        assert!(origin.received_text().iter().all(|text| !text.contains("dHdv")));
    }

    fn socks_behind_socks_and_ftp_with_its_data() {
        let server = landline_testkit::ftp::Server::builder().file("/a", "some bytes").start();
        let first = socks().start();
        let last = proxy::Proxy::socks().login("two", "2nd").start();
        let mut net = NetOptions::default();
        net.proxy = chain("socks5h", &first, "socks5h", &last);
        let opener = opener().net(net);
        let mut document = w!(opener.open(&format!("ftp://ftp.test:{}/a", server.port())))?;
        assert_eq!(w!(document.text())?, "some bytes");
        assert_eq!((first.asked().len(), last.asked().len()), (2, 2));
    }

    fn whoever_breaks_the_chain_is_named() {
        let closed = ClosedPort::new();
        let first = socks().start();
        let parsed = Proxy::parse(&format!("http://proxy.test:{}", closed.addr().port()))?;
        let front = Proxy::parse(&format!("socks5h://{}", first.addr()))?;
        let mut net = NetOptions::default();
        net.proxy = ProxyRules::all(parsed.behind(front.with_login(Login::new("one", "1st")))?);
        let error = w!(fetch(net, "http://a.test/")).unwrap_err();
        assert_eq!((error.kind(), error.phase()), (ErrorKind::Proxy, Phase::Connecting), "{error:?}");
        assert_eq!(error.command(), Some("SOCKS"));
        assert!(!format!("{error:?}{}", error.chain()).contains("1st"));
        let http = Proxy::parse("http://a.test")?;
        assert_eq!(http.clone().behind(http).unwrap_err().kind(), ErrorKind::Proxy);
    }

    #[cfg(unix)]
    fn a_socks_proxy_may_listen_on_a_unix_socket() {
        let (folder, origin) = (tempfile::tempdir()?, http::Server::new());
        let path = folder.path().join("the socket");
        let proxy = proxy::Proxy::socks().unix(&path).start();
        let text = format!("socks5h://localhost{}", path.display().to_string().replace(' ', "%20"));
        let mut net = NetOptions::default();
        net.proxy = ProxyRules::all(Proxy::parse(&text)?);
        let url = format!("http://a.test:{}/hello", origin.port());
        assert_eq!(w!(fetch(net.clone(), &url))?, HELLO);
        assert_eq!(proxy.asked(), [format!("SOCKS5 a.test:{}", origin.port())]);
        drop(proxy);
        let error = w!(fetch(net, &url)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.chain().contains("the socket"), "{}", error.chain());
    }

    fn the_proxy_line_is_the_first_thing_said_and_said_once() {
        let server = Server::tcp(|conn| {
            let head = conn.read_head()?;
            let mut text = String::from_utf8_lossy(&head).into_owned();
            for _ in 0..2 {
                let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len());
                conn.say(reply)?;
                text = String::from_utf8_lossy(&conn.read_head()?).into_owned();
            }
            Ok(())
        });
        let mut net = NetOptions::default();
        net.proxy_line = Some(ProxyLine::Of("192.0.2.7".parse()?));
        let client = client_with(net, Timeouts::default(), Limits::default());
        let mut reply = w!(client.get(&server.url("/a")).send())?;
        let port = reply.local().unwrap().port();
        let line = format!("PROXY TCP4 192.0.2.7 127.0.0.1 {port} {}\r\nGET /a ", server.port());
        let heard = w!(reply.text())?;
        assert!(heard.starts_with(&line), "{heard}");
        drop(reply);
        let heard = w!(w!(client.get(&server.url("/b")).send())?.text())?;
        assert!(heard.starts_with("GET /b "), "a kept connection has said it: {heard}");
    }

    fn the_proxy_line_goes_before_tls_and_through_tunnels() {
        let server = Server::tcp(|conn| {
            let line = conn.read_line()?;
            conn.say(line)
        });
        let proxy = proxy::Proxy::socks().start();
        let mut net = NetOptions::default();
        net.proxy_line = Some(ProxyLine::Own);
        net.proxy = ProxyRules::all(Proxy::parse(&format!("socks5h://{}", proxy.addr()))?);
        let error = w!(fetch(net, &format!("https://a.test:{}/", server.port()))).unwrap_err();
        assert_eq!(error.phase(), Phase::TlsHandshake, "{error:?}");
        let heard = server.received_text().concat();
        assert!(heard.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 "), "{heard}");
    }
}
