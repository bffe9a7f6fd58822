//! Invariants: replies are the same whole, byte by byte and in any pieces, the error included. A code has
//! three digits. A reply belongs to at most one class. Every line counts towards exactly one reply. What is
//! shown is one harmless line.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::line::{LineEnding, LineScanner};
use landline_wire::reply::{Reply, ReplyError, ReplyReader, ReplyStyle};
use libfuzzer_sys::fuzz_target;

fn read(style: ReplyStyle, pieces: &[&[u8]]) -> (Vec<Reply>, usize, Option<ReplyError>) {
    let mut scanner = LineScanner::new(LineEnding::Lenient, usize::MAX);
    let mut reader = ReplyReader::new(style);
    let (mut unread, mut replies, mut open_lines) = (Vec::new(), Vec::<Reply>::new(), 0);
    for piece in pieces {
        unread.extend_from_slice(piece);
        while let Ok(Some(line)) = scanner.find(&unread) {
            open_lines += 1;
            match reader.push_line(&unread[..line.len]) {
                Err(error) => return (replies, open_lines, Some(error)),
                Ok(None) => assert!(reader.is_inside()),
                Ok(Some(reply)) => {
                    assert!(!reader.is_inside());
                    assert_eq!(reply.lines().len(), std::mem::take(&mut open_lines));
                    replies.push(reply);
                }
            }
            unread.drain(..line.consumed);
        }
    }
    (replies, open_lines, None)
}

fn check(reply: &Reply) {
    assert!(reply.code().is_none_or(|code| (100..700).contains(&code)));
    let classes = [
        reply.is_preliminary(),
        reply.is_success(),
        reply.is_intermediate(),
        reply.is_transient(),
        reply.is_permanent(),
    ];
    assert!(classes.iter().filter(|is_in| **is_in).count() <= 1);
    assert_harmless(reply);
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    for style in [ReplyStyle::Ftp, ReplyStyle::Smtp, ReplyStyle::Nntp, ReplyStyle::Pop3] {
        let (replies, _, error) = in_pieces(input, cuts, |pieces| read(style, pieces));
        replies.iter().for_each(check);
        error.iter().for_each(assert_harmless);
    }
});
