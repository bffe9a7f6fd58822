//! Invariants: a session is the same whole, byte by byte and in any pieces, the error included; it takes
//! nothing behind its end, and an answered one stays so. A URL, as typed, either is refused or asks with one
//! line without control characters, in which a looked-up word is one argument. Any line comes apart into
//! words, and the error is harmless to show.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::dict::{
    Heading, MAX_COMMAND_BYTES, Match, Request, SessionError, SessionReader, arguments,
};
use landline_wire::target::Location;
use libfuzzer_sys::fuzz_target;

fn session(pieces: &[&[u8]]) -> (usize, bool, bool, Option<SessionError>) {
    let (mut reader, mut taken) = (SessionReader::new(), 0);
    for piece in pieces {
        match reader.read(piece) {
            // How much was taken before depends on the pieces.
            Err(error) => return (0, false, false, Some(error)),
            Ok(count) => {
                assert!(count == piece.len() || reader.is_over());
                taken += count;
            }
        }
    }
    assert!(reader.is_answered() || !reader.is_over());
    (taken, reader.is_answered(), reader.is_over(), None)
}

fn check_url(path: &str) {
    let Ok(location) = Location::parse(&format!("dict://host/{path}")) else { return };
    match Request::of(&location) {
        Err(error) => assert_harmless(&error),
        Ok(request) => {
            let line = request.to_line();
            assert!(!line.is_empty() && line.len() <= MAX_COMMAND_BYTES);
            assert!(!line.iter().any(u8::is_ascii_control), "{line:?}");
        }
    }
}

fn check_word(word: &str) {
    let Ok(request) = Request::match_words(word, "*", "prefix") else { return };
    let line = std::str::from_utf8(request.to_line()).expect("it was a word");
    assert_eq!(arguments(line), ["MATCH", "*", "prefix", word]);
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let (_, _, _, error) = in_pieces(input, cuts, session);
    error.iter().for_each(assert_harmless);
    let Ok(text) = std::str::from_utf8(input) else { return };
    check_url(text);
    check_word(text);
    let found = arguments(text);
    assert_eq!(Heading::parse(text).is_some(), found.len() >= 2);
    assert_eq!(Match::parse(text).is_some(), found.len() >= 2);
});
