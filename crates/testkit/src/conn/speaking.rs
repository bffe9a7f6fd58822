//! Speaking, falling silent, and the many ways to end.

use std::io::{self, IoSlice, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use super::{Conn, Stream};
use crate::log::is_timeout;

impl Conn {
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

    /// Resets the connection: the client gets RST (on a Unix socket: end of file), after all that
    /// was said before; a client that does not read that is waited for 2 s at most.
    ///
    /// # Errors
    /// When the option behind it (`SO_LINGER` 0) cannot be set.
    pub fn reset(&mut self) -> io::Result<()> {
        if let Some(wire) = self.wire() {
            let deadline = Instant::now() + Duration::from_secs(2);
            while wire.0.undelivered_bytes() > 0 && Instant::now() < deadline {
                self.pause(Duration::from_millis(1));
            }
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
