//! Dot-terminated blocks as a streaming reader and writer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::dot::{Stuffer, Unstuffer};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::stream::LineStream;
use crate::block::AtHand;
use crate::{Error, ErrorKind, Phase, Result};

/// Reads a block up to its lone dot and takes the stuffing out. Ends where the block ends.
#[derive(Debug)]
pub struct DotReader<'a> {
    line: &'a mut LineStream,
    unstuffer: Unstuffer,
    plain: Vec<u8>,
    given: usize,
    done: bool,
}

impl<'a> DotReader<'a> {
    pub(super) fn new(line: &'a mut LineStream) -> Self {
        Self { line, unstuffer: Unstuffer::default(), plain: Vec::new(), given: 0, done: false }
    }

    /// Reads what is left of the block and drops it.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when the connection ends before the block does.
    pub async fn skip(mut self) -> Result<()> {
        use tokio::io::AsyncBufReadExt;
        loop {
            let count = self.fill_buf().await?.len();
            if count == 0 {
                return Ok(());
            }
            self.consume(count);
        }
    }
}

impl AtHand for DotReader<'_> {}

impl AsyncBufRead for DotReader<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.given == this.plain.len() && !this.done {
            if ready!(this.line.poll_ready_bytes(cx))? == 0 {
                let what = "the connection ended inside a dot-terminated block";
                let error = Error::new(ErrorKind::Truncated, Phase::ReadingBody, what);
                return Poll::Ready(Err(error.into()));
            }
            this.plain.clear();
            this.given = 0;
            let (consumed, done) = this.unstuffer.decode(this.line.buffered(), &mut this.plain);
            this.line.take(consumed);
            this.done = done;
        }
        Poll::Ready(Ok(&this.plain[this.given..]))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.given = (this.given + amount).min(this.plain.len());
    }
}

impl AsyncRead for DotReader<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let ready = ready!(self.as_mut().poll_fill_buf(cx))?;
        let count = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..count]);
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

/// Writes a block: line ends become CRLF, leading dots are doubled, [`finish`](Self::finish) ends
/// it. A writer that is dropped unfinished leaves the block open: close the connection then.
#[derive(Debug)]
pub struct DotWriter<'a> {
    line: &'a mut LineStream,
    stuffer: Stuffer,
    stuffed: Vec<u8>,
    sent: usize,
}

impl<'a> DotWriter<'a> {
    pub(super) fn new(line: &'a mut LineStream) -> Self {
        Self { line, stuffer: Stuffer::default(), stuffed: Vec::new(), sent: 0 }
    }

    /// Ends the block with its lone dot.
    ///
    /// # Errors
    /// When the peer is gone or takes nothing for too long.
    pub async fn finish(mut self) -> Result<()> {
        self.stuffer.finish(&mut self.stuffed);
        self.flush().await.map_err(|error| Error::from_io(error, Phase::Sending))
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.stuffed.len() {
            let rest = &self.stuffed[self.sent..];
            self.sent += match ready!(Pin::new(&mut *self.line).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => count,
            };
        }
        self.stuffed.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for DotWriter<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        const PIECE_BYTES: usize = 16 << 10;
        let this = self.get_mut();
        if this.stuffed.len() >= PIECE_BYTES {
            ready!(this.poll_send(cx))?;
        }
        let piece = &buf[..buf.len().min(PIECE_BYTES)];
        this.stuffer.encode(piece, &mut this.stuffed);
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut *this.line).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
