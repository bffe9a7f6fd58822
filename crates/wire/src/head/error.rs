//! What can be wrong with a head.

use std::fmt;

use memchr::memchr;

use crate::escape::excerpt;
use crate::headers::is_secret;

/// So many bytes of a faulty line go into a message.
const EXCERPT_BYTES: usize = 60;

/// What is wrong with the head of a reply. Excerpts are escaped, shortened and free of secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// It does not start with `HTTP/`: an HTTP/0.9 reply or another protocol.
    NotHttp,
    /// The version is neither 1.0 nor 1.1.
    Version {
        /// The status line.
        excerpt: String,
    },
    /// The rest of the status line is not a three-digit status and a reason phrase.
    Status {
        /// The status line.
        excerpt: String,
    },
    /// A field line is broken.
    Field {
        /// Number of the line, the status line being 1 (in a trailer section the first field).
        line: usize,
        /// The line.
        excerpt: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A limit was passed.
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit that was passed, in bytes or in lines.
        limit: usize,
    },
    /// The blank line at the end is missing.
    Incomplete,
}

impl HeadError {
    pub(super) fn version(line: &[u8]) -> Self {
        Self::Version { excerpt: excerpt(line, EXCERPT_BYTES) }
    }

    pub(super) fn status(line: &[u8]) -> Self {
        Self::Status { excerpt: excerpt(line, EXCERPT_BYTES) }
    }

    pub(super) fn field(number: usize, line: &[u8], why: &'static str) -> Self {
        Self::Field { line: number, excerpt: excerpt_without_secret(line), why }
    }
}

/// Shows the start of a field line; of one that may carry a secret only the name.
fn excerpt_without_secret(line: &[u8]) -> String {
    let name_end = memchr(b':', line).unwrap_or(line.len());
    let name = String::from_utf8_lossy(&line[..name_end]);
    if is_secret(name.trim()) {
        return excerpt(name.as_bytes(), EXCERPT_BYTES) + ": …";
    }
    excerpt(line, EXCERPT_BYTES)
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp => f.write_str("reply does not start like HTTP/1"),
            Self::Version { excerpt } => {
                write!(f, "HTTP version other than 1.0 and 1.1 in \"{excerpt}\"")
            }
            Self::Status { excerpt } => write!(f, "malformed status line \"{excerpt}\""),
            Self::Field { line, excerpt, why } => {
                write!(f, "malformed header in line {line}, {why}: \"{excerpt}\"")
            }
            Self::TooLarge { what, limit } => write!(f, "{what} beyond the limit of {limit}"),
            Self::Incomplete => f.write_str("headers end without a blank line"),
        }
    }
}

impl std::error::Error for HeadError {}
