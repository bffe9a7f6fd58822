//! TFTP packets: one datagram in, one value out, and back.
//!
//! Out of scope: which packet may follow which, timers, and what blocks make a file; the dialogue
//! stands in the crate `landline`.
//!
//! Specifications: RFC 1350 (packets, modes, error codes), RFC 2347 (options), RFC 2348 (`blksize`),
//! RFC 2349 (`timeout`, `tsize`), RFC 7440 (`windowsize`).
//!
//! ```
//! use landline_wire::tftp::{Mode, Packet, Request, TransferOption};
//!
//! let request = Packet::ReadRequest(Request {
//!     file: b"boot.img",
//!     mode: Mode::Octet,
//!     options: vec![TransferOption::BlockSize(1400)],
//! });
//! let mut datagram = Vec::new();
//! request.render(&mut datagram)?;
//! assert_eq!(datagram, b"\0\x01boot.img\0octet\0blksize\01400\0");
//! assert_eq!(Packet::parse(&datagram)?, request);
//!
//! assert_eq!(Packet::parse(b"\0\x03\0\x01hello")?, Packet::Data { block: 1, payload: b"hello" });
//! # Ok::<(), landline_wire::tftp::PacketError>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_REQUEST_BYTES`] | 512 | bytes of a request, and of the option list that answers it |
//! | [`MAX_BLOCK_BYTES`] | 65,464 | bytes of a block |
//!
//! Errors: a [`PacketError`] is the sender's fault when a packet is parsed, the caller's when it is
//! rendered. Strings end in NUL and may not be empty, numbers are written without leading zeros, a
//! packet holds nothing behind its end, no option stands twice. Modes and the names of options may
//! come in any case and are rendered in small letters.
//!
//! Deviation: the mode `mail` is not known; RFC 1350 calls it obsolete.

use memchr::memchr;

mod error;
pub mod netascii;
mod options;
#[cfg(test)]
mod tests;
mod url;

pub use error::{ErrorCode, PacketError};
pub use options::TransferOption;
pub use url::UrlFile;

/// Bytes that a request may have (RFC 2347, "Packet Formats").
pub const MAX_REQUEST_BYTES: usize = 512;

/// Bytes that a block may have (RFC 2348).
pub const MAX_BLOCK_BYTES: usize = 65_464;

/// Bytes of a block unless another size was agreed on (RFC 1350 section 5).
pub const DEFAULT_BLOCK_BYTES: usize = 512;

const READ_REQUEST: u16 = 1;
const WRITE_REQUEST: u16 = 2;
const DATA: u16 = 3;
const ACK: u16 = 4;
const ERROR: u16 = 5;
const OPTION_ACK: u16 = 6;

/// One datagram (RFC 1350 section 5, RFC 2347).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// RRQ: asks for a file.
    ReadRequest(Request<'a>),
    /// WRQ: wants to send a file.
    WriteRequest(Request<'a>),
    /// DATA: a block; one shorter than agreed on is the last.
    Data {
        /// Counted from 1, modulo 65,536.
        block: u16,
        /// The bytes.
        payload: &'a [u8],
    },
    /// ACK: a block came.
    Ack {
        /// Its number; 0 accepts a request to write.
        block: u16,
    },
    /// ERROR: the transfer is over.
    Error {
        /// Why.
        code: ErrorCode,
        /// The same for humans.
        message: &'a [u8],
    },
    /// OACK: the options that the server agrees to.
    OptionAck(Vec<TransferOption<'a>>),
}

/// What RRQ and WRQ ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The name of the file, in whatever spelling the server has for it.
    pub file: &'a [u8],
    /// How its bytes travel.
    pub mode: Mode,
    /// What is asked for beyond that.
    pub options: Vec<TransferOption<'a>>,
}

/// How the bytes of a file travel (RFC 1350 section 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Text; see [`netascii`].
    Netascii,
    /// Bytes as they are.
    #[default]
    Octet,
}

impl Mode {
    /// Gives the name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Netascii => "netascii",
            Mode::Octet => "octet",
        }
    }

    fn parse(name: &[u8]) -> Result<Self, PacketError> {
        [Mode::Netascii, Mode::Octet]
            .into_iter()
            .find(|mode| name.eq_ignore_ascii_case(mode.name().as_bytes()))
            .ok_or_else(|| PacketError::mode(name))
    }
}

impl<'a> Packet<'a> {
    /// Reads a datagram.
    ///
    /// # Errors
    /// [`PacketError`] for anything that is not exactly one packet.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, PacketError> {
        let (opcode, rest) = split_number(datagram, "opcode")?;
        match opcode {
            READ_REQUEST => parse_request(datagram).map(Packet::ReadRequest),
            WRITE_REQUEST => parse_request(datagram).map(Packet::WriteRequest),
            DATA => parse_data(rest),
            ACK => parse_ack(rest),
            ERROR => parse_error(rest),
            OPTION_ACK => {
                check_len("option list", datagram.len(), MAX_REQUEST_BYTES)?;
                options::parse(rest).map(Packet::OptionAck)
            }
            other => Err(PacketError::Opcode(other)),
        }
    }

    /// Writes the packet behind `out`.
    ///
    /// # Errors
    /// [`PacketError`] for what could not be parsed back: NUL in a string, an empty file name, a
    /// number out of its range, too many bytes. `out` may then hold a part of the packet.
    pub fn render(&self, out: &mut Vec<u8>) -> Result<(), PacketError> {
        match self {
            Packet::ReadRequest(request) => render_request(READ_REQUEST, request, out),
            Packet::WriteRequest(request) => render_request(WRITE_REQUEST, request, out),
            Packet::Data { block, payload } => {
                check_len("block", payload.len(), MAX_BLOCK_BYTES)?;
                push_numbers(out, &[DATA, *block]);
                out.extend_from_slice(payload);
                Ok(())
            }
            Packet::Ack { block } => {
                push_numbers(out, &[ACK, *block]);
                Ok(())
            }
            Packet::Error { code, message } => {
                push_numbers(out, &[ERROR, code.number()]);
                push_string(out, "message", message)
            }
            Packet::OptionAck(list) => render_option_ack(list, out),
        }
    }
}

fn parse_request(datagram: &[u8]) -> Result<Request<'_>, PacketError> {
    check_len("request", datagram.len(), MAX_REQUEST_BYTES)?;
    let (file, rest) = split_name(&datagram[2..], "file name")?;
    let (mode, rest) = split_string(rest, "mode")?;
    Ok(Request { file, mode: Mode::parse(mode)?, options: options::parse(rest)? })
}

fn parse_data(rest: &[u8]) -> Result<Packet<'_>, PacketError> {
    let (block, payload) = split_number(rest, "block number")?;
    check_len("block", payload.len(), MAX_BLOCK_BYTES)?;
    Ok(Packet::Data { block, payload })
}

fn parse_ack(rest: &[u8]) -> Result<Packet<'_>, PacketError> {
    let (block, rest) = split_number(rest, "block number")?;
    check_end(rest).map(|()| Packet::Ack { block })
}

fn parse_error(rest: &[u8]) -> Result<Packet<'_>, PacketError> {
    let (code, rest) = split_number(rest, "error code")?;
    let (message, rest) = split_string(rest, "message")?;
    check_end(rest)?;
    Ok(Packet::Error { code: ErrorCode::from(code), message })
}

fn render_request(
    opcode: u16,
    request: &Request<'_>,
    out: &mut Vec<u8>,
) -> Result<(), PacketError> {
    let start = out.len();
    push_numbers(out, &[opcode]);
    if request.file.is_empty() {
        return Err(PacketError::Empty("file name"));
    }
    push_string(out, "file name", request.file)?;
    push_string(out, "mode", request.mode.name().as_bytes())?;
    options::render(&request.options, out)?;
    check_len("request", out.len() - start, MAX_REQUEST_BYTES)
}

fn render_option_ack(list: &[TransferOption<'_>], out: &mut Vec<u8>) -> Result<(), PacketError> {
    let start = out.len();
    push_numbers(out, &[OPTION_ACK]);
    options::render(list, out)?;
    check_len("option list", out.len() - start, MAX_REQUEST_BYTES)
}

fn push_numbers(out: &mut Vec<u8>, numbers: &[u16]) {
    numbers.iter().for_each(|number| out.extend_from_slice(&number.to_be_bytes()));
}

/// The one place that writes strings: nothing but their end is NUL.
fn push_string(out: &mut Vec<u8>, what: &'static str, text: &[u8]) -> Result<(), PacketError> {
    if memchr(0, text).is_some() {
        return Err(PacketError::Nul(what));
    }
    out.extend_from_slice(text);
    out.push(0);
    Ok(())
}

fn split_number<'a>(from: &'a [u8], what: &'static str) -> Result<(u16, &'a [u8]), PacketError> {
    let (number, rest) = from.split_first_chunk().ok_or(PacketError::Short(what))?;
    Ok((u16::from_be_bytes(*number), rest))
}

fn split_string<'a>(
    from: &'a [u8],
    what: &'static str,
) -> Result<(&'a [u8], &'a [u8]), PacketError> {
    let end = memchr(0, from).ok_or(PacketError::Unterminated(what))?;
    Ok((&from[..end], &from[end + 1..]))
}

fn split_name<'a>(from: &'a [u8], what: &'static str) -> Result<(&'a [u8], &'a [u8]), PacketError> {
    match split_string(from, what)? {
        ([], _) => Err(PacketError::Empty(what)),
        named => Ok(named),
    }
}

fn check_end(rest: &[u8]) -> Result<(), PacketError> {
    if rest.is_empty() { Ok(()) } else { Err(PacketError::Trailing(rest.len())) }
}

fn check_len(what: &'static str, len: usize, limit: usize) -> Result<(), PacketError> {
    if len > limit { Err(PacketError::TooLong { what, limit }) } else { Ok(()) }
}
