//! What can be wrong with a reply.

use std::fmt;

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
    /// [`MAX_REPLY_BYTES`](super::MAX_REPLY_BYTES) or [`MAX_REPLY_LINES`](super::MAX_REPLY_LINES) was passed.
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
