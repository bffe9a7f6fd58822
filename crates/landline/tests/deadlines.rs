//! Which deadline a wait is held to, in places where that is easily lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::net::NetOptions;
use landline::{ErrorKind, Limits, Phase};
use landline_testkit::transcript::{Delivery, Script};
use landline_testkit::{Conn, Server};
use support::{faces, facts, ms, timeouts, trusting};

faces! {
    fn a_head_that_stops_half_way_is_held_to_the_idle_deadline() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nX-Half")?;
            conn.stall()
        });
        let limits = timeouts(|all| (all.first_byte, all.idle_read) = (None, ms(200)));
        let client = client_with(NetOptions::default(), limits, Limits::default());
        let error = w!(client.get(&server.url("/")).send()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply));
        assert!(error.to_string().contains("200 ms"), "{error}");
    }

    fn behind_an_interim_reply_the_first_byte_has_its_time_again() {
        let server = Server::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 102 Processing\r\n\r\n")?;
            conn.pause(std::time::Duration::from_millis(400));
            conn.say("HTTP/1.1 204 No Content\r\n\r\n")
        });
        let limits = timeouts(|all| all.idle_read = ms(100));
        let client = client_with(NetOptions::default(), limits, Limits::default());
        assert_eq!(w!(client.get(&server.url("/")).send())?.status(), 204);
    }

    fn an_upgrade_to_tls_keeps_the_deadlines() {
        let server = Script::parse("C: STARTTLS\nS! tls\nS! stall\n").unwrap();
        let server = server.serve_with(Delivery::Whole);
        let options = trusting(server.authority().unwrap().ca_der());
        let line = w!(face::LineStream::connect(&server.fill("{host}:{port}"), 25))?;
        let mut line = line.with_timeouts(timeouts(|all| all.idle_read = ms(200)));
        w!(line.write_line("STARTTLS"))?;
        let mut line = w!(line.upgrade_tls("localhost", &options))?;
        let error = w!(line.read_line()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("200 ms"), "{error}");
    }

    fn an_upgrade_to_tls_is_held_to_the_deadlines() {
        for limits in [timeouts(|all| all.tls = ms(200)), timeouts(|all| all.total = ms(200))] {
            let server = Server::tcp(Conn::stall);
            let line = w!(face::LineStream::connect(&server.addr().to_string(), 25))?;
            let line = line.with_timeouts(limits);
            let error = w!(line.upgrade_tls("localhost", &NetOptions::default())).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::TlsHandshake));
        }
    }

    fn a_login_is_held_to_the_connect_deadline() {
        for (scheme, dialogue) in [
            ("smtp", "S: 220\nC: EHLO {any}\nS: 250-a\nS: 250 AUTH PLAIN\nC: AUTH PLAIN\n"),
            ("pop3", "S: +OK\nC: CAPA\nS: -ERR\nC: USER me\nS: +OK\nC: PASS it\n"),
            ("imap", "S: * OK\nC: {tag} CAPABILITY\nS: {tag} OK\nC: {tag} LOGIN me it\n"),
            ("nntp", "S: 200\nC: CAPABILITIES\nS: 101\nS: READER\nS: .\nC: AUTHINFO USER me\n"),
            ("ftp", "S: 220\nC: USER me\nS: 331\nC: PASS it\n"),
            ("ftp", "S: 220\nC: USER me\nS: 230\nC: PWD\n"),
        ] {
            let server = Script::parse(&format!("{dialogue}S! stall\n")).unwrap().serve_with(Delivery::Whole);
            let opener = opener().login(landline::Login::new("me", "it"));
            let opener = opener.timeouts(timeouts(|all| (all.connect, all.total) = (ms(300), ms(9000))));
            let error = w!(opener.open(&server.url_for(scheme, "/1"))).map(drop).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::AwaitingReply), "{dialogue}");
            assert!(error.to_string().contains("300 ms"), "{error}");
        }
    }

    fn a_line_that_nobody_takes_timed_out_while_sending() {
        let server = Server::tcp(|conn| {
            conn.hold();
            Ok(())
        });
        let line = w!(face::LineStream::connect(&server.addr().to_string(), 25))?;
        let mut line = line.with_timeouts(timeouts(|all| all.idle_write = ms(200)));
        let error = w!(line.write_line(vec![b'x'; 50_000_000])).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Sending));
    }
}

#[cfg(unix)]
mod unix {
    use super::*;

    fn pipe_in(folder: &tempfile::TempDir) -> std::path::PathBuf {
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    faces! {
        fn a_pipe_that_nobody_writes_to_is_waited_for_no_longer_than_allowed() {
            let folder = tempfile::tempdir()?;
            let url = format!("file://{}", pipe_in(&folder).display());
            for limits in [timeouts(|all| all.total = ms(200)), timeouts(|all| all.idle_read = ms(200))] {
                let mut document = w!(opener().timeouts(limits).open(&url))?;
                let error = w!(document.read_to_vec()).unwrap_err();
                assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::ReadingBody));
            }
        }

        fn a_pipe_is_read_to_its_end() {
            let folder = tempfile::tempdir()?;
            let path = pipe_in(&folder);
            let mut document = w!(opener().open(&format!("file://{}", path.display())))?;
            assert_eq!((document.announced_len(), document.info().get("Content-Length")), (None, None));
            let writer = std::thread::spawn(move || std::fs::write(path, vec![b'x'; 300_000]));
            assert_eq!(w!(document.read_to_vec())?.len(), 300_000);
            writer.join().unwrap()?;
        }
    }
}
