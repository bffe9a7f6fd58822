//! The datagrams of one transfer: whom they go to, who may answer, and when they go again.

use std::fmt;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use landline_wire::tftp::{ErrorCode, MAX_REQUEST_BYTES, Packet};
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::time::{Instant, Sleep, sleep_until};

use super::refusal;
use crate::net::Peer;
use crate::net::datagram::{Addressees, is_passing, send};
use crate::net::pace::{Direction, Pace};
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result};

/// The longest wait before a packet is sent again, unless the first is longer; the interval of curl.
const MAX_RESEND: Duration = Duration::from_secs(5);

/// Opcode and block number in front of a block.
pub(super) const DATA_HEAD_BYTES: usize = 4;

/// One transfer's side of the talk: the last packet of ours, and the wait for what answers it.
///
/// The server answers from a port of its choice, its transfer ID: the first answer from the address
/// that was asked fixes it, and packets from elsewhere are turned away (RFC 1350 section 4).
/// Dropped before its end, the talk is ended with an ERROR.
pub(super) struct Conversation {
    addressees: Addressees,
    socket: UdpSocket,
    server: SocketAddr,
    has_answered: bool,
    is_over: bool,
    /// Our last packet, which goes again when nothing answers it.
    last: Vec<u8>,
    incoming: Vec<u8>,
    resend: Resend,
    pace: Pace,
    observer: Observer,
    verb: &'static str,
}

impl Conversation {
    /// Sends a request; blocks of more than `block_bytes` are not taken in.
    pub(super) fn begin(
        mut addressees: Addressees,
        request: Vec<u8>,
        block_bytes: usize,
        resend_after: Duration,
        mut pace: Pace,
        observer: Observer,
        verb: &'static str,
    ) -> Result<Self> {
        let (socket, server) = addressees.send_next(&request, &observer)?;
        pace.enter(Phase::AwaitingReply);
        let mut resend = Resend::new(resend_after);
        resend.arm(addressees.impatience());
        // One byte of room too many shows a block that is too long.
        let room = (DATA_HEAD_BYTES + block_bytes).max(MAX_REQUEST_BYTES) + 1;
        Ok(Self {
            addressees,
            socket,
            server,
            has_answered: false,
            is_over: false,
            last: request,
            incoming: vec![0; room],
            resend,
            pace,
            observer,
            verb,
        })
    }

    pub(super) fn peer(&self) -> Peer {
        Peer::Ip(self.server)
    }

    pub(super) fn local(&self) -> Option<SocketAddr> {
        self.socket.local_addr().ok()
    }

    pub(super) fn host(&self) -> &str {
        self.addressees.host()
    }

    pub(super) fn verb(&self) -> &'static str {
        self.verb
    }

    pub(super) fn phase(&self) -> Phase {
        self.pace.phase()
    }

    pub(super) fn pace(&mut self) -> &mut Pace {
        &mut self.pace
    }

    pub(super) fn observer(&self) -> &Observer {
        &self.observer
    }

    /// Waits for the server's next datagram and gives its length.
    pub(super) async fn receive(&mut self) -> Result<usize> {
        poll_fn(|cx| self.poll_datagram(cx)).await
    }

    /// The packet in the last datagram, of so many bytes.
    pub(super) fn packet(&self, len: usize) -> Result<Packet<'_>> {
        Packet::parse(&self.incoming[..len])
            .map_err(|error| refusal::misbehaved(self, "sent what is no packet").because(error))
    }

    /// The block in the last packet.
    pub(super) fn block(&self, len: usize) -> &[u8] {
        &self.incoming[DATA_HEAD_BYTES..][..len]
    }

    /// Waits for a datagram of the server, sends ours again while none comes, and gives its length.
    pub(super) fn poll_datagram(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        loop {
            // Ahead of reading: somebody who floods us does not stop the clock.
            self.check_time(cx)?;
            let mut buf = ReadBuf::new(&mut self.incoming);
            match self.socket.poll_recv_from(cx, &mut buf) {
                Poll::Ready(Ok(from)) => {
                    let len = buf.filled().len();
                    if self.is_server(from) {
                        return Poll::Ready(Ok(len));
                    }
                    self.turn_away(from, len);
                }
                Poll::Ready(Err(error)) if is_passing(&error) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(self.broken(error))),
                Poll::Pending if self.resend.poll_due(cx) => self.send_again()?,
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn check_time(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let direction = match self.pace.phase() {
            Phase::Sending => Direction::Write,
            _ => Direction::Read,
        };
        match self.pace.wait::<()>(cx, direction, &Peer::Ip(self.server)) {
            Poll::Ready(Err(error)) => Err(Error::from(error).on(self.verb)),
            _ => Ok(()),
        }
    }

    fn is_server(&mut self, from: SocketAddr) -> bool {
        let is_same = from.ip() == self.server.ip();
        if !self.has_answered && is_same {
            (self.has_answered, self.server) = (true, from);
        }
        is_same && from.port() == self.server.port()
    }

    /// Tells a stranger so, but answers no error with an error.
    fn turn_away(&mut self, from: SocketAddr, len: usize) {
        self.note(|| format!("{} is not whom we talk to", Peer::Ip(from)));
        if !matches!(Packet::parse(&self.incoming[..len]), Ok(Packet::Error { .. })) {
            send_error(&self.socket, from, ErrorCode::UnknownTransferId);
        }
    }

    fn send_again(&mut self) -> Result<()> {
        self.note(|| format!("no answer from {}, sending again", Peer::Ip(self.server)));
        if self.has_answered || self.addressees.is_single() {
            self.repeat()?;
        } else {
            let next = self.addressees.send_next(&self.last, &self.observer)?;
            (self.socket, self.server) = next;
        }
        self.resend.arm(self.addressees.impatience().filter(|_| !self.has_answered));
        Ok(())
    }

    /// Sends our last packet once more.
    pub(super) fn repeat(&self) -> Result<()> {
        send(&self.socket, &self.last, self.server).map_err(|error| self.broken(error))
    }

    /// Sends a packet, and again while nothing answers it.
    pub(super) fn say(&mut self, packet: &Packet<'_>) -> Result<()> {
        self.last.clear();
        packet.render(&mut self.last).map_err(|error| {
            Error::usage("the packet cannot be sent").because(error).on(self.verb)
        })?;
        self.resend.begin();
        self.resend.arm(None);
        self.repeat()
    }

    /// The transfer has got on by so many bytes: the deadlines of waits begin anew.
    pub(super) fn got_on(&mut self, bytes: usize) {
        self.pace.moved(Direction::Read);
        self.pace.spend(Direction::Read, bytes);
    }

    /// Nothing is left to say.
    pub(super) fn finish(&mut self) {
        self.is_over = true;
    }

    /// Ends the transfer with an ERROR, if there is somebody to tell.
    pub(super) fn abort(&mut self, code: ErrorCode) {
        if self.has_answered && !self.is_over {
            send_error(&self.socket, self.server, code);
        }
        self.is_over = true;
    }

    /// Ends the transfer for an error, unless it is the server that has ended it.
    pub(super) fn fail(&mut self, error: &Error) {
        match error.kind() {
            _ if error.reply().is_some() => self.finish(),
            ErrorKind::Protocol => self.abort(ErrorCode::IllegalOperation),
            _ => self.abort(ErrorCode::NotDefined),
        }
    }

    /// Answers the last block once more if it has come again, without waiting for it (RFC 1350
    /// section 6).
    pub(super) fn answer_late(&mut self) {
        if let Ok((len, from)) = self.socket.try_recv_from(&mut self.incoming)
            && self.is_server(from)
            && matches!(Packet::parse(&self.incoming[..len]), Ok(Packet::Data { .. }))
        {
            // The file is here: what becomes of this is the server's business alone.
            let _ = self.repeat();
        }
    }

    pub(super) fn note(&self, text: impl FnOnce() -> String) {
        if self.observer.is_watching() {
            self.observer.tell(&Event::Note(&text()));
        }
    }

    fn broken(&self, error: std::io::Error) -> Error {
        Error::from_io_with(error, self.pace.phase(), &self.peer()).on(self.verb)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.abort(ErrorCode::NotDefined);
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation").field("server", &self.server).finish_non_exhaustive()
    }
}

fn send_error(socket: &UdpSocket, to: SocketAddr, code: ErrorCode) {
    let mut datagram = Vec::new();
    let words = code.to_string();
    let packet = Packet::Error { code, message: words.as_bytes() };
    if packet.render(&mut datagram).is_ok() {
        // Whether it arrives is not ours to know.
        let _ = send(socket, &datagram, to);
    }
}

/// When a packet that nothing answers is sent again.
struct Resend {
    first: Duration,
    next: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Resend {
    fn new(first: Duration) -> Self {
        // Nothing is sent without a pause, whatever the options say.
        let first = first.max(Duration::from_millis(1));
        Self { first, next: first, timer: Box::pin(sleep_until(Instant::now())) }
    }

    /// A new packet is waited for with the first patience.
    fn begin(&mut self) {
        self.next = self.first;
    }

    /// Waits as long as told, or else twice as long as the last time.
    fn arm(&mut self, told: Option<Duration>) {
        let wait = told.unwrap_or(self.next);
        if told.is_none() {
            self.next = (self.next * 2).min(MAX_RESEND.max(self.first));
        }
        self.timer.as_mut().reset(Instant::now() + wait);
    }

    fn poll_due(&mut self, cx: &mut Context<'_>) -> bool {
        self.timer.as_mut().poll(cx).is_ready()
    }
}
