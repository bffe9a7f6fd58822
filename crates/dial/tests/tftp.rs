//! The command over TFTP: files get and put, curl's flags, packets and exit codes.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room;

use landline_testkit::http::pattern;
use landline_testkit::process::Output;
use landline_testkit::tftp::{Manners, Server, ack, data, error, oack};
use room::{DIAL, Room, is_one_message};

const CURL: &str = "/usr/bin/curl";

fn server() -> Server {
    Server::new().file("dir/a file", "hello\n").file("big", pattern(0, 100_000)).file("empty", "")
}

/// Runs a line in a room that has a file `up`; `U` at the beginning of a word is the server's URL.
fn run(program: &str, server: &Server, line: &[&str]) -> (Output, Room) {
    let room = Room::new();
    room.put("up", pattern(0, 1_300));
    let word = |word: &&str| match word.strip_prefix("U/") {
        Some(path) => server.url(path),
        None => (*word).to_owned(),
    };
    let line: Vec<String> = line.iter().map(word).collect();
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    (room.of(program, &line).stdin("typed in\n").run(), room)
}

fn dial(server: &Server, line: &[&str]) -> Output {
    run(DIAL, server, line).0
}

#[test]
fn files_are_read_to_stdout_and_to_files() {
    let server = server();
    assert_eq!(dial(&server, &["-s", "U/dir/a%20file"]).text(), "hello\n");
    let (output, room) = run(DIAL, &server, &["U/big", "-o", "here"]);
    assert_eq!((output.exit(), room.get("here")), (0, Some(pattern(0, 100_000))));
    assert!(output.errors().contains("100   97k"), "the meter: {}", output.errors());
    let (output, room) = run(DIAL, &server, &["-sSO", "U/big", "--tftp-blksize", "1428"]);
    assert_eq!((output.exit(), room.get("big")), (0, Some(pattern(0, 100_000))));
    assert_eq!(
        dial(&server, &["-sS", "U/empty", "-w", "%{size_download} %{scheme}"]).text(),
        "0 tftp"
    );
    assert_eq!(dial(&server, &["-sI", "U/big"]).text(), "Content-Length: 100000\r\n");
}

#[test]
fn files_are_written_from_files_and_from_stdin() {
    let server = server();
    let done = dial(&server, &["-sS", "-T", "up", "U/", "-w", "%{size_upload}"]);
    assert_eq!((done.exit(), done.text().as_ref()), (0, "1300"), "{}", done.errors());
    assert_eq!(server.stored("up"), Some(pattern(0, 1_300)));
    assert_eq!(dial(&server, &["-sS", "-T", "up", "U/dir/new"]).exit(), 0);
    assert_eq!(server.stored("dir/new"), Some(pattern(0, 1_300)));
    assert_eq!(dial(&server, &["-sS", "-T", "-", "U/typed"]).exit(), 0);
    assert_eq!(server.stored("typed").unwrap(), b"typed in\n");
}

#[test]
fn text_gets_the_line_ends_of_this_system_where_curl_leaves_them() {
    let server = Server::new().file("text", "one\r\ntwo\r\0");
    for line in [&["-s", "-B", "U/text"][..], &["-s", "U/text;mode=netascii"]] {
        assert_eq!(dial(&server, line).text(), "one\ntwo\r");
    }
    assert_eq!(dial(&server, &["-s", "--use-ascii", "-T", "-", "U/new"]).exit(), 0);
    assert_eq!(server.stored("new").unwrap(), b"typed in\r\n");
}

#[test]
fn each_error_of_the_server_has_curls_exit_code_and_is_told_in_its_words() {
    for (code, exit) in
        [(0, 71), (1, 68), (2, 69), (3, 70), (4, 71), (5, 72), (6, 73), (7, 74), (8, 71), (99, 71)]
    {
        let server = Server::scripted(move |peer| peer.send(&error(code, "no \x1b[2Jway")));
        for line in [&["-sS", "U/f"][..], &["-sS", "-T", "up", "U/"]] {
            let output = dial(&server, line);
            assert_eq!((output.exit(), output.stdout.len()), (exit, 0), "{code} {line:?}");
            let told = output.errors();
            assert!(is_one_message(&told, exit) && told.contains(r"no \x1b[2Jway"), "{told}");
        }
    }
}

#[test]
fn silence_is_28() {
    let server = Server::scripted(|_| Ok(()));
    for flag in ["-m", "--connect-timeout"] {
        let output = dial(&server, &["-sS", flag, "0.3", "U/f"]);
        assert_eq!(output.exit(), 28, "{flag}: {}", output.errors());
    }
}

#[test]
fn a_file_that_is_not_as_long_as_announced_is_an_error() {
    for (announced, exit) in [("9", 18), ("3", 71)] {
        let server = Server::scripted(move |peer| {
            peer.ask(&oack(&[("tsize", announced)]), |answer| answer == ack(0))?;
            peer.ask(&data(1, b"hello"), |answer| answer == ack(1)).map(drop)
        });
        let (output, room) = run(DIAL, &server, &["-sS", "U/f", "-o", "f"]);
        assert_eq!(
            (output.exit(), room.get("f").unwrap_or_default().len()),
            (exit, 0),
            "{announced}"
        );
        assert!(is_one_message(&output.errors(), exit), "{}", output.errors());
    }
}

#[test]
fn what_tftp_cannot_do_is_refused_by_name() {
    let server = server();
    for (line, exit) in [
        (&["-sS", "--tftp-blksize", "7", "U/big"][..], 71),
        (&["-sS", "--tftp-blksize", "65465", "U/big"], 71),
        (&["-sS", "--tftp-blksize", "x", "U/big"], 2),
        (&["-sS", "-r", "1-2", "U/big"], 33),
        (&["-sS", "U/"], 3),
        (&["-sS", "U/a%00b"], 3),
        (&["-sS", "--proto", "=https", "U/big"], 1),
    ] {
        let output = dial(&server, line);
        assert_eq!(
            (output.exit(), output.stdout.len()),
            (exit, 0),
            "{line:?}: {}",
            output.errors()
        );
    }
    assert!(server.received().is_empty());
}

#[test]
fn verbose_shows_what_is_asked_answered_and_lost() {
    let manners = Manners { loses: vec![1], ..Manners::default() };
    let server = Server::with(manners).file("f", "hello");
    let output = dial(&server, &["-sv", "U/f"]);
    let told = output.errors();
    for line in [
        "* Trying 127.0.0.1:",
        "> RRQ f octet tsize 0 blksize 512 timeout 6\n",
        "< OACK tsize 5 blksize 512 timeout 6\n",
        "* Connected to 127.0.0.1 (127.0.0.1 port ",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    assert_eq!(output.text(), "hello");
}

#[test]
fn names_can_be_led_elsewhere() {
    let server = server();
    let port = server.addr().port();
    let (rule, url) = (format!("a.test:{port}:127.0.0.1"), format!("tftp://a.test:{port}/empty"));
    assert_eq!(dial(&server, &["-sS", "--resolve", &rule, &url]).exit(), 0);
    let rule = format!("a.test:69:127.0.0.1:{port}");
    assert_eq!(dial(&server, &["-sS", "--connect-to", &rule, "tftp://a.test/empty"]).exit(), 0);
}

/// The same packets to the server, the same on stdout and on disk, the same exit code.
#[test]
fn the_installed_curl_does_the_same() {
    if !std::path::Path::new(CURL).exists() {
        eprintln!("skipped: {CURL} is not installed");
        return;
    }
    for line in [
        &["-s", "U/dir/a%20file"][..],
        &["-s", "U/dir/../big?query", "-o", "here"],
        &["-s", "-O", "U/big"],
        &["-s", "U/big", "--tftp-blksize", "1400"],
        &["-s", "U/big", "--tftp-no-options"],
        &["-s", "U/big", "--tftp-blksize", "1400", "--tftp-no-options"],
        &["-s", "U/none"],
        &["-s", "U/big;mode=octet"],
        &["-s", "U/big;mode=i"],
        &["-s", "-T", "up", "U/"],
        &["-s", "-T", "up", "U/x", "--tftp-blksize", "8"],
        &["-s", "-T", "up", "U/x", "--tftp-no-options"],
    ] {
        let deed = |program: &str| {
            let server = server();
            let (output, room) = run(program, &server, line);
            let stored = ["up", "x"].map(|name| server.stored(name));
            let files: Vec<_> = room.names().into_iter().map(|name| room.get(&name)).collect();
            (output.code, output.stdout, server.received()[0].clone(), stored, files)
        };
        assert!(deed(CURL) == deed(DIAL), "{line:?}");
    }
}
