//! Rows 31–36 of the fault table: bodies that are compressed, wrongly or far too well.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::Server;
use landline_testkit::http;
use landline_testkit::process::Output;
use room::{Room, is_one_message};

const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const TEXT: &[u8] = b"The end of a body is known exactly.\n";

/// CRC-32 as in RFC 1952 section 8.
fn crc(bytes: impl Iterator<Item = u8>) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let table: Vec<u32> = (0..256).map(|byte| (0..8).fold(byte, |crc, _| step(crc))).collect();
    !bytes.fold(!0, |crc, byte| table[(crc as u8 ^ byte) as usize] ^ crc >> 8)
}

fn trailer(crc: u32, length: usize) -> Vec<u8> {
    [crc.to_le_bytes(), (length as u32).to_le_bytes()].concat()
}

/// A gzip member with one stored block (RFC 1951 section 3.2.4).
fn gzip(text: &[u8]) -> Vec<u8> {
    let length = (text.len() as u16).to_le_bytes();
    let block = [&[1][..], &length, &length.map(|byte| !byte), text].concat();
    [&HEAD[..], &block, &trailer(crc(text.iter().copied()), text.len())].concat()
}

/// Bits, the lowest of each byte first.
fn put(bytes: &mut Vec<u8>, used: &mut u32, value: u32, width: u32) {
    for at in 0..width {
        if used.is_multiple_of(8) {
            bytes.push(0);
        }
        let last = bytes.len() - 1;
        bytes[last] |= ((value >> at & 1) as u8) << (*used % 8);
        *used += 1;
    }
}

/// So many runs of 258 zeros behind a first one, at 13 bits each (RFC 1951 section 3.2.6).
fn bomb(runs: usize) -> Vec<u8> {
    let (mut bytes, mut used) = (HEAD.to_vec(), 0);
    let mut put = |value, width| put(&mut bytes, &mut used, value, width);
    put(0b011, 3); // The last block, with the fixed codes.
    put(0b0000_1100, 8); // The literal 0: 00110000, first bit first.
    (0..runs).for_each(|_| put(0b0_0000_1010_0011, 13)); // Length 258, distance 1.
    put(0, 7); // The end of the block.
    let length = 1 + 258 * runs;
    bytes.extend(trailer(crc(std::iter::repeat_n(0, length)), length));
    bytes
}

/// So many times 16 MiB of zeros, each in a meta-block of its own (RFC 7932 section 9.2): of every code there is
/// one symbol, which takes no bits, and one command inserts everything.
fn br_bomb(blocks: usize) -> Vec<u8> {
    const LEN: u32 = 1 << 24;
    let (mut bytes, mut used) = (Vec::new(), 0);
    let mut put = |value, width| put(&mut bytes, &mut used, value, width);
    put(0, 1); // A window of 64 KiB.
    for _ in 0..blocks {
        put(0, 1); // Not the last.
        put(2, 2); // Its length has six nibbles.
        put(LEN - 1, 24);
        put(0, 1 + 3 + 2 + 4 + 2 + 2); // Compressed; one type of block, one tree, no direct distances.
        for (symbol, width) in [(0, 8), (504, 10), (0, 6)] {
            put(1, 2); // A simple code,
            put(0, 2); // of one symbol: the literal 0, "insert by code 23", any distance.
            put(symbol, width);
        }
        put(LEN - 22_594, 24); // What code 23 inserts beyond its base.
    }
    put(0b11, 2); // The last one, and empty.
    bytes
}

/// So many blocks of 128 KiB of zeros, told as one byte each (RFC 8878 section 3.1.1.2).
fn zstd_bomb(blocks: u32) -> Vec<u8> {
    const LEN: u32 = 128 << 10;
    // A window of 128 KiB, neither length nor checksum.
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x38];
    for left in (0..blocks).rev() {
        let head = LEN << 3 | 1 << 1 | u32::from(left == 0);
        bytes.extend_from_slice(&head.to_le_bytes()[..3]);
        bytes.push(0);
    }
    bytes
}

fn get(coding: &'static str, body: &[u8], extra: &[&str]) -> (Output, Option<Vec<u8>>) {
    let body = body.to_vec();
    let server = http::Server::on(Server::builder()).route("/page", move |request, conn| {
        request.reply(conn, 200, &[("Content-Encoding", coding)], &body)
    });
    let (room, url) = (Room::new(), server.url("/page"));
    let line = [&["-sS", "--compressed", "-o", "out"], extra, &[&url]].concat();
    (room.run(&line), room.get("out"))
}

/// Fails with 61 and returns what was kept.
fn is_61(what: &str, coding: &'static str, body: &[u8]) -> Vec<u8> {
    let (output, file) = get(coding, body, &[]);
    let errors = output.errors();
    assert!(output.exit() == 61 && is_one_message(&errors, 61), "{what}: {errors}");
    file.unwrap_or_default()
}

#[test]
fn rows_31_and_32_a_body_cut_short_is_61_wherever_the_cut_is() {
    let whole = gzip(TEXT);
    for end in 1..whole.len() {
        let kept = is_61(&end.to_string(), "gzip", &whole[..end]);
        assert!(TEXT.starts_with(&kept), "{end}");
    }
    let (output, file) = get("gzip", &whole, &[]);
    assert_eq!((output.exit(), file.as_deref()), (0, Some(TEXT)), "{}", output.errors());
}

#[test]
fn row_31_other_codings_cut_short_are_61() {
    // Each says "hello", and is whole but for its last byte.
    is_61(
        "deflate",
        "deflate",
        &[0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x06, 0x2c, 0x02],
    );
    is_61("br", "br", &[0x0f, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o']);
    is_61("zstd", "zstd", &[0x28, 0xb5, 0x2f, 0xfd, 0x20, 5, 0x29, 0, 0, b'h', b'e', b'l', b'l']);
}

#[test]
fn rows_33_and_34_what_is_corrupt_or_goes_on_is_61() {
    let whole = gzip(TEXT);
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    is_61("the text", "gzip", &flipped(30));
    is_61("the sum", "gzip", &flipped(whole.len() - 8));
    is_61("the length", "gzip", &flipped(whole.len() - 1));
    is_61("the magic", "gzip", &flipped(0));
    is_61("the block", "gzip", &flipped(13));
    is_61("garbage behind", "gzip", &[&whole[..], b"garbage"].concat());
    let (output, file) = get("gzip", &[&whole[..], &whole].concat(), &[]);
    assert_eq!((output.exit(), file), (0, Some([TEXT, TEXT].concat())));
}

#[test]
fn row_35_unknown_and_endless_codings_are_61() {
    is_61("unknown", "banana", &gzip(TEXT));
    is_61("a hundred", Box::leak(vec!["gzip"; 100].join(", ").into_boxed_str()), &gzip(TEXT));
}

#[test]
fn without_compressed_a_body_is_written_as_it_came() {
    let server = http::Server::new().route("/page", |request, conn| {
        assert_eq!(request.header("Accept-Encoding"), None);
        request.reply(conn, 200, &[("Content-Encoding", "gzip")], gzip(TEXT))
    });
    assert_eq!(room::run(&["-sS", &server.url("/page")]).stdout, gzip(TEXT));
}

#[test]
fn row_36_a_bomb_costs_no_memory_and_has_a_limit_where_asked() {
    const RUNS: usize = 400_000;
    for (coding, bomb, len) in [
        ("gzip", bomb(RUNS), 1 + 258 * RUNS),
        ("br", br_bomb(6), 6 << 24),
        ("zstd", zstd_bomb(800), 800 << 17),
    ] {
        assert!(bomb.len() < 1_000_000);
        let (output, file) = get(coding, &bomb, &[]);
        assert_eq!(output.exit(), 0, "{coding}: {}", output.errors());
        assert_eq!(file.map(|file| file.len()), Some(len), "{coding}");
        let rss = output.peak_rss_bytes;
        assert!(rss < 32 << 20, "{coding}: {rss} bytes resident");
        let (output, file) = get(coding, &bomb, &["--max-filesize", "2000000"]);
        assert_eq!(output.exit(), 63, "{coding}: {}", output.errors());
        let kept = file.unwrap_or_default();
        let is_zero = kept.iter().all(|&byte| byte == 0);
        assert!(kept.len() <= 2_000_000 && is_zero, "{coding}: {}", kept.len());
    }
}
