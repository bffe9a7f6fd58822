//! Invariant: a coded body gives the same bytes wherever it is cut; when it is at fault, all cuts find it, and none
//! gives a byte that another contradicts.
#![no_main]

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use landline_fuzz::{assert_harmless, pieces, split_cuts};
use landline_wire::headers::Headers;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

/// The decoders are pure and no part of the public API: their own files are taken, beside the least they need.
#[path = "."]
mod http {
    use std::io;
    use std::task::{Context, Poll, Waker};

    #[allow(dead_code, unused_imports)]
    #[path = "../../crates/landline/src/http/decode/mod.rs"]
    mod decode;

    /// A bomb goes on for long.
    const MAX_BYTES: usize = 1 << 18;

    /// What comes out of these pieces, and whether that is all; `None` when the body is not coded.
    pub(super) fn decoded(
        headers: &crate::Headers,
        pieces: &[&[u8]],
    ) -> Option<(Vec<u8>, io::Result<()>)> {
        let mut decoder = decode::Decoder::for_reply(headers, true, false)?;
        let mut all = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        let mut body =
            super::Pieces(pieces.iter().copied().filter(|piece| !piece.is_empty()).collect());
        while all.len() < MAX_BYTES {
            match decoder.poll_fill(&mut body, &mut cx) {
                Poll::Pending => panic!("all of the body is there"),
                Poll::Ready(Ok(0)) => return Some((all, Ok(()))),
                Poll::Ready(Ok(count)) => {
                    all.extend_from_slice(decoder.decoded());
                    decoder.consume(count);
                }
                Poll::Ready(Err(why)) => return Some((all, Err(why))),
            }
        }
        all.truncate(MAX_BYTES);
        Some((all, Ok(())))
    }
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let Some((&choice, body)) = input.split_first() else { return };
    let names = ["gzip", "deflate", "br", "zstd", "gzip, br", "deflate, zstd", "gzip, gzip"];
    let mut headers = Headers::new();
    let name = names[usize::from(choice) % names.len()];
    headers.push("Content-Encoding", name).expect("a field");
    let read = |pieces: &[&[u8]]| http::decoded(&headers, pieces).expect("it is coded");

    let (whole, end) = read(&[body]);
    if let Err(why) = &end {
        assert_harmless(why);
    }
    for cut in [pieces(body, &[]), pieces(body, cuts)] {
        let (other, other_end) = read(&cut);
        assert_eq!(other_end.is_ok(), end.is_ok(), "{name}: {end:?}, {other_end:?}");
        let both = whole.len().min(other.len());
        assert_eq!(whole[..both], other[..both], "{name}");
        assert!(end.is_err() || whole.len() == other.len(), "{name}");
    }
});

/// A body that comes in these pieces.
struct Pieces<'a>(VecDeque<&'a [u8]>);

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        unreachable!("the decoder reads buffers")
    }
}

impl AsyncBufRead for Pieces<'_> {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Poll::Ready(Ok(self.get_mut().0.front().copied().unwrap_or_default()))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let pieces = &mut self.get_mut().0;
        if let Some(piece) = pieces.front_mut() {
            *piece = &piece[amount..];
        }
        pieces.pop_front_if(|piece| piece.is_empty());
    }
}

/// The library's error, as far as the decoders use it.
#[derive(Debug)]
struct Error(String);

enum ErrorKind {
    Encoding,
}

enum Phase {
    ReadingBody,
}

impl Error {
    fn new(_: ErrorKind, _: Phase, what: String) -> Self {
        Self(what)
    }

    fn because(self, cause: String) -> Self {
        Self(format!("{}: {cause}", self.0))
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::other(error.0)
    }
}
