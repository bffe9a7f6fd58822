//! Readers of a reply's body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::connection::Connection;
use super::pool::Home;
use crate::Headers;

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
#[derive(Debug)]
pub struct Body {
    connection: Option<Connection>,
    home: Home,
    announced: Option<u64>,
    trailers: Headers,
    ended: Option<Instant>,
}

impl Body {
    pub(super) fn new(connection: Connection, home: Home) -> Self {
        let announced = connection.incoming.announced();
        let mut body = Self {
            connection: Some(connection),
            home,
            announced,
            trailers: Headers::new(),
            ended: None,
        };
        body.settle();
        body
    }

    /// How long the body is, in bytes, where the head said so.
    pub fn announced_len(&self) -> Option<u64> {
        self.announced
    }

    /// The trailer fields of a chunked body that has ended (RFC 9112 section 7.1.2).
    pub fn trailers(&self) -> &Headers {
        &self.trailers
    }

    /// When the last byte was read.
    pub(crate) fn ended(&self) -> Option<Instant> {
        self.ended
    }

    /// Sends a connection whose exchange is over back home.
    fn settle(&mut self) {
        let over = |one: &Connection| one.is_idle() || one.is_over();
        if let Some(mut connection) = self.connection.take_if(|one| over(one)) {
            self.ended = Some(Instant::now());
            self.trailers = connection.take_trailers();
            if connection.is_idle() {
                self.home.give_back(connection);
            }
        }
    }

    /// After `101 Switching Protocols`: the connection, which speaks another protocol now.
    pub fn into_connection(mut self) -> Option<Connection> {
        self.connection.take()
    }
}

impl AsyncRead for Body {
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

impl AsyncBufRead for Body {
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

impl Drop for Body {
    fn drop(&mut self) {
        // A body left unread keeps its connection if the rest of it has come already.
        if let Some(connection) = &mut self.connection {
            connection.drain_buffered();
            self.settle();
        }
    }
}
