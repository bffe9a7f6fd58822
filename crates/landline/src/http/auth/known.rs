//! What is known of the way in which one leg wants to be answered.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use landline_wire::challenge;
use landline_wire::digest::{self, Challenge, Digest, Hasher};

use super::{AuthScheme, Credentials};
use crate::{Error, ErrorKind, Phase, Result};

/// How one user proves itself at one origin or proxy, as far as that has asked; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Mutex<Option<Way>>>);

#[derive(Clone)]
enum Way {
    /// The credentials as they are.
    Plain,
    Digest(Digest),
}

/// What one request has tried so far, so that it ends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tries {
    answered: bool,
    answered_stale: bool,
    sent_plain: bool,
    /// The server has let the request in without a word of who asks.
    pub(super) is_let_in: bool,
}

impl Tries {
    /// Whether this challenge is answered: one is, and another one that is only about a nonce.
    fn may_answer(&mut self, challenge: &Challenge) -> bool {
        let may = !self.answered || (challenge.is_stale() && !self.answered_stale);
        self.answered = true;
        self.answered_stale |= challenge.is_stale();
        may
    }
}

impl Known {
    fn lock(&self) -> MutexGuard<'_, Option<Way>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.lock().is_none()
    }

    /// What to hash the body with, where the next answer has to vouch for it.
    pub(super) fn hasher(&self) -> Option<Hasher> {
        match &*self.lock() {
            Some(Way::Digest(digest)) if digest.challenge().needs_body() => {
                Some(digest.challenge().hasher())
            }
            _ => None,
        }
    }

    /// The value of the field for the next request; `None` where nobody has asked yet.
    pub(super) fn proof(
        &self,
        credentials: &Credentials,
        request: &digest::Request<'_>,
        tries: &mut Tries,
    ) -> Option<Vec<u8>> {
        match (&mut *self.lock(), credentials) {
            (Some(Way::Digest(digest)), Credentials::Login(login)) => {
                let login = digest::Login { user: &login.user, password: &login.password };
                Some(digest.answer(login, request))
            }
            (Some(Way::Plain), _) => {
                tries.sent_plain = true;
                Some(credentials.plain().into_bytes())
            }
            _ => None,
        }
    }

    /// Takes up what is asked for; false where the answer is not known, or was given already.
    pub(super) fn learn(
        &self,
        scheme: AuthScheme,
        credentials: &Credentials,
        offered: &[challenge::Challenge],
        tries: &mut Tries,
    ) -> Result<bool> {
        let way = way(scheme, credentials, offered, tries)?;
        let is_known = way.is_some();
        *self.lock() = way;
        Ok(is_known)
    }

    pub(super) fn renew(&self, nonce: Vec<u8>) {
        if let Some(Way::Digest(digest)) = &mut *self.lock() {
            digest.renew(nonce);
        }
    }
}

fn way(
    scheme: AuthScheme,
    credentials: &Credentials,
    offered: &[challenge::Challenge],
    tries: &mut Tries,
) -> Result<Option<Way>> {
    let digest = Challenge::best(offered.iter().cloned());
    if let (Some(challenge), Credentials::Login(_)) = (digest, credentials) {
        return match tries.may_answer(&challenge) {
            true => Ok(Some(Way::Digest(Digest::new(challenge, client_nonce()?)))),
            false => Ok(None),
        };
    }
    let is_offered = offered.iter().any(|one| one.is(credentials.scheme()));
    let is_plain = scheme == AuthScheme::Any && is_offered && !tries.sent_plain;
    Ok(is_plain.then_some(Way::Plain))
}

/// 128 random bits.
fn client_nonce() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        let what = "the system gives no random bytes";
        Error::new(ErrorKind::Io, Phase::Preparing, what).because(error)
    })?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// What was learnt is no option: two proxies that differ in it alone are the same proxy.
impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Known {}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Known([masked])")
    }
}
