//! Small things in which people rely on curl: codes, what is sent, what is kept.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use landline_testkit::proxy::Proxy;
use room::{Room, run};

#[test]
fn fail_means_the_answer_of_a_proxy_too() {
    for status in ["407 Auth", "502 Bad"] {
        let proxy = Proxy::http().saying(format!("HTTP/1.1 {status}\r\n\r\n")).start();
        let address = format!("http://127.0.0.1:{}", proxy.port());
        for (line, code) in [
            (&["-f", "https://a.test/"][..], 22),
            (&["-f", "-p", "http://a.test/"], 22),
            (&["--fail-with-body", "https://a.test/"], 56),
            (&["https://a.test/"], 56),
        ] {
            let output = run(&[&["-sS", "-x", &address], line].concat());
            assert_eq!(output.exit(), code, "{status} {line:?}: {}", output.errors());
            assert!(output.errors().contains("refused CONNECT"), "{}", output.errors());
        }
    }
}

#[test]
fn row_56_a_file_for_heads_that_cannot_be_made_is_23_before_any_request() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/echo");
    for line in [&["-D", "no/heads", "-d", "x", &url][..], &["-D", ".", &url, &url]] {
        let output = room.run(&[&["-sS"], line].concat());
        assert_eq!(output.exit(), 23, "{line:?}: {}", output.errors());
        assert_eq!(output.errors().lines().count(), 1, "{}", output.errors());
    }
    assert!(server.requests().is_empty() && room.names().is_empty());
    // What the group before has learnt is kept.
    let server = Server::new()
        .route("/set", |request, conn| request.reply(conn, 200, &[("Set-Cookie", "a=b")], b""));
    let url = server.url("/set");
    let output = room.run(&["-sS", "-c", "jar", &url, "--next", "-D", "no/heads", &url]);
    assert_eq!((output.exit(), room.names()), (23, vec!["jar".to_owned()]));
}

#[test]
fn each_group_begins_its_heads_anew() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let heads = |line: &[&str]| {
        assert_eq!(room.run(line).exit(), 0);
        let text = room.get("heads").expect("written");
        String::from_utf8_lossy(&text).matches("HTTP/1.1 200").count()
    };
    assert_eq!(heads(&["-s", "-D", "heads", &url, &url]), 2);
    assert_eq!(heads(&["-s", "-D", "heads", &url, "--next", "-s", "-D", "heads", &url]), 1);
}

#[test]
fn a_retry_after_of_nothing_leaves_the_wait_to_us() {
    let server = Server::new()
        .route("/busy", |request, conn| request.reply(conn, 503, &[("Retry-After", "0")], b""));
    let url = server.url("/busy");
    let quiet = "--no-progress-meter";
    let output = run(&[quiet, "-w", "%{num_retries}", "--retry", "1", "--retry-delay", "1", &url]);
    assert_eq!((output.exit(), &*output.text()), (0, "1"));
    assert!(output.took.as_millis() >= 1000, "{:?}", output.took);
    assert!(output.errors().contains("retry in 1.000 seconds"), "{}", output.errors());
}

#[cfg(unix)]
#[test]
fn folders_that_are_made_are_not_for_everybody() {
    use std::os::unix::fs::PermissionsExt;
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let sum = "sha256=853ff93762a06ddbf722c4ebe9ddd66d8f63ddaea97f521c3ecc20da7c976020";
    for (line, folders) in [
        (&["-o", "a/b/out"][..], ["a", "a/b"]),
        (&["--checksum", sum, "-o", "c/d/out"], ["c", "c/d"]),
    ] {
        let output = room.run(&[&["-sS", "--create-dirs"], line, &[&url]].concat());
        assert_eq!(output.exit(), 0, "{}", output.errors());
        for folder in folders {
            let facts = std::fs::metadata(room.at(folder)).expect("a folder");
            assert_eq!(facts.permissions().mode() & 0o777 & !0o750, 0, "{folder}");
        }
    }
}

#[test]
fn a_token_beside_other_ways_is_sent_where_it_is_asked_for() {
    let server =
        Server::new().route("/asks", |request, conn| match request.header("Authorization") {
            Some("Bearer canary") => request.reply(conn, 200, &[], b"in"),
            _ => request.reply(conn, 401, &[("WWW-Authenticate", "Bearer")], b"out"),
        });
    let told = |line: &[&str], path| {
        let output =
            run(&[&["-sS", "--oauth2-bearer", "canary"], line, &[&server.url(path)]].concat());
        assert_eq!(output.exit(), 0, "{}", output.errors());
        output.text()
    };
    for way in ["--basic", "--digest", "--anyauth"] {
        assert!(!told(&[way], "/echo").contains("canary"), "{way}");
        assert_eq!(told(&[way], "/asks"), "in", "{way}");
    }
    assert!(told(&[], "/echo").contains("Authorization: Bearer canary"));
}

#[test]
fn queries_and_bodies_go_together_as_in_curl() {
    let (room, server) = (Room::new(), Server::new());
    room.put("up", "text");
    let url = server.url("/echo");
    assert_eq!(room.run(&["-sS", "-G", "-d", "q", "-T", "up", &url]).exit(), 2);
    assert!(server.requests().is_empty());
    for (line, target) in [
        (&["--url-query", "", &url][..], "/echo"),
        (&["-G", "-d", "", &url], "/echo"),
        (&["--url-query", "", &format!("{url}?x")], "/echo?x&"),
        (&["-G", "-d", "a", &url], "/echo?a"),
    ] {
        let text = room.run(&[&["-sS"], line].concat()).text();
        assert!(text.starts_with(&format!("GET {target} HTTP/1.1")), "{line:?}: {text}");
    }
}

#[test]
fn flags_that_mean_nothing_any_more_are_passed_over() {
    let server = Server::new();
    let url = server.url("/hello");
    for line in [
        &["-2"][..],
        &["-3"],
        &["--random-file", "f"],
        &["--egd-file", "f"],
        &["--false-start"],
        &["--no-npn"],
    ] {
        let output = run(&[line, &["-o", "out", &url]].concat());
        assert_eq!(output.exit(), 0, "{line:?}: {}", output.errors());
        assert!(output.errors().contains("passed over"), "{line:?}: {}", output.errors());
        let silent = run(&[&["-s"], line, &[&url]].concat());
        assert_eq!((silent.text(), silent.errors()), ("hello, world\n".into(), String::new()));
    }
}

/// A zone belongs to addresses of one link only: beside others nobody needs to know it.
#[test]
fn i3_a_zone_beside_an_address_of_all_links_is_passed_over() {
    let output = run(&["-sS", "http://[::1%25lo]:1/"]);
    assert_eq!(output.exit(), 7, "{}", output.errors());
}
