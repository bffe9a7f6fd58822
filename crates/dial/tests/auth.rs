//! Who asks, as the user meets it: --digest, --anyauth, their kin at proxies, signatures.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use landline_testkit::proxy::Proxy;
use room::{Room, is_one_message, run};

/// A page that only `me` with `canary` sees.
const PAGE: &str = "/digest/SHA-256/auth/me/canary";

fn proven(server: &Server) -> Vec<bool> {
    let requests = server.requests();
    requests.iter().map(|one| one.header("Authorization").is_some()).collect()
}

#[test]
fn a_login_by_digest_is_asked_for_once_for_all_urls_of_a_line() {
    let server = Server::new();
    let url = server.url(PAGE);
    for scheme in ["--digest", "--anyauth"] {
        let before = server.requests().len();
        let output = run(&["-sSf", scheme, "-u", "me:canary", &url, &url]);
        assert_eq!((output.exit(), &*output.text()), (0, "hello, me\nhello, me\n"));
        assert_eq!(proven(&server)[before..], [false, true, true], "{scheme}");
    }
}

#[test]
fn what_is_rejected_is_exit_22_and_no_loop() {
    let server = Server::new();
    for scheme in ["--digest", "--anyauth", "--basic"] {
        let before = server.requests().len();
        let output = run(&["-sSf", scheme, "-u", "me:wrong", &server.url(PAGE)]);
        assert_eq!((output.exit(), &*output.text()), (22, ""), "{scheme}");
        assert!(is_one_message(&output.errors(), 22), "{}", output.errors());
        assert!(server.requests().len() - before <= 2, "{scheme}");
    }
}

#[test]
fn a_body_is_sent_once_it_is_known_who_sends_it() {
    let server = Server::new();
    let room = Room::new();
    let line = ["-sSf", "--digest", "-u", "me:canary", "-T", "-", &server.url(PAGE)];
    let output = room.dial(&line).stdin("from a pipe").run();
    assert_eq!((output.exit(), &*output.text()), (0, "hello, me\n"), "{}", output.errors());
    let bodies: Vec<_> = server.requests().iter().map(|one| one.body.clone()).collect();
    assert_eq!(bodies, [&b""[..], b"from a pipe"]);
}

#[test]
fn b6_no_secret_is_told_to_who_watches() {
    let server = Server::new();
    let output = run(&["-v", "--digest", "-u", "me:canary", &server.url(PAGE)]);
    let told = output.errors();
    assert!(told.contains("> Authorization: Digest [masked]"), "{told}");
    assert!(
        !told.contains("canary") || told.matches("canary").count() == told.matches(PAGE).count()
    );
    let signed =
        run(&["-v", "--aws-sigv4", "aws:amz:r:s", "-u", "id:s3cret", &server.url("/hello")]);
    assert!(!signed.errors().contains("s3cret"), "{}", signed.errors());
}

#[test]
fn proxies_ask_and_are_answered() {
    let origin = Server::new();
    let url = format!("http://a.test:{}/hello", origin.port());
    for (tunnel, scheme) in [
        ("--no-proxytunnel", "--proxy-digest"),
        ("-p", "--proxy-digest"),
        ("-p", "--proxy-anyauth"),
    ] {
        let proxy = Proxy::http().login("me", "canary").digest().start();
        let address = proxy.addr().to_string();
        let good = run(&["-sSf", tunnel, scheme, "-x", &address, "-U", "me:canary", &url]);
        assert_eq!(
            (good.exit(), &*good.text()),
            (0, "hello, world\n"),
            "{tunnel} {scheme} {}",
            good.errors()
        );
        assert_eq!(proxy.asked().len(), 2);
        let bad = run(&["-sSf", tunnel, scheme, "-x", &address, "-U", "me:wrong", &url]);
        assert_eq!(bad.exit(), 22, "{}", bad.errors());
        assert_eq!(proxy.asked().len(), 4);
    }
    assert!(origin.requests().iter().all(|one| one.header("Proxy-Authorization").is_none()));
}

#[test]
fn users_in_urls_can_be_refused_those_of_redirects_too() {
    let server = Server::new();
    let with_user = format!("http://me@{}/hello", server.addr());
    let behind = server.url(&format!("/redirect-to/302?{with_user}"));
    for (url, requests) in [(&with_user, 0), (&behind, 1)] {
        let output = run(&["-sSL", "--disallow-username-in-url", url]);
        assert_eq!((output.exit(), &*output.text()), (67, ""), "{}", output.errors());
        assert_eq!(server.requests().len(), requests);
    }
}

#[test]
fn what_is_not_built_in_says_so() {
    for flag in ["--negotiate", "--ntlm", "--ntlm-wb", "--proxy-negotiate", "--proxy-ntlm"] {
        let output = run(&[flag, "-u", "a:b", "http://127.0.0.1:1/"]);
        assert_eq!(output.exit(), 2, "{flag}");
        assert!(output.errors().contains("not built in"), "{}", output.errors());
    }
    let output = run(&["--aws-sigv4", "aws::r", "-u", "a:b", "http://127.0.0.1:1/"]);
    assert_eq!(output.exit(), 2, "{}", output.errors());
}
