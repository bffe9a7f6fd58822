//! One transfer's end at the server, with a port of its own.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Manners, Shared, data};

/// How often a wait looks whether the server is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How long a client may stay silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// When a good server sends its last packet again.
pub(super) const RESEND_AFTER: Duration = Duration::from_millis(40);

/// The client of one transfer, as the server sees it.
#[derive(Debug)]
pub struct Peer {
    socket: UdpSocket,
    stranger: UdpSocket,
    client: SocketAddr,
    request: Vec<u8>,
    shared: Arc<Shared>,
    manners: Manners,
    sent: usize,
    received: usize,
    before: Vec<u8>,
    incoming: Vec<u8>,
}

impl Peer {
    pub(super) fn new(
        client: SocketAddr,
        request: Vec<u8>,
        shared: Arc<Shared>,
    ) -> io::Result<Peer> {
        let (socket, stranger) = (UdpSocket::bind("127.0.0.1:0")?, UdpSocket::bind("127.0.0.1:0")?);
        socket.set_read_timeout(Some(LOOK_EVERY))?;
        stranger.set_read_timeout(Some(PATIENCE))?;
        Ok(Peer {
            socket,
            stranger,
            client,
            request,
            shared,
            manners: Manners::default(),
            sent: 0,
            received: 0,
            before: Vec::new(),
            incoming: vec![0; 65_536],
        })
    }

    pub(super) fn behave(&mut self, manners: &Manners) {
        self.manners = manners.clone();
    }

    /// Returns the datagram that began this transfer.
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Sends a datagram from the port of this transfer.
    pub fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.sent += 1;
        // Ahead of the first packet nobody could tell who is the stranger.
        if self.manners.has_strangers && self.sent > 1 {
            self.send_as_stranger(&data(1, b"not from here"))?;
        }
        if !self.manners.loses.contains(&self.sent) {
            self.put(datagram)?;
            if self.manners.doubles {
                self.put(datagram)?;
            }
        }
        if self.manners.brings_old_ones && !self.before.is_empty() {
            self.put(&self.before)?;
        }
        self.before = datagram.to_vec();
        Ok(())
    }

    fn put(&self, datagram: &[u8]) -> io::Result<()> {
        self.socket.send_to(datagram, self.client).map(drop)
    }

    /// Sends a datagram from another port.
    pub fn send_as_stranger(&self, datagram: &[u8]) -> io::Result<()> {
        self.stranger.send_to(datagram, self.client).map(drop)
    }

    /// Sends a datagram from another address.
    pub fn send_from(&self, address: &str, datagram: &[u8]) -> io::Result<()> {
        UdpSocket::bind((address, 0))?.send_to(datagram, self.client).map(drop)
    }

    /// Waits for what the client says to the other port.
    pub fn receive_as_stranger(&self) -> io::Result<Vec<u8>> {
        let mut datagram = vec![0; 1024];
        let len = self.stranger.recv(&mut datagram)?;
        datagram.truncate(len);
        Ok(datagram)
    }

    /// Waits for the client's next datagram.
    pub fn receive(&mut self) -> io::Result<Vec<u8>> {
        let received = self.receive_for(PATIENCE)?;
        received.ok_or_else(|| io::ErrorKind::TimedOut.into())
    }

    /// Waits for the client's next datagram as long as told.
    pub fn receive_for(&mut self, patience: Duration) -> io::Result<Option<Vec<u8>>> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline && !self.shared.is_stopping() {
            let len = match self.socket.recv(&mut self.incoming) {
                Ok(len) => len,
                Err(error) if is_a_wait(&error) => continue,
                Err(error) => return Err(error),
            };
            self.received += 1;
            let datagram = &self.incoming[..len];
            self.shared.record(datagram);
            if !self.manners.misses.contains(&self.received) {
                return Ok(Some(datagram.to_vec()));
            }
        }
        match self.shared.is_stopping() {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => Ok(None),
        }
    }

    /// Sends a datagram, and again while nothing comes that `is_answer` takes; returns the answer.
    pub fn ask(
        &mut self,
        datagram: &[u8],
        is_answer: impl Fn(&[u8]) -> bool,
    ) -> io::Result<Vec<u8>> {
        let deadline = Instant::now() + PATIENCE;
        self.send(datagram)?;
        while Instant::now() < deadline {
            match self.receive_for(RESEND_AFTER)? {
                Some(answer) if is_answer(&answer) => return Ok(answer),
                Some(answer) if answer.starts_with(&[0, 5]) => {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                Some(_) => {}
                None => self.send(datagram)?,
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }
}

fn is_a_wait(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
