//! How the body of a request leaves in DATA frames, as far as the peer's windows let it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::SendStream;
use tokio::time::Sleep;

use crate::Result;
use crate::net::pace::{Direction, Pace};
use crate::observe::{Event, Observer};
use crate::upload::{Upload, ended_early, source_failed};

/// What is taken from the source at a time.
const PIECE_BYTES: usize = 64 << 10;

/// An upload under way.
pub(super) struct Outgoing {
    upload: Upload,
    stream: SendStream<Bytes>,
    /// Still to come from the source; `None` when nobody knows.
    left: Option<u64>,
    /// Read from the source and not yet sent.
    piece: Bytes,
    /// Waits for `100 Continue`, up to a deadline (RFC 9110 section 10.1.1).
    pub(super) permission: Option<Pin<Box<Sleep>>>,
    /// How much of a body in memory was taken.
    taken: usize,
    has_all: bool,
}

/// What sending has come to.
pub(super) enum Sent {
    /// Some left, and more is to come.
    More,
    /// All of it left, or the peer wants no more.
    All,
}

impl Outgoing {
    pub(super) fn new(
        mut upload: Upload,
        stream: SendStream<Bytes>,
        permission: Option<Pin<Box<Sleep>>>,
    ) -> Result<Self> {
        upload.rewind().map_err(|error| source_failed().because(error))?;
        let left = upload.len();
        let piece = Bytes::new();
        Ok(Self { upload, stream, left, piece, permission, taken: 0, has_all: false })
    }

    /// The body as it was given, when leave to send it never came.
    pub(super) fn into_unbegun(self) -> Option<Upload> {
        self.permission.is_some().then_some(self.upload)
    }

    /// Sends what the windows have room for. An error is the source's; what the peer has against it
    /// shows where its reply is read.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        pace: &mut Pace,
        observer: &Observer,
    ) -> Poll<io::Result<Sent>> {
        if let Some(wait) = &mut self.permission {
            ready!(wait.as_mut().poll(cx));
            self.permission = None;
        }
        if self.piece.is_empty() && !self.has_all {
            pace.set_ours(true);
            ready!(self.poll_piece(cx))?;
            pace.set_ours(false);
        }
        if self.piece.is_empty() {
            return Poll::Ready(Ok(self.send(&Bytes::new(), observer)));
        }
        self.stream.reserve_capacity(self.piece.len());
        let mut room = self.stream.capacity();
        if room == 0 {
            room = match ready!(self.stream.poll_capacity(cx)) {
                Some(Ok(room)) => room,
                Some(Err(_)) | None => return Poll::Ready(Ok(Sent::All)),
            };
        }
        let part = self.piece.split_to(room.min(self.piece.len()));
        pace.spend(Direction::Write, part.len());
        Poll::Ready(Ok(self.send(&part, observer)))
    }

    fn send(&mut self, part: &Bytes, observer: &Observer) -> Sent {
        let is_last = self.has_all && self.piece.is_empty();
        if self.stream.send_data(part.clone(), is_last).is_err() {
            return Sent::All;
        }
        observer.tell(&Event::BodySent(part));
        if is_last { Sent::All } else { Sent::More }
    }

    /// Takes the next piece from the source.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(bytes) = self.upload.in_memory() {
            let rest = &bytes[self.taken..];
            self.piece = Bytes::copy_from_slice(&rest[..rest.len().min(PIECE_BYTES)]);
            self.taken += self.piece.len();
            self.has_all = self.taken == bytes.len();
            return Poll::Ready(Ok(()));
        }
        let room = self.left.map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES as u64) as usize);
        let mut into = vec![0; room];
        let count = match room {
            0 => 0,
            _ => ready!(self.upload.poll_source(cx, &mut into))?,
        };
        into.truncate(count);
        self.piece = into.into();
        match &mut self.left {
            None => self.has_all = count == 0,
            Some(left) if count == 0 && *left > 0 => {
                return Poll::Ready(Err(ended_early(*left).into()));
            }
            Some(left) => {
                *left -= count as u64;
                self.has_all = *left == 0;
            }
        }
        Poll::Ready(Ok(()))
    }
}
