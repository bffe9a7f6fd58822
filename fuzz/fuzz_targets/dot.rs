//! Invariants: stuffing and unstuffing give the same whole, byte by byte and in any pieces. What is
//! stuffed holds CR and LF only as CRLF and no line of a single dot but the last. Stuffing, then
//! unstuffing gives the text with CRLF line ends. What is passed on unchanged is what stuffing would have
//! written, and lines alone are as much longer as there are lone line ends. Unstuffing never adds bytes and
//! stops right behind the terminator. A bare end is the first LF `.` LF, if no CRLF stands before it.
#![no_main]

use landline_fuzz::{in_pieces, split_cuts};
use landline_wire::crlf::LoneEnds;
use landline_wire::dot::{BareEnd, Stuffer, Unstuffer};
use libfuzzer_sys::fuzz_target;

fn stuff(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut stuffer, mut out) = (Stuffer::new(), Vec::new());
    pieces.iter().for_each(|piece| stuffer.encode(piece, &mut out));
    stuffer.finish(&mut out);
    out
}

fn pass(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut stuffer, mut out, mut changed) = (Stuffer::new(), Vec::new(), Vec::new());
    pieces.iter().for_each(|piece| out.extend_from_slice(stuffer.pass(piece, &mut changed)));
    stuffer.finish(&mut out);
    out
}

/// The text with whole lines, and how long that was told to be.
fn lines(pieces: &[&[u8]]) -> (Vec<u8>, u64) {
    let (mut stuffer, mut lone, mut out) = (Stuffer::lines_only(), LoneEnds::default(), Vec::new());
    for piece in pieces {
        stuffer.encode(piece, &mut out);
        lone.push(piece);
    }
    (out, lone.count())
}

fn unstuff(pieces: &[&[u8]]) -> (Vec<u8>, usize, bool) {
    let (mut unstuffer, mut out, mut taken) = (Unstuffer::new(), Vec::new(), 0);
    for piece in pieces {
        let (consumed, is_done) = unstuffer.decode(piece, &mut out);
        assert_eq!(is_done, unstuffer.is_done());
        assert!(is_done || consumed == piece.len());
        taken += consumed;
        if is_done {
            break;
        }
    }
    (out, taken, unstuffer.is_done())
}

fn bare_end(pieces: &[&[u8]]) -> Option<usize> {
    let (mut bare_end, mut before) = (BareEnd::default(), 0);
    for piece in pieces {
        if let Some(end) = bare_end.find(piece) {
            return Some(before + end);
        }
        before += piece.len();
    }
    None
}

/// The slow and obvious way to find it.
fn plain_bare_end(text: &[u8]) -> Option<usize> {
    let framed = [b"\n", text].concat();
    let end = framed.windows(3).position(|three| three == b"\n.\n").map(|at| at + 2)?;
    (!text[..end].windows(2).any(|two| two == b"\r\n")).then_some(end)
}

/// The slow and obvious way to write CRLF for every line end, a last one included.
fn normalised(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = None;
    for &byte in text {
        match byte {
            b'\n' if before == Some(b'\r') => {}
            b'\r' | b'\n' => out.extend_from_slice(b"\r\n"),
            byte => out.push(byte),
        }
        before = Some(byte);
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn check_stuffed(wire: &[u8]) {
    let text = wire.strip_suffix(b".\r\n").expect("the terminator");
    assert!(text.is_empty() || text.ends_with(b"\r\n"));
    for (i, byte) in wire.iter().enumerate() {
        match byte {
            b'\r' => assert_eq!(wire.get(i + 1), Some(&b'\n')),
            b'\n' => assert!(i > 0 && wire[i - 1] == b'\r'),
            _ => {}
        }
    }
    assert!(text.split(|byte| *byte == b'\n').all(|line| line != b".\r"));
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let wire = in_pieces(input, cuts, stuff);
    check_stuffed(&wire);
    assert_eq!(in_pieces(input, cuts, pass), wire);
    let (whole, lone) = in_pieces(input, cuts, lines);
    assert_eq!(whole.len() as u64, input.len() as u64 + lone);
    assert!(normalised(input).starts_with(&whole));
    assert_eq!(unstuff(&[&wire]), (normalised(input), wire.len(), true));

    assert_eq!(in_pieces(input, cuts, bare_end), plain_bare_end(input));

    let (text, taken, is_done) = in_pieces(input, cuts, unstuff);
    assert!(text.len() <= taken);
    assert!(!is_done || input[..taken] == *b".\r\n" || input[..taken].ends_with(b"\r\n.\r\n"));
});
