//! What clients have said and which data connections there were.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A line that came over a control connection, without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The number of the control connection, counted from 1.
    pub connection: usize,
    /// The line as it was received, passwords and all; what is not UTF-8 is replaced.
    pub line: String,
    /// Whether it came over TLS.
    pub is_protected: bool,
}

/// A data connection that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataConnection {
    /// The number of its control connection, counted from 1.
    pub connection: usize,
    /// What it was opened for: `RETR`, `LIST` …
    pub verb: String,
    /// Whether the client connected, rather than the server.
    pub is_passive: bool,
    /// Where the client's end was.
    pub peer: SocketAddr,
    /// Whether it speaks TLS.
    pub is_protected: bool,
    /// Whether its TLS session was resumed.
    pub is_resumed: bool,
    /// The control connection whose session (or whose data connection's) was resumed.
    pub resumed_from: Option<usize>,
    /// How many bytes went through it, either way.
    pub bytes: u64,
    /// Whether the server is through with it.
    pub is_over: bool,
}

#[derive(Debug, Default)]
struct Entries {
    commands: Vec<Command>,
    data: Vec<DataConnection>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Journal(Arc<(Mutex<Entries>, Condvar)>);

impl Journal {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn command(&self, command: Command) {
        self.entries().commands.push(command);
        self.0.1.notify_all();
    }

    /// Enters a data connection and returns its number, for [`Journal::update`].
    pub(super) fn open(&self, data: DataConnection) -> usize {
        let mut entries = self.entries();
        entries.data.push(data);
        self.0.1.notify_all();
        entries.data.len() - 1
    }

    pub(super) fn update(&self, number: usize, with: impl FnOnce(&mut DataConnection)) {
        with(&mut self.entries().data[number]);
        self.0.1.notify_all();
    }

    pub(super) fn commands(&self) -> Vec<Command> {
        self.entries().commands.clone()
    }

    pub(super) fn data(&self) -> Vec<DataConnection> {
        self.entries().data.clone()
    }

    pub(super) fn wait_for(
        &self,
        mut reached: impl FnMut(&[Command], &[DataConnection]) -> bool,
        patience: Duration,
    ) -> bool {
        let deadline = Instant::now() + patience;
        let mut entries = self.entries();
        loop {
            let now = Instant::now();
            if reached(&entries.commands, &entries.data) {
                return true;
            }
            if now >= deadline {
                return false;
            }
            let waited = self.0.1.wait_timeout(entries, deadline - now);
            entries = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
