//! A read buffer under rustls.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::line::buffer::Buffer;
use crate::net::stream::Transport;

/// rustls begins by asking its transport for 4 KiB at a time; reading ahead saves system calls.
const BUFFER_BYTES: usize = 16 << 10;

/// A read as large as this needs no reading ahead: while records come without a pause, rustls has
/// room for a whole one.
const LARGE_BYTES: usize = 8 << 10;

/// How much of the peer's first answer is remembered: it may come byte by byte.
const FIRST_BYTES: usize = 8;

pub(in crate::net) struct Buffered {
    inner: Transport,
    buffer: Buffer,
    first: Vec<u8>,
}

impl Buffered {
    pub(super) fn new(inner: Transport) -> Self {
        Self { inner, buffer: Buffer::new(BUFFER_BYTES), first: Vec::new() }
    }

    pub(in crate::net) fn inner(&self) -> &Transport {
        &self.inner
    }

    /// Whether bytes of the peer wait here.
    pub(in crate::net) fn has_unread(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// How the peer's first answer began: tells a plain-text server from a TLS one.
    pub(super) fn first_bytes(&self) -> &[u8] {
        &self.first
    }

    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = ReadBuf::new(self.buffer.room());
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut room))?;
        let filled = room.filled();
        let missing = FIRST_BYTES - self.first.len();
        self.first.extend_from_slice(&filled[..filled.len().min(missing)]);
        let count = filled.len();
        self.buffer.added(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Buffered {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.buffer.is_empty() {
            if buf.remaining() >= LARGE_BYTES {
                return Pin::new(&mut this.inner).poll_read(cx, buf);
            }
            ready!(this.fill(cx))?;
        }
        let ready = this.buffer.unread();
        let count = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..count]);
        this.buffer.take(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Buffered {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
