//! From the network to the output, piece by piece, with an eye on the clock and on Ctrl-C.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use super::failure;
use super::interrupt::{End, Interrupt};
use super::watch::Watch;
use crate::exit::{Code, Failure};
use crate::output::Output;
use crate::progress::Meter;

/// Everything that looks at a body while it passes.
pub(super) struct Pump<'a> {
    pub(super) output: &'a mut Output,
    pub(super) meter: &'a mut Meter,
    pub(super) watch: &'a Watch,
    /// Whether the watch is told by others of what came.
    pub(super) is_told: bool,
    pub(super) interrupt: &'a mut Interrupt,
    pub(super) max_bytes: Option<u64>,
    /// `-m`, for sources that always have more and so never make the library wait.
    pub(super) deadline: Option<Instant>,
    /// Bytes of the body that went through.
    pub(super) received: u64,
}

impl Pump<'_> {
    /// Moves all of `source` to the output. Each piece is written as it arrives.
    pub(super) async fn run(
        &mut self,
        source: &mut (dyn AsyncBufRead + Send + Unpin),
    ) -> Result<(), Failure> {
        let mut tick = Tick::new(self.meter.beat());
        loop {
            match poll_fn(|cx| next(cx, source, self.interrupt, &mut tick)).await {
                Next::Piece => {}
                Next::Failed(error) => return Err(failure::of(&error.into())),
                Next::Beat => {
                    self.look()?;
                    continue;
                }
                Next::End(end) => return Err(self.ended(end)),
            }
            let piece = source.fill_buf().await.map_err(|error| failure::of(&error.into()))?;
            let count = piece.len();
            if count == 0 {
                return Ok(());
            }
            self.check_size(count as u64)?;
            if !self.is_told {
                self.watch.note_received(piece);
            }
            self.output.write(piece)?;
            source.consume(count);
            self.received += count as u64;
            if tick.is_due() {
                self.look()?;
            }
        }
    }

    fn check_size(&self, more: u64) -> Result<(), Failure> {
        match self.max_bytes {
            Some(max) if self.received + more > max => {
                let text = format!("Exceeded the maximum allowed file size ({max} bytes)");
                Err(Failure::new(Code::FILE_TOO_LARGE, text))
            }
            _ => Ok(()),
        }
    }

    /// At every beat: shows how far it is, and looks at the clock.
    fn look(&mut self) -> Result<(), Failure> {
        self.meter.update(self.received, self.watch.sent());
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            let text = format!("timed out after {} bytes", self.received);
            return Err(Failure::new(Code::TIMED_OUT, text));
        }
        Ok(())
    }

    fn ended(&self, end: End) -> Failure {
        let file = self.output.resumable();
        if end == End::Abort || (end == End::InterruptAll && file.is_none()) {
            return end.failure();
        }
        let mut text = format!("interrupted after {} bytes", self.received);
        if let Some(path) = file {
            let path = path.display();
            text.push_str(&format!("; they are in '{path}', and -C - goes on from there"));
        }
        Failure::new(Code::INTERRUPTED, text)
    }
}

/// What comes first.
enum Next {
    /// A piece of the body, or its end: the next read gives it at once.
    Piece,
    Failed(std::io::Error),
    Beat,
    End(End),
}

/// Data goes before everything, so that neither signal nor clock is set up while it flows.
fn next(
    cx: &mut Context<'_>,
    source: &mut (dyn AsyncBufRead + Send + Unpin),
    interrupt: &mut Interrupt,
    tick: &mut Tick,
) -> Poll<Next> {
    match Pin::new(source).poll_fill_buf(cx) {
        Poll::Ready(Ok(_)) => Poll::Ready(Next::Piece),
        Poll::Ready(Err(error)) => Poll::Ready(Next::Failed(error)),
        Poll::Pending => match interrupt.poll(cx) {
            Poll::Ready(end) => Poll::Ready(Next::End(end)),
            Poll::Pending => tick.poll(cx).map(|()| Next::Beat),
        },
    }
}

/// A steady beat.
pub(super) struct Tick {
    beat: Duration,
    next: Instant,
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Tick {
    pub(super) fn new(beat: Duration) -> Tick {
        Tick { beat, next: Instant::now() + beat, timer: None }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = self.next;
        let timer =
            self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(next.into())));
        ready!(timer.as_mut().poll(cx));
        self.advance(Instant::now());
        Poll::Ready(())
    }

    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.next;
        if is_due {
            self.advance(now);
        }
        is_due
    }

    fn advance(&mut self, now: Instant) {
        self.next = now + self.beat;
        self.timer = None;
    }
}
