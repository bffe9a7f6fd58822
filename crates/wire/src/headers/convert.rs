//! Conversions from and to the types of the `http` crate.

use super::check::trim_blanks;
use super::{HeaderError, Headers};

impl TryFrom<&Headers> for http::HeaderMap {
    type Error = HeaderError;

    /// Converts; spelling and the order among different names are lost, because `HeaderMap` has neither.
    ///
    /// # Errors
    /// [`HeaderError::Unrepresentable`] for a control character in a value, or for more fields than
    /// a `HeaderMap` can hold (32,768).
    fn try_from(headers: &Headers) -> Result<Self, HeaderError> {
        let mut map = Self::new();
        for (name, value) in headers {
            let fail = || HeaderError::Unrepresentable { name: name.to_owned() };
            let key = http::HeaderName::from_bytes(name.as_bytes()).map_err(|_| fail())?;
            let value = http::HeaderValue::from_bytes(value).map_err(|_| fail())?;
            map.try_append(key, value).map_err(|_| fail())?;
        }
        Ok(map)
    }
}

impl From<&http::HeaderMap> for Headers {
    fn from(map: &http::HeaderMap) -> Self {
        let mut headers = Self::new();
        for (name, value) in map {
            // `http` admits only tokens as names and no CR, LF or NUL in values.
            headers.append(name.as_str().as_bytes(), trim_blanks(value.as_bytes()));
        }
        headers
    }
}
