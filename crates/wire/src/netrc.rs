//! Files that say who logs in where: `.netrc`.
//!
//! Out of scope: finding and reading the file, and whose it may be; `account` and macros, which are
//! passed over.
//!
//! Specification: there is none; this is what ftp(1) says of it, with curl's quotes and comments.
//!
//! ```
//! use landline_wire::netrc::Netrc;
//!
//! let file = Netrc::parse(b"machine a.example login me password \"pass word\"\n")?;
//! let found = file.find("a.example", Some(b"me"), true).expect("it is there");
//! assert_eq!((found.login, found.password), (&b"me"[..], &b"pass word"[..]));
//! assert!(file.find("a.example", Some(b"you"), true).is_none());
//! # Ok::<(), landline_wire::netrc::NetrcError>(())
//! ```
//!
//! A file is words: `machine NAME` or `default`, then `login NAME`, `password WORD`, `account WORD` in
//! any order. A word that begins with `"` ends with one, and `\n`, `\r`, `\t`, `\"` and `\\` in it stand
//! for what they do elsewhere. A line that begins with `#`, and the rest of one that has it where no
//! value is due, is a comment. `macdef NAME` hides all up to the next empty line. Other words mean
//! nothing.
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_FILE_BYTES`] | 131,072 | bytes of the file |
//! | [`MAX_LINE_BYTES`] | 16,384 | bytes of a line |
//! | [`MAX_WORD_BYTES`] | 4,096 | bytes of a word, as read |
//!
//! Errors: a [`NetrcError`] is the fault of whoever wrote the file. It tells the line and shows nothing
//! of it.
//!
//! Deviations from curl: `default` stands behind all machines wherever it is written; a second `login`
//! of a machine begins another entry, so that no password goes with a user it was not written for; an
//! entry that lacks its password has none, whatever follows.

use std::fmt;
use std::sync::Arc;

/// How long a file may be.
pub const MAX_FILE_BYTES: usize = 128 << 10;
/// How long a line may be.
pub const MAX_LINE_BYTES: usize = 16 << 10;
/// How long a word may be, its quotes and escapes undone.
pub const MAX_WORD_BYTES: usize = 4 << 10;

/// A file, read. No password is in its `Debug`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netrc {
    entries: Vec<Entry>,
}

/// What one machine, or `default`, says of one user.
#[derive(Clone, Default, PartialEq, Eq)]
struct Entry {
    /// `None`: any. Shared by the entries of one machine.
    machine: Option<Arc<[u8]>>,
    login: Option<Vec<u8>>,
    password: Option<Vec<u8>>,
}

/// Who logs in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// The user; empty where the file names none.
    pub login: &'a [u8],
    /// The password; empty where the file has none.
    pub password: &'a [u8],
}

/// Why a file cannot be read, and the line, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetrcError {
    line: usize,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    FileTooLong,
    LineTooLong,
    WordTooLong,
    ControlByte,
    OpenQuote,
    WordBehindQuote,
    ValueMissing,
}

impl Netrc {
    /// Reads a whole file.
    ///
    /// # Errors
    /// A file, line or word above its limit, a quote that stays open in its line, a control byte,
    /// and a file that ends where a value is due.
    pub fn parse(file: &[u8]) -> Result<Self, NetrcError> {
        if file.len() > MAX_FILE_BYTES {
            return Err(NetrcError { line: 1, problem: Problem::FileTooLong });
        }
        let mut parser = Parser { entries: Vec::new(), due: Due::Keyword, hides: false };
        let mut number = 0;
        for line in file.split(|&byte| byte == b'\n') {
            number += 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            parser.line(line).map_err(|problem| NetrcError { line: number, problem })?;
        }
        match parser.due {
            Due::Keyword => Ok(Self { entries: parser.entries }),
            _ => Err(NetrcError { line: number, problem: Problem::ValueMissing }),
        }
    }

    /// Finds who logs in at `host`: the `user`, or the first one there is. Hosts are the same but for
    /// case, users to the byte. `default` answers only where it is let.
    #[must_use]
    pub fn find(&self, host: &str, user: Option<&[u8]>, with_default: bool) -> Option<Found<'_>> {
        let of_host = |entry: &&Entry| entry.is_of(host.as_bytes());
        let of_any = |entry: &&Entry| with_default && entry.machine.is_none();
        let mut all = self.entries.iter().filter(of_host).chain(self.entries.iter().filter(of_any));
        let fits = |entry: &&Entry| match user {
            Some(user) => entry.login.as_deref() == Some(user),
            None => entry.login.is_some() || entry.password.is_some(),
        };
        all.find(fits).map(|entry| Found {
            login: entry.login.as_deref().unwrap_or_default(),
            password: entry.password.as_deref().unwrap_or_default(),
        })
    }
}

impl Entry {
    fn is_of(&self, host: &[u8]) -> bool {
        self.machine.as_ref().is_some_and(|machine| machine.eq_ignore_ascii_case(host))
    }
}

struct Parser {
    entries: Vec<Entry>,
    due: Due,
    /// Between `macdef` and the next empty line.
    hides: bool,
}

/// What the next word is.
#[derive(Clone, Copy)]
enum Due {
    Keyword,
    Machine,
    Login,
    Password,
    /// The value of something nobody asks for.
    Nothing,
}

impl Parser {
    fn line(&mut self, line: &[u8]) -> Result<(), Problem> {
        if line.len() > MAX_LINE_BYTES {
            return Err(Problem::LineTooLong);
        }
        let mut rest = line.trim_ascii_start();
        if self.hides || rest.starts_with(b"#") {
            self.hides &= !rest.is_empty();
            return Ok(());
        }
        while !rest.is_empty() && !self.hides {
            if matches!(self.due, Due::Keyword) && rest[0] == b'#' {
                break;
            }
            let (word, behind) = word(rest)?;
            self.take(word);
            rest = behind.trim_ascii_start();
        }
        Ok(())
    }

    fn take(&mut self, word: Vec<u8>) {
        let due = std::mem::replace(&mut self.due, Due::Keyword);
        match due {
            Due::Keyword => self.keyword(&word),
            Due::Machine => self.begin(Some(word.into())),
            Due::Login => self.fill(word, |entry| &mut entry.login),
            Due::Password => self.fill(word, |entry| &mut entry.password),
            Due::Nothing => {}
        }
    }

    fn keyword(&mut self, word: &[u8]) {
        match word.to_ascii_lowercase().as_slice() {
            b"machine" => self.due = Due::Machine,
            b"default" => self.begin(None),
            b"login" => self.due = Due::Login,
            b"password" => self.due = Due::Password,
            b"account" => self.due = Due::Nothing,
            b"macdef" => self.hides = true,
            _ => {}
        }
    }

    fn begin(&mut self, machine: Option<Arc<[u8]>>) {
        self.entries.push(Entry { machine, ..Entry::default() });
    }

    /// Writes down what an entry lacks; what it has already begins another one of its machine.
    fn fill(&mut self, word: Vec<u8>, part: fn(&mut Entry) -> &mut Option<Vec<u8>>) {
        let Some(last) = self.entries.last_mut() else { return };
        if part(last).is_none() {
            *part(last) = Some(word);
            return;
        }
        let machine = last.machine.clone();
        self.begin(machine);
        self.fill(word, part);
    }
}

/// Takes the first word off what does not begin with a blank.
fn word(text: &[u8]) -> Result<(Vec<u8>, &[u8]), Problem> {
    let (word, rest) = match text.strip_prefix(b"\"") {
        Some(inside) => quoted(inside)?,
        None => {
            let end = text.iter().position(|&byte| is_blank(byte)).unwrap_or(text.len());
            let (word, rest) = text.split_at(end);
            if word.iter().any(|&byte| byte < b' ') {
                return Err(Problem::ControlByte);
            }
            (word.to_vec(), rest)
        }
    };
    if word.len() > MAX_WORD_BYTES { Err(Problem::WordTooLong) } else { Ok((word, rest)) }
}

fn quoted(inside: &[u8]) -> Result<(Vec<u8>, &[u8]), Problem> {
    let mut word = Vec::new();
    let mut bytes = inside.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        match byte {
            b'"' => {
                let rest = &inside[at + 1..];
                let ends = rest.first().is_none_or(|&byte| is_blank(byte));
                return if ends { Ok((word, rest)) } else { Err(Problem::WordBehindQuote) };
            }
            b'\\' => word.push(unescape(*bytes.next().ok_or(Problem::OpenQuote)?.1)),
            0 => return Err(Problem::ControlByte),
            other => word.push(other),
        }
    }
    Err(Problem::OpenQuote)
}

fn unescape(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        other => other,
    }
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.machine.as_deref().unwrap_or(b"any").escape_ascii();
        let login = self.login.as_deref().unwrap_or_default().escape_ascii();
        write!(f, "Entry({machine}, {login}, password hidden)")
    }
}

impl fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found({}, password hidden)", self.login.escape_ascii())
    }
}

impl fmt::Display for NetrcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            Problem::FileTooLong => {
                return write!(f, "the file is longer than {MAX_FILE_BYTES} bytes");
            }
            Problem::LineTooLong => "the line is too long",
            Problem::WordTooLong => "a word is too long",
            Problem::ControlByte => "there is a control character",
            Problem::OpenQuote => "a quote stays open",
            Problem::WordBehindQuote => "there is no blank behind a quote",
            Problem::ValueMissing => "the file ends where a value is due",
        };
        write!(f, "line {}: {what}", self.line)
    }
}

impl std::error::Error for NetrcError {}

#[cfg(test)]
mod tests;
