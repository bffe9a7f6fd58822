//! Multipart bodies: boundaries, the heads of parts, how names are escaped.
//!
//! Out of scope: what the parts hold, and reading multipart bodies.
//!
//! Specifications: RFC 7578 (`multipart/form-data`), RFC 2046 section 5.1 (the frame), the "multipart/form-data
//! encoding algorithm" of the WHATWG HTML standard (how names are escaped).
//!
//! ```
//! use landline_wire::form::{Boundary, Disposition, Escape};
//! use landline_wire::headers::Headers;
//!
//! let boundary = Boundary::new("b")?;
//! let field = Disposition { kind: "form-data", name: Some(b"say \"a\""), file_name: None };
//! let mut head = Headers::new();
//! head.push("Content-Disposition", field.value(Escape::Percent))?;
//!
//! let mut wire = Vec::new();
//! boundary.begin_part(true, head.as_bytes(), &mut wire);
//! wire.extend_from_slice(b"content");
//! boundary.end(false, &mut wire);
//! assert_eq!(
//!     String::from_utf8(wire)?,
//!     "--b\r\nContent-Disposition: form-data; name=\"say %22a%22\"\r\n\r\ncontent\r\n--b--\r\n"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything but the contents is rendered here, so that the length of a body is the sum of what
//! these functions write and of the contents.
//!
//! Errors: a [`BoundaryError`] is the fault of whoever chose the boundary. CR, LF and NUL in types
//! and further fields are refused by [`Headers`](crate::headers::Headers).
//!
//! Deviation: curl's `--form-escape` puts CR and LF into the head as they are. Here they are always
//! percent-escaped, because they would begin a field of their own.

use std::fmt;

/// How quotes in names and file names are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escape {
    /// `"` becomes `%22`, as browsers have it (WHATWG HTML, "multipart/form-data encoding algorithm").
    #[default]
    Percent,
    /// `"` becomes `\"` and `\` becomes `\\`, as in mail (RFC 2822 section 3.2.5).
    Backslash,
}

/// What the field `Content-Disposition` of a part says (RFC 7578 section 4.2).
#[derive(Clone, Copy, Debug)]
pub struct Disposition<'a> {
    /// `form-data` in forms, `attachment` in other multipart bodies.
    pub kind: &'a str,
    /// The field of the form.
    pub name: Option<&'a [u8]>,
    /// What the receiver may call the file.
    pub file_name: Option<&'a [u8]>,
}

impl Disposition<'_> {
    /// Renders the value of the field. CR and LF in names are always percent-escaped.
    #[must_use]
    pub fn value(&self, escape: Escape) -> Vec<u8> {
        let mut value = self.kind.as_bytes().to_vec();
        for (key, text) in [("name", self.name), ("filename", self.file_name)] {
            let Some(text) = text else { continue };
            value.extend_from_slice(format!("; {key}=\"").as_bytes());
            write_escaped(text, escape, &mut value);
            value.push(b'"');
        }
        value
    }
}

fn write_escaped(text: &[u8], escape: Escape, into: &mut Vec<u8>) {
    for &byte in text {
        match (byte, escape) {
            (b'\r', _) => into.extend_from_slice(b"%0D"),
            (b'\n', _) => into.extend_from_slice(b"%0A"),
            (b'"', Escape::Percent) => into.extend_from_slice(b"%22"),
            (b'"' | b'\\', Escape::Backslash) => into.extend([b'\\', byte]),
            _ => into.push(byte),
        }
    }
}

/// What stands between the parts of a multipart body (RFC 2046 section 5.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary(String);

/// How many random bytes make a boundary: 131 bits, which no content contains by chance or guess.
pub const RANDOM_BYTES: usize = 22;

/// The longest boundary (RFC 2046 section 5.1.1).
pub const MAX_BOUNDARY_BYTES: usize = 70;

impl Boundary {
    /// Takes a boundary of the caller's own, which nothing between the parts may contain.
    ///
    /// # Errors
    /// [`BoundaryError`] unless it is 1 to 70 letters, digits or characters out of `'()+_,-./:=?`
    /// (RFC 2046 section 5.1.1; blanks are allowed there, and refused here).
    pub fn new(text: &str) -> Result<Self, BoundaryError> {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
        let is_boundary =
            (1..=MAX_BOUNDARY_BYTES).contains(&text.len()) && text.bytes().all(is_fit);
        if is_boundary { Ok(Self(text.to_owned())) } else { Err(BoundaryError) }
    }

    /// Makes 24 dashes and 22 letters or digits, as curl and browsers do.
    #[must_use]
    pub fn from_random(bytes: [u8; RANDOM_BYTES]) -> Self {
        const LETTERS: &[u8; 62] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        Self("-".repeat(24) + &String::from_iter(letters))
    }

    /// The boundary itself, without the dashes that stand before it in a body.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Renders a media type with the boundary as its parameter, quoted where it has to be.
    #[must_use]
    pub fn parameter_of(&self, media_type: &str) -> String {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"'+_-.".contains(&byte);
        let quote = if self.0.bytes().all(is_token) { "" } else { "\"" };
        format!("{media_type}; boundary={quote}{}{quote}", self.0)
    }

    /// Begins a part: delimiter, the lines of its head, and the empty line behind it.
    pub fn begin_part(&self, is_first: bool, head: &[u8], into: &mut Vec<u8>) {
        self.write_delimiter(is_first, into);
        into.extend_from_slice(b"\r\n");
        into.extend_from_slice(head);
        into.extend_from_slice(b"\r\n");
    }

    /// Ends the body; `is_empty` says that it has no part at all.
    pub fn end(&self, is_empty: bool, into: &mut Vec<u8>) {
        self.write_delimiter(is_empty, into);
        into.extend_from_slice(b"--\r\n");
    }

    /// The line end before a delimiter belongs to it, and not to the content before (RFC 2046
    /// section 5.1.1).
    fn write_delimiter(&self, is_first: bool, into: &mut Vec<u8>) {
        into.extend_from_slice(if is_first { b"--" } else { b"\r\n--" });
        into.extend_from_slice(self.0.as_bytes());
    }
}

/// A text that cannot be a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundaryError;

impl fmt::Display for BoundaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boundary is 1 to 70 letters, digits or any of '()+_,-./:=?")
    }
}

impl std::error::Error for BoundaryError {}

/// Guesses a media type by the end of a file's name, from curl's own short table; servers know what
/// to make of these and nothing else.
#[must_use]
pub fn media_type_of(name: &[u8]) -> Option<&'static str> {
    const TYPES: [(&str, &str); 10] = [
        (".gif", "image/gif"),
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
        (".png", "image/png"),
        (".svg", "image/svg+xml"),
        (".txt", "text/plain"),
        (".htm", "text/html"),
        (".html", "text/html"),
        (".pdf", "application/pdf"),
        (".xml", "application/xml"),
    ];
    let ends_with = |end: &str| {
        let start = name.len().checked_sub(end.len());
        start.is_some_and(|start| name[start..].eq_ignore_ascii_case(end.as_bytes()))
    };
    TYPES.iter().find(|(end, _)| ends_with(end)).map(|(_, media_type)| *media_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::Headers;

    fn value(name: &str, file_name: Option<&str>, escape: Escape) -> String {
        let (name, file_name) = (Some(name.as_bytes()), file_name.map(str::as_bytes));
        let disposition = Disposition { kind: "form-data", name, file_name };
        String::from_utf8(disposition.value(escape)).unwrap()
    }

    /// Class A5 (FAULTS.md).
    #[test]
    fn a5_no_name_ends_before_its_quote_or_begins_a_line() {
        assert_eq!(
            value("f", Some("a\"; name=\"b"), Escape::Percent),
            "form-data; name=\"f\"; filename=\"a%22; name=%22b\""
        );
        assert_eq!(
            value("f\r\nX: y", Some("\"\\"), Escape::Percent),
            "form-data; name=\"f%0D%0AX: y\"; filename=\"%22\\\""
        );
        assert_eq!(
            value("f\r\nX: y", Some("\"\\"), Escape::Backslash),
            "form-data; name=\"f%0D%0AX: y\"; filename=\"\\\"\\\\\""
        );
    }

    #[test]
    fn a5_a_name_with_nul_is_no_field() {
        let mut head = Headers::new();
        let name = value("a\0b", None, Escape::Percent);
        assert!(head.push("Content-Disposition", name).is_err());
        assert!(head.push("Content-Type", "text/plain\r\nX: y").is_err());
    }

    /// Every byte there is, in a name: what a browser's escaping undone gives is the name.
    #[test]
    fn names_survive_both_escapings() {
        let name: Vec<u8> = (1..=255).filter(|byte| !b"%\\".contains(byte)).collect();
        for (escape, quote) in [(Escape::Percent, "%22"), (Escape::Backslash, "\\\"")] {
            let disposition = Disposition { kind: "x", name: Some(&name), file_name: None };
            let value = disposition.value(escape);
            let inside = &value[b"x; name=\"".len()..value.len() - 1];
            let text: String = inside.iter().map(|&byte| char::from(byte)).collect();
            let text = text.replace("%0D", "\r").replace("%0A", "\n").replace(quote, "\"");
            let back: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            assert_eq!(back, name);
        }
    }

    #[test]
    fn boundaries_are_what_rfc_2046_lets_them_be() {
        for good in ["b", "a'()+_,-./:=?9", &"x".repeat(70)] {
            assert_eq!(Boundary::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a\r\nb", "a\"b", "é", &"x".repeat(71)] {
            assert_eq!(Boundary::new(bad), Err(BoundaryError), "{bad}");
        }
        assert_eq!(Boundary::new("a=b").unwrap().parameter_of("x/y"), "x/y; boundary=\"a=b\"");
    }

    #[test]
    fn a_random_boundary_is_24_dashes_and_22_letters_or_digits() {
        for byte in 0..=255 {
            let boundary = Boundary::from_random([byte; RANDOM_BYTES]);
            let letters = boundary.as_str().strip_prefix(&"-".repeat(24)).unwrap();
            assert_eq!(letters.len(), 22);
            assert!(letters.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            assert_eq!(boundary.parameter_of("x"), format!("x; boundary={}", boundary.as_str()));
        }
    }

    #[test]
    fn a_body_without_parts_is_its_end() {
        let mut wire = Vec::new();
        Boundary::new("b").unwrap().end(true, &mut wire);
        assert_eq!(wire, b"--b--\r\n");
    }

    #[test]
    fn types_are_guessed_by_the_end_of_the_name() {
        assert_eq!(media_type_of(b"a.b.JPEG"), Some("image/jpeg"));
        assert_eq!(media_type_of(b".txt"), Some("text/plain"));
        assert_eq!(media_type_of(b"txt"), None);
        assert_eq!(media_type_of("é.bin".as_bytes()), None);
    }
}
