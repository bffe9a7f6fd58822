//! The header block of a mail or an article.
//!
//! Out of scope: what the fields mean, the body behind them.
//!
//! Specifications: RFC 5322 section 2.2, RFC 5536 section 2.2.
//!
//! ```
//! use landline_wire::message::{BlockReader, MAX_HEADER_BYTES};
//!
//! let mut reader = BlockReader::new(MAX_HEADER_BYTES);
//! reader.push(b"Subject: one line\r\n  and another\r\nFrom: me@example.org\r\n\r\nThe text.");
//! assert!(reader.is_over());
//! let fields = reader.into_headers();
//! assert_eq!(fields.get("subject"), Some("one line and another"));
//! assert_eq!(fields.get("from"), Some("me@example.org"));
//! ```
//!
//! Errors: there are none. A line that is no field ends the block, as mail programs have it; fields
//! with bytes that no list of fields can hold (a name that is no token, NUL) are passed over.

use crate::headers::Headers;

/// The most that is kept of a header block: 256 KiB.
pub const MAX_HEADER_BYTES: usize = 256 << 10;

/// Collects the block while the message is read.
#[derive(Clone, Debug)]
pub struct BlockReader {
    fields: Headers,
    /// The field that may go on in the next line.
    field: Vec<u8>,
    /// The line that has not ended.
    line: Vec<u8>,
    left: usize,
    is_over: bool,
}

impl BlockReader {
    /// Reads a block of which at most `max` bytes are kept.
    #[must_use]
    pub fn new(max: usize) -> Self {
        let (fields, field, line) = (Headers::new(), Vec::new(), Vec::new());
        Self { fields, field, line, left: max, is_over: false }
    }

    /// Takes in the next bytes of the message.
    pub fn push(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            if self.is_over {
                return;
            }
            let taken = part.len().min(self.left);
            self.line.extend_from_slice(&part[..taken]);
            self.left -= taken;
            if part.ends_with(b"\n") && taken == part.len() {
                let line = std::mem::take(&mut self.line);
                self.end_line(line.strip_suffix(b"\n").unwrap_or(&line));
            }
            self.is_over |= self.left == 0;
        }
    }

    fn end_line(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [b' ' | b'\t', ..] if !self.field.is_empty() => {
                self.field.push(b' ');
                self.field.extend_from_slice(line.trim_ascii());
            }
            _ => {
                self.end_field();
                self.is_over = !line.contains(&b':');
                self.field.extend_from_slice(line);
            }
        }
    }

    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        let Some(colon) = field.iter().position(|&byte| byte == b':') else { return };
        let name = std::str::from_utf8(&field[..colon]).unwrap_or_default().trim_end();
        // What cannot stand in the list is left out of it.
        let _ = self.fields.push(name, field[colon + 1..].trim_ascii());
    }

    /// Tells whether the block has ended, or as much of it is kept as may be.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Gives the fields, in their order.
    #[must_use]
    pub fn into_headers(mut self) -> Headers {
        if !self.is_over {
            let line = std::mem::take(&mut self.line);
            self.end_line(&line);
        }
        self.end_field();
        self.fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_ways::in_pieces;

    /// `name=value;` of each field, and whether the block is over.
    fn read(input: &str) -> (String, bool) {
        in_pieces(input.as_bytes(), |pieces| {
            let mut reader = BlockReader::new(60);
            pieces.iter().for_each(|piece| reader.push(piece));
            let is_over = reader.is_over();
            let fields = reader.into_headers();
            let shown = |(name, value): (&str, &[u8])| format!("{name}={};", value.escape_ascii());
            (fields.iter().map(shown).collect(), is_over)
        })
    }

    #[test]
    fn fields_are_told_apart() {
        for (input, expected, is_over) in [
            ("A: 1\r\nB:2\n\r\nC: 3\r\n", "A=1;B=2;", true),
            ("A: 1\r\n\t2 \r\n 3\r\n\r\n", "A=1 2 3;", true),
            (" A: 1\r\n\r\n", "", true),
            ("A: 1\r\nB", "A=1;", false),
            ("A: 1\r\nB: 2", "A=1;B=2;", false),
            ("A: 1\r\nno field\r\nB: 2\r\n", "A=1;", true),
            ("A b: 1\r\nC : 2\r\nD: \0\r\n\r\n", "C=2;", true),
            ("\r\nA: 1\r\n", "", true),
            ("", "", false),
        ] {
            assert_eq!(read(input), (expected.to_owned(), is_over), "{input:?}");
        }
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let (fields, is_over) = read(&format!("A: 1\r\nB: {}\r\nC: 3\r\n\r\n", "2".repeat(100)));
        assert!(is_over && fields.starts_with("A=1;") && fields.len() < 70, "{fields}");
    }
}
