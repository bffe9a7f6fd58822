//! `-F` at a server for mail, beside the installed curl: the same mail, byte for byte but for the
//! letters of its boundaries.

use std::io;

use landline_testkit::process::Output;
use landline_testkit::{Conn, Server};

use crate::room::{DIAL, Room, sound};

const CURL: &str = "/usr/bin/curl";

const DASHES: &str = "------------------------";

/// Takes mails, and says that they may be as long as they like.
fn smtp() -> Server {
    Server::tcp(|conn| {
        conn.say("220 ready\r\n")?;
        loop {
            let line = conn.read_line()?;
            let verb = line.get(..4).unwrap_or_default();
            match verb {
                b"" => return Ok(()),
                b"EHLO" => conn.say("250-here\r\n250 SIZE 0\r\n")?,
                b"DATA" => {
                    conn.say("354 go on\r\n")?;
                    while !matches!(&*conn.read_line()?, b".\r\n" | b"") {}
                    conn.say("250 kept\r\n")?;
                }
                _ => conn.say("250 ok\r\n")?,
            }
        }
    })
}

/// Takes one mail into any mailbox.
fn imap() -> Server {
    Server::tcp(|conn| {
        conn.say("* OK ready\r\n")?;
        loop {
            let line = conn.read_line()?;
            let line = String::from_utf8_lossy(&line);
            let mut words = line.split_ascii_whitespace();
            let (Some(tag), Some(verb)) = (words.next(), words.next()) else { return Ok(()) };
            match verb {
                "CAPABILITY" => conn.say("* CAPABILITY IMAP4rev1\r\n")?,
                "APPEND" => take_literal(conn, words.last().unwrap_or_default())?,
                _ => {}
            }
            conn.say(format!("{tag} OK\r\n"))?;
        }
    })
}

fn take_literal(conn: &mut Conn, announced: &str) -> io::Result<()> {
    let len = announced.trim_matches(['{', '}']).parse();
    conn.say("+ go on\r\n")?;
    let len: usize = len.map_err(io::Error::other)?;
    conn.read_exact_bytes(len + 2).map(drop)
}

fn room() -> Room {
    let room = Room::new();
    room.put("a.txt", "hello\r\nw\u{f6}rld=\r\n.dot\r\n");
    room.put("b.HTML", "<p>");
    room.put("c.bin", (0..200).collect::<Vec<u8>>().repeat(3));
    room.put("c.text", "A line of text that is so long that it is broken in two. ".repeat(9) + " ");
    room.put("empty", "");
    room.put("h", "X-One: 1\n# no\nX-Two: 2\n  more \n\n");
    room
}

fn run(program: &str, server: &Server, url: &str, line: &[&str]) -> (i32, String, Output) {
    let before = server.connections();
    let more = ["-sS", "--mail-from", "a@b.test", "--mail-rcpt", "c@d.test", "-u", "me:secret"];
    let words = [&more[..if url.starts_with("smtp") { 5 } else { 7 }], line, &[url]].concat();
    let output = room().of(program, &words).stdin("from\r\nstdin").run();
    let said = server.received().split_off(before).concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.exit(), plain(&said), output)
}

/// Without what differs by chance. The length that was told is looked at where it stands.
fn plain(said: &str) -> String {
    let mut plain = said.to_owned();
    let sent = said.split_once("DATA\r\n");
    let whole = sent.and_then(|(head, body)| Some((head, body.split_once("\r\n.\r\n")?.0)));
    if let Some((head, body)) = whole {
        let len = body.len() + 2 - body.matches("\r\n..").count();
        if let Some((_, told)) = head.split_once(" SIZE=") {
            let told = told.split("\r\n").next().unwrap_or_default();
            assert_eq!(told, len.to_string(), "{said}");
            plain = plain.replacen(told, "SIZE", 1);
        }
    }
    if let Some(start) = said.find("APPEND") {
        let told = said[start..].split(['{', '}']).nth(1).unwrap_or_default();
        plain = plain.replacen(told, "LENGTH", 1);
    }
    while let Some(at) = plain.find(&format!("boundary={DASHES}")) {
        let boundary = plain[at + "boundary=".len()..].split("\r\n").next().unwrap_or_default();
        let boundary = boundary.to_owned();
        plain = plain.replace(&boundary, "BOUNDARY");
    }
    plain.lines().map(|line| untagged(line) + "\n").collect()
}

/// A command of IMAP without its tag.
fn untagged(line: &str) -> String {
    const VERBS: [&str; 4] = ["CAPABILITY", "LOGIN", "APPEND", "LOGOUT"];
    match line.split_once(' ') {
        Some((_, rest)) if VERBS.iter().any(|verb| rest.starts_with(verb)) => rest.to_owned(),
        _ => line.to_owned(),
    }
}

#[track_caller]
fn same_at(server: &Server, url: &str, lines: &[&[&str]]) {
    if !std::path::Path::new(CURL).exists() {
        eprintln!("skipped: {CURL} is not installed");
        return;
    }
    for line in lines {
        let (curl, dial) = (run(CURL, server, url, line), run(DIAL, server, url, line));
        let output = sound(dial.2);
        assert_eq!((dial.0, dial.1), (curl.0, curl.1), "{line:?}: {}", output.errors());
    }
}

#[track_caller]
fn same(lines: &[&[&str]]) {
    let server = smtp();
    same_at(&server, &server.url_for("smtp", "/me.test"), lines);
}

#[test]
fn a_mail_with_attachments() {
    same(&[
        &[
            "-H",
            "Subject: hi",
            "-H",
            "From: me",
            "-F",
            "=(;type=multipart/alternative",
            "-F",
            "=text",
            "-F",
            "=\"<b>x</b>\";type=text/html",
            "-F",
            "=)",
            "-F",
            "=@c.bin;type=image/x-own;encoder=base64",
        ],
        &["-F", "=text"],
        &["-F", "=.x"],
        &["-F", "=@c.bin;encoder=base64", "-F", "=@a.txt"],
        &["-F", "name=text", "-F", "n2=@a.txt", "-F", "n3=<a.txt"],
        &["-F", "=@a.txt,b.HTML"],
        &["-F", "=x;type=text/plain", "-F", "=<a.txt;type=text/html"],
        &["-F", "=(", "-F", "a=b", "-F", "=@a.txt", "-F", "=)"],
        &["-F", "=(", "-F", "=)"],
        &["-F", "=@-", "-F", "=x"],
        &["-F", "=<-;encoder=base64"],
        &["--form-string", "=@x;type=a/b"],
    ]);
}

#[test]
fn contents_are_encoded() {
    same(&[
        &["-F", "=@a.txt;encoder=quoted-printable", "-F", "=@a.txt;encoder=8bit"],
        &["-F", "=@c.bin;encoder=base64", "-F", "=@empty;encoder=base64"],
        &["-F", "=@c.bin;encoder=quoted-printable"],
        &["-F", "=<c.text;encoder=quoted-printable", "-F", "=;encoder=quoted-printable"],
        &["-F", "=hi;encoder=7bit", "-F", "=@a.txt;encoder=BINARY"],
        &["-F", "=x;encoder=base64;headers=\"Content-Transfer-Encoding: own\""],
        &["-F", "=@missing"],
        &["-F", "=x;encoder=rot13"],
    ]);
    let server = smtp();
    let (code, said, _) =
        run(DIAL, &server, &server.url_for("smtp", "/me.test"), &["-F", "=@a.txt;encoder=7bit"]);
    assert!(code == 26 && !said.contains("\n.\n"), "{code}: {said}");
}

#[test]
fn what_is_said_about_the_parts_and_the_mail() {
    same(&[
        &["-F", "=@a.txt;filename=gr\u{fc}n.pdf", "-F", "=x;filename=\"f\\\"o\\\\o\""],
        &["-F", "=x;headers=\"X-A: b\";headers=@h;type=a/b", "-F", "=@b.HTML;filename="],
        &["-F", "=x;headers=\"Content-Disposition: inline\"", "-F", "=@a.txt;type=\"a/b\"; c=d"],
        &["-F", "=x", "-H", "Content-Type: multipart/related", "-H", "MIME-Version: 2.0"],
        &["-F", "=x", "-A", "agent", "-e", "ref", "-b", "a=b", "-H", "User-Agent: me"],
        &["-F", "=x", "-X", "OWN"],
        &["-F", "=x", "-T", "a.txt"],
        &["-F", "=x", "-d", "y"],
        &["-F", "=x", "-I"],
    ]);
}

#[test]
fn a_mail_into_a_mailbox() {
    let server = imap();
    let line: &[&str] = &["-H", "Subject: hi", "-F", "=text", "-F", "=@c.bin;encoder=base64"];
    same_at(&server, &server.url_for("imap", "/INBOX"), &[line]);
    // curl knows no length of it before, and gives up.
    let (code, said, _) = run(
        DIAL,
        &server,
        &server.url_for("imap", "/INBOX"),
        &["-F", "=@c.bin;encoder=quoted-printable"],
    );
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("=C7"), "{said}");
}

#[test]
fn a3_no_header_and_no_name_begins_a_line() {
    let server = smtp();
    let url = server.url_for("smtp", "/me.test");
    for line in [
        ["-F", "=x", "-H", "Subject: a\r\nBcc: evil@e.test"],
        ["-F", "=x", "-H", "Subject: a\nBcc: evil@e.test"],
        ["-F", "=x;type=a/b;c=d\r\nBcc: evil@e.test", "-H", "A: b"],
        ["-F", "=x;headers=\"A: b\r\nBcc: evil@e.test\"", "-H", "A: b"],
        ["-F", "=@a.txt;filename=\"a\r\nBcc: evil@e.test\"", "-H", "A: b"],
        ["-F", "n\r\nBcc: evil@e.test=x", "-H", "A: b"],
    ] {
        let (code, said, output) = run(DIAL, &server, &url, &line);
        assert!(!said.contains("\nBcc"), "{line:?}: {code}: {said}{}", output.errors());
        assert!(code == 43 || code == 0 && said.contains("%0D%0ABcc"), "{line:?}: {code}: {said}");
    }
}

/// A large attachment is neither held nor copied whole.
#[test]
fn attachments_are_streamed_in_flat_memory() {
    const BYTES: u64 = 48 << 20;
    let (server, room) = (smtp_counting(), Room::new());
    let file = std::fs::File::create(room.at("big"));
    file.and_then(|file| file.set_len(BYTES)).expect("a sparse file");
    let url = server.url_for("smtp", "/me.test");
    let line = ["-sS", "--mail-rcpt", "c@d.test", "-F", "=@big;encoder=base64", &url];
    let output = room.run(&line);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert!(output.peak_rss_bytes < 24 << 20, "{} bytes resident", output.peak_rss_bytes);
}

/// As [`smtp`], but it keeps nothing, and refuses a mail that is not as long as was told.
fn smtp_counting() -> Server {
    Server::tcp(|conn| {
        conn.say("220 ready\r\n")?;
        let mut told: usize = 0;
        loop {
            let line = String::from_utf8_lossy(&conn.read_line()?).into_owned();
            match line.split([' ', '\r']).next().unwrap_or_default() {
                "" => return Ok(()),
                "EHLO" => conn.say("250-here\r\n250 SIZE 0\r\n")?,
                "MAIL" => {
                    let size = line.split_once("SIZE=").map(|(_, size)| size.trim().parse());
                    told = size.and_then(Result::ok).unwrap_or_default();
                    conn.say("250 ok\r\n")?;
                }
                "DATA" => {
                    conn.say("354 go on\r\n")?;
                    for _ in 0..told / 65536 {
                        conn.read_exact_bytes(65536)?;
                    }
                    conn.read_exact_bytes(told % 65536)?;
                    let end = conn.read_line()?;
                    conn.say(if end == b".\r\n" { "250 kept\r\n" } else { "554 no\r\n" })?;
                }
                _ => conn.say("250 ok\r\n")?,
            }
        }
    })
}
