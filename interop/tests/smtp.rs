//! SMTP against Exim: what is delivered is what was sent.
#![cfg(unix)]
// A test harness fails loudly.
#![allow(clippy::unwrap_used, clippy::panic)]

use landline::mail::{Attachment, Message};
use landline::net::NetOptions;
use landline::sasl::Mechanisms;
use landline::smtp::{Connection, Envelope, Options};
use landline::{ErrorKind, Login, Opener, Security, StoreMode, Upload};
use landline_interop::{Exim, MAIL_LOGIN, MAX_MESSAGE_BYTES, exim};

fn opener(server: &Exim, set: impl FnOnce(&mut Options)) -> Opener {
    let mut net = NetOptions::default();
    net.tls.trust_only_file(server.ca()).unwrap();
    let mut options = Options::default();
    set(&mut options);
    Opener::new().unwrap().net(net).smtp(options)
}

fn connect(server: &Exim, security: Security) -> Connection {
    let opener = opener(server, |options| options.security = security);
    Connection::with(&opener, &server.url("smtp")).unwrap()
}

fn envelope(name: &str) -> Envelope {
    Envelope::new("me@a.test").to(format!("{name}@open.test"))
}

/// What has to arrive: the same with whole lines, as Exim keeps them.
fn kept(sent: &[u8]) -> Vec<u8> {
    let mut text =
        String::from_utf8(sent.to_vec()).unwrap().replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.into_bytes()
}

fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let head = "From: me@a.test\nSubject: x\n\n";
    let body = |text: &str| (head.to_owned() + text).into_bytes();
    vec![
        ("dots", body(".\n..\n.a\n\n.\r\n...\n.")),
        ("open", body("no line end")),
        ("carriage", body("a\rb\r\rc\r\n")),
        ("long", body(&("x".repeat(990) + "\n").repeat(150))),
        ("eight", body("gr\u{fc}n \u{1f600}\n")),
        ("empty", body("")),
        ("smuggled", body("a\n.\rMAIL FROM:<evil@e.test>\n.\n\rb\n")),
    ]
}

#[test]
fn what_is_delivered_is_what_was_sent_up_to_a_dot_and_in_chunks() {
    let Some(server) = exim() else { return };
    let mut mail = connect(&server, Security::Off);
    let can = mail.extensions().clone();
    assert!(can.chunking && can.eight_bit_mime && can.pipelining && can.starttls, "{can:?}");
    for (name, text) in messages() {
        for (chunked, how) in [(false, "data"), (true, "bdat")] {
            let name = format!("{name}-{how}");
            let mut envelope = envelope(&name);
            envelope.chunked = chunked;
            envelope.eight_bit = !text.is_ascii();
            mail.send(&envelope, Upload::reader(std::io::Cursor::new(text.clone()), None)).unwrap();
            let delivered = server.delivered(&name);
            assert!(delivered == kept(&text), "{name}: {}", delivered.escape_ascii());
        }
    }
    mail.quit().unwrap();
}

#[test]
fn every_login_it_offers_works_and_a_wrong_one_does_not() {
    let Some(server) = exim() else { return };
    let (user, password) = MAIL_LOGIN;
    for (mechanism, security) in
        [("PLAIN", Security::Required), ("LOGIN", Security::Off), ("CRAM-MD5", Security::Off)]
    {
        let set = |options: &mut Options| {
            options.security = security;
            options.sasl.only = Some(Mechanisms::of(mechanism));
        };
        let opener = opener(&server, set);
        let mut mail = Connection::with(&opener, &server.url("smtp")).unwrap();
        assert_eq!(mail.stream().tls().is_some(), security == Security::Required);
        let name = mechanism.to_ascii_lowercase();
        let to = Envelope::new("me@a.test").to(format!("{name}@closed.test"));
        let text = Upload::bytes(*b"Subject: x\n\nx\n");
        let error = mail.send(&to, text).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(550)));
        let mut sasl = landline::sasl::Options::default();
        sasl.only = Some(Mechanisms::of(mechanism));
        let wrong = mail.login_by(Some(&Login::new(user, "wrong")), &sasl).unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Login, "{mechanism}");
        assert!(!wrong.chain().contains("wrong"), "{wrong:?}");
        mail.login_by(Some(&Login::new(user, password)), &sasl).unwrap();
        mail.send(&to, Upload::bytes(*b"Subject: x\n\nx\n")).unwrap();
        assert_eq!(server.delivered(&name), b"Subject: x\n\nx\n");
        mail.quit().unwrap();
    }
}

#[test]
fn some_recipients_are_refused() {
    let Some(server) = exim() else { return };
    let mut mail = connect(&server, Security::Required);
    let text = || Upload::bytes(*b"Subject: x\n\nx\n");
    let mut all = envelope("first").to("nobody@open.test").to("third@open.test");
    let error = mail.send(&all, text()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.chain().contains("no such mailbox"), "{}", error.chain());
    all.any_recipient = true;
    all.recipients[0] = "second@open.test".into();
    let delivery = mail.send(&all, text()).unwrap();
    let refused: Vec<_> =
        delivery.refused.iter().map(|(who, reply)| (&**who, reply.code())).collect();
    assert_eq!(refused, [("nobody@open.test", Some(550))]);
    assert_eq!(server.delivered("second"), server.delivered("third"));
    assert_eq!((server.mailbox("first"), server.mailbox("nobody")), (None, None));
    mail.quit().unwrap();
}

#[test]
fn what_is_too_long_is_refused_before_and_behind() {
    let Some(server) = exim() else { return };
    let text = b"Subject: x\n\n".iter().copied().chain(b"a line\n".iter().copied().cycle());
    let text: Vec<u8> = text.take(MAX_MESSAGE_BYTES + 1000).collect();
    let mut mail = connect(&server, Security::Off);
    let error = mail.send(&envelope("long"), Upload::bytes(text.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{}", error.chain());
    let error =
        mail.send(&envelope("long"), Upload::reader(std::io::Cursor::new(text), None)).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(552)));
    assert_eq!(server.mailbox("long"), None);
}

#[test]
fn a_message_is_built_and_stored_by_url_under_tls_at_once() {
    let Some(server) = exim() else { return };
    let message =
        Message::new().from("Ada <ada@a.test>").to("built@open.test").subject("gr\u{fc}n");
    let message = message.text("hi").attach(Attachment::bytes("a.bin", [0, 1, 2, b'\n']));
    let envelope = message.envelope();
    let opener = opener(&server, |options| options.envelope = envelope);
    let upload = message.into_upload().unwrap();
    opener.store(&server.url("smtps"), upload, StoreMode::Replace).unwrap();
    let delivered = String::from_utf8(server.delivered("built")).unwrap();
    assert!(delivered.contains("\nTo: <built@open.test>\n"), "{delivered}");
    assert!(delivered.contains("filename=\"a.bin\"\n\nAAECCg==\n--"), "{delivered}");
}

#[test]
fn addresses_beyond_ascii_arrive() {
    let Some(server) = exim() else { return };
    let mut mail = connect(&server, Security::Off);
    assert!(mail.extensions().smtp_utf8);
    let text = "From: gr\u{fc}n@a.test\nSubject: gr\u{fc}n\n\nx\n".as_bytes();
    mail.send(&Envelope::new("gr\u{fc}n@a.test").to("gr\u{fc}n@open.test"), Upload::bytes(text))
        .unwrap();
    assert_eq!(server.delivered("gr\u{fc}n"), text);
}
