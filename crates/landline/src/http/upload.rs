//! The body of a request: where it comes from and how it is framed on the wire.

use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Seek};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::net::Stream;
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result};

/// What a request carries: bytes, a file, or a reader of known or unknown length.
///
/// A length that is known becomes `Content-Length`; an unknown one is sent in chunks (RFC 9112
/// section 7.1). Bytes and files can be sent again, which some redirects and retries need.
pub struct Upload {
    source: Source,
    len: Option<u64>,
}

enum Source {
    Bytes(Arc<[u8]>),
    File(File, u64),
    Read(Box<dyn Read + Send + Sync>),
    Stream(Box<dyn AsyncRead + Send + Sync + Unpin>),
}

impl Upload {
    /// Sends these bytes.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { len: Some(bytes.len() as u64), source: Source::Bytes(bytes) }
    }

    /// Sends a file from where it stands to its end; only a regular file has a known length.
    ///
    /// # Errors
    /// [`ErrorKind::Upload`] when the system tells nothing about the file.
    pub fn file(mut file: File) -> Result<Self> {
        let unusable = |error| {
            let what = "the file to send cannot be read";
            Error::new(ErrorKind::Upload, Phase::Preparing, what).because(error)
        };
        let facts = file.metadata().map_err(unusable)?;
        if !facts.is_file() {
            return Ok(Self::reader(file, None));
        }
        let start = file.stream_position().map_err(unusable)?;
        let len = facts.len().saturating_sub(start);
        // The files of /proc tell no length, and hold something all the same.
        if len == 0 && read_on(&mut file, &mut [0]).map_err(unusable)? > 0 {
            file.seek(io::SeekFrom::Start(start)).map_err(unusable)?;
            return Ok(Self::reader(file, None));
        }
        Ok(Self { source: Source::File(file, start), len: Some(len) })
    }

    /// Sends what a reader gives. The reader is read on the thread that sends, so that one which
    /// blocks holds up everything else there: meant for memory, files and pipes. A blocking reply
    /// has to come from another client than the one that sends: one would wait for itself, and
    /// says so.
    pub fn reader(reader: impl Read + Send + Sync + 'static, len: Option<u64>) -> Self {
        Self { source: Source::Read(Box::new(reader)), len }
    }

    /// Sends what an asynchronous reader gives.
    pub fn stream(
        reader: impl AsyncRead + Send + Sync + Unpin + 'static,
        len: Option<u64>,
    ) -> Self {
        Self { source: Source::Stream(Box::new(reader)), len }
    }

    /// How many bytes there are, where that is known.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether there is certainly nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len == Some(0)
    }

    /// The bytes, when they are in memory.
    pub(super) fn in_memory(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A second copy for a second try, where the source can be read again.
    pub(super) fn again(&self) -> Option<Self> {
        let source = match &self.source {
            Source::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Source::File(file, start) => Source::File(file.try_clone().ok()?, *start),
            Source::Read(_) | Source::Stream(_) => return None,
        };
        Some(Self { source, len: self.len })
    }

    /// The same without a length, so that it is sent in chunks.
    pub(super) fn in_chunks(self) -> Self {
        let source = match self.source {
            Source::Bytes(bytes) if self.len.is_some() => Source::Bytes(one_chunk(&bytes).into()),
            source => source,
        };
        Self { source, len: None }
    }

    fn rewind(&mut self) -> io::Result<()> {
        if let Source::File(file, start) = &mut self.source {
            file.seek(io::SeekFrom::Start(*start))?;
        }
        Ok(())
    }
}

impl Source {
    fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Source::Bytes(_) => Poll::Ready(Ok(0)),
            Source::File(file, _) => Poll::Ready(read_on(file, into)),
            Source::Read(reader) => Poll::Ready(read_on(reader, into)),
            Source::Stream(reader) => {
                let mut buf = ReadBuf::new(into);
                ready!(Pin::new(reader).poll_read(cx, &mut buf))?;
                Poll::Ready(Ok(buf.filled().len()))
            }
        }
    }
}

/// Reads as the standard library's own loops do: a signal in between is no failure.
fn read_on(reader: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.source {
            Source::Bytes(_) => "bytes",
            Source::File(..) => "file",
            Source::Read(_) => "reader",
            Source::Stream(_) => "stream",
        };
        f.debug_struct("Upload").field("from", &kind).field("len", &self.len).finish()
    }
}

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
    /// Body bytes in the piece under way, told when all of it is sent.
    untold: usize,
    ended: bool,
}

/// Twice as much took twice the processor time (`bench/run upload`).
const PIECE_BYTES: usize = 64 << 10;
/// Room for the size line in front of a chunk.
const SIZE_LINE_BYTES: usize = 10;

impl Sending {
    pub(super) fn new(mut upload: Upload, permission: Option<Pin<Box<Sleep>>>) -> Result<Self> {
        upload.rewind().map_err(|error| source_failed().because(error))?;
        let left = upload.len;
        Ok(Self {
            upload,
            left,
            permission,
            piece: Vec::new(),
            sent: 0,
            ready: 0,
            untold: 0,
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
        if let Source::Bytes(bytes) = &self.upload.source {
            let before = self.sent;
            let done = poll_write_all(cx, stream, bytes, &mut self.sent);
            observer.tell(&Event::BodySent(self.sent - before));
            ready!(done)?;
            return Pin::new(stream).poll_flush(cx);
        }
        loop {
            ready!(poll_write_all(cx, stream, &self.piece[..self.ready], &mut self.sent))?;
            observer.tell(&Event::BodySent(std::mem::take(&mut self.untold)));
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
            _ => ready!(self.upload.source.poll_read(cx, into))
                .map_err(|error| source_failed().because(error))?,
        };
        self.untold = count;
        match &mut self.left {
            None => self.frame_chunk(count),
            Some(left) => {
                if count == 0 && *left > 0 {
                    let what = format!("the body to send ended {left} bytes early");
                    let error = Error::new(ErrorKind::Upload, Phase::Sending, what);
                    return Poll::Ready(Err(error.into()));
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
fn one_chunk(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return b"0\r\n\r\n".to_vec();
    }
    let size = format!("{:x}\r\n", bytes.len());
    [size.as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat()
}

fn source_failed() -> Error {
    Error::new(ErrorKind::Upload, Phase::Sending, "the body to send cannot be read")
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
