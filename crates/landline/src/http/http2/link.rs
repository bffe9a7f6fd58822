//! One HTTP/2 connection, shared by its streams.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use tokio::time::Instant;

use super::driver::Driver;
use super::fault::{Fault, Place};
use super::gate::Gate;
use super::links::Shared;
use super::opening::stand_in;
use crate::http::places;
use crate::net::{Peer, Stream, TlsFacts};
use crate::{Limits, Result};

/// What one reply may have on the way before any of it is read.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// What all replies of a connection may: what their windows have room for, so that those which nobody
/// reads, be they ever so many, do not stop the others.
const CONNECTION_WINDOW_BYTES: u32 = STREAMS as u32 * STREAM_WINDOW_BYTES;
/// What frames of less than 256 bytes, which nobody has read yet, may lack of that.
const SMALL_FRAMES_BYTES: usize = 8 << 20;
/// What is taken of an upload before the peer has taken it.
const SEND_BUFFER_BYTES: usize = 128 << 10;
/// Streams at once, unless the peer wants fewer (SETTINGS_MAX_CONCURRENT_STREAMS).
const STREAMS: usize = 100;
/// Streams that the peer may make us reset for its mistakes before it is given up.
const RESETS: usize = 100;

pub(in crate::http) struct Link {
    driver: Arc<Driver>,
    pub(super) gate: Gate,
    send: SendRequest<Bytes>,
    active: AtomicUsize,
    rested: Mutex<Instant>,
    pub(super) limits: Limits,
    peer: Peer,
    local: Option<SocketAddr>,
    tls: Option<Arc<TlsFacts>>,
    place: Option<places::Place>,
}

/// What [`builder`] says of us to the peer, in the order of the wire (RFC 9113 section 6.5.2).
pub(super) fn settings(limits: &Limits) -> [(u16, u32); 3] {
    const ENABLE_PUSH: u16 = 2;
    const INITIAL_WINDOW_SIZE: u16 = 4;
    const MAX_HEADER_LIST_SIZE: u16 = 6;
    let head_bytes = u32::try_from(limits.head.total_bytes).unwrap_or(u32::MAX);
    [
        (ENABLE_PUSH, 0),
        (INITIAL_WINDOW_SIZE, STREAM_WINDOW_BYTES),
        (MAX_HEADER_LIST_SIZE, head_bytes),
    ]
}

pub(super) fn builder(limits: &Limits) -> Builder {
    let [.., (_, head_bytes)] = settings(limits);
    let mut builder = Builder::new();
    builder
        .enable_push(false)
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buffer_size(SEND_BUFFER_BYTES)
        .data_frame_budget(SMALL_FRAMES_BYTES)
        .max_header_list_size(head_bytes)
        .max_local_error_reset_streams(Some(RESETS));
    builder
}

impl Link {
    /// Sends the preface (RFC 9113 section 3.4) on a stream that has just come about.
    pub(in crate::http) async fn begin(
        stream: Stream,
        limits: &Limits,
        place: Option<places::Place>,
    ) -> Result<Self> {
        let ends = (stream.peer().clone(), stream.local(), stream.tls().map(Arc::new));
        Self::over(Gate::new(stream), ends, limits, place).await
    }

    /// Goes on in HTTP/2 on a connection whose server has taken a request in HTTP/1.1, and said
    /// `ahead` already; the reply to that request comes on stream 1.
    pub(in crate::http) async fn upgrade(
        (stream, ahead): (Stream, Vec<u8>),
        limits: &Limits,
        place: Option<places::Place>,
    ) -> Result<(Self, ResponseFuture)> {
        let ends = (stream.peer().clone(), stream.local(), stream.tls().map(Arc::new));
        let link = Self::over(Gate::upgraded(stream, ahead), ends, limits, place).await?;
        let begun = link.sender().send_request(stand_in(), true);
        let (response, _) = begun.map_err(|error| link.fault().in_place(error, Place::Request))?;
        Ok((link, response))
    }

    async fn over(
        gate: Gate,
        (peer, local, tls): (Peer, Option<SocketAddr>, Option<Arc<TlsFacts>>),
        limits: &Limits,
        place: Option<places::Place>,
    ) -> Result<Self> {
        let begun = builder(limits).handshake(gate.clone()).await;
        let (send, connection) = begun
            .map_err(|error| Fault { gate: &gate, peer: &peer }.in_place(error, Place::Request))?;
        // Of its streams each has deadlines of its own.
        gate.unbound();
        Ok(Self {
            driver: Driver::begin(connection, gate.clone()),
            gate,
            send,
            active: AtomicUsize::new(0),
            rested: Mutex::new(Instant::now()),
            limits: *limits,
            peer,
            local,
            tls,
            place,
        })
    }

    pub(in crate::http) fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(in crate::http) fn place(&self) -> Option<&places::Place> {
        self.place.as_ref()
    }

    /// The address of this end, for TCP.
    pub(in crate::http) fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    pub(super) fn ends(&self) -> (Peer, Option<SocketAddr>, Option<Arc<TlsFacts>>) {
        (self.peer.clone(), self.local, self.tls.clone())
    }

    pub(super) fn fault(&self) -> Fault<'_> {
        Fault { gate: &self.gate, peer: &self.peer }
    }

    /// A handle to begin a stream with.
    pub(super) fn sender(&self) -> SendRequest<Bytes> {
        self.send.clone()
    }

    /// Takes up a stream.
    pub(super) fn join(&self) {
        self.active.fetch_add(1, Ordering::SeqCst);
    }

    /// Gives a stream up, behind its handles. The reset of one that was `cut` leaves at once: nobody may
    /// wait on this runtime again.
    pub(super) fn leave(&self, is_cut: bool) {
        if is_cut {
            self.driver.drive();
        }
        if self.active.fetch_sub(1, Ordering::SeqCst) == 1 {
            *self.rested.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        self.place.iter().for_each(|place| place.places().tell());
    }

    /// Has what was said leave, as far as that can be.
    pub(super) fn act(&self) {
        self.driver.drive();
    }
}

impl Shared for Link {
    fn has_room(&self) -> bool {
        self.active.load(Ordering::SeqCst) < self.send.current_max_send_streams().min(STREAMS)
    }

    fn rests_since(&self) -> Option<Instant> {
        let rests = self.active.load(Ordering::SeqCst) == 0;
        rests.then(|| *self.rested.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Not behind a GOAWAY, an error, its end.
    fn is_open(&self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        let is_refused = matches!(self.sender().poll_ready(&mut cx), Poll::Ready(Err(_)));
        !is_refused && !self.driver.is_over() && self.gate.end().is_none()
    }

    async fn catch_up(&self) {
        // The runtime notices in between what came on the socket; what is left then is for later.
        const ROUNDS: usize = 3;
        if self.rests_since().is_none() && self.driver.is_fresh() {
            return;
        }
        for _ in 0..ROUNDS {
            self.driver.drive();
            if !self.is_open() || self.gate.is_quiet() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("peer", &self.peer).field("active", &self.active).finish()
    }
}
