//! Mails by way of a real server, from `-T` and `-F`.
//!
//! Skipped where Exim is not installed, unless `LANDLINE_INTEROP=require`.

use landline_interop::{Exim, exim};
use landline_testkit::process::Output;

use crate::room::{DIAL, Room, sound};

const LOGIN: &str = "tester:p@ss:word/1";

fn send(server: &Exim, room: &Room, scheme: &str, line: &[&str]) -> Output {
    let (ca, url) = (server.ca().display().to_string(), server.url(scheme));
    let words = [&["-sS", "--cacert", &ca, "--mail-from", "me@a.test"], line, &[&url]].concat();
    sound(room.of(DIAL, &words).run())
}

#[test]
fn files_and_forms_arrive_under_tls_for_those_who_log_in() {
    let Some(server) = exim() else { return };
    let room = Room::new();
    room.put("mail", "Subject: x\n\n.dot\n..\n.\nand no end");
    room.put("a.bin", [0, 1, 2, b'\n']);
    let file = ["--ssl-reqd", "-u", LOGIN, "--mail-rcpt", "file@c.test", "-T", "mail"];
    let output = send(&server, &room, "smtp", &file);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert_eq!(server.delivered("file"), b"Subject: x\n\n.dot\n..\n.\nand no end\n");
    let form = ["-u", LOGIN, "--mail-rcpt", "form@c.test", "-H", "Subject: y"];
    let parts = ["-F", "=text;encoder=quoted-printable", "-F", "=@a.bin;encoder=base64"];
    let output = send(&server, &room, "smtps", &[&form[..], &parts].concat());
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let mail = String::from_utf8(server.delivered("form")).expect("ASCII");
    assert!(mail.contains("\nSubject: y\n\n--"), "{mail}");
    assert!(mail.contains("quoted-printable\n\ntext\n--"), "{mail}");
    assert!(mail.contains("filename=\"a.bin\"\n"), "{mail}");
    assert!(mail.contains("base64\n\nAAECCg==\n--"), "{mail}");
}

#[test]
fn what_the_server_refuses_has_curls_exit_code() {
    let Some(server) = exim() else { return };
    let room = Room::new();
    room.put("mail", "Subject: x\n\nx\n");
    let mail = ["-T", "mail", "--mail-rcpt"];
    for (line, code) in [
        (&["you@open.test", "-u", "tester:wrong", "--ssl-reqd"][..], 67),
        (&["nobody@open.test"], 55),
        (&["you@closed.test"], 55),
        (&["nobody@open.test", "--mail-rcpt", "you@open.test", "--mail-rcpt-allowfails"], 0),
    ] {
        let output = send(&server, &room, "smtp", &[&mail[..], line].concat());
        assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
        assert!(!output.errors().contains("wrong"), "{}", output.errors());
    }
    assert_eq!(server.delivered("you"), b"Subject: x\n\nx\n");
}
