//! Rows 28–30: right, but in drops, or not at all.

use std::io;
use std::time::Duration;

use super::{End, Fault};
use crate::Conn;

const BODY: &[u8] = b"The end of a body is known exactly: a body cut short is an error, always.\n";

pub(super) const FAULTS: &[Fault] = &[
    Fault::acts("28a", "one-byte segments, Content-Length", |conn| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", BODY.len());
        in_drops(conn, &[head.as_bytes(), BODY].concat())
    })
    .exits(&[0])
    .body(BODY),
    Fault::acts("28b", "one-byte segments, chunked with extension and trailer", |conn| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let (one, two) = BODY.split_at(10);
        let size = format!("\r\n{:x}\r\n", two.len());
        let parts = [head, &b"a;x=\"y\"\r\n"[..], one, size.as_bytes(), two];
        in_drops(conn, &[&parts.concat()[..], b"\r\n0\r\nX-Trailer: z\r\n\r\n"].concat())
    })
    .exits(&[0])
    .body(BODY),
    Fault::says("29a", "stall in the headers", b"HTTP/1.1 200 OK\r\nConte", End::Open)
        .exits(&[28])
        .with(&["-m", "1"]),
    Fault::says(
        "29b",
        "stall in the body",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        End::Open,
    )
    .exits(&[28])
    .keeps(b"hello")
    .with(&["-m", "1"]),
    Fault::says(
        "29c",
        "stall in the body, met by the low-speed options",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        End::Open,
    )
    .exits(&[28])
    .keeps(b"hello")
    .with(&["-y", "1", "-Y", "100"]),
    Fault::says(
        "29d",
        "stall in the headers, met by the low-speed options",
        b"HTTP/1.1 200 OK\r\nConte",
        End::Open,
    )
    .exits(&[28])
    .with(&["-y", "1", "-Y", "100"]),
    Fault::acts("30", "four bytes a second", |conn| {
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 74\r\n\r\n")?;
        for byte in BODY {
            conn.say([*byte])?;
            conn.pause(Duration::from_millis(250));
        }
        Ok(())
    })
    .exits(&[28])
    .body(BODY)
    .with(&["-y", "2", "-Y", "100"]),
];

fn in_drops(conn: &mut Conn, bytes: &[u8]) -> io::Result<()> {
    conn.one_byte(true);
    conn.say(bytes)?;
    conn.stall()
}
