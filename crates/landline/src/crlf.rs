//! Line ends for those who want them whole: LF becomes CR LF.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

const PIECE_BYTES: usize = 32 << 10;

/// Reads with a CR put before every LF that has none.
pub(crate) struct WholeLineEnds<R> {
    source: R,
    piece: Box<[u8]>,
    /// What waits to be read, in [`encode`]'s form.
    ready: Vec<u8>,
    taken: usize,
    after_cr: bool,
}

impl<R: AsyncRead + Unpin> WholeLineEnds<R> {
    pub(crate) fn new(source: R) -> Self {
        let piece = vec![0; PIECE_BYTES].into();
        Self { source, piece, ready: Vec::new(), taken: 0, after_cr: false }
    }

    /// Reads on; nothing is ready afterwards at the end alone.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut piece = ReadBuf::new(&mut self.piece);
        ready!(Pin::new(&mut self.source).poll_read(cx, &mut piece))?;
        self.ready.clear();
        self.taken = 0;
        encode(piece.filled(), &mut self.after_cr, &mut self.ready);
        Poll::Ready(Ok(()))
    }
}

/// `after_cr` tells whether the byte before `piece` was a CR, and then whether its last one is.
fn encode(piece: &[u8], after_cr: &mut bool, out: &mut Vec<u8>) {
    for &byte in piece {
        if byte == b'\n' && !*after_cr {
            out.push(b'\r');
        }
        out.push(byte);
        *after_cr = byte == b'\r';
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for WholeLineEnds<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.taken == this.ready.len() {
            ready!(this.poll_fill(cx))?;
        }
        let rest = &this.ready[this.taken..];
        let count = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..count]);
        this.taken += count;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_cut_every_line_feed_has_one_cr() {
        let text = b"a\nb\r\nc\r\r\n\n\r";
        for size in 1..=text.len() {
            let (mut after_cr, mut out) = (false, Vec::new());
            for piece in text.chunks(size) {
                encode(piece, &mut after_cr, &mut out);
            }
            assert_eq!(out, b"a\r\nb\r\nc\r\r\n\r\n\r", "in pieces of {size}");
        }
    }
}
