//! The frames of one stream, as they come.

use std::task::{Context, Poll, ready};

use landline_wire::http3::FrameHead;
use quinn::{ReadError, RecvStream, VarInt};

/// What is read at a time.
const READ_BYTES: usize = 32 << 10;
/// Reads in one turn before others are looked at again.
const TURN_READS: usize = 32;
/// Frames that may come, one after the other, and bring nothing.
const BARREN_FRAMES: u32 = 10_000;

/// Why there are no more frames.
#[derive(Debug)]
pub(super) enum Broken {
    Read(ReadError),
    /// The stream ended inside of one.
    Cut,
    /// Frame after frame brings nothing.
    Flood,
    /// One is larger than allowed.
    TooLarge,
}

/// Reads a stream frame by frame; holds no more of it than one read, or a payload that is wanted whole.
pub(super) struct Frames {
    stream: RecvStream,
    buffer: Vec<u8>,
    /// Where in the buffer unread bytes begin.
    start: usize,
    current: Option<FrameHead>,
    barren: u32,
}

impl Frames {
    pub(super) fn of(stream: RecvStream) -> Self {
        Self { stream, buffer: Vec::new(), start: 0, current: None, barren: 0 }
    }

    /// What was waited for has come.
    pub(super) fn got_on(&mut self) {
        self.barren = 0;
    }

    /// Tells the peer that no more is wanted.
    pub(super) fn stop(&mut self, code: u64) {
        // Refused only for a stream that is over.
        let _ = self.stream.stop(VarInt::from_u64(code).unwrap_or(VarInt::MAX));
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// An integer in front of the frames: what the stream is for.
    pub(super) fn poll_integer(&mut self, cx: &mut Context<'_>) -> Poll<Result<u64, Broken>> {
        loop {
            if let Some((value, used)) = landline_wire::http3::read_integer(self.unread()) {
                self.start += used;
                return Poll::Ready(Ok(value));
            }
            if !ready!(self.poll_fill(cx))? {
                return Poll::Ready(Err(Broken::Cut));
            }
        }
    }

    /// The frame that is being read, or the next; `None` at the end of the stream.
    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<FrameHead>, Broken>> {
        loop {
            if let Some(current) = self.current {
                return Poll::Ready(Ok(Some(current)));
            }
            if let Some((head, used)) = FrameHead::read(self.unread()) {
                self.start += used;
                self.current = Some(head);
                self.barren += 1;
                if self.barren > BARREN_FRAMES {
                    return Poll::Ready(Err(Broken::Flood));
                }
            } else if !ready!(self.poll_fill(cx))? {
                let is_clean = self.unread().is_empty();
                return Poll::Ready(if is_clean { Ok(None) } else { Err(Broken::Cut) });
            }
        }
    }

    /// The whole payload of the frame that is being read, which is over then.
    pub(super) fn poll_whole(
        &mut self,
        cx: &mut Context<'_>,
        max: usize,
    ) -> Poll<Result<Vec<u8>, Broken>> {
        let left = self.left();
        if left > max as u64 {
            return Poll::Ready(Err(Broken::TooLarge));
        }
        while (self.unread().len() as u64) < left {
            if !ready!(self.poll_fill(cx))? {
                return Poll::Ready(Err(Broken::Cut));
            }
        }
        let payload = self.unread()[..left as usize].to_vec();
        self.consume(payload.len());
        self.current = None;
        Poll::Ready(Ok(payload))
    }

    /// Has bytes of the payload at hand; false at its end, behind which there is another frame.
    pub(super) fn poll_some(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Broken>> {
        if self.left() == 0 {
            self.current = None;
            return Poll::Ready(Ok(false));
        }
        while self.unread().is_empty() {
            if !ready!(self.poll_fill(cx))? {
                return Poll::Ready(Err(Broken::Cut));
            }
        }
        Poll::Ready(Ok(true))
    }

    /// Passes over the payload.
    pub(super) fn poll_skip(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        for _ in 0..TURN_READS {
            if !ready!(self.poll_some(cx))? {
                return Poll::Ready(Ok(()));
            }
            // A long payload brings as little as many short ones.
            self.barren += 1;
            if self.barren > BARREN_FRAMES {
                return Poll::Ready(Err(Broken::Flood));
            }
            self.consume(self.at_hand().len());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Bytes of the payload that are there.
    pub(super) fn at_hand(&self) -> &[u8] {
        let unread = self.unread();
        let left = usize::try_from(self.left()).unwrap_or(usize::MAX);
        &unread[..unread.len().min(left)]
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.start += count;
        if let Some(current) = &mut self.current {
            current.len -= count as u64;
        }
    }

    fn left(&self) -> u64 {
        self.current.map_or(0, |current| current.len)
    }

    /// Reads more; false at the end of the stream.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Broken>> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let held = self.buffer.len();
        self.buffer.resize(held + READ_BYTES, 0);
        let read = self.stream.poll_read(cx, &mut self.buffer[held..]);
        let count = match &read {
            Poll::Ready(Ok(count)) => *count,
            _ => 0,
        };
        self.buffer.truncate(held + count);
        read.map(|read| read.map(|count| count > 0).map_err(Broken::Read))
    }
}
