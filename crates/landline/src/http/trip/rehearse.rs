//! The beginning of a trip, up to the moment at which a reply would be awaited.

use super::{Trip, target};
use crate::http::carrier::Carrier;
use crate::http::client::Client;
use crate::http::connection::{Connection, Forwarder};
use crate::http::parts::Parts;
use crate::http::version::Offer;
use crate::net::Stream;
use crate::{Error, Result};

/// Writes to `paper` what would be sent to the first hop.
pub(in crate::http) async fn rehearse(client: Client, parts: Parts, paper: Stream) -> Result<()> {
    let observer = parts.observer.clone();
    let mut trip = Trip::begin(client, parts, &observer)?;
    let target = target(&trip.location)?;
    if trip.parts.version.offer(&trip.parts.method, &target) == Offer::Http2 {
        return Err(Error::usage("what HTTP/2 sends depends on the server, and is no text"));
    }
    let (host, limits) = (trip.location.host_header(), trip.client.settings().limits);
    let mut connection = Box::new(Connection::new(paper, &host, limits));
    connection.set_observer(observer.clone());
    let proxy = trip.client.forwarder(&target)?;
    connection.forwarder = proxy.map(|proxy| Box::new(Forwarder::new(proxy.clone())));
    let mut carrier = Carrier::Http1(connection);
    let upload = trip.put(&mut carrier).await?;
    carrier.rehearse(upload).await
}
