//! How connections of HTTP/3 come about: raced against those over TCP, where either will do.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::{ALPN, Exchange, Link};
use crate::http::carrier::Carrier;
use crate::http::client::Client;
use crate::http::places::Place;
use crate::http::route::Route;
use crate::http::version::Offer;
use crate::net::quic::Quic;
use crate::net::{Call, DialTimes, Stream};
use crate::observe::Event;
use crate::{Error, Result};

/// How long HTTP/3 is waited for before TCP is tried beside it.
const HEAD_START: Duration = Duration::from_millis(200);

/// What stands first.
enum First {
    Quic(Quic),
    Tcp(Box<Stream>),
}

impl Client {
    pub(in crate::http) async fn share_http3(
        &self,
        route: &Route,
        call: &Call<'_>,
    ) -> Option<Carrier> {
        if !matches!(route.offer, Offer::Any | Offer::Http3) {
            return None;
        }
        let link = self.pools().http3.find(route).await?;
        let (host, peer, local) = (&route.target.host, link.peer(), link.local());
        call.observer.tell(&Event::Reused { host, peer, local });
        Some(Carrier::Shared(Box::new(Exchange::on(link, call))))
    }

    pub(in crate::http) async fn open_http3(
        &self,
        route: &Arc<Route>,
        host_header: &str,
        place: Place,
        call: &Call<'_>,
    ) -> Result<(Carrier, Option<DialTimes>)> {
        let turn = match self.settings().is_eager {
            true => None,
            false => Some(self.pools().http3.turn(route).await),
        };
        if turn.as_ref().is_some_and(|turn| turn.has_waited)
            && let Some(carrier) = self.reuse(route, call).await
        {
            return Ok((carrier, None));
        }
        let (first, times) = match route.offer {
            Offer::Http3 => self.over_quic(route, call).await?,
            _ if !self.may_use_quic(&route.target) => self.tcp(route, call).await?,
            _ => self.race(route, call).await?,
        };
        let carrier = match first {
            First::Tcp(stream) => {
                let carrier = self.over_tcp(route, *stream, host_header, place, call).await?;
                if let Carrier::Http1(_) = carrier {
                    self.pools().http3.is_not_spoken(route);
                }
                carrier
            }
            First::Quic(quic) => {
                let places = place.places().clone();
                let link = Link::begin(quic, &self.settings().limits, place).await?;
                let link = self.pools().http3.share(route, link);
                places.tell();
                Carrier::Shared(Box::new(Exchange::on(link, call)))
            }
        };
        Ok((carrier, Some(times)))
    }

    async fn over_quic(&self, route: &Route, call: &Call<'_>) -> Result<(First, DialTimes)> {
        let (quic, times) = self.dialer().dial_quic(&route.target, ALPN, call).await?;
        Ok((First::Quic(quic), times))
    }

    async fn tcp(&self, route: &Route, call: &Call<'_>) -> Result<(First, DialTimes)> {
        let (stream, times) = self.dialer().dial(&route.target, route.offer.alpn(), call).await?;
        Ok((First::Tcp(Box::new(stream)), times))
    }

    /// The first that stands; the error of TCP, which is the last to be tried, where none does.
    async fn race(&self, route: &Route, call: &Call<'_>) -> Result<(First, DialTimes)> {
        let mut quic = Box::pin(self.over_quic(route, call));
        let mut has_failed = match tokio::time::timeout(HEAD_START, quic.as_mut()).await {
            Ok(Ok(won)) => return Ok(won),
            Ok(Err(error)) => self.lost(&error, call),
            Err(_) => false,
        };
        let mut tcp = pin!(self.tcp(route, call));
        let mut refused = None;
        poll_fn(|cx| {
            if !has_failed && let Poll::Ready(done) = quic.as_mut().poll(cx) {
                match done {
                    Ok(won) => return Poll::Ready(Ok(won)),
                    Err(error) => has_failed = self.lost(&error, call),
                }
            }
            if refused.is_none()
                && let Poll::Ready(done) = tcp.as_mut().poll(cx)
            {
                match done {
                    Ok(won) => return Poll::Ready(Ok(won)),
                    Err(error) => refused = Some(error),
                }
            }
            match refused.take_if(|_| has_failed) {
                Some(error) => Poll::Ready(Err(error)),
                None => Poll::Pending,
            }
        })
        .await
    }

    fn lost(&self, error: &Error, call: &Call<'_>) -> bool {
        call.observer.tell(&Event::Note(&format!("no HTTP/3: {error}")));
        true
    }
}
