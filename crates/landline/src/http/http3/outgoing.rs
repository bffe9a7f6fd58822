//! How a request leaves: its head, and its body in DATA frames, as far as the peer's windows let it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use landline_wire::http3::{FrameHead, code, frame};
use quinn::{SendStream, VarInt};
use tokio::time::Sleep;

use crate::Result;
use crate::http::pieces::Pieces;
use crate::net::pace::{Direction, Pace};
use crate::observe::{Event, Observer};
use crate::upload::Upload;

/// A request that has no stream yet.
pub(super) struct Outgoing {
    /// What is to be sent next, and how much of it was: heads, of the request and of frames.
    front: Vec<u8>,
    piece: Bytes,
    source: Option<Pieces>,
    /// Waits for `100 Continue`, up to a deadline (RFC 9110 section 10.1.1).
    permission: Option<Pin<Box<Sleep>>>,
}

/// A request under way. Given up before its end it is reset: an end would make it look whole.
pub(super) struct Sending {
    stream: SendStream,
    rest: Outgoing,
    is_over: bool,
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
        head: Vec<u8>,
        upload: Option<Upload>,
        permission: Option<Pin<Box<Sleep>>>,
    ) -> Result<Self> {
        let source = upload.map(Pieces::of).transpose()?;
        Ok(Self { front: head, piece: Bytes::new(), source, permission })
    }

    pub(super) fn on(self, stream: SendStream) -> Sending {
        Sending { stream, rest: self, is_over: false }
    }
}

impl Sending {
    /// Whether leave to send the body is waited for.
    pub(super) fn waits_for_leave(&self) -> bool {
        self.rest.permission.is_some()
    }

    /// Leave has come.
    pub(super) fn may_go_on(&mut self) {
        self.rest.permission = None;
    }

    /// The body as it was given, when leave to send it never came.
    pub(super) fn take_unbegun(&mut self) -> Option<Upload> {
        let is_unbegun = self.rest.permission.is_some();
        self.rest.source.take_if(|_| is_unbegun).map(Pieces::into_upload)
    }

    /// Sends what the windows have room for. An error is the source's; what the peer has against it
    /// shows where its reply is read.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        pace: &mut Pace,
        observer: &Observer,
    ) -> Poll<io::Result<Sent>> {
        if !self.rest.front.is_empty() {
            let Some(count) = ready!(poll_write(&mut self.stream, cx, &self.rest.front)) else {
                return self.refused();
            };
            self.rest.front.drain(..count);
            return Poll::Ready(Ok(Sent::More));
        }
        if let Some(wait) = &mut self.rest.permission {
            ready!(wait.as_mut().poll(cx));
            self.rest.permission = None;
        }
        if self.rest.piece.is_empty() {
            let Some(source) = self.rest.source.as_mut().filter(|source| !source.has_all()) else {
                return self.finish();
            };
            pace.set_ours(true);
            self.rest.piece = ready!(source.poll_piece(cx))?;
            pace.set_ours(false);
            if !self.rest.piece.is_empty() {
                let len = self.rest.piece.len() as u64;
                FrameHead { kind: frame::DATA, len }.write(&mut self.rest.front);
            }
            return Poll::Ready(Ok(Sent::More));
        }
        let Some(count) = ready!(poll_write(&mut self.stream, cx, &self.rest.piece)) else {
            return self.refused();
        };
        let part = self.rest.piece.split_to(count);
        pace.spend(Direction::Write, count);
        observer.tell(&Event::BodySent(&part));
        Poll::Ready(Ok(Sent::More))
    }

    fn finish(&mut self) -> Poll<io::Result<Sent>> {
        // Refused only where the peer has stopped it.
        let _ = self.stream.finish();
        self.is_over = true;
        Poll::Ready(Ok(Sent::All))
    }

    fn refused(&mut self) -> Poll<io::Result<Sent>> {
        self.rest.source = None;
        Poll::Ready(Ok(Sent::All))
    }
}

/// How much was taken; `None` where the peer wants no more, or is gone.
fn poll_write(stream: &mut SendStream, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Option<usize>> {
    Pin::new(stream).poll_write(cx, bytes).map(Result::ok)
}

impl Drop for Sending {
    fn drop(&mut self) {
        if !self.is_over {
            // Refused only for a stream that is over.
            let code = VarInt::from_u64(code::H3_REQUEST_CANCELLED).unwrap_or(VarInt::MAX);
            let _ = self.stream.reset(code);
        }
    }
}
