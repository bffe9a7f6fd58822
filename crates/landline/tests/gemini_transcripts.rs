//! Every dialogue of `transcripts/gemini` comes out the same under both faces, whole and byte by
//! byte. The server's certificate is of its own making.
//!
//! | line | meaning |
//! |---|---|
//! | `open: URL` | what is asked for |
//! | `first-byte: MS`, `idle: MS` | deadlines |
//! | `=> body TEXT` | what was read, before the error if there is one |
//! | `=> type TEXT`, `=> url URL` | the media type; the URL after redirects |
//! | `=> error KIND PHASE`, `says TEXT`, `status N`, `meta TEXT` | instead of success |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::{Error, Timeouts};
use landline_testkit::Server;
use landline_testkit::tls::Identity;
use landline_testkit::transcript::{Delivery, Script, escape};
use support::transcripts::{judge, or_none, walk};
use support::{faces, timeouts};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/gemini");

/// What came of a dialogue, whichever face held it.
#[derive(Default)]
struct Came {
    body: Vec<u8>,
    media_type: Option<String>,
    url: String,
    error: Option<Error>,
}

impl Came {
    fn fact(&self, key: &str) -> String {
        let error = self.error.as_ref();
        match key {
            "body" => escape(&self.body),
            "type" => or_none(self.media_type.clone()),
            "url" => self.url.clone(),
            "status" => or_none(error.and_then(Error::status).map(|status| status.to_string())),
            "meta" => {
                let reply = error.and_then(Error::reply);
                or_none(reply.map(|reply| String::from_utf8_lossy(reply.body()).into_owned()))
            }
            _ => panic!("no meaning for `=> {key}`"),
        }
    }
}

fn deadlines(script: &Script) -> Timeouts {
    let ms = |name| script.header(name).map(|ms| ms.parse().expect("milliseconds"));
    timeouts(|all| {
        // A line that the script does not have would be waited for in vain.
        all.total = support::ms(3000);
        all.first_byte = ms("first-byte").and_then(support::ms).or(all.first_byte);
        all.idle_read = ms("idle").and_then(support::ms).or(all.idle_read);
    })
}

faces! {
    async fn read(opener: &face::Opener, url: &str) -> Came {
        let mut document = match w!(opener.open(url)) {
            Ok(document) => document,
            Err(error) => return Came { error: Some(error), ..Came::default() },
        };
        let mut body = Vec::new();
        let error = w!(document.read_to_end(&mut body)).err().map(Error::from);
        let media_type = document.info().get("Content-Type").map(str::to_owned);
        Came { body, media_type, error, url: document.url() }
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let identity = Identity::self_signed(&["somebody.test"]);
        let server = script.serve_on(Server::builder().tls(&identity), delivery);
        let opener = opener().timeouts(deadlines(script));
        let url = server.header("open").expect("what is asked for");
        let came = w!(read(&opener, &url));
        let verdict = judge(&server.expectations(), came.error.as_ref(), |key| came.fact(key));
        drop(opener);
        server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        walk!(FOLDER, play);
    }
}
