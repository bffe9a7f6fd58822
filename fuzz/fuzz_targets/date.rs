//! Invariants: reading a date never fails but by saying that there is none. Case and
//! what stands around it do not matter.
#![no_main]

use landline_wire::date::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let found = parse(text);
    assert_eq!(parse(&text.to_ascii_uppercase()), found);
    assert_eq!(parse(&format!(" {text}, ")), found);
});
