//! Going on in HTTP/2 behind a request in HTTP/1.1 (RFC 7540 section 3.2).

use std::io;

use super::frames::{frame, greet, headers, next_frame, settings};
use crate::Conn;

/// The leave to go on in HTTP/2.
pub const SWITCHING: &str =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

/// Answers `hello` to every request of a connection: the first that offers to go on in HTTP/2 has its
/// reply on stream 1, and those behind it must come on streams of their own.
///
/// # Errors
/// When the client is gone, or asks on stream 1 for what it has asked already.
pub fn upgrading(conn: &mut Conn) -> io::Result<()> {
    loop {
        let head = conn.read_head()?;
        if head.is_empty() {
            return Ok(());
        }
        if String::from_utf8_lossy(&head).contains("\r\nUpgrade: h2c\r\n") {
            break;
        }
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
    }
    conn.say([SWITCHING.as_bytes(), &settings(&[]), &hello(1)].concat())?;
    greet(conn, &[])?;
    let mut last = 1;
    while let Ok(got) = next_frame(conn) {
        if got.kind == 1 {
            if got.stream <= last {
                return Err(io::Error::other(format!("stream {} behind {last}", got.stream)));
            }
            last = got.stream;
            conn.say(hello(last))?;
        }
    }
    Ok(())
}

fn hello(stream: u32) -> Vec<u8> {
    let head = headers(0, stream, &[(":status", "200"), ("content-length", "5")]);
    [head, frame(0, 1, stream, "hello")].concat()
}
