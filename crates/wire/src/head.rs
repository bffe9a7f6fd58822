//! Heads of HTTP/1 replies: where one ends, what it says, how its body is delimited.
//!
//! Out of scope: requests (they are only written, see [`Headers`]), HTTP/2 and later, and what
//! fields other than the framing ones mean.
//!
//! Specifications: RFC 9112 sections 2 to 6 and 9.3; RFC 9110 sections 5 and 15.
//!
//! ```
//! use landline_wire::head::{BodyLength, HeadLimits, HeadScanner, body_length, keeps_alive, parse_response_head};
//!
//! let mut scanner = HeadScanner::new(HeadLimits::default());
//! assert_eq!(scanner.find(b"HTTP/1.1 200 OK\r\nTransfer-Enc")?, None); // read more behind it
//! let wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello";
//! let end = scanner.find(wire)?.expect("complete now");
//!
//! let head = parse_response_head(&wire[..end])?;
//! assert_eq!((head.status, &*head.reason), (200, "OK"));
//! assert_eq!(head.headers.get("transfer-encoding"), Some("chunked"));
//! assert_eq!(body_length("GET", &head)?, BodyLength::Chunked);
//! assert!(keeps_alive(&head));
//! assert_eq!(head.raw(), &wire[..end]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | limit ([`HeadLimits`]) | default | unit |
//! |---|---|---|
//! | `total_bytes` | 300 KiB | bytes of all heads since the last [`reset`](HeadScanner::reset) |
//! | `line_bytes` | 100 KiB | bytes of one line, its end not counted |
//! | `count` | 5,000 | field lines since the last [`reset`](HeadScanner::reset) |
//!
//! Errors: every [`HeadError`] and [`FramingError`] is the peer's fault; the bytes that follow have no known meaning, so
//! the caller closes the connection and delivers nothing.
//!
//! Deviations: LF alone ends a line of a head (RFC 9112 section 2.2 allows it; many CGI programs
//! write so). Folded lines are joined with one space (section 5.2). A control character other than CR, LF and NUL
//! in a value is kept (RFC 9110 section 5.5 allows it), as curl does; [`escape`](mod@crate::escape) it before showing it.

use std::fmt;

use memchr::{memchr, memchr2};

use crate::escape::escape;
use crate::headers::{Headers, is_token_byte, trimmed_range};

mod error;
mod framing;
mod scanner;

pub use error::HeadError;
pub use framing::{BodyLength, FramingError, body_length, coded_body_length, keeps_alive};
pub use scanner::{HeadLimits, HeadScanner};

/// Version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// HTTP/0.9: there is no status line, nor any field.
    Http09,
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    Http11,
    /// HTTP/2
    Http2,
    /// HTTP/3
    Http3,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http09 => "HTTP/0.9",
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
            Self::Http3 => "HTTP/3",
        })
    }
}

/// The head of a reply.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// Version spoken.
    pub version: Version,
    /// Status code, 100 to 999.
    pub status: u16,
    /// Reason phrase, bytes that are not UTF-8 replaced; often empty. [`escape`] it before showing it.
    pub reason: Box<str>,
    /// The fields in the order and spelling in which they came.
    pub headers: Headers,
    raw: Vec<u8>,
}

impl ResponseHead {
    /// The head of a reply that has none: HTTP/0.9 sends the document alone, up to the end of the
    /// stream. Its status is that of success.
    #[must_use]
    pub fn of_http09() -> ResponseHead {
        let (version, headers) = (Version::Http09, Headers::new());
        ResponseHead { version, status: 200, reason: "".into(), headers, raw: Vec::new() }
    }

    /// A head that came in frames (RFC 9113 section 8.3.2, RFC 9114 section 4.3.2), which has no reason
    /// phrase.
    #[must_use]
    pub fn framed(version: Version, status: u16, headers: Headers) -> Self {
        let mut raw = format!("{version} {status} \r\n").into_bytes();
        headers.write_to(&mut raw);
        raw.extend_from_slice(b"\r\n");
        Self { version, status, reason: Box::default(), headers, raw }
    }

    /// Gives the head as received, from the status line to the blank line; one that came in frames is
    /// written as a head of HTTP/1 would be.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

/// Leaves out the raw bytes and masks the fields that carry secrets.
impl fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHead")
            .field("version", &self.version)
            .field("status", &self.status)
            .field("reason", &escape(self.reason.as_bytes()))
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// Reads a complete head, as found by [`HeadScanner`]; bytes behind its blank line are ignored.
///
/// # Errors
/// [`HeadError`] for anything that is not a status line and field lines as in RFC 9112 sections 4 and 5;
/// [`HeadError::Incomplete`] if the blank line is missing.
pub fn parse_response_head(bytes: &[u8]) -> Result<ResponseHead, HeadError> {
    let (line, fields_start) = split_line(bytes, 0).ok_or(HeadError::Incomplete)?;
    let (version, status, reason) = parse_status_line(line)?;
    let (headers, fields_len) = parse_fields(&bytes[fields_start..], 2)?;
    Ok(ResponseHead {
        version,
        status,
        reason: String::from_utf8_lossy(reason).into(),
        headers,
        raw: bytes[..fields_start + fields_len].to_vec(),
    })
}

/// Reads field lines up to and with the blank line; gives the list and how many bytes it took.
///
/// `line_number` is that of the first line, for messages.
pub(crate) fn parse_fields(
    bytes: &[u8],
    line_number: usize,
) -> Result<(Headers, usize), HeadError> {
    let mut headers = Headers::with_capacity(16, bytes.len());
    let (mut at, mut number) = (0, line_number);
    loop {
        let (line, next) = split_line(bytes, at).ok_or(HeadError::Incomplete)?;
        if line.is_empty() {
            return Ok((headers, next));
        }
        if is_folded(bytes, next) {
            let (joined, next, folds) = unfold(bytes, line, next)?;
            push_field(&mut headers, &joined, number)?;
            (at, number) = (next, number + 1 + folds);
        } else {
            push_field(&mut headers, line, number)?;
            (at, number) = (next, number + 1);
        }
    }
}

/// The line at `from` without its end, and where the next one starts.
fn split_line(bytes: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let end = from + memchr(b'\n', &bytes[from..])?;
    let line = &bytes[from..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

/// Does a line that continues the one before start at `at`? (`obs-fold`, RFC 9112 section 5.2)
fn is_folded(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b' ' | b'\t'))
}

/// Joins `line` and the folded lines from `next` on with single spaces; gives as well where the next
/// field starts and how many lines were folded.
fn unfold(
    bytes: &[u8],
    line: &[u8],
    mut next: usize,
) -> Result<(Vec<u8>, usize, usize), HeadError> {
    let mut joined = line.to_vec();
    let mut folds = 0;
    while is_folded(bytes, next) {
        let (folded, after) = split_line(bytes, next).ok_or(HeadError::Incomplete)?;
        joined.push(b' ');
        joined.extend_from_slice(&folded[trimmed_range(folded, 0..folded.len())]);
        next = after;
        folds += 1;
    }
    Ok((joined, next, folds))
}

fn push_field(headers: &mut Headers, line: &[u8], number: usize) -> Result<(), HeadError> {
    let fault = |why| Err(HeadError::field(number, line, why));
    let name_end = line.iter().position(|byte| !is_token_byte(*byte)).unwrap_or(line.len());
    match line.get(name_end) {
        Some(b':') if name_end > 0 => {}
        Some(b':') => return fault("empty name"),
        Some(b' ' | b'\t') if name_end == 0 => {
            return fault("continues a line that does not exist");
        }
        _ if memchr(b':', line).is_none() => return fault("no colon"),
        Some(b' ' | b'\t') => return fault("blank in the name or before the colon"),
        _ => return fault("forbidden byte in the name"),
    }
    match memchr2(b'\r', 0, &line[name_end..]) {
        None => {}
        Some(at) if line[name_end + at] == 0 => return fault("NUL byte"),
        Some(_) => return fault("carriage return without line feed"),
    }
    headers.append_line(line, name_end, trimmed_range(line, name_end + 1..line.len()));
    Ok(())
}

fn parse_status_line(line: &[u8]) -> Result<(Version, u16, &[u8]), HeadError> {
    let after_name = line.strip_prefix(b"HTTP/").ok_or(HeadError::NotHttp)?;
    let (version, rest) = match after_name {
        [b'1', b'.', b'1', rest @ ..] => (Version::Http11, rest),
        [b'1', b'.', b'0', rest @ ..] => (Version::Http10, rest),
        _ => return Err(HeadError::version(line)),
    };
    let (status, reason) = match rest {
        [b' ', digits @ ..] => parse_status(digits).ok_or_else(|| HeadError::status(line))?,
        [] => return Err(HeadError::status(line)),
        _ => return Err(HeadError::version(line)),
    };
    if memchr2(b'\r', 0, reason).is_some() {
        return Err(HeadError::status(line));
    }
    Ok((version, status, reason))
}

/// Three digits, then nothing or a blank and the reason phrase.
fn parse_status(digits: &[u8]) -> Option<(u16, &[u8])> {
    let (&[a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'], rest) =
        digits.split_first_chunk()?
    else {
        return None;
    };
    let status = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match rest {
        [] => Some((status, rest)),
        [b' ', reason @ ..] => Some((status, reason)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
