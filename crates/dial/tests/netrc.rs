//! Netrc files and tokens as the user meets them: messages, exit codes, what stays hidden.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use landline_testkit::{ftp, http};
use room::{Room, is_one_message, sound};

const FILE: &str = "machine 127.0.0.1 login me password canary";

/// A room with a netrc file of this mode in its home.
fn room(mode: u32) -> Room {
    let room = Room::new();
    room.put(".netrc", FILE);
    set_permissions(room.at(".netrc"), Permissions::from_mode(mode)).expect("it is ours");
    room
}

#[test]
fn b4_a_file_that_others_can_read_is_warned_about() {
    let server = http::Server::new();
    for (mode, is_told) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
        let output =
            room(mode).run(&["-S", "--no-progress-meter", "-n", &server.url("/auth/me/canary")]);
        assert_eq!((output.exit(), &*output.text()), (0, "hello, me\n"), "{}", output.errors());
        let errors = output.errors();
        assert_eq!(errors.starts_with("Warning: others can read the passwords in"), is_told);
        assert_eq!(errors.is_empty(), !is_told, "{errors}");
    }
}

#[test]
fn the_file_lies_at_home_or_where_netrc_says() {
    let server = http::Server::new();
    let room = room(0o600);
    room.put("other", "machine 127.0.0.1 login you password canary");
    let url = server.url("/auth/you/canary");
    let named = sound(room.dial(&["-s", "-n", &url]).env("NETRC", "other").run());
    assert_eq!(named.text(), "hello, you\n");
    let url = server.url("/auth/me/canary");
    assert_eq!(sound(room.dial(&["-s", "-n", &url]).env("NETRC", "").run()).text(), "hello, me\n");
    assert_eq!(room.run(&["-sf", &url]).exit(), 22, "nobody asks for the file");
}

#[test]
fn ftp_asks_the_file_too() {
    let server = ftp::Server::builder().login("me", "canary").no_anonymous().file("/f", "x");
    let (server, room) = (server.start(), room(0o600));
    assert_eq!(room.run(&["-s", "-n", &server.url("/f")]).text(), "x");
    let eve = server.url("/f").replace("ftp://", "ftp://eve@");
    assert_eq!(room.run(&["-s", "-n", &eve]).exit(), 67);
    assert_eq!(room.run(&["-s", "-n", "-u", "me:wrong", &server.url("/f")]).exit(), 67);
}

#[test]
fn a_file_that_is_not_there_or_cannot_be_read_is_one_message_without_secrets() {
    let server = http::Server::new();
    let room = Room::new();
    room.put("bad", "machine 127.0.0.1\nlogin me password \"canary\n");
    room.put("long", vec![b'\n'; 200_000]);
    let url = server.url("/hello");
    for (file, says) in [
        ("nowhere", "no netrc file 'nowhere'"),
        ("bad", "the netrc file 'bad' cannot be read: line 2: a quote stays open"),
        ("long", "the netrc file 'long' cannot be read: the file is longer than 131072 bytes"),
    ] {
        let output = room.run(&["-sS", "--netrc-file", file, &url]);
        let errors = output.errors();
        assert_eq!(output.exit(), 26, "{errors}");
        assert!(is_one_message(&errors, 26) && errors.contains(says), "{errors}");
        assert!(!errors.contains("canary"), "{errors}");
    }
    assert_eq!(room.run(&["-sS", "-n", &url]).exit(), 26);
    assert_eq!(room.run(&["-sS", "--netrc-optional", &url]).text(), "hello, world\n");
    assert_eq!(server.connections(), 1);
}

#[test]
fn b6_neither_passwords_nor_tokens_are_shown() {
    let server = http::Server::new();
    let room = room(0o600);
    for line in [&["-n"][..], &["--oauth2-bearer", "canary"]] {
        let url = server.url("/echo");
        let line = [&["-v", "-w", "%{json}", "-o", "x"], line, &[&*url]].concat();
        let output = room.run(&line);
        assert!(room.get("x").is_some_and(|echo| !echo.is_empty()));
        let shown = output.text() + &output.errors();
        assert!(shown.contains("[masked]"), "{shown}");
        assert!(!shown.contains("canary") && !shown.contains("Y2FuYXJ5"), "{shown}");
        assert!(!shown.contains("bWU6Y2FuYXJ5"), "{shown}");
    }
}
