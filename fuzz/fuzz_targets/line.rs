//! Invariants: lines are the same whole, byte by byte and in any pieces, the error included. No line is
//! longer than the limit. A strict line is fit to be sent as it is; a lenient one holds no LF; with any
//! line end it holds neither CR nor LF. Nothing is lost: contents and line ends make up what was consumed.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::line::{LineEnding, LineError, LineScanner, check_outgoing};
use libfuzzer_sys::fuzz_target;

const MAX_BYTES: usize = 20;

fn read(ending: LineEnding, pieces: &[&[u8]]) -> (Vec<Vec<u8>>, usize, Option<LineError>) {
    let mut scanner = LineScanner::new(ending, MAX_BYTES);
    let (mut unread, mut lines, mut consumed) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        unread.extend_from_slice(piece);
        loop {
            match scanner.find(&unread) {
                Ok(None) => break,
                Err(error) => return (lines, consumed, Some(error)),
                Ok(Some(line)) => {
                    let end = &unread[line.len..line.consumed];
                    assert!([&b"\r\n"[..], b"\n", b"\r"].contains(&end), "{end:?}");
                    lines.push(unread[..line.len].to_vec());
                    consumed += line.consumed;
                    unread.drain(..line.consumed);
                }
            }
        }
    }
    assert!(unread.len() <= MAX_BYTES + 1);
    (lines, consumed, None)
}

fn check(ending: LineEnding, line: &[u8]) {
    assert!(line.len() <= MAX_BYTES);
    match ending {
        LineEnding::Strict => check_outgoing(line).expect("fit to be sent"),
        LineEnding::Lenient => assert!(!line.contains(&b'\n')),
        LineEnding::AnyCr => assert!(!line.iter().any(|byte| b"\r\n".contains(byte))),
    }
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    for ending in [LineEnding::Strict, LineEnding::Lenient, LineEnding::AnyCr] {
        let (lines, consumed, error) = in_pieces(input, cuts, |pieces| read(ending, pieces));
        lines.iter().for_each(|line| check(ending, line));
        assert!(lines.iter().map(Vec::len).sum::<usize>() + lines.len() <= consumed);
        error.iter().for_each(assert_harmless);
    }
});
