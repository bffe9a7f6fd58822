//! Every dialogue of `transcripts/pop3` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning, beside those of `support/mail.rs` |
//! |---|---|
//! | `do: STEP` | `stat`, `list`, `ids`, `size N`, `get N`, `top N LINES`, `delete N`, `reset`, `noop`, `caps`, `quit` |
//! | `command: TEXT`, `listing: yes` | what a URL asks in place of `LIST` and `RETR` |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::Upload;
use landline::pop3::Options;
use landline_testkit::transcript::{Delivery, Script};
use support::faces;
use support::mail::{Came, Stage, all, sasl, security};
use support::transcripts::walk;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/pop3");

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    options.security = security(script);
    options.command = script.header("command").map(str::to_owned);
    options.is_listing = script.header("listing").is_some();
    options.sasl = sasl(script);
    options
}

faces! {
    async fn step(session: &mut face::pop3::Connection, step: &str) -> landline::Result<String> {
        let words: Vec<_> = step.split(' ').collect();
        let number = |at: usize| words[at].parse().expect("a number");
        Ok(match words[0] {
            "stat" => format!("{:?}", w!(session.stat())?),
            "list" => format!("{:?}", w!(session.list())?),
            "ids" => format!("{:?}", w!(session.unique_ids())?),
            "size" => w!(session.size(number(1)))?.to_string(),
            "caps" => w!(session.capabilities())?.lines().join(","),
            "delete" => w!(session.delete(number(1))).map(|()| "deleted".to_owned())?,
            "reset" => w!(session.reset()).map(|()| "reset".to_owned())?,
            "noop" => w!(session.noop()).map(|()| "nothing".to_owned())?,
            "get" | "top" => {
                let mut text = String::new();
                let mut reader = match words[0] {
                    "get" => w!(session.retrieve(number(1)))?,
                    _ => w!(session.top(number(1), number(2)))?,
                };
                w!(reader.read_to_string(&mut text))?;
                text.replace("\r\n", "|")
            }
            other => panic!("no step {other}"),
        })
    }

    async fn run(opener: &face::Opener, url: &str, script: &Script, came: &mut Came) -> landline::Result<()> {
        let mut session = w!(face::pop3::Connection::with(opener, url))?;
        for words in all(script, "do") {
            if words == "quit" {
                return w!(session.quit());
            }
            came.did.push(w!(step(&mut session, words))?);
        }
        Ok(())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let stage = Stage::set(script, delivery, "pop3");
        let opener = w!(opener_for(&stage, script)).pop3(options(script));
        let mut came = Came::default();
        if !w!(visit(&opener, &stage, script, || Upload::bytes(*b""), &mut came)) {
            came.error = w!(run(&opener, &stage.url("/"), script, &mut came)).err();
        }
        w!(verdict(opener, stage, came))
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        walk!(FOLDER, play);
    }
}
