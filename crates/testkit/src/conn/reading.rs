//! Reading: lines, heads, whole bodies, and all of it remembered.

use std::io::{self, BufRead, Read};

use super::{Conn, Stream};
use crate::log::is_gone;

/// No head and no line of a test is longer; a client that sends more is told so by an error.
const MAX_HEAD_BYTES: usize = 16 << 20;

impl Conn {
    /// Reads up to and including the next LF; what comes back ends without one only when the
    /// client closed. Empty means the client has closed.
    ///
    /// # Errors
    /// As reading has them.
    pub fn read_line(&mut self) -> io::Result<Vec<u8>> {
        self.read_until(|bytes, from| find(&bytes[from..], b"\n").map(|at| from + at + 1))
    }

    /// Reads a head: everything up to and including the first blank line. Empty means that the
    /// client closed before sending any; an unfinished head is an error.
    ///
    /// # Errors
    /// As reading has them, and `UnexpectedEof`.
    pub fn read_head(&mut self) -> io::Result<Vec<u8>> {
        let head = self.read_until(|bytes, from| {
            let from = from.saturating_sub(3);
            find(&bytes[from..], b"\r\n\r\n").map(|at| from + at + 4)
        })?;
        if head.is_empty() || head.ends_with(b"\r\n\r\n") {
            return Ok(head);
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    /// Reads exactly `count` bytes.
    ///
    /// # Errors
    /// As reading has them, and `UnexpectedEof`.
    pub fn read_exact_bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Returns what has been received and not yet read.
    pub fn buffered(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Returns how many bytes have been read out of this connection, those still buffered aside.
    pub(crate) fn consumed(&self) -> u64 {
        self.log.total(self.number) - (self.end - self.start) as u64
    }

    /// Hands out what is buffered, after a read failed half-way.
    pub(crate) fn take_buffered(&mut self) -> Vec<u8> {
        let rest = self.buffered().to_vec();
        self.start = self.end;
        rest
    }

    /// Reads on until the client closes (or resets) and returns how many bytes came.
    ///
    /// # Errors
    /// As reading has them.
    pub fn read_to_close(&mut self) -> io::Result<u64> {
        let mut total = 0;
        loop {
            self.start = self.end;
            match self.fill() {
                Ok(0) => return Ok(total),
                Ok(count) => total += count as u64,
                Err(error) if is_gone(&error) => return Ok(total),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads until `end_of` finds an end in the buffered bytes. It is told from where the bytes
    /// are new, so that trickled input stays linear.
    fn read_until(
        &mut self,
        end_of: impl Fn(&[u8], usize) -> Option<usize>,
    ) -> io::Result<Vec<u8>> {
        let mut scanned = 0;
        loop {
            let ready = &self.buffer[self.start..self.end];
            if let Some(end) = end_of(ready, scanned) {
                let found = ready[..end].to_vec();
                self.start += end;
                return Ok(found);
            }
            scanned = ready.len();
            if scanned > MAX_HEAD_BYTES {
                return Err(io::Error::other("the client's line or head never ends"));
            }
            if self.fill()? == 0 {
                return Ok(self.take_buffered());
            }
        }
    }

    /// Reads once into the buffer, behind what is there.
    fn fill(&mut self) -> io::Result<usize> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.end == self.buffer.len() {
                self.buffer.resize(self.end * 2, 0);
            }
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let count = self.receive(&mut buffer[self.end..]);
        self.buffer = buffer;
        self.end += *count.as_ref().unwrap_or(&0);
        count
    }

    fn receive(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.stream {
            Stream::Plain(wire) => wire.read(into),
            Stream::Tls(stream) => stream.read(into),
            Stream::Closed => return Ok(0),
        };
        match &count {
            Ok(0) => self.log.update(self.number, |record| record.client_closed = true),
            Ok(count) => self.log.received(self.number, &into[..*count]),
            Err(error) if is_gone(error) => {
                self.log.update(self.number, |record| record.client_closed = true);
            }
            Err(_) => {}
        }
        count
    }
}

impl Read for Conn {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end {
            return self.receive(into);
        }
        let count = into.len().min(self.end - self.start);
        into[..count].copy_from_slice(&self.buffer[self.start..self.start + count]);
        self.start += count;
        Ok(count)
    }
}

impl BufRead for Conn {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.fill()?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
    }
}

pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
