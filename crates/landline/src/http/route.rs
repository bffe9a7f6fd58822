//! What two requests must agree on to share a connection.

use std::sync::Arc;

use tokio::runtime;

use super::connection::Connection;
use super::version::Offer;
use crate::net::{NetOptions, Target};
use crate::pool::Keep;

/// Everything two requests must agree on to share a connection. The comparison is derived: an
/// option added to [`NetOptions`] counts without anybody thinking of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) target: Target,
    pub(super) options: Arc<NetOptions>,
    pub(super) offer: Offer,
    /// A connection lives and dies with the runtime that made it.
    pub(super) runtime: Option<runtime::Id>,
}

pub(super) type Pool = crate::pool::Pool<Route, Connection>;
pub(super) type Home = crate::pool::Home<Route, Connection>;

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        Connection::is_quiet(self)
    }
}
