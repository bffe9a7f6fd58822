//! What is to be sent: bytes, a file, or a reader.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use self::encoded::Encoded;
use self::series::Series;
use crate::{Error, ErrorKind, Phase, Result};

mod encoded;
mod pieces;
mod series;

pub(crate) use pieces::Pieces;

/// What is sent to a server: bytes, a file, or a reader of known or unknown length.
///
/// Over HTTP a length that is known becomes `Content-Length`; an unknown one is sent in chunks (RFC
/// 9112 section 7.1). Bytes and files can be sent again, which some redirects and retries need.
pub struct Upload {
    source: Source,
    len: Option<u64>,
}

enum Source {
    Bytes(Arc<[u8]>),
    File(Arc<File>, u64),
    Series(Series),
    Encoded(Box<Encoded>),
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
        Ok(Self { source: Source::File(Arc::new(file), start), len: Some(len) })
    }

    /// Sends the file at `path`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let unusable = |error| {
            let what = format!("the file '{}' cannot be read", path.display());
            Error::new(ErrorKind::Upload, Phase::Preparing, what).because(error)
        };
        let file = File::open(path).map_err(unusable)?;
        // A directory can be opened, and says what it is only when it is read.
        if file.metadata().map_err(unusable)?.is_dir() {
            return Err(unusable(io::ErrorKind::IsADirectory.into()));
        }
        Self::file(file)
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

    /// Sends several one after the other, read as they are needed.
    pub(crate) fn series(uploads: Vec<Upload>) -> Self {
        let series = Series::new(uploads);
        Self { len: series.len(), source: Source::Series(series) }
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
    pub(crate) fn in_memory(&self) -> Option<&[u8]> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// How many bytes the source has, whether or not they are sent with their length.
    pub(crate) fn source_len(&self) -> Option<u64> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::Series(series) => series.len(),
            _ => self.len,
        }
    }

    /// A second copy for a second try, where the source can be read again.
    pub(crate) fn again(&self) -> Option<Self> {
        let source = match &self.source {
            Source::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Source::File(file, start) => Source::File(file.clone(), *start),
            Source::Series(series) => Source::Series(series.again()?),
            Source::Encoded(encoded) => return encoded.again(),
            Source::Read(_) | Source::Stream(_) => return None,
        };
        Some(Self { source, len: self.len })
    }

    /// Whether [`again`](Self::again) gives a copy.
    pub(crate) fn can_be_read_again(&self) -> bool {
        self.again().is_some()
    }

    /// The same without a length: over HTTP it is sent in chunks.
    #[must_use]
    pub fn without_len(self) -> Self {
        Self { len: None, ..self }
    }

    /// Whether it is this very file that is sent.
    #[cfg(unix)]
    pub(crate) fn is_from(&self, facts: &std::fs::Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;
        let Source::File(file, _) = &self.source else { return false };
        let ours = file.metadata();
        ours.is_ok_and(|ours| (ours.dev(), ours.ino()) == (facts.dev(), facts.ino()))
    }

    /// Whether it is this very file that is sent; not known here.
    #[cfg(not(unix))]
    pub(crate) fn is_from(&self, _: &std::fs::Metadata) -> bool {
        false
    }

    pub(crate) fn rewind(&mut self) -> io::Result<()> {
        match &mut self.source {
            Source::File(file, start) => file.seek(io::SeekFrom::Start(*start)).map(drop),
            Source::Series(series) => {
                series.rewind();
                Ok(())
            }
            Source::Encoded(encoded) => encoded.rewind(),
            Source::Bytes(_) | Source::Read(_) | Source::Stream(_) => Ok(()),
        }
    }

    /// Reads on in the source; bytes in memory are read through [`in_memory`](Self::in_memory).
    pub(crate) fn poll_source(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = ready!(self.source.poll_read(cx, into));
        Poll::Ready(read.map_err(as_failed))
    }

    /// Reads it as it is, from the beginning; one that ends before its length is an error.
    pub(crate) fn into_reader(mut self) -> Result<UploadReader> {
        self.rewind().map_err(|error| source_failed().because(error))?;
        Ok(UploadReader { read: 0, upload: self })
    }
}

/// An upload as a plain reader.
#[derive(Debug)]
pub(crate) struct UploadReader {
    upload: Upload,
    read: u64,
}

impl UploadReader {
    fn poll_piece(&mut self, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        let left = self.upload.len.map(|len| len - self.read);
        let room = left.map_or(into.len(), |left| left.min(into.len() as u64) as usize);
        if room == 0 {
            return Poll::Ready(Ok(0));
        }
        if let Some(bytes) = self.upload.in_memory() {
            let rest = &bytes[self.read as usize..][..room];
            into[..room].copy_from_slice(rest);
            return Poll::Ready(Ok(room));
        }
        let count = ready!(self.upload.poll_source(cx, &mut into[..room]))?;
        match left {
            Some(left) if count == 0 => Poll::Ready(Err(ended_early(left).into())),
            _ => Poll::Ready(Ok(count)),
        }
    }
}

impl AsyncRead for UploadReader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let count = ready!(this.poll_piece(cx, buf.initialize_unfilled()))?;
        buf.advance(count);
        this.read += count as u64;
        Poll::Ready(Ok(()))
    }
}

/// What a piece of a series says of itself is said once.
fn as_failed(error: io::Error) -> io::Error {
    let ours = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match ours.map(Error::kind) {
        Some(ErrorKind::Upload) => error,
        _ => source_failed().because(error).into(),
    }
}

pub(crate) fn source_failed() -> Error {
    Error::new(ErrorKind::Upload, Phase::Sending, "the body to send cannot be read")
}

/// The source ended with `left` bytes still to come.
pub(crate) fn ended_early(left: u64) -> Error {
    let what = format!("the body to send ended {left} bytes early");
    Error::new(ErrorKind::Upload, Phase::Sending, what)
}

impl Source {
    fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Source::Bytes(_) => Poll::Ready(Ok(0)),
            Source::File(file, _) => Poll::Ready(read_on(file, into)),
            Source::Series(series) => series.poll_read(cx, into),
            Source::Encoded(encoded) => encoded.poll_read(cx, into),
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
            Source::Series(_) => "series",
            Source::Encoded(_) => "encoded",
            Source::Read(_) => "reader",
            Source::Stream(_) => "stream",
        };
        f.debug_struct("Upload").field("from", &kind).field("len", &self.len).finish()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read(upload: Upload) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        upload.into_reader().unwrap().read_to_end(&mut all).await?;
        Ok(all)
    }

    #[tokio::test]
    async fn every_source_is_read_to_its_end_and_one_that_ends_early_is_told() {
        assert_eq!(read(Upload::bytes(*b"hello")).await.unwrap(), b"hello");
        assert_eq!(read(Upload::reader(&b"hello"[..], None)).await.unwrap(), b"hello");
        assert_eq!(read(Upload::stream(&b"hello"[..], Some(4))).await.unwrap(), b"hell");
        let error = Error::from(read(Upload::reader(&b"hello"[..], Some(6))).await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Upload);
    }
}
