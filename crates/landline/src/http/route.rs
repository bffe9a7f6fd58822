//! What two requests must agree on to share a connection.

use std::sync::Arc;

use tokio::runtime;

use super::connection::Connection;
use super::version::Offer;
use crate::net::{NetOptions, Proxy, Target};
use crate::pool::Keep;

/// Everything two requests must agree on to share a connection. The options are compared as a whole: one
/// added to [`NetOptions`] counts without anybody thinking of it.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) target: Target,
    /// The proxy that the request is given to, to be sent on.
    pub(super) forwarder: Option<Proxy>,
    pub(super) options: Arc<NetOptions>,
    pub(super) offer: Offer,
    /// A connection lives and dies with the runtime that made it.
    pub(super) runtime: Option<runtime::Id>,
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        // Taken apart, so that none is forgotten.
        let Self { target, forwarder, options, offer, runtime } = self;
        // A connection to a proxy is good for all that it forwards.
        let leads_there = forwarder.is_some() || *target == other.target;
        let is_alike = *forwarder == other.forwarder && *options == other.options;
        leads_there && is_alike && *offer == other.offer && *runtime == other.runtime
    }
}

impl Eq for Route {}

pub(super) type Pool = crate::pool::Pool<Route, Connection>;
pub(super) type Home = crate::pool::Home<Route, Connection>;

impl Keep for Connection {
    fn is_quiet(&mut self) -> bool {
        Connection::is_quiet(self)
    }
}
