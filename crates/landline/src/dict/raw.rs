//! A session as a document: what curl prints.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::dict::{Request, SessionReader};
use tokio::io::{AsyncRead, ReadBuf};

use super::client::{NO_SERVER, greeting};
use super::{CLIENT, PORT, unfit};
use crate::line::aio::LineStream;
use crate::open::{Parts, Visit};
use crate::{Error, ErrorKind, Headers, Phase, Result};

/// Opens the session that a URL asks for, to be read as the server writes it.
pub(crate) async fn open(visit: Visit) -> Result<Parts> {
    let asked = Request::of(visit.location());
    let asked = asked.map_err(|error| unfit(error, ErrorKind::Url))?;
    let mut line = visit.connect(PORT).await?;
    for said in [CLIENT.as_bytes(), asked.to_line(), b"QUIT"] {
        line.write_line(said).await?;
    }
    let first = [&greeting(&mut line).await?[..], b"\r\n"].concat();
    let session = Session { first, line, reader: SessionReader::new() };
    let mut info = Headers::new();
    // A media type is always fit for a header.
    let _ = info.push("Content-Type", "text/plain; charset=utf-8");
    Ok(Parts::stream(visit.location().clone(), info, session))
}

/// The rest of the session, the greeting before it.
struct Session {
    first: Vec<u8>,
    line: LineStream,
    reader: SessionReader,
}

impl Session {
    fn poll_next(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let ready = ready!(self.line.poll_ready_bytes(cx));
        let ready = ready.map_err(|error| self.line.stream().error(error))?;
        if ready == 0 && !self.reader.is_answered() {
            let what = "the dictionary server hung up before it had answered";
            let cut = Error::new(ErrorKind::Truncated, Phase::ReadingBody, what);
            return Poll::Ready(Err(cut));
        }
        let piece = &self.line.buffered()[..ready.min(buf.remaining())];
        let count = self.reader.read(piece).map_err(|error| {
            Error::new(ErrorKind::Protocol, Phase::ReadingBody, NO_SERVER).because(error)
        })?;
        buf.put_slice(&piece[..count]);
        self.line.take(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Session {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.first.is_empty() {
            let count = this.first.len().min(buf.remaining());
            buf.put_slice(&this.first[..count]);
            this.first.drain(..count);
            return Poll::Ready(Ok(()));
        }
        if this.reader.is_over() {
            return Poll::Ready(Ok(()));
        }
        this.poll_next(cx, buf).map_err(io::Error::from)
    }
}
