//! The body of a reply, as it comes in the frames of its stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::http3::{HeadFault, trailers};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::{Exchange, Part, Place, Stage, out_of_order};
use crate::net::Peer;
use crate::net::pace::Direction;
use crate::observe::Event;
use crate::{Error, ErrorKind, Phase, Result};

impl Exchange {
    /// Bytes of the body that are there.
    pub(super) fn chunk(&self) -> &[u8] {
        match &self.stage {
            Stage::Body(asked) if !self.has_trailers => asked.frames.at_hand(),
            _ => &[],
        }
    }

    /// Has bytes of the body at hand; false at its end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        match self.stage {
            Stage::Body(_) => {}
            Stage::Over => return Poll::Ready(Ok(false)),
            Stage::Failed => return Poll::Ready(Err(already_failed().into())),
            Stage::Begun | Stage::Opening(_) | Stage::Asked(_) => {
                return Poll::Ready(Err(out_of_order().into()));
            }
        }
        if self.pace.poll_room(cx, Direction::Read).is_pending() {
            return self.pace.wait_for_total(cx, self.link.peer());
        }
        let read = match self.poll_data(cx) {
            Poll::Pending => ready!(self.wait(cx)),
            Poll::Ready(read) => read,
        };
        match read {
            Ok(has_more) => {
                if !has_more {
                    self.finish();
                }
                Poll::Ready(Ok(has_more))
            }
            Err(error) => {
                self.fail();
                Poll::Ready(Err(error.into()))
            }
        }
    }

    /// The next bytes of the body, sending all the while; false at the end of both.
    pub(super) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        self.send(cx, Phase::ReadingBody)?;
        let place = Place::Body(self.got, self.announced);
        loop {
            match ready!(self.poll_part(cx, place))? {
                Part::Body => {
                    self.pace.moved(Direction::Read);
                    return Poll::Ready(self.check_length().map(|()| true));
                }
                Part::Head(block) => {
                    let fields = trailers(&block, &self.link.limits.head);
                    self.trailers = fields.map_err(|fault| self.bad_trailers(fault, place))?;
                    self.has_trailers = true;
                }
                Part::End => break,
            }
        }
        if self.announced.is_some_and(|announced| announced != self.got) {
            return Poll::Ready(Err(self.link.fault().short(self.got, self.announced)));
        }
        if self.sending.is_some() { Poll::Pending } else { Poll::Ready(Ok(false)) }
    }

    fn bad_trailers(&self, fault: HeadFault, place: Place) -> Error {
        self.bad_head(fault, place)
    }

    /// More than the head announced is not for the caller.
    fn check_length(&self) -> Result<()> {
        let Some(announced) = self.announced else { return Ok(()) };
        if self.got + self.chunk().len() as u64 <= announced {
            return Ok(());
        }
        let peer = self.link.peer();
        Err(match announced {
            0 => unwanted_body(peer),
            _ => {
                let what =
                    format!("the body from {peer} is longer than the {announced} bytes announced");
                Error::new(ErrorKind::Protocol, Phase::ReadingBody, what)
            }
        })
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        self.observer.tell(&Event::BodyReceived(&self.chunk()[..count]));
        self.pace.spend(Direction::Read, count);
        self.got += count as u64;
        if let Stage::Body(asked) = &mut self.stage {
            asked.frames.consume(count);
        }
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
            let count = this.chunk().len().min(buf.remaining());
            buf.put_slice(&this.chunk()[..count]);
            this.consume(count);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Exchange {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        ready!(this.poll_chunk(cx))?;
        Poll::Ready(Ok(this.chunk()))
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
