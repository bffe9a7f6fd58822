//! What an error is made of: the call, the cause, and the words for both.

use std::borrow::Cow;
use std::{fmt, io};

use crate::error::{Attempt, ErrorKind};

/// The call that failed, as `Display` words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Connect,
    Bind,
    Listen,
    Accept,
    Send,
    Receive,
    Shutdown,
    Close,
    Clone,
    Resolve,
    AskAddress,
    AtMark,
    Convert,
    /// Whatever call it was that left an error behind.
    Talk,
    /// An option, by the name of its constant.
    Get(&'static str),
    /// An option, by the name of its constant.
    Set(&'static str),
}

impl Operation {
    /// The verb, and the word that joins it to an address.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("create", ""),
            Self::Connect => ("connect", "to"),
            Self::Bind => ("bind", "to"),
            Self::Listen => ("listen", "on"),
            Self::Accept => ("accept", "on"),
            Self::Send => ("send", "to"),
            Self::Receive => ("receive", "from"),
            Self::Shutdown => ("shut down", "towards"),
            Self::Close => ("close", "towards"),
            Self::Clone => ("clone", "towards"),
            Self::Resolve => ("look up", ""),
            Self::AskAddress => ("ask for the address", "of"),
            Self::AtMark => ("look for the urgent mark", "of"),
            Self::Convert => ("convert", "into"),
            Self::Talk => ("talk", "to"),
            Self::Get(_) => ("read option", ""),
            Self::Set(_) => ("set option", ""),
        }
    }
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The system call said so.
    Os(io::Error),
    /// The time limit set on the socket ran out (the system says only "would block").
    TimedOut(io::Error),
    /// The system refused, and here is what the caller can do about it.
    Denied(io::Error, &'static str),
    /// getaddrinfo failed, with the text of gai_strerror.
    Lookup(ErrorKind, String),
    /// The arguments make no sense together; no system call was made.
    Misuse(Cow<'static, str>),
    /// Every address of a name failed. Never empty.
    Attempts(Vec<Attempt>),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Os(error) => f.write_str(&reason(error)),
            Self::TimedOut(_) => f.write_str("timed out"),
            Self::Denied(error, advice) => write!(f, "{}; {advice}", reason(error)),
            Self::Lookup(_, text) => f.write_str(text),
            Self::Misuse(why) => f.write_str(why),
            Self::Attempts(attempts) => {
                for (index, attempt) in attempts.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{} {}", attempt.address(), reason(attempt.error()))?;
                }
                Ok(())
            }
        }
    }
}

/// Sorts what the system said into our classes.
pub(crate) fn classify(error: &io::Error, operation: Operation) -> ErrorKind {
    use io::ErrorKind as Io;
    match error.kind() {
        Io::ConnectionRefused => ErrorKind::Refused,
        // A Unix path that is not there means the same as a port nobody listens on.
        Io::NotFound if operation == Operation::Connect => ErrorKind::Refused,
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe => ErrorKind::PeerGone,
        Io::HostUnreachable | Io::NetworkUnreachable | Io::NetworkDown => ErrorKind::Unreachable,
        Io::TimedOut => ErrorKind::TimedOut,
        Io::WouldBlock => ErrorKind::WouldBlock,
        Io::PermissionDenied => ErrorKind::PermissionDenied,
        Io::AddrInUse => ErrorKind::AddressInUse,
        Io::AddrNotAvailable => ErrorKind::AddressNotAvailable,
        Io::NotConnected => ErrorKind::NotConnected,
        Io::InvalidInput => ErrorKind::InvalidInput,
        Io::Unsupported => ErrorKind::Unsupported,
        _ => error.raw_os_error().map_or(ErrorKind::Other, crate::sys::classify),
    }
}

/// The system's own words, without the number and in our lower case.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
