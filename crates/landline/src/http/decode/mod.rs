//! Content codings: what the server did to a body to make it smaller, undone while it is read.
//!
//! Out of scope: transfer codings other than `chunked` (RFC 9112 section 7), and coding what is
//! sent.
//!
//! Specifications: RFC 9110 section 8.4 (Content-Encoding), RFC 1952 (gzip), RFC 1950 and 1951
//! (deflate), RFC 7932 (br), RFC 8878 and 9659 (zstd, and its window).
//!
//! ```text
//!   body, framing removed -> Stage (br) -> Stage (gzip) -> decoded bytes
//!                             64 KiB        64 KiB
//! ```
//!
//! Each stage is pure: bytes in, bytes out, no I/O. It has one buffer of fixed size, and takes no
//! more input before what is in there was taken. So memory is the same for any body.
//!
//! | what | limit |
//! |---|---|
//! | codings of one body | 5 |
//! | buffer of a stage | 64 KiB |
//! | window of gzip and deflate; br; zstd | 32 KiB; 16 MiB; 8 MiB |
//! | windows of one body | 32 MiB |
//!
//! A coded stream that is cut short, does not add up, or is followed by other bytes is an error of
//! kind [`Encoding`](crate::ErrorKind::Encoding); what came before it is delivered first.
//!
//! Deviations: `deflate` without its zlib wrapper is accepted, because servers took the name by its
//! word for years and every browser accepts it.

mod brotli;
mod chain;
mod coding;
mod deflate;
mod gzip;
mod inflate;
#[cfg(test)]
mod tests;
mod zstd;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncBufRead;

use self::chain::{Broken, Chain};
use self::coding::Refusal;
use crate::{Error, ErrorKind, Headers, Phase};

pub(super) use self::coding::ACCEPTED;

/// Undoes one coding, piece by piece, without I/O.
trait Decode: Send + Sync {
    /// Decodes from the front of `input` to the front of `output`, which is never empty. With
    /// input at hand it always takes some, gives some, or finds a fault.
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// Whether the coded stream may end here.
    fn is_complete(&self) -> bool;
}

/// What one call of [`Decode::decode`] did. A fault stands behind the bytes written with it.
#[derive(Debug, Default)]
struct Step {
    read: usize,
    written: usize,
    fault: Option<Fault>,
}

/// Why coded bytes cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// They break the rules of the coding; in its own words, where it has some.
    Corrupt(Option<String>),
    /// The coded stream is over, and more bytes follow.
    Trailing,
    /// No more bytes come, and the coded stream is not over.
    Early,
}

/// Decodes a body while it is read.
#[derive(Debug)]
pub(super) struct Decoder {
    chain: Result<Chain, Refusal>,
    read: u64,
    given: u64,
}

impl Decoder {
    /// What has to be done to a body with these headers, as far as its `content` and its `transfer`
    /// are to be decoded; `None` when it is not coded.
    pub(super) fn for_reply(headers: &Headers, content: bool, transfer: bool) -> Option<Self> {
        let chain = match coding::codings(headers, content, transfer) {
            Ok(codings) if codings.is_empty() => return None,
            Ok(codings) => Ok(Chain::new(&codings)),
            Err(refusal) => Err(refusal),
        };
        Some(Self { chain, read: 0, given: 0 })
    }

    /// How many coded bytes were read.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// The decoded bytes at hand.
    pub(super) fn decoded(&self) -> &[u8] {
        self.chain.as_ref().map_or(&[], Chain::decoded)
    }

    pub(super) fn consume(&mut self, count: usize) {
        if let Ok(chain) = &mut self.chain {
            self.given += count.min(chain.decoded().len()) as u64;
            chain.consume(count);
        }
    }

    /// How many decoded bytes are at hand, reading coded ones when there are none; 0 at the end,
    /// which is the end of both the coded stream and the body. A body without a byte is no coded
    /// stream at all.
    pub(super) fn poll_fill(
        &mut self,
        from: &mut (impl AsyncBufRead + Unpin),
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        loop {
            self.pump(&[])?;
            if !self.decoded().is_empty() {
                return Poll::Ready(Ok(self.decoded().len()));
            }
            let coded = ready!(Pin::new(&mut *from).poll_fill_buf(cx))?;
            if coded.is_empty() {
                return Poll::Ready(self.end().map(|()| 0));
            }
            let taken = self.pump(coded)?;
            self.read += taken as u64;
            Pin::new(&mut *from).consume(taken);
        }
    }

    fn pump(&mut self, coded: &[u8]) -> io::Result<usize> {
        match &mut self.chain {
            Ok(chain) => chain.pump(coded).map_err(|broken| self.error(&broken).into()),
            Err(_) if coded.is_empty() => Ok(0),
            Err(refusal) => Err(refusal.error().into()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        match &mut self.chain {
            Ok(chain) if self.read > 0 => chain.end().map_err(|broken| self.error(&broken).into()),
            _ => Ok(()),
        }
    }

    fn error(&self, broken: &Broken) -> Error {
        let Broken { name, fault } = broken;
        let (what, cause) = match fault {
            Fault::Corrupt(cause) => (format!("the {name} data of the body is corrupt"), cause),
            Fault::Trailing => (format!("bytes follow the end of the {name} data"), &None),
            Fault::Early => (format!("the {name} compressed data ended early"), &None),
        };
        let what = format!("{what}, after {} decoded bytes", self.given);
        let error = Error::new(ErrorKind::Encoding, Phase::ReadingBody, what);
        match cause {
            Some(cause) => error.because(cause.clone()),
            None => error,
        }
    }
}
