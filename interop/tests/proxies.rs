//! The ways through Squid, tinyproxy, microsocks and stunnel.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use landline::http::{AuthScheme, Client};
use landline::net::{NetOptions, Proxy, ProxyRules};
use landline::{Error, ErrorKind, Limits, Login, Opener, Phase, Timeouts};
use landline_interop::{
    Daemon, LOGIN, SquidLogin, microsocks, nghttpx, pattern, squid, stunnel, tinyproxy,
};
use landline_testkit::tls::Authority;
use landline_testkit::{ClosedPort, ftp, http};

const HELLO: &str = "hello, world\n";
const BIG_BYTES: u64 = 3_000_000;

/// Two origins: with TLS and without.
struct Origins {
    plain: http::Server,
    safe: http::Server,
    authority: Authority,
}

impl Origins {
    fn new() -> Self {
        let authority = Authority::new();
        let safe = http::Server::tls(&authority.issue(&["localhost", "127.0.0.1"]));
        Self { plain: http::Server::new(), safe, authority }
    }

    /// Everything through `proxy`, which speaks `scheme`, by this login if any.
    fn through(&self, scheme: &str, proxy: &Daemon, login: Option<(&str, &str)>) -> NetOptions {
        let mut parsed = Proxy::parse(&format!("{scheme}://{}", proxy.address())).unwrap();
        if let Some((user, password)) = login {
            parsed = parsed.with_login(Login::new(user, password));
        }
        self.by(parsed)
    }

    fn by(&self, proxy: Proxy) -> NetOptions {
        let mut net = NetOptions::default();
        net.tls.only_authorities = Some(vec![self.authority.ca_der()]);
        net.proxy = ProxyRules::all(proxy);
        net.proxy.tls = net.tls.clone();
        net
    }

    fn urls(&self) -> [String; 2] {
        let both = [("http", &self.plain), ("https", &self.safe)];
        both.map(|(scheme, server)| format!("{scheme}://127.0.0.1:{}", server.port()))
    }

    /// Documents come through whole, connections are kept, and nobody behind hears of the login.
    fn are_reached(&self, net: &NetOptions) {
        for tunnel in [false, true] {
            let mut net = net.clone();
            net.proxy = net.proxy.tunnel(tunnel);
            let client = client(net);
            for url in self.urls() {
                for _ in 0..2 {
                    let mut reply = client.get(&format!("{url}/hello")).send().unwrap();
                    assert_eq!((reply.status(), &*reply.text().unwrap()), (200, HELLO), "{url}");
                }
                let mut reply = client.get(&format!("{url}/bytes/{BIG_BYTES}")).send().unwrap();
                assert!(reply.read_to_vec().unwrap() == pattern(0, BIG_BYTES), "{url}");
            }
        }
        for text in [self.plain.received_text(), self.safe.received_text()].concat() {
            assert!(!text.to_lowercase().contains("proxy-auth"), "{text}");
        }
    }

    /// FTP with its data connections, and gopher, which know nothing of proxies.
    fn are_reached_by_others(&self, net: &NetOptions) {
        let server = ftp::Server::builder().file("/pub/a", "some bytes").start();
        let opener = Opener::new().unwrap().net(net.clone());
        let mut document =
            opener.open(&format!("ftp://127.0.0.1:{}/pub/a", server.port())).unwrap();
        assert_eq!(document.text().unwrap(), "some bytes");
        let gopher = landline_testkit::Server::tcp(|conn| {
            conn.read_line()?;
            conn.say("a text\r\n.\r\n")
        });
        let mut document =
            opener.open(&format!("gopher://127.0.0.1:{}/0/a", gopher.port())).unwrap();
        assert_eq!(document.text().unwrap(), "a text\r\n.\r\n");
    }
}

fn client(net: NetOptions) -> Client {
    let mut timeouts = Timeouts::default();
    timeouts.connect = Some(Duration::from_secs(20));
    Client::with_options(net, timeouts, Limits::default()).unwrap()
}

fn refusal(net: &NetOptions, url: &str) -> Error {
    let error = client(net.clone()).get(url).send().unwrap_err();
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Proxy, Phase::Connecting), "{error:?}");
    assert!(!format!("{error:?}{}", error.chain()).contains("s3cret"));
    error
}

#[test]
fn squid_forwards_and_tunnels() {
    let Some(proxy) = squid(SquidLogin::None) else { return };
    let origins = Origins::new();
    let net = origins.through("http", &proxy, None);
    origins.are_reached(&net);
    origins.are_reached_by_others(&net);
    assert_eq!(refusal(&net, "https://127.0.0.1:1/").status(), Some(403));
    let closed = ClosedPort::new();
    let error = refusal(&net, &format!("https://{}/", closed.addr()));
    assert!(matches!(error.status(), Some(502..=504)), "{error:?}");
    let reply = client(net).get("http://127.0.0.1:1/").send().unwrap();
    assert_eq!(reply.status(), 403, "a forwarding proxy's word is a reply");
}

#[test]
fn squid_lets_in_by_basic() {
    let Some(proxy) = squid(SquidLogin::Basic) else { return };
    let origins = Origins::new();
    origins.are_reached(&origins.through("http", &proxy, Some(LOGIN)));
    let [plain, safe] = origins.urls();
    for wrong in [None, Some(("me", "wrong")), Some(("you", "s3cret"))] {
        let net = origins.through("http", &proxy, wrong);
        assert_eq!(refusal(&net, &safe).status(), Some(407));
        assert_eq!(client(net).get(&plain).send().unwrap().status(), 407);
    }
}

#[test]
fn squid_lets_in_by_digest() {
    let Some(proxy) = squid(SquidLogin::Digest) else { return };
    let origins = Origins::new();
    let by = |scheme, login: (&str, &str)| {
        let parsed = Proxy::parse(&format!("http://{}", proxy.address())).unwrap();
        origins.by(parsed.with_login(Login::new(login.0, login.1)).with_auth(scheme))
    };
    let [plain, safe] = origins.urls();
    for scheme in [AuthScheme::Digest, AuthScheme::Any] {
        origins.are_reached(&by(scheme, LOGIN));
        for wrong in [("me", "wrong"), ("you", "s3cret")] {
            assert_eq!(refusal(&by(scheme, wrong), &safe).status(), Some(407));
            assert_eq!(client(by(scheme, wrong)).get(&plain).send().unwrap().status(), 407);
        }
    }
    origins.are_reached_by_others(&by(AuthScheme::Digest, LOGIN));
    // Basic would show the password to a proxy that has not asked for it so.
    assert_eq!(refusal(&by(AuthScheme::Basic, LOGIN), &safe).status(), Some(407));
}

#[test]
fn tinyproxy_forwards_and_tunnels() {
    let Some(proxy) = tinyproxy(true) else { return };
    let origins = Origins::new();
    let net = origins.through("http", &proxy, Some(LOGIN));
    origins.are_reached(&net);
    origins.are_reached_by_others(&net);
    assert_eq!(refusal(&net, "https://refused.test/").status(), Some(403));
    let net = origins.through("http", &proxy, Some(("me", "wrong")));
    let status = refusal(&net, &origins.urls()[1]).status();
    assert!(matches!(status, Some(401 | 407)), "{status:?}");
}

#[test]
fn stunnel_makes_an_https_proxy_of_it() {
    let Some(behind) = tinyproxy(false) else { return };
    let origins = Origins::new();
    let identity = origins.authority.issue(&["127.0.0.1"]);
    let Some(proxy) = stunnel(&identity, &behind) else { return };
    origins.are_reached(&origins.through("https", &proxy, None));
    let mut net = origins.through("https", &proxy, None);
    net.proxy.tls = landline::net::TlsOptions::default();
    let error = client(net).get(&origins.urls()[0]).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
}

#[test]
fn microsocks_leads_there_by_password() {
    let Some(proxy) = microsocks(true) else { return };
    let origins = Origins::new();
    for scheme in ["socks5", "socks5h"] {
        let net = origins.through(scheme, &proxy, Some(LOGIN));
        origins.are_reached(&net);
        origins.are_reached_by_others(&net);
        let closed = ClosedPort::new();
        let error = refusal(&net, &format!("http://{}/", closed.addr()));
        assert!(error.chain().contains("refused"), "{}", error.chain());
        for wrong in [None, Some(("me", "wrong"))] {
            let net = origins.through(scheme, &proxy, wrong);
            assert_eq!(refusal(&net, &origins.urls()[0]).command(), Some("SOCKS"));
        }
    }
}

#[test]
fn microsocks_in_front_of_squid() {
    let Some(second) = squid(SquidLogin::Basic) else { return };
    let Some(first) = microsocks(false) else { return };
    let origins = Origins::new();
    let mut net = origins.through("http", &second, None);
    let parsed = Proxy::parse(&format!("http://me:s3cret@{}", second.address())).unwrap();
    let front = Proxy::parse(&format!("socks5h://{}", first.address())).unwrap();
    net.proxy = net.proxy.through(Some(parsed.behind(front).unwrap()));
    origins.are_reached(&net);
}

/// nghttpx has the answer of the one behind it, so who asks is known there.
#[test]
fn tunnels_over_http2_lead_through_nghttpx() {
    let origins = Origins::new();
    let identity = origins.authority.issue(&["127.0.0.1"]);
    let Some(squid) = squid(SquidLogin::Basic) else { return };
    let Some(nghttpx) = nghttpx(&identity, &squid) else { return };
    let by = |login: (&str, &str)| {
        let proxy = Proxy::parse(&format!("https://{}", nghttpx.address())).unwrap();
        let mut net = origins.by(proxy.with_login(Login::new(login.0, login.1)).with_http2(true));
        net.proxy = net.proxy.tunnel(true);
        client(net)
    };
    let client = by(LOGIN);
    for url in origins.urls() {
        for number in 0..3 {
            let mut reply = client.get(&format!("{url}/bytes/{BIG_BYTES}")).send().unwrap();
            assert_eq!(reply.counts().connects, usize::from(number == 0), "{url}");
            assert!(reply.read_to_vec().unwrap() == pattern(0, BIG_BYTES), "changed on the way");
        }
    }
    let error = by(("me", "wrong")).get(&origins.urls()[1]).send().unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Proxy, Some(407)), "{error}");
}
