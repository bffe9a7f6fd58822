//! Who asks: Digest against servers and proxies that check it, and who never hears of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::http::{AuthScheme, SigV4};
use landline::net::{NetOptions, Proxy, ProxyRules};
use landline::{ErrorKind, Limits, Login, Netrc, Timeouts};
use landline_testkit::http::{Request, Server};
use landline_testkit::proxy;
use support::faces;

fn proofs(server: &Server) -> Vec<Option<String>> {
    let of = |request: &Request| request.header("Authorization").map(str::to_owned);
    server.requests().iter().map(of).collect()
}

/// How many requests came with a proof and how many without.
fn with_and_without(server: &Server) -> (usize, usize) {
    let all = proofs(server);
    let with = all.iter().flatten().count();
    (with, all.len() - with)
}

fn through(proxy: &proxy::Proxy, scheme: AuthScheme) -> NetOptions {
    let parsed = Proxy::parse(&proxy.addr().to_string()).unwrap();
    let parsed = parsed.with_login(Login::new("me", "s3cret")).with_auth(scheme);
    let mut net = NetOptions::default();
    net.proxy = ProxyRules::all(parsed);
    net
}

fn away(from: &Server, to: &str) -> String {
    from.url(&format!("/redirect-to/307?{to}"))
}

faces! {
    fn every_algorithm_and_protection_is_answered_as_servers_check_it() {
        let server = Server::new();
        let client = client();
        for algorithm in ["MD5", "SHA-256", "SHA-512-256", "MD5-sess", "SHA-256-sess"] {
            for qop in ["auth", "auth-int", "none"] {
                let url = server.url(&format!("/digest/{algorithm}/{qop}/me/s3cret"));
                for body in ["", "abc"] {
                    let request = client.post(&url).bytes(body).digest_auth("me", "s3cret");
                    let mut reply = w!(request.send()).unwrap();
                    assert_eq!(w!(reply.text()).unwrap(), "hello, me\n", "{algorithm} {qop} {body}");
                }
                let rejected = w!(client.get(&url).digest_auth("me", "wrong").send()).unwrap();
                assert_eq!(rejected.status(), 401, "{algorithm} {qop}");
            }
        }
    }

    fn a_file_is_hashed_before_it_is_vouched_for() {
        let server = Server::new();
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &[b'x'; 100_000]).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        let url = server.url("/digest/MD5/auth-int/me/s3cret");
        let upload = landline::http::Upload::file(file).unwrap();
        let request = client().put(&url).body(upload).digest_auth("me", "s3cret");
        assert_eq!(w!(request.send()).unwrap().status(), 200);
        let lens: Vec<_> = server.requests().iter().map(|one| one.body.len()).collect();
        assert_eq!(lens, [0, 100_000]);
    }

    fn b5_what_one_origin_asked_is_answered_at_no_other_and_to_no_other_user() {
        let (one, other) = (Server::new(), Server::new());
        let client = client();
        let get = |server: &Server, user: &str| {
            let url = server.url(&format!("/digest/MD5/auth/{user}/s3cret"));
            client.get(&url).digest_auth(user, "s3cret")
        };
        for (server, user) in [(&one, "me"), (&one, "me"), (&other, "me"), (&one, "you")] {
            assert_eq!(w!(get(server, user).send()).unwrap().status(), 200);
        }
        // Each origin and each user was asked once.
        assert_eq!((with_and_without(&one), with_and_without(&other)), ((3, 2), (1, 1)));
        assert!(proofs(&other)[0].is_none());
    }

    fn b1_b5_a_redirect_to_another_origin_takes_no_proof_along() {
        for scheme in [AuthScheme::Basic, AuthScheme::Digest, AuthScheme::Any] {
            let (one, other) = (Server::new(), Server::new());
            let client = client();
            // Both are known before: what is remembered of the other is not to be used either.
            let known = client.get(&other.url("/digest/MD5/auth/me/s3cret"));
            w!(known.digest_auth("me", "s3cret").send()).unwrap();
            let before = other.requests().len();
            let back = one.url("/digest/MD5/auth/me/s3cret");
            let there = other.url(&format!("/redirect-to/307?{back}"));
            let request = client.get(&away(&one, &there)).login(Login::new("me", "s3cret"));
            let reply = w!(request.auth(scheme).send()).unwrap();
            assert_eq!(reply.status(), 401, "dropped is dropped, back at home too");
            assert!(proofs(&other)[before..].iter().all(Option::is_none), "{scheme:?}");
            assert_eq!(proofs(&one).last().unwrap(), &None, "{scheme:?}");
        }
    }

    fn b4_a_netrc_file_is_asked_at_each_hop_and_proven_as_each_wants_it() {
        let (one, other) = (Server::new(), Server::new());
        let netrc = Netrc::parse(b"machine localhost login you password p2\nmachine 127.0.0.1 login me password p1\n");
        let there = format!("http://localhost:{}/digest/SHA-256/auth/you/p2", other.port());
        let request = client().get(&away(&one, &there)).netrc(netrc.unwrap()).auth(AuthScheme::Digest);
        assert_eq!(w!(request.send()).unwrap().status(), 200);
        assert_eq!(with_and_without(&other), (1, 1));
        assert!(proofs(&other)[1].as_ref().unwrap().starts_with("Digest username=\"you\""));
    }

    fn b3_a_forwarding_proxy_is_answered_and_the_origin_hears_nothing_of_it() {
        for scheme in [AuthScheme::Digest, AuthScheme::Any] {
            let (origin, proxy) = (Server::new(), proxy::Proxy::http().login("me", "s3cret").digest().start());
            let client = client_with(through(&proxy, scheme), Timeouts::default(), Limits::default());
            for path in ["/hello?q", "/hello"] {
                let url = format!("http://a.test:{}{path}", origin.port());
                let mut reply = w!(client.get(&url).send()).unwrap();
                assert_eq!(w!(reply.text()).unwrap(), "hello, world\n");
            }
            let asked = proxy.asked();
            let proven: Vec<_> = asked.iter().map(|head| head.contains("Proxy-Authorization: Digest")).collect();
            assert_eq!(proven, [false, true, true], "the second request has its answer with it");
            assert!(asked[2].contains("nc=00000002"), "{asked:?}");
            assert!(origin.requests().iter().all(|one| !String::from_utf8_lossy(&one.head).contains("Proxy-")));
        }
    }

    fn b3_a_tunnel_is_asked_for_again_with_the_answer() {
        let (origin, proxy) = (Server::new(), proxy::Proxy::http().login("me", "s3cret").digest().start());
        let mut net = through(&proxy, AuthScheme::Digest);
        net.proxy = net.proxy.tunnel(true);
        let client = client_with(net, Timeouts::default(), Limits::default());
        let url = format!("http://a.test:{}/digest/MD5/auth/o/p", origin.port());
        let reply = w!(client.get(&url).digest_auth("o", "p").send()).unwrap();
        assert_eq!(reply.status(), 200);
        let asked = proxy.asked();
        assert_eq!((asked.len(), proxy.connections()), (2, 1), "over one connection: {asked:?}");
        assert!(!asked[0].contains("Proxy-Authorization") && asked[1].contains("uri=\"a.test:"), "{asked:?}");
        assert!(asked.iter().all(|head| !head.contains("\nAuthorization")));
        assert!(proofs(&origin)[1].as_ref().unwrap().contains("username=\"o\""));
    }

    fn a_proxy_that_rejects_the_answer_is_an_error_and_no_loop() {
        let (origin, proxy) = (Server::new(), proxy::Proxy::http().login("me", "other").digest().start());
        let mut net = through(&proxy, AuthScheme::Any);
        let url = format!("http://a.test:{}/hello", origin.port());
        let client = client_with(net.clone(), Timeouts::default(), Limits::default());
        assert_eq!(w!(client.get(&url).send()).unwrap().status(), 407);
        net.proxy = net.proxy.tunnel(true);
        let client = client_with(net, Timeouts::default(), Limits::default());
        let error = w!(client.get(&url).send()).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Proxy, Some(407)));
        assert!(!format!("{error:?}").contains("s3cret"));
        assert_eq!((proxy.asked().len(), origin.requests().len()), (4, 0));
    }

    fn a_407_of_an_origin_is_not_answered() {
        let proxy = proxy::Proxy::http().start();
        let origin = Server::new().route("/", |request, conn| {
            request.reply(conn, 407, &[("Proxy-Authenticate", "Digest realm=r, nonce=n")], "")
        });
        let mut net = through(&proxy, AuthScheme::Digest);
        net.proxy = net.proxy.tunnel(true);
        let client = client_with(net, Timeouts::default(), Limits::default());
        let url = format!("http://a.test:{}/", origin.port());
        assert_eq!(w!(client.get(&url).send()).unwrap().status(), 407);
        assert_eq!(origin.requests().len(), 1);
    }

    fn a_request_is_signed_for_its_host_and_no_secret_is_sent() {
        let (server, other) = (Server::new(), Server::new());
        let scope = SigV4::parse("aws:amz:r1:s3").unwrap();
        let request = client().post(&away(&server, &other.url("/echo"))).bytes("abc");
        let request = request.login(Login::new("AKID", "s3cret")).aws_sigv4(scope).header("X-Tag", "a");
        w!(request.send()).unwrap();
        let sent = &server.requests()[0];
        let proof = sent.header("Authorization").unwrap();
        assert!(proof.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{proof}");
        assert!(proof.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-tag,"), "{proof}");
        // SHA-256 of "abc".
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sent.header("x-amz-content-sha256"), Some(hash));
        assert!(sent.header("X-Amz-Date").is_some());
        let elsewhere = &other.requests()[0];
        for name in ["Authorization", "X-Amz-Date", "x-amz-content-sha256"] {
            assert_eq!(elsewhere.header(name), None, "b1: not at another origin");
        }
    }
}
