//! The line client as a stream of bytes: filling its buffer, reading past it, Tokio's traits.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};

use super::stream::LineStream;
use crate::block::AtHand;
use crate::{Error, ErrorKind};

impl LineStream {
    /// Reads more into the buffer; 0 at the end of the stream.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.buffer.is_full() {
            let what = "the read buffer is full";
            let error = Error::new(ErrorKind::Limit, self.stream.phase(), what);
            return Poll::Ready(Err(error.into()));
        }
        let mut room = ReadBuf::new(self.buffer.room());
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut room))?;
        let count = room.filled().len();
        self.buffer.added(count);
        Poll::Ready(Ok(count))
    }

    /// How many bytes are buffered, after reading some when there were none; 0 at the end.
    pub(crate) fn poll_ready_bytes(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.buffer.is_empty() {
            ready!(self.poll_fill(cx))?;
        }
        Poll::Ready(Ok(self.buffer.unread().len()))
    }

    pub(crate) fn take(&mut self, count: usize) {
        self.buffer.take(count);
    }

    pub(crate) fn set_buffer_max(&mut self, bytes: usize) {
        self.buffer.set_max(bytes);
    }

    /// Reads past the buffer when it is empty and the caller's own is large.
    pub(crate) fn poll_read_past(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        const WORTH_IT: usize = 16 << 10;
        if self.buffer.is_empty() && buf.remaining() >= WORTH_IT {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let ready = ready!(self.poll_ready_bytes(cx))?;
        let count = ready.min(buf.remaining());
        buf.put_slice(&self.buffer.unread()[..count]);
        self.buffer.take(count);
        Poll::Ready(Ok(()))
    }
}

impl AtHand for LineStream {
    fn is_at_hand(&self) -> bool {
        !self.buffer.is_empty()
    }
}

impl AsyncRead for LineStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.poll_read_past(cx, buf).map_err(|error| this.stream.error(error).into())
    }
}

impl AsyncBufRead for LineStream {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        let ready = ready!(this.poll_ready_bytes(cx));
        ready.map_err(|error| this.stream.error(error))?;
        Poll::Ready(Ok(this.buffer.unread()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().buffer.take(amount);
    }
}

impl AsyncWrite for LineStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
