//! What can go wrong in an exchange.

use std::fmt;

use super::Mechanism;

/// An exchange that cannot go on, or whose good end is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaslError {
    /// The challenge is not one of this mechanism; what of it.
    Challenge(Mechanism, &'static str),
    /// The server asks on and on.
    TooManyChallenges,
    /// The user, the password or the token holds a byte that this mechanism cannot say.
    Unsayable(Mechanism),
    /// The server knows no more of the password than we told it: it could not prove itself.
    NotProven(Mechanism),
    /// SCRAM with this many rounds of PBKDF2: too few to be safe, or too many to be waited for.
    Iterations(u32),
    /// The server has refused in its own words (SCRAM's `e=`, OAuth's JSON); escaped.
    Refused(String),
}

impl fmt::Display for SaslError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Challenge(mechanism, what) => {
                write!(f, "the server's challenge is none of {mechanism}: {what}")
            }
            Self::TooManyChallenges => f.write_str("the server sends challenge after challenge"),
            Self::Unsayable(mechanism) => {
                write!(f, "user, password or token hold a byte that {mechanism} cannot carry")
            }
            Self::NotProven(mechanism) => {
                write!(f, "the server did not prove that it knows the password ({mechanism})")
            }
            Self::Iterations(count) => {
                write!(f, "the server asks for {count} rounds of hashing the password")
            }
            Self::Refused(text) => write!(f, "the server says: {text}"),
        }
    }
}

impl std::error::Error for SaslError {}
