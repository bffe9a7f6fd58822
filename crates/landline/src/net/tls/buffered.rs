//! A read buffer under rustls.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::net::stream::Transport;

/// rustls asks its transport for 4 KiB at a time; reading 64 KiB ahead saves most system calls.
const BUFFER_BYTES: usize = 64 << 10;

/// How much of the peer's first answer is remembered: it may come byte by byte.
const FIRST_BYTES: usize = 8;

pub(in crate::net) struct Buffered {
    inner: Transport,
    buffer: Box<[u8]>,
    taken: usize,
    filled: usize,
    first: Vec<u8>,
}

impl Buffered {
    pub(super) fn new(inner: Transport) -> Self {
        let buffer = vec![0; BUFFER_BYTES].into_boxed_slice();
        Self { inner, buffer, taken: 0, filled: 0, first: Vec::new() }
    }

    pub(in crate::net) fn inner(&self) -> &Transport {
        &self.inner
    }

    /// Whether bytes of the peer wait here.
    pub(in crate::net) fn has_unread(&self) -> bool {
        self.taken < self.filled
    }

    /// How the peer's first answer began: tells a plain-text server from a TLS one.
    pub(super) fn first_bytes(&self) -> &[u8] {
        &self.first
    }

    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = ReadBuf::new(&mut self.buffer);
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut room))?;
        (self.taken, self.filled) = (0, room.filled().len());
        if self.first.len() < FIRST_BYTES {
            let missing = FIRST_BYTES - self.first.len();
            self.first.extend_from_slice(&self.buffer[..self.filled.min(missing)]);
        }
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
        if this.taken == this.filled {
            ready!(this.fill(cx))?;
        }
        let ready = &this.buffer[this.taken..this.filled];
        let count = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..count]);
        this.taken += count;
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
