//! Stdout while several transfers write to it: lines go out whole.

/// A line may be so long; a longer one is written in pieces, which others may come between.
const MAX_LINE_BYTES: usize = 64 << 10;

/// The line that has begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// What is to be written now that `bytes` have come: first what was kept, then this much of them.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (Vec<u8>, usize) {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let rest = &bytes[whole..];
        if whole > 0 {
            return (std::mem::replace(&mut self.begun, rest.to_vec()), whole);
        }
        if self.begun.len() + rest.len() > MAX_LINE_BYTES {
            return (std::mem::take(&mut self.begun), bytes.len());
        }
        self.begun.extend_from_slice(rest);
        (Vec::new(), 0)
    }

    /// What is left when there is no more.
    pub(super) fn end(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for piece in pieces {
            let (kept, count) = lines.take(piece);
            all.push([&kept, &piece[..count]].concat());
        }
        all.push(lines.end());
        all.retain(|one| !one.is_empty());
        all
    }

    #[test]
    fn a_line_goes_out_when_it_has_ended() {
        assert_eq!(written(&[b"a", b"b\nc", b"", b"\n\nd"]), [&b"ab\n"[..], b"c\n\n", b"d"]);
        assert_eq!(written(&[b"whole\n"]), [b"whole\n"]);
        assert_eq!(written(&[]), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn an_endless_line_is_not_held_back_for_ever() {
        let piece = vec![b'x'; MAX_LINE_BYTES];
        let out = written(&[&piece, b"y", b"z"]);
        assert_eq!(out.concat().len(), MAX_LINE_BYTES + 2);
        assert!(out.len() > 1 && out.iter().all(|one| one.len() <= MAX_LINE_BYTES + 1));
    }
}
