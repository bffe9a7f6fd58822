//! Ordered header lists that keep spelling, spacing and duplicates.
//!
//! Out of scope: what the fields mean, and limits on how many there are (see
//! [`HeadLimits`](crate::head::HeadLimits) for those a peer must keep).
//!
//! Specification: RFC 9110 section 5 (fields), RFC 9112 section 5 (field lines).
//!
//! ```
//! use landline_wire::headers::Headers;
//!
//! let mut headers = Headers::new();
//! headers.push("Accept", "text/html")?;
//! headers.push("X-Tag", "one")?;
//! headers.push("x-tag", "two")?;
//! assert_eq!(headers.get("ACCEPT"), Some("text/html"));
//! assert_eq!(headers.get_all("X-Tag").count(), 2);
//!
//! let mut wire = Vec::new();
//! headers.write_to(&mut wire);
//! assert_eq!(wire, b"Accept: text/html\r\nX-Tag: one\r\nx-tag: two\r\n");
//!
//! assert!(headers.push("X-Tag", "two\r\nInjected: yes").is_err());
//! # Ok::<(), landline_wire::headers::HeaderError>(())
//! ```
//!
//! The list is one byte buffer, which holds the lines as they stand on the wire, and one index into
//! it: two allocations however many fields.
//!
//! Errors: a [`HeaderError`] is the fault of whoever made the field; it never shows the value.

use std::fmt;
use std::iter::FusedIterator;
use std::ops::Range;

use crate::escape::escape;

mod check;
mod convert;
mod error;

pub use error::HeaderError;

pub use check::is_secret;
pub(crate) use check::{is_token_byte, trimmed_range};

use check::{check_name, check_value, trim_blanks};

/// A list of header fields in the order in which they came or will go.
#[derive(Clone, Default)]
pub struct Headers {
    /// The field lines one after the other, each with its CRLF.
    lines: Vec<u8>,
    fields: Vec<Field>,
}

/// Where one field stands in [`Headers::lines`]; its line ends where the next one starts.
#[derive(Clone, Copy)]
struct Field {
    start: usize,
    name_end: usize,
    value_start: usize,
    value_end: usize,
}

impl Headers {
    /// Makes an empty list; allocates nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes an empty list with room for `fields` fields whose lines have `bytes` bytes together.
    #[must_use]
    pub fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self { lines: Vec::with_capacity(bytes), fields: Vec::with_capacity(fields) }
    }

    /// Adds a field at the end, behind any others of the same name.
    ///
    /// It is written as `name: value`; blanks around the value are no part of it (RFC 9110 section 5.5) and are
    /// dropped. An empty value is written as `name:`.
    ///
    /// # Errors
    /// [`HeaderError`] unless `name` is a token and `value` is free of CR, LF and NUL.
    pub fn push(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), HeaderError> {
        let value = trim_blanks(value.as_ref());
        check_name(name.as_bytes())?;
        check_value(name, value)?;
        self.append(name.as_bytes(), value);
        Ok(())
    }

    /// Adds a whole field line, without its line end, and keeps its spacing: `X-Tag:a` stays `X-Tag:a` on
    /// the wire.
    ///
    /// # Errors
    /// [`HeaderError`] unless the line is a token, a colon and a value free of CR, LF and NUL.
    pub fn push_line(&mut self, line: impl AsRef<[u8]>) -> Result<(), HeaderError> {
        let line = line.as_ref();
        let colon = memchr::memchr(b':', line).ok_or(HeaderError::NoColon)?;
        let name = check_name(&line[..colon])?;
        check_value(name, &line[colon + 1..])?;
        let value = trimmed_range(line, colon + 1..line.len());
        self.append_line(line, colon, value);
        Ok(())
    }

    /// Gives the value of the first field of that name, in whatever case; `None` as well if the value is not UTF-8.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_bytes(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Gives the value of the first field of that name, in whatever case, as bytes.
    #[must_use]
    pub fn get_bytes(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// Gives the values of all fields of that name, in whatever case, in order.
    pub fn get_all<'a, 'n>(
        &'a self,
        name: &'n str,
    ) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.fields
            .iter()
            .filter(move |field| self.has_name(field, name))
            .map(|field| self.value_of(field))
    }

    /// Walks over all fields in order: name as spelled, value without the blanks around it.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter { headers: self, fields: self.fields.iter() }
    }

    /// Tells whether there is a field of that name, in whatever case.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get_bytes(name).is_some()
    }

    /// Removes all fields of that name, in whatever case, and tells how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.len();
        if self.contains(name) {
            self.rebuild(|headers, field| !headers.has_name(field, name));
        }
        before - self.len()
    }

    /// Gives `name` exactly one field: the first of that name takes the new value and spelling, the others
    /// go; without one the field is added at the end.
    ///
    /// # Errors
    /// As [`push`](Self::push); the list is then unchanged.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), HeaderError> {
        let mut changed = Self::new();
        changed.push(name, value)?;
        let Some(first) = self.fields.iter().position(|field| self.has_name(field, name)) else {
            self.append_all(&changed);
            return Ok(());
        };
        let old = std::mem::take(self);
        for (i, field) in old.fields.iter().enumerate() {
            if i == first {
                self.append_all(&changed);
            } else if !old.has_name(field, name) {
                self.copy_field(&old, i);
            }
        }
        Ok(())
    }

    /// Adds all fields of `other` at the end, as they are spelled there.
    pub fn append_all(&mut self, other: &Headers) {
        let shift = self.lines.len();
        self.lines.extend_from_slice(&other.lines);
        self.fields.extend(other.fields.iter().map(|field| field.shifted(shift)));
    }

    /// Counts the fields, duplicates included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Tells whether there is no field at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Writes every field line with its CRLF behind `out`; the blank line that ends a head is not
    /// written.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.lines);
    }

    /// Gives the field lines as they stand on the wire, each with its CRLF.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.lines
    }

    /// Adds `name: value`; both have been checked.
    fn append(&mut self, name: &[u8], value: &[u8]) {
        let start = self.lines.len();
        self.lines.extend_from_slice(name);
        let name_end = self.lines.len();
        self.lines.extend_from_slice(if value.is_empty() { b":" } else { b": " });
        let value_start = self.lines.len();
        self.lines.extend_from_slice(value);
        self.fields.push(Field { start, name_end, value_start, value_end: self.lines.len() });
        self.lines.extend_from_slice(b"\r\n");
    }

    /// Adds a checked line; `colon` and `value` tell where its parts stand in it.
    pub(crate) fn append_line(&mut self, line: &[u8], colon: usize, value: Range<usize>) {
        let field =
            Field { start: 0, name_end: colon, value_start: value.start, value_end: value.end };
        self.fields.push(field.shifted(self.lines.len()));
        self.lines.extend_from_slice(line);
        self.lines.extend_from_slice(b"\r\n");
    }

    fn copy_field(&mut self, from: &Headers, index: usize) {
        let field = &from.fields[index];
        let end = from.fields.get(index + 1).map_or(from.lines.len(), |next| next.start);
        let line = &from.lines[field.start..end];
        let new_start = self.lines.len();
        self.fields.push(Field {
            start: new_start,
            name_end: field.name_end - field.start + new_start,
            value_start: field.value_start - field.start + new_start,
            value_end: field.value_end - field.start + new_start,
        });
        self.lines.extend_from_slice(line);
    }

    fn rebuild(&mut self, keep: impl Fn(&Headers, &Field) -> bool) {
        let old = std::mem::take(self);
        for (i, field) in old.fields.iter().enumerate() {
            if keep(&old, field) {
                self.copy_field(&old, i);
            }
        }
    }

    fn has_name(&self, field: &Field, name: &str) -> bool {
        // Most names differ in length, and heads are looked through often.
        field.name_end - field.start == name.len()
            && self.lines[field.start..field.name_end].eq_ignore_ascii_case(name.as_bytes())
    }

    fn name_of(&self, field: &Field) -> &str {
        // Names are tokens, so they are ASCII and the default is never needed.
        std::str::from_utf8(&self.lines[field.start..field.name_end]).unwrap_or_default()
    }

    fn value_of(&self, field: &Field) -> &[u8] {
        &self.lines[field.value_start..field.value_end]
    }
}

impl Field {
    fn shifted(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            name_end: self.name_end + by,
            value_start: self.value_start + by,
            value_end: self.value_end + by,
        }
    }
}

/// Walks over the fields of a [`Headers`]; made by [`Headers::iter`].
#[derive(Clone)]
pub struct Iter<'a> {
    headers: &'a Headers,
    fields: std::slice::Iter<'a, Field>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let field = self.fields.next()?;
        Some((self.headers.name_of(field), self.headers.value_of(field)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.fields.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a Headers {
    type Item = (&'a str, &'a [u8]);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Equal means: the same names in the same spelling and order with the same values.
impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl Eq for Headers {}

/// Shows names and values, but not those of fields that hold a [secret](is_secret).
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(name, value)| {
            let value = if is_secret(name) { "[secret]".to_owned() } else { escape(value) };
            (name, value)
        });
        f.debug_map().entries(shown).finish()
    }
}

/// Shows one field per line, escaped so that it may go to a terminal; secrets are shown too.
impl fmt::Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {}", escape(value)))
    }
}

#[cfg(test)]
mod tests;
