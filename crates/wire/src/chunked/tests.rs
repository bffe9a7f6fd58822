use super::*;
use crate::three_ways::{in_pieces, three_ways};

const LIMITS: ChunkLimits = ChunkLimits {
    extension_bytes: 10,
    total_extension_bytes: 25,
    trailer: HeadLimits { total_bytes: 60, line_bytes: 20, count: 3 },
};

/// What a caller sees: the body, whether it is whole, the trailers, the framing bytes.
#[derive(Debug, PartialEq)]
struct Read {
    body: Vec<u8>,
    is_done: bool,
    trailers: String,
}

fn decode(pieces: &[&[u8]]) -> Result<Read, ChunkError> {
    decode_with(LIMITS, pieces)
}

/// Reads as a caller does, and drops every byte once it has been eaten.
fn decode_with(limits: ChunkLimits, pieces: &[&[u8]]) -> Result<Read, ChunkError> {
    let mut decoder = Decoder::new(limits);
    let (mut body, mut is_done) = (Vec::new(), false);
    for piece in pieces {
        let mut input = *piece;
        while !is_done {
            let (framing, step) = decoder.step(input)?;
            input = &input[framing..];
            match step {
                Step::More => {
                    assert!(input.is_empty());
                    break;
                }
                Step::Done => is_done = true,
                Step::Data(_) if input.is_empty() => break,
                Step::Data(remaining) => {
                    let n = usize::try_from(remaining).unwrap_or(usize::MAX).min(input.len());
                    body.extend_from_slice(&input[..n]);
                    decoder.advance(n as u64);
                    input = &input[n..];
                }
            }
        }
    }
    let trailers = String::from_utf8(decoder.take_trailers().as_bytes().to_vec()).unwrap();
    Ok(Read { body, is_done, trailers })
}

#[test]
fn bodies_are_read_three_ways() {
    for (input, body, trailers) in [
        ("0\r\n\r\n", "", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello", ""),
        ("1\r\nh\r\n4\r\nello\r\n00\r\n\r\n", "hello", ""),
        ("A\r\n0123456789\r\n0a\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", ""),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", ""),
        ("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello", ""),
        ("5;a=b\r\nhello\r\n0;x\r\n\r\n", "hello", ""),
        ("5 \t;a=\"b\"\r\nhello\r\n0 \r\n\r\n", "hello", ""),
        ("0\r\nA: b\r\nC:d\r\n\r\n", "", "A: b\r\nC:d\r\n"),
        ("0\r\nA: b\nC: d\n\n", "", "A: b\r\nC: d\r\n"),
        ("0\r\nA: b\r\n c\r\n\r\n", "", "A: b c\r\n"),
    ] {
        let read = three_ways(input.as_bytes(), decode).unwrap();
        let expected = Read { body: body.into(), is_done: true, trailers: trailers.into() };
        assert_eq!(read, expected, "{input:?}");
    }
}

/// Row 12: a body cut short anywhere is never taken for whole.
#[test]
fn a_body_cut_anywhere_is_not_done() {
    let whole = b"5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n";
    for cut in 0..whole.len() {
        let read = in_pieces(&whole[..cut], decode).unwrap();
        assert!(!read.is_done && b"hello".starts_with(&read.body), "{cut}");
    }
}

/// Rows 13 to 15, class F2.
#[test]
fn f2_malformed_framing_is_refused() {
    for (input, error) in [
        ("zz\r\n", ChunkError::Size),
        ("-5\r\nhello\r\n", ChunkError::Size),
        ("+5\r\nhello\r\n", ChunkError::Size),
        (" 5\r\nhello\r\n", ChunkError::Size),
        ("0x5\r\nhello\r\n", ChunkError::Size),
        ("5_0\r\nhello\r\n", ChunkError::Size),
        ("5\0\r\n", ChunkError::Size),
        ("\r\n", ChunkError::Size),
        ("\n", ChunkError::Size),
        (";x\r\n", ChunkError::Size),
        ("ffffffffffffffffff\r\n", ChunkError::Size),
        ("00000000000000005\r\n", ChunkError::Size),
        ("５\r\n", ChunkError::Size),
        ("5\nhello\r\n", ChunkError::LineEnd),
        ("5\rhello\r\n", ChunkError::LineEnd),
        ("5\r\rhello", ChunkError::LineEnd),
        ("5;x\nhello\r\n", ChunkError::LineEnd),
        ("5;x\ry\r\n", ChunkError::LineEnd),
        ("5\r\nhello\n0\r\n\r\n", ChunkError::LineEnd),
        ("5\r\nhello0\r\n\r\n", ChunkError::LineEnd),
        ("5\r\nhello\r0\r\n", ChunkError::LineEnd),
        ("5\r\nhello!\r\n0\r\n\r\n", ChunkError::LineEnd),
        ("0\r\r\n", ChunkError::LineEnd),
    ] {
        assert_eq!(in_pieces(input.as_bytes(), decode), Err(error), "{input:?}");
    }
    for trailer in ["no colon", "Name : v", "A: b\rc", " folded", "A: \0", "\rx"] {
        let found = in_pieces(format!("0\r\n{trailer}\r\n\r\n").as_bytes(), decode);
        assert!(
            matches!(found, Err(ChunkError::Trailer(HeadError::Field { line: 1, .. }))),
            "{trailer:?}"
        );
    }
}

/// Row 27 and class F2: extensions are bounded, each and all together.
#[test]
fn f2_extensions_are_bounded() {
    let body = |ext: &str, n: usize| format!("1{ext}\r\nx\r\n").repeat(n) + "0\r\n\r\n";
    let find = |text: String| in_pieces(text.as_bytes(), decode).map(|read| read.body.len());
    assert_eq!(find(body(";234567890", 1)), Ok(1));
    assert_eq!(find(body(";2345678901", 1)), Err(ChunkError::Extension { limit: 10 }));
    assert_eq!(find(body(";2345", 5)), Ok(5));
    assert_eq!(find(body(";2345", 6)), Err(ChunkError::Extension { limit: 25 }));

    let endless = decode_with(ChunkLimits::default(), &[b"1;", &[b'x'; 5000]]);
    assert_eq!(endless, Err(ChunkError::Extension { limit: 4096 }));
    assert!(endless.unwrap_err().is_too_large());
    assert_eq!(ChunkLimits::default().total_extension_bytes, 65_536);
}

/// Row 26 and class F3.
#[test]
fn f3_trailers_are_bounded() {
    for (trailer, limit) in [
        ("A: b\r\n".repeat(4), 3),
        ("x".repeat(21), 20),
        ("A: 34567890123456789\r\n".repeat(3), 60),
    ] {
        let error = in_pieces(format!("0\r\n{trailer}").as_bytes(), decode).unwrap_err();
        assert!(
            matches!(error, ChunkError::Trailer(HeadError::TooLarge { limit: l, .. }) if l == limit),
            "{error:?}"
        );
        assert!(error.is_too_large());
    }
}

/// Class F5: a size is only a number; nothing is allocated for it.
#[test]
fn f5_a_huge_size_is_just_a_number() {
    let mut decoder = Decoder::new(LIMITS);
    assert_eq!(decoder.step(b"ffffffffffffffff\r\nabc"), Ok((18, Step::Data(u64::MAX))));
    decoder.advance(3);
    assert_eq!(decoder.step(b""), Ok((0, Step::Data(u64::MAX - 3))));
    decoder.advance(u64::MAX);
    assert_eq!(decoder.step(b"\r"), Ok((1, Step::More)));
}

#[test]
fn what_follows_the_body_is_left_alone() {
    let mut decoder = Decoder::new(LIMITS);
    assert_eq!(decoder.step(b"0\r\n\r\nHTTP/1.1 200 OK"), Ok((5, Step::Done)));
    assert_eq!(decoder.step(b"HTTP/1.1"), Ok((0, Step::Done)));
    decoder.advance(7);
    assert_eq!(decoder.step(b""), Ok((0, Step::Done)));

    let mut decoder = Decoder::new(LIMITS);
    assert_eq!(decoder.step(b"0\r\nA: b\r"), Ok((8, Step::More)));
    assert_eq!(decoder.step(b"\n\r\nrest"), Ok((3, Step::Done)));
    assert_eq!(decoder.take_trailers().get("a"), Some("b"));
    assert!(decoder.take_trailers().is_empty());
}

#[test]
fn sizes_are_written_in_hexadecimal() {
    let mut out = b"x".to_vec();
    for n in [0, 9, 26, 65_536, usize::MAX] {
        encode_size(n, &mut out);
    }
    assert_eq!(out, b"x0\r\n9\r\n1a\r\n10000\r\nffffffffffffffff\r\n");
}

#[test]
fn what_is_written_is_read_back() {
    let mut wire = Vec::new();
    for chunk in [&b"hello"[..], b" ", &[b'x'; 300]] {
        encode_size(chunk.len(), &mut wire);
        wire.extend_from_slice(chunk);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"0\r\n\r\n");
    let read = in_pieces(&wire, decode).unwrap();
    assert!(read.is_done && read.body.starts_with(b"hello xxx") && read.body.len() == 306);
}
