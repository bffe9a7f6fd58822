//! How two replies tell whether they are about the same document: entity tag, date, length, coding.
//!
//! Out of scope: asking. The parts of a document are put together only where this says that they are of
//! one document.
//!
//! Specifications: RFC 9110 sections 8.8 (validators), 13.1.5 (`If-Range`), 14.4 (`Content-Range`).
//!
//! ```
//! use landline_wire::headers::Headers;
//! use landline_wire::validator::Validator;
//!
//! let mut headers = Headers::new();
//! headers.push("ETag", "\"a\"")?;
//! headers.push("Content-Length", "20")?;
//! let first = Validator::of(200, &headers);
//! assert_eq!((first.if_range(), first.total()), (Some("\"a\""), Some(20)));
//! # Ok::<(), landline_wire::headers::HeaderError>(())
//! ```

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::headers::Headers;
use crate::range::ContentRange;

/// Longer ones than this are as good as none: 1 KiB.
const MAX_VALUE_BYTES: usize = 1024;

/// What a reply tells of the document as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validator {
    etag: Option<String>,
    modified: Option<String>,
    /// The date is older than the reply, and so no second version of the same second can be (RFC
    /// 9110 section 8.8.2.2).
    is_settled: bool,
    total: Option<u64>,
    /// What its bytes are coded in, where the reply tells. A part that was asked for with `If-Range` need
    /// not (RFC 9110 section 15.3.7).
    coding: Option<String>,
}

/// How a document is seen to be another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It has another length.
    Length {
        /// Before.
        before: u64,
        /// Now.
        now: u64,
    },
    /// It has another ETag.
    Tag,
    /// It has another Last-Modified.
    Date,
    /// Its bytes have another Content-Encoding.
    Coding,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { before, now } => write!(f, "it had {before} bytes and has {now} now"),
            Self::Tag => f.write_str("its ETag is another"),
            Self::Date => f.write_str("its Last-Modified is another"),
            Self::Coding => f.write_str("its Content-Encoding is another"),
        }
    }
}

impl Validator {
    /// Takes it from the head of a reply with the whole document, with a part of it (206), or with
    /// word that there is no such part (416).
    #[must_use]
    pub fn of(status: u16, headers: &Headers) -> Self {
        let value = |name| {
            let mut all = headers.get_all(name);
            let only = all.next().filter(|_| all.next().is_none())?;
            std::str::from_utf8(only).ok().map(str::trim)
        };
        let number =
            |text: &str| text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        let total = match status {
            206 | 416 => {
                value("Content-Range").and_then(ContentRange::parse).and_then(|range| range.total)
            }
            200 if headers.contains("Transfer-Encoding") => None,
            200 => value("Content-Length").and_then(number),
            _ => None,
        };
        let is_fit =
            |text: &&str| !text.is_empty() && text.len() <= MAX_VALUE_BYTES && is_plain(text);
        let (etag, modified) =
            (value("ETag").filter(is_fit), value("Last-Modified").filter(is_fit));
        let (sent, changed) = (value("Date").and_then(date), modified.and_then(date));
        let age = sent.zip(changed).and_then(|(sent, changed)| sent.duration_since(changed).ok());
        let is_settled = age.is_some_and(|age| age >= Duration::from_secs(1));
        let owned = |text: &str| text.to_owned();
        let (etag, modified) = (etag.map(owned), modified.map(owned));
        Self { etag, modified, is_settled, total, coding: coding(status, headers) }
    }

    /// The value of `If-Range`: a strong entity tag, else a date that is settled. `None` where there is
    /// neither, and so nothing that a server could compare.
    #[must_use]
    pub fn if_range(&self) -> Option<&str> {
        let tag = self.etag.as_deref().filter(|tag| is_strong(tag));
        tag.or(self.modified.as_deref().filter(|_| self.is_settled && self.etag.is_none()))
    }

    /// How long the document is, where that was told.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Tells whether it says anything at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { coding: self.coding.clone(), ..Self::default() }
    }

    /// Tells how `now` is about another document; `None` where nothing says that it is. What only one
    /// of the two tells says nothing.
    #[must_use]
    pub fn change(&self, now: &Self) -> Option<Change> {
        let differ = |one: &Option<String>, other: &Option<String>| {
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
        };
        match (self.total, now.total) {
            (Some(before), Some(now)) if before != now => Some(Change::Length { before, now }),
            _ if differ(&self.etag, &now.etag) => Some(Change::Tag),
            _ if differ(&self.modified, &now.modified) => Some(Change::Date),
            _ if differ(&self.coding, &now.coding) => Some(Change::Coding),
            _ => None,
        }
    }

    /// Gives it as text of a few lines, for [`from_text`](Self::from_text).
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let settled = if self.is_settled { "settled" } else { "date" };
        let total = self.total.map(|total| total.to_string());
        let coding = &self.coding;
        let lines = [
            ("etag", &self.etag),
            (settled, &self.modified),
            ("total", &total),
            ("coding", coding),
        ];
        for (name, value) in lines {
            if let Some(value) = value {
                text.push_str(&format!("{name} {value}\n"));
            }
        }
        text
    }

    /// Reads the text of [`to_text`](Self::to_text); `None` for any other.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut read = Self::default();
        for line in text.lines() {
            let (name, value) = line.split_once(' ').filter(|(_, value)| is_plain(value))?;
            match name {
                "etag" => read.etag = Some(value.to_owned()),
                "settled" | "date" => {
                    (read.modified, read.is_settled) = (Some(value.to_owned()), name == "settled");
                }
                "coding" => read.coding = Some(value.to_owned()),
                "total" => read.total = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        Some(read)
    }
}

/// The codings of the bytes, `identity` for none; `None` where nothing is said of them.
fn coding(status: u16, headers: &Headers) -> Option<String> {
    let mut all = headers.get_all("Content-Encoding").peekable();
    if all.peek().is_none() {
        return (status == 200).then(|| "identity".to_owned());
    }
    if !matches!(status, 200 | 206) {
        return None;
    }
    let text = all.collect::<Vec<_>>().join(&b","[..]).to_ascii_lowercase();
    let names = text.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let names: Vec<_> = names.filter(|name| !matches!(*name, b"" | b"identity")).collect();
    let names = if names.is_empty() { b"identity".to_vec() } else { names.join(&b","[..]) };
    let shown = crate::escape::escape(&names);
    (shown.len() <= MAX_VALUE_BYTES).then_some(shown)
}

fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// Fit for a field and for a line.
fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// `"…"` without `W/` before it.
fn is_strong(tag: &str) -> bool {
    tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"')
}

#[cfg(test)]
mod tests;
