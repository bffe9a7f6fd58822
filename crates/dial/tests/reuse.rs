//! Which transfers of one run share a connection, and what all their hops may send together.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use landline_testkit::proxy::Proxy;
use landline_testkit::tls::Authority;
use room::{Room, is_one_message};

#[test]
fn one_connection_serves_every_url_and_every_group_that_agrees() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let output = room.run(&["-sS", &url, &url, "--next", "-sS", "-H", "X: y", &url]);
    assert_eq!((output.exit(), server.requests().len()), (0, 3), "{}", output.errors());
    assert_eq!(server.connections(), 1);
}

#[test]
fn another_address_family_is_another_connection() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let output = room.run(&["-sS", &url, "--next", "-sS", "-4", &url]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert_eq!(server.connections(), 2);
}

/// How many connections two transfers with these options took.
fn connections(room: &Room, server: &Server, one: &[&str], other: &[&str]) -> usize {
    let (url, before) = (server.url("/hello"), server.connections());
    let line = [&["-sS"], one, &[&url], &["--next", "-sS"], other, &[&url]].concat();
    let output = room.run(&line);
    let result = (output.exit(), &*output.text());
    assert_eq!(result, (0, "hello, world\nhello, world\n"), "{line:?}: {}", output.errors());
    server.connections() - before
}

#[test]
fn d1_only_who_agrees_on_everything_shares_a_connection() {
    let (room, authority, proxy) = (Room::new(), Authority::new(), Proxy::http().start());
    let server = Server::tls(&authority.issue(&["localhost", "127.0.0.1"]));
    room.put("ca", authority.ca_pem());
    room.put("more", [authority.ca_pem(), Authority::new().ca_pem()].concat());
    for name in ["me", "you"] {
        let identity = authority.issue_client(name);
        room.put(name, [identity.certificate_pem(), identity.key_pem()].concat());
    }
    let address = format!("http://{}", proxy.addr());
    let options: &[&[&str]] = &[
        &["--cacert", "ca"],
        &["--cacert", "more"],
        &["-k"],
        &["--cacert", "ca", "--cert", "me"],
        &["--cacert", "ca", "--cert", "you"],
        &["--cacert", "ca", "--tls-max", "1.2"],
        &["--cacert", "ca", "--tlsv1.3"],
        &["--cacert", "ca", "--tls13-ciphers", "TLS_AES_128_GCM_SHA256"],
        &["--cacert", "ca", "--no-alpn"],
        &["--cacert", "ca", "-4"],
        &["--cacert", "ca", "--interface", "127.0.0.1"],
        &["--cacert", "ca", "--connect-to", "::localhost:"],
        &["--cacert", "ca", "-x", &address],
        &["--cacert", "ca", "-x", &address, "-U", "me:one"],
        &["--cacert", "ca", "-x", &address, "-U", "me:two"],
    ];
    for (at, one) in options.iter().enumerate() {
        for (further, other) in options[at..].iter().enumerate() {
            let wanted = if further == 0 { 1 } else { 2 };
            assert_eq!(connections(&room, &server, one, other), wanted, "{one:?} {other:?}");
        }
    }
}

#[test]
fn heads_of_all_hops_together_have_a_limit() {
    let filler = "x".repeat(90_000);
    let server = Server::new().route("/again", move |request, conn| {
        request.reply(conn, 302, &[("Location", "/again"), ("X-Filler", &filler)], b"")
    });
    let room = Room::new();
    let output = room.run(&["-sS", "-L", "-i", "--max-redirs", "-1", &server.url("/again")]);
    assert_eq!(output.exit(), 100);
    assert!(is_one_message(&output.errors(), 100), "{}", output.errors());
    assert!(output.peak_rss_bytes < 32 << 20, "{} bytes resident", output.peak_rss_bytes);
}

#[test]
fn session_keys_are_written_where_the_variable_says_and_nowhere_else() {
    let authority = Authority::new();
    let server = Server::tls(&authority.issue(&["localhost", "127.0.0.1"]));
    let url = server.url("/hello");
    let room = Room::new();
    room.put("ca", authority.ca_pem());
    for (name, is_written) in [("SSLKEYLOGFILE", true), ("UNRELATED", false)] {
        let keys = room.at(name);
        let run = room.dial(&["-sS", "--cacert", "ca", &url]).env(name, &keys);
        assert_eq!(run.run().exit(), 0);
        let written = room.get(name).unwrap_or_default();
        let has_keys = written.starts_with(b"CLIENT_") || written.starts_with(b"SERVER_");
        assert_eq!(has_keys, is_written, "{name}: {}", String::from_utf8_lossy(&written));
    }
}
