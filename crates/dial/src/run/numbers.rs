//! The numbers of transfers and connections within a run, as `--trace-ids` and `-w` show them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use landline::Event;

/// Counts for the whole run.
#[derive(Default)]
pub(super) struct Numbers {
    transfers: AtomicU64,
    /// Connections by their two ends: a new one with the same ends takes the place of the old.
    connections: Mutex<HashMap<Ends, (u64, bool)>>,
    made: AtomicU64,
}

/// The peer as shown, and the address of this end.
type Ends = (String, Option<SocketAddr>);

/// Which transfer, and over which connection the last thing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Which {
    pub(super) transfer: u64,
    pub(super) connection: Option<u64>,
    pub(super) is_proxied: bool,
}

impl Numbers {
    /// The next transfer.
    pub(super) fn transfer(&self) -> Which {
        Which { transfer: self.transfers.fetch_add(1, Ordering::Relaxed), ..Which::default() }
    }

    pub(super) fn see(&self, event: &Event<'_>, which: &mut Which) {
        let held = || self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            // What is connected to next is the proxy; a lookup or a try at the address follows.
            Event::Proxied { .. } => which.is_proxied = true,
            Event::Redirected { .. } => which.is_proxied = false,
            Event::Connected { peer, local, .. } => {
                let number = self.made.fetch_add(1, Ordering::Relaxed);
                which.connection = Some(number);
                held().insert((peer.to_string(), *local), (number, which.is_proxied));
            }
            Event::Reused { peer, local, .. } => {
                if let Some(&(number, is_proxied)) = held().get(&(peer.to_string(), *local)) {
                    (which.connection, which.is_proxied) = (Some(number), is_proxied);
                }
            }
            _ => {}
        }
    }
}
