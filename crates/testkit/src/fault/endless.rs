//! Rows 24–27: what never ends, or only after far too long.

use std::io;

use super::Fault;
use crate::Conn;

const TOO_LARGE: &[i32] = &[100];
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n";
const CHUNKED_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const END: &[u8] = b"\r\n\r\nhello";

pub(super) const FAULTS: &[Fault] = &[
    Fault::acts("24a", "a header line of 2 MB", |conn| {
        conn.say([HEAD, b"X-Long: "].concat())?;
        for _ in 0..200 {
            conn.say("a".repeat(10_000))?;
        }
        conn.say(END)?;
        conn.stall()
    })
    .exits(TOO_LARGE),
    Fault::acts("24b", "20,000 headers", |conn| {
        conn.say(HEAD)?;
        for _ in 0..200 {
            conn.say("X-Many: 1\r\n".repeat(100))?;
        }
        conn.say(&END[2..])?;
        conn.stall()
    })
    .exits(TOO_LARGE),
    Fault::acts("24c", "headers without end", |conn| endlessly(conn, HEAD, "X-More: and more\r\n"))
        .exits(TOO_LARGE),
    Fault::acts("25", "interim replies without end", |conn| {
        endlessly(conn, b"", "HTTP/1.1 102 Processing\r\n\r\n")
    })
    .exits(TOO_LARGE),
    Fault::acts("26", "trailers without end", |conn| {
        endlessly(conn, &[CHUNKED_HEAD, b"5\r\nhello\r\n0\r\n"].concat(), "X-Trailer: more\r\n")
    })
    .exits(TOO_LARGE)
    .body(b"hello"),
    Fault::acts("27a", "a chunk extension without end", |conn| {
        endlessly(conn, &[CHUNKED_HEAD, b"5;x="].concat(), "more and more ")
    })
    .exits(TOO_LARGE)
    .body(b"hello"),
    Fault::acts("27b", "chunks of one byte with long extensions, without end", |conn| {
        let chunk = format!("1;x={}\r\nx\r\n", "e".repeat(4000));
        endlessly(conn, CHUNKED_HEAD, &chunk)
    })
    .exits(TOO_LARGE)
    .body(&[b'x'; 100]),
];

/// Says `beginning`, then `more` in large writes until the client has gone.
fn endlessly(conn: &mut Conn, beginning: &[u8], more: &str) -> io::Result<()> {
    const BLOCK_BYTES: usize = 16 << 10;
    let block = more.repeat(BLOCK_BYTES / more.len() + 1);
    conn.say(beginning)?;
    loop {
        conn.say(&block)?;
    }
}
