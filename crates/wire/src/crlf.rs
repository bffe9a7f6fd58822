//! Text whose lines end in CRLF on the wire and in LF here, as in FTP's type A (RFC 959 section
//! 3.1.1.1), piece by piece; and how many line ends of a text are not whole.
//!
//! Out of scope: blocks that end with a dot (see [`dot`](crate::dot)) and netascii (see
//! [`tftp`](crate::tftp)), where a CR alone means something.

use memchr::{memchr, memchr_iter};
use wide::u8x16;

/// Turns CRLF into LF, piece by piece; a CR that stands alone stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct FromCrlf {
    /// The piece before ended with a CR that may belong to an LF.
    has_cr: bool,
}

impl FromCrlf {
    /// Takes the next piece and puts what it means behind `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let Some(first) = piece.first() else { return };
        if std::mem::take(&mut self.has_cr) && *first != b'\n' {
            out.push(b'\r');
        }
        let mut rest = piece;
        while let Some(cr) = memchr(b'\r', rest) {
            self.has_cr = cr + 1 == rest.len();
            let is_alone = !self.has_cr && rest[cr + 1] != b'\n';
            out.extend_from_slice(&rest[..cr + usize::from(is_alone)]);
            rest = &rest[cr + 1..];
        }
        out.extend_from_slice(rest);
    }

    /// Ends the text.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.has_cr) {
            out.push(b'\r');
        }
    }
}

/// Turns LF into CRLF, piece by piece; a CRLF that is there already stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToCrlf {
    has_cr: bool,
}

impl ToCrlf {
    /// Takes the next piece and puts what it becomes behind `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let mut done = 0;
        for lf in memchr_iter(b'\n', piece) {
            let has_cr = lf.checked_sub(1).map_or(self.has_cr, |before| piece[before] == b'\r');
            if !has_cr {
                out.extend_from_slice(&piece[done..lf]);
                out.push(b'\r');
                done = lf;
            }
        }
        out.extend_from_slice(&piece[done..]);
        self.has_cr = piece.last().map_or(self.has_cr, |last| *last == b'\r');
    }
}

/// Counts the CRs and LFs of a text that are not part of a CRLF, piece by piece: by so many bytes it grows
/// when [its lines are made whole](crate::dot::Stuffer::lines_only).
#[derive(Clone, Copy, Debug, Default)]
pub struct LoneEnds {
    count: u64,
    has_cr: bool,
}

impl LoneEnds {
    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return };
        let before = if self.has_cr { b'\r' } else { 0 };
        let is_first_lone = (before == b'\r') != (*first == b'\n');
        let inside: u64 = odd_pairs(piece, is_lone).map(u64::from).sum();
        self.count += u64::from(is_first_lone) + inside;
        self.has_cr = *last == b'\r';
    }

    /// How many there are if the text ends here.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count + u64::from(self.has_cr)
    }
}

/// Where there is a CR without an LF or an LF without a CR as these meet.
pub(crate) fn is_lone(before: u8x16, after: u8x16) -> u8x16 {
    is(before, b'\r') ^ is(after, b'\n')
}

/// Which of these bytes are `byte`: all bits of theirs are set, and none of the others.
pub(crate) fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// As many pairs as are looked at together: few enough for a byte to count them.
pub(crate) const BLOCK_BYTES: usize = 128;

/// How many pairs of neighbours are odd, for each block of bytes and the byte behind it; two NULs are not.
/// Sixteen are asked at once, by name: a program that is linked for size has no loop vectorised for it, not even
/// of a crate that is built for speed.
pub(crate) fn odd_pairs(
    bytes: &[u8],
    is_odd: impl Fn(u8x16, u8x16) -> u8x16 + Copy,
) -> impl Iterator<Item = u8> {
    let behind = bytes.get(1..).unwrap_or_default();
    let (blocks, _) = bytes.as_chunks();
    let (behind, last) = behind.as_chunks();
    let rest = &bytes[behind.len() * BLOCK_BYTES..][..last.len()];
    let counts = blocks.iter().zip(behind).map(move |(one, next)| count_odd(one, next, is_odd));
    let count_last = move || match last {
        [] => 0,
        _ => count_odd(&padded(rest), &padded(last), is_odd),
    };
    counts.chain(std::iter::once_with(count_last))
}

fn padded(rest: &[u8]) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    block[..rest.len()].copy_from_slice(rest);
    block
}

#[inline(always)]
fn count_odd(
    before: &[u8; BLOCK_BYTES],
    after: &[u8; BLOCK_BYTES],
    is_odd: impl Fn(u8x16, u8x16) -> u8x16,
) -> u8 {
    let pairs = before.as_chunks().0.iter().zip(after.as_chunks().0);
    let odd = pairs.map(|(before, after)| is_odd(u8x16::new(*before), u8x16::new(*after)));
    // What is set counts as -1.
    let counts = odd.fold(u8x16::ZERO, |counts, odd| counts - odd);
    // Mostly there are none, and adding up takes longer than counting.
    if counts == u8x16::ZERO { 0 } else { counts.reduce_add() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(text: &[u8], size: usize) -> (Vec<u8>, Vec<u8>, u64) {
        let (mut from, mut to, mut lone) =
            (FromCrlf::default(), ToCrlf::default(), LoneEnds::default());
        let (mut read, mut sent) = (Vec::new(), Vec::new());
        for piece in text.chunks(size) {
            from.push(piece, &mut read);
            to.push(piece, &mut sent);
            lone.push(piece);
        }
        from.finish(&mut read);
        (read, sent, lone.count())
    }

    #[test]
    fn line_ends_survive_any_split() {
        let text = b"a\r\nb\nc\rd\r\r\n\r";
        for size in 1..=text.len() {
            let (read, sent, lone) = in_pieces(text, size);
            assert_eq!(read, b"a\nb\nc\rd\r\n\r", "pieces of {size}");
            assert_eq!(sent, b"a\r\nb\r\nc\rd\r\r\n\r", "pieces of {size}");
            assert_eq!(lone, 4, "pieces of {size}");
        }
    }

    /// Wherever in a block, and where two of them meet.
    #[test]
    fn no_lone_end_is_overlooked_in_a_long_text() {
        for (end, lone) in [("\r\n", 0), ("\n", 1), ("\r", 1), ("\n\r", 2), ("\r\r\n", 1)] {
            for at in 0..2 * BLOCK_BYTES + 3 {
                let text = ["a".repeat(at), "b".repeat(2 * BLOCK_BYTES)].join(end);
                for size in [text.len(), BLOCK_BYTES, BLOCK_BYTES + 1, 7] {
                    let found = in_pieces(text.as_bytes(), size).2;
                    assert_eq!(found, lone, "{end:?} at {at} in pieces of {size}");
                }
            }
        }
        assert_eq!(in_pieces(&[b'\n'; 1000], 1000).2, 1000);
        assert_eq!(in_pieces(&[b'\r'; 1000], 1000).2, 1000);
    }
}
