//! The answer to a Digest challenge: who asks, without the password on the wire.
//!
//! Out of scope: reading `WWW-Authenticate`, which [`challenge`] does; random numbers, which the
//! caller brings; checking what the server proves in return (`Authentication-Info`).
//!
//! Specifications: RFC 7616; RFC 2617 for servers that know no `qop`.
//!
//! ```
//! use landline_wire::challenge::challenges;
//! use landline_wire::digest::{Challenge, Digest, Login, Request};
//!
//! let field = br#"Digest realm="api@example.org", qop="auth", algorithm=MD5, nonce="5TsQ", opaque="HRPC""#;
//! let challenge = Challenge::best(challenges(field)).expect("there is one, and it is understood");
//! let mut digest = Digest::new(challenge, "f2/wE4q74E6z");
//! let login = Login { user: b"me", password: b"secret" };
//! let field = digest.answer(login, &Request { method: "GET", target: "/", body_hash: None });
//! assert!(field.starts_with(br#"Digest username="me", realm="api@example.org", nonce="5TsQ", uri="/""#));
//! ```
//!
//! | part | what is understood |
//! |---|---|
//! | `algorithm` | `SHA-256`, `SHA-512-256`, `MD5` (also where it is missing), each with `-sess` |
//! | `qop` | `auth`; `auth-int` where nothing else is offered, with a hash of the body; none |
//! | `userhash`, `opaque`, `stale`, `charset` | all; users and passwords are bytes and go as they are |
//!
//! Of several challenges the one with the strongest algorithm counts, the first of two alike (RFC
//! 7616 section 3.7).
//!
//! Errors: there are none. A challenge that asks for what is not understood, lacks realm or nonce,
//! or says one of its parts twice, is no challenge.
//!
//! Deviations: a user that is not ASCII goes as it is in `username`, as curl and servers have it, and
//! not as `username*`. The order of the parts is curl's.

mod hash;

use std::fmt;

pub use hash::Hasher;

use crate::challenge;
use hash::Algorithm;

/// What a server wants to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    realm: Vec<u8>,
    nonce: Vec<u8>,
    opaque: Option<Vec<u8>>,
    algorithm: Algorithm,
    /// As the server writes it; `None` where it names none.
    algorithm_name: Option<String>,
    in_session: bool,
    protection: Option<Protection>,
    stale: bool,
    hashes_user: bool,
}

/// `qop`: what the answer vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Auth,
    AuthInt,
}

/// Who asks.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// The user.
    pub user: &'a [u8],
    /// The password.
    pub password: &'a [u8],
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The request target, as on the wire.
    pub target: &'a str,
    /// What [`Challenge::hasher`] makes of the body as it is sent, where the answer has to vouch for
    /// it; `None` for an empty one.
    pub body_hash: Option<&'a str>,
}

/// A challenge with its answers so far, one for each request.
#[derive(Clone, Debug)]
pub struct Digest {
    challenge: Challenge,
    /// A session begins with the nonce of its challenge, whatever comes later.
    session_nonce: Vec<u8>,
    client_nonce: String,
    count: u32,
}

impl Challenge {
    /// Picks the strongest Digest challenge out of those of a reply.
    pub fn best(all: impl IntoIterator<Item = challenge::Challenge>) -> Option<Self> {
        let read = all.into_iter().filter_map(|one| Self::of(&one));
        read.reduce(|best, one| if one.algorithm > best.algorithm { one } else { best })
    }

    /// Reads a challenge; `None` when it is not of Digest, or not understood.
    #[must_use]
    pub fn of(one: &challenge::Challenge) -> Option<Self> {
        let parts = ["realm", "nonce", "opaque", "algorithm", "qop", "userhash"];
        if !one.is("Digest") || parts.iter().any(|part| one.repeats(part)) {
            return None;
        }
        let algorithm_name = match one.get("algorithm") {
            Some(name) => Some(std::str::from_utf8(name).ok()?.to_owned()),
            None => None,
        };
        let (algorithm, in_session) = algorithm(algorithm_name.as_deref().unwrap_or("MD5"))?;
        let is_true = |name| one.get(name).is_some_and(|value| value.eq_ignore_ascii_case(b"true"));
        let challenge = Self {
            realm: one.get("realm")?.to_vec(),
            nonce: one.get("nonce")?.to_vec(),
            opaque: one.get("opaque").map(<[u8]>::to_vec),
            algorithm,
            algorithm_name,
            in_session,
            protection: match one.get("qop") {
                Some(offered) => Some(protection(offered)?),
                None => None,
            },
            stale: is_true("stale"),
            hashes_user: is_true("userhash"),
        };
        Some(challenge)
    }

    /// Tells whether only the nonce was too old: user and password may be good (RFC 7616 section 3.3).
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Tells whether the answer has to vouch for the body, which then has to be at hand.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.protection == Some(Protection::AuthInt)
    }

    /// What the body is to be hashed with, where [`needs_body`](Self::needs_body).
    #[must_use]
    pub fn hasher(&self) -> Hasher {
        Hasher::new(self.algorithm)
    }
}

impl Digest {
    /// Takes up a challenge. The client's nonce is random, at least 64 bits of it, and of characters
    /// that need no quotes (base64, hexadecimal).
    #[must_use]
    pub fn new(challenge: Challenge, client_nonce: impl Into<String>) -> Self {
        let session_nonce = challenge.nonce.clone();
        Self { challenge, session_nonce, client_nonce: client_nonce.into(), count: 0 }
    }

    /// Takes the nonce that the server wants to see next (RFC 7616 section 3.5), which
    /// [`next_nonce`] finds.
    pub fn renew(&mut self, nonce: Vec<u8>) {
        if nonce != self.challenge.nonce {
            (self.challenge.nonce, self.count) = (nonce, 0);
        }
    }

    /// The challenge that is answered.
    #[must_use]
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// Gives the value of `Authorization` for the next request, and counts it (`nc`).
    pub fn answer(&mut self, login: Login<'_>, request: &Request<'_>) -> Vec<u8> {
        self.count = self.count.wrapping_add(1);
        let mut field = Field(b"Digest ".to_vec());
        let challenge = &self.challenge;
        match challenge.hashes_user {
            true => field.quoted("username", self.hash(&[login.user, &challenge.realm]).as_bytes()),
            false => field.quoted("username", login.user),
        }
        field.quoted("realm", &challenge.realm);
        field.quoted("nonce", &challenge.nonce);
        field.quoted("uri", request.target.as_bytes());
        if let Some(protection) = challenge.protection {
            field.quoted("cnonce", self.client_nonce.as_bytes());
            field.plain("nc", &self.shown_count());
            field.plain("qop", protection.name());
        } else if challenge.in_session {
            // No server could check the answer without it.
            field.quoted("cnonce", self.client_nonce.as_bytes());
        }
        field.quoted("response", self.response(login, request).as_bytes());
        if let Some(opaque) = &challenge.opaque {
            field.quoted("opaque", opaque);
        }
        if let Some(name) = &challenge.algorithm_name {
            field.plain("algorithm", name);
        }
        if challenge.hashes_user {
            field.plain("userhash", "true");
        }
        field.0
    }

    /// RFC 7616 section 3.4.1; without `qop` that of RFC 2617 section 3.2.2.1.
    fn response(&self, login: Login<'_>, request: &Request<'_>) -> String {
        let (who, what) = (self.who(login), self.what(request));
        let (nonce, client_nonce) = (&*self.challenge.nonce, self.client_nonce.as_bytes());
        let (who, what) = (who.as_bytes(), what.as_bytes());
        match self.challenge.protection {
            None => self.hash(&[who, nonce, what]),
            Some(protection) => {
                let (count, name) = (self.shown_count(), protection.name().as_bytes());
                self.hash(&[who, nonce, count.as_bytes(), client_nonce, name, what])
            }
        }
    }

    /// `H(A1)` (RFC 7616 section 3.4.2).
    fn who(&self, login: Login<'_>) -> String {
        let plain = self.hash(&[login.user, &self.challenge.realm, login.password]);
        match self.challenge.in_session {
            false => plain,
            true => {
                let nonces = [&*self.session_nonce, self.client_nonce.as_bytes()];
                self.hash(&[plain.as_bytes(), nonces[0], nonces[1]])
            }
        }
    }

    /// `H(A2)` (RFC 7616 section 3.4.3).
    fn what(&self, request: &Request<'_>) -> String {
        let (method, target) = (request.method.as_bytes(), request.target.as_bytes());
        match self.challenge.protection {
            Some(Protection::AuthInt) => {
                let empty = || self.challenge.hasher().finish();
                let body = request.body_hash.map_or_else(empty, str::to_owned);
                self.hash(&[method, target, body.as_bytes()])
            }
            Some(Protection::Auth) | None => self.hash(&[method, target]),
        }
    }

    /// The parts with a colon between each two, hashed, in hexadecimal.
    fn hash(&self, parts: &[&[u8]]) -> String {
        let mut hasher = self.challenge.hasher();
        hasher.update(&parts.join(&b':'));
        hasher.finish()
    }

    fn shown_count(&self) -> String {
        format!("{:08x}", self.count)
    }
}

impl Protection {
    fn name(self) -> &'static str {
        match self {
            Protection::Auth => "auth",
            Protection::AuthInt => "auth-int",
        }
    }
}

/// The hash, and whether it is one of a session.
fn algorithm(name: &str) -> Option<(Algorithm, bool)> {
    let name = name.to_ascii_uppercase();
    let (hash, in_session) = match name.strip_suffix("-SESS") {
        Some(hash) => (hash, true),
        None => (&*name, false),
    };
    match hash {
        "MD5" => Some((Algorithm::Md5, in_session)),
        "SHA-256" => Some((Algorithm::Sha256, in_session)),
        "SHA-512-256" => Some((Algorithm::Sha512_256, in_session)),
        _ => None,
    }
}

/// `auth` wherever it is offered: a body is not always at hand.
fn protection(offered: &[u8]) -> Option<Protection> {
    let offers = |name: &[u8]| {
        let mut all = offered.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        all.any(|one| one.eq_ignore_ascii_case(name))
    };
    match (offers(b"auth"), offers(b"auth-int")) {
        (true, _) => Some(Protection::Auth),
        (false, true) => Some(Protection::AuthInt),
        (false, false) => None,
    }
}

/// The field in the making.
struct Field(Vec<u8>);

impl Field {
    fn quoted(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        self.0.push(b'"');
        for &byte in value {
            if matches!(byte, b'"' | b'\\') {
                self.0.push(b'\\');
            }
            self.0.push(byte);
        }
        self.0.push(b'"');
    }

    fn plain(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.extend_from_slice(value.as_bytes());
    }

    fn name(&mut self, name: &str) {
        if self.0.contains(&b'=') {
            self.0.extend_from_slice(b", ");
        }
        self.0.extend_from_slice(name.as_bytes());
        self.0.push(b'=');
    }
}

/// Finds the next nonce in a value of `Authentication-Info` (RFC 7616 section 3.5).
#[must_use]
pub fn next_nonce(field: &[u8]) -> Option<Vec<u8>> {
    // The parts of a challenge, with no scheme before them.
    let info = challenge::challenges(&[b"Digest ", field].concat()).next()?;
    info.get("nextnonce").filter(|nonce| !nonce.is_empty()).map(<[u8]>::to_vec)
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, password hidden)", self.user.escape_ascii())
    }
}

#[cfg(test)]
mod tests;
