//! Options: names and values behind a request, or alone in an OACK (RFC 2347).

use super::{MAX_BLOCK_BYTES, PacketError, push_string, split_name, split_string};

/// One option with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferOption<'a> {
    /// `blksize`: bytes of a block, 8 to 65,464 (RFC 2348).
    BlockSize(u16),
    /// `tsize`: bytes of the file; 0 in a request to read asks for it (RFC 2349).
    TransferSize(u64),
    /// `timeout`: seconds before a packet is sent again, 1 to 255 (RFC 2349).
    Timeout(u8),
    /// `windowsize`: blocks sent before one is acknowledged, 1 to 65,535 (RFC 7440).
    WindowSize(u16),
    /// An option that is not known here, kept as it came.
    Other {
        /// Its name.
        name: &'a [u8],
        /// Its value.
        value: &'a [u8],
    },
}

const BLOCK_SIZE: &str = "blksize";
const TRANSFER_SIZE: &str = "tsize";
const TIMEOUT: &str = "timeout";
const WINDOW_SIZE: &str = "windowsize";

impl<'a> TransferOption<'a> {
    /// Gives the name on the wire.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        match self {
            Self::BlockSize(_) => BLOCK_SIZE.as_bytes(),
            Self::TransferSize(_) => TRANSFER_SIZE.as_bytes(),
            Self::Timeout(_) => TIMEOUT.as_bytes(),
            Self::WindowSize(_) => WINDOW_SIZE.as_bytes(),
            Self::Other { name, .. } => name,
        }
    }

    fn parse(name: &'a [u8], value: &'a [u8]) -> Result<Self, PacketError> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is(BLOCK_SIZE) {
            let size = number(BLOCK_SIZE, value, 8, MAX_BLOCK_BYTES as u64)?;
            Ok(Self::BlockSize(size as u16))
        } else if is(TRANSFER_SIZE) {
            number(TRANSFER_SIZE, value, 0, u64::MAX).map(Self::TransferSize)
        } else if is(TIMEOUT) {
            number(TIMEOUT, value, 1, 255).map(|seconds| Self::Timeout(seconds as u8))
        } else if is(WINDOW_SIZE) {
            number(WINDOW_SIZE, value, 1, 65_535).map(|blocks| Self::WindowSize(blocks as u16))
        } else {
            Ok(Self::Other { name, value })
        }
    }

    fn render(&self, out: &mut Vec<u8>) -> Result<(), PacketError> {
        if self.name().is_empty() {
            return Err(PacketError::Empty("option"));
        }
        push_string(out, "option", self.name())?;
        let start = out.len();
        match self {
            Self::BlockSize(size) => push_string(out, "value", size.to_string().as_bytes()),
            Self::TransferSize(size) => push_string(out, "value", size.to_string().as_bytes()),
            Self::Timeout(seconds) => push_string(out, "value", seconds.to_string().as_bytes()),
            Self::WindowSize(blocks) => push_string(out, "value", blocks.to_string().as_bytes()),
            Self::Other { value, .. } => push_string(out, "value", value),
        }?;
        // What stands there now has to be fit to be read back.
        TransferOption::parse(self.name(), &out[start..out.len() - 1]).map(drop)
    }
}

/// Reads a decimal number of one spelling only: digits, no leading zero.
fn number(name: &'static str, value: &[u8], min: u64, max: u64) -> Result<u64, PacketError> {
    let is_plain =
        value == b"0" || (value.first() != Some(&b'0') && value.iter().all(u8::is_ascii_digit));
    let parsed = std::str::from_utf8(value).ok().filter(|_| is_plain);
    parsed
        .and_then(|text| text.parse().ok())
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| PacketError::value(name, value))
}

/// Reads options to the end of the packet.
pub(super) fn parse(mut rest: &[u8]) -> Result<Vec<TransferOption<'_>>, PacketError> {
    let mut list = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = split_name(rest, "option")?;
        let (value, behind) = split_string(behind, "value of an option")?;
        push_once(&mut list, TransferOption::parse(name, value)?)?;
        rest = behind;
    }
    Ok(list)
}

/// An option may be given once (RFC 2347). Packets of options are short, so that looking through
/// the list is cheap.
fn push_once<'a>(
    list: &mut Vec<TransferOption<'a>>,
    option: TransferOption<'a>,
) -> Result<(), PacketError> {
    if list.iter().any(|one| one.name().eq_ignore_ascii_case(option.name())) {
        return Err(PacketError::twice(option.name()));
    }
    list.push(option);
    Ok(())
}

pub(super) fn render(list: &[TransferOption<'_>], out: &mut Vec<u8>) -> Result<(), PacketError> {
    let mut seen = Vec::with_capacity(list.len());
    for option in list {
        push_once(&mut seen, *option)?;
        option.render(out)?;
    }
    Ok(())
}
