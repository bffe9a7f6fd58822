//! The body of a reply, as it comes in the frames of its stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::{Exchange, Place, Stage, out_of_order, send};
use crate::net::Peer;
use crate::net::pace::Direction;
use crate::observe::Event;
use crate::{Error, ErrorKind, Headers, Phase, Result};

impl Exchange {
    /// Has bytes of the body at hand; false at its end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if !self.chunk.is_empty() {
            return Poll::Ready(Ok(true));
        }
        match self.stage {
            Stage::Body(_) => {}
            Stage::Over => return Poll::Ready(Ok(false)),
            Stage::Failed => return Poll::Ready(Err(already_failed().into())),
            Stage::Begun | Stage::Asked(_) => return Poll::Ready(Err(out_of_order().into())),
        }
        if self.pace.poll_room(cx, Direction::Read).is_pending() {
            return self.pace.wait_for_total(cx, self.link.peer());
        }
        let read = match self.poll_data(cx) {
            Poll::Pending => ready!(self.wait(cx)),
            Poll::Ready(read) => read,
        };
        match read {
            Ok(Some(chunk)) => {
                self.pace.moved(Direction::Read);
                self.link.gate.got_on();
                self.pace.spend(Direction::Read, chunk.len());
                self.got += chunk.len() as u64;
                self.unreleased = chunk.len();
                self.chunk = chunk;
                Poll::Ready(Ok(true))
            }
            Ok(None) => {
                self.finish();
                Poll::Ready(Ok(false))
            }
            Err(error) => {
                self.fail();
                Poll::Ready(Err(error.into()))
            }
        }
    }

    fn consume(&mut self, count: usize) {
        if count > 0 {
            self.observer.tell(&Event::BodyReceived(&self.chunk[..count]));
            self.chunk.advance(count);
        }
    }

    /// The next bytes of the body, sending all the while; `None` at the end of both.
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let Self { link, sending, pace, observer, stage, trailers, .. } = self;
        let (got, announced) = (self.got, self.announced);
        let Stage::Body(body) = stage else { return Poll::Ready(Err(out_of_order())) };
        // Refused only for more than was received.
        let _ = body.flow_control().release_capacity(std::mem::take(&mut self.unreleased));
        send(sending, cx, pace, observer, link, Phase::ReadingBody)?;
        let fault = |error| link.fault().in_place(error, Place::Body(got, announced));
        loop {
            match ready!(body.poll_data(cx)).transpose().map_err(fault)? {
                Some(chunk) if chunk.is_empty() => {}
                Some(_) if announced == Some(0) => {
                    return Poll::Ready(Err(unwanted_body(link.peer())));
                }
                Some(chunk) => return Poll::Ready(Ok(Some(chunk))),
                None => break,
            }
        }
        if let Some(fields) = ready!(body.poll_trailers(cx)).map_err(fault)? {
            *trailers = Headers::from(&fields);
        }
        if sending.is_some() { Poll::Pending } else { Poll::Ready(Ok(None)) }
    }
}

impl AsyncRead for Exchange {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if ready!(this.poll_chunk(cx))? {
            let count = this.chunk.len().min(buf.remaining());
            buf.put_slice(&this.chunk[..count]);
            this.consume(count);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Exchange {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        ready!(this.poll_chunk(cx))?;
        Poll::Ready(Ok(&this.chunk))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().consume(amount);
    }
}

fn already_failed() -> Error {
    Error::new(ErrorKind::Truncated, Phase::ReadingBody, "the body broke off before its end")
}

fn unwanted_body(peer: &Peer) -> Error {
    let what = format!("{peer} sends a body where there can be none");
    Error::new(ErrorKind::Protocol, Phase::ReadingBody, what)
}
