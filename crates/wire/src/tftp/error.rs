//! Why a transfer ends early, and what can be wrong with a packet.

use std::fmt;

use crate::escape::excerpt;

/// How much of a wrong string is shown.
const SHOWN_BYTES: usize = 40;

/// The code of an ERROR packet (RFC 1350 appendix I, RFC 2347).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// 0: the message may tell.
    NotDefined,
    /// 1
    FileNotFound,
    /// 2
    AccessViolation,
    /// 3
    DiskFull,
    /// 4
    IllegalOperation,
    /// 5: the packet came from a port that has no part in the transfer.
    UnknownTransferId,
    /// 6
    FileExists,
    /// 7
    NoSuchUser,
    /// 8: the options are not acceptable.
    OptionRefused,
    /// A number without a meaning in the specifications.
    Other(u16),
}

/// Every code that has a name; its number is its place.
const NAMED: [ErrorCode; 9] = [
    ErrorCode::NotDefined,
    ErrorCode::FileNotFound,
    ErrorCode::AccessViolation,
    ErrorCode::DiskFull,
    ErrorCode::IllegalOperation,
    ErrorCode::UnknownTransferId,
    ErrorCode::FileExists,
    ErrorCode::NoSuchUser,
    ErrorCode::OptionRefused,
];

impl ErrorCode {
    /// Gives the number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            ErrorCode::Other(number) => number,
            named => (0..).zip(NAMED).find(|(_, code)| *code == named).map_or(0, |found| found.0),
        }
    }
}

impl From<u16> for ErrorCode {
    fn from(number: u16) -> Self {
        NAMED.get(usize::from(number)).copied().unwrap_or(ErrorCode::Other(number))
    }
}

/// The words of RFC 1350 appendix I.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorCode::NotDefined => "not defined",
            ErrorCode::FileNotFound => "file not found",
            ErrorCode::AccessViolation => "access violation",
            ErrorCode::DiskFull => "disk full or allocation exceeded",
            ErrorCode::IllegalOperation => "illegal TFTP operation",
            ErrorCode::UnknownTransferId => "unknown transfer ID",
            ErrorCode::FileExists => "file already exists",
            ErrorCode::NoSuchUser => "no such user",
            ErrorCode::OptionRefused => "options refused",
            ErrorCode::Other(number) => return write!(f, "error {number}"),
        })
    }
}

/// What is wrong with a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PacketError {
    /// It ends before this.
    Short(&'static str),
    /// No packet has this opcode.
    Opcode(u16),
    /// This string has no NUL at its end.
    Unterminated(&'static str),
    /// This string is empty.
    Empty(&'static str),
    /// This string, about to be sent, holds NUL.
    Nul(&'static str),
    /// Bytes stand behind the end.
    Trailing(usize),
    /// There is too much of it.
    TooLong {
        /// What.
        what: &'static str,
        /// The limit that was passed, in bytes.
        limit: usize,
    },
    /// The mode is neither `netascii` nor `octet`.
    Mode {
        /// It, escaped and shortened.
        excerpt: String,
    },
    /// The value of an option that is known cannot be one.
    Value {
        /// The option.
        name: &'static str,
        /// The value, escaped and shortened.
        excerpt: String,
    },
    /// An option stands there twice.
    Twice {
        /// Its name, escaped and shortened.
        excerpt: String,
    },
}

impl PacketError {
    pub(super) fn mode(name: &[u8]) -> Self {
        Self::Mode { excerpt: excerpt(name, SHOWN_BYTES) }
    }

    pub(super) fn value(name: &'static str, value: &[u8]) -> Self {
        Self::Value { name, excerpt: excerpt(value, SHOWN_BYTES) }
    }

    pub(super) fn twice(name: &[u8]) -> Self {
        Self::Twice { excerpt: excerpt(name, SHOWN_BYTES) }
    }
}

impl fmt::Display for PacketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short(what) => write!(f, "packet without {what}"),
            Self::Opcode(number) => write!(f, "packet with the unknown opcode {number}"),
            Self::Unterminated(what) => write!(f, "{what} without a NUL at its end"),
            Self::Empty(what) => write!(f, "empty {what}"),
            Self::Nul(what) => write!(f, "NUL byte in the {what}"),
            Self::Trailing(count) => write!(f, "{count} bytes behind the end of a packet"),
            Self::TooLong { what, limit } => write!(f, "{what} beyond the limit of {limit} bytes"),
            Self::Mode { excerpt } => write!(f, "unknown mode \"{excerpt}\""),
            Self::Value { name, excerpt } => {
                write!(f, "option {name} with the value \"{excerpt}\"")
            }
            Self::Twice { excerpt } => write!(f, "option \"{excerpt}\" given twice"),
        }
    }
}

impl std::error::Error for PacketError {}
