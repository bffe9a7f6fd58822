//! Every dialogue of `transcripts/ftp` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning |
//! |---|---|
//! | `get: PATH`, `info: PATH`, `entries: PATH` | what is asked for |
//! | `put: PATH TEXT`, `append: PATH TEXT`, `resume: PATH TEXT` | what is stored; `resume` behind 5 bytes |
//! | `options: WORDS` | fields of [`Options`] by name, see [`option`] |
//! | `login: USER PASSWORD`, `range: RANGE`, `quote: COMMAND` | as they say; quotes with curl's `-`, `+`, `*` |
//! | `=> body TEXT` | what was read, before the error if there is one |
//! | `=> length N`, `=> modified DATE` | what is known |
//! | `=> entry KIND SIZE NAME` | the next entry of the folder |
//! | `=> entries N`, `=> skipped N` | how many came, and how many lines said nothing |
//! | `=> error KIND PHASE`, `=> command VERB`, `=> says TEXT` | instead of success |
//!
//! The data connection is connection 2, at the same port.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::ftp::{Account, CwdMethod, Entry, Options, Quote, QuoteTime, Security};
use landline::net::NetOptions;
use landline::{ByteRange, Error, Headers, Login, StoreMode, Timeouts, Upload};
use landline_testkit::Server;
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Expectation, Script, ScriptServer, escape, unescape};
use support::transcripts::{judge, or_none, walk};
use support::{faces, timeouts, trusting};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/ftp");

/// What came of a dialogue, whichever face held it.
#[derive(Default)]
struct Came {
    body: Vec<u8>,
    info: Headers,
    entries: Vec<Entry>,
    skipped: u64,
    error: Option<Error>,
}

impl Came {
    fn of(error: Error) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    fn judge(&self, expectations: &[Expectation]) -> Result<(), String> {
        let mut entries = self.entries.iter();
        judge(expectations, self.error.as_ref(), |key| match key {
            "entry" => or_none(entries.next().map(shown)),
            _ => self.fact(key),
        })
    }

    fn fact(&self, key: &str) -> String {
        let known = |name| self.info.get(name).unwrap_or("none").to_owned();
        match key {
            "body" => escape(&self.body),
            "length" => known("Content-Length"),
            "modified" => known("Last-Modified"),
            "ranges" => known("Accept-ranges"),
            "entries" => self.entries.len().to_string(),
            "skipped" => self.skipped.to_string(),
            _ => panic!("no meaning for `=> {key}`"),
        }
    }
}

fn shown(entry: &Entry) -> String {
    let size = entry.size.map_or("-".to_owned(), |size| size.to_string());
    format!("{:?} {size} {}", entry.kind, escape(&entry.name))
}

fn deadlines() -> Timeouts {
    // A line that the script does not have would be waited for in vain.
    timeouts(|all| all.total = support::ms(3000))
}

fn option(options: &mut Options, word: &str) {
    match word {
        "ssl" => options.security = Security::Tried,
        "ssl-reqd" => options.security = Security::Required,
        "clear-data" => options.clear_data = true,
        "no-epsv" => options.no_epsv = true,
        "pret" => options.pret = true,
        "nocwd" => options.path_method = CwdMethod::None,
        "singlecwd" => options.path_method = CwdMethod::Single,
        "create-folders" => options.create_folders = true,
        "ascii" => options.ascii = true,
        "names" => options.names_only = true,
        "time" => options.wants_time = true,
        _ => panic!("no option {word}"),
    }
}

fn quote(text: &str) -> Quote {
    let (when, text) = match text.split_at(1) {
        ("-", rest) => (QuoteTime::Done, rest),
        ("+", rest) => (QuoteTime::Prepared, rest),
        _ => (QuoteTime::First, text),
    };
    let command = text.strip_prefix('*').unwrap_or(text).to_owned();
    Quote { may_fail: text.starts_with('*'), command, when }
}

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    for (name, value) in script.headers() {
        match name.as_str() {
            "options" => value.split(' ').for_each(|word| option(&mut options, word)),
            "account" => options.account = Some(Account::new(value.clone())),
            "instead-of-user" => options.instead_of_user = Some(value.clone()),
            "list-command" => options.list_command = Some(value.clone()),
            "quote" => options.quotes.push(quote(value)),
            _ => {}
        }
    }
    options
}

/// The server, how to trust it, and its scheme.
fn serve(script: &Script, delivery: Delivery) -> (ScriptServer, NetOptions, &'static str) {
    let scheme = script.header("scheme").map_or("ftp", |_| "ftps");
    if script.header("tls").is_none() {
        let server = script.serve_with(delivery);
        // A script that says `S! tls` brings its own authority.
        let net = server.authority().map(|authority| trusting(authority.ca_der()));
        return (server, net.unwrap_or_default(), scheme);
    }
    let authority = Authority::new();
    let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
    (script.serve_on(builder, delivery), trusting(authority.ca_der()), "ftps")
}

faces! {
    async fn get(opener: &face::Opener, url: &str) -> Came {
        let mut document = match w!(opener.open(url)) {
            Ok(document) => document,
            Err(error) => return Came::of(error),
        };
        let mut body = Vec::new();
        let error = w!(document.read_to_end(&mut body)).err().map(Error::from);
        Came { body, info: document.info().clone(), error, ..Came::default() }
    }

    async fn list(client: &face::ftp::Client, url: &str) -> Came {
        let (entries, skipped) = match w!(client.entries(url)) {
            Ok(listing) => w!(all_entries(listing)),
            Err(error) => return Came::of(error),
        };
        match entries {
            Ok(entries) => Came { entries, skipped, ..Came::default() },
            Err(error) => Came::of(error),
        }
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let (server, net, scheme) = serve(script, delivery);
        let mut opener = opener().net(net.clone()).timeouts(deadlines()).ftp(options(script));
        let login = script.header("login").and_then(|login| login.split_once(' '));
        if let Some((user, password)) = login {
            opener = opener.login(Login::new(user, password));
        }
        if let Some(range) = script.header("range") {
            opener = opener.range(ByteRange::parse(range).expect("a range"));
        }
        let (name, asked) = script.headers().first().expect("what is asked for").clone();
        let (path, text) = asked.split_once(' ').unwrap_or((&asked, ""));
        let (url, text) = (server.url_for(scheme, path), unescape(text).expect("good escapes"));
        let store = |mode| opener.store(&url, Upload::bytes(text.clone()), mode);
        let stored = |done: landline::Result<face::Document>| done.err().map_or_else(Came::default, Came::of);
        let came = match name.as_str() {
            "get" => w!(get(&opener, &url)),
            "put" => stored(w!(store(StoreMode::Replace))),
            "append" => stored(w!(store(StoreMode::Append))),
            "resume" => stored(w!(store(StoreMode::ResumeAt(5)))),
            "info" => match w!(opener.info(&url)) {
                Ok(info) => Came { info, ..Came::default() },
                Err(error) => Came::of(error),
            },
            "entries" => w!(list(&ftp_client_with(net, deadlines()), &url)),
            _ => panic!("{}: no meaning for `{name}`", script.name()),
        };
        let verdict = came.judge(&server.expectations());
        w!(opener.quit());
        drop(opener);
        server.finish().map_err(|mismatch| mismatch.to_string()).and(verdict)
    }

    fn every_transcript_comes_out_as_written_in_each_delivery() {
        walk!(FOLDER, play);
    }
}
