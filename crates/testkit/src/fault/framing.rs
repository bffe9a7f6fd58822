//! Rows 13–20: framing that is wrong, doubled or ambiguous.

use super::{End, Fault};

const BAD_CHUNK: &[i32] = &[56];
const BAD_LENGTH: &[i32] = &[8];

/// One good chunk, then these bytes.
macro_rules! after_a_chunk {
    ($bytes:literal) => {
        concat!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", $bytes)
            .as_bytes()
    };
}

/// A reply framed by these header lines, five bytes long whoever counts.
macro_rules! framed {
    ($lines:literal) => {
        concat!("HTTP/1.1 200 OK\r\n", $lines, "\r\n\r\nhello").as_bytes()
    };
}

pub(super) const FAULTS: &[Fault] = &[
    Fault::says("13a", "chunked: size `zz`", after_a_chunk!("zz\r\nworld"), End::Open)
        .exits(BAD_CHUNK)
        .body(b"hello"),
    Fault::says("13b", "chunked: negative size", after_a_chunk!("-5\r\nworld\r\n"), End::Open)
        .exits(BAD_CHUNK)
        .body(b"hello"),
    Fault::says(
        "13c",
        "chunked: size of 18 hexadecimal digits",
        after_a_chunk!("ffffffffffffffffff\r\nworld\r\n"),
        End::Open,
    )
    .exits(BAD_CHUNK)
    .body(b"hello"),
    Fault::says("13d", "chunked: empty size", after_a_chunk!("\r\nworld\r\n"), End::Open)
        .exits(BAD_CHUNK)
        .body(b"hello"),
    Fault::says(
        "14",
        "chunked: lines that end in LF alone",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
        End::Open,
    )
    .exits(&[0, 56])
    .body(b"hello"),
    Fault::says(
        "15",
        "chunked: no line end behind the data",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello5\r\nworld\r\n0\r\n\r\n",
        End::Open,
    )
    .exits(BAD_CHUNK)
    .body(b"hello"),
    Fault::says(
        "16",
        "Transfer-Encoding: chunked and Content-Length",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n\
          5\r\nhello\r\n0\r\n\r\n",
        End::Open,
    )
    .exits(&[0])
    .body(b"hello")
    .poisoning(),
    Fault::says("17a", "unknown coding", framed!("Transfer-Encoding: banana"), End::Fin)
        .exits(&[61]),
    Fault::says(
        "17b",
        "chunked is not the last coding",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        End::Fin,
    )
    .exits(&[61]),
    Fault::says(
        "18a",
        "two Content-Lengths that differ",
        framed!("Content-Length: 5\r\nContent-Length: 6"),
        End::Open,
    )
    .exits(BAD_LENGTH),
    Fault::says("18b", "Content-Length `+5`", framed!("Content-Length: +5"), End::Open)
        .exits(BAD_LENGTH),
    Fault::says("18c", "Content-Length `1 2`", framed!("Content-Length: 1 2"), End::Open)
        .exits(BAD_LENGTH),
    Fault::says("18d", "Content-Length `0x5`", framed!("Content-Length: 0x5"), End::Open)
        .exits(BAD_LENGTH),
    Fault::says("18e", "negative Content-Length", framed!("Content-Length: -5"), End::Open)
        .exits(BAD_LENGTH),
    Fault::says(
        "18f",
        "one Content-Length line with two values",
        framed!("Content-Length: 5, 6"),
        End::Open,
    )
    .exits(BAD_LENGTH),
    Fault::says(
        "19",
        "Content-Length of 23 digits",
        framed!("Content-Length: 99999999999999999999999"),
        End::Fin,
    )
    .exits(BAD_LENGTH),
    Fault::says("20", "a blank before the colon", framed!("Content-Length : 5"), End::Fin)
        .exits(BAD_LENGTH),
];
