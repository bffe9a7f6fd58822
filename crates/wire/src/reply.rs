//! Status replies: FTP, SMTP, NNTP and POP3 share one reader.
//!
//! Out of scope: IMAP's tagged replies, what a code means to a dialogue, and the text block that follows some
//! replies (see [`dot`](crate::dot)).
//!
//! Specifications: RFC 959 section 4.2 (FTP), RFC 5321 section 4.2 (SMTP), RFC 3977 section 3.2
//! (NNTP), RFC 1939 section 3 and RFC 5034 section 4 (POP3).
//!
//! | style | one line | several lines |
//! |---|---|---|
//! | [`Ftp`](ReplyStyle::Ftp) | `220 text`, `220` | `220-text`, then anything, until `220 text` |
//! | [`Smtp`](ReplyStyle::Smtp) | `250 text`, `250` | `250-text` each, the last one as on the left, all the same code |
//! | [`Nntp`](ReplyStyle::Nntp) | `200 text`, `200` | never |
//! | [`Pop3`](ReplyStyle::Pop3) | `+OK text`, `-ERR text`, `+ text` | never |
//!
//! ```
//! use landline_wire::reply::{ReplyReader, ReplyStyle, Status};
//!
//! let mut reader = ReplyReader::new(ReplyStyle::Ftp);
//! assert_eq!(reader.push_line(b"230-Welcome.")?, None);
//! assert_eq!(reader.push_line(b"  Mind the step.")?, None);
//! let reply = reader.push_line(b"230 Logged in.")?.expect("the last line");
//! assert_eq!(reply.status, Status::Code(230));
//! assert!(reply.is_success());
//! assert_eq!(reply.text(), "Welcome.\n  Mind the step.\nLogged in.");
//! # Ok::<(), landline_wire::reply::ReplyError>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_REPLY_BYTES`] | 1 MiB | content bytes of all lines of one reply |
//! | [`MAX_REPLY_LINES`] | 10,000 | lines of one reply |
//!
//! Errors: every [`ReplyError`] is the peer's fault and leaves the dialogue out of step; the caller
//! closes the connection. A refusal (4xx, 5xx, `-ERR`) is a [`Reply`] and no error here.

use std::fmt;

use crate::escape::{escape, excerpt};

/// Content bytes that one reply may have.
pub const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// Lines that one reply may have.
pub const MAX_REPLY_LINES: usize = 10_000;

/// So many bytes of a faulty line go into a message.
const EXCERPT_BYTES: usize = 60;

/// The rules by which a reply is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyStyle {
    /// RFC 959: the lines between the first and the last one may hold anything.
    Ftp,
    /// RFC 5321: every line carries the same code.
    Smtp,
    /// RFC 3977: always one line.
    Nntp,
    /// RFC 1939: one line with a word instead of a code; `+ ` asks for more (RFC 5034).
    Pop3,
}

/// Reads a reply line by line.
#[derive(Clone, Debug)]
pub struct ReplyReader {
    style: ReplyStyle,
    /// The code of the reply being read, after its first line.
    code: Option<u16>,
    lines: Vec<String>,
    bytes: usize,
}

/// How a line with a code goes on.
enum CodeLine<'a> {
    Last(u16, &'a [u8]),
    More(u16, &'a [u8]),
}

impl ReplyReader {
    /// Makes a reader that stands before a reply.
    #[must_use]
    pub fn new(style: ReplyStyle) -> Self {
        Self { style, code: None, lines: Vec::new(), bytes: 0 }
    }

    /// Takes the next line, without its line end; gives the reply when this was the last one.
    ///
    /// The reader is then ready for the next reply.
    ///
    /// # Errors
    /// [`ReplyError`]; the reader is then of no use any more.
    pub fn push_line(&mut self, line: &[u8]) -> Result<Option<Reply>, ReplyError> {
        self.check_limits(line)?;
        let status = match self.style {
            ReplyStyle::Ftp => self.push_ftp(line)?,
            ReplyStyle::Smtp => self.push_smtp(line)?,
            ReplyStyle::Nntp => self.push_nntp(line)?,
            ReplyStyle::Pop3 => self.push_pop3(line)?,
        };
        Ok(status.map(|status| self.finish(status)))
    }

    /// Tells whether a reply has begun and not ended yet: the end of the stream would cut it short.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        !self.lines.is_empty()
    }

    fn check_limits(&mut self, line: &[u8]) -> Result<(), ReplyError> {
        self.bytes = self.bytes.saturating_add(line.len());
        if self.bytes > MAX_REPLY_BYTES {
            return Err(ReplyError::TooLong { what: "bytes of a reply", limit: MAX_REPLY_BYTES });
        }
        if self.lines.len() == MAX_REPLY_LINES {
            return Err(ReplyError::TooLong { what: "lines of a reply", limit: MAX_REPLY_LINES });
        }
        if line.contains(&0) {
            return Err(ReplyError::Nul);
        }
        Ok(())
    }

    fn push_ftp(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let Some(code) = self.code else {
            return self.push_first(line);
        };
        match split_code(line) {
            Some(CodeLine::Last(last, text)) if last == code => {
                self.push_text(text);
                Ok(Some(Status::Code(code)))
            }
            Some(CodeLine::More(same, text)) if same == code => Ok(self.push_text(text)),
            _ => Ok(self.push_text(line)),
        }
    }

    fn push_smtp(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let Some(code) = self.code else {
            return self.push_first(line);
        };
        match split_code(line).ok_or_else(|| malformed(line))? {
            CodeLine::Last(found, _) | CodeLine::More(found, _) if found != code => {
                Err(ReplyError::CodeChanged { first: code, then: found })
            }
            CodeLine::Last(_, text) => {
                self.push_text(text);
                Ok(Some(Status::Code(code)))
            }
            CodeLine::More(_, text) => Ok(self.push_text(text)),
        }
    }

    fn push_first(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        match split_code(line).ok_or_else(|| malformed(line))? {
            CodeLine::Last(code, text) => {
                self.push_text(text);
                Ok(Some(Status::Code(code)))
            }
            CodeLine::More(code, text) => {
                self.code = Some(code);
                Ok(self.push_text(text))
            }
        }
    }

    fn push_nntp(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let Some(CodeLine::Last(code, text)) = split_code(line) else {
            return Err(malformed(line));
        };
        self.push_text(text);
        Ok(Some(Status::Code(code)))
    }

    fn push_pop3(&mut self, line: &[u8]) -> Result<Option<Status>, ReplyError> {
        let word_end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let status = match &line[..word_end] {
            b"+OK" => Status::Ok,
            b"-ERR" => Status::Err,
            b"+" => Status::Continue,
            _ => return Err(malformed(line)),
        };
        self.push_text(line.get(word_end + 1..).unwrap_or_default());
        Ok(Some(status))
    }

    /// Keeps the text of a line; gives `None`, because that alone never ends a reply.
    fn push_text(&mut self, text: &[u8]) -> Option<Status> {
        self.lines.push(String::from_utf8_lossy(text).into_owned());
        None
    }

    fn finish(&mut self, status: Status) -> Reply {
        self.code = None;
        self.bytes = 0;
        Reply { status, lines: std::mem::take(&mut self.lines) }
    }
}

/// Three digits of which the first is 1 to 6 (RFC 2228 adds 6), then nothing, a blank or a hyphen.
fn split_code(line: &[u8]) -> Option<CodeLine<'_>> {
    let (&[a @ b'1'..=b'6', b @ b'0'..=b'9', c @ b'0'..=b'9'], rest) = line.split_first_chunk()?
    else {
        return None;
    };
    let code = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match rest {
        [] => Some(CodeLine::Last(code, rest)),
        [b' ', text @ ..] => Some(CodeLine::Last(code, text)),
        [b'-', text @ ..] => Some(CodeLine::More(code, text)),
        _ => None,
    }
}

fn malformed(line: &[u8]) -> ReplyError {
    ReplyError::Malformed { excerpt: excerpt(line, EXCERPT_BYTES) }
}

/// How a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// FTP, SMTP and NNTP: three digits, 100 to 699.
    Code(u16),
    /// POP3: `+OK`.
    Ok,
    /// POP3: `-ERR`.
    Err,
    /// POP3: `+ `, the server waits for more of a SASL exchange.
    Continue,
}

/// A complete reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// How it answers.
    pub status: Status,
    lines: Vec<String>,
}

impl Reply {
    /// Gives the three-digit code; `None` for POP3.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        match self.status {
            Status::Code(code) => Some(code),
            _ => None,
        }
    }

    /// Tells whether it is 1xx: more replies to the same command follow.
    #[must_use]
    pub fn is_preliminary(&self) -> bool {
        self.has_class(1)
    }

    /// Tells whether it is 2xx or `+OK`.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.has_class(2) || self.status == Status::Ok
    }

    /// Tells whether it is 3xx or POP3's `+ `: the server waits for the rest of the command.
    #[must_use]
    pub fn is_intermediate(&self) -> bool {
        self.has_class(3) || self.status == Status::Continue
    }

    /// Tells whether it is 4xx: refused for now, the same command may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.has_class(4)
    }

    /// Tells whether it is 5xx or `-ERR`: refused for good.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.has_class(5) || self.status == Status::Err
    }

    /// Gives the text of every line, without code and separator, bytes that are not UTF-8 replaced.
    ///
    /// Lines inside an FTP reply that do not start with its code are given whole.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Gives the text of the first line; [`escape`] it before showing it.
    #[must_use]
    pub fn first_line(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }

    /// Gives the text of all lines joined by line feeds; [`escape`] it before showing it.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    fn has_class(&self, hundreds: u16) -> bool {
        self.code().is_some_and(|code| code / 100 == hundreds)
    }
}

/// Shows status and text in one line, escaped so that it may go to a terminal.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Status::Code(code) => write!(f, "{code}")?,
            Status::Ok => f.write_str("+OK")?,
            Status::Err => f.write_str("-ERR")?,
            Status::Continue => f.write_str("+")?,
        }
        let texts = self.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
        texts.into_iter().try_for_each(|text| write!(f, " {}", escape(text.as_bytes())))
    }
}

/// What is wrong with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// A line does not start as a reply of this style must.
    Malformed {
        /// The line, escaped and shortened.
        excerpt: String,
    },
    /// SMTP: a line carries another code than the first one.
    CodeChanged {
        /// Code of the first line.
        first: u16,
        /// The other code.
        then: u16,
    },
    /// A line holds a NUL byte.
    Nul,
    /// [`MAX_REPLY_BYTES`] or [`MAX_REPLY_LINES`] was passed.
    TooLong {
        /// What there is too much of.
        what: &'static str,
        /// The limit that was passed.
        limit: usize,
    },
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { excerpt } => write!(f, "malformed reply \"{excerpt}\""),
            Self::CodeChanged { first, then } => {
                write!(f, "reply that starts with code {first} goes on with {then}")
            }
            Self::Nul => f.write_str("NUL byte in a reply"),
            Self::TooLong { what, limit } => write!(f, "{what} beyond the limit of {limit}"),
        }
    }
}

impl std::error::Error for ReplyError {}

#[cfg(test)]
mod tests;
