//! The one read buffer of a connection: capped, compacted rarely, zeroed once.

/// Bytes that were read and not yet taken.
pub(crate) struct Buffer {
    data: Vec<u8>,
    taken: usize,
    filled: usize,
    max: usize,
}

/// Room for a small reply: many streams may wait side by side.
const FIRST_BYTES: usize = 4 << 10;
/// Up to this it grows whenever a read has filled it.
const USUAL_BYTES: usize = 16 << 10;
/// Beyond this it grows only for what has to stand in it as a whole.
const LARGE_BYTES: usize = 64 << 10;
/// Unused ahead of the bytes: next to a block of whole pages they would lie 16 bytes further in a
/// page than there, and `rep movsb`, with which glibc copies, crawls then on Zen 4 (glibc bug 30994).
const SKEW_BYTES: usize = 496;

impl Buffer {
    pub(crate) fn new(max: usize) -> Self {
        Self { data: Vec::new(), taken: 0, filled: 0, max }
    }

    pub(crate) fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    pub(crate) fn unread(&self) -> &[u8] {
        &self.data[self.taken..self.filled]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.taken == self.filled
    }

    pub(crate) fn take(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.filled);
    }

    /// Takes `count` bytes and shows the first `shown` of them.
    pub(crate) fn take_slice(&mut self, count: usize, shown: usize) -> &[u8] {
        let start = self.taken;
        self.take(count);
        &self.data[start..start + shown]
    }

    /// Whether no more can be read until something is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.filled - self.taken >= self.max
    }

    /// Room to read into; empty only when the buffer is full.
    ///
    /// The buffer doubles while reads fill it, so that small replies stay in a small buffer and a
    /// large body gets large reads.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        if self.taken == self.filled {
            let was_full = self.filled == self.data.len();
            if was_full && self.size() < LARGE_BYTES {
                self.grow();
            }
            (self.taken, self.filled) = (SKEW_BYTES, SKEW_BYTES);
        } else if self.filled == self.data.len() {
            if self.size() < USUAL_BYTES || self.taken - SKEW_BYTES < self.size() / 2 {
                self.grow();
            }
            if self.filled == self.data.len() {
                self.compact();
            }
        }
        &mut self.data[self.filled..]
    }

    fn size(&self) -> usize {
        self.data.len().saturating_sub(SKEW_BYTES)
    }

    fn compact(&mut self) {
        self.data.copy_within(self.taken..self.filled, SKEW_BYTES);
        (self.taken, self.filled) = (SKEW_BYTES, SKEW_BYTES + self.filled - self.taken);
    }

    fn grow(&mut self) {
        let size = (self.size() * 2).clamp(FIRST_BYTES.min(self.max), self.max).max(self.size());
        self.data.reserve_exact(SKEW_BYTES + size - self.data.len());
        self.data.resize(SKEW_BYTES + size, 0);
    }

    pub(crate) fn added(&mut self, count: usize) {
        self.filled += count;
    }

    pub(crate) fn into_unread(mut self) -> Vec<u8> {
        self.data.truncate(self.filled);
        self.data.drain(..self.taken);
        self.data
    }
}

/// Leaves out the bytes: they may be secrets.
impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unread = self.unread().len();
        f.debug_struct("Buffer").field("unread", &unread).field("max", &self.max).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(buffer: &mut Buffer, bytes: &[u8]) -> usize {
        let room = buffer.room();
        let count = bytes.len().min(room.len());
        room[..count].copy_from_slice(&bytes[..count]);
        buffer.added(count);
        count
    }

    #[test]
    fn bytes_come_out_as_they_went_in_whatever_the_steps() {
        for step in [1, 3, 7, 1000] {
            let mut buffer = Buffer::new(64);
            let input: Vec<u8> = (0..=255).cycle().take(2000).collect();
            let (mut at, mut out) = (0, Vec::new());
            while out.len() < input.len() {
                at += fill(&mut buffer, &input[at..]);
                let count = buffer.unread().len().min(step);
                out.extend_from_slice(&buffer.unread()[..count]);
                buffer.take(count);
            }
            assert_eq!(out, input, "step {step}");
        }
    }

    #[test]
    fn never_above_its_maximum() {
        let mut buffer = Buffer::new(100);
        while fill(&mut buffer, &[1; 30]) > 0 {}
        assert!(buffer.is_full());
        assert_eq!(buffer.unread().len(), 100);
        buffer.take(1);
        assert_eq!(fill(&mut buffer, &[2; 30]), 1);
    }
}
