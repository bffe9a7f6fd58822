//! POP3 against Dovecot.
#![cfg(unix)]
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::time::{Duration, Instant};

use landline::net::NetOptions;
use landline::pop3::{Connection, Options};
use landline::sasl::Mechanisms;
use landline::{ErrorKind, Login, Opener, Security};
use landline_interop::{Dovecot, MAIL_LOGIN, dovecot};

const FIRST: &str = "Subject: first\n\n.a dot\n..two\n.\nand the end\n";
const FIRST_READ: &str = "Subject: first\r\n\r\n.a dot\r\n..two\r\n.\r\nand the end\r\n";

/// A mailbox of two messages, the second one long.
fn mailbox(more: &str) -> Option<Dovecot> {
    let server = dovecot(more)?;
    server.deliver(1, FIRST.as_bytes());
    server.deliver(2, second().as_bytes());
    Some(server)
}

fn second() -> String {
    let lines: String = (0..20_000).map(|number| format!(".line {number}\n")).collect();
    format!("Subject: second\nX-Two: 2\n\n{lines}")
}

fn opener(server: &Dovecot, change: impl FnOnce(&mut Options)) -> Opener {
    let (mut net, mut options) = (NetOptions::default(), Options::default());
    net.tls.trust_only_file(server.ca()).unwrap();
    change(&mut options);
    let login = Login::new(MAIL_LOGIN.0, MAIL_LOGIN.1);
    Opener::new().unwrap().net(net).pop3(options).login(login)
}

fn session(server: &Dovecot, scheme: &str, change: impl FnOnce(&mut Options)) -> Connection {
    Connection::with(&opener(server, change), &server.url(scheme, "/")).unwrap()
}

fn text(mut reader: impl Read) -> String {
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_mailbox_is_listed_and_read_and_what_is_deleted_goes_at_the_end() {
    let Some(server) = mailbox("") else { return };
    let mut mailbox = session(&server, "pop3", |_| ());
    let long = second().replace('\n', "\r\n");
    let sizes = [FIRST_READ.len() as u64, long.len() as u64];
    assert_eq!(mailbox.stat().unwrap(), (2, sizes[0] + sizes[1]));
    assert_eq!(mailbox.list().unwrap(), [(1, sizes[0]), (2, sizes[1])]);
    assert_eq!(mailbox.size(2).unwrap(), sizes[1]);
    assert_eq!(mailbox.size(3).unwrap_err().kind(), ErrorKind::Refused);
    let names = mailbox.unique_ids().unwrap();
    assert_eq!(names.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2]);
    assert_ne!(names[0].1, names[1].1);
    assert_eq!(text(mailbox.retrieve(1).unwrap()), FIRST_READ);
    assert_eq!(text(mailbox.retrieve(2).unwrap()), long);
    let top = "Subject: second\r\nX-Two: 2\r\n\r\n.line 0\r\n.line 1\r\n";
    assert_eq!(text(mailbox.top(2, 2).unwrap()), top);
    mailbox.noop().unwrap();
    mailbox.delete(2).unwrap();
    mailbox.reset().unwrap();
    mailbox.delete(1).unwrap();
    assert_eq!(mailbox.retrieve(1).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(mailbox.list().unwrap(), [(2, sizes[1])]);
    mailbox.quit().unwrap();
    assert_eq!(server.count(), 1);
    assert_eq!(session(&server, "pop3", |_| ()).unique_ids().unwrap(), [(1, names[1].1.clone())]);
}

#[test]
fn what_is_marked_stays_when_nobody_takes_leave() {
    let Some(server) = mailbox("") else { return };
    let mut mailbox = session(&server, "pop3", |_| ());
    mailbox.delete(1).unwrap();
    drop(mailbox);
    assert_eq!(session(&server, "pop3", |_| ()).stat().unwrap().0, 2);
}

#[test]
fn messages_are_documents_by_their_urls() {
    let Some(server) = mailbox("") else { return };
    let opener = opener(&server, |_| ());
    let listing = opener.open(&server.url("pop3", "/")).unwrap().text().unwrap();
    assert!(listing.starts_with(&format!("1 {}\r\n2 ", FIRST_READ.len())), "{listing}");
    let mut message = opener.open(&server.url("pop3", "/1")).unwrap();
    assert_eq!(message.info().get("subject"), Some("first"));
    assert_eq!(message.text().unwrap(), FIRST_READ);
    let info = opener.info(&server.url("pop3", "/2")).unwrap();
    assert_eq!(info.get("x-two"), Some("2"));
    let missing = opener.open(&server.url("pop3", "/3")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Refused);
    opener.quit();
    assert_eq!(server.log().matches("Login: ").count(), 1, "one login for all: {}", server.log());
}

#[test]
fn tls_begins_when_it_is_asked_for_and_where_it_is_demanded() {
    // Whoever comes from the server's own address passes for safe.
    let Some(server) = mailbox("ssl = required\n") else { return };
    for (scheme, security) in
        [("pop3", Security::Required), ("pop3", Security::Tried), ("pop3s", Security::Off)]
    {
        let mut mailbox = session(&server, scheme, |options| options.security = security);
        assert!(mailbox.stream().tls().is_some(), "{scheme} {security:?}");
        assert_eq!(mailbox.stat().unwrap().0, 2);
        mailbox.quit().unwrap();
    }
    assert_eq!(server.log().matches("TLS").count(), 3, "{}", server.log());
    let opener = opener(&server, |options| options.security = Security::Required);
    let message = opener.open(&server.url("pop3", "/1")).unwrap();
    assert_eq!(message.info().get("subject"), Some("first"));
}

#[test]
fn a_server_without_tls_is_told_no_password_where_that_is_required() {
    let Some(server) = mailbox("ssl = no\n") else { return };
    let opener = opener(&server, |options| options.security = Security::Required);
    let error = opener.open(&server.url("pop3", "/1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TlsUnavailable);
    let mut tried = session(&server, "pop3", |options| options.security = Security::Tried);
    assert!(tried.stream().tls().is_none());
    assert_eq!(tried.stat().unwrap().0, 2);
}

#[test]
fn every_mechanism_lets_in_who_knows_the_password_and_nobody_else() {
    let Some(server) = mailbox("") else { return };
    let names =
        ["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "APOP"];
    for name in names {
        let by = |options: &mut Options| match name {
            "APOP" => options.sasl.never = true,
            _ => options.sasl.only = Some(Mechanisms::of(name)),
        };
        for initial in [false, true] {
            let mut mailbox = session(&server, "pop3", |options| {
                by(options);
                options.sasl.initial_response = initial;
            });
            assert_eq!(mailbox.stat().unwrap().0, 2, "{name}");
            mailbox.quit().unwrap();
        }
        assert_eq!(logins(&server, name, 2), 2, "{name}: {}", server.log());
        let stranger = opener(&server, by).login(Login::new("tester", "wrong"));
        let error = Connection::with(&stranger, &server.url("pop3", "/")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Login, "{name}: {error}");
        assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
    }
}

#[test]
fn the_strongest_mechanism_is_taken_and_user_and_pass_where_there_is_none() {
    let Some(server) = mailbox("") else { return };
    session(&server, "pop3", |_| ()).quit().unwrap();
    assert!(logins(&server, "SCRAM-SHA-256", 1) > 0, "{}", server.log());
    let Some(server) = mailbox("auth_mechanisms = plain\n") else { return };
    session(&server, "pop3", |options| options.sasl.never = true).quit().unwrap();
    let opener = opener(&server, |options| options.sasl.never = true);
    let stranger = opener.login(Login::new("tester", "wrong"));
    let error = Connection::with(&stranger, &server.url("pop3", "/")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login);
}

/// How many logins by a mechanism the server has written down, which it does behind its answer.
fn logins(server: &Dovecot, mechanism: &str, expected: usize) -> usize {
    let method = format!("method={mechanism},");
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let log = server.log();
        let count = log.lines().filter(|it| it.contains("Login:") && it.contains(&method)).count();
        if count >= expected || Instant::now() > deadline {
            return count;
        }
        std::thread::yield_now();
    }
}
