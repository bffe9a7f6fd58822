//! Invariants: a reply is read the same with its end and behind other bytes, as one line; its status has a class
//! and two digits, and what is read, written down again, reads back the same. A request is one line of visible
//! ASCII, no longer than allowed, without user and fragment. What is shown is harmless.
#![no_main]

use landline_fuzz::{assert_harmless, split_cuts};
use landline_wire::gemini::{MAX_LINE_BYTES, MAX_URL_BYTES, ReplyHead, request_line};
use landline_wire::line::{LineEnding, LineScanner};
use landline_wire::target::Location;
use libfuzzer_sys::fuzz_target;

fn check_reply(line: &[u8]) {
    match ReplyHead::parse(line) {
        Ok(head) => {
            assert!((10..70).contains(&head.status()));
            let _ = head.class();
            let written = format!("{} {}", head.status(), head.meta());
            if written.len() <= MAX_LINE_BYTES {
                assert_eq!(ReplyHead::parse(written.as_bytes()), Ok(head));
            }
        }
        Err(error) => assert_harmless(&error),
    }
}

fuzz_target!(|data: &[u8]| {
    let (_, input) = split_cuts(data);
    if let Ok(Some(line)) = LineScanner::new(LineEnding::Strict, MAX_LINE_BYTES).find(input) {
        check_reply(&input[..line.len]);
    }
    check_reply(input);

    let typed = format!("gemini://{}", String::from_utf8_lossy(input));
    let Ok(location) = Location::parse(&typed) else { return };
    match request_line(&location) {
        Ok(line) => {
            assert!(
                line.len() <= MAX_URL_BYTES && line.bytes().all(|byte| byte.is_ascii_graphic())
            );
            assert!(!line.contains('#'));
            let again = Location::parse(&line).expect("what is sent reads back");
            assert_eq!((again.origin(), again.username()), (location.origin(), None));
        }
        Err(error) => assert_harmless(&error),
    }
});
