//! A tunnel: one stream of an HTTP/2 connection as bytes both ways (RFC 9113 section 8.5).

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes};
use h2::client::ResponseFuture;
use h2::{RecvStream, SendStream};
use landline_wire::head::ResponseHead;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::fault::Place;
use super::head::{self, RequestHead};
use super::link::Link;
use super::links::Shared;
use crate::http::received::Received;
use crate::net::{Peer, Stream};
use crate::observe::{Event, Observer};
use crate::{Error, Headers, Limits, Result};

/// What is taken of a write at once.
const PIECE_BYTES: usize = 32 << 10;

/// A connection to a proxy, which can be asked for a tunnel.
pub(crate) struct TunnelLink(Arc<Link>);

impl TunnelLink {
    pub(crate) async fn begin(stream: Stream, limits: &Limits) -> Result<Self> {
        Ok(Self(Arc::new(Link::begin(stream, limits, None).await?)))
    }

    /// One request for a tunnel to `authority`, and the answer to it; the tunnel stands if that is 2xx.
    pub(crate) async fn ask(
        &self,
        authority: &str,
        fields: &Headers,
        observer: &Observer,
    ) -> Result<(ResponseHead, Tunnel)> {
        let Self(link) = self;
        let request = RequestHead::connect(authority, fields)?;
        if observer.is_watching() {
            let shown = &crate::http::masked_head(&request.shown);
            observer.tell(&Event::HeadSent { shown, bytes: request.shown.len() });
        }
        let fault = |place| move |error| link.fault().in_place(error, place);
        let begun = link.sender().send_request(request.request, false);
        let (mut response, send) = begun.map_err(fault(Place::Request))?;
        let mut received = Received::default();
        loop {
            let next = poll_fn(|cx| poll_answer(&mut response, cx)).await;
            let (head, recv) = next.map_err(fault(Place::Reply))?;
            received.count(&head, &link.limits, link.peer())?;
            observer.tell(&Event::ProxyReplied(&head));
            if let Some(recv) = recv {
                return Ok((head, Tunnel::over(Arc::clone(link), recv, send)));
            }
        }
    }
}

/// The next head of the answer; with the final one what comes behind it.
fn poll_answer(
    response: &mut ResponseFuture,
    cx: &mut Context<'_>,
) -> Poll<std::result::Result<(ResponseHead, Option<RecvStream>), h2::Error>> {
    if let Some(interim) = ready!(response.poll_informational(cx)) {
        return Poll::Ready(interim.map(|head| (head::response(&head), None)));
    }
    let (parts, recv) = ready!(Pin::new(response).poll(cx))?.into_parts();
    let head = head::response(&http::Response::from_parts(parts, ()));
    Poll::Ready(Ok((head, Some(recv))))
}

/// A tunnel that stands.
pub(crate) struct Tunnel {
    link: Arc<Link>,
    recv: Mutex<RecvStream>,
    send: SendStream<Bytes>,
    /// Bytes that came, and what of them the proxy was not told to have been read.
    chunk: Bytes,
    unreleased: usize,
    /// Nothing more is written.
    is_ended: bool,
}

impl Tunnel {
    fn over(link: Arc<Link>, recv: RecvStream, send: SendStream<Bytes>) -> Self {
        let (recv, chunk) = (Mutex::new(recv), Bytes::new());
        Self { link, recv, send, chunk, unreleased: 0, is_ended: false }
    }

    pub(crate) fn ends(&self) -> (Peer, Option<std::net::SocketAddr>) {
        (self.link.peer().clone(), self.link.local())
    }

    /// Whether nothing has come and nobody has closed it.
    pub(crate) fn is_quiet(&self) -> bool {
        self.link.act();
        let mut cx = Context::from_waker(Waker::noop());
        let mut recv = self.recv.lock().unwrap_or_else(PoisonError::into_inner);
        let is_silent = self.chunk.is_empty() && recv.poll_data(&mut cx).is_pending();
        is_silent && self.link.is_open() && self.link.gate.is_quiet()
    }

    fn broken(&self, error: h2::Error) -> io::Error {
        let peer = self.link.peer();
        let what = match error.is_reset() && error.is_remote() {
            true => Error::new(
                crate::ErrorKind::Io,
                crate::Phase::ReadingBody,
                format!("the proxy at {peer} broke the tunnel off"),
            )
            .because(error),
            false => self.link.fault().in_place(error, Place::Reply),
        };
        io::Error::new(io::ErrorKind::ConnectionReset, what)
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let recv = self.recv.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Refused only for more than was received.
        let _ = recv.flow_control().release_capacity(std::mem::take(&mut self.unreleased));
        let next = loop {
            match ready!(recv.poll_data(cx)) {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                next => break next,
            }
        };
        if let Some(chunk) = next.transpose().map_err(|error| self.broken(error))? {
            self.link.gate.got_on();
            (self.unreleased, self.chunk) = (chunk.len(), chunk);
        }
        Poll::Ready(Ok(()))
    }

    /// Waits until the windows have room for some of `wanted` bytes.
    fn poll_room(&mut self, cx: &mut Context<'_>, wanted: usize) -> Poll<io::Result<usize>> {
        self.send.reserve_capacity(wanted);
        loop {
            let room = self.send.capacity();
            if room > 0 {
                return Poll::Ready(Ok(room.min(wanted)));
            }
            match ready!(self.send.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(self.broken(error))),
                None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
    }
}

impl AsyncRead for Tunnel {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.chunk.is_empty() {
            ready!(this.poll_chunk(cx))?;
        }
        let count = this.chunk.len().min(buf.remaining());
        buf.put_slice(&this.chunk[..count]);
        this.chunk.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let count = ready!(this.poll_room(cx, bytes.len().min(PIECE_BYTES)))?;
        let sent = this.send.send_data(Bytes::copy_from_slice(&bytes[..count]), false);
        sent.map_err(|error| this.broken(error))?;
        this.link.gate.got_on();
        this.link.act();
        Poll::Ready(Ok(count))
    }

    /// What was written fits the windows, so it has left when the socket has taken all there was.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.link.act();
        this.link.gate.poll_taken(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !std::mem::replace(&mut this.is_ended, true) {
            // A stream that is over needs no end.
            let _ = this.send.send_data(Bytes::new(), true);
        }
        Pin::new(this).poll_flush(cx)
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("link", &self.link).finish_non_exhaustive()
    }
}
