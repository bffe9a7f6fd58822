//! Every dialogue of `transcripts/telnet` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning |
//! |---|---|
//! | `option: NAME=VALUE` | what the server may be told |
//! | `do: say TEXT`, `do: read N`, `do: end` | bytes out, so many bytes in, no more bytes out |
//! | `=> data TEXT` | all that was read, up to the end |
//! | `=> error KIND PHASE`, `says TEXT` | instead of an end |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::telnet::Options;
use landline::{Error, LineStream};
use landline_testkit::transcript::{Delivery, Script, escape, unescape};
use support::transcripts::{judge, walk};
use support::{faces, ms, timeouts};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/telnet");

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    let given = script.headers().iter().filter(|(name, _)| name == "option");
    given.for_each(|(_, option)| options.set(option).expect("a good option"));
    options
}

fn steps(script: &Script) -> Vec<(String, String)> {
    let steps = script.headers().iter().filter(|(name, _)| name == "do");
    let split = |step: &String| {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        (verb.to_owned(), rest.to_owned())
    };
    steps.map(|(_, step)| split(step)).collect()
}

/// The async face gives the stream itself.
trait IntoLine {
    fn into_line(self) -> landline::aio::LineStream;
}

impl IntoLine for landline::net::Stream {
    fn into_line(self) -> landline::aio::LineStream {
        landline::aio::LineStream::new(self)
    }
}

/// The blocking one gives a line client already.
trait StaysLine {
    fn into_line(self) -> LineStream;
}

impl StaysLine for LineStream {
    fn into_line(self) -> LineStream {
        self
    }
}

faces! {
    async fn talk(line: &mut face::LineStream, script: &Script, data: &mut Vec<u8>) -> Result<(), Error> {
        for (verb, rest) in steps(script) {
            match verb.as_str() {
                "say" => w!(line.write_raw(&unescape(&rest).expect("good escapes")))?,
                "read" => data.extend(w!(line.read_exactly(rest.parse().expect("a count")))?),
                "end" => w!(line.finish_writing())?,
                other => panic!("no meaning for {other}"),
            }
        }
        data.extend(w!(line.read_to_end(1 << 20))?);
        Ok(())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let server = script.serve_with(delivery);
        let opener = opener().timeouts(timeouts(|all| all.total = ms(3000)));
        let opener = opener.telnet(options(script));
        let connected = w!(opener.connect(&server.url_for("telnet", "")));
        let mut line = connected.map_err(|error| error.chain())?.into_line();
        let mut data = Vec::new();
        let error = w!(talk(&mut line, script, &mut data)).err();
        let verdict = judge(&server.expectations(), error.as_ref(), |key| match key {
            "data" => escape(&data),
            other => panic!("no meaning for `=> {other}`"),
        });
        drop(line);
        server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }

    fn every_telnet_conversation_comes_out_as_written() {
        walk!(FOLDER, play);
    }
}
