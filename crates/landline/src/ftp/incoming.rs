//! What comes over a data connection, up to the reply that confirms it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::crlf::FromCrlf;
use landline_wire::reply::Reply;
use tokio::io::{AsyncRead, ReadBuf};

use super::connection::Connection;
use super::reply::with_reply;
use crate::net::Stream;
use crate::{Error, ErrorKind, Phase};

/// A transfer to us: its data connection and what is known of its length.
#[derive(Debug)]
pub(super) struct Incoming {
    data: Option<Stream>,
    verb: String,
    /// How many bytes the server said there are.
    expected: Option<u64>,
    /// How many of them are wanted, when it is not all of them.
    wanted: Option<u64>,
    received: u64,
    has_too_much: bool,
    is_confirmed: bool,
    has_failed: bool,
    text: Option<Text>,
}

/// Text is read through a buffer, where its line ends are changed.
#[derive(Debug, Default)]
struct Text {
    line_ends: FromCrlf,
    ready: Vec<u8>,
    given: usize,
    is_over: bool,
}

const TEXT_PIECE_BYTES: usize = 16 << 10;

impl Incoming {
    pub(super) fn new(data: Stream, verb: &str) -> Self {
        Self {
            data: Some(data),
            verb: verb.to_owned(),
            expected: None,
            wanted: None,
            received: 0,
            has_too_much: false,
            is_confirmed: false,
            has_failed: false,
            text: None,
        }
    }

    /// Makes anything but so many bytes an error.
    pub(super) fn expect(mut self, bytes: Option<u64>) -> Self {
        self.expected = bytes;
        self
    }

    /// Ends after so many bytes, though there may be more.
    pub(super) fn want(mut self, bytes: Option<u64>) -> Self {
        self.wanted = bytes.filter(|bytes| self.expected != Some(*bytes));
        self
    }

    /// Turns CRLF into this system's line ends.
    pub(super) fn text(mut self) -> Self {
        self.text = Some(Text::default());
        self
    }

    pub(super) fn poll_read(
        &mut self,
        connection: &mut Connection,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buf.remaining() == 0 {
            // To what follows no bytes are the end.
            return Poll::Ready(Ok(()));
        }
        if self.has_failed {
            return Poll::Ready(Err(Error::usage("the transfer has failed before").into()));
        }
        let read = match self.text.take() {
            None => self.poll_bytes(connection, cx, buf),
            Some(mut text) => {
                let read = self.poll_text(&mut text, connection, cx, buf);
                self.text = Some(text);
                read
            }
        };
        self.has_failed = matches!(read, Poll::Ready(Err(_)));
        read
    }

    fn poll_text(
        &mut self,
        text: &mut Text,
        connection: &mut Connection,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while text.given == text.ready.len() && !text.is_over {
            (text.given, text.ready) = (0, std::mem::take(&mut text.ready));
            text.ready.clear();
            let mut piece = [0; TEXT_PIECE_BYTES];
            let mut piece = ReadBuf::new(&mut piece);
            ready!(self.poll_bytes(connection, cx, &mut piece))?;
            text.line_ends.push(piece.filled(), &mut text.ready);
            if piece.filled().is_empty() {
                text.line_ends.finish(&mut text.ready);
                text.is_over = true;
            }
        }
        let count = buf.remaining().min(text.ready.len() - text.given);
        buf.put_slice(&text.ready[text.given..][..count]);
        text.given += count;
        Poll::Ready(Ok(()))
    }

    fn poll_bytes(
        &mut self,
        connection: &mut Connection,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.has_too_much {
            return Poll::Ready(Err(self.too_much().into()));
        }
        if ready!(self.poll_data(cx, buf))? > 0 || self.is_confirmed {
            return Poll::Ready(Ok(()));
        }
        self.data = None;
        let reply = ready!(connection.poll_final(cx)).map_err(|error| self.unconfirmed(error))?;
        self.is_confirmed = true;
        Poll::Ready(self.judge(&reply).map_err(io::Error::from))
    }

    /// Reads from the data connection; 0 at its end.
    fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let has_all = self.has_all();
        let Some(data) = &mut self.data else { return Poll::Ready(Ok(0)) };
        let room = self.wanted.map_or(u64::MAX, |wanted| wanted - self.received);
        let room = room.min(buf.remaining() as u64) as usize;
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(room));
        if room == 0 {
            return Poll::Ready(Ok(0));
        }
        let count = match ready!(Pin::new(&mut *data).poll_read(cx, &mut part)) {
            Ok(()) => part.filled().len(),
            // Servers that close TLS without a word are believed where the length is right.
            Err(error) if has_all && error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Poll::Ready(Err(data.error(error).into())),
        };
        let left = self.expected.map_or(u64::MAX, |expected| expected - self.received);
        self.has_too_much = count as u64 > left;
        let count = left.min(count as u64) as usize;
        buf.advance(count);
        self.received += count as u64;
        if self.has_too_much && count == 0 {
            return Poll::Ready(Err(self.too_much().into()));
        }
        Poll::Ready(Ok(count))
    }

    fn has_all(&self) -> bool {
        self.expected == Some(self.received)
    }

    fn judge(&self, reply: &Reply) -> Result<(), Error> {
        if self.wanted == Some(self.received) {
            // We have hung up before the server was done: whatever it says is right.
            return Ok(());
        }
        let received = self.received;
        let what = match self.expected {
            _ if !reply.is_success() => {
                format!("the server broke the transfer off after {received} bytes: {reply}")
            }
            Some(expected) if expected != received => format!(
                "the server sent {received} of {expected} bytes, and says that was all: {reply}"
            ),
            _ => return Ok(()),
        };
        let error = Error::new(ErrorKind::Truncated, Phase::ReadingBody, what);
        Err(with_reply(error, &self.verb, reply))
    }

    fn too_much(&self) -> Error {
        let what = format!("the server sends more than the {} bytes it announced", self.received);
        Error::new(ErrorKind::Truncated, Phase::ReadingBody, what).on(self.verb.clone())
    }

    /// All bytes may have come, and may not.
    fn unconfirmed(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::EmptyReply | ErrorKind::Truncated | ErrorKind::Io => {
                let received = self.received;
                let what = format!("the server did not confirm the transfer of {received} bytes");
                Error::new(ErrorKind::Io, Phase::ReadingBody, what).because(error)
            }
            _ => error,
        }
    }
}
