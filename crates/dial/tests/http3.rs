//! The command over HTTP/3, against Caddy.
#![cfg(feature = "http3")]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room;

use landline_interop::{Daemon, caddy, is_installed, pattern};
use landline_testkit::ClosedPort;
use landline_testkit::tls::Authority;
use room::{DIAL, Room};

/// Caddy with a few documents, and a room in which `ca.pem` says whom to trust.
fn served() -> Option<(Daemon, Room)> {
    if !is_installed("caddy") {
        return None;
    }
    let (room, folder) = (Room::new(), tempfile::TempDir::new().unwrap());
    let authority = Authority::new();
    let files = authority.issue(&["localhost"]).write_to(folder.path());
    room.put("ca.pem", authority.ca_pem());
    std::fs::create_dir_all(folder.path().join("www")).unwrap();
    std::fs::write(folder.path().join("www/small.txt"), "hello\n").unwrap();
    std::fs::write(folder.path().join("www/big"), pattern(0, 5_000_000)).unwrap();
    Some((caddy(folder, &files, "h1 h2 h3"), room))
}

#[test]
fn documents_are_read_over_http3() {
    let Some((server, room)) = served() else { return };
    let (small, big) = (server.url("https", "/small.txt"), server.url("https", "/big"));
    let line =
        ["-sS", "--cacert", "ca.pem", "--http3-only", "-w", "%{http_version} %{http_code}\n"];
    let output = room.of(DIAL, &[&line[..], &[&small]].concat()).run();
    assert_eq!(
        (output.exit(), output.text().as_str()),
        (0, "hello\n3 200\n"),
        "{}",
        output.errors()
    );
    let parallel = ["-Z", "-o", "a", &big, "-o", "b", &big, "-o", "c", &small];
    let output = room.of(DIAL, &[&line[..], &parallel].concat()).run();
    assert_eq!((output.exit(), output.text().as_str()), (0, "3 200\n3 200\n3 200\n"));
    for name in ["a", "b"] {
        assert!(room.get(name) == Some(pattern(0, 5_000_000)), "{name} came out changed");
    }
    let output = room.of(DIAL, &["-sv", "--cacert", "ca.pem", "--http3-only", "-I", &small]).run();
    let shown = output.errors();
    for words in ["* ALPN: server accepted h3", "> HEAD /small.txt HTTP/3", "< HTTP/3 200"] {
        assert!(shown.contains(words), "{words} not in {shown}");
    }
}

#[test]
fn what_the_server_says_of_http3_is_kept_and_used() {
    let Some((server, room)) = served() else { return };
    let url = server.url("https", "/small.txt");
    for version in ["2", "3"] {
        let line = [
            "-sS",
            "--cacert",
            "ca.pem",
            "--alt-svc",
            "places",
            "-o",
            "x",
            "-w",
            "%{http_version}",
        ];
        let output = room.of(DIAL, &[&line[..], &[&url]].concat()).run();
        assert_eq!((output.exit(), output.text().as_str()), (0, version), "{}", output.errors());
    }
}

#[test]
fn failures_have_curls_numbers() {
    let room = Room::new();
    let nobody = ClosedPort::new();
    let url = format!("https://{}/", nobody.addr());
    for (line, code) in [
        (&["--http3-only", &url][..], 7),
        (&["--http3", &url], 7),
        (&["--http3-only", "http://127.0.0.1/"], 3),
        (&["--http3-only", "-x", "http://127.0.0.1:1", &url], 3),
        (&["--http3-only", "-x", "http://127.0.0.1:1", "http://127.0.0.1/"], 3),
    ] {
        let output = room.of(DIAL, &[&["-sS"], line].concat()).run();
        assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
    }
    let Some((server, room)) = served() else { return };
    let url = server.url("https", "/small.txt");
    assert_eq!(room.of(DIAL, &["-sS", "--http3-only", &url]).run().exit(), 60);
}
