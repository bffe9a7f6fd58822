//! A source that is written otherwise on its way.

use std::fmt;
use std::io;
use std::task::{Context, Poll, ready};

use landline_wire::crlf::ToCrlf;
use landline_wire::mime::{ContentTransferEncoding, Encoder};

use super::{Source, Upload, UploadReader};
use crate::Result;

const PIECE_BYTES: usize = 32 << 10;

/// What becomes of the bytes of a source.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// LF becomes CRLF.
    LineEnds,
    Mime(ContentTransferEncoding),
}

enum Coder {
    LineEnds(ToCrlf),
    Mime(Encoder),
}

impl Change {
    fn begin(self) -> Coder {
        match self {
            Self::LineEnds => Coder::LineEnds(ToCrlf::default()),
            Self::Mime(encoding) => Coder::Mime(Encoder::new(encoding)),
        }
    }

    /// How long `len` bytes become, where that is known beforehand.
    fn len_of(self, len: Option<u64>) -> Option<u64> {
        match self {
            Self::LineEnds => None,
            Self::Mime(encoding) => encoding.encoded_len(len?),
        }
    }
}

/// A source with the change that is made to it, piece by piece.
pub(super) struct Encoded {
    source: UploadReader,
    change: Change,
    coder: Coder,
    piece: Box<[u8]>,
    /// What waits to be read.
    ready: Vec<u8>,
    taken: usize,
    is_over: bool,
}

impl Encoded {
    fn new(upload: Upload, change: Change) -> Self {
        let source = UploadReader { upload, read: 0 };
        let (coder, ready) = (change.begin(), Vec::new());
        Self { source, change, coder, piece: Box::default(), ready, taken: 0, is_over: false }
    }

    pub(super) fn again(&self) -> Option<Upload> {
        Some(self.source.upload.again()?.changed(self.change))
    }

    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.source.upload.rewind()?;
        self.source.read = 0;
        self.coder = self.change.begin();
        self.ready.clear();
        (self.taken, self.is_over) = (0, false);
        Ok(())
    }

    pub(super) fn may_wait(&self) -> bool {
        self.source.upload.may_wait()
    }

    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        // A piece may become nothing as long as what follows it is not known.
        while self.taken == self.ready.len() && !self.is_over {
            ready!(self.poll_fill(cx))?;
        }
        let rest = &self.ready[self.taken..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Poll::Ready(Ok(count))
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.piece.is_empty() {
            self.piece = vec![0; PIECE_BYTES].into();
        }
        let count = ready!(self.source.poll_piece(cx, &mut self.piece))?;
        self.source.read += count as u64;
        self.is_over = count == 0;
        self.ready.clear();
        self.taken = 0;
        Poll::Ready(self.coder.push(&self.piece[..count], &mut self.ready))
    }
}

impl Coder {
    /// Nothing is the end.
    fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::LineEnds(line_ends) => line_ends.push(piece, out),
            Self::Mime(encoder) if piece.is_empty() => encoder.finish(out),
            Self::Mime(encoder) => encoder.push(piece, out).map_err(io::Error::other)?,
        }
        Ok(())
    }
}

impl Upload {
    /// Sends a CR before every LF that has none. How long that makes it is not known beforehand.
    ///
    /// # Errors
    /// [`ErrorKind::Upload`](crate::ErrorKind::Upload) when the file cannot be read from where it is
    /// to begin.
    pub fn crlf(mut self) -> Result<Self> {
        self.rewind().map_err(|error| super::source_failed().because(error))?;
        Ok(self.changed(Change::LineEnds))
    }

    /// Sends it in this encoding, written so on its way.
    pub(crate) fn encoded(self, encoding: ContentTransferEncoding) -> Self {
        self.changed(Change::Mime(encoding))
    }

    fn changed(self, change: Change) -> Self {
        let len = change.len_of(self.len);
        Self { source: Source::Encoded(Box::new(Encoded::new(self, change))), len }
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {:?}", self.change, self.source.upload)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::{Error, ErrorKind};

    async fn read(upload: Upload) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        upload.into_reader()?.read_to_end(&mut all).await?;
        Ok(all)
    }

    #[tokio::test]
    async fn line_ends_are_made_whole_and_again() {
        let upload = Upload::bytes(*b"a\nb\r\n").crlf().unwrap();
        let again = upload.again().unwrap();
        for upload in [upload, again] {
            assert_eq!((upload.len(), &*read(upload).await.unwrap()), (None, &b"a\r\nb\r\n"[..]));
        }
    }

    #[tokio::test]
    async fn a_source_is_encoded_as_long_as_was_told_and_again() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        let upload = Upload::bytes(bytes.clone()).encoded(ContentTransferEncoding::Base64);
        let (len, again) = (upload.len(), upload.again().unwrap());
        let series = Upload::series(vec![upload, Upload::bytes(*b"."), again]);
        let twice = read(series).await.unwrap();
        let (one, rest) = twice.split_at(len.unwrap() as usize);
        assert_eq!(rest, [b".", one].concat());
        let mut encoder = Encoder::new(ContentTransferEncoding::Base64);
        let mut whole = Vec::new();
        encoder.push(&bytes, &mut whole).unwrap();
        encoder.finish(&mut whole);
        assert!(one == whole);
    }

    #[tokio::test]
    async fn a_source_that_waits_loses_nothing() {
        let (mut told, source) = tokio::io::duplex(8);
        let upload = Upload::stream(source, None).encoded(ContentTransferEncoding::Base64);
        let upload = Upload::series(vec![Upload::bytes(*b"<"), upload, Upload::bytes(*b">")]);
        let reads = tokio::spawn(read(upload));
        for piece in [&b"a"[..], b"b", b"cd"] {
            tokio::io::AsyncWriteExt::write_all(&mut told, piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        drop(told);
        assert_eq!(reads.await.unwrap().unwrap(), b"<YWJjZA==>");
    }

    #[tokio::test]
    async fn what_cannot_be_encoded_or_ends_early_is_an_error() {
        let told = |error: io::Error| {
            let error = Error::from(error);
            (error.kind(), error.chain())
        };
        let upload = Upload::reader(&b"a\xff"[..], None).encoded(ContentTransferEncoding::SevenBit);
        assert_eq!((upload.len(), upload.again().is_none()), (None, true));
        let (kind, chain) = told(read(upload).await.unwrap_err());
        assert_eq!(kind, ErrorKind::Upload);
        assert!(chain.ends_with("a byte above 127 cannot be sent as 7bit"), "{chain}");
        let short = Upload::reader(&b"ab"[..], Some(3)).encoded(ContentTransferEncoding::Base64);
        assert_eq!(short.len(), Some(4));
        let (kind, chain) = told(read(short).await.unwrap_err());
        assert_eq!((kind, &*chain), (ErrorKind::Upload, "the body to send ended 1 bytes early"));
    }
}
