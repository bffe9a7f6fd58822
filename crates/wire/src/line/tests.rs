use super::LineEnding::{AnyCr, Lenient, Strict};
use super::*;
use crate::three_ways::{in_pieces, three_ways};

/// Reads lines as a caller does, until the bytes run out or one is refused.
fn read_lines(
    ending: LineEnding,
    max: usize,
    pieces: &[&[u8]],
) -> (Vec<String>, Option<LineError>) {
    let mut scanner = LineScanner::new(ending, max);
    let (mut unread, mut lines) = (Vec::new(), Vec::new());
    for piece in pieces {
        unread.extend_from_slice(piece);
        loop {
            match scanner.find(&unread) {
                Ok(Some(line)) => {
                    lines.push(String::from_utf8_lossy(&unread[..line.len]).into_owned());
                    unread.drain(..line.consumed);
                }
                Ok(None) => break,
                Err(error) => return (lines, Some(error)),
            }
        }
    }
    (lines, None)
}

#[test]
fn line_ends_by_rule() {
    let too_long = Some(LineError::TooLong { max: 9 });
    for (ending, input, lines, error) in [
        (Strict, &b"a\r\nbc\r\n\r\n"[..], &["a", "bc", ""][..], None),
        (Strict, b"a\r\nunfinish", &["a"], None),
        (Strict, b"a\r", &[], None),
        (Strict, b"a\nb\r\n", &[], Some(LineError::BareLf)),
        (Strict, b"\n", &[], Some(LineError::BareLf)),
        (Strict, b"a\rb\r\n", &[], Some(LineError::BareCr)),
        (Strict, b"a\r\r\n", &[], Some(LineError::BareCr)),
        (Strict, b"a\r\0", &[], Some(LineError::BareCr)),
        (Strict, b"ok\r\na\0b\r\n", &["ok"], Some(LineError::Nul)),
        (Strict, b"123456789\r\n", &["123456789"], None),
        (Strict, b"1234567890\r\n", &[], too_long),
        (Strict, b"1234567890\0", &[], too_long),
        (Lenient, b"a\r\nb\n\r\n\n", &["a", "b", "", ""], None),
        (Lenient, b"a\rb\r\r\nc\0\n", &["a\rb\r", "c\0"], None),
        (Lenient, b"123456789\r\n123456789\n", &["123456789", "123456789"], None),
        (Lenient, b"123456789\r", &[], None),
        (Lenient, b"123456789\rx\n", &[], too_long),
        (Lenient, b"123456789\r\r\n", &[], too_long),
        (Lenient, b"1234567890\n", &[], too_long),
        (AnyCr, b"a\r\nb\nc\rd\r\r\n\n", &["a", "b", "c", "d", "", ""], None),
        (AnyCr, b"a\rb\0\n", &["a", "b\0"], None),
        (AnyCr, b"a\r", &[], None),
        (AnyCr, b"123456789\rx", &["123456789"], None),
        (AnyCr, b"1234567890\r", &[], too_long),
    ] {
        let found = in_pieces(input, |pieces| read_lines(ending, 9, pieces));
        let expected = (lines.iter().map(ToString::to_string).collect(), error);
        assert_eq!(found, expected, "{ending:?} {input:?}");
    }
}

#[test]
fn bytes_behind_the_line_change_nothing() {
    for ending in [Strict, Lenient, AnyCr] {
        let line = three_ways(b"220 ready\r\n", |pieces| {
            let mut scanner = LineScanner::new(ending, 80);
            let mut unread = Vec::new();
            pieces.iter().find_map(|piece| {
                unread.extend_from_slice(piece);
                scanner.find(&unread).unwrap()
            })
        });
        assert_eq!(line, Some(Line { len: 9, consumed: 11 }));
    }
}

#[test]
fn a_line_without_end_is_refused_at_the_first_byte_too_many() {
    for ending in [Strict, Lenient, AnyCr] {
        let mut scanner = LineScanner::new(ending, 1000);
        assert_eq!(scanner.find(&[b'x'; 1000]), Ok(None));
        assert_eq!(scanner.find(&[b'x'; 1001]), Err(LineError::TooLong { max: 1000 }));
    }
}

#[test]
fn the_rule_and_the_limit_may_change_between_lines() {
    let mut scanner = LineScanner::new(Strict, 3);
    assert_eq!(scanner.find(b"ab"), Ok(None));
    scanner.set_ending(Lenient);
    assert_eq!(scanner.find(b"ab\n"), Ok(Some(Line { len: 2, consumed: 3 })));
    scanner.set_max_bytes(5);
    assert_eq!(scanner.find(b"abcde"), Ok(None));
    scanner.reset();
    assert_eq!(scanner.find(b"\n"), Ok(Some(Line { len: 0, consumed: 1 })));
    scanner.set_max_bytes(usize::MAX);
    assert_eq!(scanner.find(b"abc\r\n"), Ok(Some(Line { len: 3, consumed: 5 })));
}

/// Trickled input is linear: no byte is looked at again, a last CR aside.
#[test]
fn scanning_goes_on_where_it_stopped() {
    let input = vec![b'x'; 1 << 20];
    for ending in [Strict, Lenient, AnyCr] {
        let mut scanner = LineScanner::new(ending, input.len());
        for end in (0..=input.len()).step_by(97) {
            assert_eq!(scanner.find(&input[..end]), Ok(None));
            assert_eq!(scanner.scanned, end);
        }
    }
}

#[test]
fn outgoing_lines_hold_no_line_end_and_no_nul() {
    assert_eq!(check_outgoing(b""), Ok(()));
    assert_eq!(check_outgoing("USER jürgen\t\x1b\u{10a}".as_bytes()), Ok(()));
    for byte in [b'\r', b'\n', 0] {
        let line = [b"QUIT ", &[byte][..], b"\r\nDELE x"].concat();
        assert_eq!(check_outgoing(&line), Err(ForbiddenByte { byte, offset: 5 }));
    }
    // Characters that narrow to CR and LF when cut to one byte are harmless as UTF-8.
    assert_eq!(check_outgoing("\u{10a}\u{560a}".as_bytes()), Ok(()));
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(LineError::TooLong { max: 80 }.to_string(), "line longer than 80 bytes");
    assert_eq!(LineError::Nul.to_string(), "NUL byte in a line");
    let forbidden = check_outgoing(b"ab\n").unwrap_err();
    assert_eq!(forbidden.to_string(), "line feed at byte 2 of a line to be sent");
}
