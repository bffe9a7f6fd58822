//! The HTTP client: requests by URL, over pooled connections.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::auth::Memory;
use super::carrier::Carrier;
use super::connection::{Connection, Forwarder, Upgrade};
use super::cookies::CookieJar;
use super::http2::Exchange;
use super::places::{Full, Place};
use super::pools::Pools;
use super::remembered::{AltSvcCache, HstsCache, Remembered};
use super::request::{RedirectPolicy, Request};
use super::route::Route;
use super::version::Offer;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, NetOptions, Proxy, Stream, Target};
use crate::netrc::Netrc;
use crate::observe::{Event, Observer};
use crate::{Limits, Phase, Result, RetryPolicy, Timeouts};
use landline_wire::target::Location;

/// An HTTP client with its own pool of connections; cheap to clone, clones share the pool.
///
/// See [the blocking twin](crate::http::Client) for the whole documentation.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dialer: Dialer,
    pools: Pools,
    settings: Settings,
}

/// What every request of a client begins with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
    pub(crate) user_agent: Option<Arc<str>>,
    pub(crate) netrc: Option<Netrc>,
    pub(crate) observer: Observer,
    pub(crate) cookies: Option<CookieJar>,
    pub(crate) remembered: Remembered,
    pub(crate) redirects: Arc<RedirectPolicy>,
    pub(crate) retry: Option<RetryPolicy>,
    /// What servers have asked who asks.
    pub(crate) auth: Memory,
    /// No connection in the making is waited for.
    pub(crate) is_eager: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            limits: Limits::default(),
            user_agent: Some(concat!("landline/", env!("CARGO_PKG_VERSION")).into()),
            netrc: None,
            observer: Observer::default(),
            cookies: None,
            remembered: Remembered::default(),
            redirects: Arc::default(),
            retry: None,
            auth: Memory::default(),
            is_eager: false,
        }
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client with default options.
    pub fn new() -> Self {
        Self::with(NetOptions::default(), Settings::default())
    }

    /// A client that reaches servers as `options` say.
    pub fn with_options(options: NetOptions, timeouts: Timeouts, limits: Limits) -> Self {
        Self::with(options, Settings { timeouts, limits, ..Settings::default() })
    }

    /// A client with other options and the same pool. A connection is used again only where all of
    /// [`NetOptions`] agree.
    pub fn sibling(&self, options: NetOptions, timeouts: Timeouts, limits: Limits) -> Self {
        let settings = Settings { timeouts, limits, ..Settings::default() };
        let pools = self.0.pools.clone();
        Self(Arc::new(Inner { dialer: Dialer::new(options), pools, settings }))
    }

    /// A client with the same options and pool, all of whose requests share the cookies of `jar`.
    #[must_use]
    pub fn cookies(&self, jar: &CookieJar) -> Self {
        self.changed(|settings| settings.cookies = Some(jar.clone()))
    }

    /// A client with the same options and pool, that goes through TLS alone to the hosts in `cache`.
    #[must_use]
    pub fn hsts(&self, cache: &HstsCache) -> Self {
        self.changed(|settings| settings.remembered.hsts = Some(cache.clone()))
    }

    /// A client with the same options and pool, that reaches origins where `cache` says.
    #[must_use]
    pub fn alt_svc(&self, cache: &AltSvcCache) -> Self {
        self.changed(|settings| settings.remembered.alt_svc = Some(cache.clone()))
    }

    /// A client with the same options and pool, that follows redirects by these rules.
    #[must_use]
    pub fn redirects(&self, policy: RedirectPolicy) -> Self {
        self.changed(|settings| settings.redirects = Arc::new(policy))
    }

    /// A client with the same options and pool, that says in `User-Agent` who it is; an empty name sends none.
    #[must_use]
    pub fn user_agent(&self, name: &str) -> Self {
        let name = (!name.is_empty()).then(|| name.into());
        self.changed(|settings| settings.user_agent = name)
    }

    /// A client with the same options and pool, that makes failed requests again by these rules.
    #[must_use]
    pub fn retry(&self, policy: RetryPolicy) -> Self {
        self.changed(|settings| settings.retry = Some(policy))
    }

    /// A client with the same options and pool, whose requests connect at once where no connection has
    /// room. Else they wait, up to a second, for one that is being made and may carry them too (HTTP/2).
    #[must_use]
    pub fn eager(&self) -> Self {
        self.changed(|settings| settings.is_eager = true)
    }

    fn changed(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.0.settings.clone();
        change(&mut settings);
        let (dialer, pools) = (self.0.dialer.clone(), self.0.pools.clone());
        Self(Arc::new(Inner { dialer, pools, settings }))
    }

    /// A client that is the same, connections included, and looks users and passwords up in a
    /// netrc file, as [`Request::netrc`] does.
    #[must_use]
    pub fn netrc(&self, netrc: Netrc) -> Self {
        self.changed(|settings| settings.netrc = Some(netrc))
    }

    fn with(options: NetOptions, settings: Settings) -> Self {
        Self::over(Dialer::new(options), settings)
    }

    pub(crate) fn over(dialer: Dialer, settings: Settings) -> Self {
        let pools = Pools::new(&settings.limits);
        Self(Arc::new(Inner { dialer, pools, settings }))
    }

    /// Whether a connection to the target goes to that host itself.
    pub(super) fn goes_straight(&self, target: &Target) -> bool {
        self.0.dialer.goes_straight(target)
    }

    /// The proxy that requests to the target are given to, to be sent on.
    pub(super) fn forwarder(&self, target: &Target) -> Result<Option<&Proxy>> {
        self.0.dialer.forwarder(target)
    }

    /// Whether HTTP/3 can be spoken on the way to the target.
    pub(super) fn may_use_quic(&self, target: &Target) -> bool {
        #[cfg(feature = "http3")]
        return self.0.dialer.check_quic(target).is_ok();
        #[cfg(not(feature = "http3"))]
        {
            let _ = target;
            false
        }
    }

    #[cfg(feature = "http3")]
    pub(super) fn dialer(&self) -> &Dialer {
        &self.0.dialer
    }

    /// Whether whoever answers over TLS has proved its name.
    pub(super) fn wants_proof(&self) -> bool {
        !self.0.dialer.options().tls.insecure
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// A request with any method (RFC 9110 section 9).
    pub fn request(&self, method: &str, url: &str) -> Request {
        Request::new(self.clone(), method, url)
    }

    /// A request for a URL that is taken apart already.
    pub fn request_at(&self, method: &str, location: Location) -> Request {
        Request::at(self.clone(), method, location)
    }

    /// A GET request.
    pub fn get(&self, url: &str) -> Request {
        self.request("GET", url)
    }

    /// A HEAD request.
    pub fn head(&self, url: &str) -> Request {
        self.request("HEAD", url)
    }

    /// A POST request; give it a body.
    pub fn post(&self, url: &str) -> Request {
        self.request("POST", url)
    }

    /// A PUT request; give it a body.
    pub fn put(&self, url: &str) -> Request {
        self.request("PUT", url)
    }

    /// A DELETE request.
    pub fn delete(&self, url: &str) -> Request {
        self.request("DELETE", url)
    }

    pub(super) fn route(&self, target: Target, offer: Offer) -> Result<Route> {
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        let options = self.0.dialer.options().clone();
        // None of them speaks HTTP/3.
        let forwarder = match offer {
            Offer::Http3 => None,
            _ => self.forwarder(&target)?.cloned(),
        };
        Ok(Route { target, forwarder, options, offer, runtime })
    }

    pub(super) fn pools(&self) -> &Pools {
        &self.0.pools
    }

    /// A connection of this route that stands already: an idle one, or a stream of one that is shared.
    pub(super) async fn reuse(&self, route: &Route, call: &Call<'_>) -> Option<Carrier> {
        if let Some(carrier) = self.share(route, call).await {
            return Some(carrier);
        }
        let mut connection = self.0.pools.http1.take(route)?;
        connection.set_observer(call.observer.clone());
        connection.line.stream_mut().set_deadline(call.timeouts, call.total);
        let (host, stream) = (&route.target.host, connection.stream());
        let (peer, local) = (stream.peer(), stream.local());
        call.observer.tell(&Event::Reused { host, peer, local });
        Some(Carrier::Http1(connection))
    }

    async fn share(&self, route: &Route, call: &Call<'_>) -> Option<Carrier> {
        #[cfg(feature = "http3")]
        if let Some(carrier) = self.share_http3(route, call).await {
            return Some(carrier);
        }
        if matches!(route.offer, Offer::Http1 | Offer::Http3) {
            return None;
        }
        let link = self.0.pools.http2.find(route).await?;
        let (host, peer, local) = (&route.target.host, link.peer(), link.local());
        call.observer.tell(&Event::Reused { host, peer, local });
        Some(Carrier::Shared(Box::new(Exchange::on(link, call))))
    }

    /// A new connection of this route; without times where another request has made it meanwhile.
    pub(super) async fn open(
        &self,
        route: &Arc<Route>,
        host_header: &str,
        call: &Call<'_>,
    ) -> Result<(Carrier, Option<DialTimes>)> {
        let dialer = &self.0.dialer;
        let place = match self.room(route, call).await? {
            Room::Place(place) => place,
            Room::Carrier(carrier) => return Ok((carrier, None)),
        };
        if let Some(proxy) = &route.forwarder {
            let (stream, times) = dialer.dial_forwarder(proxy, call).await?;
            let mut connection = self.http1(stream, host_header, place, call);
            connection.forwarder = Some(Box::new(Forwarder::new(proxy.clone())));
            return Ok((Carrier::Http1(connection), Some(times)));
        }
        if route.offer == Offer::Http1 {
            let (stream, times) = dialer.dial(&route.target, route.offer.alpn(), call).await?;
            let connection = self.http1(stream, host_header, place, call);
            return Ok((Carrier::Http1(connection), Some(times)));
        }
        if matches!(route.offer, Offer::Any | Offer::Http3) {
            return self.open_http3(route, host_header, place, call).await;
        }
        let turn = match self.0.settings.is_eager {
            true => None,
            false => Some(self.0.pools.http2.turn(route).await),
        };
        if turn.as_ref().is_some_and(|turn| turn.has_waited)
            && let Some(carrier) = self.share(route, call).await
        {
            return Ok((carrier, None));
        }
        let (stream, times) = dialer.dial(&route.target, route.offer.alpn(), call).await?;
        if route.offer == Offer::Upgrade {
            let mut connection = self.http1(stream, host_header, place, call);
            connection.upgrade = Some(Box::new(Upgrade::new(route, turn)));
            return Ok((Carrier::Http1(connection), Some(times)));
        }
        Ok((self.over_tcp(route, stream, host_header, place, call).await?, Some(times)))
    }

    #[cfg(not(feature = "http3"))]
    async fn open_http3(
        &self,
        _: &Arc<Route>,
        _: &str,
        _: Place,
        _: &Call<'_>,
    ) -> Result<(Carrier, Option<DialTimes>)> {
        Err(crate::Error::usage("HTTP/3 is not built in: enable the feature http3"))
    }

    /// Begins to speak what the server has chosen.
    pub(super) async fn over_tcp(
        &self,
        route: &Arc<Route>,
        stream: Stream,
        host_header: &str,
        place: Place,
        call: &Call<'_>,
    ) -> Result<Carrier> {
        let chosen = stream.tls().and_then(|tls| tls.alpn);
        if route.offer.is_http2(chosen.as_deref()) {
            let limits = &self.0.settings.limits;
            let link = self.0.pools.http2.begin(route, stream, limits, place).await?;
            return Ok(Carrier::Shared(Box::new(Exchange::on(link, call))));
        }
        self.0.pools.http2.is_not_spoken(route);
        Ok(Carrier::Http1(self.http1(stream, host_header, place, call)))
    }

    /// Waits until one more connection is allowed, or one that stands is free.
    async fn room(&self, route: &Arc<Route>, call: &Call<'_>) -> Result<Room> {
        let target = &route.target;
        let host = match &route.forwarder {
            Some(proxy) => proxy.to_string(),
            None => format!("{} port {}", target.host, target.port),
        };
        if let Ok(place) = self.0.pools.places.take(&host, &self.0.settings.limits) {
            return Ok(Room::Place(place));
        }
        let patience = call.timeouts.free_connection.map(Deadline::after);
        let limit = Deadline::first(patience, call.total);
        let who = format!("no connection to {host} became free");
        let wait = Box::pin(self.wait_for_room(route, &host, call));
        Deadline::bound(limit, Phase::Connecting, &who, wait).await
    }

    async fn wait_for_room(&self, route: &Route, host: &str, call: &Call<'_>) -> Result<Room> {
        let Pools { places, .. } = &self.0.pools;
        loop {
            let mut changed = std::pin::pin!(places.changed());
            changed.as_mut().enable();
            let full = match places.take(host, &self.0.settings.limits) {
                Ok(place) => return Ok(Room::Place(place)),
                Err(full) => full,
            };
            if let Some(carrier) = self.reuse(route, call).await {
                return Ok(Room::Carrier(carrier));
            }
            if !self.0.pools.close_idle((full == Full::OfThisHost).then_some(host)) {
                changed.await;
            }
        }
    }

    fn http1(
        &self,
        stream: Stream,
        host_header: &str,
        place: Place,
        call: &Call<'_>,
    ) -> Box<Connection> {
        let connection = Connection::new(stream, host_header, self.0.settings.limits);
        // Boxed once, because it is handed on many times: to the exchange, the reply, the pool.
        let mut connection = Box::new(connection);
        connection.place = Some(place);
        connection.set_observer(call.observer.clone());
        connection
    }
}

/// Room for a request.
enum Room {
    /// For a connection of its own.
    Place(Place),
    /// On one that stands.
    Carrier(Carrier),
}

/// How long the steps of a transfer took, each counted from its start.
///
/// With redirects the steps are those of the last hop, and `redirect` is when it began.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timings {
    /// When the transfer began.
    pub(crate) started: Instant,
    /// The name had its addresses; `None` when a connection was used again.
    pub lookup: Option<std::time::Duration>,
    /// The connection stood.
    pub connect: Option<std::time::Duration>,
    /// The TLS handshake was done.
    pub tls: Option<std::time::Duration>,
    /// The request was about to be sent.
    pub sent: Option<std::time::Duration>,
    /// The head of the reply was there.
    pub first_byte: Option<std::time::Duration>,
    /// All redirects were followed; zero without any.
    pub redirect: std::time::Duration,
    /// The body had ended; `None` while it has not.
    pub total: Option<std::time::Duration>,
}

impl Timings {
    /// When the transfer began.
    pub fn started(&self) -> std::time::Instant {
        self.started.into_std()
    }

    pub(crate) fn begin(started: Instant) -> Self {
        let none = None;
        let redirect = std::time::Duration::ZERO;
        let (lookup, connect, tls, sent, first_byte, total) = (none, none, none, none, none, none);
        Self { started, lookup, connect, tls, sent, first_byte, redirect, total }
    }
}
