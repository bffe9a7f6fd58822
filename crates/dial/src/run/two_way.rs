//! A connection that is read while it is written to: reading it drives both directions.

use std::fs::File;
use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use landline::Timeouts;
use landline::aio::LineStream;
use landline::net::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::watch::Watch;
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high;

/// How much is read from the input at once.
const PIECE_BYTES: usize = 64 << 10;

/// Where what we say comes from.
pub(super) enum Input {
    /// A file on a disk, which keeps nobody waiting. All of it is to be sent.
    File(File),
    /// Anything that comes when it likes, read by a thread that nobody waits for at the end.
    Stdin(tokio::io::Stdin),
    Pipe(tokio::fs::File),
}

impl Input {
    /// Opens the file of `-T`, or stdin.
    pub(super) fn open(upload: Option<&high::Upload>) -> Result<Input, Failure> {
        let Some(high::Upload::File(path)) = upload else { return Ok(Input::stdin()) };
        let cannot = |reason: String| {
            Failure::new(Code::READ, format!("cannot open '{}': {reason}", path.display()))
        };
        let file = File::open(path).map_err(|error| cannot(os_reason(&error)))?;
        match file.metadata() {
            Ok(facts) if facts.is_dir() => Err(cannot("Is a directory".to_owned())),
            Ok(facts) if facts.is_file() => Ok(Input::File(file)),
            _ => Ok(Input::Pipe(tokio::fs::File::from_std(file))),
        }
    }

    #[cfg(unix)]
    fn stdin() -> Input {
        use std::os::fd::AsFd;
        let file = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        let file = file.ok().filter(|file| file.metadata().is_ok_and(|facts| facts.is_file()));
        file.map_or_else(|| Input::Stdin(tokio::io::stdin()), Input::File)
    }

    #[cfg(not(unix))]
    fn stdin() -> Input {
        Input::Stdin(tokio::io::stdin())
    }

    /// Whether it comes to an end by itself and without waiting, so that all of it can be sent.
    fn is_at_hand(&self) -> bool {
        matches!(self, Input::File(_))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Input::File(file) => {
                let count = file.read(buf.initialize_unfilled())?;
                buf.advance(count);
                Poll::Ready(Ok(()))
            }
            Input::Stdin(stdin) => Pin::new(stdin).poll_read(cx, buf),
            Input::Pipe(file) => Pin::new(file).poll_read(cx, buf),
        }
    }
}

/// What the end of the input means to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is told: FIN, and TLS's goodbye before it.
    Finish,
    /// It is not told: it ends the conversation itself.
    Open,
}

/// How far sending is.
#[derive(Debug)]
enum Sending {
    On,
    /// The input has ended; the peer is being told.
    Ending,
    Done,
    Failed(Failure),
}

/// Both directions of a connection: a read sends what the input has, then receives.
pub(super) struct TwoWay {
    line: LineStream,
    input: Input,
    end: End,
    piece: Vec<u8>,
    sent: usize,
    filled: usize,
    sending: Sending,
    /// All that came from the input.
    taken: u64,
    first_byte: Option<Duration>,
    watch: Option<(Arc<Watch>, Instant, Timeouts)>,
}

impl TwoWay {
    pub(super) fn new(stream: Stream, input: Input, end: End) -> TwoWay {
        TwoWay {
            line: LineStream::new(stream),
            input,
            end,
            piece: vec![0; PIECE_BYTES],
            sent: 0,
            filled: 0,
            sending: Sending::On,
            taken: 0,
            first_byte: None,
            watch: None,
        }
    }

    /// Counts what is sent, and the time since `begun`; `ended` are the deadlines from the moment when
    /// there is nothing left to say.
    pub(super) fn watched(self, watch: Arc<Watch>, begun: Instant, ended: Timeouts) -> TwoWay {
        TwoWay { watch: Some((watch, begun, ended)), ..self }
    }

    pub(super) fn first_byte(&self) -> Option<Duration> {
        self.first_byte
    }

    /// Bytes that the input gave.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// What is left to be sent when the peer has said all. A peer that has ended its side may still
    /// listen: a file is sent to its end, of other inputs what was read already.
    pub(super) async fn finish(&mut self) -> Result<(), Failure> {
        poll_fn(|cx| self.poll_finish(cx)).await;
        match std::mem::replace(&mut self.sending, Sending::Done) {
            Sending::Failed(failure) => Err(failure),
            _ => Ok(()),
        }
    }

    fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while matches!(self.sending, Sending::On | Sending::Ending) {
            if self.sent == self.filled && !self.input.is_at_hand() {
                break;
            }
            ready!(self.poll_step(cx));
        }
        // What a protocol below holds back is not ours: if the peer is gone, it misses nothing.
        Pin::new(&mut self.line).poll_flush(cx).map(drop)
    }

    /// Sends as much as goes, and not so much that receiving has to wait for long.
    fn send(&mut self, cx: &mut Context<'_>) {
        const STEPS: usize = 4;
        for _ in 0..STEPS {
            if self.poll_step(cx).is_pending() {
                return;
            }
        }
        cx.waker().wake_by_ref();
    }

    /// One step: to read from the input, to write to the peer, or to tell it the end.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let step = match self.sending {
            Sending::On if self.sent < self.filled => ready!(self.poll_write(cx)),
            Sending::On => ready!(self.poll_input(cx)),
            Sending::Ending => ready!(self.poll_end(cx)),
            Sending::Done | Sending::Failed(_) => return Poll::Pending,
        };
        if let Err(failure) = step {
            self.sending = Sending::Failed(failure);
        }
        Poll::Ready(())
    }

    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        // Nothing may wait in TLS while the input keeps us waiting.
        ready!(Pin::new(&mut self.line).poll_flush(cx)).map_err(|error| cannot_send(&error))?;
        let mut buf = ReadBuf::new(&mut self.piece);
        ready!(self.input.poll_read(cx, &mut buf)).map_err(|error| {
            Failure::new(Code::READ, format!("cannot read the input: {}", os_reason(&error)))
        })?;
        (self.sent, self.filled) = (0, buf.filled().len());
        self.taken += self.filled as u64;
        if self.filled == 0 {
            self.sending = Sending::Ending;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let rest = &self.piece[self.sent..self.filled];
        let written = ready!(Pin::new(&mut self.line).poll_write(cx, rest));
        let count = match written {
            Ok(0) => return Poll::Ready(Err(cannot_send(&io::ErrorKind::WriteZero.into()))),
            Ok(count) => count,
            Err(error) => return Poll::Ready(Err(cannot_send(&error))),
        };
        self.sent += count;
        if let Some((watch, ..)) = &self.watch {
            watch.note_sent(count);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        if self.end == End::Finish {
            let told = ready!(Pin::new(&mut self.line).poll_shutdown(cx));
            // A peer that is gone already need not be told.
            let told = told.or_else(|error| match error.kind() {
                io::ErrorKind::NotConnected => Ok(()),
                _ => Err(error),
            });
            told.map_err(|error| cannot_send(&error))?;
        }
        self.sending = Sending::Done;
        if let Some((_, begun, ended)) = &self.watch {
            let mut ended = *ended;
            ended.total = ended.total.map(|total| total.saturating_sub(begun.elapsed()));
            self.line.set_timeouts(ended);
        }
        Poll::Ready(Ok(()))
    }
}

/// A time-out says so itself; the system's errors are told in its words.
fn cannot_send(error: &io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<landline::Error>()) {
        Some(ours) => super::failure::of(ours),
        None => {
            let text = format!("the peer takes no more: {}", os_reason(error));
            Failure::new(Code::SEND, text)
        }
    }
}

impl AsyncRead for TwoWay {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.send(cx);
        ready!(Pin::new(&mut this.line).poll_read(cx, buf))?;
        if let (None, Some((_, begun, _))) = (this.first_byte, &this.watch) {
            this.first_byte = Some(begun.elapsed());
        }
        Poll::Ready(Ok(()))
    }
}
