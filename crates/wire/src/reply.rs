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

use crate::escape::escape;

mod error;
mod reader;

pub use error::ReplyError;
pub use reader::{MAX_REPLY_BYTES, MAX_REPLY_LINES, ReplyReader, ReplyStyle};

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

#[cfg(test)]
mod tests;
