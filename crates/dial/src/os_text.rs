//! Cutting the system's strings at ASCII places (`@file`, `--opt=value`, `-ofile`).
//!
//! Arguments and file names need not be valid UTF-8 on Unix, and must survive unchanged.

use std::ffi::{OsStr, OsString};

/// The bytes of an argument as the user typed them.
pub(crate) fn bytes(text: &OsStr) -> &[u8] {
    text.as_encoded_bytes()
}

/// The reverse of [`bytes`].
#[cfg(unix)]
pub(crate) fn from_bytes(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}

/// The reverse of [`bytes`]; what is no text becomes replacement characters.
#[cfg(not(unix))]
pub(crate) fn from_bytes(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// `@name` gives `name`.
pub(crate) fn after_at(text: &OsStr) -> Option<OsString> {
    bytes(text).strip_prefix(b"@").map(from_bytes)
}
