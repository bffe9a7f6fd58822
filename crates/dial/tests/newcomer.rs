//! What somebody who knows curl tries on the first day: the words of the messages, and small habits.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http;
use landline_testkit::tls::{Authority, Identity};
use room::{Room, is_one_message};

/// Runs the command, expects this exit code and one message, and gives its words.
fn told(room: &Room, arguments: &[&str], code: i32) -> String {
    let output = room.run(&[&["-sS"], arguments].concat());
    let errors = output.errors();
    assert_eq!(output.exit(), code, "{arguments:?}: {errors}");
    assert!(is_one_message(&errors, code), "{arguments:?}: {errors}");
    // Rust's ways to print a value are no words for a user.
    for debris in ["os error", "Error(", "Other(", "Some(", "i/o error", "I/O error", ".; "] {
        assert!(!errors.contains(debris), "{arguments:?}: {errors}");
    }
    errors.trim_end().to_owned()
}

fn certificates() -> (Room, Authority) {
    let (room, authority) = (Room::new(), Authority::new());
    room.put("ca", authority.ca_pem());
    (room, authority)
}

#[test]
fn a_certificate_is_refused_once_and_with_advice_that_fits() {
    let (room, authority) = certificates();
    let rules = |server: &http::Server| format!("a.test:{}:127.0.0.1", server.port());
    for (identity, extra, words, advice) in [
        (authority.issue(&["a.test"]), &[][..], "signed by an authority", "--cacert FILE"),
        (authority.issue(&["b.test"]), &["--cacert", "ca"], "is for b.test", "the host you mean"),
        (authority.expired(&["a.test"]), &["--cacert", "ca"], "expired on", "the clock"),
        (Identity::self_signed(&["a.test"]), &[], "signed by an authority", "--cacert FILE"),
        (Identity::self_signed_ca(&["a.test"]), &[], "is self-signed", "--cacert FILE"),
    ] {
        let server = http::Server::tls(&identity);
        let (rule, url) = (rules(&server), format!("https://a.test:{}/hello", server.port()));
        let errors = told(&room, &[&["--resolve", &rule], extra, &[&url]].concat(), 60);
        assert!(errors.contains("a.test") && errors.contains(words), "{errors}");
        assert!(errors.contains(advice), "{errors}");
        assert!(!errors.contains("invalid peer certificate"), "{errors}");
    }
}

#[test]
fn a_client_certificate_that_cannot_be_used_is_told_in_words() {
    let (room, authority) = certificates();
    let (one, other) = (authority.issue_client("me"), authority.issue_client("you"));
    room.put("cert", one.certificate_pem());
    room.put("key", other.key_pem());
    let server = http::Server::tls(&authority.issue(&["127.0.0.1"]));
    let to = &server.url("/hello");
    let errors = told(&room, &["--cert", "cert", "--key", "key", to], 58);
    assert!(errors.contains("key does not belong to its certificate;"), "{errors}");
    let errors = told(&room, &["--cert", "missing", to], 58);
    assert!(errors.contains("missing cannot be read: no such file or directory;"), "{errors}");
    let errors = told(&room, &["--cacert", "missing", to], 77);
    assert!(errors.ends_with("missing cannot be read: no such file or directory"), "{errors}");
}
