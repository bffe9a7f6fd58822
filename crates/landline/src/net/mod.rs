//! How a byte stream comes about: names to addresses, Happy Eyeballs, proxies, TLS, deadlines.
//!
//! Every connection of every protocol is made in one place, so options, deadlines and errors are
//! the same everywhere. [`NetOptions`] says how, [`Stream`] is what comes out.
//!
//! Specifications: RFC 8305 (Happy Eyeballs), RFC 6761 (`localhost`), RFC 8446 and 5246 (TLS).
//!
//! | what | default |
//! |---|---|
//! | lookup, connection and TLS handshake together | 60 s ([`Timeouts::connect`](crate::Timeouts)) |
//! | the next address is tried beside a silent one | after 250 ms |
//! | TLS versions | 1.2 and 1.3 |
//! | trusted authorities | the system's; Mozilla's list where it has none |
//! | keep-alive probes | none |
//! | proxies | none ([`ProxyRules`]) |
//! | who is asked for names | the system ([`DnsOptions`]) |
//! | addresses that may be connected to | any ([`AddressPolicy`]) |
//!
//! A connection that cannot be made names every address that was tried and what each one said.

pub(crate) mod datagram;
mod deflate;
mod dns;
mod happy;
mod listen;
mod low_speed;
mod open;
mod options;
pub(crate) mod pace;
mod policy;
pub(crate) mod proxy;
#[cfg(feature = "http3")]
pub(crate) mod quic;
mod resolve;
mod sockets;
mod stream;
mod throttle;
mod tls;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use landline_wire::target::{Location, split_host_port};
use tokio::time::Instant;

pub use dns::DnsOptions;
pub(crate) use listen::Listener;
pub use options::{AddressFamily, ConnectRule, NetOptions, ResolveRule, UnixName};
pub use policy::AddressPolicy;
pub use proxy::{Proxy, ProxyKind, ProxyLine, ProxyRules};
pub use sockets::SocketOptions;
pub use stream::{Peer, Pipe, Stream};
#[cfg(feature = "http3")]
pub(crate) use tls::alert_of;
pub use tls::{
    CertificateFault, Identity, KeyPin, PeerCertificate, TlsFacts, TlsOptions, TlsVersion,
};
pub(crate) use tls::{FirstUse, Stranger, is_plain_text};

use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result, Timeouts};
use pace::Deadline;

/// Whom to connect to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// What is spoken there: it has a say in which proxy to go through.
    scheme: Box<str>,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: bool,
    /// Where to connect to instead; names and certificates stay those of the host.
    pub(crate) elsewhere: Option<Box<Elsewhere>>,
}

/// How long another place may take to be connected to: the host itself is there too.
const ELSEWHERE_PATIENCE: Duration = Duration::from_secs(5);

/// Another place at which a host can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Elsewhere {
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl Target {
    /// The host of a URL, at its port or at `default_port`; with the zone, which dialling needs.
    pub(crate) fn of(location: &Location, default_port: u16, tls: bool) -> Result<Self> {
        let Some(host) = location.host().filter(|host| !host.is_empty()) else {
            return Err(Error::new(ErrorKind::Url, Phase::Preparing, "the URL has no host"));
        };
        let host = match location.zone() {
            Some(zone) => format!("{host}%{zone}"),
            None => host.to_owned(),
        };
        let port = location.port().unwrap_or(default_port);
        Ok(Self::new(location.scheme(), host, port, tls))
    }

    pub(crate) fn new(scheme: &str, host: String, port: u16, tls: bool) -> Self {
        Self { scheme: scheme.into(), host, port, tls, elsewhere: None }
    }

    /// The same, connected to at another place.
    pub(crate) fn at(&self, place: Elsewhere) -> Self {
        Self { elsewhere: Some(Box::new(place)), ..self.clone() }
    }

    /// A server that a caller names as `host:port`, or `host`, to be spoken to in the clear.
    pub(crate) fn parse(scheme: &str, host_port: &str, default_port: u16) -> Result<Self> {
        let (host, port) = split_host_port(host_port, default_port).map_err(|error| {
            let what = format!("{host_port} is not a host and port");
            Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        })?;
        Ok(Self::new(scheme, host, port, false))
    }

    pub(crate) fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether it is our side that says something first.
    fn speaks_first(&self) -> bool {
        self.tls || matches!(&*self.scheme, "http" | "gopher")
    }
}

/// A host as a name, without brackets and without the zone, which means something here only
/// (RFC 6874 section 1).
pub(crate) fn without_zone(host: &str) -> &str {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.split_once('%').map_or(bare, |(address, _)| address)
}

/// Makes connections under one set of [`NetOptions`].
#[derive(Clone)]
pub(crate) struct Dialer {
    inner: Arc<Inner>,
    /// The TLS sessions that its connections resume, where they are none of anybody else's.
    sessions: Option<Arc<tls::Sessions>>,
}

struct Inner {
    options: Arc<NetOptions>,
    tls: tls::TlsConfigs,
    /// Those of the leg to a proxy, whose sessions are never resumed with a server behind it.
    proxy_tls: tls::TlsConfigs,
    /// Asks for names over HTTPS, once that is wanted.
    dns: OnceLock<crate::http::aio::Client>,
}

/// How long the steps of a connection took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DialTimes {
    pub(crate) lookup: Option<Duration>,
    pub(crate) connect: Option<Duration>,
    pub(crate) tls: Option<Duration>,
}

/// What bounds and watches one connection in the making.
pub(crate) struct Call<'a> {
    pub(crate) timeouts: Timeouts,
    pub(crate) total: Option<Deadline>,
    pub(crate) observer: &'a Observer,
    pub(crate) started: Instant,
}

impl<'a> Call<'a> {
    pub(crate) fn new(timeouts: Timeouts, observer: &'a Observer) -> Self {
        let total = timeouts.total.map(Deadline::after);
        Self { timeouts, total, observer, started: Instant::now() }
    }

    /// The end of whatever belongs to connecting, counted from now.
    pub(crate) fn connect_limit(&self) -> Option<Deadline> {
        Deadline::first(self.timeouts.connect.map(Deadline::after), self.total)
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.options.fmt(f)
    }
}

impl Dialer {
    pub(crate) fn new(options: NetOptions) -> Self {
        let (tls, proxy_tls) = (tls::TlsConfigs::default(), tls::TlsConfigs::default());
        let inner = Inner { options: Arc::new(options), tls, proxy_tls, dns: OnceLock::new() };
        Self { inner: Arc::new(inner), sessions: None }
    }

    /// The same, for connections to one server that resume each other's TLS sessions only.
    pub(crate) fn with_own_sessions(&self) -> Self {
        Self { inner: self.inner.clone(), sessions: Some(Arc::default()) }
    }

    /// Whether the next connection cannot resume a TLS session, though others could.
    pub(crate) fn sessions_are_spent(&self) -> bool {
        self.sessions.as_ref().is_some_and(|sessions| sessions.are_spent())
    }

    /// Whether a connection to the target goes to that host itself: through no proxy, and nowhere else.
    pub(crate) fn goes_straight(&self, target: &Target) -> bool {
        let options = self.options();
        let is_redirected = || {
            let (host, port) = options.redirected(&target.host, target.port);
            host != target.host || port != target.port
        };
        options.unix_socket.is_none()
            && !is_redirected()
            && matches!(self.proxy_for(target), Ok(None))
    }

    pub(crate) fn options(&self) -> &Arc<NetOptions> {
        &self.inner.options
    }

    fn dns_client(&self) -> &crate::http::aio::Client {
        self.inner.dns.get_or_init(|| dns::https::client(self.options()))
    }

    /// Connects to the target, through its proxy if it has one, and shakes hands, within the connect
    /// deadline.
    pub(crate) async fn dial(
        &self,
        target: &Target,
        alpn: &[&[u8]],
        call: &Call<'_>,
    ) -> Result<(Stream, DialTimes)> {
        let hurry = target.elsewhere.as_ref().map(|_| Deadline::after(ELSEWHERE_PATIENCE));
        let limit = Deadline::first(call.connect_limit(), hurry);
        let mut times = DialTimes::default();
        let mut stream = match self.proxy_for(target)? {
            // Boxed, because few connections take this way, and all would carry the room for it.
            Some(proxy) => Box::pin(self.tunnel(proxy, target, limit, call, &mut times)).await?,
            None => self.connect(target, limit, call, &mut times).await?,
        };
        self.introduce(&mut stream, limit).await?;
        if target.tls {
            stream = self.secure(stream, &target.host, alpn, limit, call).await?;
            times.tls = Some(call.started.elapsed());
        }
        stream.set_deadline(call.timeouts, call.total);
        Ok((stream, times))
    }

    /// Connects to one more port of a peer that is met already, for data in one direction.
    pub(crate) async fn dial_address(
        &self,
        address: SocketAddr,
        call: &Call<'_>,
    ) -> Result<Stream> {
        let limit = call.connect_limit();
        call.observer.tell(&Event::Trying(address));
        let who = format!("{} port {}", address.ip(), address.port());
        let work = async {
            // Who speaks first depends on the direction, which is not known here.
            open::plain_tcp(address, false, self.options()).await.map_err(|error| {
                let what = format!("could not connect to {who}");
                let kind = failure_kind([&error]);
                Error::new(kind, Phase::Connecting, what).because(error)
            })
        };
        let connected = Deadline::bound(limit, Phase::Connecting, &who, work).await?;
        let mut stream = Stream::of_tcp(connected, address);
        stream.set_deadline(call.timeouts, call.total);
        Ok(stream)
    }

    /// Connects to a Unix socket, within the connect deadline.
    pub(crate) async fn dial_unix(
        &self,
        name: &UnixName,
        call: &Call<'_>,
    ) -> Result<(Stream, DialTimes)> {
        let limit = call.connect_limit();
        let who = "the Unix socket";
        let mut stream = Deadline::bound(limit, Phase::Connecting, &who, open::unix(name)).await?;
        let connect = Some(call.started.elapsed());
        call.observer.tell(&Event::Connected { host: who, peer: stream.peer(), local: None });
        stream.set_deadline(call.timeouts, call.total);
        Ok((stream, DialTimes { connect, ..DialTimes::default() }))
    }

    /// Begins TLS on a connected stream.
    pub(crate) async fn secure(
        &self,
        stream: Stream,
        host: &str,
        alpn: &[&[u8]],
        limit: Option<Deadline>,
        call: &Call<'_>,
    ) -> Result<Stream> {
        let limit = Deadline::first(limit, call.timeouts.tls.map(Deadline::after));
        let (tls, sessions) = (&self.inner.tls, self.sessions.as_ref());
        let work = tls.handshake(stream, host, &self.options().tls, alpn, sessions);
        let stream = Deadline::bound(limit, Phase::TlsHandshake, &host, work).await?;
        if let (true, Some(facts)) = (call.observer.is_watching(), stream.tls()) {
            call.observer.tell(&Event::Secured(&facts));
        }
        Ok(stream)
    }

    /// Begins TLS with a proxy, by the options for that leg.
    async fn secure_proxy(
        &self,
        stream: Stream,
        host: &str,
        alpn: &[&[u8]],
        limit: Option<Deadline>,
        call: &Call<'_>,
    ) -> Result<Stream> {
        let limit = Deadline::first(limit, call.timeouts.tls.map(Deadline::after));
        let (tls, options) = (&self.inner.proxy_tls, &self.options().proxy.tls);
        let work = tls.handshake(stream, host, options, alpn, None);
        let stream = Deadline::bound(limit, Phase::TlsHandshake, &host, work).await?;
        if let (true, Some(facts)) = (call.observer.is_watching(), stream.tls()) {
            call.observer.tell(&Event::ProxySecured(&facts));
        }
        Ok(stream)
    }

    async fn connect(
        &self,
        target: &Target,
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Stream> {
        let stream = match &self.options().unix_socket {
            Some(name) => {
                Deadline::bound(limit, Phase::Connecting, &target.host, open::unix(name)).await?
            }
            None => self.connect_tcp(target, limit, call, times).await?,
        };
        times.connect = Some(call.started.elapsed());
        let (peer, local) = (stream.peer(), stream.local());
        call.observer.tell(&Event::Connected { host: &target.host, peer, local });
        Ok(stream)
    }

    async fn connect_tcp(
        &self,
        target: &Target,
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Stream> {
        let (host, port, addresses) = self.look_up(target, limit, call, times).await?;
        self.race(&host, port, addresses, target.speaks_first(), limit, call).await
    }

    /// Connects to the first of the addresses that answers; `host` is how errors call them.
    async fn race(
        &self,
        host: &str,
        port: u16,
        addresses: Vec<SocketAddr>,
        speaks_first: bool,
        limit: Option<Deadline>,
        call: &Call<'_>,
    ) -> Result<Stream> {
        let options = self.options();
        let open = |one| open::tcp(one, speaks_first, options.clone());
        let who = format!("{host} port {port}, {}", listed(&addresses));
        let delay = options.happy_eyeballs_delay.unwrap_or(happy::DELAY);
        let race = async {
            let raced = happy::connect(addresses, delay, call.observer, open).await;
            raced.map_err(|failed| refused(host, port, failed))
        };
        let (stream, _) = Deadline::bound(limit, Phase::Connecting, &who, race).await?;
        Ok(Stream::from(stream))
    }

    /// Finds out where a connection to the target goes: a host, a port, and addresses in the order to
    /// try them.
    async fn look_up(
        &self,
        target: &Target,
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<(String, u16, Vec<SocketAddr>)> {
        let (host, port) = match &target.elsewhere {
            Some(place) => (place.host.clone(), place.port),
            None => self.options().redirected(&target.host, target.port),
        };
        let addresses = self.addresses(&host, port, limit, call, times).await?;
        Ok((host, port, addresses))
    }

    /// The addresses of a host, in the order to try them.
    async fn addresses(
        &self,
        host: &str,
        port: u16,
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Vec<SocketAddr>> {
        let lookup = resolve::resolve(self, host, port);
        let addresses = Deadline::bound(limit, Phase::Resolving, &host, lookup).await?;
        let addresses = resolve::interleave(addresses);
        times.lookup = Some(call.started.elapsed());
        call.observer.tell(&Event::Resolved { host, addresses: &addresses });
        Ok(addresses)
    }
}

fn listed(addresses: &[SocketAddr]) -> String {
    let all: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    all.join(", ")
}

/// Names every address that was tried and why it failed.
fn refused(host: &str, port: u16, failed: Vec<(SocketAddr, std::io::Error)>) -> Error {
    let why: Vec<_> = failed
        .iter()
        .map(|(address, error)| format!("{}: {}", address.ip(), crate::error::plain_words(error)))
        .collect();
    let message = format!("could not connect to {host} port {port} ({})", why.join("; "));
    let kind = failure_kind(failed.iter().map(|(_, error)| error));
    let error = Error::new(kind, Phase::Connecting, message);
    match failed.into_iter().next_back() {
        Some((_, last)) => error.because(last),
        None => error,
    }
}

/// Whose fault it is that no address could be connected to: the peer's only if one was asked.
fn failure_kind<'a>(failed: impl IntoIterator<Item = &'a std::io::Error>) -> ErrorKind {
    let mut kind = ErrorKind::Forbidden;
    for error in failed {
        match error {
            error if policy::Forbidden::is(error) => {}
            error if sockets::Unbound::is(error) => kind = ErrorKind::Bind,
            _ => return ErrorKind::Connect,
        }
    }
    kind
}
