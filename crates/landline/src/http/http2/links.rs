//! The connections of one client that requests share, by their route.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::doors::{Doors, Turn};
use super::link::Link;
use crate::http::places::Place;
use crate::http::route::Route;
use crate::net::Stream;
use crate::{Limits, Result};

/// A connection that several requests share.
pub(in crate::http) trait Shared {
    /// Whether it takes another request now.
    fn has_room(&self) -> bool;

    /// For how long it has had none; `None` while it has.
    fn rests_since(&self) -> Option<Instant>;

    /// Whether it will take another request: it has not ended, nor is it about to.
    fn is_open(&self) -> bool;

    /// Looks at what came while nobody waited.
    fn catch_up(&self) -> impl Future<Output = ()> + Send;
}

/// Connections that stand, whether they carry streams now or rest.
pub(in crate::http) struct Links<L> {
    kept: Arc<Mutex<Vec<Kept<L>>>>,
    doors: Doors,
    max: usize,
    age: Duration,
}

struct Kept<L> {
    route: Arc<Route>,
    link: Arc<L>,
}

impl<L> Clone for Links<L> {
    fn clone(&self) -> Self {
        let (kept, doors) = (self.kept.clone(), self.doors.clone());
        Self { kept, doors, max: self.max, age: self.age }
    }
}

impl<L: Shared> Links<L> {
    pub(in crate::http) fn new(limits: &Limits) -> Self {
        let (max, age) = (limits.idle_connections, limits.idle_connection_age);
        Self { kept: Arc::default(), doors: Doors::default(), max, age }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept<L>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection of this route that has room for a stream.
    pub(in crate::http) async fn find(&self, route: &Route) -> Option<Arc<L>> {
        loop {
            let link = self.candidate(route)?;
            link.catch_up().await;
            if link.is_open() {
                return Some(link);
            }
            self.forget(&link);
        }
    }

    fn candidate(&self, route: &Route) -> Option<Arc<L>> {
        let mut kept = self.lock();
        kept.retain(|one| one.link.rests_since().is_none_or(|since| since.elapsed() < self.age));
        let mut fitting = kept.iter().filter(|one| *one.route == *route && one.link.has_room());
        fitting.next_back().map(|one| Arc::clone(&one.link))
    }

    fn forget(&self, link: &Arc<L>) {
        self.lock().retain(|one| !Arc::ptr_eq(&one.link, link));
    }

    /// Waits while another connection of this route is being made, which may do for both.
    pub(in crate::http) async fn turn(&self, route: &Arc<Route>) -> Turn {
        self.doors.turn(route).await
    }

    /// Notes that the server has chosen HTTP/1: nobody need wait for anybody there.
    pub(in crate::http) fn is_not_spoken(&self, route: &Route) {
        self.doors.learn(route, true);
    }

    /// Closes the oldest connection that rests and fits; false when none does.
    pub(in crate::http) fn discard(&self, fits: impl Fn(&L) -> bool) -> bool {
        let mut kept = self.lock();
        let is_it = |one: &Kept<L>| one.link.rests_since().is_some() && fits(&one.link);
        let oldest = kept.iter().position(is_it);
        let gone = oldest.map(|at| kept.remove(at));
        drop(kept);
        gone.is_some()
    }

    /// Keeps a new connection for all who want it.
    pub(in crate::http) fn share(&self, route: &Arc<Route>, link: L) -> Arc<L> {
        let link = Arc::new(link);
        self.doors.learn(route, false);
        self.keep(Arc::clone(route), Arc::clone(&link));
        link
    }

    fn keep(&self, route: Arc<Route>, link: Arc<L>) {
        let mut kept = self.lock();
        let resting = |one: &Kept<L>| one.link.rests_since().is_some();
        while kept.iter().filter(|one| resting(one)).count() >= self.max.max(1) {
            let Some(oldest) = kept.iter().position(resting) else { break };
            kept.remove(oldest);
        }
        if self.max > 0 {
            kept.push(Kept { route, link });
        }
    }
}

impl Links<Link> {
    /// Begins to speak HTTP/2 on a stream that has just come about.
    pub(in crate::http) async fn begin(
        &self,
        route: &Arc<Route>,
        stream: Stream,
        limits: &Limits,
        place: Place,
    ) -> Result<Arc<Link>> {
        Ok(self.welcome(route, Link::begin(stream, limits, Some(place)).await?))
    }

    /// Keeps a new connection, and tells those who wait for one.
    pub(in crate::http) fn welcome(&self, route: &Arc<Route>, link: Link) -> Arc<Link> {
        let link = self.share(route, link);
        link.place().iter().for_each(|place| place.places().tell());
        link
    }
}

impl<L> fmt::Debug for Links<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links").field("max", &self.max).field("age", &self.age).finish()
    }
}
