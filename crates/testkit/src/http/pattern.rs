//! Bytes that everybody can compute, so that gigabytes can be served and checked for nothing.

use std::io::{self, Write};
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
    let first = block(offset, length);
    conn.say_both(head, first)?;
    let sent = first.len() as u64;
    write(conn, offset + sent, length - sent)
}

/// Writes a stretch of the pattern, in large writes.
pub(crate) fn write(into: &mut impl Write, mut offset: u64, mut length: u64) -> io::Result<()> {
    while length > 0 {
        let part = block(offset, length);
        into.write_all(part)?;
        offset += part.len() as u64;
        length -= part.len() as u64;
    }
    Ok(())
}

/// Returns as much of the pattern from `offset` on as stands in one piece.
fn block(offset: u64, length: u64) -> &'static [u8] {
    let block = &BLOCK[..];
    // The block is a multiple of the period, so only the first piece is out of phase.
    let phase = usize::try_from(offset % PATTERN_PERIOD).unwrap_or(0);
    let part = usize::try_from(length).unwrap_or(usize::MAX).min(block.len() - phase);
    &block[phase..phase + part]
}
