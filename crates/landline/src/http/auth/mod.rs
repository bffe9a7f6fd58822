//! Who asks: how user and password are proven, at origins and at proxies.
//!
//! Specifications: RFC 9110 section 11, RFC 7617 (Basic), RFC 6750 (Bearer), RFC 7616 (Digest).

mod known;
mod leg;
mod memory;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

pub(crate) use known::Known;
pub(crate) use leg::{Asker, Leg};
pub(crate) use memory::Memory;

use crate::Login;

/// How user and password are proven, whoever has told them.
///
/// What a server asked for is remembered by the client, for that very origin, user and password: the
/// next request there has its answer with it. A challenge is answered once, and once more when the
/// server says that its nonce was too old; what is rejected then ends with the server's 401.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// At once, for everybody on the way to read where there is no TLS (RFC 7617).
    #[default]
    Basic,
    /// When asked, without the password on the wire (RFC 7616): SHA-256, SHA-512-256, MD5. The first
    /// request leaves its body out, because the server is expected to refuse it.
    Digest,
    /// When asked, by the strongest scheme that the server offers: Digest, else Basic; for a token
    /// Bearer. The first request has its body, which has to be one that can be read twice.
    Any,
}

/// What proves who asks.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    Login(Login),
    Bearer(String),
}

impl Credentials {
    /// The scheme in which they go as they are.
    fn scheme(&self) -> &'static str {
        match self {
            Credentials::Login(_) => "Basic",
            Credentials::Bearer(_) => "Bearer",
        }
    }

    /// The value of the field as they are.
    pub(crate) fn plain(&self) -> String {
        match self {
            Credentials::Bearer(token) => format!("Bearer {token}"),
            Credentials::Login(login) => {
                let pair = [login.user(), b":", &login.password].concat();
                format!("Basic {}", BASE64.encode(pair))
            }
        }
    }

    /// Whether they go with the first request, asked for or not.
    pub(crate) fn are_told_at_once(&self, scheme: AuthScheme) -> bool {
        match self {
            Credentials::Login(_) => scheme == AuthScheme::Basic,
            Credentials::Bearer(_) => scheme != AuthScheme::Any,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([masked])")
    }
}
