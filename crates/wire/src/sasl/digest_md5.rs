//! DIGEST-MD5 (RFC 2831), which RFC 6331 has moved to history and servers still offer.

use md5::{Digest as _, Md5};

use super::{Identity, Mechanism, SaslError};
use crate::challenge::challenges;
use crate::hex::hexadecimal;

#[derive(Clone)]
pub(super) struct DigestMd5 {
    nonce: String,
    step: Step,
}

#[derive(Clone)]
enum Step {
    First,
    /// `rspauth` is awaited, with this value.
    Final(String),
    Proven,
    Failed,
}

impl DigestMd5 {
    pub(super) fn new(nonce: &str) -> Self {
        Self { nonce: nonce.to_owned(), step: Step::First }
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
            Step::Final(expected) => self.verify(&expected, challenge),
            Step::Proven | Step::Failed => Err(unfit("the exchange is over")),
        }
    }

    fn prove(&mut self, identity: &Identity, challenge: &[u8]) -> Result<Vec<u8>, SaslError> {
        // The directives are those of HTTP's challenge, without its name.
        let field = [b"Digest ", challenge].concat();
        let asked = challenges(&field).next().ok_or(unfit("it is not readable"))?;
        let nonce = asked.get("nonce").ok_or(unfit("the nonce is missing"))?;
        let realm = asked.get("realm").unwrap_or(identity.host.as_bytes());
        if asked.get("qop").is_some_and(|qop| !offers(qop, b"auth")) {
            return Err(unfit("it asks for more than authentication"));
        }
        if !asked.get("algorithm").is_some_and(|name| name.eq_ignore_ascii_case(b"md5-sess")) {
            return Err(unfit("its algorithm is not md5-sess"));
        }
        let target = format!("{}/{}", identity.service, identity.host);
        let proof = |method: &str| self.proof(identity, realm, nonce, method, &target);
        let response = proof("AUTHENTICATE");
        let expected = proof("");
        let mut said = Vec::new();
        if asked.get("charset").is_some() {
            said.extend_from_slice(b"charset=utf-8,");
        }
        put_quoted(&mut said, "username", &identity.user);
        put_quoted(&mut said, ",realm", realm);
        put_quoted(&mut said, ",nonce", nonce);
        put_quoted(&mut said, ",cnonce", self.nonce.as_bytes());
        said.extend_from_slice(b",nc=00000001,qop=auth");
        put_quoted(&mut said, ",digest-uri", target.as_bytes());
        said.extend_from_slice(format!(",response={response}").as_bytes());
        if !identity.act_as.is_empty() {
            put_quoted(&mut said, ",authzid", &identity.act_as);
        }
        self.step = Step::Final(expected);
        Ok(said)
    }

    /// The response-value of RFC 2831 section 2.1.2.1; that of the server has no method.
    fn proof(
        &self,
        identity: &Identity,
        realm: &[u8],
        nonce: &[u8],
        method: &str,
        target: &str,
    ) -> String {
        let password = identity.password.as_deref().unwrap_or_default();
        let who = Md5::digest([&*identity.user, realm, password].join(&b':'));
        let mut parts = vec![who.as_slice(), nonce, self.nonce.as_bytes()];
        if !identity.act_as.is_empty() {
            parts.push(&identity.act_as);
        }
        let one = hexadecimal(&Md5::digest(parts.join(&b':')));
        let two = hexadecimal(&Md5::digest(format!("{method}:{target}")));
        let nonces = [nonce, b"00000001", self.nonce.as_bytes(), b"auth"].join(&b':');
        hexadecimal(&Md5::digest([one.as_bytes(), &nonces, two.as_bytes()].join(&b':')))
    }

    fn verify(&mut self, expected: &str, challenge: &[u8]) -> Result<Vec<u8>, SaslError> {
        let field = [b"Digest ", challenge].concat();
        let told = challenges(&field).next();
        let proof = told.as_ref().and_then(|told| told.get("rspauth"));
        if proof == Some(expected.as_bytes()) {
            self.step = Step::Proven;
            return Ok(Vec::new());
        }
        Err(SaslError::NotProven(Mechanism::DigestMd5))
    }
}

fn offers(list: &[u8], name: &[u8]) -> bool {
    let mut all = list.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    all.any(|one| one.eq_ignore_ascii_case(name))
}

fn put_quoted(into: &mut Vec<u8>, name: &str, value: &[u8]) {
    into.extend_from_slice(name.as_bytes());
    into.extend_from_slice(b"=\"");
    for &byte in value {
        if matches!(byte, b'"' | b'\\') {
            into.push(b'\\');
        }
        into.push(byte);
    }
    into.push(b'"');
}

fn unfit(what: &'static str) -> SaslError {
    SaslError::Challenge(Mechanism::DigestMd5, what)
}
