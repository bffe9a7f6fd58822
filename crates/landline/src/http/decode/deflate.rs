//! deflate: meant is the zlib format (RFC 1950), sent is often the bare one (RFC 1951).

use flate2::Decompress;

use super::inflate;
use super::{Decode, Fault, Step};

pub(super) enum Deflate {
    /// Nothing came yet, or a byte that may begin a zlib header.
    Head(Option<u8>),
    Stream(Decompress),
    Over,
}

impl Deflate {
    pub(super) fn new() -> Self {
        Deflate::Head(None)
    }

    /// Chooses the format by the first two bytes. A bare stream cannot look like a zlib header
    /// unless its first block is a stored one with padding that is not zero.
    fn head(&mut self, held: Option<u8>, byte: u8) -> Step {
        let (first, second) = match held {
            None if may_begin_zlib(byte) => {
                *self = Deflate::Head(Some(byte));
                return Step { read: 1, ..Step::default() };
            }
            None => return self.begin(false, &[]),
            Some(first) => (first, byte),
        };
        self.begin(u16::from_be_bytes([first, second]) % 31 == 0, &[first])
    }

    /// Begins with the byte that was held, which alone decodes to nothing.
    fn begin(&mut self, is_zlib: bool, held: &[u8]) -> Step {
        let mut inflate = Decompress::new(is_zlib);
        let (step, _) = inflate::step(&mut inflate, held, &mut [0]);
        *self = Deflate::Stream(inflate);
        Step { read: 0, ..step }
    }
}

/// Whether a zlib header may begin so: method 8, a window of 32 KiB at most (RFC 1950 section 2.2).
fn may_begin_zlib(byte: u8) -> bool {
    byte & 0x0f == 8 && byte >> 4 <= 7
}

impl Decode for Deflate {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        if let (Deflate::Head(held), [byte, ..]) = (&*self, input) {
            let step = self.head(*held, *byte);
            if step.read > 0 || step.fault.is_some() {
                return step;
            }
        }
        let Deflate::Stream(inflate) = self else {
            let is_trailing = matches!(self, Deflate::Over) && !input.is_empty();
            return Step { fault: is_trailing.then_some(Fault::Trailing), ..Step::default() };
        };
        let (step, is_over) = inflate::step(inflate, input, output);
        if is_over {
            *self = Deflate::Over;
        }
        step
    }

    fn is_complete(&self) -> bool {
        matches!(self, Deflate::Over)
    }
}
