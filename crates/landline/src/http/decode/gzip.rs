//! gzip (RFC 1952): members one behind the other, each with its CRC and length.

use flate2::Decompress;

use super::inflate::{self, WINDOW_BITS};
use super::{Decode, Fault, Step};

/// How a member begins (RFC 1952 section 2.3.1).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

pub(super) struct Gzip {
    inflate: Decompress,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Member,
    /// A member has ended; how many bytes that may begin another were seen since.
    Between(usize),
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self { inflate: Decompress::new_gzip(WINDOW_BITS), place: Place::Member }
    }

    fn member(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (step, is_over) = inflate::step(&mut self.inflate, input, output);
        if is_over {
            self.place = Place::Between(0);
        }
        step
    }

    /// What follows a member is another one, or does not belong there.
    fn between(&mut self, seen: usize, byte: u8) -> Step {
        if MAGIC[seen] != byte {
            return Step { fault: Some(Fault::Trailing), ..Step::default() };
        }
        self.place = Place::Between(seen + 1);
        if seen + 1 == MAGIC.len() {
            self.inflate.reset(true);
            self.place = Place::Member;
            // The two bytes end nothing and decode to nothing.
            return Step { read: 1, ..self.member(&MAGIC, &mut [0]) };
        }
        Step { read: 1, ..Step::default() }
    }
}

impl Decode for Gzip {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match (self.place, input) {
            (Place::Member, _) => self.member(input, output),
            (Place::Between(seen), [byte, ..]) => self.between(seen, *byte),
            (Place::Between(_), []) => Step::default(),
        }
    }

    fn is_complete(&self) -> bool {
        self.place == Place::Between(0)
    }
}
