//! One HTTP/3 connection, shared by its streams.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Context;
use std::time::Duration;

use landline_wire::http3::code;
use quinn::{Connection, ConnectionError, RecvStream, SendStream, VarInt};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::control;
use super::fault::{Fault, Place};
use super::waiters::Waiters;
use crate::http::http2::Shared;
use crate::http::places;
use crate::net::quic::Quic;
use crate::net::{Peer, TlsFacts};
use crate::{Limits, Result};

/// Streams at once, unless the peer wants fewer.
const STREAMS: usize = 100;
/// How often it is looked at whether a connection has rested for too long, at most.
const MIN_AGE: Duration = Duration::from_millis(100);

pub(in crate::http) struct Link {
    quic: Quic,
    state: Arc<State>,
    _control: SendStream,
    minder: AbortHandle,
    places: AtomicUsize,
    pub(super) limits: Limits,
    place: places::Place,
}

/// A stream that will be opened.
pub(super) type Opening =
    Pin<Box<dyn Future<Output = Result<(SendStream, RecvStream), ConnectionError>> + Send + Sync>>;

/// What is known of a connection beside its streams.
pub(super) struct State {
    /// The first stream that the peer will not look at.
    goaway: AtomicU64,
    /// Why we ended it.
    ours: OnceLock<&'static str>,
    waiters: Waiters,
    active: AtomicUsize,
    rested: Mutex<Instant>,
}

impl State {
    fn new() -> Self {
        Self {
            goaway: AtomicU64::new(u64::MAX),
            ours: OnceLock::new(),
            waiters: Waiters::default(),
            active: AtomicUsize::new(0),
            rested: Mutex::new(Instant::now()),
        }
    }

    /// Since when there is no stream; `None` while there is.
    pub(super) fn rests_since(&self) -> Option<Instant> {
        let rests = self.active.load(Ordering::SeqCst) == 0;
        rests.then(|| *self.rested.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The peer takes no request from this one on; `None` for more than it has said before.
    pub(super) fn go_away(&self, id: u64) -> Option<()> {
        let before = self.goaway.fetch_min(id, Ordering::SeqCst);
        self.waiters.wake_all();
        (id <= before).then_some(())
    }

    /// Ends the connection, for what the peer has done.
    pub(super) fn end(&self, connection: &Connection, code: u64, words: &'static str) {
        if connection.close_reason().is_some() {
            // Somebody was faster, and knows why.
            return;
        }
        let _ = self.ours.set(words);
        connection.close(VarInt::from_u64(code).unwrap_or(VarInt::MAX), b"");
    }
}

impl Link {
    /// Begins to speak HTTP/3 on a connection that has just come about.
    pub(in crate::http) async fn begin(
        quic: Quic,
        limits: &Limits,
        place: places::Place,
    ) -> Result<Self> {
        let fault = Fault { peer: &quic.peer, ours: None };
        let control = control::open(&quic.connection).await.map_err(|error| match error {
            quinn::WriteError::ConnectionLost(error) => fault.lost(&error, Place::Request),
            _ => fault.protocol(Place::Request, "refuses our control stream"),
        })?;
        let state = Arc::new(State::new());
        let age = limits.idle_connection_age.max(MIN_AGE);
        let minder = tokio::spawn(control::mind(quic.connection.clone(), state.clone(), age));
        Ok(Self {
            quic,
            state,
            _control: control,
            minder: minder.abort_handle(),
            places: AtomicUsize::new(0),
            limits: *limits,
            place,
        })
    }

    pub(in crate::http) fn peer(&self) -> &Peer {
        &self.quic.peer
    }

    pub(in crate::http) fn place(&self) -> Option<&places::Place> {
        Some(&self.place)
    }

    pub(in crate::http) fn local(&self) -> Option<SocketAddr> {
        self.quic.local
    }

    pub(super) fn ends(&self) -> (Peer, Option<SocketAddr>, Option<Arc<TlsFacts>>) {
        (self.quic.peer.clone(), self.quic.local, Some(self.quic.tls.clone()))
    }

    pub(super) fn fault(&self) -> Fault<'_> {
        Fault { peer: &self.quic.peer, ours: self.state.ours.get().copied() }
    }

    /// Ends the connection, for what the peer has done on one of its streams.
    pub(super) fn end(&self, code: u64, words: &'static str) {
        self.state.end(&self.quic.connection, code, words);
    }

    /// Takes up a stream; the number is its place among those who wait.
    pub(super) fn join(&self) -> usize {
        self.state.active.fetch_add(1, Ordering::SeqCst);
        self.places.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) fn leave(&self, place: usize) {
        self.state.waiters.leave(place);
        if self.state.active.fetch_sub(1, Ordering::SeqCst) == 1 {
            *self.state.rested.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        self.place.places().tell();
    }

    /// Opens a stream, as soon as the peer allows one more.
    pub(super) fn open(&self) -> Opening {
        let connection = self.quic.connection.clone();
        Box::pin(async move { connection.open_bi().await })
    }

    /// Whether the peer will not look at this stream; woken when that changes.
    pub(super) fn is_refused(&self, place: usize, stream: u64, cx: &mut Context<'_>) -> bool {
        self.state.waiters.register(place, cx.waker());
        stream >= self.state.goaway.load(Ordering::SeqCst)
    }
}

impl Shared for Link {
    fn has_room(&self) -> bool {
        self.state.active.load(Ordering::SeqCst) < STREAMS
    }

    fn rests_since(&self) -> Option<Instant> {
        self.state.rests_since()
    }

    fn is_open(&self) -> bool {
        let is_staying = self.state.goaway.load(Ordering::SeqCst) == u64::MAX;
        is_staying && self.quic.connection.close_reason().is_none()
    }

    /// The tasks of QUIC do, and find out whether its time has run out.
    async fn catch_up(&self) {
        const ROUNDS: usize = 3;
        for _ in 0..ROUNDS {
            if !self.is_open() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.minder.abort();
        let code = VarInt::from_u64(code::H3_NO_ERROR).unwrap_or(VarInt::MAX);
        self.quic.connection.close(code, b"");
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("peer", self.peer())
            .field("active", &self.state.active)
            .finish()
    }
}
