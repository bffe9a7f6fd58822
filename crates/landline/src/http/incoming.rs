//! What comes back: heads, then a body whose end is known exactly.

use std::io;
use std::task::{Context, Poll, ready};

use landline_wire::chunked::{self, Decoder, Step};
use landline_wire::head::{
    BodyLength, FramingError, HeadError, HeadScanner, ResponseHead, body_length, coded_body_length,
    keeps_alive, parse_response_head,
};
use tokio::io::ReadBuf;

use crate::line::aio::LineStream;
use crate::net::Peer;
use crate::{Error, ErrorKind, Headers, Limits, Phase};

/// The largest read buffer for a body. With 128 KiB the same gigabyte took twice the processor time
/// (`bench/run down`): the kernel copies into memory that has left the cache by then.
pub(super) const BODY_BUFFER_BYTES: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Incoming {
    limits: Limits,
    scanner: HeadScanner,
    interim: usize,
    head_bytes: usize,
    framing: Framing,
    pub(super) reading: Reading,
}

/// How the replies to one request are read, where it is otherwise than usual.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    /// Codings of the transfer stay as they are, chunks too.
    pub(super) raw: bool,
    /// Codings other than `chunked` are taken, and undone later.
    pub(super) undoes_transfer_codings: bool,
    /// A reply without a head is a document of HTTP/0.9.
    pub(super) http09: bool,
    /// `Content-Length` means nothing.
    pub(super) ignores_length: bool,
}

impl Reading {
    /// Whether bodies are read as usual, so that their bytes are the document's.
    pub(super) fn is_plain(self) -> bool {
        !(self.raw || self.undoes_transfer_codings || self.ignores_length)
    }
}

#[derive(Debug)]
enum Framing {
    None,
    Exact {
        left: u64,
        total: u64,
    },
    Chunked {
        decoder: Box<Decoder>,
        left: u64,
        got: u64,
    },
    UntilClose {
        got: u64,
    },
    /// Chunks that are passed on as they came.
    Raw(Box<RawChunks>),
}

#[derive(Debug)]
struct RawChunks {
    decoder: Decoder,
    /// Bytes of framing at hand, to be passed on.
    framing: usize,
    /// Bytes of data to come in this chunk.
    left: u64,
    is_last: bool,
    got: u64,
}

impl RawChunks {
    /// Bytes at the front of `buffered` that can be passed on; `None` at the end.
    fn ready(&mut self, buffered: &[u8]) -> Result<Option<usize>, chunked::ChunkError> {
        if self.framing == 0 && self.left == 0 && !self.is_last {
            let (framing, step) = self.decoder.step(buffered)?;
            self.framing = framing;
            match step {
                Step::More => {}
                Step::Done => self.is_last = true,
                Step::Data(count) => self.left = count,
            }
        }
        Ok(match (self.framing, self.left) {
            (0, 0) if self.is_last => None,
            (0, left) => Some(at_most(buffered.len(), left)),
            (framing, _) => Some(framing),
        })
    }

    fn passed(&mut self, count: u64) {
        let framing = at_most(self.framing, count);
        self.framing -= framing;
        let data = count - framing as u64;
        self.decoder.advance(data);
        self.left -= data.min(self.left);
        self.got += count;
    }
}

impl Incoming {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            scanner: HeadScanner::new(limits.head),
            interim: 0,
            head_bytes: 0,
            framing: Framing::None,
            reading: Reading::default(),
        }
    }

    /// A new request: every budget is whole again.
    pub(super) fn begin(&mut self) {
        self.scanner.reset();
        self.interim = 0;
        self.head_bytes = 0;
        self.framing = Framing::None;
    }

    pub(super) fn head_bytes(&self) -> usize {
        self.head_bytes
    }

    pub(super) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        line: &mut LineStream,
    ) -> Poll<crate::Result<ResponseHead>> {
        // One more than the limit, so that the scanner sees the byte that is too much.
        line.set_buffer_max(self.limits.head.total_bytes.saturating_add(1));
        loop {
            match self.scanner.find(line.buffered()) {
                Ok(Some(len)) => return Poll::Ready(self.take_head(line, len)),
                Ok(None) => {}
                Err(HeadError::NotHttp) if self.reading.http09 && self.head_bytes == 0 => {
                    return Poll::Ready(Ok(ResponseHead::of_http09()));
                }
                Err(error) => return Poll::Ready(Err(bad_head(error, line.stream().peer()))),
            }
            match ready!(line.poll_fill(cx)) {
                Ok(0) => return Poll::Ready(Err(cut_head(line))),
                Ok(_) => {}
                // A TLS peer that leaves without close_notify has left all the same.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Poll::Ready(Err(cut_head(line).because(error)));
                }
                Err(error) => return Poll::Ready(Err(line.stream().error(error))),
            }
        }
    }

    fn take_head(&mut self, line: &mut LineStream, len: usize) -> crate::Result<ResponseHead> {
        let head = parse_response_head(&line.buffered()[..len])
            .map_err(|error| bad_head(error, line.stream().peer()))?;
        line.take(len);
        self.head_bytes += len;
        if head.status < 200 && head.status != 101 {
            self.interim += 1;
            if self.interim > self.limits.interim_replies {
                let (max, peer) = (self.limits.interim_replies, line.stream().peer());
                let what = format!("more than {max} interim replies from {peer}");
                return Err(Error::new(ErrorKind::Limit, Phase::AwaitingReply, what));
            }
        }
        Ok(head)
    }

    /// Learns from the head how the body ends; false when the connection ends with it.
    pub(super) fn begin_body(
        &mut self,
        method: &str,
        head: &ResponseHead,
        peer: &Peer,
    ) -> crate::Result<bool> {
        let length = self.body_length(method, head).map_err(|error| {
            let kind = match error {
                FramingError::TransferEncoding(_) => ErrorKind::Encoding,
                _ => ErrorKind::Protocol,
            };
            let what = format!("the reply of {peer} does not say how its body ends");
            Error::new(kind, Phase::AwaitingReply, what).because(error)
        })?;
        self.framing = match length {
            BodyLength::None => Framing::None,
            BodyLength::Exact(total) => Framing::Exact { left: total, total },
            BodyLength::UntilClose => Framing::UntilClose { got: 0 },
            BodyLength::Chunked => {
                let mut limits = self.limits.chunks;
                limits.trailer = self.scanner.limits_left();
                let decoder = Decoder::new(limits);
                match self.reading.raw {
                    true => Framing::Raw(Box::new(RawChunks {
                        decoder,
                        framing: 0,
                        left: 0,
                        is_last: false,
                        got: 0,
                    })),
                    false => Framing::Chunked { decoder: Box::new(decoder), left: 0, got: 0 },
                }
            }
        };
        Ok(keeps_alive(head) && !matches!(self.framing, Framing::UntilClose { .. }))
    }

    fn body_length(&self, method: &str, head: &ResponseHead) -> Result<BodyLength, FramingError> {
        let length = match self.reading {
            Reading { raw: false, undoes_transfer_codings: false, .. } => {
                body_length(method, head)?
            }
            _ => coded_body_length(method, head)?.0,
        };
        Ok(match length {
            BodyLength::Exact(_) if self.reading.ignores_length => BodyLength::UntilClose,
            length => length,
        })
    }

    /// Whether body bytes, or its end, are known without reading or looking at framing.
    pub(super) fn is_at_hand(&self, line: &LineStream) -> bool {
        match &self.framing {
            Framing::None | Framing::Exact { left: 0, .. } => true,
            Framing::Chunked { left: 0, .. } | Framing::Raw(_) => false,
            _ => !line.buffered().is_empty(),
        }
    }

    /// Whether the body is known to be over without reading on.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.framing, Framing::None | Framing::Exact { left: 0, .. })
    }

    /// How much body is ready in the line's buffer, reading when there is none; 0 at the end.
    pub(super) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
        line: &mut LineStream,
    ) -> Poll<io::Result<usize>> {
        loop {
            let ready = self.ready(line)?;
            if ready != Some(0) {
                return Poll::Ready(Ok(ready.unwrap_or(0)));
            }
            match ready!(line.poll_fill(cx)) {
                Ok(0) => return Poll::Ready(self.cut(None, line)),
                Ok(_) => {}
                Err(error) => return Poll::Ready(self.broken(error, line)),
            }
        }
    }

    /// Body bytes at the front of the buffer: `None` at the end, `Some(0)` when more must be read.
    fn ready(&mut self, line: &mut LineStream) -> io::Result<Option<usize>> {
        let buffered = line.buffered().len();
        Ok(match &mut self.framing {
            Framing::None | Framing::Exact { left: 0, .. } => None,
            Framing::Exact { left, .. } => Some(at_most(buffered, *left)),
            Framing::UntilClose { .. } => Some(buffered),
            Framing::Raw(chunks) => chunks
                .ready(line.buffered())
                .map_err(|error| bad_chunk(error, line.stream().peer()))?,
            Framing::Chunked { decoder, left, .. } => {
                if *left == 0 {
                    let (framing, step) = decoder
                        .step(line.buffered())
                        .map_err(|error| bad_chunk(error, line.stream().peer()))?;
                    line.take(framing);
                    match step {
                        Step::More => return Ok(Some(0)),
                        Step::Done => return Ok(None),
                        Step::Data(count) => *left = count,
                    }
                }
                Some(at_most(line.buffered().len(), *left))
            }
        })
    }

    pub(super) fn consume(&mut self, line: &mut LineStream, count: usize) {
        line.take(count);
        self.passed(count as u64);
    }

    fn passed(&mut self, count: u64) {
        match &mut self.framing {
            Framing::None => {}
            Framing::Exact { left, .. } => *left -= count.min(*left),
            Framing::UntilClose { got } => *got += count,
            Framing::Raw(chunks) => chunks.passed(count),
            Framing::Chunked { decoder, left, got } => {
                decoder.advance(count);
                *left -= count.min(*left);
                *got += count;
            }
        }
    }

    /// How much may be read straight into a buffer of `room` bytes; `None` when it is not worth it.
    pub(super) fn direct_room(&self, line: &LineStream, room: usize) -> Option<usize> {
        const WORTH_BYTES: usize = 16 << 10;
        if room < WORTH_BYTES || !line.buffered().is_empty() {
            return None;
        }
        let left = match &self.framing {
            Framing::None | Framing::Raw(_) => 0,
            Framing::Exact { left, .. } => *left,
            Framing::Chunked { left, .. } => *left,
            Framing::UntilClose { .. } => u64::MAX,
        };
        let limit = at_most(room, left);
        (limit >= WORTH_BYTES).then_some(limit)
    }

    pub(super) fn poll_direct(
        &mut self,
        cx: &mut Context<'_>,
        line: &mut LineStream,
        buf: &mut ReadBuf<'_>,
        limit: usize,
    ) -> Poll<io::Result<usize>> {
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(limit));
        if let Err(error) = ready!(line.poll_read_past(cx, &mut part)) {
            return Poll::Ready(self.broken(error, line));
        }
        let count = part.filled().len();
        if count == 0 {
            return Poll::Ready(self.cut(None, line));
        }
        buf.advance(count);
        self.passed(count as u64);
        Poll::Ready(Ok(count))
    }

    /// The stream has ended: fine for a body that lasts until then, an error for any other.
    fn cut(&mut self, cause: Option<io::Error>, line: &LineStream) -> io::Result<usize> {
        let peer = line.stream().peer();
        let (kind, what) = match (&self.framing, &cause) {
            (Framing::UntilClose { .. }, None) => {
                self.framing = Framing::None;
                return Ok(0);
            }
            (Framing::UntilClose { got }, Some(_)) => (
                ErrorKind::Io,
                format!(
                    "the connection to {peer} ended without a TLS goodbye after {got} bytes, which may not be all"
                ),
            ),
            (Framing::Exact { left, total }, _) => (
                ErrorKind::Truncated,
                format!(
                    "the connection to {peer} ended after {} of {total} bytes of the body",
                    total - left
                ),
            ),
            (Framing::Chunked { got, .. }, _) => cut_chunks(*got, peer),
            (Framing::Raw(chunks), _) => cut_chunks(chunks.got, peer),
            (Framing::None, _) => return Ok(0),
        };
        let kind = if cause.is_some() { ErrorKind::Io } else { kind };
        let mut error = Error::new(kind, Phase::ReadingBody, what);
        if let Some(cause) = cause {
            error = error.because(cause);
        }
        Err(error.into())
    }

    fn broken(&mut self, error: io::Error, line: &LineStream) -> io::Result<usize> {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return self.cut(Some(error), line);
        }
        Err(line.stream().error(error).into())
    }

    /// Passes over what is buffered; true when that was the rest of the body.
    pub(super) fn drain(&mut self, line: &mut LineStream) -> bool {
        loop {
            match self.ready(line) {
                Ok(None) => return true,
                Ok(Some(0)) | Err(_) => return false,
                Ok(Some(count)) => self.consume(line, count),
            }
        }
    }

    /// The trailer fields, where there are any.
    pub(super) fn trailers(&self) -> Option<&Headers> {
        match &self.framing {
            Framing::Chunked { decoder, .. } => {
                Some(decoder.trailers()).filter(|all| !all.is_empty())
            }
            _ => None,
        }
    }

    pub(super) fn take_trailers(&mut self) -> Headers {
        match &mut self.framing {
            Framing::Chunked { decoder, .. } => decoder.take_trailers(),
            // They are part of what was passed on.
            _ => Headers::new(),
        }
    }

    /// How long the body is, where the head said so.
    pub(super) fn announced(&self) -> Option<u64> {
        match &self.framing {
            Framing::None => Some(0),
            Framing::Exact { total, .. } => Some(*total),
            _ => None,
        }
    }
}

fn at_most(count: usize, left: u64) -> usize {
    usize::try_from(left).map_or(count, |left| count.min(left))
}

fn bad_head(error: HeadError, peer: &Peer) -> Error {
    let kind = match error {
        HeadError::TooLarge { .. } => ErrorKind::Limit,
        HeadError::NotHttp | HeadError::Version { .. } => ErrorKind::Version,
        _ => ErrorKind::Protocol,
    };
    let what = format!("the reply of {peer} is not acceptable");
    Error::new(kind, Phase::AwaitingReply, what).because(error)
}

fn cut_chunks(got: u64, peer: &Peer) -> (ErrorKind, String) {
    let what = format!(
        "the connection to {peer} ended after {got} bytes, before the last chunk of the body"
    );
    (ErrorKind::Truncated, what)
}

fn cut_head(line: &LineStream) -> Error {
    let peer = line.stream().peer();
    let (kind, what) = match line.buffered() {
        [] => (ErrorKind::EmptyReply, format!("{peer} closed the connection without a reply")),
        had if !had.contains(&b'\n') => {
            (ErrorKind::EmptyReply, format!("{peer} closed the connection inside the status line"))
        }
        had => (
            ErrorKind::Truncated,
            format!("{peer} closed the connection inside the headers, after {} bytes", had.len()),
        ),
    };
    Error::new(kind, Phase::AwaitingReply, what)
}

fn bad_chunk(error: chunked::ChunkError, peer: &Peer) -> io::Error {
    let kind = if error.is_too_large() { ErrorKind::Limit } else { ErrorKind::Framing };
    let what = format!("the chunks of the body from {peer} are broken");
    Error::new(kind, Phase::ReadingBody, what).because(error).into()
}
