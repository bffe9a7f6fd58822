//! QPACK without a dynamic table: the field lines of HTTP/3.
//!
//! Out of scope: dynamic tables. An endpoint that announces a capacity of 0, as SETTINGS do that do not
//! mention it, gets no block that needs one (RFC 9204 section 3.2.3), and none is written here.
//!
//! Specifications: RFC 9204 (QPACK), RFC 7541 sections 5.1 and 5.2 (integers and strings).
//!
//! ```
//! use landline_wire::qpack::{decode, encode};
//!
//! let block = encode([(":status", &b"200"[..]), ("x-tag", b"one")]);
//! assert_eq!(block, b"\x00\x00\xd9\x25x-tag\x03one");
//! let fields = decode(&block, 1000)?;
//! assert_eq!(fields[1], (b"x-tag".to_vec(), b"one".to_vec()));
//! # Ok::<(), landline_wire::qpack::QpackError>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | field section | the caller's | bytes of names and values, and [`LINE_BYTES`] a line |
//!
//! Errors: all are the peer's fault. Behind [`QpackError::Malformed`] the whole connection has no known
//! meaning (RFC 9204 section 2.2).

use std::fmt;

mod huffman;
mod tables;

use tables::STATIC;

/// What each line counts for beside its name and value (RFC 9114 section 4.2.2).
pub const LINE_BYTES: usize = 32;

/// A name and a value, as they came.
pub type FieldLine = (Vec<u8>, Vec<u8>);

/// Why a block of field lines cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QpackError {
    /// It is not QPACK, or needs a dynamic table.
    Malformed,
    /// It holds more than allowed.
    TooLarge,
}

impl fmt::Display for QpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the field lines cannot be decompressed",
            Self::TooLarge => "the field lines are larger than allowed",
        })
    }
}

impl std::error::Error for QpackError {}

/// Writes a block. Names go in lower case; values of fields that hold secrets are marked never to be put
/// into a table (RFC 9204 section 4.5.4).
pub fn encode<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    // Required Insert Count and Base: no table.
    let mut block = vec![0, 0];
    for (name, value) in fields {
        let name = name.to_ascii_lowercase();
        let same_name = |row: &(&str, &str)| row.0 == name;
        let whole = |row: &(&str, &str)| same_name(row) && row.1.as_bytes() == value;
        if let Some(at) = STATIC.iter().position(whole) {
            push_integer(0b1100_0000, 6, at, &mut block);
            continue;
        }
        let is_secret = crate::headers::is_secret(&name);
        match STATIC.iter().position(same_name) {
            Some(at) => {
                push_integer(0b0101_0000 | u8::from(is_secret) << 5, 4, at, &mut block);
            }
            None => {
                push_integer(0b0010_0000 | u8::from(is_secret) << 4, 3, name.len(), &mut block);
                block.extend_from_slice(name.as_bytes());
            }
        }
        push_integer(0, 7, value.len(), &mut block);
        block.extend_from_slice(value);
    }
    block
}

/// Writes an integer behind the bits of `first` that are no part of it (RFC 7541 section 5.1).
fn push_integer(first: u8, bits: u32, value: usize, into: &mut Vec<u8>) {
    let max = (1 << bits) - 1;
    if value < max {
        into.push(first | value as u8);
        return;
    }
    into.push(first | max as u8);
    let mut rest = value - max;
    while rest >= 0x80 {
        into.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    into.push(rest as u8);
}

/// Reads a whole block of at most `max` bytes of field lines.
///
/// # Errors
/// [`QpackError`]; nothing of a block that is not good is given.
pub fn decode(block: &[u8], max: usize) -> Result<Vec<FieldLine>, QpackError> {
    let mut left = Reader(block);
    if left.integer(8)? != 0 {
        // It waits for lines of a table that there is none of.
        return Err(QpackError::Malformed);
    }
    left.integer(7)?;
    let (mut fields, mut size) = (Vec::new(), 0usize);
    while let Some(first) = left.0.first().copied() {
        // What is read may be 8/5 of what came: bounded before it is made.
        let line = left.line(first, max.saturating_sub(size))?;
        size = size.saturating_add(line.0.len() + line.1.len() + LINE_BYTES);
        if size > max {
            return Err(QpackError::TooLarge);
        }
        fields.push(line);
    }
    Ok(fields)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// A field line (RFC 9204 section 4.5).
    fn line(&mut self, first: u8, max: usize) -> Result<FieldLine, QpackError> {
        let own = |text: &str| text.as_bytes().to_vec();
        match first {
            0b1100_0000.. => self.known(6).map(|(name, value)| (own(name), own(value))),
            0b0100_0000..0b1000_0000 if first & 0b0001_0000 != 0 => {
                let (name, _) = self.known(4)?;
                Ok((own(name), self.string(7, max)?))
            }
            0b0010_0000..0b0100_0000 => Ok((self.string(3, max)?, self.string(7, max)?)),
            // All others refer to a dynamic table.
            _ => Err(QpackError::Malformed),
        }
    }

    fn known(&mut self, bits: u32) -> Result<(&'static str, &'static str), QpackError> {
        let at = self.integer(bits)?;
        STATIC.get(at).copied().ok_or(QpackError::Malformed)
    }

    /// A string whose length has `bits`, behind the one that says whether it is coded.
    fn string(&mut self, bits: u32, max: usize) -> Result<Vec<u8>, QpackError> {
        let is_coded = self.0.first().is_some_and(|first| first >> bits & 1 == 1);
        let len = self.integer(bits)?;
        let (text, rest) = self.0.split_at_checked(len).ok_or(QpackError::Malformed)?;
        self.0 = rest;
        match is_coded {
            _ if len > max => Err(QpackError::TooLarge),
            true => huffman::decode(text).ok_or(QpackError::Malformed),
            false => Ok(text.to_vec()),
        }
    }

    fn integer(&mut self, bits: u32) -> Result<usize, QpackError> {
        /// More than any length or number that can be good.
        const MAX: u64 = 1 << 31;
        let max = (1u64 << bits) - 1;
        let mut value = u64::from(self.byte()?) & max;
        if value < max {
            return Ok(value as usize);
        }
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            value += u64::from(byte & 0x7f) << shift;
            if shift > 28 || value > MAX {
                break;
            }
            if byte < 0x80 {
                return Ok(value as usize);
            }
        }
        Err(QpackError::Malformed)
    }

    fn byte(&mut self) -> Result<u8, QpackError> {
        let (first, rest) = self.0.split_first().ok_or(QpackError::Malformed)?;
        self.0 = rest;
        Ok(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(block: &[u8]) -> Result<Vec<(String, String)>, QpackError> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let lines = decode(block, 1000)?;
        Ok(lines.into_iter().map(|(name, value)| (text(name), text(value))).collect())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_block_of_the_rfc_is_read_and_written() {
        // RFC 9204 appendix B.1.
        let block = b"\x00\x00\x51\x0b/index.html";
        assert_eq!(read(block).unwrap(), [pair(":path", "/index.html")]);
        assert_eq!(encode([(":path", &b"/index.html"[..])]), block);
    }

    #[test]
    fn strings_of_the_rfc_are_decoded() {
        // RFC 7541 appendix C.4 and C.6.
        for (coded, plain) in [
            ("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"),
            ("a8eb10649cbf", "no-cache"),
            ("25a849e95ba97d7f", "custom-key"),
            ("d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT"),
        ] {
            let coded: Vec<u8> = (0..coded.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&coded[at..at + 2], 16).unwrap())
                .collect();
            let mut block = vec![0, 0, 0x50, 0x80 | coded.len() as u8];
            block.extend_from_slice(&coded);
            assert_eq!(read(&block).unwrap(), [pair(":authority", plain)]);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let long = "v".repeat(300);
        let fields = [
            (":method", &b"GET"[..]),
            (":path", b"/a?b"),
            ("authorization", b"Basic eDp5"),
            ("x-a-name-of-more-than-seven", b""),
            ("x-long", long.as_bytes()),
        ];
        let block = encode(fields);
        let back = decode(&block, 1000).unwrap();
        assert!(
            back.iter()
                .zip(fields)
                .all(|(read, put)| read.0 == put.0.as_bytes() && read.1 == put.1)
        );
        assert_eq!(back.len(), fields.len());
        assert_eq!(encode([("Authorization", &b"x"[..])])[2] & 0b0010_0000, 0b0010_0000);
        for cut in 3..block.len() {
            // Cut between two lines it is a shorter block; anywhere else it is none.
            if let Ok(less) = decode(&block[..cut], 1000) {
                assert!(back.starts_with(&less));
            }
        }
    }

    #[test]
    fn e6_what_needs_a_table_or_is_broken_is_refused() {
        for block in [
            &b""[..],
            b"\x00",
            b"\x01\x00\xd9",                                 // waits for an insertion
            b"\x00\x00\x80",                                 // indexed, dynamic
            b"\x00\x00\x10",                                 // indexed behind the base
            b"\x00\x00\x40\x01a",                            // name of the dynamic table
            b"\x00\x00\x00\x01a",                            // name behind the base
            b"\x00\x00\xff\x40",                             // no row 127 of the table
            b"\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f", // a number without end
            b"\x00\x00\x51\x05abc",                          // shorter than it says
            b"\x00\x00\x50\x81\x00",                         // coded: padding of zeros
            b"\x00\x00\x50\x84\xff\xff\xff\xff",             // coded: the end itself
            b"\x00\x00\x50\x82\x1f\xff",                     // coded: a byte of padding too much
        ] {
            assert_eq!(decode(block, 1000), Err(QpackError::Malformed), "{block:x?}");
        }
    }

    #[test]
    fn h1_more_than_allowed_is_too_large() {
        let small = b"\x00\x00\xd9\xd9\xd9";
        assert_eq!(decode(small, 3 * (7 + 3 + LINE_BYTES)).unwrap().len(), 3);
        assert_eq!(decode(small, 3 * (7 + 3 + LINE_BYTES) - 1), Err(QpackError::TooLarge));
        let long = encode([("x", &[b'v'; 2000][..])]);
        assert_eq!(decode(&long, 1000), Err(QpackError::TooLarge));
    }
}
