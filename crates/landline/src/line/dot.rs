//! Dot-terminated blocks as a streaming reader and writer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::dot::{BareEnd, Stuffer, Unstuffer};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::stream::LineStream;
use crate::block::AtHand;
use crate::{Error, ErrorKind, Phase, Result};

/// A block on its way in. The line stream keeps it, so that a reader dropped half way loses nothing.
#[derive(Default)]
pub(super) struct Block {
    unstuffer: Unstuffer,
    bare_end: BareEnd,
    plain: Vec<u8>,
    given: usize,
}

impl Block {
    fn waiting(&self) -> &[u8] {
        &self.plain[self.given..]
    }

    fn is_over(&self) -> bool {
        self.unstuffer.is_done() && self.waiting().is_empty()
    }

    /// Decodes the next piece, and tells how much of it belongs to the block.
    fn decode(&mut self, piece: &[u8]) -> usize {
        self.plain.clear();
        self.given = 0;
        // No further, however much has come: what a text is does not depend on that.
        let end = self.bare_end.find(piece).unwrap_or(piece.len());
        self.unstuffer.decode(&piece[..end], &mut self.plain).0
    }
}

/// Leaves out the text: it may be private.
impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block").field("waiting", &self.waiting().len()).finish_non_exhaustive()
    }
}

/// Reads a block up to its lone dot and takes the stuffing out. Ends where the block ends.
///
/// One that is dropped earlier can be replaced: [`LineStream::dot_reader`] goes on in the block.
#[derive(Debug)]
pub struct DotReader<'a> {
    line: &'a mut LineStream,
    is_over: bool,
}

impl<'a> DotReader<'a> {
    /// From here on the block has begun: even unread, its lines pass for nothing else.
    pub(super) fn new(line: &'a mut LineStream) -> Self {
        line.block.get_or_insert_default();
        Self { line, is_over: false }
    }

    /// Reads what is left of the block and drops it.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when the connection ends before the block does; [`ErrorKind::Protocol`]
    /// where lines that end in LF alone hide whether it does.
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

    /// Tells whoever observes the connection of a line of the block.
    pub(crate) fn show(&self, line: &[u8]) {
        self.line.tell_received(line);
    }

    fn waiting(&self) -> &[u8] {
        self.line.block.as_ref().map_or(&[], |block| block.waiting())
    }

    /// Lets lines be read again once all of the block is given.
    fn settle(&mut self) {
        if self.line.block.take_if(|block| block.is_over()).is_some() {
            self.is_over = true;
        }
    }
}

impl AtHand for DotReader<'_> {}

impl AsyncBufRead for DotReader<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.waiting().is_empty() && !this.is_over {
            if this.line.block.as_ref().is_some_and(|block| block.bare_end.is_found()) {
                // To end there would be to let what is text to others be the next reply here.
                let what =
                    "the lines of the text end in LF alone, so that nobody can tell where it ends";
                let error = Error::new(ErrorKind::Protocol, Phase::ReadingBody, what);
                return Poll::Ready(Err(error.into()));
            }
            let at_hand = ready!(this.line.poll_ready_bytes(cx));
            if at_hand.map_err(|error| this.line.stream.error_in(Phase::ReadingBody, error))? == 0 {
                let what = "the connection ended inside a dot-terminated block";
                let error = Error::new(ErrorKind::Truncated, Phase::ReadingBody, what);
                return Poll::Ready(Err(error.into()));
            }
            let mut block = this.line.block.take().unwrap_or_default();
            let consumed = block.decode(this.line.buffered());
            this.line.take(consumed);
            this.line.block = Some(block);
            this.settle();
        }
        Poll::Ready(Ok(this.waiting()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        if let Some(block) = &mut this.line.block {
            block.given += amount.min(block.waiting().len());
        }
        this.settle();
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
/// it. A writer that is dropped unfinished leaves the block open: nothing can be sent behind it.
pub struct DotWriter<'a> {
    line: &'a mut LineStream,
    stuffer: Stuffer,
    stuffed: Vec<u8>,
    sent: usize,
    is_begun: bool,
}

/// Leaves out the text: it may be private.
impl std::fmt::Debug for DotWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DotWriter").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<'a> DotWriter<'a> {
    pub(super) fn new(line: &'a mut LineStream) -> Self {
        Self { line, stuffer: Stuffer::default(), stuffed: Vec::new(), sent: 0, is_begun: false }
    }

    /// Ends the block with its lone dot.
    ///
    /// # Errors
    /// When the peer is gone or takes nothing for too long.
    pub async fn finish(mut self) -> Result<()> {
        self.begin()?;
        self.stuffer.finish(&mut self.stuffed);
        self.flush().await.map_err(|error| Error::from_io(error, Phase::Sending))?;
        self.line.end_sending();
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        if !self.is_begun {
            self.line.begin_sending()?;
            self.is_begun = true;
        }
        Ok(())
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
        const PIECE_BYTES: usize = 64 << 10;
        let this = self.get_mut();
        this.begin()?;
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
