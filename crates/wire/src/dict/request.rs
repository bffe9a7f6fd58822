//! Commands, from URLs and from words.

use std::fmt;

use percent_encoding::percent_decode_str;

use crate::target::Location;

/// Bytes that a command may have, its CRLF not counted (RFC 2229 section 2.3).
pub const MAX_COMMAND_BYTES: usize = 1022;

/// The first database that knows the word (RFC 2229 section 3.2).
const FIRST_DATABASE: &str = "!";

/// The strategy that the server takes by itself (RFC 2229 section 3.3).
const SERVERS_STRATEGY: &str = ".";

/// One command for a dictionary server, checked: it is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    line: Vec<u8>,
}

/// Why something cannot be asked of a dictionary server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// There is no word, or no command.
    Empty,
    /// A control character stands where none may: CR, LF or NUL among them.
    Control,
    /// A database or a strategy has a blank, a quote or a backslash in it.
    NoAtom,
    /// The command has more than [`MAX_COMMAND_BYTES`].
    TooLong,
}

impl Request {
    /// Reads what a URL asks for.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn of(location: &Location) -> Result<Self, RequestError> {
        // No query in these URLs: a question mark belongs to the word.
        let target = location.request_target();
        let path = target.strip_prefix('/').unwrap_or(target);
        let (verb, rest) = path.split_once(':').unwrap_or((path, ""));
        let has_colon = verb.len() < path.len();
        match verb.to_ascii_lowercase().as_str() {
            "d" | "define" | "lookup" if has_colon => {
                let [word, database, ..] = parts(rest);
                Self::define(&word, or(database, FIRST_DATABASE))
            }
            "m" | "match" | "find" if has_colon => {
                let [word, database, strategy, ..] = parts(rest);
                let (database, strategy) =
                    (or(database, FIRST_DATABASE), or(strategy, SERVERS_STRATEGY));
                Self::match_words(&word, &database, &strategy)
            }
            _ => Self::raw(&decoded(&path.replace(':', " "))),
        }
    }

    /// Asks for the definitions of a word: in one database, in the first that knows it (`!`) or in all
    /// (`*`).
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn define(
        word: impl AsRef<[u8]>,
        database: impl AsRef<[u8]>,
    ) -> Result<Self, RequestError> {
        Self::command(&[b"DEFINE", atom(database.as_ref())?, &escaped(word.as_ref())?])
    }

    /// Asks for the words that match one: in a database as with [`define`](Self::define), by a strategy
    /// such as `exact`, `prefix` or the server's own (`.`).
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn match_words(
        word: impl AsRef<[u8]>,
        database: impl AsRef<[u8]>,
        strategy: impl AsRef<[u8]>,
    ) -> Result<Self, RequestError> {
        let (database, strategy) = (atom(database.as_ref())?, atom(strategy.as_ref())?);
        Self::command(&[b"MATCH", database, strategy, &escaped(word.as_ref())?])
    }

    /// Any command, as it is.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn raw(command: &[u8]) -> Result<Self, RequestError> {
        if command.is_empty() {
            return Err(RequestError::Empty);
        }
        check_controls(command)?;
        Self::command(&[command])
    }

    /// Gives the line to send, without its line end.
    #[must_use]
    pub fn to_line(&self) -> &[u8] {
        &self.line
    }

    fn command(words: &[&[u8]]) -> Result<Self, RequestError> {
        let line = words.join(&b' ');
        if line.len() > MAX_COMMAND_BYTES { Err(RequestError::TooLong) } else { Ok(Self { line }) }
    }
}

/// What stands between the colons, decoded; a colon inside of it is written `%3A`.
fn parts(rest: &str) -> [Vec<u8>; 4] {
    let mut parts = rest.split(':').map(decoded);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

fn or(given: Vec<u8>, default: &str) -> Vec<u8> {
    if given.is_empty() { default.into() } else { given }
}

/// A word with quoted pairs for what is no part of an atom (RFC 2229 section 2.2).
fn escaped(word: &[u8]) -> Result<Vec<u8>, RequestError> {
    if word.is_empty() {
        return Err(RequestError::Empty);
    }
    check_controls(word)?;
    let mut line = Vec::with_capacity(word.len());
    for &byte in word {
        if !is_of_atom(byte) {
            line.push(b'\\');
        }
        line.push(byte);
    }
    Ok(line)
}

fn atom(name: &[u8]) -> Result<&[u8], RequestError> {
    check_controls(name)?;
    match name {
        [] => Err(RequestError::Empty),
        name if name.iter().all(|byte| is_of_atom(*byte)) => Ok(name),
        _ => Err(RequestError::NoAtom),
    }
}

fn is_of_atom(byte: u8) -> bool {
    !matches!(byte, b' ' | b'\'' | b'"' | b'\\')
}

fn check_controls(bytes: &[u8]) -> Result<(), RequestError> {
    match bytes.iter().any(u8::is_ascii_control) {
        true => Err(RequestError::Control),
        false => Ok(()),
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::Empty => f.write_str("there is no word, as in /d:word"),
            RequestError::Control => f.write_str("a control character cannot be looked up"),
            RequestError::NoAtom => {
                f.write_str("a database or strategy holds a blank, a quote or a backslash")
            }
            RequestError::TooLong => {
                write!(f, "the command is longer than {MAX_COMMAND_BYTES} bytes")
            }
        }
    }
}

impl std::error::Error for RequestError {}
