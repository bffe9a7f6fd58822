//! Every dialogue of `transcripts/imap` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning |
//! |---|---|
//! | `open: PATH`, `info: PATH` | the URL is read, or asked about |
//! | `do: STEP` | a step of a session, by the method's name and its arguments; `quit` for `logout` |
//! | `put: PATH` | the URL is written: two lines, the first with LF alone |
//! | `login: USER PASSWORD`, `bearer: USER TOKEN`, `act-as: WHO` | who logs in |
//! | `tls: yes`, `security: tried` or `required` | over TLS, from the start or after the greeting |
//! | `only: MECHANISMS`, `initial: yes` | how |
//! | `command: TEXT`, `flags: TEXT` | what a URL asks in place of the usual; flags of what is stored |
//! | `=> body TEXT` | what was read, before the error if there is one |
//! | `=> did TEXT` | what the next step told |
//! | `=> subject TEXT` | that field of the message, in the document's facts |
//! | `=> error KIND PHASE`, `command VERB`, `says TEXT` | instead of success |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::imap::{Message, Options, Set};
use std::time::Duration;

use landline::net::NetOptions;
use landline::sasl::Mechanisms;
use landline::{Error, Login, Security, StoreMode, Upload};
use landline_testkit::Server;
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Expectation, Script, ScriptServer, escape};
use support::transcripts::{Failures, each, judge, or_none};
use support::{faces, timeouts, trusting};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/imap");

/// What came of a dialogue, whichever face held it.
#[derive(Default)]
struct Came {
    body: Vec<u8>,
    subject: Option<String>,
    did: Vec<String>,
    error: Option<Error>,
}

impl Came {
    fn judge(&self, expectations: &[Expectation]) -> Result<(), String> {
        let mut did = self.did.iter();
        judge(expectations, self.error.as_ref(), |key| match key {
            "body" => escape(&self.body),
            "subject" => or_none(self.subject.as_deref()),
            "did" => or_none(did.next().map(String::as_str)),
            _ => panic!("no meaning for `=> {key}`"),
        })
    }
}

fn login(script: &Script) -> Option<Login> {
    let pair = |name| script.header(name).and_then(|pair| pair.split_once(' '));
    pair("login")
        .map(|(user, password)| Login::new(user, password))
        .or_else(|| pair("bearer").map(|(user, _)| Login::new(user, "")))
}

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    options.security = match script.header("security") {
        Some("tried") => Security::Tried,
        Some("required") => Security::Required,
        _ => Security::Off,
    };
    options.command = script.header("command").map(str::to_owned);
    options.flags = script.header("flags").map(str::to_owned);
    let sasl = &mut options.sasl;
    sasl.only = script.header("only").map(Mechanisms::of);
    sasl.initial_response = script.header("initial").is_some();
    sasl.act_as = script.header("act-as").unwrap_or_default().to_owned();
    sasl.bearer = script.header("bearer").and_then(|it| it.split(' ').nth(1)).map(str::to_owned);
    options
}

/// The server, how to trust it, and its scheme.
fn serve(script: &Script, delivery: Delivery) -> (ScriptServer, NetOptions, &'static str) {
    if script.header("tls").is_some() {
        let authority = Authority::new();
        let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
        return (script.serve_on(builder, delivery), trusting(authority.ca_der()), "imaps");
    }
    let server = script.serve_with(delivery);
    let net = server.authority().map_or_else(NetOptions::default, |it| trusting(it.ca_der()));
    (server, net, "imap")
}

faces! {
    async fn read(opener: &face::Opener, url: &str) -> Came {
        let mut document = match w!(opener.open(url)) {
            Ok(document) => document,
            Err(error) => return Came { error: Some(error), ..Came::default() },
        };
        let mut body = Vec::new();
        let error = w!(document.read_to_end(&mut body)).err().map(Error::from);
        let subject = document.info().get("Subject").map(str::to_owned);
        Came { body, subject, error, ..Came::default() }
    }

    async fn step(session: &mut face::imap::Connection, step: &str) -> landline::Result<String> {
        let words: Vec<_> = step.split(' ').collect();
        let rest = step.splitn(3, ' ').nth(2).unwrap_or_default();
        let number = |at: usize| words[at].parse().expect("a number");
        Ok(match words[0] {
            "caps" => w!(session.capabilities())?.words().join(","),
            "list" => format!("{:?}", w!(session.list("", words[1]))?),
            "status" => format!("{:?}", w!(session.status(words[1]))?.messages),
            "select" => format!("{:?}", w!(session.select(words[1]))?.messages),
            "examine" => format!("{:?}", w!(session.examine(words[1]))?.is_read_only),
            "fetch" => {
                let all = w!(session.fetch(Set::Uids(words[1]), rest))?;
                let shown = all.iter().map(|it| format!("{}:{:?}", it.number, it.flags()));
                shown.collect::<Vec<_>>().join(",")
            }
            "search" => format!("{:?}", w!(session.search_uids(words[1]))?),
            "store" => w!(session.store(Set::Numbers(words[1]), rest))?.len().to_string(),
            "copy" => format!("{:?}", w!(session.copy(Set::Uids(words[1]), words[2]))?.map(|it| it.uids)),
            "expunge" => w!(session.expunge()).map(|()| "expunged".to_owned())?,
            "expunge_uids" => w!(session.expunge_uids(words[1])).map(|()| "expunged".to_owned())?,
            "append" => {
                let message = Upload::bytes(&b"a\nb\r\n"[..]);
                let put = w!(session.append(words[1], &["\\Seen", "x"], message))?;
                format!("{:?}", put.map(|it| it.uids))
            }
            "idle" => format!("{}", w!(session.idle(Duration::from_millis(words[1].parse().expect("a number"))))?.len()),
            "noop" => format!("{}", w!(session.noop())?.len()),
            "command" => {
                let answer = w!(session.command(&step["command ".len()..]))?;
                format!("{:?} {}", answer.condition, answer.responses.len())
            }
            "section" | "number" => {
                let message = match words[0] {
                    "section" => Message::Uid(number(1)),
                    _ => Message::Number(number(1)),
                };
                let mut text = String::new();
                w!(w!(session.section(message, rest))?.read_to_string(&mut text))?;
                text.replace("\r\n", "|")
            }
            other => panic!("no step {other}"),
        })
    }

    async fn run(opener: &face::Opener, url: &str, script: &Script, came: &mut Came) -> landline::Result<()> {
        let mut session = w!(face::imap::Connection::with(opener, url))?;
        for (_, words) in script.headers().iter().filter(|(name, _)| name == "do") {
            if words == "quit" {
                return w!(session.logout());
            }
            came.did.push(w!(step(&mut session, words))?);
        }
        Ok(())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let (server, net, scheme) = serve(script, delivery);
        let deadlines = timeouts(|all| all.total = support::ms(3000));
        let mut opener = opener().net(net).timeouts(deadlines).imap(options(script));
        if let Some(login) = login(script) {
            opener = opener.login(login);
        }
        if let Some(path) = script.header("put") {
            let message = Upload::bytes(&b"a\nb\r\n"[..]);
            let url = server.url_for(scheme, path);
            let error = w!(opener.store(&url, message, StoreMode::Replace)).err();
            let verdict = Came { error, ..Came::default() }.judge(&server.expectations());
            w!(opener.quit());
            return server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict);
        }
        let asked = script.header("info").map(|path| server.url_for(scheme, path));
        let came = match script.header("open") {
            None if asked.is_some() => match w!(opener.info(&asked.expect("a URL"))) {
                Ok(info) => {
                    let subject = info.get("Subject").map(str::to_owned);
                    Came { subject, ..Came::default() }
                }
                Err(error) => Came { error: Some(error), ..Came::default() },
            },
            Some(path) => w!(read(&opener, &server.url_for(scheme, path))),
            None => {
                let mut came = Came::default();
                let url = server.url_for(scheme, "/");
                came.error = w!(run(&opener, &url, script, &mut came)).err();
                came
            }
        };
        let verdict = came.judge(&server.expectations());
        w!(opener.quit());
        server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        let mut failures = Failures::default();
        for (script, delivery) in each(FOLDER) {
            Failures::about(&script, delivery);
            failures.note(&script, delivery, w!(play(&script, delivery)));
        }
        failures.check();
    }
}
