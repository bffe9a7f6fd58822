//! The command as a netcat with TLS: `tcp`, `tls` and `unix` URLs.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::io::{Read, Write};
use std::time::Duration;

use landline_testkit::http::pattern;
use landline_testkit::process::Output;
use landline_testkit::tls::Authority;
use landline_testkit::{ClosedPort, Conn, Server};
use room::{DIAL, MAX_RSS_BYTES, Room, run, sound};

/// Whether it ended with this code and one line that has it, whoever says so.
fn failed(output: &Output, code: i32) -> bool {
    let errors = output.errors();
    let is_one_line = errors.lines().count() == 1 && errors.contains(&format!(": ({code}) "));
    output.exit() == code && is_one_line
}

const BIG_BYTES: u64 = 50_000_000;

/// Sends back what comes, until it ends; then ends too.
fn echo(conn: &mut Conn) -> std::io::Result<()> {
    let mut part = vec![0; 64 << 10];
    loop {
        match conn.read(&mut part)? {
            0 => return conn.fin(),
            count => conn.write_all(&part[..count])?,
        }
    }
}

#[test]
fn both_directions_at_once_and_the_end_of_stdin_is_told() {
    let authority = Authority::new();
    let room = Room::new();
    let ca = authority.write_to(room.path());
    let plain = Server::tcp(echo);
    let secure = Server::tls(&authority.issue(&["127.0.0.1"]), echo);
    let local = Server::unix(room.at("socket"), echo);
    let big = pattern(0, BIG_BYTES);
    let path = local.path().display();
    let ca = ca.to_str().expect("text");
    for (url, options) in [
        (plain.url_for("tcp", ""), &[][..]),
        (secure.url_for("tls", ""), &["--cacert", ca]),
        (secure.url_for("tls", ""), &["-k"]),
        (format!("unix:{path}"), &[]),
        (format!("unix://{path}"), &[]),
    ] {
        let line = [&["-sS", &url], options].concat();
        let output = sound(room.dial(&line).stdin(big.clone()).run());
        assert_eq!(output.exit(), 0, "{url}: {}", output.errors());
        assert!(output.stdout == big, "{url}: {} bytes came back changed", output.stdout.len());
        assert!(output.peak_rss_bytes < MAX_RSS_BYTES / 2, "{} bytes", output.peak_rss_bytes);
    }
}

#[test]
fn a_file_goes_out_and_a_file_comes_in() {
    let server = Server::tcp(echo);
    let room = Room::new();
    room.put("in", pattern(0, 1_000_000));
    let format = "%{size_upload} %{size_download} %{remote_port} %{num_connects}";
    let line = ["-sS", "-T", "in", "-o", "out", "-w", format, &server.url_for("tcp", "")];
    let output = room.run(&line);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert_eq!(output.text(), format!("1000000 1000000 {} 1", server.port()));
    assert!(room.get("out") == room.get("in"));
}

#[test]
fn the_server_ends_it_while_stdin_hangs_and_the_first_byte_comes_at_once() {
    let server = Server::tcp(|conn| {
        conn.say("first")?;
        conn.wait_for_release();
        conn.say(" last")?;
        conn.fin()
    });
    let room = Room::new();
    let mut running = room.dial(&["-sS", &server.url_for("tcp", "")]).spawn();
    let mut stdout = running.stdout.take().expect("it is piped");
    let mut first = [0; 5];
    stdout.read_exact(&mut first).expect("it is shown before the end");
    server.release();
    // Its stdin stays open all the while.
    let status = running.wait_at_most(Duration::from_secs(10));
    assert_eq!((status.code(), &first), (Some(0), b"first"));
}

#[test]
fn what_the_peer_no_longer_takes_is_an_error() {
    let reset = Server::tcp(|conn| {
        conn.read_line()?;
        conn.reset()
    });
    let output = sound(Room::new().dial(&["-sS", &reset.url_for("tcp", "")]).stdin("x\n").run());
    assert!(failed(&output, 56), "{}", output.errors());

    let deaf = Server::tcp(|conn| {
        conn.say("no thanks")?;
        conn.close();
        Ok(())
    });
    let room = Room::new();
    room.put("in", pattern(0, 20_000_000));
    let output = room.run(&["-sS", "-T", "in", &deaf.url_for("tcp", "")]);
    assert!(matches!(output.exit(), 55 | 56), "{} {}", output.exit(), output.errors());
}

#[test]
fn a_peer_that_has_said_all_may_still_listen() {
    let server = Server::tcp(|conn| {
        conn.fin()?;
        conn.read_to_close().map(drop)
    });
    let room = Room::new();
    room.put("in", pattern(0, 5_000_000));
    let line = ["-sS", "-T", "in", "-w", "%{size_upload}", &server.url_for("tcp", "")];
    let output = room.run(&line);
    assert_eq!((output.exit(), &*output.text()), (0, "5000000"), "{}", output.errors());
}

#[test]
fn limits_hold() {
    // One that does not mind the end of stdin.
    let server = Server::tcp(|conn| {
        conn.say("x")?;
        conn.wait_for_release();
        Ok(())
    });
    let output = run(&["-sS", "-m", "0.3", &server.url_for("tcp", "")]);
    assert!(failed(&output, 28), "{}", output.errors());

    let endless = Server::tcp(|conn| {
        while conn.say([b'x'; 10_000]).is_ok() {}
        Ok(())
    });
    let output = run(&["-sS", "--max-filesize", "1M", &endless.url_for("tcp", "")]);
    assert!(failed(&output, 63), "{}", output.errors());
    let output = run(&["-sS", "-m", "0.3", "-o", "/dev/null", &endless.url_for("tcp", "")]);
    assert!(failed(&output, 28), "{}", output.errors());
}

#[test]
fn what_cannot_be_is_refused() {
    let closed = ClosedPort::new();
    let refused = format!("tcp://{}", closed.addr());
    for (line, code) in [
        (&["-sS", &refused][..], 7),
        (&["-sS", "tcp://127.0.0.1"], 3),
        (&["-sS", "tls://127.0.0.1/"], 3),
        (&["-sS", "tcp://127.0.0.1:1/path"], 3),
        (&["-sS", "unix:/nowhere/at/all"], 7),
        (&["-sS", "-r", "0-1", "tcp://127.0.0.1:1"], 33),
        (&["-sS", "-I", "tcp://127.0.0.1:1"], 1),
        (&["-sS", "--proto", "=https", "tcp://127.0.0.1:1"], 1),
        (&["-sS", "-T", "nothing here", "tcp://127.0.0.1:1"], 26),
    ] {
        let output = run(line);
        assert!(failed(&output, code), "{line:?}: {}", output.errors());
    }
}

#[test]
fn tls_is_checked_and_its_end_too() {
    let authority = Authority::new();
    let room = Room::new();
    let ca = authority.write_to(room.path());
    let server = Server::tls(&authority.issue(&["127.0.0.1"]), |conn| {
        conn.say("looks whole")?;
        conn.cut();
        Ok(())
    });
    let url = server.url_for("tls", "");
    let output = room.run(&["-sS", &url]);
    assert!(failed(&output, 60), "{}", output.errors());
    let output = room.run(&["-sS", "--cacert", ca.to_str().expect("text"), &url]);
    assert_eq!((output.exit(), &*output.text()), (56, "looks whole"), "{}", output.errors());
}

#[test]
fn no_second_try_sends_half_of_what_was_read() {
    let server = Server::tcp(|conn| {
        conn.read_line()?;
        conn.wait_for_release();
        Ok(())
    });
    let url = server.url_for("tcp", "");
    let line = ["-sS", "-m", "0.3", "--retry", "2", "--retry-delay", "1", &url];
    let output = sound(Room::new().dial(&line).stdin("once\n").run());
    assert_eq!((output.exit(), server.connections()), (28, 1), "{}", output.errors());
}

/// Runs a line of the shell with the command in it.
fn shell(room: &Room, line: &str) -> Output {
    sound(room.of("/bin/sh", &["-c", line]).run())
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let server = Server::tcp(|conn| {
        while conn.say([b'x'; 10_000]).is_ok() {}
        Ok(())
    });
    let url = server.url_for("tcp", "");
    let line = format!("('{DIAL}' -sS {url}; echo $? >&2) | head -c 10");
    let output = shell(&Room::new(), &line);
    assert_eq!((&*output.text(), output.errors().trim()), ("xxxxxxxxxx", "23"));
}

#[test]
fn ctrl_c_ends_it() {
    let server = Server::tcp(|conn| conn.say("x").and_then(|()| conn.stall()));
    let room = Room::new();
    let mut running = room.dial(&["-sS", &server.url_for("tcp", "")]).spawn();
    let mut byte = [0];
    let mut stdout = running.stdout.take().expect("it is piped");
    stdout.read_exact(&mut byte).expect("it has begun");
    // Whether the handler stands already or not, the shell sees what Ctrl-C means.
    let pid = running.id().to_string();
    let killed = std::process::Command::new("kill").args(["-INT", &pid]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    let status = running.wait_at_most(Duration::from_secs(10));
    use std::os::unix::process::ExitStatusExt;
    assert!(status.code() == Some(130) || status.signal() == Some(2), "{status}");
}
