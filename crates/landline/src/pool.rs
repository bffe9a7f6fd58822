//! Idle connections, kept for the next use that agrees with them on everything.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::Limits;

/// A connection that can be kept.
pub(crate) trait Keep {
    /// Whether nothing has come and nobody has closed it since it was put here.
    fn is_quiet(&mut self) -> bool;
}

/// The idle connections of one client, by their route: all that two uses must agree on to share
/// one. Routes derive their comparison, so that an option added to them counts unasked.
pub(crate) struct Pool<R, C> {
    idle: Arc<Mutex<Vec<Idle<R, C>>>>,
    max: usize,
    age: Duration,
}

struct Idle<R, C> {
    route: Arc<R>,
    connection: Box<C>,
    since: Instant,
}

/// Where a connection goes when its exchange is over.
pub(crate) struct Home<R, C> {
    pub(crate) pool: Pool<R, C>,
    pub(crate) route: Arc<R>,
}

impl<R: PartialEq, C: Keep> Home<R, C> {
    pub(crate) fn give_back(&self, connection: Box<C>) {
        self.pool.keep(Arc::clone(&self.route), connection);
    }
}

impl<R: PartialEq, C: Keep> Pool<R, C> {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (max, age) = (limits.idle_connections, limits.idle_connection_age);
        Self { idle: Arc::default(), max, age }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle<R, C>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The youngest fitting connection on which nothing has come since it was put here.
    pub(crate) fn take(&self, route: &R) -> Option<Box<C>> {
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

    fn keep(&self, route: Arc<R>, connection: Box<C>) {
        let (mut idle, now) = (self.lock(), Instant::now());
        // The oldest stand first.
        let is_old = |one: &Idle<R, C>| now.saturating_duration_since(one.since) >= self.age;
        let old = idle.partition_point(is_old);
        idle.drain(..old);
        if idle.len() >= self.max && !idle.is_empty() {
            idle.remove(0);
        }
        if self.max > 0 {
            idle.push(Idle { route, connection, since: now });
        }
    }

    /// Closes the oldest that fits; false when none does.
    pub(crate) fn discard(&self, fits: impl Fn(&C) -> bool) -> bool {
        let mut idle = self.lock();
        let oldest = idle.iter().position(|one| fits(&one.connection));
        let gone = oldest.map(|at| idle.remove(at));
        // Closed when others can use the pool again.
        drop(idle);
        gone.is_some()
    }

    /// All of them, for whoever has something to say before they go.
    pub(crate) fn drain(&self) -> impl Iterator<Item = Box<C>> + use<R, C> {
        let all = std::mem::take(&mut *self.lock());
        all.into_iter().map(|idle| idle.connection)
    }
}

impl<R, C> Clone for Pool<R, C> {
    fn clone(&self) -> Self {
        Self { idle: self.idle.clone(), ..*self }
    }
}

impl<R, C> Clone for Home<R, C> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), route: self.route.clone() }
    }
}

impl<R, C> fmt::Debug for Pool<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("max", &self.max).field("age", &self.age).finish()
    }
}

impl<R, C> fmt::Debug for Home<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Home")
    }
}
