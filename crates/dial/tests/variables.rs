//! `--variable` and `--expand-…` on the command line and in config files.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use room::{Room, sound};

#[test]
fn a_token_of_the_environment_goes_into_a_header_and_no_message() {
    let (room, server) = (Room::new(), Server::new());
    let line = [
        "-sS",
        "--variable",
        "%TOKEN",
        "--expand-header",
        "Authorization: Bearer {{TOKEN:trim}}",
        "-v",
        &server.url("/hello"),
    ];
    let output = sound(room.dial(&line).env("TOKEN", " CANARY\n").run());
    assert_eq!((output.exit(), &*output.text()), (0, "hello, world\n"), "{}", output.errors());
    assert_eq!(server.requests()[0].header("Authorization"), Some("Bearer CANARY"));
    assert!(!output.errors().contains("CANARY"), "{}", output.errors());
    let missing = room.run(&line);
    assert_eq!((missing.exit(), server.requests().len()), (2, 1));
    assert!(missing.errors().contains("Variable 'TOKEN' import fail, not set"));
}

#[test]
fn files_and_stdin_become_data_and_names() {
    let (room, server) = (Room::new(), Server::new());
    room.put("text", "say \"hi\"\n");
    let url = server.url("/sink");
    let line = [
        "-sS",
        "--variable",
        "text@text",
        "--variable",
        "who@-",
        "--variable",
        "few[5-6]@text",
        "--expand-json",
        r#"{"text": "{{text:trim:json}}", "who": "{{who:b64}}", "few": "{{few:url}}"}"#,
        "--expand-output",
        "{{who}}.txt",
        &url,
    ];
    let output = sound(room.dial(&line).stdin("me").run());
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let body = String::from_utf8(server.requests()[0].body.clone()).expect("text");
    assert_eq!(body, r#"{"text": "say \"hi\"", "who": "bWU=", "few": "hi"}"#);
    assert_eq!(room.names(), ["me.txt", "text"]);
    let output = room.run(&["-sS", "--variable", "a@nothing", &url]);
    assert_eq!(output.exit(), 26, "{}", output.errors());
}

#[test]
fn config_files_set_and_expand() {
    let (room, server) = (Room::new(), Server::new());
    let config = format!(
        "variable = \"host={}\"\nexpand-url = \"{{{{host}}}}/hello\"\n--expand-user-agent x{{{{n}}}}\n",
        server.url("")
    );
    room.put("c", config);
    let output = room.run(&["-sS", "--variable", "n=1", "-K", "c"]);
    assert_eq!((output.exit(), &*output.text()), (0, "hello, world\n"), "{}", output.errors());
    assert_eq!(server.requests()[0].header("User-Agent"), Some("x1"));
}
