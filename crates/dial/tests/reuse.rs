//! Which transfers of one run share a connection, and what all their hops may send together.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
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
