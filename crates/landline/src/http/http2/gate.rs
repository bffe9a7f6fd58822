//! The stream under an HTTP/2 connection: what passes is counted, and floods end here.
//!
//! The `h2` crate bounds what it keeps. It does not bound what a peer may have it do for nothing, nor
//! how long it reads on while there is something to read; both would keep our deadlines from being
//! looked at. RFC 9113 section 10.5 leaves the numbers to the implementation.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::opening::Opening;
use crate::Timeouts;
use crate::net::Stream;

/// Frames that may come without any of the replies that are waited for getting on.
const IDLE_FRAMES: u32 = 10_000;
/// What is read in one turn before the tasks are looked at again.
const TURN_BYTES: usize = 256 << 10;
const TURN_FRAMES: u32 = 512;
/// Small frames are gathered up to this, so that they leave in one write.
const GATHER_BYTES: usize = 32 << 10;

/// One handle of the stream; the connection has another.
#[derive(Clone, Debug)]
pub(super) struct Gate(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    stream: Stream,
    frames: Frames,
    turn_bytes: usize,
    turn_frames: u32,
    idle_frames: u32,
    end: Option<End>,
    gathered: Vec<u8>,
    /// The stream has not taken all there was; who waits for that.
    is_behind: bool,
    waits: Option<Waker>,
    /// Nothing more is taken.
    is_over: bool,
    /// Read before the connection spoke HTTP/2.
    ahead: Bytes,
    /// What leaves first, where the server has a request already.
    opening: Option<Opening>,
}

/// How the bytes of a connection ended, for all of its streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The peer closed it.
    Closed,
    /// It said before that it would (GOAWAY).
    GivenUp,
    /// It did not speak HTTP/2 at all.
    OtherProtocol,
    /// It sent frames and frames that brought nothing.
    Flood,
}

impl Gate {
    pub(super) fn new(stream: Stream) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            stream,
            frames: Frames::default(),
            turn_bytes: 0,
            turn_frames: 0,
            idle_frames: 0,
            end: None,
            gathered: Vec::new(),
            is_behind: false,
            waits: None,
            is_over: false,
            ahead: Bytes::new(),
            opening: None,
        })))
    }

    /// On a stream that has carried a request; `ahead` came behind the leave to go on in HTTP/2.
    pub(super) fn upgraded(stream: Stream, ahead: Vec<u8>) -> Self {
        let gate = Self::new(stream);
        {
            let mut inner = gate.lock();
            inner.ahead = ahead.into();
            inner.opening = Some(Opening::default());
        }
        gate
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the deadlines off the stream.
    pub(super) fn unbound(&self) {
        self.lock().stream.set_deadline(Timeouts::none(), None);
    }

    /// Something that was waited for has come or gone: head, body, a piece of an upload.
    pub(super) fn got_on(&self) {
        self.lock().idle_frames = 0;
    }

    /// A new turn of reading.
    pub(super) fn begin_turn(&self) {
        let mut inner = self.lock();
        (inner.turn_bytes, inner.turn_frames) = (0, 0);
    }

    pub(super) fn end(&self) -> Option<End> {
        self.lock().end.clone()
    }

    /// Waits until the stream has taken all there was.
    pub(super) fn poll_taken(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.lock();
        if inner.is_over {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if inner.is_behind {
            inner.waits = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    /// The connection is over: nobody need wait for it.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.is_over = true;
        inner.wake();
    }

    /// Whether there is nothing to read and nobody has closed it.
    pub(super) fn is_quiet(&self) -> bool {
        let inner = self.lock();
        inner.ahead.is_empty() && inner.stream.is_quiet()
    }
}

impl Inner {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.turn_bytes >= TURN_BYTES || self.turn_frames >= TURN_FRAMES {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.opening.as_ref().is_some_and(Opening::is_awaited) {
            // Woken when it is there. What the server wishes must not change how it is written.
            return Poll::Pending;
        }
        let before = buf.filled().len();
        let read = match self.ahead.len().min(buf.remaining()) {
            0 => ready!(Pin::new(&mut self.stream).poll_read(cx, buf)),
            count => {
                buf.put_slice(&self.ahead.split_to(count));
                Ok(())
            }
        };
        let came = &buf.filled()[before..];
        match &read {
            Ok(()) if came.is_empty() && buf.remaining() > 0 => {
                self.end = Some(self.frames.end_of_peer());
            }
            // A TLS peer that leaves without close_notify has left all the same.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.end = Some(self.frames.end_of_peer());
            }
            _ => {}
        }
        read?;
        self.turn_bytes += came.len();
        let idle = self.frames.pass(came);
        (self.turn_frames, self.idle_frames) = (
            self.turn_frames.saturating_add(idle.all),
            self.idle_frames.saturating_add(idle.barren),
        );
        if self.frames.is_other_protocol {
            return self.refuse(End::OtherProtocol);
        }
        if self.idle_frames > IDLE_FRAMES {
            return self.refuse(End::Flood);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(opening) = self.opening.as_mut().filter(|opening| opening.is_awaited()) {
            opening.gather(bytes)?;
            if !opening.is_awaited() {
                cx.waker().wake_by_ref();
            }
            return Poll::Ready(Ok(bytes.len()));
        }
        self.is_behind = true;
        ready!(self.poll_opening(cx))?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_opening(cx))?;
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        self.is_behind = false;
        self.wake();
        Poll::Ready(flushed)
    }

    fn wake(&mut self) {
        self.waits.take().into_iter().for_each(Waker::wake);
    }

    /// Sends what leaves first, as far as there is such a thing.
    fn poll_opening(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(opening) = &mut self.opening {
            ready!(opening.poll_send(cx, &mut self.stream))?;
            self.opening = self.opening.take().filter(Opening::is_awaited);
        }
        Poll::Ready(Ok(()))
    }

    fn refuse(&mut self, end: End) -> Poll<io::Result<()>> {
        self.end = Some(end);
        Poll::Ready(Err(io::ErrorKind::InvalidData.into()))
    }
}

/// Where in its frames the peer is (RFC 9113 section 4.1).
#[derive(Debug, Default)]
struct Frames {
    head: [u8; 9],
    had: usize,
    payload_left: usize,
    any: bool,
    is_other_protocol: bool,
    has_goaway: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Passed {
    all: u32,
    /// Those that bring no bytes of a body.
    barren: u32,
}

impl Frames {
    fn pass(&mut self, mut bytes: &[u8]) -> Passed {
        let mut passed = Passed::default();
        while !bytes.is_empty() {
            let skipped = self.payload_left.min(bytes.len());
            self.payload_left -= skipped;
            bytes = &bytes[skipped..];
            let taken = (self.head.len() - self.had).min(bytes.len());
            self.head[self.had..self.had + taken].copy_from_slice(&bytes[..taken]);
            self.had += taken;
            bytes = &bytes[taken..];
            if self.had == self.head.len() {
                self.begin_frame(&mut passed);
            }
        }
        passed
    }

    fn end_of_peer(&self) -> End {
        if self.has_goaway { End::GivenUp } else { End::Closed }
    }

    fn begin_frame(&mut self, passed: &mut Passed) {
        const DATA: u8 = 0;
        const GOAWAY: u8 = 7;
        const PADDED: u8 = 8;
        const PADDING_BYTES: usize = 256;
        self.is_other_protocol |= !self.any && self.head.starts_with(b"HTTP/1.");
        (self.any, self.had) = (true, 0);
        let [a, b, c, kind, flags, ..] = self.head;
        self.payload_left = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        self.has_goaway |= kind == GOAWAY;
        let may_be_padding = flags & PADDED != 0 && self.payload_left <= PADDING_BYTES;
        passed.all += 1;
        passed.barren += u32::from(kind != DATA || self.payload_left == 0 || may_be_padding);
    }
}

impl AsyncRead for Gate {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.lock().poll_read(cx, buf)
    }
}

impl AsyncWrite for Gate {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.lock().poll_write(cx, buf)
    }

    /// A frame's head and payload come apart and leave together: in one system call, in one TLS record.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut inner = self.lock();
        let mut gathered = std::mem::take(&mut inner.gathered);
        gathered.clear();
        for slice in slices {
            let room = GATHER_BYTES - gathered.len();
            gathered.extend_from_slice(&slice[..slice.len().min(room)]);
        }
        let written = inner.poll_write(cx, &gathered);
        inner.gathered = gathered;
        written
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_wherever_the_reads_cut_them() {
        // SETTINGS without payload, DATA of three bytes, empty DATA, PING.
        let mut wire = b"\0\0\0\x04\0\0\0\0\0".to_vec();
        wire.extend_from_slice(b"\0\0\x03\0\0\0\0\0\x01abc");
        wire.extend_from_slice(b"\0\0\0\0\0\0\0\0\x01");
        wire.extend_from_slice(b"\0\0\x08\x06\0\0\0\0\0pingping");
        for size in [1, 2, 3, 8, 9, 10, 100] {
            let mut frames = Frames::default();
            let sum = wire.chunks(size).map(|piece| frames.pass(piece)).fold(
                Passed::default(),
                |sum, one| Passed { all: sum.all + one.all, barren: sum.barren + one.barren },
            );
            assert_eq!((sum, frames.payload_left), (Passed { all: 4, barren: 3 }, 0), "{size}");
            assert!(!frames.is_other_protocol);
        }
        let mut frames = Frames::default();
        frames.pass(b"HTTP/1.1 400 Bad Request\r\n");
        assert!(frames.is_other_protocol);
    }
}
