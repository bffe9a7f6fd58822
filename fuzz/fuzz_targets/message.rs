//! Invariant: a header block cut anywhere gives the same fields; no more of it is kept than was agreed on.
#![no_main]

use landline_fuzz::{in_pieces, split_cuts};
use landline_wire::message::BlockReader;
use libfuzzer_sys::fuzz_target;

const MAX_BYTES: usize = 1000;

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let (fields, _) = in_pieces(input, cuts, |pieces| {
        let mut reader = BlockReader::new(MAX_BYTES);
        pieces.iter().for_each(|piece| reader.push(piece));
        let is_over = reader.is_over();
        let fields = reader.into_headers();
        let owned = |(name, value): (&str, &[u8])| (name.to_owned(), value.to_vec());
        (fields.iter().map(owned).collect::<Vec<_>>(), is_over)
    });
    // A fold of one blank becomes one blank: nothing grows.
    let kept: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(kept <= MAX_BYTES.min(input.len()));
    for (name, value) in &fields {
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(!value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
    }
});
