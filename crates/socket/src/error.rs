//! The one error type of the crate: which call failed, on which address, and why.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::{fmt, io};

use crate::address::Address;
use crate::failure::{Cause, Operation, classify};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Tells which call failed, on which address, and why.
///
/// `Display` gives all of it on one line, in lower case:
/// `connect to 127.0.0.1:9 (tcp): connection refused`. What a program needs to decide on is in
/// [`kind`](Error::kind) and the predicates. The type is one pointer wide.
///
/// Converting into [`io::Error`] keeps the [`io::ErrorKind`]; the whole `Error` stays inside and
/// is found again with `io_error.get_ref()` and `downcast_ref::<landline_socket::Error>()`.
pub struct Error(Box<Failure>);

/// What lies behind the pointer.
struct Failure {
    operation: Operation,
    /// The address, host or path the call was about; empty where there is none.
    target: String,
    /// "tcp", "udp", "unix stream" …; empty for calls that know no socket.
    transport: Cow<'static, str>,
    cause: Cause,
}

/// One address that was tried for a name, and why it failed.
#[derive(Debug)]
pub struct Attempt {
    address: Address,
    error: io::Error,
}

impl Attempt {
    pub(crate) fn new(address: Address, error: io::Error) -> Self {
        Self { address, error }
    }

    /// Returns the address that was tried.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns what the system said.
    pub fn error(&self) -> &io::Error {
        &self.error
    }

    pub(crate) fn into_error(self) -> io::Error {
        self.error
    }
}

/// The class of a failure: what a program decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nobody listens at the address (`ECONNREFUSED`; for a Unix path also `ENOENT`).
    Refused,
    /// The name has no address, or none of the family asked for (`EAI_NONAME` and its kin).
    UnknownHost,
    /// The service name stands in no list of services (`EAI_SERVICE`).
    UnknownService,
    /// The name service could not answer; trying again may help (`EAI_AGAIN`, `EAI_FAIL`).
    LookupFailed,
    /// The peer has gone away (`ECONNRESET`, `EPIPE`, `ECONNABORTED`).
    PeerGone,
    /// No way leads to the host or network (`EHOSTUNREACH`, `ENETUNREACH`, `ENETDOWN`).
    Unreachable,
    /// A time limit ran out: the socket's own, or the one of the network stack (`ETIMEDOUT`).
    TimedOut,
    /// The call would have to wait and was told not to (`EAGAIN`), or a connection attempt goes
    /// on in the background (`EINPROGRESS`).
    WouldBlock,
    /// The system does not permit it (`EPERM`, `EACCES`).
    PermissionDenied,
    /// Somebody else holds the address already (`EADDRINUSE`).
    AddressInUse,
    /// The address is not one of this machine (`EADDRNOTAVAIL`).
    AddressNotAvailable,
    /// The socket has no peer (`ENOTCONN`, `EDESTADDRREQ`).
    NotConnected,
    /// The caller's mistake: arguments that fit neither the call nor the socket.
    InvalidInput,
    /// This system, or this kind of socket, cannot do it (`EOPNOTSUPP`, `EAFNOSUPPORT` …).
    Unsupported,
    /// Anything else; [`Error::raw_os_error`] says more.
    Other,
}

impl Error {
    pub(crate) fn new(operation: Operation, target: impl Into<String>, cause: Cause) -> Self {
        let transport = Cow::Borrowed("");
        Self(Box::new(Failure { operation, target: target.into(), transport, cause }))
    }

    /// An error as the system call gave it.
    pub(crate) fn from_system(
        operation: Operation,
        target: impl Into<String>,
        error: io::Error,
    ) -> Self {
        Self::new(operation, target, Cause::Os(error))
    }

    pub(crate) fn misuse(
        operation: Operation,
        target: impl Into<String>,
        why: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(operation, target, Cause::Misuse(why.into()))
    }

    /// Names the transport, as in `(tcp)`.
    pub(crate) fn over(mut self, transport: Cow<'static, str>) -> Self {
        self.0.transport = transport;
        self
    }

    /// Returns the class of the failure. Of several addresses tried, the last one decides.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::Os(error) | Cause::Denied(error, _) => classify(error, self.0.operation),
            Cause::TimedOut(_) => ErrorKind::TimedOut,
            Cause::Lookup(kind, _) => *kind,
            Cause::Misuse(_) => ErrorKind::InvalidInput,
            Cause::Attempts(_) => {
                self.os_error().map_or(ErrorKind::Other, |error| classify(error, self.0.operation))
            }
        }
    }

    /// Tells whether nobody listens at the address.
    pub fn is_refused(&self) -> bool {
        self.kind() == ErrorKind::Refused
    }

    /// Tells whether the host name has no address.
    pub fn is_unknown_host(&self) -> bool {
        self.kind() == ErrorKind::UnknownHost
    }

    /// Tells whether the peer has gone away in the middle of a conversation.
    pub fn is_peer_gone(&self) -> bool {
        self.kind() == ErrorKind::PeerGone
    }

    /// Tells whether a time limit ran out.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::TimedOut
    }

    /// Tells whether the call would have had to wait and was told not to.
    pub fn is_would_block(&self) -> bool {
        self.kind() == ErrorKind::WouldBlock
    }

    /// Returns the address, host name or path the call was about, as text.
    pub fn address(&self) -> Option<&str> {
        Some(self.0.target.as_str()).filter(|target| !target.is_empty())
    }

    /// Returns the failures of a name with several addresses, in the order they were tried.
    ///
    /// Empty where the call was about one address only.
    pub fn attempts(&self) -> &[Attempt] {
        match &self.0.cause {
            Cause::Attempts(attempts) => attempts,
            _ => &[],
        }
    }

    /// Returns the number the system call failed with (`errno`), if there was a system call.
    pub fn raw_os_error(&self) -> Option<i32> {
        self.os_error().and_then(io::Error::raw_os_error)
    }

    /// Returns the kind that the conversion into [`io::Error`] will carry.
    pub fn io_kind(&self) -> io::ErrorKind {
        match (&self.0.cause, self.os_error()) {
            (Cause::TimedOut(_), _) => io::ErrorKind::TimedOut,
            (Cause::Misuse(_), _) => io::ErrorKind::InvalidInput,
            // EINPROGRESS has no stable kind in std; to the caller it means "come back later".
            (_, Some(_)) if self.is_would_block() => io::ErrorKind::WouldBlock,
            (_, Some(error)) => error.kind(),
            (Cause::Lookup(ErrorKind::UnknownHost | ErrorKind::UnknownService, _), None) => {
                io::ErrorKind::NotFound
            }
            _ => io::ErrorKind::Other,
        }
    }

    fn os_error(&self) -> Option<&io::Error> {
        match &self.0.cause {
            Cause::Os(error) | Cause::TimedOut(error) | Cause::Denied(error, _) => Some(error),
            Cause::Attempts(attempts) => attempts.last().map(Attempt::error),
            Cause::Lookup(..) | Cause::Misuse(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { operation, target, transport, .. } = &*self.0;
        let (verb, link) = operation.words();
        f.write_str(verb)?;
        if let Operation::Get(name) | Operation::Set(name) = operation {
            write!(f, " {name}")?;
        }
        if !target.is_empty() {
            let link_space = if link.is_empty() { "" } else { " " };
            write!(f, "{link_space}{link} {target}")?;
        }
        if !transport.is_empty() {
            write!(f, " ({transport})")?;
        }
        write!(f, ": {}", self.0.cause)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("operation", &self.0.operation)
            .field("address", &self.0.target)
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.os_error().map(|error| error as &(dyn StdError + 'static))
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::new(error.io_kind(), error)
    }
}
