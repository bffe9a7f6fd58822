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
    /// One that ought not to be there.
    wrong: Option<u64>,
}

impl<R> Numbered<R> {
    pub(super) fn new(text: R, range: ArticleRange) -> Self {
        Self { text, range, number: Some(0), wrong: None }
    }

    /// Looks at the next bytes. Where a number ought not to be there, gives it, and where its line begins.
    fn look(&mut self, bytes: &[u8]) -> Result<(), (u64, usize)> {
        let (mut at, mut line) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let Some(number) = self.number else {
                let end = bytes[at..].iter().position(|&byte| byte == b'\n');
                let Some(end) = end else { return Ok(()) };
                at += end + 1;
                (self.number, line) = (Some(0), at);
                continue;
            };
            self.number = match byte {
                b'0'..=b'9' => {
                    Some(number.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
                }
                b'\t' if !self.range.contains(number) => return Err((number, line)),
                _ => None,
            };
            at += usize::from(byte != b'\n');
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
        if let Some(number) = this.wrong {
            let what = format!("the overview is of article {number}, which was not asked for");
            let error = Error::new(ErrorKind::Protocol, Phase::ReadingBody, what);
            return Poll::Ready(Err(error.into()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.text).poll_read(cx, buf))?;
        let Err((number, line)) = this.look(&buf.filled()[before..]) else {
            return Poll::Ready(Ok(()));
        };
        this.wrong = Some(number);
        buf.set_filled(before + line);
        match line {
            0 => Pin::new(this).poll_read(cx, buf),
            _ => Poll::Ready(Ok(())),
        }
    }
}
