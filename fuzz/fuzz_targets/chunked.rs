//! Invariants: a body decodes the same whole, byte by byte and in any pieces, its bytes, its end, its
//! trailers, its error and where the next reply starts alike. What was encoded decodes to itself. Errors
//! are one harmless line.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, pieces, split_cuts};
use landline_wire::chunked::{ChunkError, ChunkLimits, Decoder, Step, encode_size};
use landline_wire::head::HeadLimits;
use landline_wire::headers::Headers;
use libfuzzer_sys::fuzz_target;

const NARROW: ChunkLimits = ChunkLimits {
    extension_bytes: 8,
    total_extension_bytes: 20,
    trailer: HeadLimits { total_bytes: 60, line_bytes: 20, count: 3 },
};

#[derive(Debug, Default, PartialEq)]
struct Read {
    body: Vec<u8>,
    trailers: Option<Headers>,
    error: Option<ChunkError>,
    taken: usize,
}

fn read(limits: ChunkLimits, pieces: &[&[u8]]) -> Read {
    let mut decoder = Decoder::new(limits);
    let mut found = Read::default();
    for piece in pieces {
        let mut input = *piece;
        loop {
            let (framing, step) = match decoder.step(input) {
                Ok(step) => step,
                Err(error) => return Read { error: Some(error), taken: 0, ..found },
            };
            input = &input[framing..];
            found.taken += framing;
            match step {
                Step::Done => return Read { trailers: Some(decoder.take_trailers()), ..found },
                Step::Data(remaining) if !input.is_empty() => {
                    let n = usize::try_from(remaining).unwrap_or(usize::MAX).min(input.len());
                    found.body.extend_from_slice(&input[..n]);
                    found.taken += n;
                    decoder.advance(n as u64);
                    input = &input[n..];
                }
                Step::More | Step::Data(_) => break,
            }
        }
        assert!(input.is_empty(), "bytes left although more are wanted");
    }
    found
}

fn encode(chunks: &[&[u8]]) -> Vec<u8> {
    let mut wire = Vec::new();
    for chunk in chunks {
        encode_size(chunk.len(), &mut wire);
        wire.extend_from_slice(chunk);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"0\r\n\r\n");
    wire
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    for limits in [ChunkLimits::default(), NARROW] {
        let found = in_pieces(input, cuts, |pieces| read(limits, pieces));
        found.error.iter().for_each(assert_harmless);
    }
    let wire = encode(&pieces(input, cuts));
    let back = read(NARROW, &[&wire]);
    assert_eq!((back.body.as_slice(), back.taken), (input, wire.len()));
    assert!(back.trailers.is_some());
});
