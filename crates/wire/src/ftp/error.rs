//! What can be wrong with FTP's replies and URLs.

use std::fmt;

use crate::escape::excerpt;

/// So many bytes of a faulty reply go into a message.
const EXCERPT_BYTES: usize = 60;

/// What is wrong with a reply that should say where to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FtpFormatError {
    /// A 229 reply has no `(|||port|)` in it.
    Epsv {
        /// The text of the reply, escaped and shortened.
        excerpt: String,
    },
    /// A 227 reply has no `h1,h2,h3,h4,p1,p2` in it.
    Pasv {
        /// The text of the reply, escaped and shortened.
        excerpt: String,
    },
}

impl FtpFormatError {
    pub(super) fn epsv(text: &str) -> Self {
        Self::Epsv { excerpt: excerpt(text.as_bytes(), EXCERPT_BYTES) }
    }

    pub(super) fn pasv(text: &str) -> Self {
        Self::Pasv { excerpt: excerpt(text.as_bytes(), EXCERPT_BYTES) }
    }
}

impl fmt::Display for FtpFormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epsv { excerpt } => write!(f, "no port in the reply to EPSV \"{excerpt}\""),
            Self::Pasv { excerpt } => write!(f, "no address in the reply to PASV \"{excerpt}\""),
        }
    }
}

impl std::error::Error for FtpFormatError {}

/// What is wrong with the path of an FTP URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FtpPathError {
    /// It holds a control character once decoded; CR and LF would start another command.
    Control {
        /// The character.
        byte: u8,
    },
    /// It has more than [`MAX_FOLDERS`](super::MAX_FOLDERS).
    TooDeep,
}

impl fmt::Display for FtpPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control { byte } => write!(f, "%{byte:02X} in the path of an FTP URL"),
            Self::TooDeep => {
                write!(f, "more than {} folders in the path of an FTP URL", super::MAX_FOLDERS)
            }
        }
    }
}

impl std::error::Error for FtpPathError {}
