//! Readers of a reply's body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::carrier::{Carrier, Exchange};
use super::connection::Connection;
use super::decode::Decoder;
use super::incoming::Reading;
use super::places::Places;
use super::rest::{Rest, Source};
use super::route::Home;
use crate::Headers;
use crate::block::AtHand;

/// Reads the body that is next on a [`Connection`], and ends where the body ends.
#[derive(Debug)]
pub struct BodyReader<'a>(&'a mut Connection);

impl<'a> BodyReader<'a> {
    pub(super) fn new(connection: &'a mut Connection) -> Self {
        Self(connection)
    }
}

impl AsyncRead for BodyReader<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.get_mut().0.poll_body_into(cx, buf)
    }
}

impl AsyncBufRead for BodyReader<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let connection = &mut *self.get_mut().0;
        let ready = ready!(connection.poll_body(cx))?;
        Poll::Ready(Ok(&connection.line.buffered()[..ready]))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.get_mut().0.consume_body(amount);
    }
}

/// A body that owns its connection, and gives it back to the pool at the end.
///
/// Where the request asked for it, what is read are decoded bytes.
#[derive(Debug)]
pub struct Body {
    raw: Source,
    decoder: Option<Box<Decoder>>,
}

impl Body {
    /// The body of what was carried; a connection of its own goes `home` behind it.
    pub(super) fn new(carrier: Carrier, home: impl FnOnce() -> Home) -> Self {
        let raw = match carrier {
            Carrier::Http1(connection) => Raw::Http1(Owned::new(connection, home())),
            Carrier::Shared(exchange) => Raw::Shared(exchange),
        };
        Self { raw: Source::new(raw), decoder: None }
    }

    /// Undoes the codings that these headers name while the body is read: those of the content
    /// where wanted, those of the transfer as `reading` has it. A body that is over has none.
    pub(super) fn decode(&mut self, headers: &Headers, content: bool, reading: &Reading) {
        let transfer = reading.undoes_transfer_codings;
        if !self.raw.raw.is_over() && !reading.raw && (content || transfer) {
            self.decoder = Decoder::for_reply(headers, content, transfer).map(Box::new);
        }
    }

    /// The body as it was sent, for those who pass over it.
    pub(super) fn raw(&mut self) -> &mut Raw {
        &mut self.raw.raw
    }

    /// Goes on by itself where it breaks off.
    pub(super) fn go_on_with(&mut self, rest: Option<Rest>) {
        self.raw.go_on_with(rest);
    }

    pub(super) fn into_source(self) -> Source {
        self.raw
    }

    /// How many bytes reading this gives, where that is known: not when the body is decoded, since
    /// the head tells the length of what is sent.
    pub fn announced_len(&self) -> Option<u64> {
        self.raw.announced().filter(|_| self.decoder.is_none())
    }

    /// How many bytes are sent, coded if they are, where the head said so.
    pub fn encoded_len(&self) -> Option<u64> {
        self.raw.announced()
    }

    /// How many coded bytes were read so far; `None` when the body is not decoded.
    pub fn encoded_read(&self) -> Option<u64> {
        self.decoder.as_ref().map(|decoder| decoder.read())
    }

    /// The trailer fields of a body that has ended (RFC 9110 section 6.5).
    pub fn trailers(&self) -> &Headers {
        match &self.raw.raw {
            Raw::Http1(owned) => &owned.trailers,
            Raw::Shared(exchange) => exchange.trailers(),
        }
    }

    /// When the last byte was read.
    pub(crate) fn ended(&self) -> Option<Instant> {
        match &self.raw.raw {
            Raw::Http1(owned) => owned.ended,
            Raw::Shared(exchange) => exchange.ended(),
        }
    }

    /// After `101 Switching Protocols`: the connection, which speaks another protocol now.
    pub fn into_connection(self) -> Option<Connection> {
        match self.raw.raw {
            Raw::Http1(mut owned) => owned.connection.take().map(|connection| *connection),
            Raw::Shared(_) => None,
        }
    }
}

impl AtHand for Body {
    fn is_at_hand(&self) -> bool {
        self.decoder.is_none()
            && !self.raw.is_asking()
            && match &self.raw.raw {
                Raw::Http1(owned) => {
                    owned.connection.as_ref().is_none_or(|one| one.is_body_at_hand())
                }
                Raw::Shared(exchange) => exchange.is_body_at_hand(),
            }
    }
}

impl AtHand for BodyReader<'_> {
    fn is_at_hand(&self) -> bool {
        self.0.is_body_at_hand()
    }
}

impl AsyncRead for Body {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { raw, decoder } = self.get_mut();
        let Some(decoder) = decoder else { return Pin::new(raw).poll_read(cx, buf) };
        let count = ready!(decoder.poll_fill(raw, cx))?.min(buf.remaining());
        buf.put_slice(&decoder.decoded()[..count]);
        decoder.consume(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Body {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let Self { raw, decoder } = self.get_mut();
        let Some(decoder) = decoder else { return Pin::new(raw).poll_fill_buf(cx) };
        ready!(decoder.poll_fill(raw, cx))?;
        Poll::Ready(Ok(decoder.decoded()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let Self { raw, decoder } = self.get_mut();
        match decoder {
            Some(decoder) => decoder.consume(amount),
            None => Pin::new(raw).consume(amount),
        }
    }
}

/// The body as it was sent, its framing removed.
#[derive(Debug)]
pub(super) enum Raw {
    Http1(Owned),
    Shared(Box<dyn Exchange>),
}

impl Raw {
    pub(super) fn announced(&self) -> Option<u64> {
        match self {
            Raw::Http1(owned) => owned.announced,
            Raw::Shared(exchange) => exchange.announced(),
        }
    }

    /// Makes room for another connection: this one has failed.
    pub(super) fn give_up_place(&mut self) {
        if let Raw::Http1(Owned { connection: Some(connection), .. }) = self {
            connection.place = None;
        }
    }

    fn is_over(&self) -> bool {
        match self {
            Raw::Http1(owned) => owned.connection.is_none(),
            Raw::Shared(exchange) => exchange.ended().is_some(),
        }
    }
}

impl AsyncRead for Raw {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Raw::Http1(owned) => Pin::new(owned).poll_read(cx, buf),
            Raw::Shared(exchange) => Pin::new(exchange).poll_read(cx, buf),
        }
    }
}

impl AsyncBufRead for Raw {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        match self.get_mut() {
            Raw::Http1(owned) => Pin::new(owned).poll_fill_buf(cx),
            Raw::Shared(exchange) => Pin::new(exchange).poll_fill_buf(cx),
        }
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        match self.get_mut() {
            Raw::Http1(owned) => Pin::new(owned).consume(amount),
            Raw::Shared(exchange) => Pin::new(exchange).consume(amount),
        }
    }
}

/// A body on a connection of its own.
#[derive(Debug)]
pub(super) struct Owned {
    connection: Option<Box<Connection>>,
    home: Home,
    announced: Option<u64>,
    trailers: Headers,
    ended: Option<Instant>,
}

impl Owned {
    fn new(connection: Box<Connection>, home: Home) -> Self {
        let announced = connection.incoming.announced();
        let mut owned = Self {
            connection: Some(connection),
            home,
            announced,
            trailers: Headers::new(),
            ended: None,
        };
        owned.settle();
        owned
    }

    /// Sends a connection whose exchange is over back home.
    fn settle(&mut self) {
        let over = |one: &Connection| one.is_idle() || one.is_over();
        if let Some(mut connection) = self.connection.take_if(|one| over(one)) {
            self.ended = Some(Instant::now());
            self.trailers = connection.take_trailers();
            if connection.is_idle() {
                let places = connection.place.as_ref().map(|place| place.places().clone());
                self.home.give_back(connection);
                places.iter().for_each(Places::tell);
            }
        }
    }
}

impl AsyncRead for Owned {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(connection) = &mut this.connection else { return Poll::Ready(Ok(())) };
        let before = buf.filled().len();
        let read = connection.poll_body_into(cx, buf);
        if matches!(read, Poll::Ready(Ok(()))) && buf.filled().len() == before {
            this.settle();
        }
        read
    }
}

impl AsyncBufRead for Owned {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        let ready = match &mut this.connection {
            Some(connection) => ready!(connection.poll_body(cx))?,
            None => 0,
        };
        if ready == 0 {
            this.settle();
        }
        let bytes = this.connection.as_ref().map_or(&[][..], |one| one.line.buffered());
        Poll::Ready(Ok(&bytes[..ready]))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        if let Some(connection) = &mut self.get_mut().connection {
            connection.consume_body(amount);
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // A body left unread keeps its connection if the rest of it has come already.
        if let Some(connection) = &mut self.connection {
            connection.drain_buffered();
            self.settle();
        }
    }
}
