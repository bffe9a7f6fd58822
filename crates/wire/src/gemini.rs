//! Gemini: the line that asks, and the line that answers.
//!
//! Out of scope: the connection, TLS, and the documents (`text/gemini` is a format of its own).
//!
//! Specification: the Gemini network protocol, version 0.24, sections "Requests" and "Responses".
//!
//! ```
//! use landline_wire::gemini::{ReplyHead, StatusClass, request_line};
//! use landline_wire::target::Location;
//!
//! let location = Location::parse("gemini://example.com/cats?size=3")?;
//! assert_eq!(request_line(&location)?, "gemini://example.com/cats?size=3");
//!
//! let head = ReplyHead::parse(b"20 text/gemini; lang=en")?;
//! assert_eq!((head.status(), head.class()), (20, StatusClass::Success));
//! assert_eq!(head.meta(), "text/gemini; lang=en");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_URL_BYTES`] | 1,024 | bytes of the URL in a request |
//! | [`MAX_LINE_BYTES`] | 1,027 | bytes of a reply's line, its end not counted |
//!
//! Errors: a [`RequestError`] is the fault of whoever wrote the URL, a [`ReplyError`] the peer's.
//!
//! Deviations: several blanks behind the status are one, and a reply may end behind the status: older
//! versions of the specification were read so.

use std::fmt;

use crate::escape::excerpt;
use crate::target::Location;

/// Bytes that the URL of a request may have.
pub const MAX_URL_BYTES: usize = 1024;

/// Bytes that the line of a reply may have: status, blank, and 1,024 bytes of words.
pub const MAX_LINE_BYTES: usize = 1027;

/// Gives the line that asks for `location`, without its end: the URL without user and fragment.
///
/// # Errors
/// [`RequestError`] for a URL with a user, which would be sent to whoever answers, and for one that is
/// too long.
pub fn request_line(location: &Location) -> Result<String, RequestError> {
    if location.username().is_some() || location.password().is_some() {
        return Err(RequestError::User);
    }
    let url = location.absolute_form();
    if url.len() > MAX_URL_BYTES { Err(RequestError::TooLong) } else { Ok(url) }
}

/// The line with which a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyHead {
    status: u8,
    meta: String,
}

/// What the first digit of a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusClass {
    /// `1x`: the server wants words from the user, as the query of the same URL.
    Input,
    /// `2x`: a document follows.
    Success,
    /// `3x`: the document is elsewhere.
    Redirect,
    /// `4x`: not now.
    TemporaryFailure,
    /// `5x`: not at all.
    PermanentFailure,
    /// `6x`: not without a certificate of the client's.
    Certificate,
}

impl ReplyHead {
    /// Reads a line without its end.
    ///
    /// # Errors
    /// [`ReplyError`] when it does not begin with a status from 10 to 69 and a blank, is no UTF-8, or is too
    /// long.
    pub fn parse(line: &[u8]) -> Result<Self, ReplyError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(ReplyError::TooLong);
        }
        let bad = || ReplyError::Malformed { line: excerpt(line, 40) };
        let (status, rest) = line.split_at_checked(2).ok_or_else(bad)?;
        let (&[tens @ b'1'..=b'6', ones @ b'0'..=b'9'], b"" | [b' ', ..]) = (status, rest) else {
            return Err(bad());
        };
        let meta = std::str::from_utf8(rest).map_err(|_| bad())?.trim_matches(' ').to_owned();
        Ok(Self { status: (tens - b'0') * 10 + (ones - b'0'), meta })
    }

    /// Gives the status, from 10 to 69.
    #[must_use]
    pub fn status(&self) -> u8 {
        self.status
    }

    /// Tells what kind of answer it is.
    #[must_use]
    pub fn class(&self) -> StatusClass {
        match self.status / 10 {
            1 => StatusClass::Input,
            2 => StatusClass::Success,
            3 => StatusClass::Redirect,
            4 => StatusClass::TemporaryFailure,
            5 => StatusClass::PermanentFailure,
            _ => StatusClass::Certificate,
        }
    }

    /// Gives the words behind the status: a question, a media type, a URL, or what is wrong. They are the
    /// server's, control characters included.
    #[must_use]
    pub fn meta(&self) -> &str {
        &self.meta
    }
}

/// Why a URL cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// It has a user or a password.
    User,
    /// It has more than [`MAX_URL_BYTES`].
    TooLong,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => f.write_str("user or password in a gemini URL"),
            Self::TooLong => write!(f, "gemini URL longer than {MAX_URL_BYTES} bytes"),
        }
    }
}

impl std::error::Error for RequestError {}

/// What is wrong with the line of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// It is not status, blank and words.
    Malformed {
        /// Its start, escaped.
        line: String,
    },
    /// It has more than [`MAX_LINE_BYTES`].
    TooLong,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line } => write!(f, "not a reply of gemini: \"{line}\""),
            Self::TooLong => write!(f, "reply longer than {MAX_LINE_BYTES} bytes"),
        }
    }
}

impl std::error::Error for ReplyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str) -> Result<String, RequestError> {
        request_line(&Location::parse(url).unwrap())
    }

    #[test]
    fn a_request_is_the_url_alone() {
        for (url, line) in [
            ("gemini://Example.com", "gemini://example.com/"),
            ("gemini://example.com:1965/a/../b#top", "gemini://example.com/b"),
            ("gemini://example.com:1966/?a b", "gemini://example.com:1966/?a%20b"),
            ("gemini://example.com/%0d%0a", "gemini://example.com/%0d%0a"),
            ("gemini://[::1]/", "gemini://[::1]/"),
        ] {
            assert_eq!(asked(url).as_deref(), Ok(line));
        }
        assert_eq!(asked("gemini://me@example.com/"), Err(RequestError::User));
        assert_eq!(asked("gemini://:secret@example.com/"), Err(RequestError::User));
        let long = |bytes: usize| format!("gemini://h/{}", "x".repeat(bytes - 11));
        assert!(asked(&long(MAX_URL_BYTES)).is_ok());
        assert_eq!(asked(&long(MAX_URL_BYTES + 1)), Err(RequestError::TooLong));
    }

    #[test]
    fn a_reply_is_status_and_words() {
        for (line, status, meta) in [
            ("20 text/gemini", 20, "text/gemini"),
            ("20 ", 20, ""),
            ("20", 20, ""),
            ("10   Your name? ", 10, "Your name?"),
            ("69 \x1b[2J", 69, "\x1b[2J"),
        ] {
            let head = ReplyHead::parse(line.as_bytes()).unwrap();
            assert_eq!((head.status(), head.meta()), (status, meta));
        }
        let long = format!("51 {}", "x".repeat(1024));
        assert!(ReplyHead::parse(long.as_bytes()).is_ok());
        let longer = format!("{long}x");
        assert_eq!(ReplyHead::parse(longer.as_bytes()), Err(ReplyError::TooLong));
    }

    #[test]
    fn anything_else_is_no_reply() {
        for line in ["", "2", "2 ", "200 OK", "20text", "20\ttext", "09 x", "70 x", "a0 x", "+2 x"]
        {
            assert!(ReplyHead::parse(line.as_bytes()).is_err(), "{line:?}");
        }
        let error = ReplyHead::parse(b"HTTP/1.1 \x1b\xff").unwrap_err();
        assert_eq!(error.to_string(), r#"not a reply of gemini: "HTTP/1.1 \x1b\xff""#);
        assert!(ReplyHead::parse(b"20 \xff").is_err());
    }

    #[test]
    fn the_first_digit_is_the_class() {
        let classes = ["10 ", "20 ", "31 ", "40 ", "59 ", "60 "]
            .map(|line| ReplyHead::parse(line.as_bytes()).unwrap().class());
        assert_eq!(
            classes,
            [
                StatusClass::Input,
                StatusClass::Success,
                StatusClass::Redirect,
                StatusClass::TemporaryFailure,
                StatusClass::PermanentFailure,
                StatusClass::Certificate,
            ]
        );
    }
}
