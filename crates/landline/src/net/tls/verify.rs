//! Who is trusted.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, DigitallySignedStruct, Error as TlsError, OtherError, RootCertStore,
    SignatureScheme,
};

use super::facts::PeerCertificate;
use super::first_use::Stranger;
use super::staple::Judge;
use super::{FirstUse, KeyPin, TlsOptions};
use crate::{Error, ErrorKind, Phase, Result};

/// Judges the certificate of a peer by one set of options.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Chains to an authority; `None` trusts whoever answers, who must still hold the key they show.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted for being themselves: what people do with a self-signed one, and
    /// what curl accepts. Dates and names are verified like any other's.
    exact: Vec<CertificateDer<'static>>,
    first_use: Option<FirstUse>,
    /// The authorities that may have issued what must come with a staple.
    staple: Option<Arc<RootCertStore>>,
    pins: Vec<KeyPin>,
    algorithms: WebPkiSupportedAlgorithms,
    refused: Refused,
}

/// The peer's key is not one that is pinned.
#[derive(Debug)]
pub(super) struct OtherKey(pub(super) Option<KeyPin>);

impl fmt::Display for OtherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(pin) => write!(f, "is {pin}, which is not pinned"),
            None => f.write_str("cannot be read, and so is none that is pinned"),
        }
    }
}

impl std::error::Error for OtherKey {}

/// Certificates that were refused, until the errors about them are made: rustls does not give them.
#[derive(Debug, Default)]
struct Refused(Mutex<Vec<(ServerName<'static>, PeerCertificate, TlsError)>>);

impl Verifier {
    pub(super) fn new(options: &TlsOptions, algorithms: WebPkiSupportedAlgorithms) -> Result<Self> {
        let (mut chain, mut exact, mut first_use) = (None, Vec::new(), None);
        let mut staple = options.require_staple.then(|| Arc::new(RootCertStore::empty()));
        if !options.insecure {
            let (roots, given) = trusted(options)?;
            staple = staple.map(|_| roots.clone());
            chain = Some(webpki_verifier(options, roots)?);
            // Nobody but an authority has lists or answers, and a check that is asked for and cannot be
            // made fails.
            if options.revocation_lists.is_empty() && !options.require_staple {
                (exact, first_use) = (given, options.first_use.clone());
            }
        }
        let (pins, refused) = (options.pinned_keys.clone(), Refused::default());
        Ok(Self { chain, exact, first_use, staple, pins, algorithms, refused })
    }

    /// What `host` showed and was refused for, and why.
    pub(super) fn take_refused(
        &self,
        host: &ServerName<'_>,
    ) -> Option<(PeerCertificate, TlsError)> {
        let mut refused = self.refused.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = refused.iter().position(|(name, ..)| name == host)?;
        let (_, certificate, why) = refused.remove(at);
        Some((certificate, why))
    }

    fn note_refused(
        &self,
        host: &ServerName<'_>,
        certificate: &CertificateDer<'_>,
        why: &TlsError,
    ) {
        /// Handshakes that are given up leave theirs here.
        const MAX: usize = 16;
        let mut refused = self.refused.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.truncate(MAX - 1);
        let certificate = PeerCertificate::new(certificate.clone().into_owned());
        refused.insert(0, (host.to_owned(), certificate, why.clone()));
    }

    fn judge_staple(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        staple: &[u8],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        let Some(roots) = &self.staple else { return Ok(()) };
        let judge = Judge { end, between, roots: &roots.roots, algorithms: &self.algorithms, now };
        judge.judge(staple).map_err(|bad| TlsError::Other(OtherError(Arc::new(bad))))
    }

    fn judge(
        &self,
        end: &CertificateDer<'_>,
        verdict: Result<(), TlsError>,
    ) -> Result<(), TlsError> {
        verdict?;
        if self.pins.is_empty() {
            return Ok(());
        }
        let pin = PeerCertificate::new(end.clone().into_owned()).pin().ok();
        match pin.is_some_and(|pin| self.pins.contains(&pin)) {
            true => Ok(()),
            false => Err(TlsError::Other(OtherError(Arc::new(OtherKey(pin))))),
        }
    }

    /// What is accepted of certificates that nobody vouches for.
    fn without_chain(
        &self,
        end: &CertificateDer<'_>,
        host: &ServerName<'_>,
        error: TlsError,
    ) -> Result<(), TlsError> {
        if !only_the_chain_is_missing(&error) {
            return Err(error);
        }
        if self.exact.contains(end) {
            return rustls::client::verify_server_name(&ParsedCertificate::try_from(end)?, host);
        }
        let certificate = PeerCertificate::new(end.clone().into_owned());
        let (Some(first_use), Ok(read)) = (&self.first_use, certificate.read()) else {
            return Err(error);
        };
        // Names are not looked at: the certificate is known by its server, not the server by its names.
        let fingerprint = certificate.fingerprint();
        first_use.meet(Stranger { fingerprint, expires: read.not_after });
        Ok(())
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let verdict = match &self.chain {
            None => Ok(()),
            Some(chain) => match chain.verify_server_cert(end, between, host, ocsp, now) {
                Ok(_) => Ok(()),
                Err(error) => self.without_chain(end, host, error),
            },
        };
        let verdict = verdict.and_then(|()| self.judge_staple(end, between, ocsp, now));
        match self.judge(end, verdict) {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(error) => {
                self.note_refused(host, end, &error);
                Err(error)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn webpki_verifier(
    options: &TlsOptions,
    roots: Arc<RootCertStore>,
) -> Result<Arc<WebPkiServerVerifier>> {
    let provider = options.provider()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider)
        .with_crls(options.revocation_lists.iter().cloned())
        .enforce_revocation_expiration()
        .build();
    verifier.map_err(|error| {
        let (kind, what) = match &error {
            rustls::client::VerifierBuilderError::InvalidCrl(_) => {
                (ErrorKind::RevocationLists, "the lists of revoked certificates cannot be used")
            }
            _ => (ErrorKind::Authorities, "none of the given authorities can be used"),
        };
        Error::new(kind, Phase::Preparing, what).because(error)
    })
}

/// The authorities to build chains to, and the certificates trusted for being themselves.
fn trusted(options: &TlsOptions) -> Result<(Arc<RootCertStore>, Vec<CertificateDer<'static>>)> {
    let options = &*options.with_authorities()?;
    let given: Vec<_> =
        options.only_authorities.iter().flatten().chain(&options.extra_authorities).collect();
    if given.is_empty() && options.only_authorities.is_none() {
        return Ok((system_roots(), Vec::new()));
    }
    let mut roots = match options.only_authorities {
        Some(_) => RootCertStore::empty(),
        None => (*system_roots()).clone(),
    };
    roots.add_parsable_certificates(given.iter().map(|certificate| (*certificate).clone()));
    Ok((Arc::new(roots), given.into_iter().cloned().collect()))
}

/// Reading the system's store takes about as long as a local request: once per process is enough.
fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    ROOTS.get_or_init(|| Arc::new(load_system_roots())).clone()
}

fn load_system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    // Whoever names a place with these wants no other.
    let is_told =
        ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some());
    if roots.is_empty() && !is_told {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// Nobody vouches for it: there is no authority of its issuer's name, or one with another key.
/// webpki looks at the dates before it finds these faults, so the dates are good here.
fn only_the_chain_is_missing(error: &TlsError) -> bool {
    let TlsError::InvalidCertificate(reason) = error else { return false };
    match reason {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => true,
        CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => true,
        CertificateError::Other(other) => matches!(
            other.0.downcast_ref::<webpki::Error>(),
            Some(webpki::Error::CaUsedAsEndEntity)
        ),
        _ => false,
    }
}
