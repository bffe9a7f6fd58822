use std::io::{Read, Write};
use std::time::{Duration, UNIX_EPOCH};

use tokio::io::AsyncReadExt;

use super::*;
use crate::ErrorKind;

fn hello() -> Message {
    let date = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    Message::new().from("Ada <ada@a.test>").to("c@d.test").date(date).message_id("1@a.test")
}

fn written(message: Message) -> String {
    let mut upload = message.into_upload().unwrap().into_reader().unwrap();
    let mut text = String::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(upload.read_to_string(&mut text)).unwrap();
    for line in text.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    text
}

/// Every boundary is another one: they are called A, B, C as they come.
fn plain(mut text: String) -> String {
    for name in ["A", "B", "C"] {
        let Some((_, rest)) = text.split_once("boundary=-") else { break };
        let boundary = "-".to_owned() + rest.split("\r\n").next().unwrap();
        text = text.replace(&boundary, name);
    }
    text.replace("\r\n", "\n")
}

const HEAD: &str = "Date: Sun, 9 Sep 2001 01:46:40 +0000\nFrom: \"Ada\" <ada@a.test>\n\
                    To: <c@d.test>\nMessage-ID: <1@a.test>\n";

#[test]
fn a_text_alone_is_the_body() {
    let text = written(hello().subject("Hi").text("one\ntwo\r\n"));
    let expected = format!(
        "{HEAD}Subject: Hi\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 7bit\n\none\ntwo\n"
    );
    assert_eq!(plain(text), expected);
    assert!(written(hello()).ends_with("7bit\r\n\r\n"));
}

#[test]
fn parts_are_in_each_other_as_mail_programs_expect_them() {
    let attachment = Attachment::bytes("a.png", *b"png");
    let shown = Attachment::bytes("", *b"gif").media_type("image/gif");
    let message = hello().text("hi").html("<p>").inline("x@y", shown).attach(attachment);
    let text = plain(written(message));
    let (_, body) = text.split_once("MIME-Version: 1.0\n").unwrap();
    let expected = "Content-Type: multipart/mixed; boundary=A\n\n--A\n\
        Content-Type: multipart/alternative; boundary=B\n\n--B\n\
        Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\nhi\n--B\n\
        Content-Type: multipart/related; type=\"text/html\"; boundary=C\n\n--C\n\
        Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n<p>\n--C\n\
        Content-Type: image/gif\nContent-Transfer-Encoding: base64\n\
        Content-Disposition: inline\nContent-ID: <x@y>\n\nZ2lm\n--C--\n\n--B--\n\n--A\n\
        Content-Type: image/png\nContent-Transfer-Encoding: base64\n\
        Content-Disposition: attachment; filename=\"a.png\"\n\ncG5n\n--A--\n";
    assert_eq!(body, expected);
}

#[test]
fn texts_take_the_shortest_encoding_that_gets_through() {
    let long = "x".repeat(999);
    for (text, encoding, written_as) in [
        ("a\tb\n", "7bit", "a\tb\r\n"),
        (&*"x".repeat(998), "7bit", &*"x".repeat(998)),
        (&long, "quoted-printable", "x=\r\n"),
        ("gr\u{fc}ne Wiesen, viel Text, damit es sich lohnt", "quoted-printable", "gr=C3=BCne"),
        ("\u{434}\u{430}", "base64", "0LTQsA=="),
        ("a\rb c d e f g h i", "quoted-printable", "a=0Db"),
        ("a\0b c d e f g h i", "quoted-printable", "a=00b"),
    ] {
        let whole = written(hello().text(text));
        let told = format!("Content-Transfer-Encoding: {encoding}\r\n\r\n");
        let (_, body) = whole.split_once(&told).unwrap_or_else(|| panic!("{whole}"));
        assert!(body.contains(written_as), "{text:?}: {body}");
    }
}

#[test]
fn the_envelope_has_everybody_once_and_the_message_no_bcc() {
    let message = hello().cc("e@f.test").cc(("C", "c@d.test")).bcc("secret@g.test").text("x");
    let envelope = message.envelope();
    assert_eq!(envelope.from, "ada@a.test");
    let recipients: Vec<_> = envelope.recipients.iter().map(|one| &*one.address).collect();
    assert_eq!(recipients, ["c@d.test", "e@f.test", "secret@g.test"]);
    assert!(!envelope.utf8);
    assert!(!format!("{message:?}").contains("secret@"));
    assert!(!written(message).contains("secret@"));
    let message = hello().sender("s@a.test").reply_to("gr\u{fc}n@a.test");
    assert_eq!((&*message.envelope().from, message.envelope().utf8), ("s@a.test", true));
}

#[test]
fn a_message_has_a_date_and_an_identifier_of_its_own() {
    let [one, two] = [(); 2].map(|()| written(Message::new().from("a@b.test")));
    let id = |text: &str| {
        let (_, id) = text.split_once("Message-ID: <").unwrap();
        id.split_once("@b.test>\r\n").unwrap().0.to_owned()
    };
    assert_ne!(id(&one), id(&two));
    assert_eq!(id(&one).len(), 22);
    assert!(one.starts_with("Date: ") && one.contains(" +0000\r\n"), "{one}");
}

fn refused(message: Message) -> String {
    let error = message.into_upload().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    error.chain()
}

/// Classes A3 and A4: whatever is said of a message, none of it begins a field, ends the header block or hides a
/// line of the body.
#[test]
fn a3_a4_no_line_end_and_no_nul_gets_into_a_header_block() {
    for evil in
        ["x\r\nBcc: e@f.test", "x\nBcc: e@f.test", "x\rBcc: e@f.test", "x\0", "\r\n\r\nx", "x\n"]
    {
        let attached = |attachment: Attachment| hello().attach(attachment);
        for message in [
            hello().subject(evil),
            hello().to((evil, "c@d.test")),
            hello().to(("c", format!("c@d.test{evil}"))),
            hello().from(evil),
            hello().sender(evil),
            hello().reply_to(evil),
            hello().cc((evil, "c@d.test")),
            hello().bcc(evil),
            hello().header("X-Own", evil),
            hello().header(evil, "x"),
            hello().message_id(evil),
            attached(Attachment::bytes(evil, *b"x")),
            attached(Attachment::bytes("x", *b"x").media_type(format!("a/b{evil}"))),
            hello().html("x").inline(evil, Attachment::bytes("x", *b"x")),
        ] {
            let told = refused(message);
            assert!(!told.contains(['\r', '\n', '\0']), "{told:?}");
        }
    }
}

#[test]
fn what_no_message_can_hold_is_refused() {
    let attached = |kind: &str| hello().attach(Attachment::bytes("x", *b"x").media_type(kind));
    for message in [
        Message::new().to("a@b"),
        hello().from("b@c"),
        hello().header("Bcc", "a@b"),
        hello().header("resent-bcc", "a@b"),
        hello().header("to", "a@b"),
        hello().header("Content-Type", "a/b"),
        hello().header("a b", "c"),
        hello().header("", "c"),
        hello().inline("x", Attachment::bytes("x", *b"x")),
        hello().date(UNIX_EPOCH - Duration::from_secs(1)),
        hello().date(UNIX_EPOCH + Duration::from_secs(253_402_300_800)),
        attached("message/rfc822"),
        attached("multipart/mixed; boundary=x"),
        attached("text"),
        attached("text/"),
        attached("te xt/x"),
        attached("text/gr\u{fc}n"),
        attached(&format!("a/b; c={}", "x".repeat(1000))),
        hello().to(format!("{}@b.test", "x".repeat(1000))),
        hello().message_id("a b@c"),
    ] {
        refused(message);
    }
}

#[test]
fn files_are_read_while_they_are_sent_and_guessed_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.eml");
    std::fs::File::create(&path).unwrap().write_all(&[b'x'; 100]).unwrap();
    let upload = hello().attach(Attachment::file(&path).unwrap()).into_upload().unwrap();
    assert!(upload.again().is_some());
    let told = upload.len().unwrap();
    let text = written(hello().attach(Attachment::file(&path).unwrap()));
    assert_eq!(text.len() as u64, told);
    assert!(text.contains("Content-Type: application/octet-stream\r\n"), "{text}");
    assert!(text.contains("filename=\"letter.eml\"\r\n"), "{text}");
    assert_eq!(Attachment::file(folder.path()).unwrap_err().kind(), ErrorKind::Upload);
    let read = Attachment::reader("a.txt", std::io::repeat(b'a').take(3), None);
    let upload = hello().attach(read).into_upload().unwrap();
    assert_eq!((upload.len(), upload.again().is_none()), (None, true));
}
