//! What a server sends does not drive the terminal (class K6 and promise 6 of FAULTS.md).
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::ftp;
use landline_testkit::http::Server;
use landline_testkit::process::Output;
use landline_testkit::tls::{Authority, Leaf};
use landline_testkit::transcript::{Delivery, Script};
use room::{DIAL, Room, run, sound};

/// Clears the screen, renames the window, and the one-byte form of the same beginning.
const ESCAPES: &str = "\x1b[2J\x1b]0;owned\x07\u{9b}31m\x08";

/// Answers everything with escape sequences wherever there is room for them.
fn hostile() -> Server {
    Server::new()
        .route_early("/reason", |_, conn| {
            let head = format!("HTTP/1.1 404 {ESCAPES}\r\nX-{{}}: 1\r\n\r\n");
            conn.say(head.replace("X-{}", "X-A"))
        })
        .route_early("/header", |_, conn| {
            conn.say(format!(
                "HTTP/1.1 200 OK\r\nServer: {ESCAPES}\r\nContent-Type: {ESCAPES}\r\n\
                 Content-Disposition: attachment; filename=\"{ESCAPES}x\"\r\nETag: {ESCAPES}\r\n\
                 Content-Length: 5\r\n\r\nhello"
            ))
        })
        .route_early("/status", |_, conn| conn.say(format!("HTTP/1.1 2{ESCAPES} OK\r\n\r\n")))
        .route_early("/version", |_, conn| conn.say(format!("HTTP/{ESCAPES} 200 OK\r\n\r\n")))
        .route_early("/none", |_, conn| conn.say(format!("{ESCAPES}\n")))
        .route_early("/name", |_, conn| {
            conn.say(format!("HTTP/1.1 200 OK\r\nX{ESCAPES}: 1\r\n\r\n"))
        })
        .route_early("/length", |_, conn| {
            conn.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {ESCAPES}\r\n\r\n"))
        })
        .route_early("/coding", |_, conn| {
            conn.say(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {ESCAPES}\r\n\r\n"))
        })
        .route_early("/encoding", |_, conn| {
            conn.say(format!("HTTP/1.1 200 OK\r\nContent-Encoding: {ESCAPES}\r\n\r\nx"))
        })
        .route_early("/chunk", |_, conn| {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            conn.say(format!("{head}{ESCAPES}\r\n"))
        })
        .route_early("/trailer", |_, conn| {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            conn.say(format!("{head}5\r\nhello\r\n0\r\nX: {ESCAPES}\r\nY{ESCAPES}\r\n\r\n"))
        })
        .route_early("/location", |_, conn| {
            conn.say(format!(
                "HTTP/1.1 302 Found\r\nLocation: http://{ESCAPES}/\r\nContent-Length: 0\r\n\r\n"
            ))
        })
        .route_early("/scheme", |_, conn| {
            let location = format!("x{ESCAPES}://a/{ESCAPES}");
            let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
            conn.say(format!("{head}{location}\r\n\r\n"))
        })
        .route_early("/path", |_, conn| {
            let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
            conn.say(format!("{head}/next/{ESCAPES}\r\n\r\n"))
        })
        .route_early("/interim", |_, conn| {
            conn.say(format!("HTTP/1.1 103 {ESCAPES}\r\nLink: {ESCAPES}\r\n\r\n"))?;
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        })
        .route_early("/retry", |_, conn| {
            let head = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: ";
            conn.say(format!("{head}{ESCAPES}\r\n\r\n"))
        })
        .route_early("/range", |_, conn| {
            let head = "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Range: ";
            conn.say(format!("{head}bytes {ESCAPES}\r\n\r\nhello"))
        })
        .route_early("/document", |_, conn| {
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome\0data")
        })
}

const PATHS: [&str; 16] = [
    "reason", "header", "status", "version", "none", "name", "length", "coding", "encoding",
    "chunk", "trailer", "location", "scheme", "path", "interim", "range",
];

/// Line ends, the tabulator and the carriage return of the meter aside.
fn assert_harmless(bytes: &[u8], what: &str) {
    let text = String::from_utf8_lossy(bytes);
    let harmful = text.chars().find(|&c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    assert!(harmful.is_none(), "{what}: {harmful:?} in {text:?}");
}

#[test]
fn k6_stderr_shows_no_escape_sequence() {
    let server = hostile();
    for path in PATHS {
        let url = server.url(&format!("/{path}"));
        for modes in [&["-v"][..], &["-sS"], &["-#"], &["-sSv", "--compressed"]] {
            let room = Room::new();
            room.put("out", "");
            let mut line = vec!["-L", "-f", "-m", "1", "-o", "out"];
            line.extend(modes);
            line.push(&url);
            let output = room.run(&line);
            assert_harmless(&output.stderr, &format!("{line:?}"));
        }
    }
}

#[test]
fn k6_retries_and_resumes_show_no_escape_sequence() {
    let (server, room) = (hostile(), Room::new());
    room.put("part", "xx");
    let retry = room.run(&["-sSv", "-m", "5", "--retry", "1", &server.url("/retry")]);
    assert_harmless(&retry.stderr, "Retry-After");
    let range = room.run(&["-sSv", "-C", "-", "-o", "part", &server.url("/range")]);
    assert_eq!(range.exit(), 33);
    assert_harmless(&range.stderr, "Content-Range");
}

#[test]
fn k6_a_file_named_by_the_server_is_shown_without_escape_sequences() {
    let (server, room) = (hostile(), Room::new());
    let url = server.url("/header");
    let line = ["-sSvOJ", "-w", "%{stderr}%{filename_effective}", &url];
    assert_harmless(&room.run(&line).stderr, "a new file");
    let again = room.run(&line);
    assert_ne!(again.exit(), 0);
    assert_harmless(&again.stderr, "a file that is there");
}

#[test]
fn k6_names_in_certificates_are_shown_without_escape_sequences() {
    let authority = Authority::new();
    let leaf = Leaf::new(&["elsewhere.test"]).common_name(ESCAPES);
    let server = Server::tls(&authority.sign(&leaf));
    let output = run(&["-sSv", &server.url("/hello")]);
    assert_eq!(output.exit(), 60);
    assert_harmless(&output.stderr, "a certificate");
}

#[test]
fn k6_what_the_user_typed_is_shown_without_escape_sequences() {
    for line in [
        &["-sS", "http://\x1b[2J/"][..],
        &["-sS", "http://127.0.0.1:1/\x1b[2J"],
        &["-sS", "\x1b[2J://x/"],
        &["-sS", "-o", "\x1b[2J/x", "http://127.0.0.1:1/"],
        &["-sS", "-K", "\x1b[2J", "http://127.0.0.1:1/"],
        &["-w", "%{\x1b[2J}", "http://127.0.0.1:1/"],
        &["-H", "\x1b[2J", "http://127.0.0.1:1/"],
    ] {
        assert_harmless(&run(line).stderr, &format!("{line:?}"));
    }
}

/// Runs the command with a terminal for its stdout and stderr; `None` where there is no `script`.
fn on_terminal(room: &Room, line: &str) -> Option<Output> {
    if !std::path::Path::new("/usr/bin/script").exists() {
        eprintln!("skipped: there is no script(1) to make a terminal with");
        return None;
    }
    let line = format!("'{DIAL}' {line}");
    let run = room.of("/usr/bin/script", &["-qec", &line, "/dev/null"]);
    Some(sound(run.env("TERM", "xterm").env("SHELL", "/bin/sh").run()))
}

#[test]
fn k6_a_terminal_gets_headers_without_escape_sequences() {
    let server = hostile();
    for path in PATHS {
        let url = server.url(&format!("/{path}"));
        for modes in ["-sS -i", "-sS -I", "-v -f", "-sS -D - -o x", "-sS -w '%{content_type}'"] {
            let room = Room::new();
            let line = format!("-m 1 -L {modes} '{url}' </dev/null");
            let Some(output) = on_terminal(&room, &line) else { return };
            assert_harmless(&output.stdout, &line);
        }
    }
}

/// Replies of other servers with a canary in each, and what they are asked; `~` stands for the canary.
const DIALOGUES: [(&str, &str); 6] = [
    ("S: 220 ~\nC: USER anonymous\nS: 530 ~\n", "ftp://U/x"),
    (
        "S: 220-~\nS: ~\nS: 220 ~\nC: USER anonymous\nS: 331 ~\nC: PASS {any}\nS: 421 ~\n",
        "ftp://U/x",
    ),
    ("S: 500 ~\n", "ftp://U/x"),
    ("S: +OK ~\nC: CAPA\nS: -ERR ~\nC: USER me\nS: -ERR ~\n", "-u me:x pop3://U/1"),
    ("S: -ERR ~\n", "-u me:x pop3://U/1"),
    ("S: 502 ~\n", "nntp://U/x.test"),
];

#[test]
fn k6_replies_of_other_servers_show_no_escape_sequence() {
    let canary: String = ESCAPES.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    for (script, words) in DIALOGUES {
        for modes in ["-sS", "-v", "-sS --trace-ascii -", "-sS -i"] {
            let script = Script::parse(&script.replace('~', &canary));
            let server = script.expect("a script").serve_with(Delivery::Whole);
            let words = words.split(' ').map(|word| match word.split_once("://U") {
                Some((scheme, rest)) => server.url_for(scheme, rest),
                None => word.to_owned(),
            });
            let line = format!("-m 5 {modes} {} </dev/null", words.collect::<Vec<_>>().join(" "));
            let Some(output) = on_terminal(&Room::new(), &line) else { return };
            assert_ne!(output.exit(), 0, "{line}: {}", output.text());
            let is_shown = output.text().contains("\\x1b[2J");
            assert!(is_shown || modes != "-v", "{line}: {}", output.text());
            assert_harmless(&output.stdout, &line);
        }
    }
}

#[test]
fn k6_a_certificates_names_show_no_escape_sequence_on_a_terminal() {
    let authority = Authority::new();
    let leaf = Leaf::new(&["elsewhere.test"]).common_name(ESCAPES);
    let server = Server::tls(&authority.sign(&leaf));
    for modes in ["-v", "-vk", "-sSk -w '%{certs}' -o x"] {
        let line = format!("{modes} '{}' </dev/null", server.url("/hello"));
        let Some(output) = on_terminal(&Room::new(), &line) else { return };
        assert_harmless(&output.stdout, &line);
    }
}

#[test]
fn k6_a_pipe_gets_the_document_as_it_is() {
    let server = Server::new().route_early("/body", |_, conn| {
        let length = ESCAPES.len();
        conn.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{ESCAPES}"))
    });
    let output = run(&["-v", &server.url("/body")]);
    assert_eq!((output.exit(), &*output.text()), (0, ESCAPES));
    assert_harmless(&output.stderr, "-v");
}

#[test]
fn k6_a_terminal_gets_no_binary_document_unless_asked() {
    let (server, room) = (hostile(), Room::new());
    let url = server.url("/document");
    let Some(refused) = on_terminal(&room, &format!("-sS '{url}' </dev/null")) else { return };
    let text = refused.text();
    assert_eq!(refused.exit(), 23, "{text}");
    assert!(text.contains("Binary output can mess up your terminal"), "{text}");
    assert!(!text.contains("some"), "{text}");
    let asked = on_terminal(&room, &format!("-sS -o - '{url}' </dev/null")).expect("as before");
    assert_eq!((asked.exit(), &*asked.text()), (0, "some\0data"));
    let loud = on_terminal(&room, &format!("'{url}' </dev/null")).expect("as before");
    assert!(loud.exit() == 23 && loud.text().starts_with("Warning: Binary"), "{}", loud.text());
    let to_file = on_terminal(&room, &format!("-sS -o x '{url}' </dev/null")).expect("as before");
    assert_eq!((to_file.exit(), &*to_file.text()), (0, ""));
}

#[test]
fn a_terminal_gets_the_document_without_a_meter() {
    let (server, room) = (Server::new(), Room::new());
    let line = format!("'{}' </dev/null", server.url("/hello"));
    let Some(output) = on_terminal(&room, &line) else { return };
    assert_eq!((output.exit(), &*output.text()), (0, "hello, world\r\n"));
}

#[test]
fn an_upload_shows_its_meter_where_no_document_comes_back() {
    let (ftp, http, room) = (ftp::Server::builder().sink("/x").start(), Server::new(), Room::new());
    room.put("file", "text");
    let line = |url: String| format!("-T file '{url}' </dev/null");
    let Some(stored) = on_terminal(&room, &line(ftp.url("/x"))) else { return };
    assert_eq!(stored.exit(), 0, "{}", stored.text());
    assert!(stored.text().contains("% Total"), "{}", stored.text());
    let answered = on_terminal(&room, &line(http.url("/hello"))).expect("as before");
    assert!(!answered.text().contains("% Total"), "{}", answered.text());
}
