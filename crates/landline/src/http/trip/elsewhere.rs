//! A hop that is made at an alternative service of the origin (RFC 7838 section 2).

use std::sync::Arc;
use std::time::SystemTime;

use landline_wire::alt_svc::Protocol;
use landline_wire::head::ResponseHead;

use super::Trip;
use crate::http::carrier::Carrier;
use crate::http::route::Route;
use crate::http::version::Offer;
use crate::net::{Elsewhere, Target};
use crate::observe::Event;
use crate::{Phase, Result};

/// The alternative is not this origin after all (RFC 9110 section 15.5.20).
const MISDIRECTED: u16 = 421;

impl Trip<'_> {
    /// One request and the head of its reply, from an alternative if one is known and works.
    pub(super) async fn exchange_anywhere(
        &mut self,
        target: Target,
        offer: Offer,
    ) -> Result<(Arc<Route>, Carrier, ResponseHead)> {
        if let Some((place, protocol)) = self.alternative(&target, offer) {
            let offer = match protocol {
                Protocol::Http1 => Offer::Http1,
                Protocol::Http2 => Offer::Http2,
                Protocol::Http3 => Offer::Http3,
            };
            let route = Arc::new(self.client.route(target.at(place.clone()), offer)?);
            self.parts.alt_used = Some(place.to_string());
            let done = self.exchange(&route).await;
            self.parts.alt_used = None;
            if !self.has_failed(&done) {
                return done.map(|(carrier, head)| (route, carrier, head));
            }
            if let Some(cache) = &self.parts.remembered.alt_svc {
                cache.fail(protocol, &place.host, place.port);
            }
            let note = format!("the alternative {place} does not work, asking the origin");
            self.call.observer.tell(&Event::Note(&note));
        }
        let route = Arc::new(self.client.route(target, offer)?);
        let (carrier, head) = self.exchange(&route).await?;
        Ok((route, carrier, head))
    }

    /// Where to go instead, and what to offer there: only what the origin said is spoken.
    fn alternative(&self, target: &Target, offer: Offer) -> Option<(Elsewhere, Protocol)> {
        let cache = self.parts.remembered.alt_svc.as_ref().filter(|_| target.tls)?;
        let mut protocols = match offer {
            Offer::Http1 | Offer::Upgrade => vec![Protocol::Http1],
            Offer::Both | Offer::Any => vec![Protocol::Http1, Protocol::Http2],
            Offer::Http2 => vec![Protocol::Http2],
            Offer::Http3 => return None,
        };
        if !self.client.goes_straight(target) {
            return None;
        }
        if protocols.len() > 1 && self.client.may_use_quic(target) {
            protocols.push(Protocol::Http3);
        }
        let found = cache.find(&target.host, target.port, &protocols, SystemTime::now())?;
        let is_same = found.host == target.host && found.port == target.port;
        let is_origin = is_same && found.to != Protocol::Http3;
        (!is_origin).then_some((Elsewhere { host: found.host, port: found.port }, found.to))
    }

    /// Whether the origin is to be asked, who has not seen the request.
    fn has_failed(&self, done: &Result<(Carrier, ResponseHead)>) -> bool {
        let is_early =
            |phase| matches!(phase, Phase::Resolving | Phase::Connecting | Phase::TlsHandshake);
        match done {
            Ok((_, head)) => head.status == MISDIRECTED && !self.upload_is_spent,
            Err(error) => is_early(error.phase()),
        }
    }
}
