//! What a login tells the server is in no log, no error and no `Debug`, however it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;
use std::sync::{Arc, Mutex};

use landline::{Event, Login, Observer, imap, nntp, pop3, sasl, smtp};
use landline_testkit::{Conn, Server};
use support::{faces, ms, timeouts};

const PASSWORD: &str = "s3cret-pass";
/// IMAP says it in a literal.
const LITERAL: &str = "s3cret-p\u{e4}ss";
const TOKEN: &str = "t0ken-that-is-borne";

/// How servers of a protocol speak: greeting, the answer to the question what they can, with `{}` for
/// their mechanisms, what goes on and what refuses; `{tag}` is that of the command.
struct Manner {
    scheme: &'static str,
    greeting: &'static str,
    can: &'static str,
    goes_on: &'static str,
    refuses: &'static str,
}

const MANNERS: [Manner; 4] = [
    Manner {
        scheme: "pop3",
        greeting: "+OK hello\r\n",
        can: "+OK\r\nUSER\r\nSASL {}\r\n.\r\n",
        goes_on: "+ ",
        refuses: "-ERR no\r\n",
    },
    Manner {
        scheme: "smtp",
        greeting: "220 hello\r\n",
        can: "250-a\r\n250 AUTH {}\r\n",
        goes_on: "334 ",
        refuses: "535 no\r\n",
    },
    Manner {
        scheme: "nntp",
        greeting: "200 hello\r\n",
        can: "101 can\r\nREADER\r\nAUTHINFO USER SASL\r\nSASL {}\r\n.\r\n",
        goes_on: "383 ",
        refuses: "481 no\r\n",
    },
    Manner {
        scheme: "imap",
        greeting: "* OK hello\r\n",
        can: "* CAPABILITY IMAP4rev1 AUTH={}\r\n{tag} OK\r\n",
        goes_on: "+ ",
        refuses: "{tag} NO no\r\n",
    },
];

/// Mechanisms, with challenges that draw out of each what it can be brought to say.
const MECHANISMS: [(&str, &str); 9] = [
    ("PLAIN", ""),
    ("LOGIN", "VXNlcm5hbWU6"),
    ("CRAM-MD5", "PDFAYT4="),
    ("DIGEST-MD5", "bm9uY2U9ImEiLHFvcD0iYXV0aCIsYWxnb3JpdGhtPW1kNS1zZXNz"),
    ("SCRAM-SHA-1", "cj1hLHM9YWFhYSxpPTQwOTY="),
    ("SCRAM-SHA-256", "cj1hLHM9YWFhYSxpPTQwOTY="),
    ("OAUTHBEARER", "e30="),
    ("XOAUTH2", "e30="),
    // The protocol's own way.
    ("", ""),
];

/// How a login ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Refused,
    Closed,
    /// With a line that is no reply.
    Nonsense,
}

/// Plays a server that offers `mechanism` and ends the login at its step `last`.
fn play(conn: &mut Conn, manner: &Manner, which: usize, last: usize, end: End) -> io::Result<()> {
    let (mechanism, challenge) = MECHANISMS[which];
    conn.say(manner.greeting)?;
    let mut tag = String::new();
    let mut next = |conn: &mut Conn| -> io::Result<(String, bool)> {
        let line = String::from_utf8_lossy(&conn.read_line()?).into_owned();
        // A response of SASL is one word: the tag is that of the command before.
        if let Some((first, _)) = line.split_once(' ') {
            tag = first.to_owned();
        }
        Ok((tag.clone(), line.is_empty()))
    };
    let (tag, _) = next(conn)?;
    conn.say(manner.can.replace("{}", mechanism).replace("{tag}", &tag))?;
    for _ in 0..last {
        let (_, is_over) = next(conn)?;
        let reply = match (mechanism, manner.scheme) {
            ("", "nntp") => "381 more\r\n".to_owned(),
            ("", "pop3") => "+OK\r\n".to_owned(),
            _ => format!("{}{challenge}\r\n", manner.goes_on),
        };
        if is_over {
            return Ok(());
        }
        conn.say(reply)?;
    }
    let (tag, _) = next(conn)?;
    match end {
        End::Refused => conn.say(manner.refuses.replace("{tag}", &tag))?,
        End::Nonsense => conn.say("nonsense\r\n")?,
        End::Closed => return conn.fin(),
    }
    conn.stall()
}

fn server(manner: &'static Manner, which: usize, last: usize, end: End) -> Server {
    Server::tcp(move |conn| play(conn, manner, which, last, end))
}

fn sasl_options(mechanism: &str, begins: bool) -> sasl::Options {
    let mut options = sasl::Options::default();
    options.initial_response = begins;
    options.bearer = mechanism.contains("AUTH").then(|| TOKEN.to_owned());
    options
}

/// What the server was told and nobody else may know: the login's lines, without their first word.
fn secrets(received: &str) -> Vec<String> {
    let mut secrets = vec![PASSWORD.to_owned(), LITERAL.to_owned(), TOKEN.to_owned()];
    for line in received.lines() {
        let words: Vec<_> = line.split(' ').collect();
        let secret = match words[..] {
            ["CAPA" | "CAPABILITIES" | "EHLO" | "LIST" | "RETR" | "USER" | "*", ..] => continue,
            ["AUTHINFO", "USER", ..] | ["AUTH", _] | ["AUTHINFO", "SASL", _] => continue,
            [_, "CAPABILITY" | "LOGOUT"] | [_, "AUTHENTICATE", _] => continue,
            _ => words[words.len() - 1],
        };
        if secret.len() > 3 {
            secrets.push(secret.to_owned());
        }
    }
    secrets
}

faces! {
    /// What everybody may know of a login that fails.
    async fn come_in(server: &Server, scheme: &str, mechanism: &str, begins: bool) -> String {
        let is_literal = scheme == "imap" && mechanism.is_empty() && begins;
        let password = if is_literal { LITERAL } else { PASSWORD };
        let told = Arc::new(Mutex::new(String::new()));
        let ear = Arc::clone(&told);
        let observer = Observer::new(move |event: &Event<'_>| {
            let text = match event {
                Event::LineSent(line) => String::from_utf8_lossy(line).into_owned(),
                other => format!("{other:?}"),
            };
            ear.lock().unwrap().push_str(&(text + "\n"));
        });
        let sasl = sasl_options(mechanism, begins);
        let (mut pop, mut mail, mut news) =
            (pop3::Options::default(), smtp::Options::default(), nntp::Options::default());
        (pop.sasl, mail.sasl, news.sasl) = (sasl.clone(), sasl.clone(), sasl.clone());
        let mut box_of_mail = imap::Options::default();
        box_of_mail.sasl = sasl;
        let opener = opener().login(Login::new("me", password)).observe(observer);
        let opener = opener.pop3(pop).smtp(mail).nntp(news).imap(box_of_mail);
        let opener = opener.timeouts(timeouts(|all| all.total = ms(9000)));
        let error = w!(opener.open(&server.url_for(scheme, "/a"))).map(drop).unwrap_err();
        let told = told.lock().unwrap().clone();
        format!("{opener:?}\n{error} {error:?} {}\n{told}", error.chain())
    }

    fn no_login_is_told_however_it_ends() {
        let mut problems = String::new();
        for manner in &MANNERS {
            for (which, (mechanism, _)) in MECHANISMS.iter().enumerate() {
                if mechanism.is_empty() && manner.scheme == "smtp" {
                    continue;
                }
                for last in 0..3 {
                    for (end, begins) in
                        [(End::Refused, true), (End::Closed, false), (End::Nonsense, false), (End::Closed, true)]
                    {
                        // Only a literal has LOGIN wait for its server.
                        let is_login = manner.scheme == "imap" && mechanism.is_empty();
                        if is_login && last > usize::from(begins) {
                            continue;
                        }
                        let mut server = server(manner, which, last, end);
                        let told = w!(come_in(&server, manner.scheme, mechanism, begins));
                        server.stop();
                        let received = server.received_text().concat();
                        let told_low = told.to_lowercase();
                        for secret in secrets(&received) {
                            if told_low.contains(&secret.to_lowercase()) {
                                problems.push_str(&format!(
                                    "{} {mechanism} {last} {end:?}: {secret} in\n{told}\n",
                                    manner.scheme
                                ));
                            }
                        }
                    }
                }
            }
        }
        assert!(problems.is_empty(), "{problems}");
    }
}
