//! The connections of a client: those of HTTP/1 while they are idle, the others while they live.

use std::sync::Arc;

use super::http2;
use super::http2::Links;
#[cfg(feature = "http3")]
use super::http3;
use super::places::{Place, Places};
use super::route::{Home, Pool, Route};
use crate::Limits;

#[derive(Clone, Debug)]
pub(super) struct Pools {
    pub(super) http1: Pool,
    pub(super) http2: Links<http2::Link>,
    #[cfg(feature = "http3")]
    pub(super) http3: Links<http3::Link>,
    pub(super) places: Places,
}

impl Pools {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            http1: Pool::new(limits),
            http2: Links::new(limits),
            #[cfg(feature = "http3")]
            http3: Links::new(limits),
            places: Places::default(),
        }
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
        #[cfg(feature = "http3")]
        if self.http3.discard(|one| fits(one.place())) {
            return true;
        }
        self.http1.discard(|one| fits(one.place.as_ref()))
            || self.http2.discard(|one| fits(one.place()))
    }
}
