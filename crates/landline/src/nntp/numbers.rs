//! An overview as the server sends it, which is of the articles that were asked for and no others.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use landline_wire::nntp::ArticleRange;
use tokio::io::{AsyncRead, ReadBuf};

use crate::{Error, ErrorKind, Phase};

/// Reads what `R` reads, as long as each line begins with a number in the range.
pub(super) struct Numbered<R> {
    text: R,
    range: ArticleRange,
    /// The number so far, at the beginning of a line.
    number: Option<u64>,
}

impl<R> Numbered<R> {
    pub(super) fn new(text: R, range: ArticleRange) -> Self {
        Self { text, range, number: Some(0) }
    }

    /// Looks at the next bytes; gives the number that ought not to be there.
    fn look(&mut self, mut bytes: &[u8]) -> Result<(), u64> {
        while let Some((&first, rest)) = bytes.split_first() {
            let Some(number) = self.number else {
                let end = bytes.iter().position(|&byte| byte == b'\n');
                let Some(end) = end else { return Ok(()) };
                (self.number, bytes) = (Some(0), &bytes[end + 1..]);
                continue;
            };
            self.number = match first {
                b'0'..=b'9' => Some(number.saturating_mul(10).saturating_add(u64::from(first - b'0'))),
                b'\t' if !self.range.contains(number) => return Err(number),
                _ => None,
            };
            bytes = if first == b'\n' { bytes } else { rest };
        }
        Ok(())
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Numbered<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.text).poll_read(cx, buf))?;
        match this.look(&buf.filled()[before..]) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(number) => {
                buf.set_filled(before);
                let what = format!("the overview is of article {number}, which was not asked for");
                let error = Error::new(ErrorKind::Protocol, Phase::ReadingBody, what);
                Poll::Ready(Err(error.into()))
            }
        }
    }
}
