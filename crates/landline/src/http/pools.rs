//! The connections of a client: those of HTTP/1 while they are idle, those of HTTP/2 while they live.

use std::sync::Arc;

use super::http2::Links;
use super::route::{Home, Pool, Route};
use crate::Limits;

#[derive(Clone, Debug)]
pub(super) struct Pools {
    pub(super) http1: Pool,
    pub(super) http2: Links,
}

impl Pools {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { http1: Pool::new(limits), http2: Links::new(limits) }
    }

    pub(super) fn home(&self, route: Arc<Route>) -> Home {
        Home { pool: self.http1.clone(), route }
    }
}
