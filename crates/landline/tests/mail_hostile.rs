//! Servers of mail and news that never end, end too early, or answer out of step, where a
//! transcript cannot say it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;
use std::time::Duration;

use landline::aio::{nntp, pop3, smtp};
use landline::imap::{Message, Set};
use landline::smtp::Envelope;
use landline::{ErrorKind, Login, Phase, Upload};
use landline_testkit::{Conn, Server};
use support::{bounded, faces, facts, ms, run, timeouts};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(100);

const READY: &str = "+OK ready\r\n";

/// Says `beginning`, then `more` without end, until the client has gone.
fn endlessly(conn: &mut Conn, beginning: &str, more: &str) -> io::Result<()> {
    conn.say(beginning)?;
    let block = more.repeat((64 << 10) / more.len() + 1);
    loop {
        if conn.say(&block).is_err() {
            return Ok(());
        }
    }
}

/// A server that says `greeting`, and behind the first command `more` without end.
fn endless_answer(greeting: &'static str, begin: &'static str, more: &'static str) -> Server {
    Server::tcp(move |conn| {
        conn.say(greeting)?;
        conn.read_line()?;
        endlessly(conn, begin, more)
    })
}

/// An IMAP session in which `more` follows the first command behind the greeting, without end.
fn endless_imap(begin: &'static str, more: &'static str) -> Server {
    endless_answer("* OK hi\r\n", begin, more)
}

/// Says the first when somebody comes, and each of the others to a line.
fn say_in_turn(conn: &mut Conn, texts: &[&str]) -> io::Result<()> {
    for (at, text) in texts.iter().enumerate() {
        if at > 0 && conn.read_line()?.is_empty() {
            break;
        }
        conn.say(text)?;
    }
    Ok(())
}

fn says(texts: &'static [&'static str]) -> Server {
    Server::tcp(move |conn| {
        say_in_turn(conn, texts)?;
        conn.stall()
    })
}

/// The same, and `late` when it is released.
fn late(texts: &'static [&'static str], late: &'static str) -> Server {
    Server::tcp(move |conn| {
        say_in_turn(conn, texts)?;
        conn.wait_for_release();
        conn.say(late)?;
        conn.stall()
    })
}

/// Says a text byte by byte, so slowly that no single wait is long.
fn drip(conn: &mut Conn, text: &str) -> io::Result<()> {
    for byte in text.bytes() {
        if conn.say([byte]).is_err() {
            break;
        }
        conn.pause(Duration::from_millis(20));
    }
    conn.stall()
}

fn many(text: &str) -> String {
    text.repeat(4096)
}

faces! {
    async fn open_all(server: &Server) -> Vec<landline::Error> {
        let mut errors = Vec::new();
        for scheme in ["pop3", "smtp", "nntp", "imap"] {
            let opener = opener().timeouts(timeouts(|all| all.total = ms(9000)));
            errors.push(w!(opener.open(&server.url_for(scheme, "/"))).map(drop).unwrap_err());
        }
        errors
    }

    fn k2_a_greeting_without_end_is_not_kept_in_memory() {
        let server = Server::tcp(|conn| endlessly(conn, "+OK 220 ", "more"));
        for error in w!(open_all(&server)) {
            assert!(matches!(error.kind(), ErrorKind::Limit | ErrorKind::Protocol), "{error:?}");
        }
        let server = Server::tcp(|conn| endlessly(conn, "", "220-more\r\n"));
        let error = w!(open_all(&server)).remove(1);
        assert_eq!(facts(&error), (ErrorKind::Limit, Phase::AwaitingReply), "{error}");
    }

    fn k2_capabilities_without_end_are_not_kept_in_memory() {
        let opener = opener().login(Login::new("me", "secret"));
        let server = endless_answer(READY, "+OK\r\n", "SASL PLAIN\r\n");
        let error = w!(opener.open(&server.url_for("pop3", "/"))).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert!(!server.received_text().concat().contains("secret"));
        let server = endless_answer("200 hello\r\n", "101 can\r\n", "READER\r\n");
        let error = w!(opener.open(&server.url_for("nntp", "/a"))).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        let server = endless_answer("220 hello\r\n", "", "250-SIZE 1\r\n");
        let error = w!(opener.open(&server.url_for("smtp", "/"))).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    }

    fn k2_capabilities_of_imap_without_end_are_not_kept_in_memory() {
        // Few bytes that are many values.
        let server = endless_imap("", format!("* CAPABILITY{}\r\n", many(" a")).leak());
        let opener = opener().login(Login::new("me", "secret"));
        let error = w!(opener.open(&server.url_for("imap", "/"))).map(drop).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Limit, Phase::AwaitingReply), "{error}");
        assert!(!server.received_text().concat().contains("secret"));
    }

    fn k2_responses_of_imap_without_end_are_not_kept_in_memory() {
        let lists = format!("* 1 FETCH (FLAGS ({}))\r\n", many("()"));
        let words = format!("* OK {}\r\n", many("many words ").repeat(4));
        for more in [lists, words] {
            let server = endless_imap("", more.leak());
            let mut session = w!(face::imap::Connection::connect(&server.addr().to_string()))?;
            let error = w!(session.fetch(Set::Numbers("1:*"), "(FLAGS)")).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Limit, Phase::AwaitingReply), "{error}");
            // What is left of it is no answer to anything.
            assert_eq!(w!(session.noop()).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    fn k2_a_huge_literal_of_imap_is_kept_up_to_a_mebibyte_and_passed_over_up_to_64() {
        let (name, text) = ("* LIST () NIL {9999999999}\r\n", "* 1 FETCH (BODY[] {99999999999}\r\n");
        let server = endless_imap(name, many("x").leak());
        let mut session = w!(face::imap::Connection::connect(&server.addr().to_string()))?;
        assert_eq!(w!(session.list("", "*")).unwrap_err().kind(), ErrorKind::Limit);
        let server = endless_imap(text, many("x").leak());
        let mut session = w!(face::imap::Connection::connect(&server.addr().to_string()))?;
        assert_eq!(w!(session.noop()).unwrap_err().kind(), ErrorKind::Limit);
        // The text of another message than that which is read.
        let mut session = w!(face::imap::Connection::connect(&server.addr().to_string()))?;
        let mut read = Vec::new();
        let error = w!(w!(session.section(Message::Number(2), ""))?.read_to_end(&mut read)).unwrap_err();
        assert_eq!(landline::Error::from(error).kind(), ErrorKind::Limit);
        assert!(read.is_empty());
    }

    fn k2_a_listing_without_end_ends_at_a_million() {
        let server = endless_answer(READY, "+OK\r\n", "1 2\r\n");
        let mut mailbox = w!(face::pop3::Connection::connect(&server.addr().to_string()))?;
        let error = w!(mailbox.list()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Limit, Phase::ReadingBody), "{error}");
        // What is left of it is no answer to anything.
        assert_eq!(w!(mailbox.noop()).unwrap_err().kind(), ErrorKind::Usage);
        let server = endless_answer(READY, "+OK\r\n", "1 ");
        let mut mailbox = w!(face::pop3::Connection::connect(&server.addr().to_string()))?;
        assert_eq!(w!(mailbox.unique_ids()).unwrap_err().kind(), ErrorKind::Limit);
    }

    fn a_slow_drip_does_not_outlive_the_deadline_of_all() {
        const TEXTS: [(&str, &str); 4] = [
            ("pop3", "+OK a greeting that takes its time, byte by byte, for a second and more\r\n"),
            ("smtp", "220 a greeting that takes its time, byte by byte, for a second and more\r\n"),
            ("nntp", "200 a greeting that takes its time, byte by byte, for a second and more\r\n"),
            ("pop3", "+OK\r\n+OK\r\nA: message\r\n\r\nthat takes its time, for a second and more"),
        ];
        for (scheme, text) in TEXTS {
            let server = Server::tcp(|conn| drip(conn, text));
            let opener = opener().timeouts(timeouts(|all| all.total = ms(400)));
            let error = match w!(opener.open(&server.url_for(scheme, "/1"))) {
                Err(error) => error,
                Ok(mut document) => w!(document.read_to_vec()).unwrap_err(),
            };
            assert_eq!(error.kind(), ErrorKind::Timeout, "{scheme}: {error}");
        }
    }

    fn a_server_that_takes_no_more_of_a_text_is_not_waited_for_twice() {
        let server = Server::tcp(|conn| {
            say_in_turn(conn, &["220 hi\r\n", "250 can\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"])?;
            conn.hold();
            Ok(())
        });
        let opener = opener().timeouts(timeouts(|all| {
            all.idle_write = ms(200);
            all.first_byte = ms(600_000);
            all.idle_read = ms(600_000);
        }));
        let url = server.url_for("smtp", "/me");
        let session = face::smtp::Connection::with(&opener, &url);
        let mut session = w!(session)?;
        let text = Upload::bytes(vec![b'a'; 20 << 20]);
        let error = w!(session.send(&Envelope::new("a@b").to("c@d"), text)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Sending), "{error}");
    }

    fn row_29_a_stall_inside_a_literal_is_held_to_the_idle_deadline() {
        let server = says(&["* OK hi\r\n", "* 2 FETCH (BODY[] {99}\r\nhalf"]);
        let opener = opener().timeouts(timeouts(|all| all.idle_read = ms(200)));
        let url = server.url_for("imap", "/");
        let session = face::imap::Connection::with(&opener, &url);
        let (mut session, mut read) = (w!(session)?, Vec::new());
        let error = w!(w!(session.section(Message::Number(2), ""))?.read_to_end(&mut read)).unwrap_err();
        let error = landline::Error::from(error);
        assert_eq!((facts(&error), &*read), ((ErrorKind::Timeout, Phase::ReadingBody), &b"half"[..]));
    }

    fn d3_a_message_that_was_not_read_is_no_reply() {
        let server = says(&[READY, "+OK\r\n+OK forged\r\nmore\r\n.\r\n", "+OK real\r\n"]);
        let mut mailbox = w!(face::pop3::Connection::connect(&server.addr().to_string()))?;
        let _ = w!(mailbox.retrieve(1))?;
        let error = w!(mailbox.delete(2)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        drop(mailbox);
        assert!(!server.received_text().concat().contains("DELE"));
    }

    fn a_kept_connection_that_has_gone_is_replaced_once() {
        for ends in [Conn::fin as fn(&mut Conn) -> io::Result<()>, Conn::reset] {
            let server = Server::tcp(move |conn| {
                conn.say(READY)?;
                let text = format!("+OK\r\n{} 2\r\n.\r\n", conn.connection_number());
                conn.read_line()?;
                conn.say(text)?;
                conn.read_line()?;
                ends(conn)
            });
            let opener = opener();
            let url = server.url_for("pop3", "/");
            let first = w!(w!(opener.open(&url))?.text())?;
            assert_ne!(w!(w!(opener.open(&url))?.text())?, first);
            assert_eq!(server.connections(), 2);
        }
    }

    fn a_connection_that_goes_in_the_middle_of_an_answer_is_not_replaced() {
        let server = Server::tcp(|conn| {
            conn.say(READY)?;
            conn.read_line()?;
            conn.say("+OK\r\n1 2\r\n.\r\n")?;
            conn.read_line()?;
            conn.say("+O")
        });
        let opener = opener();
        let url = server.url_for("pop3", "/");
        assert_eq!(w!(w!(opener.open(&url))?.text())?, "1 2\r\n");
        let error = w!(opener.open(&url)).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert_eq!(server.connections(), 1);
    }

    fn a_new_connection_that_goes_is_not_tried_again() {
        let server = Server::tcp(|conn| {
            conn.say(READY)?;
            conn.read_line().map(drop)
        });
        let error = w!(opener().open(&server.url_for("pop3", "/"))).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert_eq!(server.connections(), 1);
    }

    fn news_over_a_kept_connection_that_has_gone_comes_over_a_new_one() {
        let server = Server::tcp(|conn| {
            let text = format!("220 0 <a@b>\r\nA: b\r\n\r\n{}\r\n.\r\n", conn.connection_number());
            say_in_turn(conn, &["200 hello\r\n", "101 can\r\nREADER\r\n.\r\n", &text])?;
            conn.read_line().map(drop)
        });
        let opener = opener();
        let url = format!("news://{}/a@b", server.addr());
        let first = w!(w!(opener.open(&url))?.text())?;
        assert_ne!(w!(w!(opener.open(&url))?.text())?, first);
        assert_eq!(server.connections(), 2);
    }
}

/// Gives a step up after a short wait; the server answers late, and nobody takes that for its own.
macro_rules! given_up {
    ($server:expr, $face:ident, $step:ident $arguments:tt, $next:ident $more:tt) => {
        bounded(|| {
            let server: Server = $server;
            run(async {
                let mut session = $face::Connection::connect(&server.addr().to_string()).await?;
                assert!(timeout(SHORT, session.$step $arguments).await.is_err());
                server.release();
                assert_eq!(session.$next $more.await.unwrap_err().kind(), ErrorKind::Usage);
                Ok(())
            })
        })
    };
}

#[test]
fn d3_the_reply_to_a_command_given_up_is_nobody_elses() {
    given_up!(late(&[READY, ""], "+OK\r\n+OK\r\n"), pop3, noop(), noop());
    given_up!(late(&[READY, "+O"], "K\r\n+OK\r\n"), pop3, retrieve(1), noop());
    given_up!(late(&[READY, "+OK\r\n"], "1 2\r\n.\r\n+OK\r\n"), pop3, list(), noop());
    given_up!(late(&[READY, "+OK\r\n1 2\r\n"], ".\r\n+OK\r\n"), pop3, list(), delete(1));
    const MAIL: &[&str] = &["220 hi\r\n", "250 can\r\n", "250-one\r\n"];
    given_up!(late(MAIL, "250 two\r\n250 ok\r\n"), smtp, noop(), verify("me"));
    const NEWS: &[&str] = &["200 hi\r\n", "101 can\r\nREADER\r\n.\r\n", "111 "];
    given_up!(late(NEWS, "20260101000000\r\n111 20260101000000\r\n"), nntp, date(), date());
}

#[test]
fn d3_a_message_given_up_half_way_is_nobody_elses_reply() {
    bounded(|| {
        let server = late(&[READY, "+OK\r\n+OK one\r\n"], "+OK two\r\n.\r\n+OK real\r\n");
        run(async {
            let mut mailbox = pop3::Connection::connect(&server.addr().to_string()).await?;
            let mut text = String::new();
            let mut message = mailbox.retrieve(1).await?;
            assert!(timeout(SHORT, message.read_to_string(&mut text)).await.is_err());
            server.release();
            assert_eq!(mailbox.delete(1).await.unwrap_err().kind(), ErrorKind::Usage);
            assert_eq!(mailbox.retrieve(2).await.unwrap_err().kind(), ErrorKind::Usage);
            Ok(())
        })
    });
}
