//! Every dialogue of `transcripts/dict` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning |
//! |---|---|
//! | `open: PATH` | the URL of this path is read to its end |
//! | `ask: define WORD DATABASE`, `ask: match WORD DATABASE STRATEGY` | of a client; `_` is a blank |
//! | `ask: databases`, `ask: strategies`, `ask: quit` | of the same client |
//! | `=> body TEXT` | what was read, before the error if there is one |
//! | `=> found TEXT` | the next thing that was found: its parts with ` \| ` between |
//! | `=> count N` | how many things were found |
//! | `=> error KIND PHASE`, `says TEXT` | instead of success |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::Error;
use landline_testkit::transcript::{Delivery, Script, escape};
use support::transcripts::{judge, or_none, walk};
use support::{faces, ms, timeouts};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/dict");

/// What came of a dialogue, whichever face held it.
#[derive(Default)]
struct Came {
    body: Vec<u8>,
    found: Vec<String>,
    error: Option<Error>,
}

impl Came {
    fn judge(&self, server: &landline_testkit::transcript::ScriptServer) -> Result<(), String> {
        let mut found = self.found.iter();
        judge(&server.expectations(), self.error.as_ref(), |key| match key {
            "body" => escape(&self.body),
            "found" => or_none(found.next().map(|found| found.trim_end())),
            "count" => self.found.len().to_string(),
            other => panic!("no meaning for `=> {other}`"),
        })
    }
}

/// The words of a question, blanks written as `_`.
fn words(question: &str) -> Vec<String> {
    question.split(' ').map(|word| word.replace('_', " ")).collect()
}

faces! {
    async fn ask(client: &mut face::dict::Client, asked: &[String], came: &mut Came) -> Result<(), Error> {
        let asked: Vec<_> = asked.iter().map(String::as_str).collect();
        match &asked[..] {
            ["define", word, database] => {
                for one in w!(client.define(word, database))? {
                    let parts = [one.word, one.database, one.description, escape(one.text.as_bytes())];
                    came.found.push(parts.join(" | "));
                }
            }
            ["match", word, database, strategy] => {
                for one in w!(client.match_words(word, database, strategy))? {
                    came.found.push([one.database, one.word].join(" | "));
                }
            }
            [list] => {
                let listed = match *list {
                    "databases" => w!(client.databases())?,
                    _ => w!(client.strategies())?,
                };
                let lines = listed.into_iter().map(|one| [one.name, one.description].join(" | "));
                came.found.extend(lines);
            }
            other => panic!("no meaning for {other:?}"),
        }
        Ok(())
    }

    async fn talk(opener: &face::Opener, url: &str, script: &Script, came: &mut Came) -> Result<(), Error> {
        let mut client = w!(face::dict::Client::with(opener, url))?;
        for (_, question) in script.headers().iter().filter(|(name, _)| name == "ask") {
            if question == "quit" {
                return w!(client.quit());
            }
            w!(ask(&mut client, &words(question), came))?;
        }
        Ok(())
    }

    async fn read(opener: &face::Opener, url: &str, came: &mut Came) -> Result<(), Error> {
        let mut document = w!(opener.open(url))?;
        w!(document.read_to_end(&mut came.body))?;
        Ok(())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let server = script.serve_with(delivery);
        let opener = opener().timeouts(timeouts(|all| all.total = ms(3000)));
        let mut came = Came::default();
        let done = match script.header("open") {
            Some(path) => w!(read(&opener, &server.url_for("dict", path), &mut came)),
            None => w!(talk(&opener, &server.url_for("dict", "/"), script, &mut came)),
        };
        came.error = done.err();
        drop(opener);
        let verdict = came.judge(&server);
        server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }

    fn every_dictionary_session_comes_out_as_written() {
        walk!(FOLDER, play);
    }
}
