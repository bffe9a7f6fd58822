//! From a gopher URL to the line that is sent.

use std::fmt;

use super::ItemType;
use crate::line::{ForbiddenByte, check_outgoing};
use crate::target::Location;

/// What a client asks for: the selector as the server knows it, and what is expected to come back.
///
/// CR, LF and tab may stand in it, if the URL has them percent-encoded: RFC 4266 section 2.1 needs
/// the tab, and who types `%0D%0A` means it. So a URL that a server supplied must never come here
/// without [`is_one_line`](Self::is_one_line) being asked; [`Item::to_url`](super::Item::to_url)
/// gives none that is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    item_type: ItemType,
    bytes: Vec<u8>,
}

impl Selector {
    /// Reads path and query of a URL (RFC 4266 section 2.1).
    ///
    /// The first character is the type, a menu if there is none; it is not sent. All the rest is
    /// percent-decoded and sent, a query with its question mark, as curl does.
    ///
    /// # Errors
    /// [`SelectorError::Nul`] for `%00`, at which many servers would stop reading.
    pub fn of(location: &Location) -> Result<Self, SelectorError> {
        let target = location.request_target();
        let path = target.strip_prefix('/').unwrap_or(target);
        let decoded: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
        if decoded.contains(&0) {
            return Err(SelectorError::Nul);
        }
        let (first, rest) = decoded.split_first().map_or((b'1', &[][..]), |(a, b)| (*a, b));
        Ok(Self { item_type: ItemType::from_byte(first), bytes: rest.to_vec() })
    }

    /// Adds a tab and the words of a search (RFC 1436 section 3.7).
    ///
    /// # Errors
    /// [`SelectorError::Words`] when they hold a tab, CR, LF or NUL.
    pub fn with_search(mut self, words: &str) -> Result<Self, SelectorError> {
        if words.contains('\t') || check_outgoing(words.as_bytes()).is_err() {
            return Err(SelectorError::Words);
        }
        self.bytes.push(b'\t');
        self.bytes.extend_from_slice(words.as_bytes());
        Ok(self)
    }

    /// Gives what is expected to come back.
    #[must_use]
    pub fn item_type(&self) -> ItemType {
        self.item_type
    }

    /// Gives the selector, search words included, without a line end.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Tells whether the selector is what it seems: neither CR nor LF makes several lines of it, nor
    /// a tab several fields.
    #[must_use]
    pub fn is_one_line(&self) -> bool {
        !self.bytes.contains(&b'\t') && self.check().is_ok()
    }

    /// Gives all that a client sends.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        [&self.bytes, &b"\r\n"[..]].concat()
    }

    fn check(&self) -> Result<(), ForbiddenByte> {
        check_outgoing(&self.bytes)
    }
}

/// Why something cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelectorError {
    /// The URL holds `%00`.
    Nul,
    /// The words of a search hold a tab or a line end.
    Words,
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nul => "%00 in a gopher URL",
            Self::Words => "tab, line end or NUL in the words of a search",
        })
    }
}

impl std::error::Error for SelectorError {}
