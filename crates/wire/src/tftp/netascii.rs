//! Text on its way through TFTP: a line ends in CR LF, a CR alone is CR NUL (RFC 764, "The NVT
//! printer and keyboard", as RFC 1350 section 1 has it).
//!
//! Out of scope: eight-bit characters, which pass unchanged.
//!
//! ```
//! use landline_wire::tftp::netascii::{Decoder, encode};
//!
//! let mut wire = Vec::new();
//! encode(b"two\nlines\r", &mut wire);
//! assert_eq!(wire, b"two\r\nlines\r\0");
//!
//! let (mut decoder, mut text) = (Decoder::default(), Vec::new());
//! decoder.decode(&wire, &mut text);
//! decoder.finish(&mut text);
//! assert_eq!(text, b"two\nlines\r");
//! ```
//!
//! Neither direction has limits or errors: text of any length passes in constant memory. A CR
//! before anything but LF and NUL, which no sender should write, stays as it is.

use memchr::{memchr, memchr2};

/// Writes the next piece of a text with LF line ends behind `out`; every byte is coded by itself,
/// so that a text may come in any pieces.
pub fn encode(mut input: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr2(b'\r', b'\n', input) {
        out.extend_from_slice(&input[..at]);
        out.extend_from_slice(if input[at] == b'\n' { b"\r\n" } else { b"\r\0" });
        input = &input[at + 1..];
    }
    out.extend_from_slice(input);
}

/// Turns netascii back into text with LF line ends, whatever pieces it comes in.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// The last byte was a CR; nothing written for it.
    is_after_cr: bool,
}

impl Decoder {
    /// Writes the next piece of the text behind `out`.
    pub fn decode(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        while !input.is_empty() {
            if std::mem::take(&mut self.is_after_cr) {
                input = after_cr(input, out);
            }
            let Some(at) = memchr(b'\r', input) else { break };
            out.extend_from_slice(&input[..at]);
            self.is_after_cr = true;
            input = &input[at + 1..];
        }
        out.extend_from_slice(input);
    }

    /// Ends the text: a CR that nothing followed is written behind `out`.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_after_cr) {
            out.push(b'\r');
        }
    }
}

/// Writes what a CR and the byte behind it stand for and gives the rest.
fn after_cr<'a>(input: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    match input {
        [b'\n', rest @ ..] => {
            out.push(b'\n');
            rest
        }
        [0, rest @ ..] => {
            out.push(b'\r');
            rest
        }
        other => {
            out.push(b'\r');
            other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_ways::in_pieces;

    fn encoded(pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        pieces.iter().for_each(|piece| encode(piece, &mut out));
        out
    }

    fn decoded(pieces: &[&[u8]]) -> Vec<u8> {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        pieces.iter().for_each(|piece| decoder.decode(piece, &mut out));
        decoder.finish(&mut out);
        out
    }

    #[test]
    fn text_survives_the_way_in_any_pieces() {
        for (text, wire) in [
            (&b""[..], &b""[..]),
            (b"plain", b"plain"),
            (b"a\nb\n", b"a\r\nb\r\n"),
            (b"a\r\nb", b"a\r\0\r\nb"),
            (b"\r\r\n\n", b"\r\0\r\0\r\n\r\n"),
            (b"\r\0\xff", b"\r\0\0\xff"),
        ] {
            assert_eq!(in_pieces(text, encoded), wire);
            assert_eq!(in_pieces(wire, decoded), text);
        }
    }

    #[test]
    fn what_no_sender_should_write_stays_as_it_is() {
        for (wire, text) in
            [(&b"a\rb"[..], &b"a\rb"[..]), (b"a\r", b"a\r"), (b"\r\r\n", b"\r\n"), (b"\n", b"\n")]
        {
            assert_eq!(in_pieces(wire, decoded), text);
        }
    }
}
