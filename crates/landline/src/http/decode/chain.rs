//! Codings one behind the other, as they have to be undone: the last one applied comes first.

use super::coding::Coding;
use super::{Decode, Fault};

/// How many decoded bytes a stage holds.
pub(super) const STAGE_BYTES: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Chain {
    stages: Vec<Stage>,
}

/// A coding that could not be undone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) name: &'static str,
    pub(super) fault: Fault,
}

struct Stage {
    name: &'static str,
    decoder: Box<dyn Decode>,
    out: Out,
    /// The last step filled the buffer to its end, so the decoder may hold more.
    is_full: bool,
    fault: Option<Fault>,
}

/// Decoded bytes that wait to be taken.
struct Out {
    bytes: Box<[u8]>,
    at: usize,
    end: usize,
}

impl Chain {
    /// A chain that undoes `codings`, given in the order in which they were applied.
    pub(super) fn new(codings: &[Coding]) -> Self {
        Self { stages: codings.iter().rev().map(|coding| Stage::new(*coding)).collect() }
    }

    pub(super) fn decoded(&self) -> &[u8] {
        self.stages.last().map_or(&[], |stage| stage.out.waiting())
    }

    pub(super) fn consume(&mut self, count: usize) {
        if let Some(stage) = self.stages.last_mut() {
            stage.out.consume(count);
        }
    }

    /// Moves bytes on until decoded ones are at hand or nothing moves any more; gives how many of
    /// `input` were taken. A fault is told when all that came before it is taken.
    pub(super) fn pump(&mut self, input: &[u8]) -> Result<usize, Broken> {
        let mut taken = 0;
        while self.decoded().is_empty() {
            let (read, has_moved) = self.round(&input[taken..]);
            taken += read;
            if !has_moved {
                self.check(|stage| stage.fault.clone())?;
                break;
            }
        }
        Ok(taken)
    }

    /// Says that no more input comes; when it is fine, so is everything that was decoded. To be
    /// called when nothing moves any more.
    pub(super) fn end(&self) -> Result<(), Broken> {
        self.check(|stage| (!stage.decoder.is_complete()).then_some(Fault::Early))
    }

    fn check(&self, find: impl Fn(&Stage) -> Option<Fault>) -> Result<(), Broken> {
        let found =
            self.stages.iter().find_map(|one| Some(Broken { name: one.name, fault: find(one)? }));
        found.map_or(Ok(()), Err)
    }

    /// Lets every stage take what the one before it has; gives how many of `input` the first one
    /// took, and whether any byte moved.
    fn round(&mut self, input: &[u8]) -> (usize, bool) {
        let mut has_moved = false;
        let mut taken = 0;
        for at in 0..self.stages.len() {
            let (before, rest) = self.stages.split_at_mut(at);
            let (read, stage_moved) = match before.last_mut() {
                None => {
                    let moved = rest[0].advance(input);
                    taken = moved.0;
                    moved
                }
                Some(source) => {
                    let moved = rest[0].advance(source.out.waiting());
                    source.out.consume(moved.0);
                    moved
                }
            };
            has_moved |= stage_moved || read > 0;
        }
        (taken, has_moved)
    }
}

impl Stage {
    fn new(coding: Coding) -> Self {
        let out = Out { bytes: vec![0; STAGE_BYTES].into(), at: 0, end: 0 };
        let (name, decoder) = (coding.name(), coding.decoder());
        Self { name, decoder, out, is_full: false, fault: None }
    }

    /// One step of the decoder: how much it read, and whether anything moved.
    fn advance(&mut self, input: &[u8]) -> (usize, bool) {
        let has_work = !input.is_empty() || self.is_full;
        if !has_work || self.fault.is_some() || !self.out.waiting().is_empty() {
            return (0, false);
        }
        let step = self.decoder.decode(input, &mut self.out.bytes);
        (self.out.at, self.out.end) = (0, step.written);
        self.is_full = step.written == self.out.bytes.len();
        self.fault = step.fault;
        let has_moved = step.read > 0 || step.written > 0;
        if !has_moved && !input.is_empty() {
            // Cannot be, and must not become an endless loop.
            self.fault.get_or_insert(Fault::Corrupt(None));
        }
        (step.read, has_moved)
    }
}

impl Out {
    fn waiting(&self) -> &[u8] {
        &self.bytes[self.at..self.end]
    }

    fn consume(&mut self, count: usize) {
        self.at += count.min(self.end - self.at);
    }
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage")
            .field("name", &self.name)
            .field("waiting", &self.out.waiting().len())
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}
