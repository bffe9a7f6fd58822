//! LMTP against Dovecot: who has no mailbox is told apart from who has the message.
#![cfg(unix)]
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use landline::net::{NetOptions, UnixName};
use landline::smtp::{Connection, Envelope};
use landline::{Opener, Upload};
use landline_interop::{Dovecot, dovecot, free_port, installed};

const MESSAGE: &[u8] = b"From: me@a.test\nSubject: at its end\n\n.\n..a\nlast\n";

/// A server of mailboxes that takes mail for them too, at this port and over a socket in its folder.
fn server() -> Option<(Dovecot, u16)> {
    installed("/usr/lib/dovecot/lmtp")?;
    let port = free_port();
    let more = format!(
        "protocols = $protocols lmtp\nauth_username_format = %Ln\n\
         service lmtp {{\n inet_listener lmtp {{\n  port = {port}\n }}\n \
         unix_listener lmtp {{\n  mode = 0666\n }}\n}}\n"
    );
    Some((dovecot(&more)?, port))
}

fn envelope() -> Envelope {
    let mut envelope = Envelope::new("me@a.test").to("nobody@localhost").to("tester@localhost");
    envelope.any_recipient = true;
    envelope
}

fn deliver(server: &Dovecot, opener: &Opener, url: &str, envelope: &Envelope) {
    let before = server.count();
    let mut mail = Connection::with(opener, url).unwrap();
    assert!(mail.extensions().enhanced_codes && mail.extensions().pipelining);
    let delivery = mail.send(envelope, Upload::bytes(MESSAGE)).unwrap();
    assert_eq!(delivery.enhanced_code().map(|code| code.0), Some(2), "{delivery:?}");
    let [(who, why)] = &*delivery.refused else { unreachable!("{delivery:?}") };
    assert!(who == "nobody@localhost" && why.is_permanent(), "{delivery:?}");
    mail.quit().unwrap();
    assert_eq!(server.count(), before + 1);
}

#[test]
fn a_message_is_delivered_over_tcp_and_over_a_socket_up_to_a_dot_and_in_chunks() {
    let Some((server, port)) = server() else { return };
    let url = format!("lmtp://localhost:{port}/me.test");
    deliver(&server, &Opener::new().unwrap(), &url, &envelope());
    let mut chunked = envelope();
    chunked.chunked = true;
    deliver(&server, &Opener::new().unwrap(), &url, &chunked);
    let mut net = NetOptions::default();
    net.unix_socket = Some(UnixName::Path(server.socket("lmtp")));
    let opener = Opener::new().unwrap().net(net);
    deliver(&server, &opener, "lmtp://localhost/", &envelope());
    for number in 1..=3 {
        let url = server.url_with_login("pop3", &format!("/{number}"));
        let kept = Opener::new().unwrap().open(&url).unwrap().read_to_vec().unwrap();
        let expected = String::from_utf8_lossy(MESSAGE).replace('\n', "\r\n");
        assert!(kept.ends_with(expected.as_bytes()), "{}", kept.escape_ascii());
    }
}
