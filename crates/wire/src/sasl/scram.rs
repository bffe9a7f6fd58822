//! SCRAM: the password proven by both sides, and told by neither.
//!
//! Specifications: RFC 5802, RFC 7677 (SHA-256), RFC 9266 (`tls-exporter`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{Identity, Mechanism, SaslError};
use crate::escape::excerpt;

/// The most rounds that are waited for: about a second of work.
pub const MAX_ITERATIONS: u32 = 1_000_000;
/// The fewest rounds that are let pass.
pub const MIN_ITERATIONS: u32 = 4_096;

#[derive(Clone)]
pub(super) struct Scram {
    mechanism: Mechanism,
    nonce: String,
    /// Which binding is used, or not, and who acts (RFC 5802 section 7, `gs2-header`).
    header: Vec<u8>,
    step: Step,
}

#[derive(Clone)]
enum Step {
    /// `server-first-message` is awaited.
    First,
    /// `server-final-message` is awaited, with this signature in it.
    Final(Vec<u8>),
    /// It was right.
    Proven,
    Failed,
}

impl Scram {
    pub(super) fn new(mechanism: Mechanism, identity: &Identity, nonce: &str) -> Self {
        let binding: &[u8] = match (mechanism.is_bound(), &identity.binding) {
            (true, _) => b"p=tls-exporter",
            // "We could, and you do not offer it": a stripped offer is noticed.
            (false, Some(_)) => b"y",
            (false, None) => b"n",
        };
        let mut header = [binding, b","].concat();
        if !identity.act_as.is_empty() {
            header.extend_from_slice(b"a=");
            put_escaped(&mut header, &identity.act_as);
        }
        header.push(b',');
        Self { mechanism, nonce: nonce.to_owned(), header, step: Step::First }
    }

    /// `client-first-message`.
    pub(super) fn first(&self, user: &[u8]) -> Vec<u8> {
        [&*self.header, &self.first_bare(user)].concat()
    }

    fn first_bare(&self, user: &[u8]) -> Vec<u8> {
        let mut bare = b"n=".to_vec();
        put_escaped(&mut bare, user);
        bare.extend_from_slice(b",r=");
        bare.extend_from_slice(self.nonce.as_bytes());
        bare
    }

    pub(super) fn is_proven(&self) -> bool {
        matches!(self.step, Step::Proven)
    }

    pub(super) fn answer(
        &mut self,
        identity: &Identity,
        challenge: &[u8],
    ) -> Result<Vec<u8>, SaslError> {
        match std::mem::replace(&mut self.step, Step::Failed) {
            Step::First => self.prove(identity, challenge),
            Step::Final(signature) => self.verify(&signature, challenge),
            Step::Proven | Step::Failed => Err(self.unfit("the exchange is over")),
        }
    }

    /// `client-final-message` (RFC 5802 section 3).
    fn prove(&mut self, identity: &Identity, challenge: &[u8]) -> Result<Vec<u8>, SaslError> {
        let first = self.read_first(challenge)?;
        let bound = match self.mechanism.is_bound() {
            true => identity.binding.as_deref().unwrap_or_default(),
            false => b"",
        };
        let channel = BASE64.encode([&*self.header, bound].concat());
        let without_proof = format!("c={channel},r={}", first.nonce);
        let bare = self.first_bare(&identity.user);
        let all = [&*bare, b",", challenge, b",", without_proof.as_bytes()].concat();
        let password = identity.password.as_deref().unwrap_or_default();
        let (proof, signature) = match self.mechanism {
            Mechanism::ScramSha1 | Mechanism::ScramSha1Plus => sha1(password, &first, &all),
            _ => sha256(password, &first, &all),
        };
        self.step = Step::Final(signature);
        Ok(format!("{without_proof},p={}", BASE64.encode(proof)).into_bytes())
    }

    /// `server-first-message`.
    fn read_first(&self, challenge: &[u8]) -> Result<First, SaslError> {
        let text = std::str::from_utf8(challenge).map_err(|_| self.unfit("it is no text"))?;
        let mut parts = text.split(',');
        let mut next = |name: &str| parts.next().and_then(|part| part.strip_prefix(name));
        let nonce = next("r=").ok_or(self.unfit("the nonce is missing"))?;
        let salt = next("s=").ok_or(self.unfit("the salt is missing"))?;
        let rounds = next("i=").ok_or(self.unfit("the count of rounds is missing"))?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(self.unfit("the nonce is not ours with more behind it"));
        }
        let salt = BASE64.decode(salt).map_err(|_| self.unfit("the salt is no base64"))?;
        let rounds: u32 = rounds.parse().map_err(|_| self.unfit("the rounds are no number"))?;
        if !(MIN_ITERATIONS..=MAX_ITERATIONS).contains(&rounds) {
            return Err(SaslError::Iterations(rounds));
        }
        Ok(First { nonce: nonce.to_owned(), salt, rounds })
    }

    /// `server-final-message`: the server knows the password too.
    fn verify(&mut self, signature: &[u8], challenge: &[u8]) -> Result<Vec<u8>, SaslError> {
        if let Some(error) = challenge.strip_prefix(b"e=") {
            return Err(SaslError::Refused(excerpt(error, 100)));
        }
        let value = challenge.strip_prefix(b"v=").unwrap_or_default();
        let value = value.split(|&byte| byte == b',').next().unwrap_or_default();
        if BASE64.decode(value).is_ok_and(|value| value == signature) {
            self.step = Step::Proven;
            return Ok(Vec::new());
        }
        Err(SaslError::NotProven(self.mechanism))
    }

    fn unfit(&self, what: &'static str) -> SaslError {
        SaslError::Challenge(self.mechanism, what)
    }
}

struct First {
    nonce: String,
    salt: Vec<u8>,
    rounds: u32,
}

/// Proof and signature of RFC 5802 section 3, over one hash function.
macro_rules! over {
    ($name:ident, $hash:ty, $bytes:literal) => {
        fn $name(password: &[u8], first: &First, all: &[u8]) -> (Vec<u8>, Vec<u8>) {
            let keyed = |key: &[u8], message: &[u8]| -> [u8; $bytes] {
                // A key of HMAC may have any length.
                let Ok(mut mac) = <Hmac<$hash> as KeyInit>::new_from_slice(key) else {
                    return [0; $bytes];
                };
                mac.update(message);
                mac.finalize().into_bytes().into()
            };
            let mut salted = [0; $bytes];
            // The output has the hash's length, which is always possible.
            let _ = pbkdf2::pbkdf2::<Hmac<$hash>>(password, &first.salt, first.rounds, &mut salted);
            let client_key = keyed(&salted, b"Client Key");
            let signature = keyed(&<$hash>::digest(client_key), all);
            let proof = client_key.iter().zip(signature).map(|(one, other)| one ^ other).collect();
            (proof, keyed(&keyed(&salted, b"Server Key"), all).to_vec())
        }
    };
}

over!(sha1, Sha1, 20);
over!(sha256, Sha256, 32);

/// A `saslname` (RFC 5802 section 5.1): comma and equals sign have other words.
pub(super) fn put_escaped(into: &mut Vec<u8>, name: &[u8]) {
    for &byte in name {
        match byte {
            b',' => into.extend_from_slice(b"=2C"),
            b'=' => into.extend_from_slice(b"=3D"),
            other => into.push(other),
        }
    }
}
