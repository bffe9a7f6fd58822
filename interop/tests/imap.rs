//! IMAP against Dovecot.
// A test harness fails loudly.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Read;
use std::time::Duration;

use landline::imap::{Connection, Message, Options, Set};
use landline::net::NetOptions;
use landline::sasl::Mechanisms;
use landline::{Opener, Security, StoreMode, Upload};
use landline_interop::{Dovecot, dovecot};

fn opener(server: &Dovecot, change: impl FnOnce(&mut Options)) -> Opener {
    let mut net = NetOptions::default();
    net.tls.trust_only_file(server.ca()).unwrap();
    let mut options = Options::default();
    change(&mut options);
    Opener::new().unwrap().net(net).imap(options)
}

#[test]
fn messages_are_stored_found_read_copied_and_deleted() {
    let Some(server) = dovecot("") else { return };
    let opener = opener(&server, |_| {});
    let mut session = Connection::with(&opener, &server.url_with_login("imap", "/")).unwrap();
    session.command("CREATE Entw&APw-rfe").unwrap();
    let mut names: Vec<_> = session.list("", "*").unwrap().into_iter().map(|it| it.name).collect();
    names.sort();
    assert_eq!(names, ["Entwürfe", "INBOX"]);
    let line = "a line with LF alone, of some length\n";
    let message = format!("Subject: hello\r\n\r\n{}", line.repeat(100_000));
    let upload = Upload::bytes(message.clone().into_bytes());
    let stored = session.append("INBOX", &["\\Flagged"], upload).unwrap().unwrap();
    assert_eq!(session.select("INBOX").unwrap().messages, Some(1));
    let uids = session.search_uids("SUBJECT hello").unwrap();
    assert_eq!(stored.uids, uids[0].to_string());
    let mut text = String::new();
    session.section(Message::Uid(uids[0]), "").unwrap().read_to_string(&mut text).unwrap();
    assert!(text == message.replace("\r\n", "\n").replace('\n', "\r\n"), "{} bytes", text.len());
    session.copy(Set::Uids(&stored.uids), "Entwürfe").unwrap();
    assert_eq!(session.status("Entwürfe").unwrap().messages, Some(1));
    let flagged = session.store(Set::Uids(&stored.uids), "+FLAGS (\\Deleted)").unwrap();
    assert!(flagged[0].flags().unwrap().contains(&"\\Deleted".to_owned()));
    session.expunge_uids(&stored.uids).unwrap();
    assert_eq!(session.search("ALL").unwrap(), []);
    server.deliver(1, b"Subject: new\r\n\r\n");
    assert!(!session.idle(Duration::from_secs(20)).unwrap().is_empty());
    session.logout().unwrap();
}

#[test]
fn urls_are_listed_stored_searched_and_read() {
    let Some(server) = dovecot("") else { return };
    for (scheme, security) in [("imap", Security::Required), ("imaps", Security::Off)] {
        let opener = opener(&server, |options| options.security = security);
        let url = |path: &str| server.url_with_login(scheme, path);
        let message = Upload::bytes(&b"Subject: by URL\r\n\r\ntext\r\n"[..]);
        opener.store(&url("/INBOX"), message, StoreMode::Replace).unwrap();
        let listed = opener.open(&url("/")).unwrap().text().unwrap();
        assert!(listed.contains("INBOX"), "{listed}");
        let found = opener.open(&url("/INBOX?SUBJECT%20URL")).unwrap().text().unwrap();
        assert!(found.starts_with("* SEARCH 1"), "{found}");
        let mut document = opener.open(&url("/INBOX;MAILINDEX=1")).unwrap();
        assert_eq!(document.info().get("Subject"), Some("by URL"));
        assert_eq!(document.text().unwrap(), "Subject: by URL\r\n\r\ntext\r\n");
        let text = opener.open(&url("/INBOX;MAILINDEX=1;SECTION=TEXT")).unwrap().text();
        assert_eq!(text.unwrap(), "text\r\n");
        opener.quit();
    }
}

#[test]
fn every_mechanism_logs_in() {
    let Some(server) = dovecot("") else { return };
    for name in ["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
        let opener = opener(&server, |options| options.sasl.only = Some(Mechanisms::of(name)));
        let mut session = Connection::with(&opener, &server.url_with_login("imaps", "/"))
            .unwrap_or_else(|error| panic!("{name}: {}\n{}", error.chain(), server.log()));
        session.noop().unwrap();
        session.logout().unwrap();
    }
}
