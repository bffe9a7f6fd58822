//! TLS through rustls: trust, identity, versions, and what a finished handshake tells.
//!
//! Specifications: RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2), RFC 9525 (names in certificates).

mod buffered;
mod explain;
mod first_use;
mod pem;
mod sessions;
mod verify;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};

pub(super) use buffered::Buffered;
pub use explain::CertificateFault;
pub(super) use explain::late_alert;
pub(crate) use first_use::{FirstUse, Stranger};
pub(super) use sessions::Sessions;

use super::stream::{Stream, Transport};
use super::without_zone;
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
    /// Note a certificate that no authority vouches for instead of refusing it: whoever sets this
    /// decides on it before anything is sent.
    pub(crate) first_use: Option<FirstUse>,
}

/// A client's certificate chain and its private key.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Arc<PrivateKeyDer<'static>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates, key hidden)", self.chain.len())
    }
}

/// A version of TLS that can be spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2, RFC 5246.
    V1_2,
    /// TLS 1.3, RFC 8446.
    V1_3,
}

/// What the handshake agreed on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TlsFacts {
    /// The version, such as `TLSv1.3`.
    pub version: String,
    /// The cipher suite, such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// The protocol chosen through ALPN (RFC 7301).
    pub alpn: Option<String>,
}

impl TlsFacts {
    pub(super) fn of(stream: &TlsStream) -> Self {
        let session = stream.get_ref().1;
        let version = match session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
            other => format!("{other:?}"),
        };
        let cipher = session.negotiated_cipher_suite().map(|suite| suite.suite());
        let alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        Self { version, cipher: cipher.map_or_else(String::new, |c| format!("{c:?}")), alpn }
    }
}

fn provider() -> Result<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    return Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return Ok(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    Err(tls_error("TLS is not built in: enable the feature aws-lc-rs or ring"))
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

    fn build(&self, alpn: &[&[u8]]) -> Result<ClientConfig> {
        let provider = provider()?;
        let verifier = verify::verifier(self, &provider)?;
        let versions = self.versions()?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|error| tls_error("no usable TLS version").because(error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(unusable_identity)?,
        };
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        if std::env::var_os("SSLKEYLOGFILE").is_some() {
            config.key_log = Arc::new(rustls::KeyLogFile::new());
        }
        Ok(config)
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

type Offer = Vec<Vec<u8>>;

/// The configurations made from one set of options; sessions resume only within one of them.
#[derive(Default)]
pub(super) struct TlsConfigs(Mutex<Vec<(Offer, Arc<ClientConfig>)>>);

impl TlsConfigs {
    fn get(&self, options: &TlsOptions, alpn: &[&[u8]]) -> Result<Arc<ClientConfig>> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, config)) = made.iter().find(|(offer, _)| offer == alpn) {
            return Ok(config.clone());
        }
        let config = Arc::new(options.build(alpn)?);
        let offer = alpn.iter().map(|name| name.to_vec()).collect();
        made.push((offer, config.clone()));
        Ok(config)
    }

    /// Runs the handshake over `stream`, as a client of `host`; `sessions` are those it may resume,
    /// any of this host otherwise.
    pub(super) async fn handshake(
        &self,
        stream: Stream,
        host: &str,
        options: &TlsOptions,
        alpn: &[&[u8]],
        sessions: Option<&Arc<Sessions>>,
    ) -> Result<Stream> {
        let mut config = self.get(options, alpn)?;
        if let Some(sessions) = sessions {
            Arc::make_mut(&mut config).resumption = Resumption::store(sessions.clone());
        }
        let bare = without_zone(host);
        let name = ServerName::try_from(bare.strip_suffix('.').unwrap_or(bare).to_owned())
            .map_err(|_| tls_error(format!("{host} is not a name a certificate can be for")))?;
        let (transport, peer, local) = stream.into_transport();
        let connector = tokio_rustls::TlsConnector::from(config);
        match connector.connect(name, Buffered::new(transport)).into_fallible().await {
            Ok(tls) => Ok(Stream::from_transport(Transport::Tls(Box::new(tls)), peer, local)),
            Err((error, pipe)) => Err(explain::handshake(error, host, &peer, pipe.first_bytes())),
        }
    }
}
