//! What a server staples to its certificate: that it is not revoked (RFC 6066 section 8, RFC 6960).

use std::fmt;
use std::time::{Duration, SystemTime};

use landline_wire::certificate::parts_of_key;
use landline_wire::ocsp::{Answer, BadResponse, Response, Status};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

/// Why a certificate is not known to be good: words that go on from "the certificate of …".
#[derive(Debug)]
pub(super) struct BadStaple(String);

impl fmt::Display for BadStaple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadStaple {}

fn bad<T>(words: impl Into<String>) -> Result<T, BadStaple> {
    Err(BadStaple(words.into()))
}

/// What is needed to judge a staple.
pub(super) struct Judge<'a> {
    pub(super) end: &'a CertificateDer<'a>,
    pub(super) between: &'a [CertificateDer<'a>],
    pub(super) roots: &'a [TrustAnchor<'static>],
    pub(super) algorithms: &'a WebPkiSupportedAlgorithms,
    pub(super) now: UnixTime,
}

impl Judge<'_> {
    /// Whether `staple` tells that the certificate is good now.
    pub(super) fn judge(&self, staple: &[u8]) -> Result<(), BadStaple> {
        if staple.is_empty() {
            return bad("comes without a stapled OCSP response");
        }
        let response = Response::parse(staple).map_err(|error| match error {
            BadResponse::Malformed => BadStaple("comes with a malformed OCSP response".into()),
            refused => BadStaple(format!("comes with an OCSP response that is {refused}")),
        })?;
        let Ok(end) = EndEntityCert::try_from(self.end) else { return bad("cannot be read") };
        let Some(issuer) = self.issuers(end.issuer()).find(|one| self.has_issued(&end, one)) else {
            return bad(
                "comes with an OCSP response, but without the authority that vouches for it",
            );
        };
        if !self.is_signed(&response, &issuer) {
            return bad("comes with an OCSP response that is not signed by its authority");
        }
        let key = parts_of_key(&issuer.subject_public_key_info).map_or(&[][..], |(_, bits)| bits);
        let is_about = |one: &&Answer<'_>| one.is_about(&issuer.subject, key, end.serial());
        match response.answers.iter().find(is_about) {
            None => bad("comes with an OCSP response about another certificate"),
            Some(answer) => weigh(answer, self.now),
        }
    }

    /// Those of this name, who may be anybody. No server needs as many.
    fn issuers<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = TrustAnchor<'a>> {
        const MAX: usize = 8;
        let shown =
            self.between.iter().filter_map(|one| webpki::anchor_from_trusted_cert(one).ok());
        let known = self.roots.iter().filter(move |root| root.subject.as_ref() == name).cloned();
        known.chain(shown).filter(move |one| one.subject.as_ref() == name).take(MAX)
    }

    /// Whether the key of `issuer` has signed the certificate: then it is the authority, whatever else is
    /// said of it, for the chain is verified already.
    fn has_issued(&self, end: &EndEntityCert<'_>, issuer: &TrustAnchor<'_>) -> bool {
        self.is_issued(end, issuer, KeyUsage::server_auth())
    }

    fn is_issued(
        &self,
        one: &EndEntityCert<'_>,
        issuer: &TrustAnchor<'_>,
        usage: KeyUsage,
    ) -> bool {
        let issuer = std::slice::from_ref(issuer);
        one.verify_for_usage(self.algorithms.all, issuer, &[], self.now, usage, None, None).is_ok()
    }

    /// By the authority, or by somebody whom it has certified for that (RFC 6960 section 4.2.2.2).
    fn is_signed(&self, response: &Response<'_>, issuer: &TrustAnchor<'_>) -> bool {
        /// id-kp-OCSPSigning
        const OCSP_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 9];
        const MAX: usize = 4;
        let Some((kind, key)) = parts_of_key(&issuer.subject_public_key_info) else { return false };
        let (signed, signature) = (response.signed, response.signature);
        let all = self.algorithms.all.iter();
        let fits = all.filter(|one| one.signature_alg_id().as_ref() == response.algorithm);
        let by_authority = fits.clone().any(|one| {
            one.public_key_alg_id().as_ref() == kind
                && one.verify_signature(key, signed, signature).is_ok()
        });
        by_authority
            || response.certificates.iter().take(MAX).any(|der| {
                let der = CertificateDer::from(*der);
                let Ok(signer) = EndEntityCert::try_from(&der) else { return false };
                let mut fits = fits.clone();
                self.is_issued(&signer, issuer, KeyUsage::required(OCSP_SIGNING))
                    && fits.any(|one| signer.verify_signature(*one, signed, signature).is_ok())
            })
    }
}

fn weigh(answer: &Answer<'_>, now: UnixTime) -> Result<(), BadStaple> {
    /// What clocks may differ by.
    const SKEW: Duration = Duration::from_secs(300);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.as_secs());
    match answer.status {
        Status::Good => (),
        Status::Revoked(on) => return bad(format!("was revoked on {}", date(on))),
        Status::Unknown => return bad("is not known to its authority, by its OCSP response"),
    }
    let Some(next) = answer.next_update else {
        return bad("comes with an OCSP response without an end, which anybody may have kept");
    };
    if next + SKEW < now {
        return bad(format!("comes with an OCSP response that was good until {}", date(next)));
    }
    if answer.this_update > now + SKEW {
        let from = date(answer.this_update);
        return bad(format!("comes with an OCSP response that is good from {from} on"));
    }
    Ok(())
}

fn date(time: SystemTime) -> String {
    super::explain::date(UnixTime::since_unix_epoch(
        time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_within_its_dates() {
        let sample = include_bytes!("../../../../wire/src/ocsp/samples/good.ocsp");
        let response = Response::parse(sample).expect("a response");
        let answer = &response.answers[0];
        let seconds =
            |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).expect("later");
        let from = seconds(answer.this_update);
        let until = seconds(answer.next_update.expect("an end"));
        let weighed = |time| weigh(answer, UnixTime::since_unix_epoch(time)).map_err(|bad| bad.0);
        let minutes = |count: u64| Duration::from_secs(count * 60);
        assert_eq!(weighed(from - minutes(4)), Ok(()));
        assert_eq!(weighed(until + minutes(4)), Ok(()));
        assert!(weighed(from - minutes(6)).is_err_and(|told| told.contains("is good from")));
        assert!(weighed(until + minutes(6)).is_err_and(|told| told.contains("was good until")));
    }
}
