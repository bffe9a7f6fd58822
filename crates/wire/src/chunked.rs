//! The chunked transfer coding: a body in pieces, each behind its size.
//!
//! Out of scope: buffers. The body's own bytes never pass through here: the decoder eats the framing and
//! tells how many body bytes follow, the caller takes those from wherever they come.
//!
//! Specification: RFC 9112 section 7.1.
//!
//! ```text
//!   Size ──digits──▶ Extension ──CRLF──▶ Data ──n bytes──▶ DataEnd ──CRLF──▶ Size
//!                                 └─ size 0 ─▶ Trailer ──blank line──▶ Done
//! ```
//!
//! ```
//! use landline_wire::chunked::{ChunkLimits, Decoder, Step};
//!
//! let mut input = &b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"[..];
//! let mut body = Vec::new();
//! let mut decoder = Decoder::new(ChunkLimits::default());
//! loop {
//!     let (framing, step) = decoder.step(input)?;
//!     input = &input[framing..];
//!     match step {
//!         Step::Data(remaining) => {
//!             let n = input.len().min(remaining as usize);
//!             body.extend_from_slice(&input[..n]);
//!             decoder.advance(n as u64);
//!             input = &input[n..];
//!         }
//!         Step::More => panic!("cut short: read more bytes, or fail if there are none"),
//!         Step::Done => break,
//!     }
//! }
//! assert_eq!(body, b"hello");
//! assert_eq!(decoder.take_trailers().get("X-Sum"), Some("1"));
//! # Ok::<(), landline_wire::chunked::ChunkError>(())
//! ```
//!
//! | limit ([`ChunkLimits`]) | default | unit |
//! |---|---|---|
//! | digits of a size | 16, fixed | hexadecimal digits, leading zeros included |
//! | `extension_bytes` | 4,096 | bytes behind one size, line end not counted |
//! | `total_extension_bytes` | 65,536 | the same over the whole body |
//! | `trailer` | as [`HeadLimits`] | the whole trailer section |
//!
//! Errors: every [`ChunkError`] is the peer's fault and final; what was read so far is not the whole body.
//!
//! Deviations: size lines and data must end with CRLF, as the RFC says; LF alone is an error, because
//! servers and proxies that disagree about it are the stuff of smuggling (CVE-2025-22871). Trailer
//! lines follow the rules of head lines and may end with LF. Blanks behind the size are taken as part of
//! the extension (RFC 9112 section 7.1.1, BWS).

use std::fmt::{self, Write};

use crate::head::{HeadError, HeadLimits, HeadScanner, parse_fields};
use crate::headers::Headers;

/// 16 hexadecimal digits are 64 bits.
const MAX_SIZE_DIGITS: u8 = 16;

/// How much framing a peer may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkLimits {
    /// Bytes of extension behind one size; default 4,096.
    pub extension_bytes: usize,
    /// Bytes of extension behind all sizes together; default 65,536.
    pub total_extension_bytes: usize,
    /// Limits on the trailer section; see also [`HeadScanner::limits_left`].
    pub trailer: HeadLimits,
}

impl Default for ChunkLimits {
    fn default() -> Self {
        Self {
            extension_bytes: 4096,
            total_extension_bytes: 65_536,
            trailer: HeadLimits::default(),
        }
    }
}

/// What follows the framing that was eaten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All of the input was framing and more must come: drop it and call again with new bytes.
    More,
    /// So many bytes (at least 1) of the current chunk are still to come.
    Data(u64),
    /// The body has ended; what follows belongs to the next reply.
    Done,
}

/// Eats the framing of a chunked body, in whatever pieces it comes.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    limits: ChunkLimits,
    extension_bytes: usize,
    total_extension_bytes: usize,
    trailer: Trailer,
}

/// Named for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size { digits: u8, value: u64 },
    Extension { size: u64 },
    SizeLf { size: u64 },
    Data { remaining: u64 },
    DataCr,
    DataLf,
    Trailer,
    Done,
}

impl State {
    const SIZE: Self = Self::Size { digits: 0, value: 0 };
}

struct Trailer {
    bytes: Vec<u8>,
    scanner: HeadScanner,
    fields: Headers,
}

/// Leaves out the raw bytes: fields may be secrets.
impl fmt::Debug for Trailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trailer").field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl Decoder {
    /// Makes a decoder that stands at the start of a body.
    #[must_use]
    pub fn new(limits: ChunkLimits) -> Self {
        Self {
            state: State::SIZE,
            limits,
            extension_bytes: 0,
            total_extension_bytes: 0,
            trailer: Trailer {
                bytes: Vec::new(),
                scanner: HeadScanner::for_fields(limits.trailer),
                fields: Headers::new(),
            },
        }
    }

    /// Eats framing at the start of `input`; gives how many bytes of it were framing and what follows
    /// them.
    ///
    /// Incomplete framing is kept inside, so the caller drops the eaten bytes in any case. On
    /// [`Step::Data`] the caller takes body bytes and says so through [`advance`](Self::advance).
    ///
    /// # Errors
    /// [`ChunkError`]; the decoder is of no use afterwards.
    pub fn step(&mut self, input: &[u8]) -> Result<(usize, Step), ChunkError> {
        let mut eaten = 0;
        loop {
            match self.state {
                State::Data { remaining } => return Ok((eaten, Step::Data(remaining))),
                State::Done => return Ok((eaten, Step::Done)),
                State::Trailer => eaten += self.read_trailer(&input[eaten..])?,
                _ => {}
            }
            if self.state == State::Done {
                continue;
            }
            let Some(&byte) = input.get(eaten) else {
                return Ok((eaten, Step::More));
            };
            self.state = self.read_framing(byte)?;
            eaten += 1;
        }
    }

    /// Notes that `n` body bytes of the current chunk were taken; more than remain count as all that
    /// remain.
    pub fn advance(&mut self, n: u64) {
        if let State::Data { remaining } = self.state {
            self.state = match remaining.saturating_sub(n) {
                0 => State::DataCr,
                remaining => State::Data { remaining },
            };
        }
    }

    /// The trailer fields; empty before [`Step::Done`].
    #[must_use]
    pub fn trailers(&self) -> &Headers {
        &self.trailer.fields
    }

    /// Takes out the trailer fields; empty before [`Step::Done`].
    pub fn take_trailers(&mut self) -> Headers {
        std::mem::take(&mut self.trailer.fields)
    }

    /// Reads one byte of a size line or of the line end behind data.
    fn read_framing(&mut self, byte: u8) -> Result<State, ChunkError> {
        match (self.state, byte) {
            (State::Size { digits, value }, _) => self.read_size(digits, value, byte),
            (State::Extension { size }, b'\r') => Ok(State::SizeLf { size }),
            (State::Extension { .. }, b'\n') => Err(ChunkError::LineEnd),
            (State::Extension { size }, _) => self.count_extension(size),
            (State::SizeLf { size: 0 }, b'\n') => Ok(State::Trailer),
            (State::SizeLf { size }, b'\n') => Ok(State::Data { remaining: size }),
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => Ok(State::SIZE),
            _ => Err(ChunkError::LineEnd),
        }
    }

    fn read_size(&mut self, digits: u8, value: u64, byte: u8) -> Result<State, ChunkError> {
        if let Some(digit) = char::from(byte).to_digit(16) {
            if digits == MAX_SIZE_DIGITS {
                return Err(ChunkError::Size);
            }
            return Ok(State::Size { digits: digits + 1, value: value << 4 | u64::from(digit) });
        }
        self.extension_bytes = 0;
        match byte {
            _ if digits == 0 => Err(ChunkError::Size),
            b'\r' => Ok(State::SizeLf { size: value }),
            b'\n' => Err(ChunkError::LineEnd),
            b';' | b' ' | b'\t' => self.count_extension(value),
            _ => Err(ChunkError::Size),
        }
    }

    fn count_extension(&mut self, size: u64) -> Result<State, ChunkError> {
        self.extension_bytes += 1;
        self.total_extension_bytes += 1;
        if self.extension_bytes > self.limits.extension_bytes {
            return Err(ChunkError::Extension { limit: self.limits.extension_bytes });
        }
        if self.total_extension_bytes > self.limits.total_extension_bytes {
            return Err(ChunkError::Extension { limit: self.limits.total_extension_bytes });
        }
        Ok(State::Extension { size })
    }

    /// Gathers the trailer section; gives how many bytes of `input` belong to it.
    fn read_trailer(&mut self, input: &[u8]) -> Result<usize, ChunkError> {
        let Trailer { bytes, scanner, fields } = &mut self.trailer;
        let before = bytes.len();
        bytes.extend_from_slice(input);
        let Some(end) = scanner.find(bytes)? else {
            return Ok(input.len());
        };
        *fields = parse_fields(&bytes[..end], 1)?.0;
        *bytes = Vec::new();
        self.state = State::Done;
        Ok(end - before)
    }
}

/// Writes the size line of a chunk of `n` bytes behind `out`: `1a` CRLF for 26.
///
/// The chunk's data and another CRLF follow; a size of 0 ends the body (after the trailer section and
/// its blank line).
pub fn encode_size(n: usize, out: &mut Vec<u8>) {
    let mut line = String::with_capacity(18);
    // Writing to a String cannot fail.
    let _ = write!(line, "{n:x}\r\n");
    out.extend_from_slice(line.as_bytes());
}

/// What is wrong with a chunked body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChunkError {
    /// A chunk size is not 1 to 16 hexadecimal digits.
    Size,
    /// A size line or a chunk's data does not end with CRLF.
    LineEnd,
    /// Chunk extensions are longer than allowed.
    Extension {
        /// The limit that was passed, in bytes.
        limit: usize,
    },
    /// The trailer section is malformed or too large.
    Trailer(HeadError),
}

impl ChunkError {
    /// Tells whether a limit was passed, in contrast to malformed framing.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::Extension { .. } | Self::Trailer(HeadError::TooLarge { .. }))
    }
}

impl From<HeadError> for ChunkError {
    fn from(error: HeadError) -> Self {
        Self::Trailer(error)
    }
}

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => f.write_str("chunk size is not 1 to 16 hexadecimal digits"),
            Self::LineEnd => f.write_str("chunk not followed by CR LF where it must be"),
            Self::Extension { limit } => {
                write!(f, "bytes of chunk extensions beyond the limit of {limit}")
            }
            Self::Trailer(_) => f.write_str("unusable trailer section"),
        }
    }
}

impl std::error::Error for ChunkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Trailer(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
