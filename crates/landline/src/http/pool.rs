//! Idle connections, kept for the next request that agrees with them on everything.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime;
use tokio::time::Instant;

use super::connection::Connection;
use crate::Limits;
use crate::net::{NetOptions, Target};

/// Everything two requests must agree on to share a connection. The comparison is derived: an
/// option added to [`NetOptions`] counts without anybody thinking of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) target: Target,
    pub(super) options: Arc<NetOptions>,
    /// A connection lives and dies with the runtime that made it.
    pub(super) runtime: Option<runtime::Id>,
}

#[derive(Clone, Debug)]
pub(super) struct Pool {
    idle: Arc<Mutex<Vec<Idle>>>,
    max: usize,
    age: Duration,
}

#[derive(Debug)]
struct Idle {
    route: Arc<Route>,
    connection: Box<Connection>,
    since: Instant,
}

/// Where a connection goes when its exchange is over.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) pool: Pool,
    pub(super) route: Arc<Route>,
}

impl Home {
    pub(super) fn give_back(&self, connection: Box<Connection>) {
        self.pool.keep(Arc::clone(&self.route), connection);
    }
}

impl Pool {
    pub(super) fn new(limits: &Limits) -> Self {
        let (max, age) = (limits.idle_connections, limits.idle_connection_age);
        Self { idle: Arc::default(), max, age }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The youngest fitting connection on which nothing has come since it was put here.
    pub(super) fn take(&self, route: &Route) -> Option<Box<Connection>> {
        loop {
            let mut found = {
                let mut idle = self.lock();
                let at = idle.iter().rposition(|one| *one.route == *route)?;
                idle.remove(at)
            };
            if found.since.elapsed() < self.age && found.connection.is_quiet() {
                return Some(found.connection);
            }
        }
    }

    fn keep(&self, route: Arc<Route>, connection: Box<Connection>) {
        let mut idle = self.lock();
        idle.retain(|one| one.since.elapsed() < self.age);
        if idle.len() >= self.max && !idle.is_empty() {
            idle.remove(0);
        }
        if self.max > 0 {
            idle.push(Idle { route, connection, since: Instant::now() });
        }
    }
}
