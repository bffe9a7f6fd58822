//! The way from the settings of a group to what the library is to do over TFTP.

use landline::tftp::{Mode, Options};

use crate::exit::{Code, Failure};
use crate::high::Settings;

/// The sizes of blocks that can be asked for (RFC 2348).
const BLOCK_BYTES: std::ops::RangeInclusive<u64> = 8..=65_464;

pub(super) fn options(settings: &Settings) -> Result<Options, Failure> {
    let mut options = Options::default();
    options.negotiate = !settings.tftp.no_options;
    if let Some(bytes) = settings.tftp.block_bytes {
        options.block_bytes = block_bytes(bytes)?;
    }
    if settings.ftp.options.ascii {
        options.mode = Mode::Netascii;
    }
    Ok(options)
}

fn block_bytes(bytes: u64) -> Result<u16, Failure> {
    let fitting = BLOCK_BYTES.contains(&bytes).then(|| u16::try_from(bytes).ok()).flatten();
    fitting.ok_or_else(|| {
        let text = format!("--tftp-blksize {bytes}: blocks have 8 to 65464 bytes");
        Failure::new(Code::TFTP_ILLEGAL, text)
    })
}
