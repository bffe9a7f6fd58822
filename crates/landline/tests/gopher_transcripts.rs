//! Every dialogue of `transcripts/gopher` comes out the same under both faces, whole and byte by
//! byte.
//!
//! | line | meaning |
//! |---|---|
//! | `open: PATH`, `menu: PATH`, `text: PATH` | what is asked for, and how it is read |
//! | `search: PATH WORDS` | the same with words to look for |
//! | `tls: yes` | over TLS |
//! | `first-byte: MS`, `idle: MS` | deadlines |
//! | `=> body TEXT` | what was read, before the error if there is one |
//! | `=> type TEXT` | the media type |
//! | `=> item TYPE TEXT`, `=> url URL` | the next item of the menu and where it leads |
//! | `=> items N` | how many items came |
//! | `=> complete yes` or `no` | whether the lone dot came |
//! | `=> error KIND PHASE`, `says TEXT` | instead of success |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::gopher::Item;
use landline::net::NetOptions;
use landline::{Error, Timeouts};
use landline_testkit::Server;
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Expectation, Script, ScriptServer, escape};
use support::transcripts::{judge, walk};
use support::{faces, timeouts, trusting};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/gopher");

/// What came of a dialogue, whichever face held it.
#[derive(Default)]
struct Came {
    body: Vec<u8>,
    media_type: Option<String>,
    items: Vec<Item>,
    complete: bool,
    error: Option<Error>,
}

impl Came {
    fn of(error: Error) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    fn judge(&self, expectations: &[Expectation]) -> Result<(), String> {
        let mut items = self.items.iter();
        let mut item = None;
        judge(expectations, self.error.as_ref(), |key| {
            if key == "item" {
                item = items.next();
            }
            self.fact(key, item)
        })
    }

    fn fact(&self, key: &str, item: Option<&Item>) -> String {
        match key {
            "body" => escape(&self.body),
            "type" => self.media_type.clone().unwrap_or("none".to_owned()),
            "items" => self.items.len().to_string(),
            "complete" => if self.complete { "yes" } else { "no" }.to_owned(),
            "item" => item.map_or("none".to_owned(), |item| {
                let text = escape(item.text().as_bytes());
                format!("{} {text}", item.item_type.word()).trim_end().to_owned()
            }),
            "url" => item.and_then(Item::to_url).unwrap_or("none".to_owned()),
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

/// The server, how to trust it, and its scheme.
fn serve(script: &Script, delivery: Delivery) -> (ScriptServer, NetOptions, &'static str) {
    if script.header("tls").is_none() {
        return (script.serve_with(delivery), NetOptions::default(), "gopher");
    }
    let authority = Authority::new();
    let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
    (script.serve_on(builder, delivery), trusting(authority.ca_der()), "gophers")
}

faces! {
    async fn read(opener: &face::Opener, url: &str) -> Came {
        let mut document = match w!(opener.open(url)) {
            Ok(document) => document,
            Err(error) => return Came::of(error),
        };
        let mut body = Vec::new();
        let error = w!(document.read_to_end(&mut body)).err().map(Error::from);
        let media_type = document.info().get("Content-Type").map(str::to_owned);
        Came { body, media_type, error, ..Came::default() }
    }

    async fn read_text(client: &face::gopher::Client, url: &str) -> Came {
        let mut text = match w!(client.text(url)) {
            Ok(text) => text,
            Err(error) => return Came::of(error),
        };
        let mut body = Vec::new();
        let error = w!(text.read_to_end(&mut body)).err().map(Error::from);
        Came { body, error, complete: text.is_complete(), ..Came::default() }
    }

    async fn read_menu(menu: landline::Result<face::gopher::Menu>) -> Came {
        let mut menu = match menu {
            Ok(menu) => menu,
            Err(error) => return Came::of(error),
        };
        let mut came = Came::default();
        loop {
            match w!(menu.next_item()) {
                Ok(Some(item)) => came.items.push(item),
                Ok(None) => break,
                Err(error) => return Came { error: Some(error), ..came },
            }
        }
        came.complete = menu.is_complete();
        came
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let (server, net, scheme) = serve(script, delivery);
        let opener = opener().net(net).timeouts(deadlines(script));
        let client = face::gopher::Client::with(opener.clone());
        let (name, asked) = script.headers().first().expect("what is asked for").clone();
        let (path, words) = asked.split_once(' ').unwrap_or((&asked, ""));
        let url = server.url_for(scheme, path);
        let came = match name.as_str() {
            "open" => w!(read(&opener, &url)),
            "text" => w!(read_text(&client, &url)),
            "menu" => w!(read_menu(w!(client.menu(&url)))),
            "search" => w!(read_menu(w!(client.search(&url, words)))),
            _ => panic!("{}: no meaning for `{name}`", script.name()),
        };
        let verdict = came.judge(&server.expectations());
        drop((client, opener));
        server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        walk!(FOLDER, play);
    }
}
