//! What is particular to one coding, and streams made by other people's encoders.

use super::*;

fn hex(digits: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(digit).collect()
}

#[test]
fn streams_of_other_encoders() {
    for (name, coded, plain) in [
        // gzip 1.12: printf hello | gzip -n
        ("gzip", "1f8b0800000000000003cb48cdc9c9070086a6103605000000", "hello"),
        // Python 3: zlib.compress(b"hello")
        ("deflate", "789ccb48cdc9c90700062c0215", "hello"),
        // Python 3: the same without the wrapper
        ("deflate", "cb48cdc9c90700", "hello"),
        // brotli 1.0: printf hello | brotli
        ("br", "0b028068656c6c6f03", "hello"),
        // zstd 1.5: printf hello | zstd
        ("zstd", "28b52ffd045829000068656c6c6fa36d9f88", "hello"),
    ] {
        let coded = hex(coded);
        let (all, end) = decode(name, &coded, coded.len());
        end.unwrap();
        assert_eq!(all, plain.as_bytes(), "{name}");
    }
}

/// Row 34 of the fault table: members are one stream, and nothing else may follow.
#[test]
fn gzip_members() {
    let coded = [gzip(b"one"), gzip(b""), gzip(b" two"), gzip(&sample())].concat();
    let plain = [b"one two", &sample()[..]].concat();
    for piece_bytes in [1, 2, 5, coded.len()] {
        let (all, end) = decode("gzip", &coded, piece_bytes);
        end.unwrap();
        assert!(all == plain);
    }
    let (_, end) = decode("x-gzip", &coded[..coded.len() - 1], 9);
    assert_broken(&end, "compressed data ended early");
    let half_magic = [&gzip(b"one")[..], b"\x1f"].concat();
    assert_broken(&decode("gzip", &half_magic, 9).1, "compressed data ended early");
    let zeros = [&gzip(b"one")[..], &[0; 10]].concat();
    assert_broken(&decode("gzip", &zeros, 9).1, "bytes follow the end of the gzip data");
}

#[test]
fn gzip_header_with_all_its_parts() {
    let plain = sample();
    let mut encoder = flate2::GzBuilder::new()
        .extra(vec![1, 2, 0, 0])
        .filename("name")
        .comment("words")
        .mtime(1_000_000_000)
        .write(Vec::new(), Compression::best());
    encoder.write_all(&plain).unwrap();
    let coded = encoder.finish().unwrap();
    for piece_bytes in [1, coded.len()] {
        let (all, end) = decode("gzip", &coded, piece_bytes);
        end.unwrap();
        assert!(all == plain);
    }
}

#[test]
fn deflate_with_and_without_wrapper() {
    let plain = sample();
    for level in 0..=9 {
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::new(level));
        bare.write_all(&plain).unwrap();
        let mut wrapped = ZlibEncoder::new(Vec::new(), Compression::new(level));
        wrapped.write_all(&plain).unwrap();
        for coded in [bare.finish().unwrap(), wrapped.finish().unwrap()] {
            for piece_bytes in [1, coded.len()] {
                let (all, end) = decode("deflate", &coded, piece_bytes);
                end.unwrap();
                assert!(all == plain, "level {level}");
            }
        }
    }
}

#[test]
fn deflate_that_wants_a_dictionary_is_refused() {
    let (_, end) = decode("deflate", &hex("78bb00000001cb48cdc9c90700"), 13);
    assert_broken(&end, "the deflate data of the body is corrupt");
}

#[test]
fn zstd_frames_and_frames_to_skip() {
    let skipped = hex("502a4d1803000000aabbcc");
    let coded = [zstd(b"one"), skipped.clone(), zstd(b" two"), skipped].concat();
    for piece_bytes in [1, 4, coded.len()] {
        let (all, end) = decode("zstd", &coded, piece_bytes);
        end.unwrap();
        assert_eq!(all, b"one two");
    }
    let (all, end) = decode("zstd", &coded[..coded.len() - 1], 4);
    assert_eq!(all, b"one two");
    assert_broken(&end, "compressed data ended early");
}

/// RFC 9659: no window above 8 MiB; the frames are a byte, with windows of 8 MiB and 9 MiB.
#[test]
fn zstd_windows_are_bounded() {
    let frame = |window: &str| hex(&format!("28b52ffd00{window}09000041"));
    let (all, end) = decode("zstd", &frame("68"), 1);
    end.unwrap();
    assert_eq!(all, b"A");
    assert_broken(&decode("zstd", &frame("69"), 100).1, "its window is larger than 8 MiB");
}

/// What was decoded before a corrupt block is not lost with it.
#[test]
fn zstd_blocks_before_a_corrupt_one_are_delivered() {
    // Window 8 MiB; a raw block of 5 bytes, then a block of the reserved type.
    let coded = hex("28b52ffd006828000068656c6c6f070000");
    let (all, end) = decode("zstd", &coded, coded.len());
    assert_eq!(all, b"hello");
    assert_broken(&end, "the zstd data of the body is corrupt, after 5 decoded bytes");
}

/// The window of "large window brotli" has no place on the web: 0x11 is its marker.
#[test]
fn br_windows_are_bounded() {
    assert_broken(&decode("br", &[0x11, 0x1f, 0, 0, 0], 5).1, "the br data of the body is corrupt");
}
