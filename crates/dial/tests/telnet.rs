//! Telnet as a process, and the same lines with curl where it is installed.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::time::Duration;

use landline_testkit::process::Output;
use landline_testkit::{ClosedPort, Server};
use room::{DIAL, Room, run, sound};

/// Whether it ended with this code and one line that has it, whoever says so.
fn failed(output: &Output, code: i32) -> bool {
    let errors = output.errors();
    let is_one_line = errors.lines().count() == 1 && errors.contains(&format!(": ({code}) "));
    output.exit() == code && is_one_line
}

/// The command, and curl if there is one.
fn programs() -> Vec<&'static str> {
    let curl = std::path::Path::new("/usr/bin/curl").exists();
    if curl { vec![DIAL, "/usr/bin/curl"] } else { vec![DIAL] }
}

fn run_as(program: &str, line: &[&str], stdin: &str) -> Output {
    let room = Room::new();
    sound(room.of(program, line).stdin(stdin).run())
}

#[test]
fn the_conversation_is_curls_byte_for_byte() {
    // DO TTYPE, XDISPLOC, NEW-ENVIRON, NAWS; then each is asked for.
    const ASKED: &[u8] = b"\xff\xfd\x18\xff\xfd\x23\xff\xfd\x27\xff\xfd\x1f";
    const SENDS: &[u8] =
        b"\xff\xfa\x18\x01\xff\xf0\xff\xfa\x23\x01\xff\xf0\xff\xfa\x27\x01\xff\xf0";
    const TOLD: &[u8] = b"\xff\xfa\x18\0vt100\xff\xf0\xff\xfa\x23\0h:0\xff\xf0\
                          \xff\xfa\x27\0\0a\x01b\0c\x01d\xff\xf0";
    for program in programs() {
        let server = Server::tcp(|conn| {
            conn.say(ASKED)?;
            // WILL of the four and of two more, DO of two, and the window.
            conn.read_exact_bytes(8 * 3 + 9)?;
            conn.say(SENDS)?;
            conn.read_exact_bytes(TOLD.len())?;
            conn.say(b"bye \xff\xffx\r\0y\r\n")?;
            conn.fin()
        });
        let options = ["TTYPE=vt100", "XDISPLOC=h:0", "NEW_ENV=a,b", "NEW_ENV=c,d", "WS=80x24"];
        let url = server.url_for("telnet", "");
        let mut line = vec!["-sS", &url];
        options.iter().for_each(|option| line.extend(["-t", option]));
        let output = run_as(program, &line, "");
        assert_eq!(output.exit(), 0, "{program}: {}", output.errors());
        assert_eq!(output.stdout, b"bye \xffx\ry\r\n", "{program}");
        let got = server.received().concat();
        assert!(got.ends_with(TOLD), "{program}: {got:?}");
        // The order in between is each client's own.
        let sorted = |bytes: &[u8]| {
            let mut all: Vec<_> = bytes.split(|byte| *byte == 0xff).map(<[u8]>::to_vec).collect();
            all.sort();
            all
        };
        let agreed =
            b"\xff\xfb\x18\xff\xfb\x23\xff\xfb\x27\xff\xfb\x1f\xff\xfa\x1f\0P\0\x18\xff\xf0\
                       \xff\xfb\0\xff\xfd\0\xff\xfb\x03\xff\xfd\x03";
        assert_eq!(sorted(&got), sorted(&[agreed, TOLD].concat()), "{program}");
    }
}

#[test]
fn stdin_goes_out_and_its_end_does_not() {
    for program in programs() {
        let server = Server::tcp(|conn| {
            let line = conn.read_line()?;
            conn.say([b"you said ", &line[..]].concat())?;
            conn.fin()
        });
        let output = run_as(program, &["-sS", &server.url_for("telnet", "/ignored")], "hi\n");
        assert_eq!((output.exit(), &*output.text()), (0, "you said hi\n"), "{program}");
        assert!(server.wait_for(|log| log[0].client_closed, Duration::from_secs(5)));
        assert_eq!(server.received_text(), ["hi\n"], "{program}: LF stays LF");
    }
}

#[test]
fn exit_codes_are_curls() {
    let closed = ClosedPort::new();
    let refused = format!("telnet://{}", closed.addr());
    let server = Server::tcp(landline_testkit::Conn::stall);
    let url = server.url_for("telnet", "");
    let reset = Server::tcp(|conn| {
        conn.read_line()?;
        conn.reset()
    });
    let reset = reset.url_for("telnet", "");
    for program in programs() {
        for (line, code) in [
            (&["-sS", "-t", "BAD=1", &url][..], 48),
            (&["-sS", "-t", "TTYPE", &url], 49),
            (&["-sS", "-t", "WS=80", &url], 49),
            (&["-sS", &refused], 7),
            (&["-sS", "-m", "1", &url], 28),
        ] {
            let output = run_as(program, line, "");
            assert!(failed(&output, code), "{program} {line:?}: {}", output.errors());
        }
    }
    drop(reset);
}

#[test]
fn a6_no_value_holds_a_command() {
    let server = Server::tcp(landline_testkit::Conn::fin);
    let url = server.url_for("telnet", "");
    for option in ["TTYPE=a\u{ff}\u{f0}", "XDISPLOC=a\nb", "NEW_ENV=a,\u{1}b", "NEW_ENV=\u{7f}"] {
        let output = run(&["-sS", "-t", option, &url]);
        assert!(failed(&output, 49), "{option:?}: {}", output.errors());
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_server_that_negotiates_in_circles_is_left() {
    let server = Server::tcp(|conn| {
        while conn.say(b"\xff\xfd\x63\xff\xfe\x63".repeat(1000)).is_ok() {}
        Ok(())
    });
    let output = run(&["-sS", &server.url_for("telnet", "")]);
    assert!(failed(&output, 100), "{}", output.errors());
}
