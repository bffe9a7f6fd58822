//! What went wrong, in which phase, with whom, and why.

use std::borrow::Cow;
use std::fmt;
use std::io;

use crate::Headers;
use crate::net::PeerCertificate;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why something failed: one opaque type for every storey, one pointer wide.
///
/// `Display` prints this level only, without a final stop; the causes come through
/// [`source`](std::error::Error::source). No password is ever part of an error.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    phase: Phase,
    message: Cow<'static, str>,
    url: Option<String>,
    cause: Option<Cause>,
    reply: Option<FailedReply>,
    command: Option<Cow<'static, str>>,
    certificate: Option<PeerCertificate>,
    is_delivery_unknown: bool,
}

/// The kinds of failure a caller can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller asked for something that cannot be: a forbidden byte, steps out of order.
    Usage,
    /// The URL is malformed.
    Url,
    /// No row of the scheme table answers for this scheme, or it may not be used here.
    Scheme,
    /// The host name has no address.
    Resolve,
    /// The proxy has no address ([`Phase::Resolving`]), refuses, or answers nonsense.
    Proxy,
    /// No address could be connected to.
    Connect,
    /// The local end asked for cannot be had: address, interface or port
    /// ([`SocketOptions`](crate::net::SocketOptions)).
    Bind,
    /// The [`AddressPolicy`](crate::net::AddressPolicy) permits none of the host's addresses.
    Forbidden,
    /// A deadline passed; [`Error::phase`] tells which wait it was.
    Timeout,
    /// The TLS handshake failed for a reason other than the certificate.
    Tls,
    /// The server's certificate is not trusted.
    Certificate,
    /// The peer's public key is not one that is pinned, or what is to be pinned cannot be read
    /// ([`Phase::Preparing`]).
    PinnedKey,
    /// The server's certificate is revoked, or comes without a proof that it is not
    /// ([`TlsOptions::require_staple`](crate::net::TlsOptions::require_staple)).
    CertificateStatus,
    /// None of the ciphers or groups that were asked for is known.
    Ciphers,
    /// The certificate or key given for the client cannot be used.
    ClientCertificate,
    /// A file of trusted authorities cannot be read.
    Authorities,
    /// A list of revoked certificates cannot be used.
    RevocationLists,
    /// The peer closed the connection before it said anything.
    EmptyReply,
    /// The peer closed the connection before the end of what it had begun.
    Truncated,
    /// The peer answered with something that its protocol does not allow.
    Protocol,
    /// The framing of the body is broken.
    Framing,
    /// An HTTP/2 connection cannot go on: a connection error, a flood (RFC 9113 section 5.4.1).
    Http2,
    /// A stream of an HTTP/2 connection was reset, by the peer or for its mistake (RFC 9113 section
    /// 5.4.2).
    Stream,
    /// An HTTP/3 connection cannot be made or go on, or a stream of one was reset: an error of QUIC or HTTP/3, a
    /// flood, GOAWAY (RFC 9000 section 11, RFC 9114 section 8).
    Http3,
    /// The peer uses a protocol version that is refused (`HTTP/0.9`).
    Version,
    /// The body carries a coding that is not understood, or coded data that is broken.
    Encoding,
    /// A limit of [`Limits`](crate::Limits) was reached.
    Limit,
    /// The server answered with a status that is not success.
    Status,
    /// User, password or account are not accepted.
    Login,
    /// What the URL names is not there.
    NotFound,
    /// The server does not let us at it.
    Denied,
    /// The server refused a command; [`Error::command`] tells which, [`Error::reply`] its words.
    Refused,
    /// TLS was asked for, and the server does not offer it on this connection.
    TlsUnavailable,
    /// The part that was asked for cannot be had.
    Range,
    /// More redirects than allowed.
    Redirects,
    /// The body was already sent and cannot be sent again.
    Rewind,
    /// The source of the body to send failed or ended early.
    Upload,
    /// A local file cannot be read, or not be written.
    File,
    /// Sending to or receiving from the peer failed.
    Io,
}

/// Where in the life of a transfer something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Before anything was sent: URLs, options, files.
    Preparing,
    /// Names to addresses.
    Resolving,
    /// Opening the connection.
    Connecting,
    /// The TLS handshake.
    TlsHandshake,
    /// Sending the request or its body.
    Sending,
    /// Waiting for the first byte of the reply, or for the rest of its head.
    AwaitingReply,
    /// Reading the body.
    ReadingBody,
}

impl Phase {
    fn doing(self) -> &'static str {
        match self {
            Phase::Preparing => "preparing",
            Phase::Resolving => "looking up the name",
            Phase::Connecting => "connecting",
            Phase::TlsHandshake => "in the TLS handshake",
            Phase::Sending => "sending",
            Phase::AwaitingReply => "waiting for the reply",
            Phase::ReadingBody => "reading the body",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.doing())
    }
}

/// The reply behind an error: of kind [`ErrorKind::Status`] for HTTP; for protocols of commands and
/// replies the code is the status, the text the body.
pub struct FailedReply {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    pub(crate) complete: bool,
}

impl FailedReply {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header list of the reply.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The body, at most [`Limits::error_body_bytes`](crate::Limits::error_body_bytes) of it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether [`body`](Self::body) is all of it.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// Leaves out the body, and the fields that hold secrets.
impl fmt::Debug for FailedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("FailedReply");
        out.field("status", &self.status).field("headers", &self.headers);
        out.field("body_bytes", &self.body.len()).field("complete", &self.complete).finish()
    }
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        phase: Phase,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let message = message.into();
        Self(Box::new(Inner {
            kind,
            phase,
            message,
            url: None,
            cause: None,
            reply: None,
            command: None,
            certificate: None,
            is_delivery_unknown: false,
        }))
    }

    pub(crate) fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Usage, Phase::Preparing, message)
    }

    pub(crate) fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    pub(crate) fn at(mut self, url: impl Into<String>) -> Self {
        self.0.url.get_or_insert(url.into());
        self
    }

    /// Names the command that went wrong by its verb.
    pub(crate) fn on(mut self, verb: impl Into<Cow<'static, str>>) -> Self {
        self.0.command = Some(verb.into());
        self
    }

    pub(crate) fn showing(mut self, certificate: Option<PeerCertificate>) -> Self {
        self.0.certificate = certificate;
        self
    }

    pub(crate) fn with_reply(mut self, reply: FailedReply) -> Self {
        self.0.reply = Some(reply);
        self
    }

    /// All of a message was sent, and the server's word on it did not come.
    pub(crate) fn of_lost_word(cause: Error, what: impl Into<Cow<'static, str>>) -> Self {
        let mut this = Self::new(cause.kind(), Phase::AwaitingReply, what).because(cause);
        this.0.is_delivery_unknown = true;
        this
    }

    pub(crate) fn from_io(error: io::Error, phase: Phase) -> Self {
        Self::from_io_with(error, phase, &"the peer")
    }

    /// Takes back an error of ours that travelled inside an [`io::Error`], or wraps a foreign one.
    pub(crate) fn from_io_with(error: io::Error, phase: Phase, who: &dyn fmt::Display) -> Self {
        match error.downcast::<Error>() {
            Ok(ours) => ours,
            Err(error) => {
                let kind = match error.kind() {
                    io::ErrorKind::TimedOut => ErrorKind::Timeout,
                    _ => ErrorKind::Io,
                };
                Self::new(kind, phase, format!("the connection to {who} broke while {phase}"))
                    .because(error)
            }
        }
    }

    /// What the system called it, when the cause is the system's.
    fn system_kind(&self) -> Option<io::ErrorKind> {
        Some(self.0.cause.as_ref()?.downcast_ref::<io::Error>()?.kind())
    }

    /// Whether the peer has gone, so that it is no wait to read what it said before; of anything else
    /// it knows nothing, and would wait with us.
    pub(crate) fn is_of_peer_gone(&self) -> bool {
        self.system_kind().is_some_and(is_gone)
    }

    /// Which kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// In which phase it happened.
    pub fn phase(&self) -> Phase {
        self.0.phase
    }

    /// The URL that was being read, without its password, where one is known.
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The verb of the command that was refused or answered wrongly, for protocols of commands and
    /// replies: `RETR`.
    pub fn command(&self) -> Option<&str> {
        self.0.command.as_deref()
    }

    /// The reply the server gave, where it is the reply that made the error.
    pub fn reply(&self) -> Option<&FailedReply> {
        self.0.reply.as_ref()
    }

    /// The certificate that was refused, for errors about one.
    pub fn certificate(&self) -> Option<&PeerCertificate> {
        self.0.certificate.as_ref()
    }

    /// The status code of [`reply`](Self::reply).
    pub fn status(&self) -> Option<u16> {
        self.reply().map(FailedReply::status)
    }

    /// Whether a message or an article may have been taken or not: all of it was sent, and the server's
    /// last word was lost. To send it again may have it arrive twice.
    pub fn is_delivery_unknown(&self) -> bool {
        self.0.is_delivery_unknown
    }

    /// Whether a deadline passed.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the connection could not be made: no name, no answer, no trust.
    pub fn is_connect(&self) -> bool {
        use ErrorKind::{Certificate, Connect, Proxy, Resolve, Tls};
        matches!(self.kind(), Resolve | Proxy | Connect | Tls | Certificate)
            || matches!(self.phase(), Phase::Resolving | Phase::Connecting | Phase::TlsHandshake)
    }

    /// This error and its causes on one line, `: ` between them.
    pub fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            let words = plain_words(cause);
            if !line.contains(&words) {
                line.push_str(": ");
                line.push_str(&words);
            }
            next = cause.source();
        }
        line
    }
}

/// An error's own words, without the number that the standard library adds to the system's.
pub(crate) fn plain_words(error: &(dyn std::error::Error + 'static)) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.0.kind).field("phase", &self.0.phase);
        out.field("message", &self.0.message);
        if let Some(url) = &self.0.url {
            out.field("url", url);
        }
        if let Some(cause) = &self.0.cause {
            out.field("cause", cause);
        }
        out.finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

/// Whether the peer of a connection is the reason why it failed so.
pub(crate) fn is_gone(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset)
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::Timeout => io::ErrorKind::TimedOut,
            ErrorKind::Truncated | ErrorKind::EmptyReply => io::ErrorKind::UnexpectedEof,
            ErrorKind::Usage | ErrorKind::Url => io::ErrorKind::InvalidInput,
            ErrorKind::Protocol
            | ErrorKind::Framing
            | ErrorKind::Http2
            | ErrorKind::Http3
            | ErrorKind::Stream => io::ErrorKind::InvalidData,
            _ => error.system_kind().unwrap_or(io::ErrorKind::Other),
        };
        io::Error::new(kind, error)
    }
}

impl From<io::Error> for Error {
    /// Takes back the [`Error`] that a reader of ours gave as an [`io::Error`]; wraps one that came
    /// from elsewhere, such as the file a body is copied to.
    fn from(error: io::Error) -> Self {
        match error.downcast::<Error>() {
            Ok(ours) => ours,
            Err(error) => Self::new(ErrorKind::Io, Phase::ReadingBody, "input or output failed")
                .because(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_ours_survives_the_way_through_io() {
        let error = Error::new(ErrorKind::Framing, Phase::ReadingBody, "bad chunk");
        let back = Error::from(io::Error::from(error));
        assert_eq!((back.kind(), back.phase()), (ErrorKind::Framing, Phase::ReadingBody));
    }

    #[test]
    fn what_the_system_said_stays_known_and_what_comes_from_elsewhere_is_not_blamed_on_the_peer() {
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        let ours = Error::from_io(reset, Phase::ReadingBody);
        assert_eq!(io::Error::from(ours).kind(), io::ErrorKind::ConnectionReset);
        let full = Error::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(!full.to_string().contains("peer"), "{full}");
    }

    #[test]
    fn display_is_one_level_and_chain_is_all() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let error = Error::new(ErrorKind::Connect, Phase::Connecting, "no way").because(refused);
        assert_eq!(error.to_string(), "no way");
        assert_eq!(error.chain(), "no way: connection refused");
        assert!(error.is_connect());
    }

    #[test]
    fn one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
