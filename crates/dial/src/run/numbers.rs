//! The numbers of transfers and connections within a run, as `--trace-ids` and `-w` show them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use landline::Event;
use landline::net::Peer;

/// Counts for the whole run.
#[derive(Default)]
pub(super) struct Numbers {
    transfers: AtomicU64,
    /// Connections by their two ends: a new one with the same ends takes the place of the old.
    connections: Mutex<HashMap<Ends, Connection>>,
    made: AtomicU64,
}

/// The peer, and the address of this end.
type Ends = (Peer, Option<SocketAddr>);

/// A connection, and what stands between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Connection {
    pub(super) number: Option<u64>,
    pub(super) is_proxied: bool,
    /// TLS is spoken with the proxy.
    pub(super) is_proxy_secured: bool,
}

/// Which transfer, and over which connection the last thing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Which {
    pub(super) transfer: u64,
    pub(super) connection: Connection,
}

impl Numbers {
    /// The next transfer.
    pub(super) fn transfer(&self) -> Which {
        Which { transfer: self.transfers.fetch_add(1, Ordering::Relaxed), ..Which::default() }
    }

    pub(super) fn see(&self, event: &Event<'_>, which: &mut Which) {
        let held = || self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = &mut which.connection;
        match event {
            // What is connected to next is the proxy; a lookup or a try at the address follows.
            Event::Proxied { .. } => connection.is_proxied = true,
            Event::Redirected { .. } => connection.is_proxied = false,
            Event::Connected { peer, local, .. } => {
                connection.number = Some(self.made.fetch_add(1, Ordering::Relaxed));
                connection.is_proxy_secured = false;
                held().insert(((*peer).clone(), *local), *connection);
            }
            Event::ProxySecured(_) => {
                connection.is_proxy_secured = true;
                let mut all = held();
                let known = all.values_mut().find(|known| known.number == connection.number);
                known.into_iter().for_each(|known| *known = *connection);
            }
            Event::Reused { peer, local, .. } => {
                if let Some(known) = held().get(&((*peer).clone(), *local)) {
                    *connection = *known;
                }
            }
            _ => {}
        }
    }
}
