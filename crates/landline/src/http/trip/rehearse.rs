//! The beginning of a trip, up to the moment at which a reply would be awaited.

use std::sync::Arc;

use super::{Trip, target};
use crate::http::carrier::Carrier;
use crate::http::client::Client;
use crate::http::connection::{Connection, Forwarder, Upgrade};
use crate::http::parts::Parts;
use crate::http::version::Offer;
use crate::net::Stream;
use crate::{Error, Result};

/// Writes to `paper` what would be sent to the first hop.
pub(in crate::http) async fn rehearse(
    client: Client,
    parts: Box<Parts>,
    paper: Stream,
) -> Result<()> {
    let observer = parts.observer.clone();
    let mut trip = Trip::begin(client, parts, &observer)?;
    let target = target(&trip.location)?;
    let offer = trip.parts.version.offer(&trip.parts.method, &target);
    if offer == Offer::Http2 {
        return Err(Error::usage("what HTTP/2 sends depends on the server, and is no text"));
    }
    let (host, limits) = (trip.location.host_header(), trip.client.settings().limits);
    let mut connection = Box::new(Connection::new(paper, &host, limits));
    connection.set_observer(observer.clone());
    let proxy = trip.client.forwarder(&target)?;
    connection.forwarder = proxy.map(|proxy| Box::new(Forwarder::new(proxy.clone())));
    if offer == Offer::Upgrade && proxy.is_none() {
        let route = Arc::new(trip.client.route(target.clone(), offer)?);
        connection.upgrade = Some(Box::new(Upgrade::new(&route, None)));
    }
    let mut carrier = Carrier::Http1(connection);
    let upload = trip.put(&mut carrier).await?;
    carrier.rehearse(upload).await
}
