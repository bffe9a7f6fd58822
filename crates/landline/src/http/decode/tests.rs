//! What holds for every coding, wherever its bytes are cut.

mod chains;
mod formats;

use std::collections::VecDeque;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer, zstd_sys::ZSTD_EndDirective};

use super::Decoder;
use crate::{Error, ErrorKind, Headers, Phase};

/// A body that comes in these pieces, then ends, stalls or breaks.
struct Source {
    pieces: VecDeque<Vec<u8>>,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    End,
    Stall,
    Break,
}

impl Source {
    fn new(bytes: &[u8], piece_bytes: usize, then: Then) -> Self {
        Self { pieces: bytes.chunks(piece_bytes).map(<[u8]>::to_vec).collect(), then }
    }
}

impl AsyncRead for Source {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        unreachable!("the decoder reads buffers")
    }
}

impl AsyncBufRead for Source {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        this.pieces.pop_front_if(|piece| piece.is_empty());
        match (this.pieces.front(), this.then) {
            (Some(piece), _) => Poll::Ready(Ok(piece)),
            (None, Then::End) => Poll::Ready(Ok(&[])),
            (None, Then::Stall) => Poll::Pending,
            (None, Then::Break) => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        if let Some(piece) = self.get_mut().pieces.front_mut() {
            piece.drain(..amount);
        }
    }
}

fn decoder(codings: &str) -> Decoder {
    let mut headers = Headers::new();
    headers.push("Content-Encoding", codings).unwrap();
    Decoder::for_reply(&headers, true, false).unwrap()
}

/// Everything that can be read, and the error behind it. `None` stands for waiting.
fn read_all(decoder: &mut Decoder, mut source: Source) -> (Vec<u8>, Option<io::Result<()>>) {
    let mut context = Context::from_waker(Waker::noop());
    let mut all = Vec::new();
    loop {
        match decoder.poll_fill(&mut source, &mut context) {
            Poll::Pending => return (all, None),
            Poll::Ready(Err(error)) => return (all, Some(Err(error))),
            Poll::Ready(Ok(0)) => return (all, Some(Ok(()))),
            Poll::Ready(Ok(count)) => {
                assert_eq!(count, decoder.decoded().len());
                all.extend_from_slice(decoder.decoded());
                decoder.consume(count);
            }
        }
    }
}

fn decode(codings: &str, coded: &[u8], piece_bytes: usize) -> (Vec<u8>, Result<(), Error>) {
    let source = Source::new(coded, piece_bytes, Then::End);
    let (all, end) = read_all(&mut decoder(codings), source);
    (all, end.unwrap().map_err(Error::from))
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn bare_deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn br(plain: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    encoder.write_all(plain).unwrap();
    encoder.into_inner()
}

fn zstd(plain: &[u8]) -> Vec<u8> {
    let mut encoder = CCtx::create();
    encoder.set_parameter(CParameter::ChecksumFlag(true)).unwrap();
    let mut coded = Vec::with_capacity(zstd_safe::compress_bound(plain.len()));
    encoder.compress2(&mut coded, plain).unwrap();
    coded
}

type Encoder = fn(&[u8]) -> Vec<u8>;

/// Each coding's name with an encoder of it; the first three have a checksum.
const CODINGS: [(&str, Encoder); 5] =
    [("gzip", gzip), ("deflate", zlib), ("zstd", zstd), ("deflate", bare_deflate), ("br", br)];

/// Words with repetitions and noise, so that coded blocks of several kinds come about.
fn sample() -> Vec<u8> {
    let mut plain = b"All work and no play makes Jack a dull boy. ".repeat(8);
    plain.extend((0..150u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8));
    plain.extend_from_slice(&[0; 300]);
    plain
}

fn assert_broken(end: &Result<(), Error>, says: &str) {
    let error = end.as_ref().unwrap_err();
    assert_eq!((error.kind(), error.phase()), (ErrorKind::Encoding, Phase::ReadingBody));
    assert!(error.chain().contains(says), "{}", error.chain());
}

#[test]
fn whole_and_in_pieces() {
    for (name, encode) in CODINGS {
        for plain in [sample(), Vec::new(), b"x".to_vec(), sample().repeat(300)] {
            let coded = encode(&plain);
            for piece_bytes in [1, 2, 3, 7, 1000, coded.len()] {
                let (all, end) = decode(name, &coded, piece_bytes);
                end.unwrap();
                assert!(all == plain, "{name}, {piece_bytes} bytes a piece");
            }
        }
    }
}

/// Class G2: rows 31 and 32 of the fault table.
#[test]
fn g2_cut_at_every_offset_is_an_error_behind_what_came() {
    let plain = sample();
    for (name, encode) in CODINGS {
        let coded = encode(&plain);
        for cut in 1..coded.len() {
            for piece_bytes in [1, cut] {
                let (all, end) = decode(name, &coded[..cut], piece_bytes);
                assert_broken(&end, "compressed data ended early");
                assert!(plain.starts_with(&all), "{name} cut at {cut}");
            }
        }
    }
}

#[test]
fn without_a_byte_there_is_nothing_to_decode() {
    for names in ["gzip", "deflate", "br", "zstd", "gzip, br", "unheard-of"] {
        let (all, end) = decode(names, b"", 1);
        end.unwrap();
        assert!(all.is_empty());
    }
}

/// Row 34 of the fault table.
#[test]
fn g2_bytes_behind_the_end_are_an_error_behind_the_whole() {
    let plain = sample();
    for (name, encode) in CODINGS {
        for tail in [&b"\0"[..], b"\x1f", b"garbage", &[0; 512]] {
            let coded = [&encode(&plain), tail].concat();
            for piece_bytes in [1, 5, coded.len()] {
                let (all, end) = decode(name, &coded, piece_bytes);
                assert_broken(&end, name);
                assert!(all == plain, "{name}");
            }
        }
    }
}

/// Row 33 of the fault table. Without a checksum (br, bare deflate) wrong bytes can be unnoticed;
/// what must never happen is a panic, an endless loop or endless output.
#[test]
fn g2_every_byte_turned_is_noticed_where_there_is_a_checksum() {
    let plain = sample();
    for (row, (name, encode)) in CODINGS.into_iter().enumerate() {
        let coded = encode(&plain);
        let has_checksum = row < 3;
        for at in 0..coded.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut turned = coded.clone();
                turned[at] ^= flip;
                let (all, end) = decode(name, &turned, turned.len());
                assert!(end.is_err() || !has_checksum || all == plain, "{name} at {at}");
            }
        }
    }
}

#[test]
fn corrupt_data_is_named() {
    let mut coded = gzip(b"hello");
    let crc = coded.len() - 8;
    coded[crc] ^= 1;
    let (all, end) = decode("gzip", &coded, coded.len());
    assert_eq!(all, b"hello");
    assert_broken(&end, "the gzip data of the body is corrupt, after 5 decoded bytes: incorrect");
    for name in ["gzip", "deflate", "br", "zstd"] {
        assert_broken(&decode(name, &[0xfe; 100], 100).1, "corrupt, after 0 decoded bytes");
    }
}

/// A server that flushes means its reader to have it.
#[test]
fn what_was_flushed_comes_before_the_rest() {
    let part = sample();
    for (name, flushed) in
        [("gzip", flushed_gzip()), ("br", flushed_br()), ("zstd", flushed_zstd())]
    {
        for piece_bytes in [1, flushed.len()] {
            let source = Source::new(&flushed, piece_bytes, Then::Stall);
            let (all, end) = read_all(&mut decoder(name), source);
            assert!(end.is_none());
            assert!(all == part, "{name} kept back {} bytes", part.len() - all.len());
        }
    }
}

fn flushed_gzip() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&sample()).unwrap();
    encoder.flush().unwrap();
    encoder.get_ref().clone()
}

fn flushed_br() -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    encoder.write_all(&sample()).unwrap();
    encoder.flush().unwrap();
    encoder.get_ref().clone()
}

fn flushed_zstd() -> Vec<u8> {
    let (plain, mut coded) = (sample(), vec![0; 4096]);
    let mut out = OutBuffer::around(&mut coded[..]);
    let mut input = InBuffer::around(&plain);
    let flush = ZSTD_EndDirective::ZSTD_e_flush;
    assert_eq!(CCtx::create().compress_stream2(&mut out, &mut input, flush), Ok(0));
    let len = out.pos();
    coded.truncate(len);
    coded
}

#[test]
fn a_broken_connection_stays_what_it_is() {
    let coded = gzip(&sample());
    let source = Source::new(&coded[..coded.len() - 4], 50, Then::Break);
    let (all, end) = read_all(&mut decoder("gzip"), source);
    assert_eq!(all, sample());
    assert_eq!(end.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionReset);
}

#[test]
fn an_error_stays() {
    let mut decoder = decoder("gzip");
    for _ in 0..3 {
        let source = Source::new(b"no gzip", 7, Then::End);
        let (all, end) = read_all(&mut decoder, source);
        assert!(all.is_empty() && end.unwrap().is_err());
    }
}

#[test]
fn coded_bytes_are_counted_as_they_are_taken() {
    let coded = gzip(&sample());
    let mut decoder = decoder("gzip");
    let (_, end) = read_all(&mut decoder, Source::new(&coded, 10, Then::End));
    end.unwrap().unwrap();
    assert_eq!(decoder.read(), coded.len() as u64);
}
