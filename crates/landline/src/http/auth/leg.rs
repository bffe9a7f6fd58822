//! One leg of the way of a request: the origin, or the proxy that sends it on.

use landline_wire::challenge::{Challenge, challenges};
use landline_wire::digest::{self, Hasher};
use landline_wire::head::ResponseHead;

use super::known::Tries;
use super::{AuthScheme, Credentials, Known};
use crate::Result;

/// Who waits to be asked there, and what is known of how.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) scheme: AuthScheme,
    pub(crate) credentials: Credentials,
    pub(crate) known: Known,
}

/// The end of one leg, and what one request has tried there.
#[derive(Debug, Default)]
pub(crate) struct Leg {
    pub(crate) asker: Option<Asker>,
    tries: Tries,
}

/// Which fields belong to a leg.
pub(crate) struct Fields {
    challenge: &'static str,
    info: &'static str,
}

impl Leg {
    /// RFC 9110 section 11.6.
    pub(crate) const ORIGIN: Fields =
        Fields { challenge: "WWW-Authenticate", info: "Authentication-Info" };
    /// RFC 9110 section 11.7.
    pub(crate) const PROXY: Fields =
        Fields { challenge: "Proxy-Authenticate", info: "Proxy-Authentication-Info" };

    pub(crate) fn new(asker: Option<Asker>) -> Self {
        Self { asker, tries: Tries::default() }
    }

    /// Whether the next request will be refused, and can leave its body out.
    pub(crate) fn expects_refusal(&self) -> bool {
        let waits = |one: &Asker| {
            let is_login = matches!(one.credentials, Credentials::Login(_));
            is_login && one.scheme == AuthScheme::Digest && one.known.is_nothing()
        };
        !self.tries.is_let_in && self.asker.as_ref().is_some_and(waits)
    }

    /// The refusal did not come: the body is wanted.
    pub(crate) fn is_let_in(&mut self) {
        self.tries.is_let_in = true;
    }

    /// What to hash the body with, where the next answer has to vouch for it.
    pub(crate) fn hasher(&self) -> Option<Hasher> {
        self.asker.as_ref()?.known.hasher()
    }

    /// The value of the field for the next request.
    pub(crate) fn proof(&mut self, request: &digest::Request<'_>) -> Option<Vec<u8>> {
        let Asker { credentials, known, .. } = self.asker.as_ref()?;
        known.proof(credentials, request, &mut self.tries)
    }

    /// Takes up what a refusal asks for; false when there is no answer to it.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(crate) fn learn(&mut self, head: &ResponseHead, fields: &Fields) -> Result<bool> {
        let Some(Asker { scheme, credentials, known }) = &self.asker else { return Ok(false) };
        let all = head.headers.get_all(fields.challenge);
        let offered: Vec<Challenge> = all.flat_map(challenges).collect();
        known.learn(*scheme, credentials, &offered, &mut self.tries)
    }

    /// Takes the nonce that the server wants to see next.
    pub(crate) fn renew(&self, head: &ResponseHead, fields: &Fields) {
        let Some(asker) = &self.asker else { return };
        if let Some(nonce) = head.headers.get_bytes(fields.info).and_then(digest::next_nonce) {
            asker.known.renew(nonce);
        }
    }
}
