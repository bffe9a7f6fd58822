//! What a server remembers, and the place where tests wait for it.

use std::io;
use std::net::Shutdown;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use crate::transport::Transport;

/// Bytes kept per connection; what comes after is only counted, so that a benchmark or a large
/// upload does not fill memory.
pub const RECORD_LIMIT_BYTES: usize = 8 << 20;

/// What one connection has brought so far.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The bytes received (after TLS), up to [`RECORD_LIMIT_BYTES`].
    pub received: Vec<u8>,
    /// How many bytes were received, kept or not.
    pub total: u64,
    /// Whether the client has ended its side (FIN, RST or close_notify seen).
    pub client_closed: bool,
    /// Whether the handler has returned, or never ran because TLS failed.
    pub handled: bool,
    /// Why the TLS handshake failed, where it did.
    pub tls_error: Option<String>,
    /// Why the handler stopped early, where it did: the client going away is the usual reason.
    pub handler_error: Option<String>,
}

#[derive(Debug, Default)]
struct State {
    records: Vec<Record>,
    live: Vec<(usize, Weak<Transport>)>,
    running: usize,
    waiting: usize,
    stopping: bool,
    released: usize,
    panic: Option<String>,
}

/// The state that the server, its threads and the test share.
#[derive(Debug, Default)]
pub(crate) struct Log {
    state: Mutex<State>,
    changed: Condvar,
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A handler that panics does so outside of this lock; its panic is reported by `Server`.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn change(&self, with: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        with(&mut state);
        // Notifying costs a system call even when nobody waits.
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// Opens the record of a new connection and returns its number, counted from 1; nothing once
    /// the server is stopping.
    pub(crate) fn enter(&self, transport: &Arc<Transport>) -> Option<usize> {
        let mut number = None;
        self.change(|state| {
            if !state.stopping {
                state.records.push(Record::default());
                state.running += 1;
                state.live.push((state.records.len(), Arc::downgrade(transport)));
                number = Some(state.records.len());
            }
        });
        number
    }

    /// Cuts `transport` together with connection `number`; nothing once the server is stopping.
    pub(crate) fn adopt(&self, number: usize, transport: &Arc<Transport>) -> bool {
        let mut is_welcome = false;
        self.change(|state| {
            is_welcome = !state.stopping;
            state.live.retain(|(_, weak)| weak.strong_count() > 0);
            state.live.push((number, Arc::downgrade(transport)));
        });
        is_welcome
    }

    pub(crate) fn leave(&self, number: usize) {
        self.change(|state| {
            state.running -= 1;
            state.live.retain(|(live, _)| *live != number);
        });
    }

    pub(crate) fn update(&self, number: usize, with: impl FnOnce(&mut Record)) {
        self.change(|state| with(&mut state.records[number - 1]));
    }

    pub(crate) fn received(&self, number: usize, bytes: &[u8]) {
        self.update(number, |record| {
            let room = RECORD_LIMIT_BYTES - record.received.len();
            record.received.extend_from_slice(&bytes[..bytes.len().min(room)]);
            record.total += bytes.len() as u64;
        });
    }

    pub(crate) fn panicked(&self, what: String) {
        self.change(|state| state.panic = Some(what));
    }

    pub(crate) fn take_panic(&self) -> Option<String> {
        self.lock().panic.take()
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.lock().records.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.lock().records.len()
    }

    pub(crate) fn total(&self, number: usize) -> u64 {
        self.lock().records[number - 1].total
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Waits until `reached` says yes; the answer is `false` when `patience` ran out first.
    pub(crate) fn wait_for(
        &self,
        mut reached: impl FnMut(&[Record]) -> bool,
        patience: Duration,
    ) -> bool {
        self.wait(|state| reached(&state.records), patience)
    }

    /// Waits until the server stops.
    pub(crate) fn wait_for_stop(&self, patience: Duration) -> bool {
        self.wait(|state| state.stopping, patience)
    }

    pub(crate) fn release(&self) {
        self.change(|state| state.released += 1);
    }

    /// Waits for a release and uses it up.
    pub(crate) fn wait_for_release(&self) {
        let taken = |state: &mut State| {
            let free = state.released > 0;
            state.released -= usize::from(free);
            free || state.stopping
        };
        while !self.wait(taken, Duration::from_secs(60)) {}
    }

    fn wait(&self, mut reached: impl FnMut(&mut State) -> bool, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.lock();
        state.waiting += 1;
        loop {
            let now = Instant::now();
            let done = reached(&mut state);
            if done || now >= deadline {
                state.waiting -= 1;
                return done;
            }
            let waited = self.changed.wait_timeout(state, deadline - now);
            state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    /// Cuts every connection; from now on new ones are refused.
    pub(crate) fn stop(&self) {
        self.change(|state| {
            state.stopping = true;
            for transport in state.live.iter().filter_map(|(_, weak)| weak.upgrade()) {
                transport.shutdown(Shutdown::Both);
            }
        });
    }

    /// Waits until every connection's thread has ended.
    pub(crate) fn wait_until_idle(&self, patience: Duration) -> bool {
        self.wait(|state| state.running == 0, patience)
    }
}

/// Whether an error means that the client has gone, which no server can help.
pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::NotConnected
    )
}

/// Whether an error means that the patience of one read or write ran out.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
