//! A body to send, in pieces that are taken from its source one after the other.

use std::io;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::Result;
use crate::upload::{Upload, ended_early, source_failed};

/// What is taken from the source at a time.
const PIECE_BYTES: usize = 64 << 10;

pub(super) struct Pieces {
    upload: Upload,
    /// Still to come from the source; `None` when nobody knows.
    left: Option<u64>,
    /// How much of a body in memory was taken.
    taken: usize,
    has_all: bool,
}

impl Pieces {
    pub(super) fn of(mut upload: Upload) -> Result<Self> {
        upload.rewind().map_err(|error| source_failed().because(error))?;
        let left = upload.len();
        Ok(Self { upload, left, taken: 0, has_all: false })
    }

    /// The body as it was given.
    pub(super) fn into_upload(self) -> Upload {
        self.upload
    }

    /// Whether the last piece was taken.
    pub(super) fn has_all(&self) -> bool {
        self.has_all
    }

    /// Takes the next piece from the source; an empty one is the last.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        if let Some(bytes) = self.upload.in_memory() {
            let rest = &bytes[self.taken..];
            let piece = Bytes::copy_from_slice(&rest[..rest.len().min(PIECE_BYTES)]);
            self.taken += piece.len();
            self.has_all = self.taken == bytes.len();
            return Poll::Ready(Ok(piece));
        }
        let room = self.left.map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES as u64) as usize);
        let mut into = vec![0; room];
        let count = match room {
            0 => 0,
            _ => ready!(self.upload.poll_source(cx, &mut into))?,
        };
        into.truncate(count);
        match &mut self.left {
            None => self.has_all = count == 0,
            Some(left) if count == 0 && *left > 0 => {
                return Poll::Ready(Err(ended_early(*left).into()));
            }
            Some(left) => {
                *left -= count as u64;
                self.has_all = *left == 0;
            }
        }
        Poll::Ready(Ok(into.into()))
    }
}
