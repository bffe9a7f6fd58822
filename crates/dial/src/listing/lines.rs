//! The lines of a listing, as its bytes arrive.

use std::collections::VecDeque;

/// What is longer is no line of a listing, and not kept.
const MAX_BYTES: usize = 64 << 10;

#[derive(Default)]
pub(super) struct Lines {
    whole: VecDeque<Vec<u8>>,
    /// The line that has not ended yet.
    begun: Vec<u8>,
    too_long: u64,
}

impl Lines {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = (MAX_BYTES + 1).saturating_sub(self.begun.len());
            self.begun.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                self.finish();
            }
        }
    }

    /// Takes what has come of a line for all of it.
    pub(super) fn finish(&mut self) {
        let mut line = std::mem::take(&mut self.begun);
        if line.len() > MAX_BYTES {
            self.too_long += 1;
            return;
        }
        for end in [b"\n", b"\r"] {
            let len = line.strip_suffix(end).map_or(line.len(), <[u8]>::len);
            line.truncate(len);
        }
        self.whole.push_back(line);
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        self.whole.pop_front()
    }

    /// How many were too long.
    pub(super) fn too_long(&self) -> u64 {
        self.too_long
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, u64) {
        let mut lines = Lines::default();
        pieces.iter().for_each(|piece| lines.push(piece));
        lines.finish();
        assert_eq!(lines.begun.capacity(), 0);
        (std::iter::from_fn(|| lines.next()).collect(), lines.too_long())
    }

    #[test]
    fn lines_are_found_however_they_come() {
        let text = b"a\r\n\nb\rc\nd";
        let wanted = ([&b"a"[..], b"", b"b\rc", b"d"].map(<[u8]>::to_vec).to_vec(), 0);
        assert_eq!(told(&[text]), wanted);
        let bytes: Vec<_> = text.iter().map(std::slice::from_ref).collect();
        assert_eq!(told(&bytes), wanted);
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let long = b"x".repeat(MAX_BYTES);
        assert_eq!(told(&[&long, &long, b"\ny"]), (vec![b"y".to_vec()], 1));
        let mut lines = Lines::default();
        (0..9).for_each(|_| lines.push(&long));
        assert_eq!(lines.begun.len(), MAX_BYTES + 1);
    }
}
