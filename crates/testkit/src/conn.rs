//! One accepted connection, as a handler sees it.

use std::io::{self, BufRead, IoSlice, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::log::{Log, is_gone, is_timeout};
use crate::transport::Wire;

const BUFFER_BYTES: usize = 64 << 10;
/// No head and no line of a test is longer; a client that sends more is told so by an error.
const MAX_HEAD_BYTES: usize = 16 << 20;

enum Stream {
    Plain(Wire),
    Tls(Box<StreamOwned<ServerConnection, Wire>>),
    Closed,
}

/// One accepted connection: reads, writes and misbehaves.
///
/// Everything received is recorded with the server. Every read and write ends with an error
/// after the server's patience ([`Builder::patience`](crate::Builder::patience)), or at once when
/// the server is dropped.
pub struct Conn {
    stream: Stream,
    log: Arc<Log>,
    number: usize,
    one_byte: bool,
    ended: bool,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    scratch: Vec<u8>,
}

impl Conn {
    pub(crate) fn new(wire: Wire, log: Arc<Log>, number: usize, one_byte: bool) -> Conn {
        Conn {
            stream: Stream::Plain(wire),
            log,
            number,
            one_byte,
            ended: false,
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            scratch: Vec::new(),
        }
    }

    /// Returns the number of this connection, counted from 1 in order of arrival.
    pub fn connection_number(&self) -> usize {
        self.number
    }

    /// Switches one-byte delivery on or off: every byte written leaves in a segment of its own
    /// (on TLS: in a record of its own).
    pub fn one_byte(&mut self, on: bool) {
        self.one_byte = on;
    }

    /// Tells whether one-byte delivery is on.
    pub fn is_one_byte(&self) -> bool {
        self.one_byte
    }

    /// Turns the connection into TLS and completes the handshake, as after STARTTLS. Bytes the
    /// client sent too early, still in the buffer, are fed to the handshake as they should be.
    ///
    /// # Errors
    /// What the handshake failed of.
    pub fn upgrade_tls(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        let Stream::Plain(wire) = std::mem::replace(&mut self.stream, Stream::Closed) else {
            return Err(io::Error::other("only a plain connection can be upgraded"));
        };
        let mut session = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        // Bench traffic comes in large writes; the default limit would cut them at 64 KiB.
        session.set_buffer_limit(Some(1 << 20));
        let mut early = &self.buffer[self.start..self.end];
        while !early.is_empty() {
            session.read_tls(&mut early)?;
            session.process_new_packets().map_err(io::Error::other)?;
        }
        (self.start, self.end) = (0, 0);
        let mut stream = StreamOwned::new(session, wire);
        while stream.conn.is_handshaking() {
            let handshake = stream.conn.complete_io(&mut stream.sock);
            if let Err(error) = handshake {
                // Lets the alert out, then the reason up.
                let _ = stream.conn.write_tls(&mut stream.sock);
                self.stream = Stream::Plain(stream.sock);
                return Err(error);
            }
        }
        stream.flush()?;
        self.stream = Stream::Tls(Box::new(stream));
        Ok(())
    }

    /// Returns the TLS session, where there is one: for ALPN, SNI, version, client certificates.
    pub fn tls(&self) -> Option<&ServerConnection> {
        match &self.stream {
            Stream::Tls(stream) => Some(&stream.conn),
            _ => None,
        }
    }

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

    /// Writes all of `text` at once (or byte by byte in one-byte mode).
    ///
    /// # Errors
    /// As writing has them.
    pub fn say(&mut self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.write_all(text.as_ref())?;
        self.flush()
    }

    /// Writes two pieces, a head and a body as a rule, with one system call where possible.
    ///
    /// # Errors
    /// As writing has them.
    pub fn say_both(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        const COPIED_BYTES: usize = 16 << 10;
        if body.len() <= COPIED_BYTES {
            let mut scratch = std::mem::take(&mut self.scratch);
            scratch.clear();
            scratch.extend_from_slice(head);
            scratch.extend_from_slice(body);
            let said = self.say(&scratch);
            self.scratch = scratch;
            return said;
        }
        if let (Stream::Plain(wire), false) = (&mut self.stream, self.one_byte) {
            let sent = wire.write_vectored(&[IoSlice::new(head), IoSlice::new(body)])?;
            self.say(&head[sent.min(head.len())..])?;
            return self.say(&body[sent.saturating_sub(head.len())..]);
        }
        self.say(head)?;
        self.say(body)
    }

    /// Ends our side in order: close_notify on TLS, then FIN. Reading goes on working.
    ///
    /// # Errors
    /// As writing has them.
    pub fn fin(&mut self) -> io::Result<()> {
        if let Stream::Tls(stream) = &mut self.stream {
            stream.conn.send_close_notify();
            stream.flush()?;
        }
        self.cut();
        Ok(())
    }

    /// Ends our side with FIN alone: on TLS without close_notify, as a cut line looks.
    pub fn cut(&mut self) {
        self.ended = true;
        if let Some(wire) = self.wire() {
            wire.0.shutdown(Shutdown::Write);
        }
    }

    /// Resets the connection: the client gets RST (on a Unix socket: end of file).
    ///
    /// # Errors
    /// When the option behind it (`SO_LINGER` 0) cannot be set.
    pub fn reset(&mut self) -> io::Result<()> {
        if let Some(wire) = self.wire() {
            wire.0.linger_zero()?;
        }
        self.close();
        Ok(())
    }

    /// Closes both directions at once, without waiting for the client.
    pub fn close(&mut self) {
        self.ended = true;
        self.stream = Stream::Closed;
    }

    /// Says nothing more and reads on until the client closes or the server is dropped.
    ///
    /// # Errors
    /// As reading has them, the passing of time aside.
    pub fn stall(&mut self) -> io::Result<()> {
        loop {
            match self.read_to_close() {
                Err(error) if is_timeout(&error) && !self.log.is_stopping() => {}
                other => return other.map(|_| ()),
            }
        }
    }

    /// Neither writes nor reads until the server is dropped: the client's sending blocks.
    pub fn hold(&mut self) {
        while !self.log.wait_for_stop(Duration::from_secs(60)) {}
    }

    /// Tells whether our side has been ended, by whichever way.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Waits until `part` of a second has passed or the server is dropped: for slow senders.
    /// Not for letting things settle.
    pub fn pause(&self, part: Duration) {
        self.log.wait_for_stop(part);
    }

    /// Closes as a well-behaved server does: says goodbye, then reads the client's last words, so
    /// that no unread byte turns the FIN into a RST.
    pub(crate) fn depart(&mut self) {
        if !self.ended {
            let _ = self.fin();
        }
        let _ = self.read_to_close();
        self.close();
    }

    /// Waits for one [`Server::release`](crate::Server::release); the end of the server releases
    /// too. Tests use it to say exactly when something goes on.
    pub fn wait_for_release(&self) {
        self.log.wait_for_release();
    }

    fn wire(&self) -> Option<&Wire> {
        match &self.stream {
            Stream::Plain(wire) => Some(wire),
            Stream::Tls(stream) => Some(&stream.sock),
            Stream::Closed => None,
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

impl Write for Conn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = if self.one_byte { &bytes[..bytes.len().min(1)] } else { bytes };
        match &mut self.stream {
            Stream::Plain(wire) => wire.write(part),
            Stream::Tls(stream) => {
                let count = stream.write(part)?;
                stream.flush()?;
                Ok(count)
            }
            Stream::Closed => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Tls(stream) => stream.flush(),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conn")
            .field("number", &self.number)
            .field("one_byte", &self.one_byte)
            .field("tls", &self.tls().is_some())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
