//! Invariants: a text in yEnc gives the same file or error whole, byte by byte and in any pieces. Never more
//! comes out than went in, or than was announced; a file that is said to be sound has the size it was said to
//! have and, where its check sum was given, that check sum. What is encoded comes back. Errors are harmless to show.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::yenc::{Decoder, Header, YencError};
use libfuzzer_sys::fuzz_target;

fn decode(pieces: &[&[u8]]) -> (Vec<u8>, Result<Header, YencError>) {
    let (mut decoder, mut file) = (Decoder::new(), Vec::new());
    for piece in pieces {
        if let Err(error) = decoder.push(piece, &mut file) {
            return (file, Err(error));
        }
        if let Some(header) = decoder.header() {
            assert!(file.len() as u64 <= header.size);
        }
    }
    (file, decoder.finish())
}

/// The slow and obvious CRC-32 of RFC 1952 section 8.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

/// An encoder by the words of the draft.
fn encode(file: &[u8], sum: u32) -> Vec<u8> {
    let mut text = format!("=ybegin line=128 size={} name=a b\r\n", file.len()).into_bytes();
    for line in file.chunks(128) {
        for byte in line.iter().map(|byte| byte.wrapping_add(42)) {
            match byte {
                0 | b'\r' | b'\n' | b'=' => text.extend([b'=', byte.wrapping_add(64)]),
                plain => text.push(plain),
            }
        }
        text.extend(b"\r\n");
    }
    text.extend(format!("=yend size={} crc32={sum:08x}\r\n", file.len()).bytes());
    text
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let (file, end) = in_pieces(input, cuts, decode);
    assert!(file.len() <= input.len());
    match end {
        Err(error) => assert_harmless(&error),
        Ok(header) => {
            let announced = header.range.map_or(header.size, |(begin, end)| end - begin + 1);
            assert_eq!(file.len() as u64, announced);
            assert_eq!(header.part.is_some(), header.range.is_some());
        }
    }

    let sum = crc32(input);
    let (file, end) = in_pieces(&encode(input, sum), cuts, decode);
    assert_eq!((&file[..], end.map(|header| header.name)), (input, Ok("a b".to_owned())));
    assert_eq!(decode(&[&encode(input, !sum)]).1, Err(YencError::CheckSum));
});
