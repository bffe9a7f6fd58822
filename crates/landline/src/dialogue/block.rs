//! A text that owns the connection it comes over, and gives it back at its end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::message::{BlockReader, MAX_HEADER_BYTES};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::{Home, Session};
use crate::{Error, Headers, Phase, Result};

/// A dot-terminated text that is read by its URL.
pub(crate) struct OwnedBlock<C: Session> {
    /// What was read ahead.
    first: io::Cursor<Vec<u8>>,
    connection: Option<Box<C>>,
    home: Home<C>,
}

impl<C: Session> OwnedBlock<C> {
    /// The text that follows next on this connection.
    pub(crate) fn new(connection: Box<C>, home: Home<C>) -> Self {
        Self { first: io::Cursor::default(), connection: Some(connection), home }
    }

    /// Reads ahead as far as the header block goes, and gives its fields.
    pub(crate) async fn read_headers(&mut self) -> Result<Headers> {
        let (fields, first) = read_header_block(self).await?;
        self.first = io::Cursor::new(first);
        Ok(fields)
    }
}

/// Reads a message as far as its header block goes, and gives the fields and what was read.
pub(crate) async fn read_header_block(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<(Headers, Vec<u8>)> {
    let mut reader = BlockReader::new(MAX_HEADER_BYTES);
    let (mut first, mut piece) = (Vec::new(), [0; 4096]);
    while !reader.is_over() {
        let count = from.read(&mut piece).await;
        let count = count.map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
        if count == 0 {
            break;
        }
        reader.push(&piece[..count]);
        first.extend_from_slice(&piece[..count]);
    }
    Ok((reader.into_headers(), first))
}

impl<C: Session> AsyncRead for OwnedBlock<C> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.first).poll_read(cx, buf))?;
        if !buf.filled().is_empty() {
            return Poll::Ready(Ok(()));
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
