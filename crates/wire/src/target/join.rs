//! References, such as redirects, resolved against a location.

use super::path::{encode_beyond_ascii, merge};
use super::{Location, LocationError, error, scheme};

impl Location {
    /// Resolves a reference, such as a `Location` field, against this URL (RFC 3986 section 5.2).
    ///
    /// The spelling of the reference is kept; blanks around it are dropped. A reference without fragment
    /// inherits that of this URL (RFC 9110 section 10.2.2). User name and password stay only when the
    /// reference has neither scheme nor authority; mind that `//host/path` changes the host.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); [`LocationError::NoBase`] for a relative reference when this URL
    /// has no `//`.
    pub fn join(&self, reference: &str) -> Result<Self, LocationError> {
        let reference = reference.trim_matches([' ', '\t']);
        error::check_characters(reference)?;
        let mut joined = if scheme::split(reference).is_some() {
            Self::parse_with(reference, self.is_path_as_is)?
        } else if reference.starts_with("//") {
            self.need_base()?;
            let absolute = format!("{}:{reference}", self.scheme());
            Self::parse_with(&absolute, self.is_path_as_is)?
        } else {
            self.join_relative(reference)?
        };
        joined.fragment = joined.fragment.or_else(|| self.fragment.clone());
        Ok(joined)
    }

    /// As [`join`](Self::join), for the bytes of a header field: those that are not UTF-8 are percent-encoded.
    ///
    /// # Errors
    /// As [`join`](Self::join).
    pub fn join_bytes(&self, reference: &[u8]) -> Result<Self, LocationError> {
        match std::str::from_utf8(reference) {
            Ok(reference) => self.join(reference),
            Err(_) => self.join(&encode_beyond_ascii(reference)),
        }
    }

    fn join_relative(&self, reference: &str) -> Result<Self, LocationError> {
        if reference.is_empty() || reference.starts_with('#') {
            let tail = format!("{}{reference}", self.typed);
            return self.with_tail(&tail);
        }
        self.need_base()?;
        self.with_tail(&merge(&self.target, reference))
    }

    fn need_base(&self) -> Result<(), LocationError> {
        if self.is_opaque() { Err(LocationError::NoBase) } else { Ok(()) }
    }
}
