//! Who is trusted.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::TlsOptions;
use super::first_use::OrStranger;
use crate::{Error, ErrorKind, Phase, Result};

pub(super) fn verifier(
    options: &TlsOptions,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>> {
    if options.insecure {
        return Ok(Arc::new(Anybody(provider.clone())));
    }
    let (roots, exact) = trusted(options)?;
    let chain = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(|error| {
            let what = "none of the given authorities can be used";
            Error::new(ErrorKind::Authorities, Phase::Preparing, what).because(error)
        })?;
    let known: Arc<dyn ServerCertVerifier> =
        if exact.is_empty() { chain } else { Arc::new(ChainOrExact { chain, exact }) };
    let Some(first_use) = options.first_use.clone() else { return Ok(known) };
    Ok(Arc::new(OrStranger { known, first_use, provider: provider.clone() }))
}

type Exact = Vec<CertificateDer<'static>>;

/// The authorities to build chains to, and the certificates trusted for being themselves.
fn trusted(options: &TlsOptions) -> Result<(Arc<RootCertStore>, Exact)> {
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
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// Trusts chains to an authority, and a server certificate that was itself given as one.
///
/// The second is what people do with a self-signed certificate, and what curl accepts. Its dates
/// and names are verified like any other's.
#[derive(Debug)]
struct ChainOrExact {
    chain: Arc<WebPkiServerVerifier>,
    exact: Exact,
}

/// Nobody vouches for it: there is no authority of its issuer's name, or one with another key.
/// webpki looks at the dates before it finds these faults, so the dates are good here.
pub(super) fn only_the_chain_is_missing(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(reason) = error else { return false };
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

impl ServerCertVerifier for ChainOrExact {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = self.chain.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match chain {
            Err(error) if self.exact.contains(end_entity) && only_the_chain_is_missing(&error) => {
                let parsed = ParsedCertificate::try_from(end_entity)?;
                rustls::client::verify_server_name(&parsed, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

/// Trusts whoever answers, but still demands that they hold the key they show.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
