//! Line ends for those who want them whole: LF becomes CR LF.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::crlf::ToCrlf;
use tokio::io::{AsyncRead, ReadBuf};

const PIECE_BYTES: usize = 32 << 10;

/// Reads with a CR put before every LF that has none.
pub(crate) struct WholeLineEnds<R> {
    source: R,
    piece: Box<[u8]>,
    /// What waits to be read.
    ready: Vec<u8>,
    taken: usize,
    line_ends: ToCrlf,
}

impl<R: AsyncRead + Unpin> WholeLineEnds<R> {
    pub(crate) fn new(source: R) -> Self {
        let piece = vec![0; PIECE_BYTES].into();
        Self { source, piece, ready: Vec::new(), taken: 0, line_ends: ToCrlf::default() }
    }

    /// Reads on; nothing is ready afterwards at the end alone.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut piece = ReadBuf::new(&mut self.piece);
        ready!(Pin::new(&mut self.source).poll_read(cx, &mut piece))?;
        self.ready.clear();
        self.taken = 0;
        self.line_ends.push(piece.filled(), &mut self.ready);
        Poll::Ready(Ok(()))
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
