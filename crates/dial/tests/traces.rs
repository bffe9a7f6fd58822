//! `--trace` and its kin, and the levels of `-v`.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::path::Path;

use landline_testkit::http::Server;
use room::Room;

/// What both write of the same transfer, without what is news (`== Info`) and who asks.
fn lines(trace: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(trace).into_owned();
    let is_of_both = |line: &&str| !line.contains("== Info") && !line.contains("User-Agent");
    text.lines().filter(is_of_both).map(str::to_owned).collect()
}

#[test]
fn a_trace_is_as_curls_line_by_line() {
    const CURL: &str = "/usr/bin/curl";
    if !Path::new(CURL).exists() {
        return;
    }
    let (room, server) = (Room::new(), Server::new());
    for flag in ["--trace", "--trace-ascii"] {
        // One name for both, so that all lengths agree.
        let line = ["-s", "-A", "same", flag, "t", "-d", "a=b\r\nc", &server.url("/sink")];
        let curl = room.of(CURL, &line).run();
        let theirs = lines(&room.get("t").expect("a trace"));
        let dial = room.run(&line);
        let ours = lines(&room.get("t").expect("a trace"));
        assert_eq!((dial.exit(), dial.text()), (curl.exit(), curl.text()));
        assert!(ours.len() > 10 && ours == theirs, "{flag}: {ours:#?}\ncurl: {theirs:#?}");
    }
}

#[test]
fn names_of_trace_files() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let to_stdout = room.run(&["-s", "--trace-ascii", "-", "-o", "out", &url]).text();
    assert!(
        to_stdout.contains("<= Recv data, 13 bytes (0xd)\n0000: hello, world.\n"),
        "{to_stdout}"
    );
    let to_stderr = room.run(&["-s", "--trace", "%", "-o", "out", &url]).errors();
    assert!(to_stderr.contains("=> Send header, "), "{to_stderr}");
    room.run(&["-s", "--stderr", "err", "--trace", "%", "-o", "out", &url]);
    assert!(room.get("err").expect("a file").starts_with(b"== Info: "));
    let told = room.run(&["-sS", "--no-silent", "--trace", "no/such/t", "-o", "out", &url]);
    assert!(told.exit() == 0 && told.errors().contains("Failed to create/open output"));
    // One file for the whole run.
    room.run(&["-s", "--trace-ascii", "t", "-o", "out", &url, "--next", "-s", "-o", "out", &url]);
    let all = String::from_utf8(room.get("t").expect("a trace")).expect("text");
    assert_eq!(all.matches("=> Send header").count(), 2);
}

#[test]
fn secrets_are_masked_in_every_form() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let secrets = ["-u", "me:CANARY", "-b", "sid=CANARY", "--oauth2-bearer", "CANARY"];
    for form in [&["--trace", "-"][..], &["--trace-ascii", "-"], &["-v"], &["-vvvv"]] {
        let output = room.run(&[form, &["-s", "-o", "out"], &secrets, &[&url]].concat());
        let shown = output.text() + &output.errors();
        assert!(shown.contains("masked") || shown.contains("6d 61 73 6b"), "{shown}");
        assert!(!shown.contains("CANARY") && !shown.contains("43 41 4e 41"), "{shown}");
    }
}

#[test]
fn times_and_numbers_stand_before_the_lines() {
    let (room, server) = (Room::new(), Server::new());
    let (one, away) = (server.url("/hello"), server.url("/redirect/1"));
    let all = |line: &[&str]| room.run(&[&["-s", "-o", "out", "-o", "o2"], line].concat()).errors();
    let shown = all(&["-v", "--trace-ids", "-L", &one, &away]);
    assert!(shown.starts_with("[0-x] * Trying 127.0.0.1:"), "{shown}");
    assert!(shown.contains("\n[0-0] > GET /hello HTTP/1.1\n[0-0] > Host: "), "{shown}");
    assert!(shown.contains("\n[1-0] > GET /redirect/1 "), "{shown}");
    let is_time = |line: &str| {
        let digits = line.bytes().take(16).map(|b| if b.is_ascii_digit() { b'0' } else { b });
        digits.eq(*b"00:00:00.000000 ")
    };
    for flags in [&["-v", "--trace-time"][..], &["-v", "--trace-config", "time"], &["-vv"]] {
        let shown = all(&[flags, &[&one]].concat());
        assert!(shown.lines().all(is_time), "{shown}");
    }
    let shown = all(&["--trace-ascii", "%", "--trace-time", &one]);
    assert!(shown.lines().any(|line| line.starts_with("0000: ")), "{shown}");
    assert!(is_time(shown.lines().next().expect("a line")), "{shown}");
    // Twice on a line is not twice in a word.
    assert!(all(&["-v", "-v", &one]).starts_with("* "));
    assert!(all(&["-vvv", &one]).contains(" { [13 bytes data]\n"));
}

#[test]
fn the_last_of_v_and_trace_counts() {
    let (room, server) = (Room::new(), Server::new());
    let url = server.url("/hello");
    let first = room.run(&["--no-progress-meter", "-v", "--trace-ascii", "%", "-o", "o", &url]);
    assert!(first.errors().contains("--trace overrides") && first.errors().contains("== Info"));
    let other = room.run(&["--no-progress-meter", "--trace", "t", "-v", "-o", "o", &url]);
    assert!(other.errors().contains("overrides an earlier trace") && room.get("t").is_none());
    assert!(other.errors().contains("\n> GET /hello"), "{}", other.errors());
}

#[test]
fn documents_of_other_schemes_are_in_the_trace() {
    let room = Room::new();
    room.put("file", "abc");
    let url = format!("file://{}", room.at("file").display());
    let shown = room.run(&["-s", "--trace-ascii", "-", "-o", "out", &url]).text();
    assert!(shown.contains("<= Recv data, 3 bytes (0x3)\n0000: abc\n"), "{shown}");
}
