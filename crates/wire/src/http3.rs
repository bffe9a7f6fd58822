//! HTTP/3: integers, frames, settings and heads, as they stand in the bytes of QUIC streams.
//!
//! Out of scope: QUIC itself; server push; requests as a server reads them.
//!
//! Specifications: RFC 9114 (HTTP/3), RFC 9000 section 16 (integers of variable length), RFC 9204 (QPACK,
//! see [`qpack`]).
//!
//! ```
//! use landline_wire::head::HeadLimits;
//! use landline_wire::http3::{FrameHead, frame, response};
//!
//! let wire = b"\x01\x03\x00\x00\xd9\x00\x05hello";
//! let (head, used) = FrameHead::read(wire).expect("complete");
//! assert_eq!((head.kind, head.len, used), (frame::HEADERS, 3, 2));
//! let reply = response(&wire[2..5], &HeadLimits::default())?;
//! assert_eq!(reply.status, 200);
//! # Ok::<(), landline_wire::http3::HeadFault>(())
//! ```
//!
//! Errors: a [`HeadFault`] is the peer's fault.

use std::fmt;

use crate::head::{HeadLimits, ResponseHead, Version};
use crate::headers::Headers;
use crate::qpack::{self, FieldLine, QpackError};

/// Kinds of frames (RFC 9114 section 7.2).
pub mod frame {
    /// Bytes of a body.
    pub const DATA: u64 = 0x00;
    /// A head, or trailers.
    pub const HEADERS: u64 = 0x01;
    /// A push is not wanted.
    pub const CANCEL_PUSH: u64 = 0x03;
    /// Options of one side.
    pub const SETTINGS: u64 = 0x04;
    /// The request of a reply that nobody asked for.
    pub const PUSH_PROMISE: u64 = 0x05;
    /// No more requests are taken.
    pub const GOAWAY: u64 = 0x07;
    /// How many pushes are allowed.
    pub const MAX_PUSH_ID: u64 = 0x0d;

    /// Whether a kind had a meaning in HTTP/2 and may not come (RFC 9114 section 7.2.8).
    #[must_use]
    pub fn is_of_http2(kind: u64) -> bool {
        matches!(kind, 0x02 | 0x06 | 0x08 | 0x09)
    }
}

/// Kinds of streams in one direction (RFC 9114 section 6.2, RFC 9204 section 4.2).
pub mod stream {
    /// Carries SETTINGS and GOAWAY.
    pub const CONTROL: u64 = 0x00;
    /// A reply that nobody asked for.
    pub const PUSH: u64 = 0x01;
    /// Instructions to a dynamic table.
    pub const QPACK_ENCODER: u64 = 0x02;
    /// Answers to them.
    pub const QPACK_DECODER: u64 = 0x03;
}

/// Codes that streams and connections end with (RFC 9114 section 8.1, RFC 9204 section 6).
pub mod code {
    macro_rules! codes {
        ($($name:ident = $value:literal, $words:literal;)*) => {
            $(#[doc = $words] pub const $name: u64 = $value;)*

            /// What a code is called in the specification.
            #[must_use]
            pub fn name(code: u64) -> Option<&'static str> {
                match code {
                    $($name => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        };
    }
    codes! {
        H3_NO_ERROR = 0x100, "Nothing is wrong.";
        H3_GENERAL_PROTOCOL_ERROR = 0x101, "A mistake without a code of its own.";
        H3_INTERNAL_ERROR = 0x102, "It failed by itself.";
        H3_STREAM_CREATION_ERROR = 0x103, "A stream that is not accepted.";
        H3_CLOSED_CRITICAL_STREAM = 0x104, "A stream that has to stand was closed.";
        H3_FRAME_UNEXPECTED = 0x105, "A frame that may not come there.";
        H3_FRAME_ERROR = 0x106, "A frame that is malformed.";
        H3_EXCESSIVE_LOAD = 0x107, "The peer is too much trouble.";
        H3_ID_ERROR = 0x108, "A number that may not be.";
        H3_SETTINGS_ERROR = 0x109, "Settings that may not be.";
        H3_MISSING_SETTINGS = 0x10a, "No settings in front.";
        H3_REQUEST_REJECTED = 0x10b, "Nothing was done with the request.";
        H3_REQUEST_CANCELLED = 0x10c, "The request or its reply is no longer wanted.";
        H3_REQUEST_INCOMPLETE = 0x10d, "The request ended early.";
        H3_MESSAGE_ERROR = 0x10e, "A message that is malformed.";
        H3_CONNECT_ERROR = 0x10f, "A tunnel broke.";
        H3_VERSION_FALLBACK = 0x110, "It is to be asked over HTTP/1.1.";
        QPACK_DECOMPRESSION_FAILED = 0x200, "Field lines that cannot be read.";
        QPACK_ENCODER_STREAM_ERROR = 0x201, "Instructions that cannot be read.";
        QPACK_DECODER_STREAM_ERROR = 0x202, "Answers that cannot be read.";
    }
}

/// Reads an integer of variable length, and how many bytes it has; `None` while it is not complete.
#[must_use]
pub fn read_integer(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = 1 << (first >> 6);
    let rest = bytes.get(1..len)?;
    let value =
        rest.iter().fold(u64::from(first & 0x3f), |value, byte| value << 8 | u64::from(*byte));
    Some((value, len))
}

/// Writes an integer in its shortest form; of more than 62 bits only those go.
pub fn write_integer(value: u64, into: &mut Vec<u8>) {
    let bytes = value.to_be_bytes();
    let (len, mark) = match value {
        0..0x40 => (1, 0x00),
        0x40..0x4000 => (2, 0x40),
        0x4000..0x4000_0000 => (4, 0x80),
        _ => (8, 0xc0),
    };
    let start = into.len();
    into.extend_from_slice(&bytes[8 - len..]);
    into[start] = into[start] & 0x3f | mark;
}

/// What stands in front of a frame's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHead {
    /// One of [`frame`], or anything.
    pub kind: u64,
    /// Bytes of the payload.
    pub len: u64,
}

impl FrameHead {
    /// Reads it, and how many bytes it has; `None` while it is not complete.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let (kind, first) = read_integer(bytes)?;
        let (len, second) = read_integer(&bytes[first..])?;
        Some((Self { kind, len }, first + second))
    }

    /// Writes it.
    pub fn write(self, into: &mut Vec<u8>) {
        write_integer(self.kind, into);
        write_integer(self.len, into);
    }
}

/// Writes a whole frame.
#[must_use]
pub fn framed(kind: u64, payload: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(payload.len() + 16);
    FrameHead { kind, len: payload.len() as u64 }.write(&mut whole);
    whole.extend_from_slice(payload);
    whole
}

/// The number of the setting that bounds the field lines of a head (RFC 9114 section 7.2.4.1).
pub const MAX_FIELD_SECTION_SIZE: u64 = 0x06;

/// Reads the payload of SETTINGS: numbers and values. `None` where it is malformed, names a setting twice, or
/// one of HTTP/2 (RFC 9114 sections 7.2.4 and 7.2.4.1).
#[must_use]
pub fn settings(mut payload: &[u8]) -> Option<Vec<(u64, u64)>> {
    let mut all: Vec<(u64, u64)> = Vec::new();
    while !payload.is_empty() {
        let (number, used) = read_integer(payload)?;
        let (value, more) = read_integer(&payload[used..])?;
        if matches!(number, 0x02..=0x05) || all.iter().any(|(known, _)| *known == number) {
            return None;
        }
        all.push((number, value));
        payload = &payload[used + more..];
    }
    Some(all)
}

/// Why a head, or trailers, cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadFault {
    /// The block does not decompress.
    Block,
    /// It is larger, or has more fields, than allowed.
    TooLarge,
    /// It breaks a rule of messages (RFC 9114 section 4.1.2), which is named.
    Malformed(&'static str),
}

impl fmt::Display for HeadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "the field lines cannot be decompressed",
            Self::TooLarge => "the head is larger than allowed",
            Self::Malformed(why) => why,
        })
    }
}

impl std::error::Error for HeadFault {}

impl From<QpackError> for HeadFault {
    fn from(error: QpackError) -> Self {
        match error {
            QpackError::Malformed => Self::Block,
            QpackError::TooLarge => Self::TooLarge,
        }
    }
}

/// Writes the block of a request's head; `fields` are those that have a meaning in HTTP/3.
#[must_use]
pub fn request(
    method: &str,
    scheme: &str,
    authority: &[u8],
    path: &str,
    fields: &Headers,
) -> Vec<u8> {
    let pseudo = [
        (":method", method.as_bytes()),
        (":scheme", scheme.as_bytes()),
        (":authority", authority),
        (":path", path.as_bytes()),
    ];
    qpack::encode(pseudo.into_iter().chain(fields))
}

/// Reads the block of a reply's head, interim or final (RFC 9114 section 4.3.2).
///
/// # Errors
/// [`HeadFault`].
pub fn response(block: &[u8], limits: &HeadLimits) -> Result<ResponseHead, HeadFault> {
    let lines = qpack::decode(block, section_max(limits))?;
    let (status, rest) = match lines.split_first() {
        Some(((name, value), rest)) if name == b":status" => (value, rest),
        _ => return Err(HeadFault::Malformed("the head does not begin with a status")),
    };
    let digits: Option<u16> = str::from_utf8(status).ok().and_then(|text| text.parse().ok());
    match digits.filter(|status| (100..1000).contains(status)) {
        Some(code) => Ok(ResponseHead::framed(Version::Http3, code, fields(rest, limits)?)),
        None => Err(HeadFault::Malformed("the status is no number of three digits")),
    }
}

/// Reads the block of trailers (RFC 9114 section 4.1).
///
/// # Errors
/// [`HeadFault`].
pub fn trailers(block: &[u8], limits: &HeadLimits) -> Result<Headers, HeadFault> {
    fields(&qpack::decode(block, section_max(limits))?, limits)
}

/// As many bytes as lines of the same size may have in HTTP/1.
fn section_max(limits: &HeadLimits) -> usize {
    limits.total_bytes.saturating_add(limits.count.saturating_mul(qpack::LINE_BYTES))
}

fn fields(lines: &[FieldLine], limits: &HeadLimits) -> Result<Headers, HeadFault> {
    const OF_ONE_CONNECTION: [&str; 5] =
        ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];
    let malformed = |why| Err(HeadFault::Malformed(why));
    if lines.len() > limits.count {
        return Err(HeadFault::TooLarge);
    }
    let mut headers = Headers::new();
    for (name, value) in lines {
        let Ok(name) = str::from_utf8(name) else { return malformed("a field name is not ASCII") };
        if name.starts_with(':') {
            return malformed("a pseudo-header field stands where none may");
        }
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return malformed("a field name is in upper case");
        }
        if OF_ONE_CONNECTION.contains(&name) {
            return malformed("a field speaks of a connection as HTTP/1 has it");
        }
        if name.len() + value.len() > limits.line_bytes {
            return Err(HeadFault::TooLarge);
        }
        if headers.push(name, value).is_err() {
            return malformed("a field holds a byte that none may");
        }
    }
    match headers.as_bytes().len() > limits.total_bytes {
        true => Err(HeadFault::TooLarge),
        false => Ok(headers),
    }
}

#[cfg(test)]
mod tests;
