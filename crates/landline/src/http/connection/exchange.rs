//! What happens between the steps: sending and receiving at once, and the end of an exchange.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use landline_wire::head::ResponseHead;
use tokio::io::ReadBuf;

use super::{Connection, State};
use crate::error::is_gone;
use crate::http::incoming::BODY_BUFFER_BYTES;
use crate::http::sending::Sending;
use crate::observe::Event;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Phase, Result};

impl Connection {
    /// Sends the request to its end without a look at what comes back.
    pub(in crate::http) async fn rehearse(&mut self, upload: Option<Upload>) -> Result<()> {
        self.start(upload, Duration::ZERO).await?;
        let sent = poll_fn(|cx| self.poll_send(cx)).await;
        sent.map_err(|error| self.line.stream().error(error))
    }

    pub(super) async fn final_head(&mut self) -> Result<ResponseHead> {
        loop {
            let head = poll_fn(|cx| self.poll_head(cx)).await?;
            self.observer.tell(&Event::HeadReceived(&head));
            if head.status == 101 || head.status >= 200 {
                return Ok(head);
            }
            if let (100, Some(sending)) = (head.status, &mut self.sending) {
                sending.permission = None;
            }
            if self.sending.is_none() && self.line.buffered().is_empty() {
                // The next head has the time of a first byte again.
                self.line.stream_mut().enter(Phase::AwaitingReply);
            }
        }
    }

    /// Sends and receives at once: a peer may answer before it has taken the whole body.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>> {
        if let Poll::Ready(Err(error)) = self.poll_send(cx) {
            let has_stopped_listening = is_gone(error.kind());
            let error = self.line.stream().error(error);
            if error.kind() != ErrorKind::Io || !has_stopped_listening {
                return Poll::Ready(Err(error));
            }
            // The peer may have explained itself before that.
            self.send_error = Some(error.into());
            self.sending = None;
            self.reusable = false;
        }
        let head = ready!(self.incoming.poll_head(cx, &mut self.line));
        Poll::Ready(match (head, self.send_error.take()) {
            (Err(error), Some(sending)) if error.kind() != ErrorKind::Limit => {
                Err(Error::from_io(sending, Phase::Sending))
            }
            (head, _) => head,
        })
    }

    /// Drives what is left of the request's body.
    pub(in crate::http) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(sending) = &mut self.sending else { return Poll::Ready(Ok(())) };
        ready!(sending.poll_send(cx, self.line.stream_mut(), &self.observer))?;
        self.sending = None;
        let is_replying = self.state == State::Body;
        let next = if is_replying { Phase::ReadingBody } else { Phase::AwaitingReply };
        self.line.stream_mut().enter(next);
        Poll::Ready(Ok(()))
    }

    pub(super) fn begin_body(&mut self, head: &ResponseHead) -> Result<()> {
        if self.sending.is_some() && (head.status >= 300 || self.is_waiting_for_permission()) {
            // Not wanted: what was announced will not be sent, so nothing else can follow.
            self.unsent = self.sending.take().and_then(Sending::into_unbegun);
            self.reusable = false;
        }
        let is_tunnel = self.request.method == "CONNECT" && (200..300).contains(&head.status);
        if head.status == 101 || is_tunnel {
            self.state = State::Upgraded;
            return Ok(());
        }
        self.reusable &= !self.request.closes;
        self.reusable &=
            self.incoming.begin_body(&self.request.method, head, self.line.stream().peer())?;
        self.line.stream_mut().enter(Phase::ReadingBody);
        self.line.set_buffer_max(BODY_BUFFER_BYTES);
        self.state = State::Body;
        if self.incoming.is_done() && self.sending.is_none() {
            self.finish();
        }
        Ok(())
    }

    fn is_waiting_for_permission(&self) -> bool {
        self.sending.as_ref().is_some_and(|sending| sending.permission.is_some())
    }

    /// How many bytes of body are ready in the buffer, after reading some if there were none;
    /// 0 at the end of the body.
    pub(in crate::http) fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match self.state {
            State::Body => {}
            State::Failed => return Poll::Ready(Err(already_failed().into())),
            State::Head | State::Sending => {
                let what = "a body cannot be read: the head of the reply has not been read";
                return Poll::Ready(Err(Error::usage(what).into()));
            }
            _ => return Poll::Ready(Ok(0)),
        }
        let sent = self.poll_send(cx).map_err(|error| self.fail(error))?;
        let read = ready!(self.incoming.poll_body(cx, &mut self.line));
        let ready = read.map_err(|error| self.fail(error))?;
        if ready == 0 {
            ready!(sent);
            self.finish();
        }
        Poll::Ready(Ok(ready))
    }

    /// Whether reading the body needs no waiting now.
    pub(in crate::http) fn is_body_at_hand(&self) -> bool {
        let is_reading = self.state == State::Body && self.sending.is_none();
        is_reading && self.incoming.is_at_hand(&self.line)
    }

    /// Reads into the caller's own buffer, past ours where that saves a copy.
    pub(in crate::http) fn poll_body_into(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.state == State::Body
            && self.sending.is_none()
            && let Some(limit) = self.incoming.direct_room(&self.line, buf.remaining())
        {
            let read = self.incoming.poll_direct(cx, &mut self.line, buf, limit);
            match read {
                Poll::Ready(Ok(0)) => {}
                Poll::Ready(Ok(count)) => {
                    let filled = buf.filled();
                    self.observer.tell(&Event::BodyReceived(&filled[filled.len() - count..]));
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(self.fail(error))),
                Poll::Pending => return Poll::Pending,
            }
        }
        let ready = ready!(self.poll_body(cx))?.min(buf.remaining());
        buf.put_slice(&self.line.buffered()[..ready]);
        self.consume_body(ready);
        Poll::Ready(Ok(()))
    }

    pub(in crate::http) fn consume_body(&mut self, count: usize) {
        if count > 0 {
            self.observer.tell(&Event::BodyReceived(&self.line.buffered()[..count]));
        }
        self.incoming.consume(&mut self.line, count);
    }

    fn fail(&mut self, error: io::Error) -> io::Error {
        self.state = State::Failed;
        self.reusable = false;
        error
    }

    /// The exchange is over: decides whether the connection can carry another.
    fn finish(&mut self) {
        if let Some(trailers) = self.incoming.trailers() {
            self.observer.tell(&Event::TrailersReceived(trailers));
        }
        if !self.line.buffered().is_empty() {
            self.observer.tell(&Event::Note("the peer sent more than its reply"));
            self.reusable = false;
        }
        self.state = if self.reusable { State::Idle } else { State::Over };
        self.observer.tell(&Event::Ended { kept: self.reusable });
    }

    /// Whether nothing came on this idle connection: a byte or an end makes it useless.
    pub(in crate::http) fn is_quiet(&mut self) -> bool {
        self.is_idle() && self.line.buffered().is_empty() && self.line.stream_mut().is_quiet()
    }

    /// Whether the rest of the body is in the buffer already.
    pub(in crate::http) fn drain_buffered(&mut self) {
        if self.state == State::Body
            && self.sending.is_none()
            && self.incoming.drain(&mut self.line)
        {
            self.finish();
        }
    }
}

fn already_failed() -> Error {
    Error::new(ErrorKind::Truncated, Phase::ReadingBody, "the body broke off before its end")
}
