//! br (RFC 7932).

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::{Decode, Fault, Step};

pub(super) struct Brotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    is_over: bool,
}

impl Brotli {
    /// A decoder for windows up to the 16 MiB of the RFC, not for the large ones beyond it.
    pub(super) fn new() -> Self {
        let alloc = StandardAlloc::default;
        Self { state: BrotliState::new_strict(alloc(), alloc(), alloc()), is_over: false }
    }
}

impl Decode for Brotli {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        if self.is_over {
            let fault = (!input.is_empty()).then_some(Fault::Trailing);
            return Step { fault, ..Step::default() };
        }
        let (mut read, mut written, mut total) = (0, 0, 0);
        let (mut left, mut room) = (input.len(), output.len());
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            input,
            &mut room,
            &mut written,
            output,
            &mut total,
            &mut self.state,
        );
        self.is_over = matches!(result, BrotliResult::ResultSuccess);
        let is_broken = matches!(result, BrotliResult::ResultFailure);
        Step { read, written, fault: is_broken.then_some(Fault::Corrupt(None)) }
    }

    fn is_complete(&self) -> bool {
        self.is_over
    }
}
