//! Invariants: the answer to CONNECT, looked at after each byte, ends where it ends when all of it is there already:
//! nothing behind it is taken or makes a difference. It is never longer than the limit, and errors are harmless to show.
#![no_main]

use landline_fuzz::{assert_harmless, split_cuts};
use landline_wire::head::{HeadLimits, HeadScanner, parse_response_head};
use libfuzzer_sys::fuzz_target;

const LIMITS: HeadLimits = HeadLimits { total_bytes: 1024, line_bytes: 1024, count: 20 };

/// Where the head ends, looked for after each byte as a proxy's answer is.
fn end(input: &[u8]) -> Result<Option<usize>, String> {
    let mut scanner = HeadScanner::new(LIMITS);
    for len in 1..=input.len() {
        match scanner.find(&input[..len]) {
            Ok(None) => {}
            Ok(Some(end)) => {
                assert_eq!(end, len, "no byte behind it is waited for");
                return Ok(Some(end));
            }
            Err(error) => {
                assert_harmless(&error);
                return Err(error.to_string());
            }
        }
    }
    Ok(None)
}

fuzz_target!(|data: &[u8]| {
    let (_, input) = split_cuts(data);
    let Ok(Some(end)) = end(input) else { return };
    assert!(end <= LIMITS.total_bytes);
    let whole = HeadScanner::new(LIMITS).find(input);
    assert_eq!(whole.expect("it was found byte by byte"), Some(end));
    if let Err(error) = parse_response_head(&input[..end]) {
        assert_harmless(&error);
    }
});
