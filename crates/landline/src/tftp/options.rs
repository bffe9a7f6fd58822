//! How TFTP is to be spoken, as plain values.

use std::time::Duration;

use landline_wire::tftp::{DEFAULT_BLOCK_BYTES, Mode};

/// How to speak TFTP.
///
/// ```
/// use landline::tftp::Options;
///
/// let mut options = Options::default();
/// options.block_bytes = 1428; // fits into an Ethernet frame
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Bytes of a block to ask for, 8 to 65,464: 512 (RFC 2348). The server may choose fewer.
    pub block_bytes: u16,
    /// Whether to ask for anything beyond RFC 1350, such as other blocks or the length of the file:
    /// yes. Some old servers answer no request that does.
    pub negotiate: bool,
    /// How the bytes travel where the URL does not say: as they are.
    pub mode: Mode,
    /// How long an answer is waited for before a packet is sent again: 1 s. Each time that nothing
    /// came it doubles, up to 5 s (RFC 1123 section 4.2.3.2 wants it to grow).
    pub resend_after: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            block_bytes: DEFAULT_BLOCK_BYTES as u16,
            negotiate: true,
            mode: Mode::Octet,
            resend_after: Duration::from_secs(1),
        }
    }
}
