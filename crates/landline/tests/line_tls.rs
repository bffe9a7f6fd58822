//! TLS under the line client: from the start, and begun in the middle of a dialogue (STARTTLS).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::net::TlsOptions;
use landline::{ErrorKind, Phase, ReplyStyle};
use landline_testkit::transcript::{Delivery, Script, ScriptServer};
use landline_testkit::{Server, tls};
use support::{faces, facts, trusting};

const STARTTLS: &str = "\
S: 220 ready
C: STARTTLS
S: 220 go ahead
S! tls
C: EHLO again
S: 250 safe
";

fn play(dialogue: &str, delivery: Delivery) -> ScriptServer {
    Script::parse(dialogue).unwrap().serve_with(delivery)
}

faces! {
    async fn dial(server: &ScriptServer) -> face::LineStream {
        w!(face::LineStream::connect(&server.fill("{host}:{port}"), 7)).expect("the server listens")
    }

    async fn ask_for_tls(server: &ScriptServer) -> face::LineStream {
        let mut line = w!(dial(server));
        w!(line.read_reply(ReplyStyle::Smtp)).expect("a greeting");
        let reply = w!(line.command("STARTTLS", ReplyStyle::Smtp)).expect("an answer");
        assert!(reply.is_success());
        line
    }

    fn a_dialogue_goes_on_over_tls() {
        for delivery in Delivery::ALL {
            let server = play(STARTTLS, delivery);
            let options = trusting(server.authority().unwrap().ca_der());
            let line = w!(ask_for_tls(&server));
            assert!(line.stream().tls().is_none());
            let mut line = w!(line.upgrade_tls("localhost", &options))?;
            assert_eq!(line.stream().tls().unwrap().version, "TLSv1.3");
            let reply = w!(line.command("EHLO again", ReplyStyle::Smtp))?;
            assert_eq!(reply.text(), "safe");
            drop(line);
            server.finish()?;
        }
    }

    fn plain_text_behind_the_go_ahead_is_fatal_and_no_client_hello_leaves() {
        let server = play("C: STARTTLS\nS: 220 go ahead\nS: 250 injected\nC! eof\n", Delivery::Whole);
        let mut line = w!(dial(&server));
        w!(line.command("STARTTLS", ReplyStyle::Smtp))?;
        assert_eq!(line.buffered(), b"250 injected\r\n");
        let error = w!(line.upgrade_tls("localhost", &Default::default())).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Protocol, Phase::TlsHandshake));
        assert!(error.to_string().contains("plain text"), "{error}");
        server.finish()?;
    }

    fn plain_text_that_comes_later_is_told_as_such() {
        let server = Server::tcp(|conn| {
            conn.read_line()?;
            conn.say("220 go ahead\r\n")?;
            conn.read_exact_bytes(5)?;
            conn.say("250 injected\r\n")?;
            conn.stall()
        });
        let target = format!("127.0.0.1:{}", server.port());
        let mut line = w!(face::LineStream::connect(&target, 7))?;
        w!(line.command("STARTTLS", ReplyStyle::Smtp))?;
        let error = w!(line.upgrade_tls("localhost", &Default::default())).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Protocol, Phase::TlsHandshake));
    }

    fn an_upgrade_verifies_the_certificate_it_gets() {
        let server = play("S! tls\n", Delivery::Whole);
        let options = trusting(server.authority().unwrap().ca_der());
        let error = w!(w!(dial(&server)).upgrade_tls("b.test", &options)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Certificate, Phase::TlsHandshake));
        let text = error.to_string();
        assert!(text.contains("b.test") && text.contains("localhost"), "{text}");

        let server = play("S! tls\n", Delivery::Whole);
        let error = w!(w!(dial(&server)).upgrade_tls("localhost", &Default::default())).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Certificate, Phase::TlsHandshake));
        assert!(error.to_string().contains("not trusted"), "{error}");
    }

    fn tls_from_the_start_and_its_end() {
        let authority = tls::Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        let options = trusting(authority.ca_der());
        for (end, kind) in [("fin", ErrorKind::EmptyReply), ("cut", ErrorKind::Io)] {
            let script = Script::parse(&format!("S: +OK ready\nS! {end}")).unwrap();
            let server = script.serve_on(Server::builder().tls(&identity), Delivery::OneByte);
            let target = server.fill("{host}:{port}");
            let mut line = w!(face::LineStream::connect_tls(&target, 995, &options))?;
            assert!(w!(line.read_reply(ReplyStyle::Pop3))?.is_success());
            let error = w!(line.read_line()).unwrap_err();
            assert_eq!(error.kind(), kind, "after {end}: {}", error.chain());
        }
    }

    fn what_is_read_to_the_end_of_tls_must_end_with_a_goodbye() {
        let authority = tls::Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        let options = trusting(authority.ca_der());
        let script = Script::parse("S- not all of it\nS! cut").unwrap();
        let server = script.serve_on(Server::builder().tls(&identity), Delivery::Whole);
        let target = server.fill("{host}:{port}");
        let mut line = w!(face::LineStream::connect_tls(&target, 995, &options))?;
        let error = w!(line.read_to_end(1000)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{}", error.chain());
    }

    fn the_options_of_tls_show_no_key() {
        let mut options = TlsOptions::default();
        let folder = tempfile::tempdir()?;
        let files = tls::Authority::new().issue_client("me").write_to(folder.path());
        let identity = landline::net::Identity::from_files(&files.certificate, &files.key, None)?;
        options.identity = Some(identity);
        let shown = format!("{options:?}");
        assert!(shown.contains("key hidden"), "{shown}");
    }
}
