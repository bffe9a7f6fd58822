//! Invariants: reading a field ends, and commas and blanks behind it change nothing. An answer to a
//! Digest challenge is one line if the field was, and what it says can be read again.
#![no_main]

use landline_wire::challenge::challenges;
use landline_wire::digest::{Challenge, Digest, Login, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let all: Vec<_> = challenges(data).collect();
    assert!(all.len() <= data.len() && all.iter().all(|one| !one.scheme().is_empty()));
    let longer: Vec<_> = challenges(&[data, b", "].concat()).collect();
    assert_eq!(longer, all);
    let Some(challenge) = Challenge::best(all) else { return };
    let mut digest = Digest::new(challenge, "client");
    let request = Request { method: "GET", target: "/", body_hash: None };
    let field = digest.answer(Login { user: b"me\"", password: b"secret" }, &request);
    let breaks = |bytes: &[u8]| bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
    assert!(!breaks(&field) || breaks(data));
    let again: Vec<_> = challenges(&field).collect();
    assert!(again.len() == 1 && again[0].get("uri") == Some(b"/"));
    assert!(again[0].get("response").is_some_and(|response| response.len() >= 32));
});
