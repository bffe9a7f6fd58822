//! Finds the end of a head as its bytes arrive.

use memchr::memchr;

use super::HeadError;

/// Every HTTP/1 reply starts with this, in this spelling (RFC 9112 section 2.3).
const HTTP_NAME: &[u8] = b"HTTP/";

/// How much a peer may send as heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Bytes of all heads together; default 300 KiB.
    pub total_bytes: usize,
    /// Bytes of one line without its end; default 100 KiB.
    pub line_bytes: usize,
    /// Number of field lines, folded ones counted each; default 5,000.
    pub count: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { total_bytes: 300 * 1024, line_bytes: 100 * 1024, count: 5000 }
    }
}

/// Finds the blank line that ends a head and remembers how far it has looked.
///
/// Lines end with CRLF or LF. The limits hold for all heads of one exchange together: interim (1xx)
/// replies, the final one and the trailer section. [`reset`](Self::reset) starts the next exchange.
#[derive(Clone, Debug)]
pub struct HeadScanner {
    limits: HeadLimits,
    /// What earlier heads of this exchange have left of `limits`.
    left: HeadLimits,
    has_status_line: bool,
    scanned: usize,
    line_start: usize,
    lines: usize,
}

impl HeadScanner {
    /// Makes a scanner for the heads of one exchange.
    #[must_use]
    pub fn new(limits: HeadLimits) -> Self {
        Self { limits, left: limits, has_status_line: true, scanned: 0, line_start: 0, lines: 0 }
    }

    /// Makes a scanner for field lines without a status line before them: a trailer section.
    pub(crate) fn for_fields(limits: HeadLimits) -> Self {
        Self { has_status_line: false, ..Self::new(limits) }
    }

    /// Looks for the end of the head that starts at `buf[0]`; gives its length, blank line included.
    ///
    /// After `Ok(None)` the caller appends to the bytes and asks again. After `Ok(Some(length))` the
    /// scanner is ready for the next head of the same exchange, which starts at `buf[length]`. The
    /// answer does not depend on how the bytes were cut into pieces.
    ///
    /// # Errors
    /// [`HeadError::NotHttp`] at the first byte that no HTTP/1 reply has there;
    /// [`HeadError::TooLarge`] at the first byte beyond a limit.
    pub fn find(&mut self, buf: &[u8]) -> Result<Option<usize>, HeadError> {
        self.check_start(buf)?;
        let window = &buf[..buf.len().min(self.left.total_bytes)];
        while let Some(at) = memchr(b'\n', &window[self.scanned.min(window.len())..]) {
            let end = self.scanned + at;
            let is_blank = self.check_line(&window[self.line_start..end])?;
            self.scanned = end + 1;
            self.line_start = end + 1;
            if is_blank {
                self.finish_head();
                return Ok(Some(end + 1));
            }
        }
        self.scanned = window.len();
        self.check_length(&window[self.line_start.min(window.len())..])?;
        if buf.len() > self.left.total_bytes {
            return Err(too_large("bytes of headers", self.limits.total_bytes));
        }
        Ok(None)
    }

    /// Starts the next exchange: forgets the position and what was counted.
    pub fn reset(&mut self) {
        *self = Self { has_status_line: self.has_status_line, ..Self::new(self.limits) };
    }

    /// Gives what the heads found so far have left of the limits, for the trailer section.
    #[must_use]
    pub fn limits_left(&self) -> HeadLimits {
        self.left
    }

    #[cfg(test)]
    pub(super) fn has_scanned(&self, bytes: usize) -> bool {
        self.scanned == bytes
    }

    fn check_start(&self, buf: &[u8]) -> Result<(), HeadError> {
        let known = buf.len().min(HTTP_NAME.len());
        if self.has_status_line && buf[..known] != HTTP_NAME[..known] {
            return Err(HeadError::NotHttp);
        }
        Ok(())
    }

    /// Checks a complete line and tells whether it is the blank one.
    fn check_line(&mut self, line: &[u8]) -> Result<bool, HeadError> {
        self.check_length(line)?;
        if line.is_empty() || line == b"\r" {
            return Ok(true);
        }
        self.lines += 1;
        if self.fields() > self.left.count {
            return Err(too_large("number of header lines", self.limits.count));
        }
        Ok(false)
    }

    fn check_length(&self, line: &[u8]) -> Result<(), HeadError> {
        let content = line.strip_suffix(b"\r").unwrap_or(line);
        if content.len() > self.left.line_bytes {
            return Err(too_large("bytes of a header line", self.limits.line_bytes));
        }
        Ok(())
    }

    fn fields(&self) -> usize {
        self.lines - usize::from(self.has_status_line && self.lines > 0)
    }

    fn finish_head(&mut self) {
        self.left.total_bytes -= self.scanned;
        self.left.count -= self.fields();
        (self.scanned, self.line_start, self.lines) = (0, 0, 0);
    }
}

fn too_large(what: &'static str, limit: usize) -> HeadError {
    HeadError::TooLarge { what, limit }
}
