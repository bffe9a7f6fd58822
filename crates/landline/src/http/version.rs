//! Which version of HTTP a request is made in.

use crate::net::Target;

/// Which version of HTTP a request is made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HttpVersion {
    /// Under TLS what the server chooses of HTTP/2 and HTTP/1.1 (ALPN, RFC 7301); HTTP/1.1 in the
    /// clear.
    #[default]
    Any,
    /// HTTP/1.0 (RFC 1945): one request per connection, no chunks.
    Http10,
    /// HTTP/1.1 (RFC 9112), whatever else the server can do.
    Http11,
    /// HTTP/2 (RFC 9113) where the server chooses it under TLS, as with [`Any`](Self::Any). In the clear
    /// requests that have no body, and are not `HEAD`, offer to go on in it (`Upgrade: h2c`, RFC 7540
    /// section 3.2, which RFC 9113 took back), unless a proxy sends them on or the caller has a
    /// `Connection` or `Upgrade` field; where the server does not take that up it is HTTP/1.1.
    Http2,
    /// HTTP/2 without asking first, in the clear too (RFC 9113 section 3.3).
    Http2PriorKnowledge,
    /// HTTP/3 (RFC 9114) where it can be had within 200 ms under TLS, else as with [`Any`](Self::Any): a
    /// connection over TCP is tried beside, and the first that stands is used. Only the latter through a proxy, a
    /// Unix socket or behind a `PROXY` line. It needs the feature `http3`.
    Http3,
    /// HTTP/3, and nothing else. It needs the feature `http3`.
    Http3Only,
}

/// What is offered to a server that a connection is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    Http1,
    /// HTTP/1.1, and to go on in HTTP/2.
    Upgrade,
    /// Whichever the server takes.
    Both,
    Http2,
    /// HTTP/3, or what the server takes over TCP: whichever stands first.
    Any,
    Http3,
}

impl HttpVersion {
    /// What a new connection to `target` offers for a request with this method.
    pub(super) fn offer(self, method: &str, target: &Target) -> Offer {
        match self {
            // A tunnel takes the whole connection.
            _ if method == "CONNECT" => Offer::Http1,
            HttpVersion::Http10 | HttpVersion::Http11 => Offer::Http1,
            HttpVersion::Any | HttpVersion::Http2 if target.tls => Offer::Both,
            HttpVersion::Http3 if target.tls => Offer::Any,
            HttpVersion::Http2 => Offer::Upgrade,
            HttpVersion::Any | HttpVersion::Http3 => Offer::Http1,
            HttpVersion::Http3Only => Offer::Http3,
            HttpVersion::Http2PriorKnowledge => Offer::Http2,
        }
    }
}

impl Offer {
    /// The protocol names of the TLS handshake, the preferred one first.
    pub(super) fn alpn(self) -> &'static [&'static [u8]] {
        match self {
            Offer::Http1 | Offer::Upgrade => &[b"http/1.1"],
            Offer::Both | Offer::Any => &[b"h2", b"http/1.1"],
            Offer::Http2 => &[b"h2"],
            Offer::Http3 => &[b"h3"],
        }
    }

    /// Whether a connection on which the server chose `alpn` speaks HTTP/2.
    pub(super) fn is_http2(self, alpn: Option<&str>) -> bool {
        match self {
            Offer::Http1 | Offer::Upgrade | Offer::Http3 => false,
            Offer::Both | Offer::Any => alpn == Some("h2"),
            Offer::Http2 => true,
        }
    }
}
