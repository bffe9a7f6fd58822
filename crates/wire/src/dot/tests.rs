use super::*;
use crate::three_ways::{in_pieces, three_ways};

fn stuff(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut stuffer, mut out) = (Stuffer::new(), Vec::new());
    pieces.iter().for_each(|piece| stuffer.encode(piece, &mut out));
    stuffer.finish(&mut out);
    out
}

/// The text and whether its terminator came; stops there as a caller does.
fn unstuff(pieces: &[&[u8]]) -> (Vec<u8>, bool) {
    let (mut unstuffer, mut out) = (Unstuffer::new(), Vec::new());
    for piece in pieces {
        let (consumed, done) = unstuffer.decode(piece, &mut out);
        if done {
            return (out, true);
        }
        assert_eq!(consumed, piece.len());
    }
    (out, unstuffer.is_done())
}

/// The same, as it is passed on.
fn pass(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut stuffer, mut out, mut changed) = (Stuffer::new(), Vec::new(), Vec::new());
    pieces.iter().for_each(|piece| out.extend_from_slice(stuffer.pass(piece, &mut changed)));
    stuffer.finish(&mut out);
    out
}

/// What has to change is found wherever it stands in what is looked at together.
#[test]
fn long_texts_are_stuffed_as_short_ones() {
    for (text, wire) in [
        ("\n", "\r\n"),
        ("\r", "\r\n"),
        ("\r\n.", "\r\n.."),
        ("\n.\r", "\r\n..\r\n"),
        ("\r\n..\r\n\n\r\r\n", "\r\n...\r\n\r\n\r\n\r\n"),
    ] {
        for at in 0..2 * BLOCK_BYTES + 3 {
            let (before, behind) = ("a".repeat(at), "b".repeat(2 * BLOCK_BYTES));
            let (text, wire) = ([&*before, &behind].join(text), [&*before, &behind].join(wire));
            let wire = wire + "\r\n.\r\n";
            for size in [text.len(), BLOCK_BYTES, 1] {
                let pieces: Vec<_> = text.as_bytes().chunks(size).collect();
                assert!(stuff(&pieces) == wire.as_bytes(), "{text:?} in pieces of {size}");
                assert!(pass(&pieces) == wire.as_bytes(), "{text:?} in pieces of {size}");
            }
        }
    }
}

#[test]
fn what_needs_no_change_is_passed_on_itself() {
    let text = b"a line\r\n".repeat(100);
    let (mut stuffer, mut changed) = (Stuffer::new(), Vec::new());
    for piece in [&text[..], &text[..5], &text[5..]] {
        assert_eq!(stuffer.pass(piece, &mut changed).as_ptr(), piece.as_ptr());
    }
    assert_eq!(changed.capacity(), 0);
}

#[test]
fn text_is_stuffed_whatever_its_pieces() {
    for (text, wire) in [
        ("", ".\r\n"),
        ("a", "a\r\n.\r\n"),
        ("a\r\n", "a\r\n.\r\n"),
        ("a\n", "a\r\n.\r\n"),
        ("a\r", "a\r\n.\r\n"),
        ("a\r\n\r\n", "a\r\n\r\n.\r\n"),
        ("a\n\nb\r\rc\n\r", "a\r\n\r\nb\r\n\r\nc\r\n\r\n.\r\n"),
        ("a\r\r\n", "a\r\n\r\n.\r\n"),
        (".", "..\r\n.\r\n"),
        (".\r\n", "..\r\n.\r\n"),
        ("..a", "...a\r\n.\r\n"),
        ("a.b\n.c\r.d\r\n.e", "a.b\r\n..c\r\n..d\r\n..e\r\n.\r\n"),
        ("\n.\n", "\r\n..\r\n.\r\n"),
        ("\0\u{ff}", "\0\u{ff}\r\n.\r\n"),
    ] {
        for made in [in_pieces(text.as_bytes(), stuff), in_pieces(text.as_bytes(), pass)] {
            assert_eq!(String::from_utf8(made).unwrap(), wire, "{text:?}");
        }
    }
}

#[test]
fn lines_alone_are_made_whole_without_dots() {
    for (text, wire) in [("", ""), (".", ".\r\n"), ("a\n.b\r.c\r\n", "a\r\n.b\r\n.c\r\n")] {
        let made = in_pieces(text.as_bytes(), |pieces| {
            let (mut stuffer, mut out) = (Stuffer::lines_only(), Vec::new());
            pieces.iter().for_each(|piece| stuffer.encode(piece, &mut out));
            stuffer.finish(&mut out);
            out
        });
        assert_eq!(String::from_utf8(made).unwrap(), wire, "{text:?}");
    }
}

/// Class A4: no mix of CR, LF and dot inside a text looks like its end to the laxest server.
#[test]
fn no_text_smuggles_an_end() {
    let ends = [
        "\r\n.\r\n",
        "\n.\n",
        "\r.\r",
        "\n.\r\n",
        "\r.\r\n",
        "\r\n.\n",
        "\r\n.\r",
        "\n.\r",
        "\r.\n",
        "\r\n\0.\r\n",
        ".\r\n",
        "\r\r\n.\r\r\n",
    ];
    for end in ends {
        let text = format!("first{end}MAIL FROM:<evil@a.test>{end}");
        let wire = in_pieces(text.as_bytes(), stuff);
        let body = wire.strip_suffix(b"\r\n.\r\n").expect("ends with the terminator");
        for line in body.split(|byte| *byte == b'\r' || *byte == b'\n') {
            assert_ne!(line, b".", "{end:?}");
        }
        let crs = body.iter().filter(|byte| **byte == b'\r').count();
        assert_eq!(body.windows(2).filter(|pair| pair == b"\r\n").count(), crs);
        assert_eq!(body.iter().filter(|byte| **byte == b'\n').count(), crs);
    }
}

#[test]
fn a_stuffer_starts_afresh_after_its_end() {
    let (mut stuffer, mut out) = (Stuffer::default(), Vec::new());
    stuffer.encode(b"a\r", &mut out);
    stuffer.finish(&mut out);
    stuffer.encode(b"\n.b", &mut out);
    stuffer.finish(&mut out);
    assert_eq!(out, b"a\r\n.\r\n\r\n..b\r\n.\r\n");
}

#[test]
fn text_is_unstuffed_three_ways() {
    for (wire, text) in [
        (".\r\n", ""),
        ("a\r\n.\r\n", "a\r\n"),
        ("\r\n.\r\n", "\r\n"),
        ("..\r\n.\r\n", ".\r\n"),
        (".a\r\n..b\r\n.\r\n", "a\r\n.b\r\n"),
        ("a.\r\n.\r\n", "a.\r\n"),
        ("a\n.\r\n.\r\n", "a\n.\r\n"),
        ("a\n.\nb\r\n.\r\n", "a\n.\nb\r\n"),
        ("a\r.\r\n.\r\n", "a\r.\r\n"),
        ("a\r\r\n.\r\n", "a\r\r\n"),
        ("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n"),
        ("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n"),
        ("a\r\n.\n\r\n.\r\n", "a\r\n\n\r\n"),
        ("\0\u{ff}\r\n.\r\n", "\0\u{ff}\r\n"),
    ] {
        let (found, done) = three_ways(wire.as_bytes(), unstuff);
        assert_eq!((String::from_utf8(found).unwrap().as_str(), done), (text, true), "{wire:?}");
    }
}

/// Row 67: a text cut anywhere is not done.
#[test]
fn a_text_cut_anywhere_is_not_done() {
    let wire = b"a\r\n..b\r\n.\r\n";
    for cut in 0..wire.len() {
        assert!(!in_pieces(&wire[..cut], unstuff).1, "{cut}");
    }
}

#[test]
fn what_follows_the_end_is_left_alone() {
    let (mut unstuffer, mut out) = (Unstuffer::default(), Vec::new());
    assert_eq!(unstuffer.decode(b"a\r\n.\r\n+OK next\r\n", &mut out), (6, true));
    assert_eq!(unstuffer.decode(b"+OK next\r\n", &mut out), (0, true));
    assert_eq!(out, b"a\r\n");
}

/// Every text of a small alphabet: what is stuffed comes back with CRLF line ends.
#[test]
fn unstuffing_undoes_stuffing() {
    for number in 0..4usize.pow(7) {
        let text: Vec<u8> = (0..7).map(|i| b"\r\n.a"[number / 4usize.pow(i) % 4]).collect();
        let normalised = String::from_utf8(text.clone())
            .unwrap()
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace('\n', "\r\n");
        let expected = if normalised.ends_with("\r\n") { normalised } else { normalised + "\r\n" };
        let (back, done) = unstuff(&[&stuff(&[&text])]);
        assert_eq!((String::from_utf8(back).unwrap(), done), (expected, true));
    }
}

/// Every text of these few bytes: it ends at the first CRLF `.` CRLF, and nowhere else.
#[test]
fn a4_nothing_that_resembles_the_end_is_one() {
    for number in 0..4_usize.pow(8) {
        let byte = |at: u32| b"\r\n.a"[number / 4_usize.pow(at) % 4];
        let text: Vec<u8> = (0..8).map(byte).collect();
        let framed = [b"\r\n", &*text].concat();
        let end = framed.windows(5).position(|five| five == b"\r\n.\r\n").map(|at| at + 3);
        for pieces in [vec![&*text], text.chunks(1).collect(), text.chunks(3).collect()] {
            let (mut unstuffer, mut out, mut read) = (Unstuffer::new(), Vec::new(), 0);
            pieces.iter().for_each(|piece| read += unstuffer.decode(piece, &mut out).0);
            assert_eq!(unstuffer.is_done().then_some(read), end, "{}", text.escape_ascii());
        }
    }
}

#[test]
fn a4_a_text_without_a_single_crlf_is_known_by_its_dot() {
    for (text, end) in [
        (&b".\n"[..], Some(2)),
        (b"a\n.\n", Some(4)),
        (b"a\n\nb\n.\n205 bye\n", Some(7)),
        (b"a\n.\nb\r\n.\r\n", Some(4)),
        (b"a\r\n.\n", None),
        (b"a\n\r\n.\n", None),
        (b"a\n..\n", None),
        (b"a\n.\r\n.\n", None),
        (b"a\n.\r.\n", None),
        (b"a.\n", None),
    ] {
        let told = three_ways(text, |pieces| {
            let (mut bare_end, mut before) = (BareEnd::default(), 0);
            for piece in pieces {
                if let Some(end) = bare_end.find(piece) {
                    assert!(bare_end.is_found());
                    return Some(before + end);
                }
                before += piece.len();
            }
            None
        });
        assert_eq!(told, end, "{}", text.escape_ascii());
    }
}
