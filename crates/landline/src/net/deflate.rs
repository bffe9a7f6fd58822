//! A transport whose both directions are compressed from some moment on (RFC 1951, RFC 8054 section
//! 2.2.2).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::stream::Transport;
use crate::{Error, ErrorKind, Phase};

/// What is held of either direction.
const PIECE_BYTES: usize = 16 << 10;

/// Reads in one turn that bring no plain byte. Of empty blocks there may be any number: deadlines are
/// looked at in between.
const MAX_FRUITLESS: usize = 16;

/// Compressed bytes over another transport.
pub(super) struct Deflated {
    pub(super) inner: Transport,
    inflate: Decompress,
    coded: Box<[u8]>,
    taken: usize,
    filled: usize,
    /// The peer has ended its stream.
    is_over: bool,
    deflate: Compress,
    out: Vec<u8>,
    sent: usize,
    /// Something was compressed and may be held back.
    is_dirty: bool,
}

impl Deflated {
    pub(super) fn over(inner: Transport) -> Self {
        Self {
            inner,
            inflate: Decompress::new(false),
            coded: vec![0; PIECE_BYTES].into(),
            taken: 0,
            filled: 0,
            is_over: false,
            deflate: Compress::new(Compression::default(), false),
            out: Vec::new(),
            sent: 0,
            is_dirty: false,
        }
    }

    /// Whether bytes have come that nobody has asked for.
    pub(super) fn has_unread(&self) -> bool {
        self.taken < self.filled || self.is_over
    }

    /// Decompresses what is at hand, as far as there is room.
    fn inflate_into(&mut self, buf: &mut ReadBuf<'_>) -> io::Result<()> {
        let (input, output) = (&self.coded[self.taken..self.filled], buf.initialize_unfilled());
        let before = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(input, output, FlushDecompress::None);
        let read = (self.inflate.total_in() - before.0) as usize;
        let written = (self.inflate.total_out() - before.1) as usize;
        let has_moved = read > 0 || written > 0 || input.is_empty();
        self.taken += read;
        buf.advance(written);
        match status {
            Ok(Status::StreamEnd) => self.is_over = true,
            Ok(_) if has_moved => {}
            Ok(_) => return Err(corrupt(None)),
            // What came before the fault is given first, and the fault found again.
            Err(error) if written == 0 => return Err(corrupt(Some(error))),
            Err(_) => {}
        }
        Ok(())
    }

    /// Sends what is compressed.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            let rest = &self.out[self.sent..];
            self.sent += match ready!(Pin::new(&mut self.inner).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => count,
            };
        }
        self.out.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }

    /// Compresses, and tells how much was taken.
    fn push(&mut self, input: &[u8], flush: FlushCompress) -> io::Result<usize> {
        let before = self.deflate.total_in();
        self.out.reserve(input.len() + 1024);
        let done = self.deflate.compress_vec(input, &mut self.out, flush);
        done.map_err(io::Error::other)?;
        Ok((self.deflate.total_in() - before) as usize)
    }
}

fn corrupt(cause: Option<flate2::DecompressError>) -> io::Error {
    let what = "the compressed data of the connection is corrupt";
    let error = Error::new(ErrorKind::Encoding, Phase::ReadingBody, what);
    match cause {
        Some(cause) => error.because(cause).into(),
        None => error.into(),
    }
}

impl AsyncRead for Deflated {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        for _ in 0..MAX_FRUITLESS {
            if this.is_over {
                return Poll::Ready(Ok(()));
            }
            this.inflate_into(buf)?;
            if buf.filled().len() > before || buf.remaining() == 0 || this.is_over {
                return Poll::Ready(Ok(()));
            }
            let mut coded = ReadBuf::new(&mut this.coded);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut coded))?;
            (this.taken, this.filled) = (0, coded.filled().len());
            if this.filled == 0 {
                // What is missing is missed by whoever waits for the end of a line or a text.
                return Poll::Ready(Ok(()));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl AsyncWrite for Deflated {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.out.len() >= PIECE_BYTES {
            ready!(this.poll_drain(cx))?;
        }
        this.is_dirty = true;
        Poll::Ready(this.push(&buf[..buf.len().min(PIECE_BYTES)], FlushCompress::None))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.is_dirty {
            this.push(&[], FlushCompress::Sync)?;
            // Full to its end, there may be more (zlib's `deflate`).
            this.is_dirty = this.out.len() == this.out.capacity();
        }
        ready!(this.poll_drain(cx))?;
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
