//! What happens during a transfer, told as it happens.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use landline_wire::head::ResponseHead;

use crate::Headers;
use crate::net::{Peer, TlsFacts};

/// Something that happened during a transfer. Secrets are masked before they get here.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A name was looked up.
    Resolved {
        /// The name.
        host: &'a str,
        /// Its addresses, in the order they will be tried.
        addresses: &'a [SocketAddr],
    },
    /// A connection to this address is being tried.
    Trying(SocketAddr),
    /// An address could not be connected to.
    Failed {
        /// The address.
        address: SocketAddr,
        /// Why not.
        error: &'a std::io::Error,
    },
    /// What follows goes through a proxy, which is connected to first.
    Proxied {
        /// The proxy, without login.
        proxy: &'a str,
    },
    /// A connection stands.
    Connected {
        /// The name that was asked for.
        host: &'a str,
        /// Who is at the other end.
        peer: &'a Peer,
        /// The address of this end, for TCP.
        local: Option<SocketAddr>,
    },
    /// The TLS handshake is done.
    Secured(&'a TlsFacts),
    /// The TLS handshake with a proxy is done.
    ProxySecured(&'a TlsFacts),
    /// An idle connection is used again.
    Reused {
        /// The name that was asked for.
        host: &'a str,
        /// Who is at the other end.
        peer: &'a Peer,
        /// The address of this end, for TCP.
        local: Option<SocketAddr>,
    },
    /// A request head was sent.
    HeadSent {
        /// The head, with the credentials in it masked.
        shown: &'a [u8],
        /// How many bytes it has on the wire. In HTTP/2 and HTTP/3, where it is compressed, as HTTP/1.1 has it.
        bytes: usize,
    },
    /// These bytes of a body were sent; their framing is not told.
    BodySent(&'a [u8]),
    /// These bytes of a reply's body came over HTTP: as they were sent, coded if they are, without
    /// their framing.
    BodyReceived(&'a [u8]),
    /// Trailer fields came behind a body (RFC 9112 section 7.1.2).
    TrailersReceived(&'a Headers),
    /// A line was sent; a secret one arrives as `[masked]`.
    LineSent(&'a [u8]),
    /// A line was received.
    LineReceived(&'a [u8]),
    /// A response head came: interim, redirecting or final.
    HeadReceived(&'a ResponseHead),
    /// A proxy has answered a request for a tunnel; what comes through it is told apart.
    ProxyReplied(&'a ResponseHead),
    /// A redirect is followed.
    Redirected {
        /// Where to, without password.
        to: &'a str,
        /// The method of the next request.
        method: &'a str,
    },
    /// The body has ended and the connection is kept for later, or not.
    Ended {
        /// Whether it is kept.
        kept: bool,
    },
    /// Something worth knowing that is no error.
    Note(&'a str),
    /// Something is less safe than was asked for, and goes on all the same.
    Warning(&'a str),
}

/// Receives [`Event`]s; called on the thread that does the work.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Watch>>);

type Watch = dyn Fn(&Event<'_>) + Send + Sync;

impl Observer {
    /// Calls `watch` with every event.
    pub fn new(watch: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(watch)))
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(watch) = &self.0 {
            watch(event);
        }
    }

    pub(crate) fn is_watching(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observer({})", if self.is_watching() { "watching" } else { "nobody" })
    }
}
