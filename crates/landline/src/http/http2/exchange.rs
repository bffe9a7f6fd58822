//! One request and its reply: a stream of a connection that others use too.

mod body;

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::client::ResponseFuture;
use landline_wire::head::{ResponseHead, Version};
use tokio::time::Instant;

use super::fault::Place;
use super::head::{self, RequestHead};
use super::link::Link;
use super::links::Shared;
use super::outgoing::{Outgoing, Sent};
use crate::http::carrier;
use crate::http::received::Received;
use crate::net::pace::{Direction, Pace};
use crate::net::{Call, Peer, TlsFacts};
use crate::observe::{Event, Observer};
use crate::upload::Upload;
use crate::{Error, Headers, Phase, Result};

/// A stream, from its request to the end of its reply, with deadlines of its own.
pub(in crate::http) struct Exchange {
    link: Arc<Link>,
    pace: Pace,
    observer: Observer,
    request: Option<RequestHead>,
    is_head: bool,
    sent_bytes: usize,
    received: Received,
    sending: Option<Outgoing>,
    unsent: Option<Upload>,
    stage: Stage,
    /// Of the body: what is at hand, and what of it the peer was not told to have been read.
    chunk: Bytes,
    unreleased: usize,
    got: u64,
    announced: Option<u64>,
    trailers: Headers,
    ended: Option<Instant>,
}

enum Stage {
    /// Nothing is sent.
    Begun,
    /// The head of the reply is waited for.
    Asked(ResponseFuture),
    /// Its body comes.
    Body(RecvStream),
    Over,
    Failed,
}

impl Exchange {
    /// A stream of `link`, which `call` bounds and watches.
    pub(in crate::http) fn on(link: Arc<Link>, call: &Call<'_>) -> Self {
        let mut pace = Pace::new(call.timeouts);
        pace.set_timeouts(call.timeouts, call.total);
        link.join();
        Self {
            link,
            pace,
            observer: call.observer.clone(),
            request: None,
            is_head: false,
            sent_bytes: 0,
            received: Received::default(),
            sending: None,
            unsent: None,
            stage: Stage::Begun,
            chunk: Bytes::new(),
            unreleased: 0,
            got: 0,
            announced: None,
            trailers: Headers::new(),
            ended: None,
        }
    }

    /// Stream 1 of a connection that was upgraded: `response` is to the request that was sent in HTTP/1.1;
    /// `head_bytes` are those of it, and of all that came of heads before.
    pub(in crate::http) fn upgraded(
        link: Arc<Link>,
        call: &Call<'_>,
        response: ResponseFuture,
        head_bytes: (usize, usize),
    ) -> Self {
        let mut exchange = Self::on(link, call);
        exchange.stage = Stage::Asked(response);
        (exchange.sent_bytes, exchange.received.bytes) = head_bytes;
        exchange.pace.enter(Phase::AwaitingReply);
        exchange
    }

    fn begin_body(&mut self, head: &ResponseHead) {
        let Stage::Body(body) = &self.stage else { return };
        let has_none = self.is_head || matches!(head.status, 204 | 304);
        let is_over = body.is_end_stream();
        let length = || head.headers.get("content-length")?.parse().ok();
        self.announced = if has_none || is_over { Some(0) } else { length() };
        if is_over && self.sending.is_none() {
            self.finish();
        }
    }

    fn poll_final(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>> {
        loop {
            let Poll::Ready(head) = self.poll_head(cx)? else { return self.wait(cx) };
            self.pace.moved(Direction::Read);
            self.link.gate.got_on();
            self.received.count(&head, &self.link.limits, self.link.peer())?;
            self.observer.tell(&Event::HeadReceived(&head));
            if head.status >= 200 {
                return Poll::Ready(Ok(head));
            }
            match (head.status, &mut self.sending) {
                (100, Some(sending)) => sending.permission = None,
                (_, Some(_)) => {}
                // The next head has the time of a first byte again.
                (_, None) => self.pace.enter(Phase::AwaitingReply),
            }
        }
    }

    /// The next head of the reply, sending all the while.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>> {
        let Self { link, sending, pace, observer, stage, .. } = self;
        let place_of_error = if sending.is_some() { Place::Request } else { Place::Reply };
        send(sending, cx, pace, observer, link, Phase::AwaitingReply)?;
        let Stage::Asked(response) = stage else { return Poll::Ready(Err(out_of_order())) };
        let fault = |error| link.fault().in_place(error, place_of_error);
        if let Some(interim) = ready!(response.poll_informational(cx)) {
            return Poll::Ready(interim.map(|head| head::response(&head)).map_err(fault));
        }
        let (parts, body) = ready!(Pin::new(response).poll(cx)).map_err(fault)?.into_parts();
        *stage = Stage::Body(body);
        Poll::Ready(Ok(head::response(&http::Response::from_parts(parts, ()))))
    }

    /// Nothing moved: keeps waiting, or says which deadline passed.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let peer = self.link.peer();
        if self.sending.as_ref().is_some_and(|sending| sending.permission.is_none()) {
            ready!(self.pace.wait::<()>(cx, Direction::Write, peer))?;
        }
        ready!(self.pace.wait::<()>(cx, Direction::Read, peer))?;
        Poll::Pending
    }

    /// Gives the stream up with all it holds; a reply that was not read to its end is reset.
    fn leave(&mut self, stage: Stage) {
        if matches!(self.stage, Stage::Over | Stage::Failed) {
            return;
        }
        let sending = self.sending.take();
        let is_cut = matches!(stage, Stage::Failed) || sending.is_some();
        self.stage = stage;
        drop(sending);
        self.link.leave(is_cut);
    }

    fn fail(&mut self) {
        self.leave(Stage::Failed);
    }

    fn finish(&mut self) {
        self.leave(Stage::Over);
        self.ended = Some(Instant::now());
        if !self.trailers.is_empty() {
            self.observer.tell(&Event::TrailersReceived(&self.trailers));
        }
        self.observer.tell(&Event::Ended { kept: self.link.is_open() });
    }
}

/// Sends on; an error is one of the body's source.
fn send(
    sending: &mut Option<Outgoing>,
    cx: &mut Context<'_>,
    pace: &mut Pace,
    observer: &Observer,
    link: &Link,
    next: Phase,
) -> Result<()> {
    while let Some(outgoing) = sending {
        if pace.poll_room(cx, Direction::Write).is_pending() {
            break;
        }
        let Poll::Ready(sent) = outgoing.poll_send(cx, pace, observer)? else { break };
        pace.moved(Direction::Write);
        link.gate.got_on();
        if let Sent::All = sent {
            *sending = None;
            pace.enter(next);
        }
    }
    Ok(())
}

fn out_of_order() -> Error {
    Error::usage("a body cannot be read: the head of the reply has not been read")
}

impl carrier::Exchange for Exchange {
    fn put_head(
        &mut self,
        method: &str,
        scheme: &str,
        host: &str,
        target: &str,
        fields: &Headers,
    ) -> Result<()> {
        self.is_head = method == "HEAD";
        self.request =
            Some(RequestHead::new(Version::Http2, method, scheme, host, target, fields)?);
        Ok(())
    }

    fn start(&mut self, upload: Option<Upload>, patience: Duration) -> Result<()> {
        let Some(head) = self.request.take() else {
            return Err(Error::usage("the stream has no request"));
        };
        self.sent_bytes = head.shown.len();
        if self.observer.is_watching() {
            let shown = &crate::http::masked_head(&head.shown);
            self.observer.tell(&Event::HeadSent { shown, bytes: self.sent_bytes });
        }
        let upload = upload.filter(|upload| upload.len() != Some(0));
        let begun = self.link.sender().send_request(head.request, upload.is_none());
        let (response, stream) =
            begun.map_err(|error| self.link.fault().in_place(error, Place::Request))?;
        self.stage = Stage::Asked(response);
        self.pace.enter(Phase::AwaitingReply);
        if let Some(upload) = upload {
            self.pace.enter(Phase::Sending);
            let wait = head.expects.then(|| Box::pin(tokio::time::sleep(patience)));
            self.sending = Some(Outgoing::new(upload, stream, wait)?);
        }
        Ok(())
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>> {
        let head = ready!(self.poll_final(cx)).inspect_err(|_| self.fail())?;
        if self.sending.as_ref().is_some_and(|one| head.status >= 300 || one.permission.is_some()) {
            // Not wanted: the stream is reset when the reply has been read.
            self.unsent = self.sending.take().and_then(Outgoing::into_unbegun);
        }
        if self.sending.is_none() {
            self.pace.enter(Phase::ReadingBody);
        }
        self.begin_body(&head);
        Poll::Ready(Ok(head))
    }

    fn take_unsent(&mut self) -> Option<Upload> {
        self.unsent.take()
    }

    fn head_bytes(&self) -> (usize, usize) {
        (self.sent_bytes, self.received.bytes)
    }

    fn ends(&self) -> (Peer, Option<SocketAddr>, Option<Arc<TlsFacts>>) {
        self.link.ends()
    }

    fn announced(&self) -> Option<u64> {
        self.announced
    }

    fn trailers(&self) -> &Headers {
        &self.trailers
    }

    fn ended(&self) -> Option<Instant> {
        self.ended
    }

    fn is_body_at_hand(&self) -> bool {
        !self.chunk.is_empty() || self.ended.is_some()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.leave(Stage::Failed);
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("link", &self.link).field("got", &self.got).finish()
    }
}
