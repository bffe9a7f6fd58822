//! The tutorial's steps, run as programs against the test kit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use landline_testkit::process::{Output, Run, temp_dir};
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Script};
use landline_testkit::{Server, http};

/// `cargo test` builds the examples beside the tests.
fn example(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(name);
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is missing: run `cargo build --examples`", path.display());
    path
}

fn run(name: &str, arguments: &[&str]) -> Output {
    Run::new(example(name)).args(arguments.iter().copied()).run()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a well-behaved step does with a document, a missing one, and no argument at all.
fn reads_and_refuses(name: &str, good: &[&str], bad: &[&str]) {
    let output = run(name, good);
    assert_eq!(output.code, Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout(&output).ends_with("hello\n"), "{name}: {:?}", stdout(&output));
    let output = run(name, bad);
    assert_eq!(output.code, Some(1), "{name} with {bad:?}");
    assert!(!output.stderr.is_empty());
    let output = run(name, &[]);
    assert_eq!(output.code, Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage: "));
}

#[test]
fn the_steps_of_the_tutorial_read_a_document() {
    let server = http::Server::new().route("/text", |request, conn| {
        request.reply(conn, 200, &[("Content-Type", "text/plain")], b"hello\n")
    });
    let address = server.addr().to_string();
    let (url, missing) = (server.url("/text"), server.url("/status/404"));
    for name in ["httpget1", "httpget2", "httpget4"] {
        reads_and_refuses(name, &[&address, "/text"], &["127.0.0.1:1", "/text"]);
    }
    for name in ["httpget3", "httpget5"] {
        reads_and_refuses(name, &[&url], &[&missing]);
    }
}

#[test]
fn the_bare_socket_dumps_the_exchange() {
    let server = http::Server::new();
    let output = run("httpget1", &[&server.addr().to_string(), "/hello"]);
    let text = stdout(&output);
    assert!(text.contains("GET /hello HTTP/1"), "{text}");
    assert!(text.contains("HTTP/1.1 200"), "{text}");
}

#[test]
fn finger_becomes_a_scheme() {
    let server = Server::tcp(|conn| {
        let asked = String::from_utf8_lossy(&conn.read_line()?).trim_end().to_owned();
        conn.write_all(format!("Login: {asked}\r\n").as_bytes())
    });
    let output = run("finger", &[&server.url_for("finger", "/reader")]);
    assert_eq!(stdout(&output).trim_end(), "Login: reader");
}

#[test]
fn a_mailbox_is_shown_and_only_under_tls() {
    let script = "S: +OK ready\nC: CAPA\nS: -ERR\nC: USER me\nS: +OK\nC: PASS secret\nS: +OK\n\
                  C: LIST\nS: +OK\nS: 1 120\nS: 3 9\nS: .\nC: TOP 1 0\nS: +OK\nS: From: Jane\n\
                  S: Subject: a\\x1b[2Jb\nS:\nS: .\nC: TOP 3 0\nS: +OK\nS:\nS: .\nC: QUIT\nS: +OK\n";
    let authority = Authority::new();
    let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
    let server = Script::parse(script).unwrap().serve_on(builder, Delivery::Whole);
    let file = temp_dir();
    authority.write_to(file.path());
    let url = server.url_for("pop3s", "").replace("//", "//me:secret@");
    let ca = file.path().join("ca.pem");
    let output = Run::new(example("read_mailbox")).args([&url]).env("SSL_CERT_FILE", ca).run();
    assert_eq!(output.code, Some(0), "{}", output.errors());
    assert_eq!(stdout(&output), "1 (120 bytes) Jane: a\\x1b[2Jb\n3 (9 bytes) : \n");
    server.finish().unwrap();
    let open = Script::parse("S: +OK\nC: CAPA\nS: -ERR\n").unwrap().serve_with(Delivery::Whole);
    let output = run("read_mailbox", &[&open.url_for("pop3", "").replace("//", "//me:secret@")]);
    assert_eq!(output.code, Some(1));
    assert!(!output.errors().contains("secret"), "{}", output.errors());
    open.finish().unwrap();
}

#[test]
fn a_mail_is_sent_and_only_under_tls() {
    let text = "C: Content-Type: multipart/mixed; boundary={any}\nC:\nC: --{any}\n\
                C: Content-Type: text/plain; charset=utf-8\nC: Content-Transfer-Encoding: 7bit\nC:\n\
                C: Here it is.\nC:\nC: --{any}\nC: Content-Type: text/plain\n\
                C: Content-Transfer-Encoding: base64\n\
                C: Content-Disposition: attachment; filename=\"note.txt\"\nC:\nC: bm90ZQ==\n\
                C: --{any}--\nC: .\n";
    let script = format!(
        "S: 220 hi\nC: EHLO {{any}}\nS: 250-x\nS: 250 AUTH PLAIN\nC: AUTH PLAIN\nS: 334\x20\n\
         C: AG1lAHNlY3JldA==\nS: 235 in\nC: MAIL FROM:<me@a.test>\nS: 250 ok\n\
         C: RCPT TO:<you@b.test>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Date: {{any}}\n\
         C: From: <me@a.test>\nC: To: <you@b.test>\nC: Message-ID: <{{any}}@a.test>\n\
         C: Subject: A file for you\nC: MIME-Version: 1.0\n{text}S: 250 kept\nC: QUIT\nS: 221\n"
    );
    let authority = Authority::new();
    let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
    let server = Script::parse(&script).unwrap().serve_on(builder, Delivery::Whole);
    let folder = temp_dir();
    authority.write_to(folder.path());
    let note = folder.path().join("note.txt");
    std::fs::write(&note, "note").unwrap();
    let url = |url: String| url.replace("//", "//me:secret@");
    let line =
        |url: &str| [url, "me@a.test", "you@b.test", note.to_str().unwrap()].map(str::to_owned);
    let output = Run::new(example("send_mail"))
        .args(line(&url(server.url_for("smtps", ""))))
        .env("SSL_CERT_FILE", folder.path().join("ca.pem"))
        .run();
    assert_eq!((output.code, &*stdout(&output)), (Some(0), "kept\n"), "{}", output.errors());
    server.finish().unwrap();
    let open = Script::parse("S: 220 hi\nC: EHLO {any}\nS: 250 x\n").unwrap();
    let open = open.serve_with(Delivery::Whole);
    let output = Run::new(example("send_mail")).args(line(&url(open.url_for("smtp", "")))).run();
    assert_eq!(output.code, Some(1));
    assert!(!output.errors().contains("secret"), "{}", output.errors());
    open.finish().unwrap();
}

#[test]
fn the_tour_visits_every_scheme() {
    let output = run("tour", &[]);
    let text = stdout(&output);
    assert_eq!(output.code, Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for scheme in [
        "http://",
        "https://",
        "file://",
        "data:",
        "gopher://",
        "gophers://",
        "gemini://",
        "finger://",
    ] {
        assert!(text.contains(scheme), "{scheme} is not on the tour:\n{text}");
    }
    assert!(text.contains("answered 404"), "{text}");
}

/// A program that goes on while the test talks to it; killed when the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a listener and reads from its stderr where it listens.
fn listener(name: &str, place: &str) -> (Running, String) {
    let mut command = Command::new(example(name));
    command.args(["listen", place]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let heard = line.trim_end().rsplit(' ').next().unwrap_or_default().to_owned();
    (Running(child), heard)
}

/// One side says something and ends; the other hears it and answers.
fn chats(place: &str, call: impl Fn(&str) -> String) {
    let (mut listener, heard) = listener("chat", place);
    let mut caller = Command::new(example("chat"))
        .args(["connect", &call(&heard)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    caller.stdin.take().unwrap().write_all(b"from the caller\n").unwrap();
    listener.0.stdin.take().unwrap().write_all(b"from the listener\n").unwrap();
    let caller = caller.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&caller.stdout), "from the listener\n");
    let mut said = String::new();
    BufReader::new(listener.0.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "from the caller\n");
}

#[test]
fn people_chat_over_the_internet_family() {
    chats("127.0.0.1:0", str::to_owned);
}

#[cfg(unix)]
#[test]
fn people_chat_over_a_unix_socket() {
    let folder = temp_dir();
    let place = format!("unix:{}", folder.path().join("line").display());
    chats(&place, |_| place.clone());
}

#[test]
fn a_datagram_comes_back() {
    let (_listener, heard) = listener("udp", "127.0.0.1:0");
    let output = run("udp", &["send", &heard, "over and out"]);
    assert!(
        stdout(&output).contains("over and out"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_ftp_example_shows_folders_and_reads_files() {
    let server = landline_testkit::ftp::Server::builder();
    let server = server.file("/pub/text", "hello\n").folder("/pub/sub").start();
    reads_and_refuses("ftp", &[&server.url("/pub/text")], &[&server.url("/none")]);
    let listed = stdout(&run("ftp", &[&server.url("/pub/")]));
    assert!(listed.contains("6  text\n") && listed.contains("-  sub/\n"), "{listed}");
}

#[test]
fn the_netcat_joins_both_directions() {
    let server = landline_testkit::Server::tcp(|conn| {
        let line = conn.read_line()?;
        conn.say([b"you said ", &line[..]].concat())
    });
    let url = server.url_for("tcp", "");
    let output = Run::new(example("netcat")).args([url]).stdin("hello\n").run();
    assert_eq!((output.code, &*stdout(&output)), (Some(0), "you said hello\n"));
    let output = run("netcat", &["tcp://127.0.0.1"]);
    assert_eq!(output.code, Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a port"));
}

#[test]
fn a_newsgroup_is_read() {
    use landline_testkit::transcript::{Delivery, Script};
    let script = "S: 200\nC: CAPABILITIES\nS: 101\nS: READER\nS: OVER\nS: .\nC: GROUP misc.test\n\
        S: 211 1 5 5 misc.test\nC: LIST OVERVIEW.FMT\nS: 503\nC: OVER 5-5\nS: 224\n\
        S: 5\\tHi\\tme\\tnow\\t<a@b>\\t\\t9\\t1\nS: .\nC: ARTICLE 5\nS: 220\nS: Subject: Hi\nS:\n\
        S: ..dot\nS: .\nC: QUIT\nS: 205\n";
    let server = Script::parse(script).unwrap().serve_with(Delivery::Whole);
    let output = run("read_news", &[&server.addr().to_string(), "misc.test"]);
    assert_eq!(stdout(&output), "        5  me  Hi\nSubject: Hi\r\n\r\n.dot\r\n");
    server.finish().unwrap();
    assert_eq!(run("read_news", &[]).code, Some(2));
}
