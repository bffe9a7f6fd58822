//! Files in articles, decoded while the articles are read (yEnc). The format is in
//! [`wire::yenc`](crate::wire::yenc).

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::yenc::{Decoder, Header, YencError};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use crate::{Error, ErrorKind, Phase, Result};

/// What is decoded at once.
const PIECE_BYTES: usize = 16 << 10;

/// What both faces have: everything but the reading.
struct Core {
    decoder: Decoder,
    piece: Box<[u8]>,
    plain: Vec<u8>,
    given: usize,
    /// What there is to say behind the bytes at hand.
    end: Option<Result<(), YencError>>,
}

impl Core {
    fn new() -> Self {
        let piece = vec![0; PIECE_BYTES].into();
        Self { decoder: Decoder::new(), piece, plain: Vec::new(), given: 0, end: None }
    }

    /// Takes in what was read into `piece`; nothing is the end of the text.
    fn take(&mut self, count: usize) {
        if self.given == self.plain.len() {
            self.plain.clear();
            self.given = 0;
        }
        self.end = match self.piece.get(..count) {
            None | Some([]) => Some(self.decoder.clone().finish().map(drop)),
            Some(piece) => self.decoder.push(piece, &mut self.plain).err().map(Err),
        };
    }

    /// Gives what is at hand, and tells how much; `None` when more has to be read first.
    fn give(&mut self, room: usize) -> io::Result<Option<&[u8]>> {
        let from = self.given;
        self.given = self.plain.len().min(from + room);
        if from < self.plain.len() {
            return Ok(Some(&self.plain[from..self.given]));
        }
        match &self.end {
            None => Ok(None),
            Some(Ok(())) => Ok(Some(&[])),
            Some(Err(fault)) => Err(error(fault).into()),
        }
    }

    /// What is known of the file; `None` when more has to be read first.
    fn header(&self) -> Result<Option<&Header>> {
        match (self.decoder.header(), &self.end) {
            (None, Some(Err(fault))) => Err(error(fault)),
            (header, _) => Ok(header),
        }
    }
}

fn error(fault: &YencError) -> Error {
    let kind = match fault {
        YencError::Truncated => ErrorKind::Truncated,
        YencError::LongLine => ErrorKind::Limit,
        _ => ErrorKind::Encoding,
    };
    Error::new(kind, Phase::ReadingBody, "the file in the article is not whole")
        .because(fault.clone())
}

/// Leaves out the file: it may be private.
impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("header", &self.decoder.header()).finish_non_exhaustive()
    }
}

/// Decodes the file in an article while the article is read from any [`Read`].
///
/// ```
/// use landline::nntp::YencReader;
/// use std::io::Read;
///
/// let article = b"Subject: x\r\n\r\n=ybegin line=128 size=3 name=a.bin\r\n\x8b\x8c=}\r\n=yend size=3\r\n";
/// let mut file = YencReader::new(&article[..]);
/// let header = file.read_header()?;
/// assert_eq!((&*header.name, header.size), ("a.bin", 3));
/// let mut bytes = Vec::new();
/// file.read_to_end(&mut bytes)?;
/// assert_eq!(bytes, [0x61, 0x62, 0x13]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The article is read to its end, so that its connection is free for the next; what stands around
/// the file is passed over. Needs 64 KiB at most. The end is given, as 0 bytes, when all of the
/// file has come and its size and check sum are right; else there is an error behind what could be
/// decoded: of kind [`Truncated`](ErrorKind::Truncated) where `=yend` is missing,
/// [`Limit`](ErrorKind::Limit) for a line over 16 KiB, and [`Encoding`](ErrorKind::Encoding) for all
/// others, an article with no file among them.
#[derive(Debug)]
pub struct YencReader<R> {
    core: Core,
    article: R,
}

impl<R> YencReader<R> {
    /// Stands before an article, or its body.
    pub fn new(article: R) -> Self {
        Self { core: Core::new(), article }
    }

    /// What the article says of the file, so far as it was read.
    pub fn header(&self) -> Option<&Header> {
        self.core.decoder.header()
    }
}

impl<R: Read> YencReader<R> {
    /// Reads as far as the file begins, and gives its name, its size, and which part of it this is. The
    /// name is its sender's: it is no path to be trusted.
    ///
    /// # Errors
    /// Those of the article; [`Encoding`](ErrorKind::Encoding) when there is no file in it.
    pub fn read_header(&mut self) -> Result<&Header> {
        while self.core.header()?.is_none() {
            self.read_on().map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
        }
        self.core.decoder.header().ok_or_else(|| error(&YencError::Missing))
    }

    fn read_on(&mut self) -> io::Result<()> {
        let count = self.article.read(&mut self.core.piece)?;
        self.core.take(count);
        Ok(())
    }
}

impl<R: Read> Read for YencReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(plain) = self.core.give(into.len())? {
                into[..plain.len()].copy_from_slice(plain);
                return Ok(plain.len());
            }
            self.read_on()?;
        }
    }
}

/// The async face.
pub(crate) mod aio {
    use super::*;

    /// Decodes the file in an article while the article is read from any [`AsyncRead`].
    ///
    /// See [the blocking twin](crate::nntp::YencReader) for the whole documentation.
    #[derive(Debug)]
    pub struct YencReader<R> {
        core: Core,
        article: R,
    }

    impl<R> YencReader<R> {
        /// Stands before an article, or its body.
        pub fn new(article: R) -> Self {
            Self { core: Core::new(), article }
        }

        /// What the article says of the file, so far as it was read.
        pub fn header(&self) -> Option<&Header> {
            self.core.decoder.header()
        }
    }

    impl<R: AsyncRead + Unpin> YencReader<R> {
        /// Reads as far as the file begins, and gives its name, its size, and which part of it this is.
        /// The name is its sender's: it is no path to be trusted.
        ///
        /// # Errors
        /// Those of the article; [`Encoding`](ErrorKind::Encoding) when there is no file in it.
        pub async fn read_header(&mut self) -> Result<&Header> {
            while self.core.header()?.is_none() {
                let count = self.article.read(&mut self.core.piece).await;
                let count = count.map_err(|error| Error::from_io(error, Phase::ReadingBody))?;
                self.core.take(count);
            }
            self.core.decoder.header().ok_or_else(|| error(&YencError::Missing))
        }
    }

    impl<R: AsyncRead + Unpin> AsyncRead for YencReader<R> {
        fn poll_read(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let this = self.get_mut();
            loop {
                if let Some(plain) = this.core.give(buf.remaining())? {
                    buf.put_slice(plain);
                    return Poll::Ready(Ok(()));
                }
                let mut piece = ReadBuf::new(&mut this.core.piece);
                ready!(Pin::new(&mut this.article).poll_read(cx, &mut piece))?;
                let count = piece.filled().len();
                this.core.take(count);
            }
        }
    }
}
