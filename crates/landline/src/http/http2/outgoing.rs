//! How the body of a request leaves in DATA frames, as far as the peer's windows let it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::SendStream;
use tokio::time::Sleep;

use crate::Result;
use crate::http::pieces::Pieces;
use crate::net::pace::{Direction, Pace};
use crate::observe::{Event, Observer};
use crate::upload::Upload;

/// An upload under way.
pub(super) struct Outgoing {
    source: Pieces,
    stream: SendStream<Bytes>,
    /// Read from the source and not yet sent.
    piece: Bytes,
    /// Waits for `100 Continue`, up to a deadline (RFC 9110 section 10.1.1).
    pub(super) permission: Option<Pin<Box<Sleep>>>,
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
        upload: Upload,
        stream: SendStream<Bytes>,
        permission: Option<Pin<Box<Sleep>>>,
    ) -> Result<Self> {
        Ok(Self { source: Pieces::of(upload)?, stream, piece: Bytes::new(), permission })
    }

    /// The body as it was given, when leave to send it never came.
    pub(super) fn into_unbegun(self) -> Option<Upload> {
        self.permission.is_some().then(|| self.source.into_upload())
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
        if self.piece.is_empty() && !self.source.has_all() {
            pace.set_ours(true);
            self.piece = ready!(self.source.poll_piece(cx))?;
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
        let is_last = self.source.has_all() && self.piece.is_empty();
        if self.stream.send_data(part.clone(), is_last).is_err() {
            return Sent::All;
        }
        observer.tell(&Event::BodySent(part));
        if is_last { Sent::All } else { Sent::More }
    }
}
