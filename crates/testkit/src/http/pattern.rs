//! Bytes that everybody can compute, so that gigabytes can be served and checked for nothing.

use std::io;
use std::sync::LazyLock;

use crate::Conn;

/// Byte `i` of the pattern is `i % 251`: a prime, so that no power of two hides a slip.
pub const PATTERN_PERIOD: u64 = 251;

/// Large enough for few system calls, small enough for the second-level cache.
static BLOCK: LazyLock<Vec<u8>> = LazyLock::new(|| pattern(0, PATTERN_PERIOD * 1024));

/// Returns bytes `offset..offset + length` of the pattern.
pub fn pattern(offset: u64, length: u64) -> Vec<u8> {
    (offset..offset + length).map(byte_at).collect()
}

/// Tells whether `bytes` are the pattern from its beginning.
pub fn is_pattern(bytes: &[u8]) -> bool {
    bytes.iter().zip(0..).all(|(&byte, at)| byte == byte_at(at))
}

fn byte_at(at: u64) -> u8 {
    // The remainder fits: the period is below 256.
    #[allow(clippy::cast_possible_truncation)]
    let byte = (at % PATTERN_PERIOD) as u8;
    byte
}

/// Sends `head` and a stretch of the pattern behind it, in large writes.
pub(super) fn send(conn: &mut Conn, head: &[u8], offset: u64, length: u64) -> io::Result<()> {
    let block = &BLOCK[..];
    let phase = usize::try_from(offset % PATTERN_PERIOD).unwrap_or(0);
    let whole = (block.len() - phase) as u64;
    let first = usize::try_from(length.min(whole)).unwrap_or(usize::MAX);
    conn.say_both(head, &block[phase..phase + first])?;
    // The block is a multiple of the period, so each further one starts in phase.
    let mut left = length - first as u64;
    while left > 0 {
        let part = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
        conn.say(&block[..part])?;
        left -= part as u64;
    }
    Ok(())
}
