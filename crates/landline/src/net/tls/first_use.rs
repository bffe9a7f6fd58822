//! Trust on first use: a certificate that no authority vouches for is noted, not refused.
//!
//! Whoever asks for this looks at [`FirstUse::met`] when the handshake is done, before anything is
//! sent, and decides.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::crypto::hash::{Hash, HashAlgorithm};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::verify::only_the_chain_is_missing;

/// What a handshake met, shared with whoever decides on it.
#[derive(Clone, Default)]
pub(crate) struct FirstUse(Arc<Mutex<Option<Stranger>>>);

/// A certificate whose dates are good, and which no authority vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stranger {
    /// SHA-256 of the whole certificate.
    pub(crate) fingerprint: [u8; 32],
    pub(crate) expires: SystemTime,
}

impl FirstUse {
    pub(crate) fn met(&self) -> Option<Stranger> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn meet(&self, stranger: Stranger) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stranger);
    }
}

/// Two are the same only if they share what they meet.
impl PartialEq for FirstUse {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for FirstUse {}

impl fmt::Debug for FirstUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FirstUse").field(&self.met()).finish()
    }
}

/// Asks another verifier, and lets pass what only lacks a chain to an authority. Names are not
/// looked at then: such a certificate is known by its server, not the server by its names.
#[derive(Debug)]
pub(super) struct OrStranger {
    pub(super) known: Arc<dyn ServerCertVerifier>,
    pub(super) first_use: FirstUse,
    pub(super) provider: Arc<CryptoProvider>,
}

impl OrStranger {
    fn sha256(&self, bytes: &[u8]) -> Option<[u8; 32]> {
        let hash = |suite: &rustls::SupportedCipherSuite| -> &'static dyn Hash {
            match suite {
                rustls::SupportedCipherSuite::Tls12(suite) => suite.common.hash_provider,
                rustls::SupportedCipherSuite::Tls13(suite) => suite.common.hash_provider,
            }
        };
        let mut hashes = self.provider.cipher_suites.iter().map(hash);
        let sha256 = hashes.find(|hash| hash.algorithm() == HashAlgorithm::SHA256)?;
        sha256.hash(bytes).as_ref().try_into().ok()
    }
}

/// What the verifier says about the last day of all names the certificate's own last day.
fn expiry(verdict_at_the_end: &Result<ServerCertVerified, Error>) -> Option<SystemTime> {
    match verdict_at_the_end {
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(not_after.as_secs()))
        }
        _ => None,
    }
}

impl ServerCertVerifier for OrStranger {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // No date in a certificate is later than the year 9999 (RFC 5280 section 4.1.2.5).
        const YEAR_30000: Duration = Duration::from_secs(900_000_000_000);
        let verdict_at = |time| {
            let (known, end) = (&self.known, end_entity);
            known.verify_server_cert(end, intermediates, server_name, ocsp_response, time)
        };
        let verdict = verdict_at(now);
        if !verdict.as_ref().is_err_and(only_the_chain_is_missing) {
            return verdict;
        }
        let expires = expiry(&verdict_at(UnixTime::since_unix_epoch(YEAR_30000)));
        let (Some(expires), Some(fingerprint)) = (expires, self.sha256(end_entity)) else {
            return verdict;
        };
        self.first_use.meet(Stranger { fingerprint, expires });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.known.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.known.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.known.supported_verify_schemes()
    }
}
