//! Invariants: any bytes are read as blocks, frames, settings and heads without a panic; a block gives no more than it
//! may; what a block gives can be written and gives the same again.
#![no_main]

use landline_wire::head::HeadLimits;
use landline_wire::http3::{FrameHead, read_integer, response, settings, trailers, write_integer};
use landline_wire::qpack::{LINE_BYTES, decode, encode};
use libfuzzer_sys::fuzz_target;

const MAX: usize = 1000;

fuzz_target!(|data: &[u8]| {
    let limits = HeadLimits::default();
    let _ = settings(data);
    let _ = trailers(data, &limits);
    if let Ok(head) = response(data, &limits) {
        assert!((100..1000).contains(&head.status));
        assert!(head.raw().ends_with(b"\r\n\r\n"));
    }
    if let Some((value, used)) = read_integer(data) {
        let mut shortest = Vec::new();
        write_integer(value, &mut shortest);
        assert!(shortest.len() <= used);
        assert_eq!(read_integer(&shortest), Some((value, shortest.len())));
    }
    if let Some((_, used)) = FrameHead::read(data) {
        assert!(used <= data.len());
    }
    let Ok(fields) = decode(data, MAX) else { return };
    let sizes = fields.iter().map(|(name, value)| name.len() + value.len() + LINE_BYTES);
    assert!(sizes.sum::<usize>() <= MAX);
    let text = |name: &Vec<u8>| String::from_utf8(name.to_ascii_lowercase()).ok();
    let Some(names) = fields.iter().map(|(name, _)| text(name)).collect::<Option<Vec<_>>>() else {
        return;
    };
    let values = fields.iter().map(|(_, value)| value.as_slice());
    let again = decode(&encode(names.iter().map(String::as_str).zip(values)), MAX);
    let lower = fields.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    assert_eq!(again, Ok(lower.collect()));
});
