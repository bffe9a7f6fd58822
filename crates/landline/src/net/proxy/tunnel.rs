//! The way through a proxy, step by step.

use std::io;

use super::{HTTP1, Proxy, ProxyKind, connect, connect2, socks};
use crate::http::Leg;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, Stream, Target, UnixName, open, without_zone};
use crate::observe::Event;
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

impl Dialer {
    /// The proxy on the way to a target. A Unix socket is a way of its own.
    pub(crate) fn proxy_for(&self, target: &Target) -> Result<Option<&Proxy>> {
        if self.options().unix_socket.is_some() {
            return Ok(None);
        }
        let proxy = self.options().proxy.find(target)?;
        if proxy.is_some() {
            self.judge_literal(target)?;
        }
        Ok(proxy)
    }

    /// Holds an address in the URL to the policy, which sees only the proxy's when it is connected to.
    fn judge_literal(&self, target: &Target) -> Result<()> {
        let (host, port) = self.options().redirected(&target.host, target.port);
        let Ok(address) = without_zone(&host).parse() else { return Ok(()) };
        self.options().policy.check(address).map_err(|error| forbidden(&host, port).because(error))
    }

    /// The proxy that a request of plain HTTP is given to. One that goes elsewhere than its URL says
    /// takes a tunnel, for the proxy would follow the URL.
    pub(crate) fn forwarder(&self, target: &Target) -> Result<Option<&Proxy>> {
        let options = self.options();
        let is_elsewhere = || {
            let (host, port) = options.redirected(&target.host, target.port);
            port != target.port || host != target.host
        };
        if options.unix_socket.is_some() {
            return Ok(None);
        }
        let proxy = options.proxy.forwarder(target)?.filter(|_| !is_elsewhere());
        if proxy.is_some() {
            self.judge_literal(target)?;
        }
        Ok(proxy)
    }

    /// Connects to the proxy itself, within the connect deadline: for requests that it forwards.
    pub(crate) async fn dial_forwarder(
        &self,
        proxy: &Proxy,
        call: &Call<'_>,
    ) -> Result<(Stream, DialTimes)> {
        let mut times = DialTimes::default();
        let limit = call.connect_limit();
        let mut stream = self.reach(proxy, HTTP1, limit, call, &mut times).await?;
        self.introduce(&mut stream, limit).await?;
        stream.set_deadline(call.timeouts, call.total);
        Ok((stream, times))
    }

    /// Says whose connection it is, where the options want that said.
    pub(in crate::net) async fn introduce(
        &self,
        stream: &mut Stream,
        limit: Option<Deadline>,
    ) -> Result<()> {
        let Some(line) = self.options().proxy_line else { return Ok(()) };
        let sent = super::line::send(stream, line);
        Deadline::bound(limit, Phase::Connecting, &"the PROXY line", sent).await
    }

    /// Connects to the target through the proxy.
    pub(in crate::net) async fn tunnel(
        &self,
        proxy: &Proxy,
        target: &Target,
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Stream> {
        let (host, port) = self.options().redirected(&target.host, target.port);
        self.through(proxy, (&host, port), limit, call, times).await
    }

    /// Has the proxy connect to `host`.
    async fn through(
        &self,
        proxy: &Proxy,
        (host, port): (&str, u16),
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Stream> {
        let to = (host, port);
        let handshake = match proxy.kind().is_http() {
            true => None,
            false => {
                let mut found = Vec::new();
                if socks::wants_address(proxy, host) {
                    let all = self.addresses(host, port, limit, call, times).await?;
                    found = all.iter().map(std::net::SocketAddr::ip).collect();
                    found.retain(|one| self.options().policy.permits(*one));
                    if found.is_empty() {
                        return Err(forbidden(host, port));
                    }
                }
                Some(socks::prepare(proxy, to, &found)?)
            }
        };
        let mut stream = self.reach(proxy, proxy.alpn(), limit, call, times).await?;
        let is_http2 =
            proxy.offers_http2 && stream.tls().is_some_and(|tls| tls.alpn.as_deref() == Some("h2"));
        let who = format!("{proxy} and its way to {host} port {port}");
        match handshake {
            Some(handshake) => {
                let asked = socks::shake_hands(&mut stream, proxy, handshake);
                Deadline::bound(limit, Phase::Connecting, &who, asked).await?;
            }
            None if is_http2 => {
                let mut leg = Leg::new(proxy.asker());
                let asked = connect2::open(stream, proxy, to, &mut leg, call.observer);
                stream = Deadline::bound(limit, Phase::Connecting, &who, asked).await?;
                stream.set_deadline(Timeouts::none(), None);
            }
            None => {
                let mut leg = Leg::new(proxy.asker());
                loop {
                    let asked = connect::open(&mut stream, proxy, to, &mut leg, call.observer);
                    if Deadline::bound(limit, Phase::Connecting, &who, asked).await? {
                        break;
                    }
                    stream = self.reach(proxy, HTTP1, limit, call, times).await?;
                }
            }
        }
        times.connect = Some(call.started.elapsed());
        Ok(stream)
    }

    /// Connects to the proxy, and shakes hands where it speaks TLS.
    async fn reach(
        &self,
        proxy: &Proxy,
        alpn: &[&[u8]],
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Stream> {
        if call.observer.is_watching() {
            call.observer.tell(&Event::Proxied { proxy: &proxy.to_string() });
        }
        let mut stream = match &proxy.behind {
            Some(first) => {
                let to = (&*proxy.host, proxy.port);
                Box::pin(self.through(first, to, limit, call, times)).await?
            }
            None => self.connect_proxy(proxy, limit, call, times).await?,
        };
        times.connect = Some(call.started.elapsed());
        let (peer, local) = (stream.peer(), stream.local());
        call.observer.tell(&Event::Connected { host: &proxy.host, peer, local });
        if proxy.kind() == ProxyKind::Https {
            stream = self.secure_proxy(stream, &proxy.host, alpn, limit, call).await?;
        }
        // The limit bounds the whole way; what a stream waits for by itself begins behind it.
        stream.set_deadline(Timeouts::none(), None);
        Ok(stream)
    }

    async fn connect_proxy(
        &self,
        proxy: &Proxy,
        limit: Option<Deadline>,
        call: &Call<'_>,
        times: &mut DialTimes,
    ) -> Result<Stream> {
        if let Some(path) = &proxy.socket {
            let name = UnixName::Path(path.clone());
            return Deadline::bound(limit, Phase::Connecting, proxy, open::unix(&name)).await;
        }
        let found = self.addresses(&proxy.host, proxy.port, limit, call, times).await;
        let addresses = found.map_err(|error| match error.kind() {
            ErrorKind::Resolve => {
                let what = format!("could not resolve the proxy {}", proxy.host);
                Error::new(ErrorKind::Proxy, Phase::Resolving, what).because(error)
            }
            _ => error,
        })?;
        let shown = format!("the proxy {}", proxy.host);
        self.race(&shown, proxy.port, addresses, true, limit, call).await
    }
}

/// The proxy went away, or broke off, before it had answered.
pub(super) fn broken(proxy: &Proxy, step: &'static str, cause: io::Error) -> Error {
    let what = match cause.kind() {
        io::ErrorKind::UnexpectedEof => format!("{proxy} closed the connection during {step}"),
        _ => format!("the connection to {proxy} broke during {step}"),
    };
    Error::new(ErrorKind::Proxy, Phase::Connecting, what).because(cause).on(step)
}

fn forbidden(host: &str, port: u16) -> Error {
    let what = format!("may not have a proxy connect to {host} port {port}");
    Error::new(ErrorKind::Forbidden, Phase::Connecting, what)
}
