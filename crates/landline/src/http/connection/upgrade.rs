//! The way from a connection of HTTP/1.1 to one of HTTP/2.

use std::fmt;
use std::sync::Arc;

use crate::http::http2::Turn;
use crate::http::route::Route;

/// What is kept of a connection whose requests may offer to go on in HTTP/2.
pub(in crate::http) struct Upgrade {
    /// What requests must agree on to share it then.
    pub(in crate::http) route: Arc<Route>,
    /// Those who may share it wait until this is dropped.
    pub(in crate::http) turn: Option<Turn>,
}

impl Upgrade {
    pub(in crate::http) fn new(route: &Arc<Route>, turn: Option<Turn>) -> Self {
        Self { route: Arc::clone(route), turn }
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgrade").finish_non_exhaustive()
    }
}
