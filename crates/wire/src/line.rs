//! Finds line ends as bytes arrive, and guards the lines that go out.
//!
//! Out of scope: buffering (the caller keeps the unread bytes) and character sets (a line is bytes).
//!
//! Specifications: RFC 9112 section 2.2 (HTTP), RFC 5321 section 2.3.8 (mail), RFC 854 (the CRLF
//! that FTP and others inherit).
//!
//! ```
//! use landline_wire::line::{LineEnding, LineScanner};
//!
//! let mut scanner = LineScanner::new(LineEnding::Strict, 1000);
//! assert_eq!(scanner.find(b"220 rea")?, None); // keep these bytes, read more behind them
//! let wire = b"220 ready\r\nnext";
//! let line = scanner.find(wire)?.expect("complete now");
//! assert_eq!(&wire[..line.len], b"220 ready");
//! assert_eq!(&wire[line.consumed..], b"next");
//! # Ok::<(), landline_wire::line::LineError>(())
//! ```
//!
//! | limit | default | unit |
//! |---|---|---|
//! | `max_bytes` | none, the caller must choose | content bytes, the line end not counted |
//!
//! Errors: every [`LineError`] is the peer's fault and leaves no way to go on with this stream; the
//! caller closes it. [`ForbiddenByte`] is the fault of whoever made the outgoing line.

use std::fmt;

use memchr::{memchr, memchr2, memchr3};

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LineEnding {
    /// Only CRLF ends a line; a bare CR, a bare LF or a NUL inside it is an error.
    #[default]
    Strict,
    /// LF ends a line and one CR before it is stripped; other CRs and NULs are content.
    Lenient,
    /// CRLF, LF or a lone CR ends a line; NULs are content. A CR that is the last byte to have
    /// arrived waits for the next one.
    AnyCr,
}

/// A complete line at the start of the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Length of the content in bytes; the content starts at the first byte of the buffer.
    pub len: usize,
    /// Length of content and line end together: where the next line starts.
    pub consumed: usize,
}

/// Finds the end of one line after the other and remembers how far it has looked, so that the work stays
/// linear however the bytes trickle in.
#[derive(Clone, Debug)]
pub struct LineScanner {
    ending: LineEnding,
    max_bytes: usize,
    scanned: usize,
}

impl LineScanner {
    /// Makes a scanner for lines of at most `max_bytes` content bytes.
    #[must_use]
    pub fn new(ending: LineEnding, max_bytes: usize) -> Self {
        Self { ending, max_bytes, scanned: 0 }
    }

    /// Looks for the end of the line that starts at `buf[0]`.
    ///
    /// `buf` holds the unread bytes from the start of the line; after `Ok(None)` the caller appends to
    /// them and asks again. `Ok(Some(line))` resets the scanner for the next line, which starts at
    /// `buf[line.consumed]`. The answer does not depend on how the bytes were cut into pieces.
    ///
    /// # Errors
    /// [`LineError::TooLong`] as soon as the content has more than `max_bytes`; with
    /// [`LineEnding::Strict`] also the forbidden bytes.
    pub fn find(&mut self, buf: &[u8]) -> Result<Option<Line>, LineError> {
        let found = match self.ending {
            LineEnding::Strict => self.find_strict(buf)?,
            LineEnding::Lenient => self.find_lenient(buf)?,
            LineEnding::AnyCr => self.find_any(buf)?,
        };
        if found.is_some() {
            self.scanned = 0;
        }
        Ok(found)
    }

    /// Changes what ends a line; bytes looked at so far are looked at again.
    pub fn set_ending(&mut self, ending: LineEnding) {
        self.ending = ending;
        self.scanned = 0;
    }

    /// Changes the limit on the content of a line, in bytes.
    pub fn set_max_bytes(&mut self, max_bytes: usize) {
        self.max_bytes = max_bytes;
        self.scanned = 0;
    }

    /// Forgets how far it has looked, because the buffer starts with other bytes now.
    pub fn reset(&mut self) {
        self.scanned = 0;
    }

    fn find_strict(&mut self, buf: &[u8]) -> Result<Option<Line>, LineError> {
        let Some(at) = self.search(buf, 1, |hay| memchr3(b'\r', b'\n', 0, hay)) else {
            return self.unfinished(buf.len());
        };
        match (buf[at], buf.get(at + 1)) {
            (b'\r', Some(b'\n')) => Ok(Some(Line { len: at, consumed: at + 2 })),
            (b'\r', None) => Ok(None),
            (b'\r', Some(_)) => Err(LineError::BareCr),
            (b'\n', _) => Err(LineError::BareLf),
            _ => Err(LineError::Nul),
        }
    }

    fn find_lenient(&mut self, buf: &[u8]) -> Result<Option<Line>, LineError> {
        // The CR before the LF is no content, so the LF may stand one byte further.
        let Some(at) = self.search(buf, 2, |hay| memchr(b'\n', hay)) else {
            let is_cr_last = buf.len() == self.max_bytes.saturating_add(1) && buf.ends_with(b"\r");
            return self.unfinished(buf.len() - usize::from(is_cr_last));
        };
        let len = at - usize::from(buf[..at].ends_with(b"\r"));
        if len > self.max_bytes {
            return Err(LineError::TooLong { max: self.max_bytes });
        }
        Ok(Some(Line { len, consumed: at + 1 }))
    }

    fn find_any(&mut self, buf: &[u8]) -> Result<Option<Line>, LineError> {
        let Some(at) = self.search(buf, 1, |hay| memchr2(b'\r', b'\n', hay)) else {
            return self.unfinished(buf.len());
        };
        let end = match (buf[at], buf.get(at + 1)) {
            (b'\r', None) => return Ok(None),
            (b'\r', Some(b'\n')) => at + 2,
            _ => at + 1,
        };
        Ok(Some(Line { len: at, consumed: end }))
    }

    /// Runs `finder` over the bytes not looked at yet, no further than `reach` bytes beyond the limit: what
    /// lies behind must not decide between two errors, or the answer would depend on the pieces.
    fn search(
        &mut self,
        buf: &[u8],
        reach: usize,
        finder: impl Fn(&[u8]) -> Option<usize>,
    ) -> Option<usize> {
        let window = &buf[..buf.len().min(self.max_bytes.saturating_add(reach))];
        let from = self.scanned.min(window.len());
        let found = finder(&window[from..]).map(|at| from + at);
        self.scanned = found.unwrap_or(window.len());
        found
    }

    fn unfinished(&self, content_bytes: usize) -> Result<Option<Line>, LineError> {
        if content_bytes > self.max_bytes {
            return Err(LineError::TooLong { max: self.max_bytes });
        }
        Ok(None)
    }
}

/// What is wrong with a line of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// The content has more than `max` bytes.
    TooLong {
        /// The limit, in bytes.
        max: usize,
    },
    /// A CR stands without an LF behind it.
    BareCr,
    /// An LF stands without a CR before it.
    BareLf,
    /// A NUL byte stands in the line.
    Nul,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { max } => write!(f, "line longer than {max} bytes"),
            Self::BareCr => f.write_str("carriage return without line feed in a line"),
            Self::BareLf => f.write_str("line feed without carriage return before it"),
            Self::Nul => f.write_str("NUL byte in a line"),
        }
    }
}

impl std::error::Error for LineError {}

/// Refuses an outgoing line that holds CR, LF or NUL.
///
/// This is the one choke point against injected commands and headers: whoever puts a line on the wire
/// calls it on the final bytes, without the line end, whatever API they came through.
///
/// # Errors
/// [`ForbiddenByte`] names the first such byte and where it stands.
pub fn check_outgoing(line: &[u8]) -> Result<(), ForbiddenByte> {
    match memchr3(b'\r', b'\n', 0, line) {
        None => Ok(()),
        Some(offset) => Err(ForbiddenByte { byte: line[offset], offset }),
    }
}

/// A byte that may not stand in an outgoing line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForbiddenByte {
    /// The byte: CR, LF or NUL.
    pub byte: u8,
    /// Where it stands, counted in bytes from 0.
    pub offset: usize,
}

impl fmt::Display for ForbiddenByte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.byte {
            b'\r' => "carriage return",
            b'\n' => "line feed",
            _ => "NUL byte",
        };
        write!(f, "{name} at byte {} of a line to be sent", self.offset)
    }
}

impl std::error::Error for ForbiddenByte {}

#[cfg(test)]
mod tests;
