//! Who logs in by a netrc file: the file beside URL, redirect and what the caller says (class B4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use landline::http::RedirectPolicy;
use landline::net::NetOptions;
use landline::{ErrorKind, Limits, Login, Netrc, Timeouts};
use landline_testkit::tls::Authority;
use landline_testkit::{ftp, http};
use support::{any_host, faces};

const FILE: &str = "machine a.test login al password a1
    machine a.test login bob password b2
    machine c.test login carl
    machine e.test password e5
    default login dora password d4";

/// A URL of the server under any host; `>` leads on to the next.
fn url(server: &http::Server, hops: &str) -> String {
    let full = |hop: &str| {
        let (authority, path) = hop.split_once('/').unwrap_or((hop, "hello"));
        format!("http://{authority}:{}/{path}", server.port())
    };
    let mut hops = hops.split('>').rev();
    let last = full(hops.next().unwrap());
    hops.fold(last, |next, hop| full(&format!("{hop}/redirect-to/302?{next}")))
}

/// Who has logged in, connection by connection: `user:password`, or `-` for nobody.
fn logins(server: &http::Server) -> String {
    let one = |request: http::Request| match request.header("Authorization") {
        Some(value) => {
            let pair = STANDARD.decode(value.strip_prefix("Basic ").unwrap()).unwrap();
            String::from_utf8(pair).unwrap()
        }
        None => "-".to_owned(),
    };
    server.requests().into_iter().map(one).collect::<Vec<_>>().join(" ")
}

fn trusting_all() -> RedirectPolicy {
    let mut policy = RedirectPolicy::default();
    policy.trust_all = true;
    policy
}

faces! {
    async fn came(hops: &str, change: impl FnOnce(Netrc) -> Netrc, policy: RedirectPolicy) -> String {
        let server = http::Server::new();
        let limits = Limits::default();
        let client = client_with(any_host(server.port()), Timeouts::default(), limits);
        let netrc = change(Netrc::parse(FILE.as_bytes()).unwrap());
        let request = client.netrc(netrc).get(&url(&server, hops)).redirects(policy);
        w!(request.send()).unwrap();
        logins(&server)
    }

    fn b4_the_file_is_asked_by_host_and_user() {
        for (hops, expected) in [
            ("a.test", "al:a1"),
            ("A.TEST", "al:a1"),
            ("al@a.test", "al:a1"),
            ("bob@a.test", "bob:b2"),
            ("carl@a.test", "carl:"),
            ("dora@a.test", "dora:d4"),
            ("Bob@a.test", "Bob:"),
            ("bob:url@a.test", "bob:url"),
            ("bob:@a.test", "bob:"),
            ("eve:url@a.test", "eve:url"),
            ("c.test", "carl:"),
            ("carl@c.test", "carl:"),
            ("e.test", ":e5"),
            ("al@e.test", "al:"),
            ("sub.a.test", "dora:d4"),
            ("bob@other.test", "bob:"),
        ] {
            let got = w!(came(hops, |netrc| netrc, RedirectPolicy::default()));
            assert_eq!(got, expected, "{hops}");
        }
    }

    fn b4_default_is_for_nobody_a_redirect_leads_to() {
        for (hops, expected) in [
            ("a.test>b.test", "al:a1 -"),
            ("b.test>a.test", "dora:d4 al:a1"),
            ("b.test>other.test", "dora:d4 -"),
            ("b.test>dora@other.test", "dora:d4 dora:"),
            ("dora@b.test>dora@b.test", "dora:d4 dora:d4"),
            ("a.test>b.test>a.test", "al:a1 al:a1 -"),
            ("a.test>c.test>b.test", "al:a1 carl: -"),
        ] {
            let got = w!(came(hops, |netrc| netrc, RedirectPolicy::default()));
            assert_eq!(got, expected, "{hops}");
        }
    }

    fn b4_a_user_in_a_redirect_gets_no_password_but_its_own() {
        for (hops, expected) in [
            ("a.test>a.test", "al:a1 al:a1"),
            ("a.test>bob@a.test", "al:a1 bob:b2"),
            ("a.test>eve@a.test", "al:a1 eve:"),
            ("a.test>eve@c.test", "al:a1 eve:"),
            ("bob@a.test>a.test", "bob:b2 bob:b2"),
            ("eve:url@b.test>a.test", "eve:url al:a1"),
            ("eve:url@b.test>eve@a.test", "eve:url eve:"),
        ] {
            let got = w!(came(hops, |netrc| netrc, RedirectPolicy::default()));
            assert_eq!(got, expected, "{hops}");
        }
    }

    fn b4_what_the_file_says_of_a_host_goes_to_no_other_however_trusted() {
        for (hops, expected) in [
            ("a.test>b.test", "al:a1 -"),
            ("a.test>c.test", "al:a1 carl:"),
            ("eve:url@b.test>a.test", "eve:url eve:url"),
        ] {
            assert_eq!(w!(came(hops, |netrc| netrc, trusting_all())), expected, "{hops}");
        }
    }

    fn b4_before_urls_the_file_is_asked_for_the_very_user_too() {
        for (hops, expected) in [
            ("bob:url@a.test", "bob:b2"),
            ("eve:url@a.test", "eve:url"),
            ("eve:url@b.test", "eve:url"),
            ("a.test>bob:url@a.test", "al:a1 bob:b2"),
        ] {
            let got = w!(came(hops, Netrc::before_urls, RedirectPolicy::default()));
            assert_eq!(got, expected, "{hops}");
        }
    }

    fn b4_what_the_caller_says_goes_before_the_file() {
        let server = http::Server::new();
        let limits = Limits::default();
        let client = client_with(any_host(server.port()), Timeouts::default(), limits);
        let client = client.netrc(Netrc::parse(FILE.as_bytes())?);
        let url = url(&server, "a.test>bob@a.test>c.test");
        w!(client.get(&url).basic_auth("me", "mine").send())?;
        assert_eq!(logins(&server), "me:mine me:mine carl:");
        w!(client.get(&url).bearer_auth("token").send())?;
        let bearers = server.requests().into_iter();
        let bearers = bearers.filter(|one| one.header("Authorization") == Some("Bearer token"));
        assert_eq!(bearers.count(), 2, "one for each at its own origin, none beyond");
    }

    fn b1_b4_the_file_says_nothing_in_the_clear_behind_tls() {
        let authority = Authority::new();
        let open = http::Server::new();
        let to = format!("http://a.test:{}/hello", open.port());
        let safe = http::Server::tls(&authority.issue(&["a.test"]))
            .route("/away", move |request, conn| {
                request.reply(conn, 302, &[("Location", &to)], "")
            });
        let mut net: NetOptions = any_host(safe.port());
        net.resolve.extend(any_host(open.port()).resolve);
        net.tls.only_authorities = Some(vec![authority.ca_der()]);
        let client = client_with(net, Timeouts::default(), Limits::default());
        let client = client.netrc(Netrc::parse(FILE.as_bytes())?);
        w!(client.get(&format!("https://a.test:{}/away", safe.port())).send())?;
        assert_eq!((&*logins(&safe), &*logins(&open)), ("al:a1", "-"));
    }

    fn an_opener_asks_the_file_for_http_and_ftp() {
        let netrc = || Netrc::parse(b"machine 127.0.0.1 login me password secret\n");
        let http = http::Server::new();
        w!(opener().netrc(netrc()?).open(&http.url("/hello")))?;
        assert_eq!(logins(&http), "me:secret");
        let server = ftp::Server::builder().login("me", "secret").no_anonymous().file("/f", "x");
        let server = server.start();
        let url = server.url("/f");
        let by_file = opener().netrc(netrc()?);
        assert_eq!(w!(w!(by_file.open(&url))?.text())?, "x");
        w!(ftp_client().netrc(netrc()?).info(&url))?;
        let eve = url.replace("ftp://", "ftp://eve@");
        assert_eq!(w!(by_file.open(&eve)).unwrap_err().kind(), ErrorKind::Login);
        let by_caller = by_file.login(Login::new("me", "wrong"));
        assert_eq!(w!(by_caller.open(&url)).unwrap_err().kind(), ErrorKind::Login);
    }
}

#[test]
fn b6_a_file_that_cannot_be_read_is_told_without_its_secrets() {
    let error = Netrc::parse(b"machine a password \"secret").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert_eq!(error.chain(), "the netrc file cannot be read: line 1: a quote stays open");
    let shown = format!("{:?} {:?}", error, Netrc::parse(b"machine a password secret").unwrap());
    assert!(!shown.contains("secret"), "{shown}");
    assert_eq!(Netrc::load("/nowhere/at/all").unwrap_err().kind(), ErrorKind::File);
}
