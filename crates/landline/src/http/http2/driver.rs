//! What drives one connection: a task of its own, and whoever cannot wait until that runs.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::client::Connection;
use tokio::time::{Duration, Instant};

use super::gate::Gate;

/// For how long it is taken for granted that nothing has happened since the connection was driven.
const FRESH: Duration = Duration::from_millis(100);

/// A connection that reads and writes whenever this is polled, on behalf of all its streams.
pub(super) struct Driver(Mutex<Driven>);

struct Driven {
    /// `None` when it is over; each stream has been told why.
    connection: Option<Connection<Gate, Bytes>>,
    gate: Gate,
    /// The task's, whoever polls.
    waker: Waker,
    driven: Instant,
}

impl Driver {
    /// Has a task of the running runtime drive the connection for as long as this stands.
    pub(super) fn begin(connection: Connection<Gate, Bytes>, gate: Gate) -> Arc<Self> {
        let waker = Waker::noop().clone();
        let connection = Some(connection);
        let driven = Driven { connection, gate, waker, driven: Instant::now() };
        let driver = Arc::new(Self(Mutex::new(driven)));
        let mut task = Task(Arc::downgrade(&driver));
        tokio::spawn(poll_fn(move |cx| task.poll(cx)));
        driver
    }

    fn lock(&self) -> MutexGuard<'_, Driven> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what the connection has to do now.
    pub(super) fn drive(&self) {
        self.lock().drive();
    }

    /// Whether it was driven a moment ago.
    pub(super) fn is_fresh(&self) -> bool {
        self.lock().driven.elapsed() < FRESH
    }

    pub(super) fn is_over(&self) -> bool {
        self.lock().connection.is_none()
    }
}

impl Driven {
    fn drive(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        self.gate.begin_turn();
        self.driven = Instant::now();
        let mut cx = Context::from_waker(&self.waker);
        if Pin::new(connection).poll(&mut cx).is_ready() {
            self.connection = None;
            self.gate.close();
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.lock().waker.wake_by_ref();
    }
}

struct Task(Weak<Driver>);

impl Task {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(driver) = self.0.upgrade() else { return Poll::Ready(()) };
        let mut driven = driver.lock();
        driven.waker.clone_from(cx.waker());
        driven.drive();
        if driven.connection.is_none() { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Where the runtime ends, nobody drives any more: the streams are told, rather than left waiting.
impl Drop for Task {
    fn drop(&mut self) {
        if let Some(driver) = self.0.upgrade() {
            let mut driven = driver.lock();
            driven.connection = None;
            driven.gate.close();
        }
    }
}
