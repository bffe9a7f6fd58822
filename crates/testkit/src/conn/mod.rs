//! One accepted connection, as a handler sees it.

mod reading;
mod speaking;

use std::io::{self, Write};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::log::Log;
use crate::transport::{Transport, Wire};

pub(crate) use self::reading::find;

const BUFFER_BYTES: usize = 64 << 10;

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
        self.upgrade_tls_marked(config, b"")
    }

    /// The same; sessions resumed later carry `mark` and so tell where they come from.
    pub(crate) fn upgrade_tls_marked(
        &mut self,
        config: &Arc<ServerConfig>,
        mark: &[u8],
    ) -> io::Result<()> {
        let Stream::Plain(wire) = std::mem::replace(&mut self.stream, Stream::Closed) else {
            return Err(io::Error::other("only a plain connection can be upgraded"));
        };
        let mut session = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        // Bench traffic comes in large writes; the default limit would cut them at 64 KiB.
        session.set_buffer_limit(Some(1 << 20));
        if !mark.is_empty() {
            session.set_resumption_data(mark);
        }
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

    /// Tells whether our side has been ended, by whichever way.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Ends `transport` too when the server stops; tells whether it is not stopping already.
    pub(crate) fn adopt(&self, transport: &Arc<Transport>) -> bool {
        self.log.adopt(self.number, transport)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.log.is_stopping()
    }

    pub(crate) fn wire(&self) -> Option<&Wire> {
        match &self.stream {
            Stream::Plain(wire) => Some(wire),
            Stream::Tls(stream) => Some(&stream.sock),
            Stream::Closed => None,
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
