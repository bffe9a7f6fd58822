//! Proxies: whom to go through, and how to ask them.
//!
//! Out of scope: automatic configuration (PAC), other logins at HTTP proxies than Basic and Digest,
//! forwarding over HTTP/2, datagrams (RFC 9298, UDP ASSOCIATE).
//!
//! Specifications: RFC 9110 section 9.3.6 (CONNECT), RFC 9112 section 3.2.2 (absolute form),
//! RFC 9113 section 8.5 (`CONNECT` in HTTP/2),
//! RFC 7617 (Basic), RFC 7616 (Digest), RFC 1928 and 1929 (SOCKS5), SOCKS4 and 4a.
//!
//! Nothing goes through a proxy unless told: [`ProxyRules::all`] names one for everything,
//! [`ProxyRules::from_env`] follows `http_proxy` and its kin. Plain `http` is forwarded by HTTP
//! proxies; everything else, and `http` too where [`tunnel`](ProxyRules::tunnel) says so, goes through
//! a tunnel: `CONNECT` or SOCKS.
//!
//! ```
//! use landline::net::{NetOptions, Proxy, ProxyRules};
//! use landline::{Login, Opener};
//! # let proxy = landline_testkit::proxy::Proxy::http().login("me", "secret").start();
//! # let server = landline_testkit::http::Server::new();
//! # let (address, url) = (proxy.addr().to_string(), server.url("/hello"));
//!
//! let mut net = NetOptions::default();
//! let proxy = Proxy::parse(&address)?.with_login(Login::new("me", "secret"));
//! net.proxy = ProxyRules::all(proxy).except("localhost, 10.0.0.0/8");
//! let text = Opener::new()?.net(net).open(&url)?.text()?;
//! assert_eq!(text, "hello, world\n");
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! | limit | value |
//! |---|---|
//! | the whole way: the proxy's name, connection, TLS, its answer | [`Timeouts::connect`](crate::Timeouts) |
//! | head of the answer to `CONNECT` | 16 KiB, 200 fields |
//! | interim (1xx) answers to `CONNECT` | 10, within the same 16 KiB |
//! | name, user, password over SOCKS | 255 bytes |
//!
//! Errors: [`ErrorKind::Proxy`] for a proxy whose name does not resolve
//! ([`Phase::Resolving`](crate::Phase)), that refuses or that answers nonsense; [`Error::command`] is
//! then `CONNECT` or `SOCKS`, and [`Error::status`] the status of the refusal. A proxy that cannot be
//! connected to is an error of kind [`ErrorKind::Connect`] like any other peer.
//!
//! Secrets of a proxy live in its [`Proxy`], and only the connection to that very proxy holds one: what is
//! sent through a tunnel cannot see it, and TLS sessions of the one leg are not those of the other.
//!
//! Deviations: `ftp` through an HTTP proxy is FTP through a tunnel, and no `GET ftp://…` as with curl.

mod connect;
mod connect2;
mod line;
mod rules;
mod socks;
mod tunnel;

use std::fmt;
use std::path::PathBuf;

use landline_wire::digest;
use landline_wire::target::Location;

pub use line::ProxyLine;
pub use rules::ProxyRules;

use crate::http::{Asker, AuthScheme, Credentials, Known};
use crate::{Error, ErrorKind, Headers, Login, Phase, Result};

/// What a proxy is offered that sends requests on.
const HTTP1: &[&[u8]] = &[b"http/1.1"];

/// One proxy: where it is, what it speaks, and what it alone is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    kind: ProxyKind,
    host: String,
    port: u16,
    login: Option<Login>,
    user_agent: Option<String>,
    fields: Headers,
    /// Names of fields that are not sent by themselves.
    removed: Vec<String>,
    is_http10: bool,
    offers_http2: bool,
    auth: AuthScheme,
    /// What this very proxy has asked.
    known: Known,
    /// The Unix socket it listens on, in place of host and port.
    socket: Option<PathBuf>,
    /// The proxy it is reached through.
    behind: Option<Box<Proxy>>,
}

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyKind {
    /// HTTP in the clear: `http://`.
    Http,
    /// HTTP under TLS: `https://`.
    Https,
    /// SOCKS4, to addresses looked up here: `socks4://`.
    Socks4,
    /// SOCKS4a, to names that the proxy looks up: `socks4a://`.
    Socks4a,
    /// SOCKS5, to addresses looked up here: `socks5://`.
    Socks5,
    /// SOCKS5, to names that the proxy looks up: `socks5h://`.
    Socks5Hostname,
}

impl ProxyKind {
    fn of(scheme: &str) -> Option<Self> {
        Some(match &*scheme.to_ascii_lowercase() {
            "http" => ProxyKind::Http,
            "https" => ProxyKind::Https,
            "socks4" | "socks" => ProxyKind::Socks4,
            "socks4a" => ProxyKind::Socks4a,
            "socks5" => ProxyKind::Socks5,
            "socks5h" => ProxyKind::Socks5Hostname,
            _ => return None,
        })
    }

    fn is_http(self) -> bool {
        matches!(self, ProxyKind::Http | ProxyKind::Https)
    }
}

impl Proxy {
    /// Reads `[scheme://][user[:password]@]host[:port]`. The scheme is `http` and the port 1080 unless
    /// given, for `https` 443; user and password are percent-decoded. The path of a SOCKS proxy at
    /// `localhost` is that of its Unix socket (`socks5h://localhost/run/proxy`); any other is ignored.
    ///
    /// # Errors
    /// [`ErrorKind::Proxy`] for what is no such thing. No secret is part of it.
    pub fn parse(text: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let Some(kind) = ProxyKind::of(scheme) else {
            return Err(unusable(format!("no proxy of the kind {} is known", shown(scheme))));
        };
        // A scheme that nobody knows has no port of its own, so that a port is one that was written.
        let location = Location::parse(&format!("proxy://{rest}")).map_err(|error| {
            unusable("the proxy is not of the form [scheme://][user:password@]host[:port]")
                .because(error)
        })?;
        let Some(host) = location.host().filter(|host| !host.is_empty()) else {
            return Err(unusable("the proxy has no host"));
        };
        let zone = location.zone().map(|zone| format!("%{zone}")).unwrap_or_default();
        let usual = if kind == ProxyKind::Https { 443 } else { 1080 };
        Ok(Self {
            kind,
            host: format!("{host}{zone}"),
            port: location.port().unwrap_or(usual),
            login: Login::of(&location),
            user_agent: Some(concat!("landline/", env!("CARGO_PKG_VERSION")).to_owned()),
            fields: Headers::new(),
            removed: Vec::new(),
            is_http10: false,
            offers_http2: false,
            auth: AuthScheme::default(),
            known: Known::default(),
            socket: socket(kind, &location)?,
            behind: None,
        })
    }

    /// Reaches it through another proxy, which is to speak SOCKS. Neither hears the login of the other.
    ///
    /// # Errors
    /// [`ErrorKind::Proxy`] when `first` speaks HTTP.
    pub fn behind(mut self, first: Proxy) -> Result<Self> {
        if first.kind.is_http() {
            return Err(unusable("the proxy in front of another is to speak SOCKS"));
        }
        self.behind = Some(Box::new(first));
        Ok(self)
    }

    /// Logs in: as [`with_auth`](Self::with_auth) says at HTTP proxies, by user and password at
    /// SOCKS5, by the user alone at SOCKS4.
    #[must_use]
    pub fn with_login(mut self, login: Login) -> Self {
        (self.login, self.known) = (Some(login), Known::default());
        self
    }

    /// Says how user and password are proven to an HTTP proxy: by Basic authentication, unless this
    /// is called.
    #[must_use]
    pub fn with_auth(mut self, scheme: AuthScheme) -> Self {
        (self.auth, self.known) = (scheme, Known::default());
        self
    }

    /// Says this in the `User-Agent` of `CONNECT`; nothing at all for `None`.
    #[must_use]
    pub fn with_user_agent(mut self, name: Option<&str>) -> Self {
        self.user_agent = name.map(str::to_owned);
        self
    }

    /// Tells an HTTP proxy this as well. A field that would be sent by itself is replaced.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when the name is no token, or the value holds CR, LF or NUL.
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self> {
        let pushed = self.fields.push(name, value.as_ref());
        pushed.map_err(|error| Error::usage("the proxy's field cannot be sent").because(error))?;
        Ok(self)
    }

    /// Leaves out a field that an HTTP proxy would be sent by itself.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.removed.push(name.to_owned());
        self
    }

    /// Asks for tunnels in HTTP/1.0, for proxies that know nothing newer.
    #[must_use]
    pub fn with_http10(mut self, http10: bool) -> Self {
        self.is_http10 = http10;
        self
    }

    /// Offers HTTP/2 to an HTTPS proxy that is asked for tunnels: one over each connection, and where
    /// the proxy chooses HTTP/1.1 that is spoken. Others are spoken to as without this.
    #[must_use]
    pub fn with_http2(mut self, http2: bool) -> Self {
        self.offers_http2 = http2;
        self
    }

    /// The protocol names of the TLS handshake with a proxy that is asked for a tunnel.
    fn alpn(&self) -> &'static [&'static [u8]] {
        if self.offers_http2 { &[b"h2", b"http/1.1"] } else { HTTP1 }
    }

    /// What it speaks.
    pub fn kind(&self) -> ProxyKind {
        self.kind
    }

    /// The fields that are for this proxy alone.
    pub(crate) fn fields(&self) -> &Headers {
        &self.fields
    }

    /// Whether a field is sent by itself: neither replaced nor left out.
    pub(crate) fn sends(&self, name: &str) -> bool {
        let is_removed = self.removed.iter().any(|removed| removed.eq_ignore_ascii_case(name));
        !is_removed && !self.fields.contains(name)
    }

    /// What proves to the proxy who asks, where that is told at once.
    pub(crate) fn authorization(&self) -> Option<String> {
        let told = self.credentials().filter(|own| own.are_told_at_once(self.auth));
        told.map(|credentials| credentials.plain())
    }

    /// Who waits to be asked by the proxy.
    pub(crate) fn asker(&self) -> Option<Asker> {
        let name = "Proxy-Authorization";
        let waiting = self.credentials().filter(|own| !own.are_told_at_once(self.auth));
        let credentials = waiting.filter(|_| self.sends(name))?;
        Some(Asker { scheme: self.auth, credentials, known: self.known.clone() })
    }

    fn credentials(&self) -> Option<Credentials> {
        self.login.clone().map(Credentials::Login)
    }
}

/// The path of a Unix socket, where there is one behind the host.
fn socket(kind: ProxyKind, location: &Location) -> Result<Option<PathBuf>> {
    if kind.is_http() || location.host() != Some("localhost") || location.path().len() < 2 {
        return Ok(None);
    }
    let path = location.decoded_path().ok().and_then(|path| String::from_utf8(path).ok());
    let path = path.ok_or_else(|| unusable("the path of the proxy's socket is not fit"))?;
    Ok(Some(path.into()))
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.socket {
            let path = path.as_os_str().as_encoded_bytes();
            return write!(f, "the proxy at {}", landline_wire::escape::escape(path));
        }
        write!(f, "the proxy {} port {}", self.host, self.port)
    }
}

/// Leaves out all that may be secret.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Proxy");
        out.field("kind", &self.kind).field("host", &self.host).field("port", &self.port);
        out.field("has_login", &self.login.is_some()).finish_non_exhaustive()
    }
}

fn unusable(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Proxy, Phase::Preparing, what)
}

fn shown(text: &str) -> String {
    landline_wire::escape::excerpt(text.as_bytes(), 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (ProxyKind, String, u16) {
        let proxy = Proxy::parse(text).unwrap();
        (proxy.kind, proxy.host, proxy.port)
    }

    #[test]
    fn proxies_as_they_are_written() {
        use ProxyKind::{Http, Https, Socks4, Socks4a, Socks5, Socks5Hostname};
        let cases = [
            ("a.test", Http, "a.test", 1080),
            ("A.test:3128", Http, "a.test", 3128),
            ("http://a.test:80/", Http, "a.test", 80),
            ("HTTP://u:p@a.test:1/ignored", Http, "a.test", 1),
            ("https://a.test", Https, "a.test", 443),
            ("socks4://127.1", Socks4, "127.0.0.1", 1080),
            ("socks4a://a", Socks4a, "a", 1080),
            ("socks5://[::1]:9", Socks5, "::1", 9),
            ("socks5h://u@a", Socks5Hostname, "a", 1080),
        ];
        for (text, kind, host, port) in cases {
            assert_eq!(parsed(text), (kind, host.to_owned(), port), "{text}");
        }
        for bad in ["", "foo://a", "a:x", "http://", "a:99999", "a b", "a\r\nb", "u:secret@:1"] {
            let error = Proxy::parse(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Proxy, "{bad}");
            assert!(!error.chain().contains("secret"), "{error:?}");
        }
    }

    #[test]
    fn secrets_are_decoded_and_never_shown() {
        let proxy = Proxy::parse("http://u%41:s%3Acret@a.test").unwrap();
        assert_eq!(proxy.authorization().as_deref(), Some("Basic dUE6czpjcmV0"));
        let proxy = proxy.with_header("X-Key", "s3cret").unwrap();
        for text in [format!("{proxy:?}"), proxy.to_string()] {
            assert!(!text.contains("cret"), "{text}");
        }
        assert!(proxy.with_header("X", "a\r\nb").is_err());
    }
}
