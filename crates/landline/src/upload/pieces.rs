//! Heads and contents, one after the other, as one body.

use super::Upload;

/// Contents in memory are copied between the heads up to this size: one write instead of three.
const SMALL_BYTES: usize = 64 << 10;

/// A body under construction.
#[derive(Default)]
pub(crate) struct Pieces {
    done: Vec<Upload>,
    /// What comes behind them.
    pub(crate) literal: Vec<u8>,
}

impl Pieces {
    pub(crate) fn add(&mut self, upload: Upload) {
        match upload.in_memory() {
            Some(bytes) if bytes.len() <= SMALL_BYTES => self.literal.extend_from_slice(bytes),
            _ => {
                self.end_literal();
                self.done.push(upload);
            }
        }
    }

    fn end_literal(&mut self) {
        let literal = std::mem::take(&mut self.literal);
        self.done.push(Upload::bytes(literal));
    }

    /// A body that is all in memory is one piece, and leaves with the head of the request.
    pub(crate) fn into_upload(mut self) -> Upload {
        if self.done.is_empty() {
            return Upload::bytes(self.literal);
        }
        self.end_literal();
        Upload::series(self.done)
    }
}
