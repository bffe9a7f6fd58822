//! Text that was compressed once and is sent as often as it is wanted.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::exchange::PIECE_BYTES;

/// The text made last, by its length.
static LAST: Mutex<Option<(u64, Arc<[u8]>)>> = Mutex::new(None);

/// Sends a gzip of so many bytes.
pub(crate) fn reply(stream: &mut impl Write, bytes: u64) -> io::Result<()> {
    let zipped = zipped(bytes)?;
    let len = zipped.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\
         Content-Length: {len}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    zipped.chunks(PIECE_BYTES).try_for_each(|piece| stream.write_all(piece))?;
    stream.flush()
}

fn zipped(bytes: u64) -> io::Result<Arc<[u8]>> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, zipped)) = &*last
        && *of == bytes
    {
        return Ok(Arc::clone(zipped));
    }
    let zipped: Arc<[u8]> = zip(bytes)?.into();
    *last = Some((bytes, Arc::clone(&zipped)));
    Ok(zipped)
}

/// Compresses lines with a number each, about as well as logs compress.
fn zip(bytes: u64) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    let (mut left, mut seed) = (bytes, 1_u64);
    while left > 0 {
        // The generator of Knuth's MMIX.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let line = format!("{:012x} GET /s/{} 200 the quick brown fox\n", seed >> 16, seed >> 54);
        let count = left.min(line.len() as u64);
        encoder.write_all(&line.as_bytes()[..count as usize])?;
        left -= count;
    }
    encoder.finish()
}
