//! A transcript in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::mismatch::ParseError;
use super::parse::{self, Step};
use super::{ScriptServer, unescape};
use crate::Builder;

/// How the server's words travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// What the server says between two turns of the client leaves in one segment.
    Whole,
    /// Every byte leaves in a segment of its own (`S*` over 64 KiB excepted).
    OneByte,
}

impl Delivery {
    /// Both ways; every transcript must come out the same under each.
    pub const ALL: [Delivery; 2] = [Delivery::Whole, Delivery::OneByte];
}

/// One `=> key value` line.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The line in the file, counted from 1.
    pub line: usize,
    /// The first word.
    pub key: String,
    /// The rest as it stands, quotes and escapes included.
    pub value: String,
}

impl Expectation {
    /// Returns the value with quotes taken off and escapes resolved, where it is quoted.
    pub fn bytes(&self) -> Vec<u8> {
        let quoted = self.value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        quoted.map_or_else(
            || self.value.clone().into_bytes(),
            |inner| unescape(inner).expect("escapes were checked by the parser"),
        )
    }

    /// Returns the same as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// Returns the words of an unquoted value.
    pub fn words(&self) -> Vec<&str> {
        self.value.split_whitespace().collect()
    }
}

/// A transcript, ready to be served.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) headers: Vec<(String, String)>,
    pub(super) dialogues: Vec<Vec<Step>>,
    pub(super) expectations: Vec<Expectation>,
    pub(super) names: BTreeMap<String, String>,
}

impl Script {
    /// Reads a transcript; the [module](super) has the grammar.
    ///
    /// # Errors
    /// The first line that does not fit.
    pub fn parse(text: &str) -> Result<Script, ParseError> {
        let mut script = parse::script(text)?;
        script.define("version", env!("CARGO_PKG_VERSION"));
        Ok(script)
    }

    /// Reads a file; it panics when that is no transcript, naming file and line.
    pub fn from_file(path: impl AsRef<Path>) -> Script {
        let path = path.as_ref();
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut script = Script::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        if script.header("name").is_none() {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            script.headers.push(("name".to_owned(), stem));
        }
        script
    }

    /// Reads all `*.transcript` files of a folder in order of their names; it panics when there
    /// are none, since a suite that runs nothing must not pass.
    pub fn from_folder(folder: impl AsRef<Path>) -> Vec<Script> {
        let folder = folder.as_ref();
        let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut paths: Vec<_> = entries
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "transcript"))
            .collect();
        paths.sort();
        assert!(!paths.is_empty(), "{}: no transcripts", folder.display());
        paths.iter().map(Script::from_file).collect()
    }

    /// Lets `{name}` stand for `value` from now on.
    pub fn define(&mut self, name: &str, value: &str) {
        self.names.insert(format!("{{{name}}}"), value.to_owned());
    }

    /// Returns the name, from the header or the file.
    pub fn name(&self) -> &str {
        self.header("name").unwrap_or("unnamed")
    }

    /// Returns the value of a header line as it stands (see [`ScriptServer::fill`]).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns all header lines in order.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Returns the delivery the file asks for; whole unless told.
    pub fn delivery(&self) -> Delivery {
        match self.header("delivery") {
            Some("bytes") => Delivery::OneByte,
            _ => Delivery::Whole,
        }
    }

    /// Returns the `=>` lines as they stand.
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    /// Serves the dialogue in each delivery, lets `client` talk to it, and panics at the first
    /// difference. What the client gets out of it, the `=>` lines, is for `client` to judge.
    pub fn play(&self, mut client: impl FnMut(&ScriptServer)) {
        for delivery in Delivery::ALL {
            let server = self.serve_with(delivery);
            client(&server);
            if let Err(mismatch) = server.finish() {
                panic!("{mismatch}\n  delivery: {delivery:?}");
            }
        }
    }

    /// Serves the dialogue on plain TCP with the delivery the file asks for.
    pub fn serve(&self) -> ScriptServer {
        self.serve_with(self.delivery())
    }

    /// Serves the dialogue on plain TCP with this delivery, whatever the file says.
    pub fn serve_with(&self, delivery: Delivery) -> ScriptServer {
        self.serve_on(Builder::default(), delivery)
    }

    /// Serves the dialogue wherever `builder` listens: TLS, a Unix socket, IPv6.
    pub fn serve_on(&self, builder: Builder, delivery: Delivery) -> ScriptServer {
        ScriptServer::start(self.clone(), builder, delivery)
    }
}
