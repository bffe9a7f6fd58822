//! Frames by hand (RFC 9113 section 4), with fields as literals (RFC 7541 section 6.2.2).

use std::io;

use crate::Conn;

/// A frame that the client has sent.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its type, such as 1 for HEADERS.
    pub kind: u8,
    /// Its flags.
    pub flags: u8,
    /// Its stream; 0 is the connection.
    pub stream: u32,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// Returns a frame as bytes.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let len = u32::try_from(payload.len()).expect("a payload of a frame").to_be_bytes();
    let mut out = vec![len[1], len[2], len[3], kind, flags];
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
    out
}

/// Returns a SETTINGS frame that sets `pairs`.
pub fn settings(pairs: &[(u16, u32)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (name, value) in pairs {
        payload.extend_from_slice(&name.to_be_bytes());
        payload.extend_from_slice(&value.to_be_bytes());
    }
    frame(4, 0, 0, payload)
}

/// Returns a HEADERS frame with END_HEADERS and `flags`.
pub fn headers(flags: u8, stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    const END_HEADERS: u8 = 4;
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        text(name, &mut block);
        text(value, &mut block);
    }
    frame(1, flags | END_HEADERS, stream, block)
}

/// A string literal without Huffman (RFC 7541 section 5.2).
fn text(text: &str, out: &mut Vec<u8>) {
    const PREFIX: usize = 0x7f;
    let mut left = text.len();
    if left < PREFIX {
        out.push(u8::try_from(left).expect("seven bits"));
    } else {
        out.push(0x7f);
        left -= PREFIX;
        while left >= 0x80 {
            out.push(u8::try_from(left & 0x7f).expect("seven bits") | 0x80);
            left >>= 7;
        }
        out.push(u8::try_from(left).expect("seven bits"));
    }
    out.extend_from_slice(text.as_bytes());
}

/// Reads the client's preface (RFC 9113 section 3.4) and sends ours.
///
/// # Errors
/// When the client is gone, or begins otherwise.
pub fn greet(conn: &mut Conn, ours: &[(u16, u32)]) -> io::Result<()> {
    let preface = conn.read_exact_bytes(24)?;
    if preface != b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" {
        return Err(io::Error::other("no preface of HTTP/2"));
    }
    conn.say(settings(ours))
}

/// Reads the client's next frame.
///
/// # Errors
/// When the client is gone.
pub fn next_frame(conn: &mut Conn) -> io::Result<Frame> {
    let head = conn.read_exact_bytes(9)?;
    let len = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
    let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
    Ok(Frame { kind: head[3], flags: head[4], stream, payload: conn.read_exact_bytes(len)? })
}

/// Reads up to the client's next HEADERS and returns their stream.
///
/// # Errors
/// When the client is gone.
pub fn next_request(conn: &mut Conn) -> io::Result<u32> {
    loop {
        let frame = next_frame(conn)?;
        if frame.kind == 1 {
            return Ok(frame.stream);
        }
    }
}
