//! What can be wrong with a field that was to be added.

use std::fmt;

use crate::escape::escape;
use crate::line::ForbiddenByte;

/// What is wrong with a field that was to be added. The value is never shown, it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderError {
    /// The line has no colon.
    NoColon,
    /// The name is empty.
    EmptyName,
    /// The name holds a byte that no token has (RFC 9110 section 5.6.2).
    Name {
        /// The name up to that byte.
        before: String,
        /// The byte.
        byte: u8,
    },
    /// The value holds a CR, LF or NUL.
    Value {
        /// Name of the field.
        name: String,
        /// The byte and where it stands in the value.
        byte: ForbiddenByte,
    },
    /// `http::HeaderMap` cannot hold this field.
    Unrepresentable {
        /// Name of the field.
        name: String,
    },
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColon => f.write_str("header line without a colon"),
            Self::EmptyName => f.write_str("header with an empty name"),
            Self::Name { before, byte } => {
                write!(f, "byte '{}' after \"{before}\" in the name of a header", escape(&[*byte]))
            }
            Self::Value { name, .. } => write!(f, "forbidden byte in the value of header {name}"),
            Self::Unrepresentable { name } => {
                write!(f, "header {name} does not fit into a http::HeaderMap")
            }
        }
    }
}

impl std::error::Error for HeaderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Value { byte, .. } => Some(byte),
            _ => None,
        }
    }
}
