//! TLS through rustls: trust, identity, versions, and what a finished handshake tells.
//!
//! Specifications: RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2), RFC 9525 (names in certificates).

mod buffered;
mod configs;
mod contents;
mod decrypt;
mod explain;
mod facts;
mod first_use;
mod identity;
mod pin;
mod pkcs12;
#[cfg(feature = "http3")]
mod quic;
mod sessions;
mod staple;
mod suites;
mod trust;
mod verify;

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};

pub(super) use buffered::Buffered;
pub(super) use configs::TlsConfigs;
pub use explain::CertificateFault;
pub(crate) use explain::is_plain_text;
pub(super) use explain::late_alert;
pub use facts::{PeerCertificate, TlsFacts};
pub(crate) use first_use::{FirstUse, Stranger};
pub use identity::Identity;
pub use pin::KeyPin;
#[cfg(feature = "http3")]
pub(super) use quic::QuicTls;
#[cfg(feature = "http3")]
pub(crate) use quic::alert_of;
pub(super) use sessions::Sessions;
use suites::Chosen;
use verify::Verifier;

use crate::{Error, ErrorKind, Phase, Result};

pub(super) type TlsStream = tokio_rustls::client::TlsStream<Buffered>;

/// Whom to trust, who to be, and which versions to speak.
///
/// The default trusts the system's authorities (the bundled Mozilla list where the system has
/// none), verifies the server's name, offers TLS 1.2 and 1.3, and writes session keys to the file
/// named by `SSLKEYLOGFILE` when that variable is set.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TlsOptions {
    /// Trust these certificates *instead of* the system's: authorities, or the server's very own.
    pub only_authorities: Option<Vec<CertificateDer<'static>>>,
    unread: trust::Unread,
    /// Trust these *as well*.
    pub extra_authorities: Vec<CertificateDer<'static>>,
    /// Accept any certificate whatsoever. Everybody on the way can then read and change all.
    pub insecure: bool,
    /// The certificate and key shown to servers that ask for one.
    pub identity: Option<Identity>,
    /// The lowest version to accept.
    pub min_version: Option<TlsVersion>,
    /// The highest version to accept.
    pub max_version: Option<TlsVersion>,
    /// Refuse certificates that stand in one of these lists, and such of which none of them tells. A
    /// list past its date tells nothing. Nothing is trusted for being itself then.
    pub revocation_lists: Vec<CertificateRevocationListDer<'static>>,
    /// Go on only with peers that staple to their certificate the answer of its authority that it is not
    /// revoked (RFC 6066 section 8, RFC 6960), good for now. Nothing is trusted for being itself then.
    pub require_staple: bool,
    /// Go on only with peers that have one of these keys, whoever vouches for them; any key if empty.
    /// It is checked even where `insecure` trusts anybody.
    pub pinned_keys: Vec<KeyPin>,
    /// Resume no session of an earlier connection.
    pub no_resumption: bool,
    /// What is offered of ciphers and groups.
    pub(super) chosen: Chosen,
    /// Do not say in the handshake what will be spoken (ALPN, RFC 7301).
    pub no_alpn: bool,
    /// Note a certificate that no authority vouches for instead of refusing it: whoever sets this
    /// decides on it before anything is sent.
    pub(crate) first_use: Option<FirstUse>,
}

/// A version of TLS that can be spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2, RFC 5246.
    V1_2,
    /// TLS 1.3, RFC 8446.
    V1_3,
}

fn tls_error(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Tls, Phase::TlsHandshake, message)
}

impl TlsOptions {
    fn versions(&self) -> Result<Vec<&'static rustls::SupportedProtocolVersion>> {
        let min = self.min_version.unwrap_or(TlsVersion::V1_2);
        let max = self.max_version.unwrap_or(TlsVersion::V1_3);
        let known = [
            (TlsVersion::V1_3, &rustls::version::TLS13),
            (TlsVersion::V1_2, &rustls::version::TLS12),
        ];
        let offered: Vec<_> =
            known.iter().filter(|(v, _)| (min..=max).contains(v)).map(|(_, v)| *v).collect();
        if offered.is_empty() {
            return Err(Error::usage("the lowest TLS version is above the highest"));
        }
        Ok(offered)
    }

    fn build(&self, alpn: &[&[u8]]) -> Result<(ClientConfig, Arc<Verifier>)> {
        let provider = self.provider()?;
        let algorithms = provider.signature_verification_algorithms;
        let verifier = Arc::new(Verifier::new(self, algorithms)?);
        let versions = self.versions()?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(suites::none_usable)?
            .dangerous()
            .with_custom_certificate_verifier(verifier.clone());
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(unusable_identity)?,
        };
        if !self.no_alpn {
            config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        }
        if self.no_resumption {
            config.resumption = Resumption::disabled();
        }
        if std::env::var_os("SSLKEYLOGFILE").is_some() {
            config.key_log = Arc::new(rustls::KeyLogFile::new());
        }
        Ok((config, verifier))
    }
}

fn unusable_identity(error: rustls::Error) -> Error {
    let unusable = |what| Error::new(ErrorKind::ClientCertificate, Phase::Preparing, what);
    match error {
        rustls::Error::InconsistentKeys(_) => {
            unusable("the client's key does not belong to its certificate")
        }
        other => unusable("the client certificate and its key cannot be used").because(other),
    }
}
