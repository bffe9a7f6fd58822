//! zstd (RFC 8878): frames one behind the other.
//!
//! This is the C library behind a safe crate. The decoders in Rust keep back a whole window of
//! decoded bytes, up to 8 MiB, until more come: a slow stream would stand still, and the last part
//! of one that breaks off would be lost.

use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

use super::{Decode, Fault, Step};

/// The largest window as a power of two: the 8 MiB of RFC 9659.
const MAX_WINDOW_LOG: u32 = 23;

/// What the library says to a larger one (`ZSTD_error_frameParameter_windowTooLarge`).
const WINDOW_TOO_LARGE: usize = 16;

/// With a block the library likes to get the header of the next one.
const BLOCK_HEADER_BYTES: usize = 3;

pub(super) struct Zstd {
    /// `None` when there was no memory for it.
    context: Option<DCtx<'static>>,
    /// How many bytes the library needs to go on. It gets no more, because what it decoded in a
    /// call that ends in an error is lost.
    needed: usize,
    is_between_frames: bool,
}

impl Zstd {
    pub(super) fn new() -> Self {
        Self { context: context(), needed: 1, is_between_frames: false }
    }
}

fn context() -> Option<DCtx<'static>> {
    let mut context = DCtx::try_create()?;
    context.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG)).ok()?;
    Some(context)
}

impl Decode for Zstd {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        if self.is_between_frames && input.is_empty() {
            return Step::default();
        }
        let Some(context) = &mut self.context else { return broken("no memory for a decoder") };
        let mut coded = InBuffer::around(&input[..input.len().min(self.needed)]);
        let mut decoded = OutBuffer::around(output);
        match context.decompress_stream(&mut decoded, &mut coded) {
            Ok(wanted) => {
                self.is_between_frames = wanted == 0;
                self.needed = wanted.saturating_sub(BLOCK_HEADER_BYTES).max(1);
                Step { read: coded.pos(), written: decoded.pos(), fault: None }
            }
            Err(code) if code.wrapping_neg() == WINDOW_TOO_LARGE => {
                broken("its window is larger than 8 MiB")
            }
            Err(_) => Step { fault: Some(Fault::Corrupt(None)), ..Step::default() },
        }
    }

    fn is_complete(&self) -> bool {
        self.is_between_frames
    }
}

fn broken(why: &str) -> Step {
    Step { fault: Some(Fault::Corrupt(Some(why.to_owned()))), ..Step::default() }
}
