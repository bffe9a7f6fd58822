//! Mechanisms whose words depend on the connection, against a server that checks them: SCRAM bound to
//! TLS, and OAUTHBEARER, which names host and port.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use landline::sasl::Mechanisms;
use landline::{Login, imap, sasl, smtp};
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Script, ScriptServer};
use landline_testkit::{Conn, Server};
use sha2::{Digest, Sha256};
use support::{faces, trusting};

const PASSWORD: &str = "pencil";
const SALT: &[u8] = b"a grain or two";
const ROUNDS: u32 = 4096;

fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn asked(conn: &mut Conn, say: &str) -> io::Result<String> {
    conn.say(format!("{say}\r\n"))?;
    let line = conn.read_line()?;
    Ok(String::from_utf8(line).expect("text").trim_end().to_owned())
}

fn told(conn: &mut Conn, say: &[u8]) -> io::Result<String> {
    let line = asked(conn, &format!("334 {}", BASE64.encode(say)))?;
    Ok(String::from_utf8(BASE64.decode(line).expect("base64")).expect("text"))
}

/// The server's side of RFC 5802 with SHA-256; gives the flag of the binding that the client has said,
/// once proof and binding are right.
fn scram(conn: &mut Conn) -> io::Result<String> {
    let first = told(conn, b"")?;
    let (flag, rest) = first.split_once(',').expect("a flag");
    let bare = rest.strip_prefix(',').expect("nobody else to act as");
    let nonce = bare.strip_prefix("n=me,r=").expect("a nonce");
    let all_nonce = format!("{nonce}andours");
    let challenge = format!("r={all_nonce},s={},i={ROUNDS}", BASE64.encode(SALT));
    let last = told(conn, challenge.as_bytes())?;
    let (without_proof, proof) = last.rsplit_once(",p=").expect("a proof");
    let mut channel = format!("{flag},,").into_bytes();
    if flag.starts_with("p=") {
        let tls = conn.tls().expect("TLS");
        let binding = tls.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", None);
        channel.extend(binding.expect("a binding"));
    }
    assert_eq!(without_proof, format!("c={},r={all_nonce}", BASE64.encode(channel)));

    let mut salted = [0; 32];
    pbkdf2::pbkdf2::<Hmac<Sha256>>(PASSWORD.as_bytes(), SALT, ROUNDS, &mut salted).unwrap();
    let all = format!("{bare},{challenge},{without_proof}");
    let client_key = keyed(&salted, b"Client Key");
    let signature = keyed(&Sha256::digest(client_key), all.as_bytes());
    let expected: Vec<_> =
        client_key.iter().zip(signature).map(|(one, other)| one ^ other).collect();
    assert_eq!(BASE64.decode(proof).unwrap(), expected);
    let ours = keyed(&keyed(&salted, b"Server Key"), all.as_bytes());
    assert_eq!(told(conn, format!("v={}", BASE64.encode(ours)).as_bytes())?, "");
    Ok(flag.to_owned())
}

/// Plays a mail server that offers `offered`, and notes the mechanism and the flag of its binding.
fn play(conn: &mut Conn, offered: &str, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    asked(conn, "220 ready")?;
    let line = asked(conn, &format!("250-here\r\n250 AUTH {offered}"))?;
    let flag = scram(conn)?;
    seen.lock().unwrap().push(format!("{line} {flag}"));
    assert_eq!(asked(conn, "235 in")?, "QUIT");
    conn.say("221 bye\r\n")
}

fn only(names: &str) -> smtp::Options {
    let mut options = smtp::Options::default();
    options.sasl.only = (!names.is_empty()).then(|| Mechanisms::of(names));
    options
}

/// What the server is told behind the mechanism's name (RFC 7628 section 3.1).
fn said_by_bearer(server: &ScriptServer) -> String {
    let port = server.port();
    BASE64.encode(format!("n,a=me,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer t0ken\x01\x01"))
}

fn bearer_options() -> sasl::Options {
    let mut options = sasl::Options::default();
    (options.bearer, options.initial_response) = (Some("t0ken".to_owned()), true);
    options
}

const BY_SMTP: &str = "\
S: 220 ready
C: EHLO {any}
S: 250-here
S: 250 AUTH PLAIN XOAUTH2 OAUTHBEARER
C: AUTH OAUTHBEARER {any}
S: 235 in
C: QUIT
S: 221 bye
";

const BY_IMAP: &str = "\
S: * OK
C: {tag} CAPABILITY
S: * CAPABILITY AUTH=OAUTHBEARER AUTH=PLAIN SASL-IR
S: {tag} OK
C: {tag} AUTHENTICATE OAUTHBEARER {any}
S: {tag} OK
C: {tag} LOGOUT
S: * BYE
S: {tag} OK
";

const BOTH: &str = "SCRAM-SHA-256 SCRAM-SHA-256-PLUS";

faces! {
    /// Logs in where `offered` is; the mechanism that was taken, and the flag of its binding.
    async fn log_in(offered: &'static str, wanted: &str, is_private: bool) -> landline::Result<String> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&seen);
        let authority = Authority::new();
        let mut builder = Server::builder();
        if is_private {
            builder = builder.tls_config(authority.issue(&["127.0.0.1"]).setup().only_tls13().config());
        }
        let server = builder.start(move |conn| play(conn, offered, &notes));
        let opener = opener().net(trusting(authority.ca_der())).login(Login::new("me", PASSWORD));
        let opener = opener.smtp(only(wanted));
        let url = server.url_for(if is_private { "smtps" } else { "smtp" }, "/me.test");
        w!(w!(face::smtp::Connection::with(&opener, &url))?.quit())?;
        let seen = seen.lock().unwrap().join("; ");
        Ok(seen)
    }

    fn scram_is_bound_to_the_connection_where_that_can_be() {
        let taken = w!(log_in(BOTH, "", true))?;
        assert_eq!(taken, "AUTH SCRAM-SHA-256-PLUS p=tls-exporter");
        // In the clear there is nothing to be bound to.
        assert_eq!(w!(log_in(BOTH, "", false))?, "AUTH SCRAM-SHA-256 n");
    }

    /// `y` is for servers that have offered no binding: those that have take it for a stripped offer
    /// (RFC 5802 section 6).
    fn scram_without_the_binding_that_was_offered_does_not_say_that_none_was() {
        assert_eq!(w!(log_in(BOTH, "SCRAM-SHA-256", true))?, "AUTH SCRAM-SHA-256 n");
        let unknown = "SCRAM-SHA-256 SCRAM-SHA-512-PLUS";
        assert_eq!(w!(log_in(unknown, "", true))?, "AUTH SCRAM-SHA-256 n");
        assert_eq!(w!(log_in("SCRAM-SHA-256", "", true))?, "AUTH SCRAM-SHA-256 y");
    }

    fn oauthbearer_names_host_and_port() {
        let server = Script::parse(BY_SMTP).unwrap().serve();
        let mut options = smtp::Options::default();
        options.sasl = bearer_options();
        let opener = opener().login(Login::new("me", "")).smtp(options);
        w!(w!(face::smtp::Connection::with(&opener, &server.url_for("smtp", "/")))?.quit())?;
        let received = server.server().received_text().concat();
        let expected = format!("AUTH OAUTHBEARER {}\r\n", said_by_bearer(&server));
        assert!(received.contains(&expected), "{received}");
        server.finish()?;

        let server = Script::parse(BY_IMAP).unwrap().serve();
        let mut options = imap::Options::default();
        options.sasl = bearer_options();
        let opener = opener.imap(options);
        w!(w!(face::imap::Connection::with(&opener, &server.url_for("imap", "/")))?.logout())?;
        let received = server.server().received_text().concat();
        let expected = format!("AUTHENTICATE OAUTHBEARER {}\r\n", said_by_bearer(&server));
        assert!(received.contains(&expected), "{received}");
        server.finish()?;
    }
}
