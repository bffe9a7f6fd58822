//! Codings one behind the other, and much out of little.

use super::super::chain::STAGE_BYTES;
use super::*;

#[test]
fn the_last_coding_applied_is_undone_first() {
    let plain = sample().repeat(50);
    let coded = zstd(&br(&zlib(&gzip(&bare_deflate(&plain)))));
    for piece_bytes in [1, 100, coded.len()] {
        let (all, end) = decode("deflate, gzip, identity, deflate, br, zstd", &coded, piece_bytes);
        end.unwrap();
        assert!(all == plain);
    }
}

/// Row 35 of the fault table.
#[test]
fn g1_too_many_codings_and_unknown_ones_are_refused() {
    let (all, end) = decode("gzip, gzip, gzip, gzip, gzip, gzip", &gzip(b"x"), 1);
    assert!(all.is_empty());
    assert_broken(&end, "coded more than 5 times");
    assert_broken(&decode("gzip, rot13", &gzip(b"x"), 1).1, "not known: rot13");
}

#[test]
fn the_coding_that_broke_is_named() {
    let plain = sample();
    let inner = gzip(&plain);
    let cut = br(&inner[..inner.len() - 8]);
    let (all, end) = decode("gzip, br", &cut, 3);
    assert_eq!(all, plain);
    assert_broken(&end, "the gzip compressed data ended early");
    let outer = br(&inner);
    let (_, end) = decode("gzip, br", &outer[..outer.len() - 1], 3);
    assert_broken(&end, "the br compressed data ended early");
}

/// Gives coded bytes over and over, and counts what comes of them.
fn count_decoded(names: &str, coded: &[u8], times: usize) -> u64 {
    let pieces = std::iter::repeat_n(coded.to_vec(), times).collect();
    let mut source = Source { pieces, then: Then::End };
    let (mut decoder, mut total) = (decoder(names), 0);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match decoder.poll_fill(&mut source, &mut context) {
            Poll::Ready(Ok(0)) => return total,
            Poll::Ready(Ok(count)) => {
                assert!(count <= STAGE_BYTES, "a stage holds {count} bytes");
                total += count as u64;
                decoder.consume(count);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Class G1, row 36 of the fault table: no step gives more than a stage's buffer holds.
#[test]
fn g1_a_bomb_comes_out_in_small_parts() {
    const ZEROS: usize = 1_000_000;
    let zeros = vec![0; ZEROS];
    for (names, bomb, times) in [
        ("gzip", gzip(&zeros), 300),
        ("zstd", zstd(&zeros), 50),
        ("br", br(&zeros), 1),
        ("gzip, gzip", gzip(&gzip(&zeros)), 1),
        ("zstd, br, gzip", gzip(&br(&zstd(&zeros))), 1),
    ] {
        assert!(bomb.len() < ZEROS / 200, "{names}: {}", bomb.len());
        assert_eq!(count_decoded(names, &bomb, times), (ZEROS * times) as u64, "{names}");
    }
}
