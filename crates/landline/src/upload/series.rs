//! Several sources one after the other, as one.

use std::io;
use std::task::{Context, Poll};

use super::{Source, Upload, UploadReader, as_failed};

/// Sources to be read in turn, each to the length it was announced with.
pub(super) struct Series {
    pieces: Vec<UploadReader>,
    /// The piece under way.
    at: usize,
    /// It stands at its beginning or behind.
    is_rewound: bool,
}

impl Series {
    pub(super) fn new(uploads: Vec<Upload>) -> Self {
        let pieces = uploads.into_iter().map(|upload| UploadReader { upload, read: 0 });
        Self { pieces: pieces.collect(), at: 0, is_rewound: false }
    }

    /// The length of all together, where that of each is known.
    pub(super) fn len(&self) -> Option<u64> {
        self.pieces.iter().try_fold(0_u64, |sum, piece| sum.checked_add(piece.upload.len()?))
    }

    pub(super) fn again(&self) -> Option<Self> {
        let again: Option<Vec<_>> = self.pieces.iter().map(|piece| piece.upload.again()).collect();
        again.map(Self::new)
    }

    /// Each piece is rewound when its turn comes: two of them may read the same open file.
    pub(super) fn rewind(&mut self) {
        (self.at, self.is_rewound) = (0, false);
        for piece in &mut self.pieces {
            piece.read = 0;
        }
    }

    /// Fills `into` out of as many pieces as can be read without waiting; a series of small ones
    /// is not sent in small writes.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut filled = 0;
        while let Some(piece) = self.pieces.get_mut(self.at) {
            if filled == into.len() || (filled > 0 && piece.upload.may_wait()) {
                break;
            }
            if !self.is_rewound {
                piece.upload.rewind().map_err(as_failed)?;
                self.is_rewound = true;
            }
            match piece.poll_piece(cx, &mut into[filled..]) {
                Poll::Ready(Ok(0)) => {
                    self.at += 1;
                    self.is_rewound = false;
                }
                Poll::Ready(Ok(count)) => {
                    piece.read += count as u64;
                    filled += count;
                }
                other => return other,
            }
        }
        Poll::Ready(Ok(filled))
    }
}

impl Upload {
    /// Whether reading it may have to wait for somebody.
    pub(super) fn may_wait(&self) -> bool {
        match &self.source {
            Source::Bytes(_) | Source::File(..) => false,
            Source::Encoded(encoded) => encoded.may_wait(),
            Source::Series(_) | Source::Read(_) | Source::Stream(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::{Error, ErrorKind};

    async fn read(upload: Upload) -> io::Result<String> {
        let mut all = String::new();
        upload.into_reader()?.read_to_string(&mut all).await?;
        Ok(all)
    }

    fn file(content: &str) -> std::fs::File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        file
    }

    #[tokio::test]
    async fn pieces_of_every_kind_are_read_in_turn() {
        let pieces = || {
            vec![
                Upload::bytes(*b"one "),
                Upload::reader(&b"two "[..], Some(4)),
                Upload::bytes(*b""),
                Upload::file(file("three ")).unwrap(),
                Upload::stream(&b"four"[..], Some(4)),
            ]
        };
        let upload = Upload::series(pieces());
        assert_eq!((upload.len(), upload.again().is_none()), (Some(18), true));
        assert_eq!(read(upload).await.unwrap(), "one two three four");
        let mut pieces = pieces();
        pieces.push(Upload::reader(&b" five"[..], None));
        let upload = Upload::series(pieces);
        assert_eq!(upload.len(), None);
        assert_eq!(read(upload).await.unwrap(), "one two three four five");
    }

    #[tokio::test]
    async fn what_can_be_read_again_is_and_the_same_open_file_may_come_twice() {
        let twice = Upload::file(file("file ")).unwrap();
        let pieces = vec![twice.again().unwrap(), Upload::bytes(*b"and "), twice];
        let upload = Upload::series(pieces);
        let again = upload.again().unwrap();
        for upload in [upload, again] {
            assert_eq!(read(upload).await.unwrap(), "file and file ");
        }
    }

    #[tokio::test]
    async fn a_file_that_changes_is_sent_as_long_as_it_was_or_is_an_error() {
        let grown = file("12345");
        let upload = Upload::file(grown.try_clone().unwrap()).unwrap();
        let shrunk = upload.again().unwrap();
        (&grown).seek(SeekFrom::End(0)).unwrap();
        (&grown).write_all(b"6789").unwrap();
        let pieces = vec![upload, Upload::bytes(*b".")];
        assert_eq!(read(Upload::series(pieces)).await.unwrap(), "12345.");
        grown.set_len(3).unwrap();
        let pieces = vec![shrunk, Upload::bytes(*b".")];
        let error = Error::from(read(Upload::series(pieces)).await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Upload);
        assert_eq!(error.chain(), "the body to send ended 2 bytes early");
    }
}
