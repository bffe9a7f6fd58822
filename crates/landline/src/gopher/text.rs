//! A text that is read without its stuffing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::dot::Unstuffer;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use crate::block::AtHand;
use crate::http::read_capped;
use crate::line::aio::LineStream;
use crate::{Error, ErrorKind, Phase, Result};

/// A text on its way in (RFC 1436 section 3.8): a reader that leaves out the stuffing.
///
/// See [the blocking twin](crate::gopher::Text) for the whole documentation.
pub struct Text {
    line: LineStream,
    unstuffer: Unstuffer,
    plain: Vec<u8>,
    given: usize,
    is_over: bool,
    max_bytes: usize,
}

/// Leaves out the text: it may be private.
impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("line", &self.line).finish_non_exhaustive()
    }
}

impl Text {
    pub(super) fn new(line: LineStream, max_bytes: usize) -> Self {
        let (unstuffer, plain) = (Unstuffer::new(), Vec::new());
        Self { line, unstuffer, plain, given: 0, is_over: false, max_bytes }
    }

    /// Whether the lone dot came that ends a text; to be asked at the end. Many servers leave it
    /// out.
    pub fn is_complete(&self) -> bool {
        self.unstuffer.is_done()
    }

    /// The whole text, [`Limits::document_bytes`](crate::Limits::document_bytes) of it at most.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when it is longer, or whatever goes wrong while reading.
    pub async fn read_to_vec(&mut self) -> Result<Vec<u8>> {
        let max = self.max_bytes;
        read_capped(self, None, max).await
    }

    fn waiting(&self) -> &[u8] {
        &self.plain[self.given..]
    }

    fn decode(&mut self, count: usize) -> Result<()> {
        self.plain.clear();
        self.given = 0;
        let (consumed, _) = self.unstuffer.decode(self.line.buffered(), &mut self.plain);
        self.line.take(consumed);
        if consumed < count {
            let what = "the text goes on behind its lone dot; open it as it is";
            return Err(Error::new(ErrorKind::Framing, Phase::ReadingBody, what));
        }
        Ok(())
    }
}

impl AtHand for Text {
    fn is_at_hand(&self) -> bool {
        self.is_over || !self.waiting().is_empty()
    }
}

impl AsyncBufRead for Text {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.waiting().is_empty() && !this.is_over {
            let ready = ready!(this.line.poll_ready_bytes(cx));
            let count = ready.map_err(|error| this.line.stream().error(error))?;
            this.is_over = count == 0;
            this.decode(count)?;
        }
        Poll::Ready(Ok(this.waiting()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.given += amount.min(this.waiting().len());
    }
}

impl AsyncRead for Text {
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
