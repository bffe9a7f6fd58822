use std::fmt;

use crate::escape::excerpt;

/// Why a cookie is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieError {
    /// The line is longer than [`MAX_LINE_BYTES`](super::MAX_LINE_BYTES).
    LineTooLong,
    /// Name and value are longer than [`MAX_PAIR_BYTES`](super::MAX_PAIR_BYTES).
    PairTooLong,
    /// A control character stands in it.
    ControlCharacter,
    /// It has no name.
    NoName,
    /// It is for a host that it does not come from.
    ForeignDomain {
        /// The domain it names.
        domain: String,
    },
    /// It is for a domain in which strangers have names.
    PublicSuffix {
        /// The domain it names.
        domain: String,
    },
    /// Its name begins with `__Host-` or `__Secure-`, and it is not what that promises.
    Prefix,
    /// It is `Secure` and came without TLS.
    NotSecure,
    /// It came without TLS, and there is a secure one of its name.
    Overlay,
    /// A `Set-Cookie` line of a file says no domain.
    NoDomain,
    /// A line of a file has not the seven fields it should have.
    Fields,
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineTooLong => {
                write!(f, "the cookie is longer than {} bytes", super::MAX_LINE_BYTES)
            }
            Self::PairTooLong => {
                write!(f, "name and value of the cookie exceed {} bytes", super::MAX_PAIR_BYTES)
            }
            Self::ControlCharacter => f.write_str("a control character stands in the cookie"),
            Self::NoName => f.write_str("the cookie has no name"),
            Self::ForeignDomain { domain } => {
                write!(f, "the cookie is for {}, where it does not come from", shown(domain))
            }
            Self::PublicSuffix { domain } => {
                write!(f, "the cookie is for all of {}, a public suffix", shown(domain))
            }
            Self::Prefix => f.write_str("the cookie is not what the prefix of its name promises"),
            Self::NotSecure => f.write_str("the cookie is secure and came without TLS"),
            Self::Overlay => f.write_str("the cookie came without TLS and a secure one is kept"),
            Self::NoDomain => f.write_str("the cookie in the file has no domain"),
            Self::Fields => f.write_str("the line of the cookie file has not seven fields"),
        }
    }
}

impl std::error::Error for CookieError {}

fn shown(domain: &str) -> String {
    const EXCERPT_BYTES: usize = 80;
    excerpt(domain.as_bytes(), EXCERPT_BYTES)
}
