//! Invariants: a head reads the same whole, byte by byte and in any pieces. What httparse accepts is
//! accepted and holds the same fields. No accepted value holds CR, LF or NUL, and the list written out
//! reads back as itself. A length is never beyond `i64::MAX`. Errors are one harmless line.
#![no_main]

use httparse::Status;
use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::head::{
    BodyLength, HeadError, HeadLimits, HeadScanner, ResponseHead, body_length, keeps_alive,
    parse_response_head,
};
use landline_wire::line::check_outgoing;
use libfuzzer_sys::fuzz_target;

const NARROW: HeadLimits = HeadLimits { total_bytes: 300, line_bytes: 40, count: 8 };

fn read(limits: HeadLimits, pieces: &[&[u8]]) -> Result<Option<ResponseHead>, HeadError> {
    let mut scanner = HeadScanner::new(limits);
    let mut unread = Vec::new();
    for piece in pieces {
        unread.extend_from_slice(piece);
        if let Some(end) = scanner.find(&unread)? {
            let head = parse_response_head(&unread[..end])?;
            assert_eq!(head.raw(), &unread[..end]);
            return Ok(Some(head));
        }
    }
    Ok(None)
}

fn check(head: &ResponseHead) {
    for (_, value) in &head.headers {
        check_outgoing(value).expect("a value is fit to be sent");
    }
    let again = [b"HTTP/1.1 200\r\n", head.headers.as_bytes(), b"\r\n"].concat();
    assert_eq!(parse_response_head(&again).expect("reads back").headers, head.headers);
    head.headers.to_string().lines().for_each(|line| assert_harmless(&line));
    let _ = keeps_alive(head);
    match body_length("GET", head) {
        Ok(BodyLength::Exact(length)) => assert!(i64::try_from(length).is_ok()),
        Ok(_) => {}
        Err(error) => assert_harmless(&error),
    }
}

fn compare_with_httparse(input: &[u8], ours: &Result<Option<ResponseHead>, HeadError>) {
    let mut slots = [httparse::EMPTY_HEADER; 128];
    let mut theirs = httparse::Response::new(&mut slots);
    let mut config = httparse::ParserConfig::default();
    config.allow_obsolete_multiline_headers_in_responses(true);
    // It skips blank lines in front and takes a status below 100.
    if !input.starts_with(b"HTTP/1.") || theirs_starts_with_zero(input) {
        return;
    }
    let Ok(Status::Complete(_)) = config.parse_response(&mut theirs, input) else {
        return;
    };
    let Ok(Some(ours)) = ours else {
        panic!("only httparse accepts this, we say {ours:?}");
    };
    assert_eq!(theirs.code, Some(ours.status));
    assert_eq!(theirs.headers.len(), ours.headers.len());
    for (theirs, (name, value)) in theirs.headers.iter().zip(&ours.headers) {
        assert_eq!(theirs.name, name);
        assert!(words(theirs.value).eq(words(value)));
    }
}

fn theirs_starts_with_zero(input: &[u8]) -> bool {
    input.get(9) == Some(&b'0')
}

/// Folded lines are joined by us only, so only the words are compared.
fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| b" \t\r\n".contains(byte)).filter(|word| !word.is_empty())
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    for limits in [HeadLimits::default(), NARROW] {
        let found = in_pieces(input, cuts, |pieces| read(limits, pieces));
        match &found {
            Ok(Some(head)) => check(head),
            Ok(None) => {}
            Err(error) => assert_harmless(error),
        }
        if limits == HeadLimits::default() {
            compare_with_httparse(input, &found);
        }
    }
});
