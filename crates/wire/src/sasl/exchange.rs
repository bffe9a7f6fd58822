//! One exchange: what is said first, to each challenge, and whether its end is good.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

use super::digest_md5::DigestMd5;
use super::scram::Scram;
use super::{Identity, Mechanism, SaslError};
use crate::escape::excerpt;
use crate::hex::hexadecimal;

const MAX_CHALLENGES: usize = 8;
const MAX_CHALLENGE_BYTES: usize = 64 << 10;

/// A mechanism at work.
#[derive(Clone)]
pub struct Exchange {
    mechanism: Mechanism,
    identity: Identity,
    state: State,
    challenges: usize,
    /// What the server has said against us in a challenge.
    refusal: Option<String>,
}

/// What a mechanism has to remember.
#[derive(Clone)]
enum State {
    /// Nothing: everything is said at once, or answered word by word.
    Plain,
    /// The answers that are still to be given, the last first.
    Asked(Vec<Vec<u8>>),
    Digest(Box<DigestMd5>),
    Scram(Box<Scram>),
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({})", self.mechanism)
    }
}

impl Exchange {
    /// Begins. `nonce` is random, at least 128 bits of it, of letters and digits (SCRAM and DIGEST-MD5
    /// use it).
    #[must_use]
    pub fn new(mechanism: Mechanism, identity: Identity, nonce: &str) -> Self {
        let state = match mechanism {
            Mechanism::Login => {
                let password = identity.password.clone().unwrap_or_default();
                State::Asked(vec![password, identity.user.clone()])
            }
            Mechanism::DigestMd5 => State::Digest(Box::new(DigestMd5::new(nonce))),
            Mechanism::ScramSha1
            | Mechanism::ScramSha1Plus
            | Mechanism::ScramSha256
            | Mechanism::ScramSha256Plus => {
                State::Scram(Box::new(Scram::new(mechanism, &identity, nonce)))
            }
            _ => State::Plain,
        };
        Self { mechanism, identity, state, challenges: 0, refusal: None }
    }

    /// The mechanism.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// What we say first, where we do: the initial response. It is said once: with the command that
    /// begins the exchange, or to the empty challenge of a server that wants it so.
    pub fn initial(&mut self) -> Option<Vec<u8>> {
        let identity = &self.identity;
        let (user, act_as) = (identity.user.as_slice(), identity.act_as.as_slice());
        let token = identity.token.as_deref().unwrap_or_default();
        Some(match (&mut self.state, self.mechanism) {
            (State::Scram(scram), _) => scram.first(user),
            (_, Mechanism::Plain) => {
                let password = identity.password.as_deref().unwrap_or_default();
                [act_as, b"\0", user, b"\0", password].concat()
            }
            (_, Mechanism::External) => {
                let who = if act_as.is_empty() { user } else { act_as };
                who.to_vec()
            }
            (_, Mechanism::Anonymous) => b"anonymous".to_vec(),
            (_, Mechanism::XOAuth2) => {
                [b"user=", user, b"\x01auth=Bearer ", token.as_bytes(), b"\x01\x01"].concat()
            }
            (_, Mechanism::OAuthBearer) => oauth(identity),
            _ => return None,
        })
    }

    /// Checks that the secrets can be said in this mechanism: a NUL would end a password early.
    ///
    /// # Errors
    /// [`SaslError::Unsayable`].
    pub fn check(&self) -> Result<(), SaslError> {
        let Identity { user, act_as, token, .. } = &self.identity;
        let password = self.identity.password.as_deref().unwrap_or_default();
        let is_bad = |bytes: &[u8]| bytes.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
        let is_ended = |text: &[u8]| text.contains(&1);
        let has_token = matches!(self.mechanism, Mechanism::XOAuth2 | Mechanism::OAuthBearer);
        let token = token.as_deref().unwrap_or_default().as_bytes();
        let is_broken = has_token && [user.as_slice(), act_as, token].into_iter().any(is_ended);
        match is_broken || [user, act_as, password, token].into_iter().any(is_bad) {
            true => Err(SaslError::Unsayable(self.mechanism)),
            false => Ok(()),
        }
    }

    /// Answers a challenge.
    ///
    /// # Errors
    /// When the challenge is none of this mechanism, and when the server keeps asking. The exchange
    /// is to be cancelled then.
    pub fn answer(&mut self, challenge: &[u8]) -> Result<Vec<u8>, SaslError> {
        self.challenges += 1;
        if self.challenges > MAX_CHALLENGES {
            return Err(SaslError::TooManyChallenges);
        }
        if challenge.len() > MAX_CHALLENGE_BYTES {
            return Err(self.unfit("it is too long"));
        }
        let (mechanism, identity) = (self.mechanism, &self.identity);
        match (&mut self.state, mechanism) {
            (State::Asked(answers), _) => {
                answers.pop().ok_or(SaslError::Challenge(mechanism, "there is nothing more to say"))
            }
            (State::Digest(digest), _) => digest.answer(identity, challenge),
            (State::Scram(scram), _) => scram.answer(identity, challenge),
            (_, Mechanism::CramMd5) => self.cram(challenge),
            (_, Mechanism::XOAuth2 | Mechanism::OAuthBearer) if !challenge.is_empty() => {
                // An error in JSON, to be acknowledged before the refusal comes (RFC 7628 section 3.2.3).
                self.refusal = Some(excerpt(challenge, 200));
                let dummy: &[u8] = if mechanism == Mechanism::XOAuth2 { b"" } else { b"\x01" };
                Ok(dummy.to_vec())
            }
            _ => Err(self.unfit("it asks for what was said already")),
        }
    }

    /// What the server has said against us in a challenge, escaped.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Judges the server's word that all is well; `data` is what it adds to it, where it does.
    ///
    /// # Errors
    /// [`SaslError::NotProven`] when the mechanism has the server prove itself and it did not.
    pub fn finish(&mut self, data: Option<&[u8]>) -> Result<(), SaslError> {
        if let (Some(data), State::Scram(_) | State::Digest(_)) = (data, &self.state) {
            self.answer(data)?;
        }
        let is_proven = match &self.state {
            State::Scram(scram) => scram.is_proven(),
            State::Digest(digest) => digest.is_proven(),
            State::Plain | State::Asked(_) => true,
        };
        if is_proven { Ok(()) } else { Err(SaslError::NotProven(self.mechanism)) }
    }

    fn cram(&self, challenge: &[u8]) -> Result<Vec<u8>, SaslError> {
        if self.challenges > 1 {
            return Err(self.unfit("it asks for what was said already"));
        }
        let password = self.identity.password.as_deref().unwrap_or_default();
        let mut mac = <Hmac<Md5> as KeyInit>::new_from_slice(password)
            .map_err(|_| SaslError::Unsayable(self.mechanism))?;
        mac.update(challenge);
        let proof = hexadecimal(&mac.finalize().into_bytes());
        Ok([&self.identity.user, &b" "[..], proof.as_bytes()].concat())
    }

    fn unfit(&self, what: &'static str) -> SaslError {
        SaslError::Challenge(self.mechanism, what)
    }
}

/// RFC 7628 section 3.1.
fn oauth(identity: &Identity) -> Vec<u8> {
    let token = identity.token.as_deref().unwrap_or_default();
    let mut said = b"n,a=".to_vec();
    super::scram::put_escaped(&mut said, &identity.user);
    let rest = format!(
        ",\x01host={}\x01port={}\x01auth=Bearer {token}\x01\x01",
        identity.host, identity.port
    );
    said.extend_from_slice(rest.as_bytes());
    said
}
