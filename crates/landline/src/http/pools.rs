//! The connections of a client: those of HTTP/1 while they are idle, those of HTTP/2 while they live.

use std::sync::Arc;

use super::http2::Links;
use super::places::{Place, Places};
use super::route::{Home, Pool, Route};
use crate::Limits;

#[derive(Clone, Debug)]
pub(super) struct Pools {
    pub(super) http1: Pool,
    pub(super) http2: Links,
    pub(super) places: Places,
}

impl Pools {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { http1: Pool::new(limits), http2: Links::new(limits), places: Places::default() }
    }

    pub(super) fn home(&self, route: Arc<Route>) -> Home {
        Home { pool: self.http1.clone(), route }
    }

    /// Closes the connection that has been idle for longest, of those to `host` or of all; false when
    /// none is idle.
    pub(super) fn close_idle(&self, host: Option<&str>) -> bool {
        let fits = |place: Option<&Place>| {
            place.is_some_and(|place| host.is_none_or(|host| place.is_of(host)))
        };
        self.http1.discard(|one| fits(one.place.as_ref()))
            || self.http2.discard(|one| fits(one.place()))
    }
}
