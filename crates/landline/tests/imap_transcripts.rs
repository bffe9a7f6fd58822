//! Every dialogue of `transcripts/imap` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning, beside those of `support/mail.rs` |
//! |---|---|
//! | `do: STEP` | a step by the method's name and its arguments; `quit` for `logout` |
//! | `store: PATH` | two lines, the first with LF alone |
//! | `command: TEXT`, `flags: TEXT` | what a URL asks in place of the usual; flags of what is stored |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::Upload;
use landline::imap::{Message, Options, Set};
use landline_testkit::transcript::{Delivery, Script};
use support::faces;
use support::mail::{Came, Stage, all, sasl, security};
use support::transcripts::walk;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/imap");

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    options.security = security(script);
    options.command = script.header("command").map(str::to_owned);
    options.flags = script.header("flags").map(str::to_owned);
    options.sasl = sasl(script);
    options
}

fn message() -> Upload {
    Upload::bytes(*b"a\nb\r\n")
}

faces! {
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
                let put = w!(session.append(words[1], &["\\Seen", "x"], message()))?;
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
        for words in all(script, "do") {
            if words == "quit" {
                return w!(session.logout());
            }
            came.did.push(w!(step(&mut session, words))?);
        }
        Ok(())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let stage = Stage::set(script, delivery, "imap");
        let opener = w!(opener_for(&stage, script)).imap(options(script));
        let mut came = Came::default();
        if !w!(visit(&opener, &stage, script, message, &mut came)) {
            came.error = w!(run(&opener, &stage.url("/"), script, &mut came)).err();
        }
        w!(verdict(opener, stage, came))
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        walk!(FOLDER, play);
    }
}
