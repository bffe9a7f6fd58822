//! One command line, given to the installed curl and to dial: the same bytes to the server, the
//! same on stdout and on disk, the same exit code.

use std::fs::File;
use std::time::{Duration, SystemTime};

use landline_testkit::http::Server;
use landline_testkit::process::Output;

use crate::room::{DIAL, Room, sound};

const CURL: &str = "/usr/bin/curl";

/// Before the letters that differ; "boundary=" in a document has no dashes behind it.
const BOUNDARY: &str = "boundary=------------------------";

/// The date of all files: 2 January 2020.
const DATE: Duration = Duration::from_secs(1_577_934_245);

/// A server, the files both find in their rooms, and what both get to read.
pub(crate) struct Twin {
    pub(crate) server: Server,
    files: Vec<(&'static str, Vec<u8>)>,
    stdin: Vec<u8>,
    /// What is another with every request: the words behind these, up to a quote, comma or blank.
    pub(crate) masks: &'static [&'static str],
}

/// What one of the two has done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    code: i32,
    stdout: String,
    is_silent: bool,
    /// Without the name of the client. Which of them share a connection is another matter.
    requests: String,
    files: Vec<(String, String)>,
}

impl Twin {
    pub(crate) fn new() -> Twin {
        Twin::of(Server::new())
    }

    pub(crate) fn of(server: Server) -> Twin {
        Twin { server, files: Vec::new(), stdin: Vec::new(), masks: &[] }
    }

    pub(crate) fn file(mut self, name: &'static str, bytes: impl Into<Vec<u8>>) -> Twin {
        self.files.push((name, bytes.into()));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Twin {
        self.stdin = bytes.into();
        self
    }

    /// Runs every line with both. `U` at the beginning of a word is the server's URL, `HOST` and
    /// `PORT` within one are its parts, `ROOM` is the path of the room it runs in.
    pub(crate) fn same(&self, lines: &[&[&str]]) {
        if !is_there() {
            return;
        }
        let mut problems = Vec::new();
        for line in lines {
            let (curl, dial) = (self.run(CURL, line), self.run(DIAL, line));
            if curl.0 != dial.0 {
                let (ours, theirs) = (dial.1.errors(), curl.1.errors());
                let told = format!("stderr of dial: {ours}stderr of curl: {theirs}");
                problems.push(format!("{line:?}\n{}{told}", differences(&curl.0, &dial.0)));
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    /// Runs a line with dial alone: where it differs from curl on purpose.
    pub(crate) fn dial(&self, line: &[&str]) -> Output {
        sound(self.run(DIAL, line).1)
    }

    fn run(&self, program: &str, line: &[&str]) -> (Deed, Output) {
        let room = Room::new();
        for (name, bytes) in &self.files {
            room.put(name, bytes);
            let file = File::options().append(true).open(room.at(name)).expect("it was put there");
            file.set_modified(SystemTime::UNIX_EPOCH + DATE).expect("it is ours");
        }
        let before = self.server.connections();
        let path = room.path().to_str().expect("a plain path");
        let line = line.iter().map(|word| self.word(word).replace("ROOM", path));
        let line: Vec<String> = line.collect();
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let output = room.of(program, &line).stdin(self.stdin.clone()).run();
        let requests = self.server.received().split_off(before);
        let read = |name: String| {
            let bytes = room.get(&name).unwrap_or_default();
            (name, plain(&bytes))
        };
        let deed = Deed {
            code: output.code.unwrap_or(-1),
            stdout: plain(&output.stdout),
            is_silent: output.stderr.is_empty(),
            requests: self.masked(plain(&requests.concat())),
            files: room.names().into_iter().map(read).collect(),
        };
        (deed, output)
    }

    fn masked(&self, text: String) -> String {
        self.masks.iter().fold(text, |text, mask| {
            let mut pieces = text.split(mask);
            let first = pieces.next().unwrap_or_default().to_owned();
            pieces.fold(first, |done, piece| {
                let end = piece.find(['"', ',', '\n', ' ']).unwrap_or(piece.len());
                done + mask + &piece[end..]
            })
        })
    }

    fn word(&self, word: &str) -> String {
        let word = match word.strip_prefix('U') {
            Some(path) if path.is_empty() || path.starts_with(['/', '?', '#']) => {
                self.server.url(path)
            }
            _ => word.to_owned(),
        };
        match word.contains("PORT") {
            true => word.replace("PORT", &self.server.port().to_string()),
            false => word,
        }
    }
}

/// Whether there is a curl to compare with; says so where there is none.
fn is_there() -> bool {
    let is_there = std::path::Path::new(CURL).exists();
    if !is_there {
        eprintln!("skipped: {CURL} is not installed");
    }
    is_there
}

/// Readable, and without the lines that name the client.
fn plain(bytes: &[u8]) -> String {
    let text = bytes.escape_ascii().to_string().replace("\\r\\n", "\n").replace("\\n", "\n");
    let names = ["User-Agent: curl/", "User-Agent: dial/", "# This file was generated by "];
    let is_ours = |line: &&str| !names.iter().any(|name| line.starts_with(name));
    let text = text.split('\n').filter(is_ours).collect::<Vec<_>>().join("\n");
    without_boundaries(&text)
}

/// Every boundary of a form is another one, and those of the two have another length.
fn without_boundaries(text: &str) -> String {
    let (mut plain, mut shorter) = (text.to_owned(), 0);
    while let Some(at) = plain.find(BOUNDARY) {
        let start = at + "boundary=".len();
        let is_inside = |c: char| c == '-' || c.is_ascii_alphanumeric();
        let len = plain[start..].find(|c| !is_inside(c)).unwrap_or(plain.len() - start);
        let boundary = plain[start..start + len].to_owned();
        shorter += (plain.matches(&boundary).count() - usize::from(shorter == 0)) * len;
        plain = plain.replace(&boundary, "BOUNDARY");
    }
    let shorten = |line: &str| match line.strip_prefix("Content-Length: ").map(str::parse::<usize>)
    {
        Some(Ok(len)) if shorter > 0 => format!("Content-Length: {}", len - shorter),
        _ => line.to_owned(),
    };
    plain.split('\n').map(shorten).collect::<Vec<_>>().join("\n")
}

fn differences(curl: &Deed, dial: &Deed) -> String {
    let mut text = String::new();
    let parts = [
        ("exit", curl.code.to_string(), dial.code.to_string()),
        ("stdout", curl.stdout.clone(), dial.stdout.clone()),
        ("silence", curl.is_silent.to_string(), dial.is_silent.to_string()),
        ("requests", curl.requests.clone(), dial.requests.clone()),
        ("files", format!("{:?}", curl.files), format!("{:?}", dial.files)),
    ];
    for (what, theirs, ours) in parts.iter().filter(|(_, theirs, ours)| theirs != ours) {
        text.push_str(&format!("  {what}: curl {theirs}\n  {what}: dial {ours}\n"));
    }
    text
}
