//! SASL on the client's side: which mechanism, and what it says to each challenge.
//!
//! Out of scope: how a protocol carries the exchange (base64, `+`, `334`, `*` to cancel); random
//! numbers, which the caller brings; GSS-API and NTLM.
//!
//! Specifications: RFC 4422 (SASL), 4616 (PLAIN), 2195 (CRAM-MD5), 2831 (DIGEST-MD5), 5802 and 7677
//! (SCRAM), 9266 (channel bindings of TLS 1.3), 4422 appendix A (EXTERNAL), 4505 (ANONYMOUS), 7628
//! (OAUTHBEARER).
//!
//! ```
//! use landline_wire::sasl::{Exchange, Identity, Mechanism, Mechanisms};
//!
//! let offered = Mechanisms::of("PLAIN CRAM-MD5 GSSAPI");
//! let identity = Identity::new("tim", "tanstaaftanstaaf");
//! assert_eq!(offered.best(&identity), Some(Mechanism::CramMd5));
//!
//! let mut exchange = Exchange::new(Mechanism::CramMd5, identity, "not used here");
//! assert_eq!(exchange.initial(), None);
//! let answer = exchange.answer(b"<1896.697170952@postoffice.reston.mci.net>")?;
//! assert_eq!(answer, b"tim b913a602c7eda7a495b4e6e7334d3890");
//! exchange.finish(None)?;
//! # Ok::<(), landline_wire::sasl::SaslError>(())
//! ```
//!
//! | limit | value |
//! |---|---|
//! | rounds of PBKDF2 that a server may ask for | [`MAX_ITERATIONS`], at least [`MIN_ITERATIONS`] |
//! | challenges of one exchange | 8 |
//! | a challenge | 64 KiB |
//!
//! Deviations: users and passwords go as they are, without SASLprep (RFC 4013), which changes none
//! that is ASCII, nor most that people type. SCRAM with fewer than 4,096 rounds is refused as too
//! weak to be sent (RFC 5802 section 5.1 demands as many of servers).

use std::fmt;

mod digest_md5;
mod error;
mod exchange;
mod scram;

pub use error::SaslError;
pub use exchange::Exchange;
pub use scram::{MAX_ITERATIONS, MIN_ITERATIONS};

/// A mechanism, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mechanism {
    /// No login at all (RFC 4505).
    Anonymous,
    /// User, then password, each asked for.
    Login,
    /// User and password in one (RFC 4616).
    Plain,
    /// A keyed hash of the server's challenge (RFC 2195).
    CramMd5,
    /// HTTP's Digest (RFC 2831; RFC 6331 tells why it is of the past).
    DigestMd5,
    /// Salted challenge and response on SHA-1 (RFC 5802).
    ScramSha1,
    /// The same on SHA-256 (RFC 7677).
    ScramSha256,
    /// [`ScramSha1`](Self::ScramSha1), bound to the TLS connection.
    ScramSha1Plus,
    /// [`ScramSha256`](Self::ScramSha256), bound to the TLS connection.
    ScramSha256Plus,
    /// OAuth 2.0 as Google and Microsoft had it first.
    XOAuth2,
    /// OAuth 2.0 bearer tokens (RFC 7628).
    OAuthBearer,
    /// Who we are is known from elsewhere: a client certificate.
    External,
}

impl Mechanism {
    /// All of them, the strongest first.
    pub const ALL: [Self; 12] = [
        Self::External,
        Self::OAuthBearer,
        Self::XOAuth2,
        Self::ScramSha256Plus,
        Self::ScramSha1Plus,
        Self::ScramSha256,
        Self::ScramSha1,
        Self::DigestMd5,
        Self::CramMd5,
        Self::Plain,
        Self::Login,
        Self::Anonymous,
    ];

    /// Gives the registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "ANONYMOUS",
            Self::Login => "LOGIN",
            Self::Plain => "PLAIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::DigestMd5 => "DIGEST-MD5",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::External => "EXTERNAL",
        }
    }

    /// Finds a mechanism by its name, whatever its case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }

    /// Tells whether we speak first (RFC 4422 section 5): a protocol may send that with the command.
    #[must_use]
    pub fn speaks_first(self) -> bool {
        !matches!(self, Self::Login | Self::CramMd5 | Self::DigestMd5)
    }

    /// Tells whether it is bound to the TLS connection it runs over (RFC 5802 section 6).
    #[must_use]
    pub fn is_bound(self) -> bool {
        matches!(self, Self::ScramSha1Plus | Self::ScramSha256Plus)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Mechanisms: those a server offers, or those a caller allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mechanisms {
    known: Vec<Mechanism>,
    has_bound: bool,
}

impl Mechanisms {
    /// Reads names with blanks between them; those that are not known here are passed over.
    #[must_use]
    pub fn of(names: &str) -> Self {
        let mut these = Self::default();
        these.add(names);
        these
    }

    /// Adds names with blanks between them, as [`of`](Self::of) reads them.
    pub fn add(&mut self, names: &str) {
        for name in names.split_ascii_whitespace() {
            self.has_bound |= name.to_ascii_uppercase().ends_with("-PLUS");
            Mechanism::named(name).into_iter().for_each(|one| self.push(one));
        }
    }

    /// Adds one.
    pub fn push(&mut self, mechanism: Mechanism) {
        if !self.contains(mechanism) {
            self.has_bound |= mechanism.is_bound();
            self.known.push(mechanism);
        }
    }

    /// Tells whether one of those that were named is bound to the TLS connection, also where it is not
    /// known here: such a server must not be told that it cannot bind (RFC 5802 section 6).
    #[must_use]
    pub fn has_bound(&self) -> bool {
        self.has_bound
    }

    /// Tells whether it is among them.
    #[must_use]
    pub fn contains(&self, mechanism: Mechanism) -> bool {
        self.known.contains(&mechanism)
    }

    /// All of them, in the order they were named.
    pub fn iter(&self) -> impl Iterator<Item = Mechanism> + '_ {
        self.known.iter().copied()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The strongest of them that this identity can speak.
    #[must_use]
    pub fn best(&self, identity: &Identity) -> Option<Mechanism> {
        let mut all = Mechanism::ALL.into_iter();
        all.find(|one| self.contains(*one) && identity.can_speak(*one))
    }

    /// Those that stand in the other list too.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        self.known.iter().copied().filter(|one| other.contains(*one)).collect()
    }
}

impl FromIterator<Mechanism> for Mechanisms {
    fn from_iter<I: IntoIterator<Item = Mechanism>>(all: I) -> Self {
        let mut these = Self::default();
        all.into_iter().for_each(|one| these.push(one));
        these
    }
}

/// Who logs in, where, and what proves it. The secrets are in no `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// Whose password or token it is; empty for an anonymous login.
    pub user: Vec<u8>,
    /// The password, where there is one.
    pub password: Option<Vec<u8>>,
    /// An OAuth 2.0 bearer token, where there is one.
    pub token: Option<String>,
    /// The identity to act as; empty: the user's own (RFC 4422 section 2).
    pub act_as: Vec<u8>,
    /// A client certificate says who we are, or something else that the server knows us by.
    pub is_known: bool,
    /// The service's registered name, such as `smtp` (RFC 2831 section 2.1.2).
    pub service: String,
    /// The host that is asked.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The binding `tls-exporter` of the connection (RFC 9266), where it has one. SCRAM without it tells
    /// the server that we cannot bind; with it, where the mechanism is not a bound one, that we could and
    /// the server cannot, which a server that [can](Mechanisms::has_bound) takes for an attack.
    pub binding: Option<Vec<u8>>,
}

impl Identity {
    /// A user with a password.
    pub fn new(user: impl Into<Vec<u8>>, password: impl Into<Vec<u8>>) -> Self {
        Self { user: user.into(), password: Some(password.into()), ..Self::default() }
    }

    /// A user with a bearer token.
    pub fn bearer(user: impl Into<Vec<u8>>, token: impl Into<String>) -> Self {
        Self { user: user.into(), token: Some(token.into()), ..Self::default() }
    }

    fn can_speak(&self, mechanism: Mechanism) -> bool {
        let has_password = self.password.as_ref().is_some_and(|password| !password.is_empty());
        match mechanism {
            Mechanism::External => self.is_known && !has_password && self.token.is_none(),
            Mechanism::OAuthBearer | Mechanism::XOAuth2 => self.token.is_some(),
            Mechanism::Anonymous => self.user.is_empty() && !has_password && self.token.is_none(),
            bound if bound.is_bound() => self.binding.is_some() && self.password.is_some(),
            _ => self.password.is_some() && self.token.is_none(),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}, secrets hidden)", self.user.escape_ascii())
    }
}

#[cfg(test)]
mod tests;
