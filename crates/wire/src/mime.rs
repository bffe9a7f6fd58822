//! Content transfer encodings of MIME: what makes any bytes fit for mail, piece by piece.
//!
//! Out of scope: multipart bodies (see [`form`](crate::form)), decoding.
//!
//! Specification: RFC 2045 section 6.
//!
//! ```
//! use landline_wire::mime::{ContentTransferEncoding, Encoder};
//!
//! let mut encoder = Encoder::new(ContentTransferEncoding::QuotedPrintable);
//! let mut out = Vec::new();
//! encoder.push("grün".as_bytes(), &mut out)?;
//! encoder.push(b" = green", &mut out)?;
//! encoder.finish(&mut out);
//! assert_eq!(out, b"gr=C3=BCn =3D green");
//! # Ok::<(), landline_wire::mime::NotSevenBit>(())
//! ```
//!
//! An encoder keeps three bytes at most between two pieces. Encoded lines have 76 characters at
//! most, and there is no line end behind the last one.
//!
//! Errors: [`NotSevenBit`] for a byte above 127 where the caller has promised that there is none.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest encoded line (RFC 2045 sections 6.7 and 6.8).
const MAX_LINE_BYTES: usize = 76;

/// As many bytes as make one line of base64.
const BYTES_A_LINE: usize = MAX_LINE_BYTES / 4 * 3;

/// How a content is written (RFC 2045 section 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentTransferEncoding {
    /// As it is; bytes above 127 are refused.
    SevenBit,
    /// As it is: lines, with bytes above 127.
    EightBit,
    /// As it is, without lines.
    Binary,
    /// Text with a few bytes that are none: `=` and two hexadecimal digits for each. CRLF stays, CR
    /// and LF alone are such bytes.
    QuotedPrintable,
    /// Four letters for three bytes.
    Base64,
}

impl ContentTransferEncoding {
    const ALL: [Self; 5] =
        [Self::SevenBit, Self::EightBit, Self::Binary, Self::QuotedPrintable, Self::Base64];

    /// The encoding of this name, in whatever case.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }

    /// The name, as it stands behind `Content-Transfer-Encoding:`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// How long `len` bytes become, where that does not depend on the bytes.
    #[must_use]
    pub fn encoded_len(self, len: u64) -> Option<u64> {
        match self {
            Self::SevenBit | Self::EightBit | Self::Binary => Some(len),
            Self::QuotedPrintable => None,
            Self::Base64 => {
                let line_ends = len.saturating_sub(1) / BYTES_A_LINE as u64 * 2;
                len.div_ceil(3).checked_mul(4)?.checked_add(line_ends)
            }
        }
    }
}

/// A byte above 127 in what was to be [`SevenBit`](ContentTransferEncoding::SevenBit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSevenBit;

impl fmt::Display for NotSevenBit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a byte above 127 cannot be sent as 7bit")
    }
}

impl std::error::Error for NotSevenBit {}

/// Encodes a content, piece by piece.
#[derive(Clone, Debug)]
pub struct Encoder {
    encoding: ContentTransferEncoding,
    /// What cannot be written before what follows is known.
    held: Vec<u8>,
    /// How many characters the line has.
    column: usize,
}

impl Encoder {
    /// Begins a content.
    #[must_use]
    pub fn new(encoding: ContentTransferEncoding) -> Self {
        Self { encoding, held: Vec::new(), column: 0 }
    }

    /// Takes the next piece and puts what it becomes behind `out`.
    ///
    /// # Errors
    /// [`NotSevenBit`], and nothing of the piece is written.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), NotSevenBit> {
        match self.encoding {
            ContentTransferEncoding::SevenBit if !piece.is_ascii() => return Err(NotSevenBit),
            ContentTransferEncoding::QuotedPrintable => {
                self.held.extend_from_slice(piece);
                self.quote(false, out);
            }
            ContentTransferEncoding::Base64 => {
                self.held.extend_from_slice(piece);
                let whole = self.held.len() / 3 * 3;
                self.write_base64(whole, out);
            }
            _ => out.extend_from_slice(piece),
        }
        Ok(())
    }

    /// Ends the content.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match self.encoding {
            ContentTransferEncoding::QuotedPrintable => self.quote(true, out),
            ContentTransferEncoding::Base64 => self.write_base64(self.held.len(), out),
            _ => {}
        }
    }

    /// Writes the first `len` bytes of those held; a line ends when the next one begins.
    fn write_base64(&mut self, len: usize, out: &mut Vec<u8>) {
        let mut rest = &self.held[..len];
        while !rest.is_empty() {
            if self.column == MAX_LINE_BYTES {
                out.extend_from_slice(b"\r\n");
                self.column = 0;
            }
            let room = (MAX_LINE_BYTES - self.column) / 4 * 3;
            let (line, more) = rest.split_at(rest.len().min(room));
            let text = STANDARD.encode(line);
            out.extend_from_slice(text.as_bytes());
            self.column += text.len();
            rest = more;
        }
        self.held.drain(..len);
    }

    /// Writes what is held, but for what depends on the bytes behind it.
    fn quote(&mut self, is_end: bool, out: &mut Vec<u8>) {
        const LOOK_AHEAD: usize = 3;
        let held = std::mem::take(&mut self.held);
        let mut rest = &held[..];
        while !rest.is_empty() && (is_end || rest.len() >= LOOK_AHEAD) {
            rest = self.quote_first(rest, out);
        }
        self.held = rest.to_vec();
    }

    /// Writes the first byte, or the line end that it begins, and gives the rest.
    fn quote_first<'a>(&mut self, rest: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        if let Some(rest) = rest.strip_prefix(b"\r\n") {
            out.extend_from_slice(b"\r\n");
            self.column = 0;
            return rest;
        }
        let (byte, rest) = (rest[0], &rest[1..]);
        let ends_line = rest.is_empty() || rest.starts_with(b"\r\n");
        let is_plain = match byte {
            b' ' | b'\t' => !ends_line,
            _ => byte.is_ascii_graphic() && byte != b'=',
        };
        let len = if is_plain { 1 } else { 3 };
        let room = MAX_LINE_BYTES - self.column;
        // The last place of a line that goes on is that of the `=` which says so.
        if len > room || (len == room && !ends_line) {
            out.extend_from_slice(b"=\r\n");
            self.column = 0;
        }
        self.column += len;
        match is_plain {
            true => out.push(byte),
            false => out.extend_from_slice(format!("={byte:02X}").as_bytes()),
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use ContentTransferEncoding::{Base64, Binary, EightBit, QuotedPrintable, SevenBit};

    use super::*;
    use crate::three_ways::in_pieces;

    fn encoded(encoding: ContentTransferEncoding, input: &[u8]) -> String {
        in_pieces(input, |pieces| {
            let (mut encoder, mut out) = (Encoder::new(encoding), Vec::new());
            for piece in pieces {
                encoder.push(piece, &mut out).unwrap();
            }
            encoder.finish(&mut out);
            String::from_utf8(out).unwrap()
        })
    }

    #[test]
    fn base64_has_lines_of_76_and_the_length_that_was_told() {
        assert_eq!(encoded(Base64, b""), "");
        assert_eq!(encoded(Base64, b"x"), "eA==");
        let line = "QUFB".repeat(19);
        assert_eq!(encoded(Base64, &[b'A'; 57]), line);
        assert_eq!(encoded(Base64, &[b'A'; 58]), format!("{line}\r\nQQ=="));
        assert_eq!(encoded(Base64, &[b'A'; 115]), format!("{line}\r\n{line}\r\nQQ=="));
        for len in 0..200 {
            let told = encoded(Base64, &vec![0; len]).len() as u64;
            assert_eq!(Base64.encoded_len(len as u64), Some(told), "{len}");
        }
        assert_eq!(Base64.encoded_len(u64::MAX), None);
    }

    #[test]
    fn quoted_printable_leaves_text_and_line_ends_alone() {
        for (input, expected) in [
            ("", ""),
            ("a\r\n.b\r\n", "a\r\n.b\r\n"),
            ("gr\u{fc}n = \0", "gr=C3=BCn =3D =00"),
            ("a \r\nb\t\r\n \r\n", "a=20\r\nb=09\r\n=20\r\n"),
            ("a b\tc ", "a b\tc=20"),
            ("a\nb\rc\r", "a=0Ab=0Dc=0D"),
            ("a\r\r\n\n", "a=0D\r\n=0A"),
        ] {
            assert_eq!(encoded(QuotedPrintable, input.as_bytes()), expected, "{input:?}");
        }
    }

    #[test]
    fn quoted_printable_has_lines_of_76() {
        let text = |len| "x".repeat(len);
        for (input, expected) in [
            (text(76), text(76)),
            (text(76) + "\r\ny", text(76) + "\r\ny"),
            (text(77), text(75) + "=\r\nxx"),
            (text(73) + "=", text(73) + "=3D"),
            (text(73) + "=y", text(73) + "=\r\n=3Dy"),
            (text(74) + "=", text(74) + "=\r\n=3D"),
            (text(75) + " ", text(75) + "=\r\n=20"),
        ] {
            assert_eq!(encoded(QuotedPrintable, input.as_bytes()), expected);
        }
    }

    #[test]
    fn the_others_change_nothing_and_7bit_holds_its_promise() {
        for encoding in [EightBit, Binary] {
            let text = "gr\u{fc}n\0\r\n\n\r";
            assert_eq!(encoded(encoding, text.as_bytes()), text);
        }
        assert_eq!(encoded(SevenBit, b"\0a\r\n\x7f"), "\0a\r\n\x7f");
        let mut out = Vec::new();
        assert_eq!(Encoder::new(SevenBit).push(b"a\x80", &mut out), Err(NotSevenBit));
        assert_eq!(out, b"");
    }

    #[test]
    fn names_are_those_of_the_rfc() {
        for one in ContentTransferEncoding::ALL {
            assert_eq!(ContentTransferEncoding::of(&one.name().to_uppercase()), Some(one));
        }
        assert_eq!(ContentTransferEncoding::of("base65"), None);
    }
}
