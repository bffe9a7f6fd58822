//! One request and its reply: a stream of a connection that others use too.

mod body;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use landline_wire::head::{ResponseHead, Version};
use landline_wire::http3::{HeadFault, code, frame, framed, request, response};
use tokio::time::Instant;

use super::fault::Place;
use super::frames::Frames;
use super::link::{Link, Opening};
use super::outgoing::{Outgoing, Sending, Sent};
use crate::http::carrier;
use crate::http::http2::{RequestHead, Shared};
use crate::http::received::Received;
use crate::net::pace::{Direction, Pace};
use crate::net::{Call, Peer, TlsFacts};
use crate::observe::{Event, Observer};
use crate::upload::Upload;
use crate::{Error, Headers, Phase, Result};

/// A stream, from its request to the end of its reply, with deadlines of its own.
pub(in crate::http) struct Exchange {
    link: Arc<Link>,
    place: usize,
    pace: Pace,
    observer: Observer,
    request: Option<RequestHead>,
    is_head: bool,
    sent_bytes: usize,
    received: Received,
    outgoing: Option<Outgoing>,
    sending: Option<Sending>,
    unsent: Option<Upload>,
    stage: Stage,
    /// Of the body: what came and was read, and as much as the head said.
    got: u64,
    announced: Option<u64>,
    trailers: Headers,
    has_trailers: bool,
    ended: Option<Instant>,
}

enum Stage {
    /// Nothing is sent.
    Begun,
    /// Room for one more stream is waited for.
    Opening(Opening),
    /// The head of the reply is waited for.
    Asked(Asked),
    /// Its body comes.
    Body(Asked),
    Over,
    Failed,
}

/// What comes back.
struct Asked {
    stream: u64,
    frames: Frames,
}

/// What comes next of a reply.
enum Part {
    Head(Vec<u8>),
    /// Bytes of the body are at hand.
    Body,
    End,
}

impl Exchange {
    /// A stream of `link`, which `call` bounds and watches.
    pub(in crate::http) fn on(link: Arc<Link>, call: &Call<'_>) -> Self {
        let mut pace = Pace::new(call.timeouts);
        pace.set_timeouts(call.timeouts, call.total);
        Self {
            place: link.join(),
            link,
            pace,
            observer: call.observer.clone(),
            request: None,
            is_head: false,
            sent_bytes: 0,
            received: Received::default(),
            outgoing: None,
            sending: None,
            unsent: None,
            stage: Stage::Begun,
            got: 0,
            announced: None,
            trailers: Headers::new(),
            has_trailers: false,
            ended: None,
        }
    }

    /// Opens the stream, as soon as the peer allows one more.
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Stage::Opening(opening) = &mut self.stage else { return Poll::Ready(Ok(())) };
        let Poll::Ready(opened) = opening.as_mut().poll(cx) else {
            let waited = self.pace.wait(cx, Direction::Write, self.link.peer());
            return waited.map(|waited| waited.map_err(Into::into));
        };
        let (send, receive) =
            opened.map_err(|error| self.link.fault().lost(&error, Place::Request))?;
        self.pace.moved(Direction::Write);
        self.sending = self.outgoing.take().map(|outgoing| outgoing.on(send));
        let stream = quinn::VarInt::from(receive.id()).into_inner();
        self.stage = Stage::Asked(Asked { stream, frames: Frames::of(receive) });
        Poll::Ready(Ok(()))
    }

    fn begin_body(&mut self, cx: &mut Context<'_>, head: &ResponseHead) {
        let has_none = self.is_head || matches!(head.status, 204 | 304);
        let length = || head.headers.get("content-length")?.parse().ok();
        self.announced = if has_none { Some(0) } else { length() };
        if let Stage::Asked(asked) = std::mem::replace(&mut self.stage, Stage::Failed) {
            self.stage = Stage::Body(asked);
        }
        // Where there is no body the end is there in most cases; what is wrong shows where it is read.
        if self.announced == Some(0) && matches!(self.poll_data(cx), Poll::Ready(Ok(false))) {
            self.finish();
        }
    }

    fn poll_final(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>> {
        ready!(self.poll_open(cx))?;
        loop {
            let Poll::Ready(block) = self.poll_head(cx)? else { return self.wait(cx) };
            let head = response(&block, &self.link.limits.head)
                .map_err(|fault| self.bad_head(fault, Place::Reply))?;
            self.pace.moved(Direction::Read);
            self.received.count(&head, &self.link.limits, self.link.peer())?;
            self.observer.tell(&Event::HeadReceived(&head));
            if head.status >= 200 {
                return Poll::Ready(Ok(head));
            }
            match (head.status, &mut self.sending) {
                (100, Some(sending)) => sending.may_go_on(),
                (_, Some(_)) => {}
                // The next head has the time of a first byte again.
                (_, None) => self.pace.enter(Phase::AwaitingReply),
            }
        }
    }

    /// The next head of the reply, sending all the while.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<u8>>> {
        self.send(cx, Phase::AwaitingReply)?;
        let place = if self.sending.is_some() { Place::Request } else { Place::Reply };
        match ready!(self.poll_part(cx, place))? {
            Part::Head(block) => Poll::Ready(Ok(block)),
            Part::Body => {
                let what = "sends a body in front of its head";
                self.link.end(code::H3_FRAME_UNEXPECTED, what);
                Poll::Ready(Err(self.link.fault().protocol(place, what)))
            }
            Part::End => {
                let what = "ends a stream without a reply";
                Poll::Ready(Err(self.link.fault().protocol(place, what)))
            }
        }
    }

    /// What comes next of the reply; frames without a meaning here are passed over.
    fn poll_part(&mut self, cx: &mut Context<'_>, place: Place) -> Poll<Result<Part>> {
        let link = Arc::clone(&self.link);
        let fault = |broken| link.fault().broken(&broken, place);
        let max = link.limits.head.total_bytes;
        let (Stage::Asked(asked) | Stage::Body(asked)) = &mut self.stage else {
            return Poll::Ready(Err(out_of_order()));
        };
        if link.is_refused(self.place, asked.stream, cx) {
            return Poll::Ready(Err(link.fault().going_away(place)));
        }
        loop {
            let Some(head) = ready!(asked.frames.poll_frame(cx)).map_err(fault)? else {
                return Poll::Ready(Ok(Part::End));
            };
            match head.kind {
                frame::HEADERS if !self.has_trailers => {
                    let block = ready!(asked.frames.poll_whole(cx, max)).map_err(fault)?;
                    asked.frames.got_on();
                    return Poll::Ready(Ok(Part::Head(block)));
                }
                frame::DATA if !self.has_trailers => {
                    if ready!(asked.frames.poll_some(cx)).map_err(fault)? {
                        asked.frames.got_on();
                        return Poll::Ready(Ok(Part::Body));
                    }
                }
                frame::PUSH_PROMISE => {
                    let what = "pushes what nobody asked for";
                    link.end(code::H3_ID_ERROR, what);
                    return Poll::Ready(Err(link.fault().protocol(place, what)));
                }
                kind if may_not_come(kind) => {
                    let what = "sends a frame that may not come in a reply";
                    link.end(code::H3_FRAME_UNEXPECTED, what);
                    return Poll::Ready(Err(link.fault().protocol(place, what)));
                }
                _ => ready!(asked.frames.poll_skip(cx)).map_err(fault)?,
            }
        }
    }

    /// A block that cannot be read leaves no sense in the connection; a bad message in its stream only.
    fn bad_head(&self, fault: HeadFault, place: Place) -> Error {
        if fault == HeadFault::Block {
            let what = "sends field lines that cannot be decompressed";
            self.link.end(code::QPACK_DECOMPRESSION_FAILED, what);
        }
        self.link.fault().head(fault, place)
    }

    /// Sends on; an error is one of the body's source.
    fn send(&mut self, cx: &mut Context<'_>, next: Phase) -> Result<()> {
        let Self { sending, pace, observer, .. } = self;
        while let Some(outgoing) = sending {
            if pace.poll_room(cx, Direction::Write).is_pending() {
                break;
            }
            let Poll::Ready(sent) = outgoing.poll_send(cx, pace, observer)? else { break };
            pace.moved(Direction::Write);
            if let Sent::All = sent {
                *sending = None;
                pace.enter(next);
            }
        }
        Ok(())
    }

    /// Nothing moved: keeps waiting, or says which deadline passed.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let peer = self.link.peer();
        if self.sending.as_ref().is_some_and(|sending| !sending.waits_for_leave()) {
            ready!(self.pace.wait::<()>(cx, Direction::Write, peer))?;
        }
        ready!(self.pace.wait::<()>(cx, Direction::Read, peer))?;
        Poll::Pending
    }

    /// Gives the stream up with all it holds; what was not read to its end is no longer wanted.
    fn leave(&mut self, stage: Stage) {
        if matches!(self.stage, Stage::Over | Stage::Failed) {
            return;
        }
        if let Stage::Asked(mut asked) | Stage::Body(mut asked) =
            std::mem::replace(&mut self.stage, stage)
            && matches!(self.stage, Stage::Failed)
        {
            asked.frames.stop(code::H3_REQUEST_CANCELLED);
        }
        self.sending = None;
        self.link.leave(self.place);
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

/// The field lines of a request.
fn block(head: &RequestHead) -> Vec<u8> {
    let (uri, fields) = (head.request.uri(), &head.fields);
    let authority = uri.authority().map_or(&b""[..], |authority| authority.as_str().as_bytes());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let scheme = uri.scheme_str().unwrap_or("https");
    request(head.request.method().as_str(), scheme, authority, path, fields)
}

fn may_not_come(kind: u64) -> bool {
    use frame::{CANCEL_PUSH, DATA, GOAWAY, HEADERS, MAX_PUSH_ID, SETTINGS};
    matches!(kind, DATA | HEADERS | CANCEL_PUSH | SETTINGS | GOAWAY | MAX_PUSH_ID)
        || frame::is_of_http2(kind)
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
        let head = RequestHead::new(Version::Http3, method, scheme, host, target, fields)?;
        self.request = Some(head);
        Ok(())
    }

    fn start(&mut self, upload: Option<Upload>, patience: Duration) -> Result<()> {
        let Some(head) = self.request.take() else {
            return Err(Error::usage("the stream has no request"));
        };
        self.sent_bytes = head.shown.len();
        let upload = upload.filter(|upload| upload.len() != Some(0));
        let waits = upload.is_some() && head.expects;
        let wait = waits.then(|| Box::pin(tokio::time::sleep(patience)));
        self.outgoing = Some(Outgoing::new(framed(frame::HEADERS, &block(&head)), upload, wait)?);
        self.pace.enter(Phase::Sending);
        self.stage = Stage::Opening(self.link.open());
        if self.observer.is_watching() {
            let shown = &crate::http::masked_head(&head.shown);
            self.observer.tell(&Event::HeadSent { shown, bytes: self.sent_bytes });
        }
        Ok(())
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<ResponseHead>> {
        let head = ready!(self.poll_final(cx)).inspect_err(|_| self.fail())?;
        if self.sending.as_ref().is_some_and(|one| head.status >= 300 || one.waits_for_leave()) {
            // Not wanted: the stream is reset.
            self.unsent = self.sending.take().and_then(|mut sending| sending.take_unbegun());
        }
        if self.sending.is_none() {
            self.pace.enter(Phase::ReadingBody);
        }
        self.begin_body(cx, &head);
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
        !self.chunk().is_empty() || self.ended.is_some()
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
