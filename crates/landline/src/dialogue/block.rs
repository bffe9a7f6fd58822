//! A text that owns the connection it comes over, and gives it back at its end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use landline_wire::message::{BlockReader, MAX_HEADER_BYTES};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::{Home, Session};
use crate::{Error, ErrorKind, Headers, Phase, Result};

/// A dot-terminated text that is read by its URL.
pub(crate) struct OwnedBlock<C: Session> {
    ahead: Ahead,
    connection: Option<Box<C>>,
    home: Home<C>,
}

impl<C: Session> OwnedBlock<C> {
    /// The text that follows next on this connection.
    pub(crate) fn new(connection: Box<C>, home: Home<C>) -> Self {
        Self { ahead: Ahead::default(), connection: Some(connection), home }
    }

    /// Reads ahead as far as the header block goes, and gives its fields.
    pub(crate) async fn read_headers(&mut self) -> Result<Headers> {
        let (fields, ahead) = read_header_block(self).await?;
        self.ahead = ahead;
        Ok(fields)
    }
}

/// What was read of a text before it is asked for, and what went wrong behind that.
#[derive(Default)]
pub(crate) struct Ahead {
    bytes: io::Cursor<Vec<u8>>,
    error: Option<io::Error>,
}

impl Ahead {
    pub(crate) fn new(bytes: Vec<u8>, error: Option<io::Error>) -> Self {
        Self { bytes: io::Cursor::new(bytes), error }
    }

    /// Gives what there is, then what went wrong; nothing when both are told.
    pub(crate) fn read(&mut self, buf: &mut ReadBuf<'_>) -> Option<io::Result<()>> {
        let at = usize::try_from(self.bytes.position()).unwrap_or(usize::MAX);
        let left = self.bytes.get_ref().get(at..).unwrap_or_default();
        if left.is_empty() {
            return self.error.take().map(Err);
        }
        let count = left.len().min(buf.remaining());
        buf.put_slice(&left[..count]);
        self.bytes.set_position((at + count) as u64);
        Some(Ok(()))
    }
}

/// Reads a message as far as its header block goes, and gives the fields and what was read. Where it
/// breaks off inside, what came is still to be had, and the error behind it.
pub(crate) async fn read_header_block(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<(Headers, Ahead)> {
    let mut reader = BlockReader::new(MAX_HEADER_BYTES);
    let (mut first, mut piece) = (Vec::new(), [0; 4096]);
    while !reader.is_over() {
        match from.read(&mut piece).await {
            Ok(0) => break,
            Ok(count) => {
                reader.push(&piece[..count]);
                first.extend_from_slice(&piece[..count]);
            }
            Err(error) if first.is_empty() => {
                return Err(Error::from_io(error, Phase::ReadingBody));
            }
            Err(error) => return Ok((reader.into_headers(), Ahead::new(first, Some(error)))),
        }
    }
    Ok((reader.into_headers(), Ahead::new(first, None)))
}

/// Reads on to the end of a header block that was asked for alone: there is not much of it.
pub(crate) async fn skip_header_block(text: &mut (impl AsyncRead + Unpin)) -> Result<()> {
    let rest = &mut text.take(MAX_HEADER_BYTES as u64);
    let read = tokio::io::copy(rest, &mut tokio::io::sink()).await;
    read.map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
    if rest.limit() > 0 {
        return Ok(());
    }
    let what = format!("the header block is longer than {MAX_HEADER_BYTES} bytes");
    Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what))
}

impl<C: Session> AsyncRead for OwnedBlock<C> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(read) = this.ahead.read(buf) {
            return Poll::Ready(read);
        }
        let Some(mut connection) = this.connection.take() else { return Poll::Ready(Ok(())) };
        let (line, _) = connection.parts();
        let read = Pin::new(&mut line.dot_reader()).poll_read(cx, buf);
        let is_over = matches!(read, Poll::Ready(Ok(()))) && !line.is_inside_block();
        match is_over {
            true => this.home.give_back(connection),
            false => this.connection = Some(connection),
        }
        read
    }
}
