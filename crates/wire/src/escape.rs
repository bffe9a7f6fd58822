//! Makes bytes of a peer harmless for messages and terminals.
//!
//! Out of scope: quoting for shells, URLs or HTML. The result is meant for human eyes and is not
//! meant to be read back: a backslash of the peer stays a single backslash.
//!
//! What is escaped: control characters (C0, DEL and C1, so no terminal sequence survives), bytes that are
//! not UTF-8, and the invisible characters that reorder or hide text (bidirectional controls,
//! zero-width and other format characters, line and paragraph separators, tags).
//!
//! ```
//! use landline_wire::escape::{escape, excerpt};
//!
//! assert_eq!(escape(b"good\x1b[2Jevil\r\n"), r"good\x1b[2Jevil\r\n");
//! assert_eq!(escape("Grüße".as_bytes()), "Grüße");
//! assert_eq!(excerpt(b"a very long line", 6), "a very…");
//! ```

use std::fmt::Write;

/// Escapes everything in `bytes` that could act on a terminal or mislead a reader.
///
/// Control characters become `\r`, `\n`, `\t` or `\xNN`, invisible format characters `\u{NNNN}`,
/// bytes that are not UTF-8 `\xNN`. Everything else is kept.
#[must_use]
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_char(&mut out, c));
        chunk.invalid().iter().for_each(|&byte| push_byte(&mut out, byte));
    }
    out
}

/// Escapes the start of `bytes`, at most `max` bytes of it, and marks with `…` that more followed.
///
/// A character of several bytes is never cut in two.
#[must_use]
pub fn excerpt(bytes: &[u8], max: usize) -> String {
    if bytes.len() <= max {
        return escape(bytes);
    }
    let mut out = escape(&bytes[..char_boundary_before(bytes, max)]);
    out.push('…');
    out
}

/// The largest index up to `at` that does not stand inside a UTF-8 sequence.
fn char_boundary_before(bytes: &[u8], at: usize) -> usize {
    let is_continuation = |i: usize| bytes.get(i).is_some_and(|byte| byte & 0xc0 == 0x80);
    // A sequence has at most three continuation bytes; more of them are not UTF-8 anyway.
    (at.saturating_sub(3)..=at).rev().find(|&i| !is_continuation(i)).unwrap_or(at)
}

fn push_char(out: &mut String, c: char) {
    match c {
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => {
            let mut utf8 = [0; 4];
            c.encode_utf8(&mut utf8).bytes().for_each(|byte| push_byte(out, byte));
        }
        c if is_invisible(c) => {
            let _ = write!(out, "\\u{{{:04x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

fn push_byte(out: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\x{byte:02x}");
}

/// Is this a character that shows nothing itself and changes how others show? (Unicode general
/// categories Cf, Zl and Zp, as far as they are in use.)
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_visible() {
        for (bytes, shown) in [
            (&b"plain"[..], "plain"),
            (b"\r\n\t", r"\r\n\t"),
            (b"\0\x07\x08\x1b[31m\x7f", r"\x00\x07\x08\x1b[31m\x7f"),
            ("\u{9b}31m".as_bytes(), r"\xc2\x9b31m"),
            (b"\x9b31m", r"\x9b31m"),
            (b"caf\xe9", r"caf\xe9"),
            ("\u{202e}gpj.exe".as_bytes(), r"\u{202e}gpj.exe"),
            ("a\u{200b}b\u{2028}c".as_bytes(), r"a\u{200b}b\u{2028}c"),
            ("żółw 電話 🐢".as_bytes(), "żółw 電話 🐢"),
            (br"C:\dir", r"C:\dir"),
        ] {
            assert_eq!(escape(bytes), shown);
        }
    }

    #[test]
    fn no_byte_leaves_a_control_character() {
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                let shown = escape(&[first, second]);
                assert!(!shown.chars().any(|c| c.is_control() || is_invisible(c)), "{shown:?}");
            }
        }
    }

    #[test]
    fn an_excerpt_is_cut_between_characters() {
        let text = "a€b".as_bytes();
        assert_eq!(excerpt(text, 5), "a€b");
        assert_eq!(excerpt(text, 4), "a€…");
        assert_eq!(excerpt(text, 3), "a…");
        assert_eq!(excerpt(text, 2), "a…");
        assert_eq!(excerpt(text, 0), "…");
        assert_eq!(excerpt(b"\x80\x80\x80\x80\x80\x80", 5), r"\x80\x80\x80\x80\x80…");
        assert_eq!(excerpt(b"", 0), "");
    }
}
