//! The step that gzip and deflate share.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Fault, Step};

/// The window of gzip and deflate as a power of two: 32 KiB, the largest there is.
pub(super) const WINDOW_BITS: u8 = 15;

/// One step of `inflate`, and whether the stream has ended with it.
pub(super) fn step(inflate: &mut Decompress, input: &[u8], output: &mut [u8]) -> (Step, bool) {
    let before = (inflate.total_in(), inflate.total_out());
    let result = inflate.decompress(input, output, FlushDecompress::None);
    let read = (inflate.total_in() - before.0) as usize;
    let written = (inflate.total_out() - before.1) as usize;
    let (fault, is_over) = match result {
        Ok(status) => (None, status == Status::StreamEnd),
        Err(error) => (Some(Fault::Corrupt(error.message().map(str::to_owned))), false),
    };
    (Step { read, written, fault }, is_over)
}
