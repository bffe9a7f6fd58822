//! What can be wrong with a handshake.

use std::fmt;

/// Why a SOCKS proxy does not connect us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SocksError {
    /// A text, named here, is longer than the protocol has room for.
    TooLong(&'static str),
    /// A text, named here, is empty or holds a byte that it cannot have.
    Forbidden(&'static str),
    /// The proxy speaks another version, or something else altogether.
    Version(u8),
    /// The proxy accepts none of the ways to log in that were offered.
    NoMethod {
        /// Whether user and password were among them.
        offered_password: bool,
    },
    /// The proxy chose a way to log in that was not offered.
    Method(u8),
    /// The proxy does not accept user and password.
    Login,
    /// The code with which a proxy of version 4 refuses.
    Refused4(u8),
    /// The code with which a proxy of version 5 refuses (RFC 1928 section 6).
    Refused5(u8),
    /// The reply has an address of an unknown type.
    AddressType(u8),
}

impl fmt::Display for SocksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(what) => {
                write!(f, "the {what} is longer than the 255 bytes that SOCKS has room for")
            }
            Self::Forbidden(what) => write!(f, "the {what} is empty or holds a NUL"),
            Self::Version(version) => {
                write!(f, "the answer begins with {version}, which is not SOCKS")
            }
            Self::NoMethod { offered_password: false } => f.write_str("it wants a login"),
            Self::NoMethod { offered_password: true } => {
                f.write_str("it accepts neither user and password nor nobody")
            }
            Self::Method(method) => write!(f, "it chose login method {method}, not offered"),
            Self::Login => f.write_str("user and password are not accepted"),
            Self::Refused4(code) => write!(f, "code {code}: {}", reason4(*code)),
            Self::Refused5(code) => write!(f, "code {code}: {}", reason5(*code)),
            Self::AddressType(kind) => write!(f, "the reply has an address of type {kind}"),
        }
    }
}

impl std::error::Error for SocksError {}

fn reason4(code: u8) -> &'static str {
    match code {
        91 => "request rejected or failed",
        92 => "it cannot reach identd here",
        93 => "identd and the user given differ",
        _ => "unknown",
    }
}

/// RFC 1928 section 6.
fn reason5(code: u8) -> &'static str {
    match code {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "unknown",
    }
}
