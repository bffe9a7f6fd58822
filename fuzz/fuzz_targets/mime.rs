//! Invariants: an encoding gives the same whole, byte by byte and in any pieces, in lines of 76 printable
//! characters at most, as long as was told, and undone it gives the input.
#![no_main]

use landline_fuzz::{in_pieces, split_cuts};
use landline_wire::mime::{ContentTransferEncoding, Encoder};
use libfuzzer_sys::fuzz_target;

fn encode(encoding: ContentTransferEncoding, input: &[u8], cuts: &[u8]) -> String {
    let out = in_pieces(input, cuts, |pieces| {
        let (mut encoder, mut out) = (Encoder::new(encoding), Vec::new());
        for piece in pieces {
            encoder.push(piece, &mut out).expect("it takes all bytes");
        }
        encoder.finish(&mut out);
        out
    });
    let text = String::from_utf8(out).expect("ASCII");
    for line in text.split("\r\n") {
        assert!(line.len() <= 76 && !line.ends_with([' ', '\t']));
        assert!(line.chars().all(|c| matches!(c, ' '..='~' | '\t')));
    }
    text
}

fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<_> = text.chars().filter_map(|c| LETTERS.find(c)).collect();
    let quads = digits.chunks(4).flat_map(|quad| {
        let number = (0..4).fold(0, |sum, at| sum << 6 | quad.get(at).copied().unwrap_or(0));
        let bytes = [number >> 16, number >> 8, number].map(|byte| byte as u8);
        bytes.into_iter().take(quad.len() - 1)
    });
    quads.collect()
}

fn unquoted(text: &str) -> Vec<u8> {
    let mut pieces = text.split('=');
    let mut out = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let rest = piece.strip_prefix("\r\n").unwrap_or_else(|| {
            out.push(u8::from_str_radix(&piece[..2], 16).expect("two digits"));
            &piece[2..]
        });
        out.extend_from_slice(rest.as_bytes());
    }
    out
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let text = encode(ContentTransferEncoding::Base64, input, cuts);
    let told = ContentTransferEncoding::Base64.encoded_len(input.len() as u64);
    assert_eq!(told, Some(text.len() as u64));
    assert_eq!(from_base64(&text), input);
    let text = encode(ContentTransferEncoding::QuotedPrintable, input, cuts);
    assert_eq!(unquoted(&text), input);
});
