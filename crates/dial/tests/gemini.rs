//! Gemini as a process: documents, answers that are none, and whom it trusts.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};

use landline_testkit::tls::Identity;
use landline_testkit::{Server, http};
use room::{Room, is_one_message, run};

const KNOWN: &str = ".local/share/dial/gemini-hosts";

/// A server that says this, whatever it is asked for.
fn saying(text: &str) -> Server {
    let text = text.to_owned();
    Server::tls(&Identity::self_signed(&["somebody.test"]), move |conn| {
        conn.read_line()?;
        conn.say(&text)
    })
}

#[test]
fn a_document_is_read_and_its_server_remembered() {
    let (server, room) = (saying("20 text/gemini\r\n# Cats\r\n"), Room::new());
    let url = server.url_for("gemini", "/cats");
    for _ in 0..2 {
        let output = room.run(&["-sSv", &url]);
        assert_eq!((output.exit(), &*output.text()), (0, "# Cats\r\n"), "{}", output.errors());
        assert!(output.errors().contains(&format!("> {url}\n< 20 text/gemini\n")));
    }
    assert_eq!(server.received_text(), vec![format!("{url}\r\n"); 2]);
    let known = String::from_utf8(room.get(KNOWN).expect("it was made")).expect("text");
    assert!(known.starts_with(&format!("127.0.0.1 {} sha256:", server.port())), "{known}");
    assert_eq!(known.lines().count(), 1);
    let mode = std::fs::metadata(room.at(KNOWN)).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let include = room.run(&["-sSi", &url]);
    assert_eq!(include.text(), "Content-Type: text/gemini\r\n\r\n# Cats\r\n");
}

#[test]
fn a_certificate_that_has_changed_stops_everything() {
    let identities = [Identity::self_signed(&["a.test"]), Identity::self_signed(&["a.test"])];
    let configs: Vec<_> = identities.iter().map(Identity::server_config).collect();
    let next = Arc::new(Mutex::new(configs.into_iter()));
    let server = Server::tcp(move |conn| {
        let config = next.lock().expect("no panic").next().expect("no more connections");
        conn.upgrade_tls(&config)?;
        conn.read_line()?;
        conn.say("20 text/plain\r\nhello")
    });
    let (room, url) = (Room::new(), server.url_for("gemini", "/secret"));
    assert_eq!(room.run(&["-sS", &url]).exit(), 0);
    let known = room.get(KNOWN);
    let output = room.run(&["-sS", "-o", "x", &url]);
    let errors = output.errors();
    assert!(output.exit() == 60 && is_one_message(&errors, 60), "{errors}");
    assert!(errors.matches("sha256:").count() == 2 && errors.contains(KNOWN), "{errors}");
    assert_eq!((room.get(KNOWN), room.get("x")), (known, None));
    assert_eq!(server.received_text().iter().filter(|text| text.contains("secret")).count(), 1);
}

#[test]
fn whoever_is_told_whom_to_trust_remembers_nobody() {
    let (server, room) = (saying("20 text/plain\r\nhello"), Room::new());
    let url = server.url_for("gemini", "/");
    room.put("ca.pem", landline_testkit::tls::Authority::new().ca_pem());
    assert_eq!(room.run(&["-sS", "--cacert", "ca.pem", &url]).exit(), 60);
    assert_eq!(room.run(&["-sSk", &url]).text(), "hello");
    assert_eq!(room.get(KNOWN), None);
}

#[test]
fn answers_that_are_no_document_have_exit_codes() {
    for (reply, code, words) in [
        ("10 Your \x1b[2Jname?\r\n", 22, "asks for words behind a ? in the URL (10): Your \\x1b"),
        ("51 Not found\r\n", 22, "answered 51 Not found"),
        ("60\r\n", 22, "answered 60"),
        ("31 http://127.0.0.1:1/\r\n", 1, "leads from gemini to http"),
        ("31 file:///etc/passwd\r\n", 1, "leads from gemini to file"),
        ("30 /again\r\n", 47, "more than 5 redirects"),
        ("hello\r\n", 8, "does not speak gemini"),
        ("", 52, "closed the connection"),
        ("20 text", 18, "into a line"),
    ] {
        let (server, room) = (saying(reply), Room::new());
        let output = room.run(&["-sS", "-o", "x", &server.url_for("gemini", "/")]);
        let errors = output.errors();
        assert!(output.exit() == code && is_one_message(&errors, code), "{reply:?}: {errors}");
        assert!(errors.contains(words), "{reply:?}: {errors}");
        assert_eq!(room.get("x"), None, "{reply:?}");
    }
}

#[test]
fn a_document_that_was_cut_off_is_told_and_kept() {
    let server = Server::tls(&Identity::self_signed(&["a.test"]), |conn| {
        conn.read_line()?;
        conn.say("20 text/plain\r\nhalf")?;
        conn.cut();
        Ok(())
    });
    let (room, url) = (Room::new(), server.url_for("gemini", "/"));
    let output = room.run(&["-sS", "-o", "part", &url]);
    assert_eq!(output.exit(), 56, "{}", output.errors());
    assert!(output.errors().ends_with("; 4 bytes are in 'part'\n"), "{}", output.errors());
    assert_eq!(room.get("part").as_deref(), Some(&b"half"[..]));
    assert_eq!(room.run(&["-sS", "-C", "-", "-o", "part", &url]).exit(), 33);
}

#[test]
fn a6_a_redirect_of_http_never_leads_to_gemini() {
    let (target, server) = (saying("20 text/plain\r\n"), http::Server::new());
    let url = server.url(&format!("/redirect-to/302?{}", target.url_for("gemini", "/")));
    assert_eq!(run(&["-sSL", &url]).exit(), 1);
    assert_eq!(target.connections(), 0);
}
