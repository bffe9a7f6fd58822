//! What a server says that it can do (RFC 3977 section 5.2).

use crate::sasl::{Mechanism, Mechanisms};

/// How many keywords of `LIST` are kept.
const MAX_LISTS: usize = 1_000;

/// What a server can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// It is there for readers.
    pub reader: bool,
    /// It becomes so on `MODE READER`.
    pub mode_reader: bool,
    /// It takes articles by `POST`.
    pub post: bool,
    /// It takes articles by `IHAVE`.
    pub ihave: bool,
    /// It has `NEWNEWS`.
    pub newnews: bool,
    /// It has `HDR`.
    pub hdr: bool,
    /// It has `OVER`.
    pub over: bool,
    /// `OVER` takes message-ids too.
    pub over_by_id: bool,
    /// The keywords of `LIST`, the first 1,000.
    pub list: Vec<String>,
    /// It begins TLS on `STARTTLS`.
    pub starttls: bool,
    /// It takes `AUTHINFO USER`.
    pub authinfo_user: bool,
    /// Ways to log in with `AUTHINFO SASL`.
    pub sasl: Mechanisms,
    /// It compresses on `COMPRESS DEFLATE`.
    pub compress_deflate: bool,
    /// What it runs.
    pub implementation: Option<String>,
    lines: Vec<String>,
}

impl Capabilities {
    /// Takes in one line of the answer to `CAPABILITIES`.
    pub fn push_line(&mut self, line: &str) {
        let line = line.trim();
        let (label, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let has =
            |word: &str| rest.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(word));
        match label.to_ascii_uppercase().as_str() {
            "READER" => self.reader = true,
            "MODE-READER" => self.mode_reader = true,
            "POST" => self.post = true,
            "IHAVE" => self.ihave = true,
            "NEWNEWS" => self.newnews = true,
            "HDR" => self.hdr = true,
            "OVER" => (self.over, self.over_by_id) = (true, has("MSGID")),
            "LIST" => {
                let words = rest.split_ascii_whitespace().map(str::to_ascii_uppercase);
                self.list.extend(words.take(MAX_LISTS.saturating_sub(self.list.len())));
            }
            "STARTTLS" => self.starttls = true,
            "AUTHINFO" => self.authinfo_user |= has("USER"),
            "SASL" => {
                let names = rest.split_ascii_whitespace().filter_map(Mechanism::named);
                names.for_each(|one| self.sasl.push(one));
            }
            "COMPRESS" => self.compress_deflate = has("DEFLATE"),
            "IMPLEMENTATION" => self.implementation = Some(rest.trim().to_owned()),
            _ => {}
        }
        self.lines.push(line.to_owned());
    }

    /// The lines as the server wrote them.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}
