//! How the body of a request leaves: in pieces, framed where its length is not known.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
use tokio::time::Sleep;

use crate::Result;
use crate::net::Stream;
use crate::observe::{Event, Observer};
use crate::upload::{Upload, ended_early, source_failed};

/// An upload under way: one piece in flight, framed in place.
pub(super) struct Sending {
    upload: Upload,
    /// Still to come from the source; `None` when nobody knows.
    left: Option<u64>,
    /// Waits for `100 Continue`, up to a deadline (RFC 9110 section 10.1.1).
    pub(super) permission: Option<Pin<Box<Sleep>>>,
    piece: Vec<u8>,
    sent: usize,
    ready: usize,
    /// Where the body bytes of the piece under way are, told when all of it is sent.
    untold: std::ops::Range<usize>,
    ended: bool,
}

/// Twice as much took twice the processor time (`bench/run upload`).
const PIECE_BYTES: usize = 64 << 10;
/// Room for the size line in front of a chunk.
const SIZE_LINE_BYTES: usize = 10;

impl Sending {
    pub(super) fn new(mut upload: Upload, permission: Option<Pin<Box<Sleep>>>) -> Result<Self> {
        upload.rewind().map_err(|error| source_failed().because(error))?;
        let left = upload.len();
        Ok(Self {
            upload,
            left,
            permission,
            piece: Vec::new(),
            sent: 0,
            ready: 0,
            untold: 0..0,
            ended: false,
        })
    }

    /// The body as it was given, when leave to send it never came.
    pub(super) fn into_unbegun(self) -> Option<Upload> {
        self.permission.is_some().then_some(self.upload)
    }

    /// Sends as much as the peer takes; ready when all of it is gone.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut Stream,
        observer: &Observer,
    ) -> Poll<io::Result<()>> {
        if let Some(wait) = &mut self.permission {
            ready!(wait.as_mut().poll(cx));
            self.permission = None;
        }
        if let Some(bytes) = self.upload.in_memory() {
            let before = self.sent;
            let done = poll_write_all(cx, stream, bytes, &mut self.sent);
            observer.tell(&Event::BodySent(&bytes[before..self.sent]));
            ready!(done)?;
            return Pin::new(stream).poll_flush(cx);
        }
        loop {
            ready!(poll_write_all(cx, stream, &self.piece[..self.ready], &mut self.sent))?;
            let untold = std::mem::take(&mut self.untold);
            observer.tell(&Event::BodySent(&self.piece[untold]));
            if self.ended {
                return Pin::new(stream).poll_flush(cx);
            }
            stream.wait_for_ourselves(true);
            let read = self.poll_piece(cx);
            if read.is_ready() {
                stream.wait_for_ourselves(false);
            }
            ready!(read)?;
        }
    }

    /// Takes the next piece from the source and frames it.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.piece.is_empty() {
            self.piece.resize(SIZE_LINE_BYTES + PIECE_BYTES + 2, 0);
        }
        let room = self.left.map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES as u64) as usize);
        let into = &mut self.piece[SIZE_LINE_BYTES..SIZE_LINE_BYTES + room];
        let count = match room {
            0 => 0,
            _ => ready!(self.upload.poll_source(cx, into))?,
        };
        self.untold = SIZE_LINE_BYTES..SIZE_LINE_BYTES + count;
        match &mut self.left {
            None => self.frame_chunk(count),
            Some(left) => {
                if count == 0 && *left > 0 {
                    return Poll::Ready(Err(ended_early(*left).into()));
                }
                *left -= count as u64;
                self.ended = *left == 0;
                (self.sent, self.ready) = (SIZE_LINE_BYTES, SIZE_LINE_BYTES + count);
            }
        }
        Poll::Ready(Ok(()))
    }

    fn frame_chunk(&mut self, count: usize) {
        let size = format!("{count:x}\r\n");
        self.sent = SIZE_LINE_BYTES - size.len();
        self.piece[self.sent..SIZE_LINE_BYTES].copy_from_slice(size.as_bytes());
        let end = SIZE_LINE_BYTES + count;
        self.piece[end..end + 2].copy_from_slice(b"\r\n");
        self.ready = end + 2;
        self.ended = count == 0;
    }
}

/// Bytes in memory as a whole chunked body (RFC 9112 section 7.1).
pub(super) fn one_chunk(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return b"0\r\n\r\n".to_vec();
    }
    let size = format!("{:x}\r\n", bytes.len());
    [size.as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat()
}

fn poll_write_all(
    cx: &mut Context<'_>,
    stream: &mut Stream,
    bytes: &[u8],
    sent: &mut usize,
) -> Poll<io::Result<()>> {
    while *sent < bytes.len() {
        *sent += match ready!(Pin::new(&mut *stream).poll_write(cx, &bytes[*sent..]))? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            count => count,
        };
    }
    Poll::Ready(Ok(()))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, BufWriter, duplex};

    use super::*;

    /// TLS, too, takes bytes that it hands on only when it is flushed.
    #[tokio::test]
    async fn a_body_in_memory_is_flushed() {
        let (near, mut far) = duplex(100);
        let mut stream = Stream::new(BufWriter::new(near));
        let mut sending = Sending::new(Upload::bytes(*b"hello"), None).unwrap();
        let nobody = Observer::default();
        poll_fn(|cx| sending.poll_send(cx, &mut stream, &nobody)).await.unwrap();
        drop(stream);
        let mut came = String::new();
        far.read_to_string(&mut came).await.unwrap();
        assert_eq!(came, "hello");
    }
}
