//! What a finished handshake tells, and the certificates that were shown in it.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landline_wire::certificate::{BadCertificate, Certificate};
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};

use super::{KeyPin, TlsStream};

/// What the handshake agreed on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TlsFacts {
    /// The version, such as `TLSv1.3`.
    pub version: String,
    /// The cipher suite, such as `TLS13_AES_256_GCM_SHA384`; empty under QUIC, where it is not told.
    pub cipher: String,
    /// The protocol chosen through ALPN (RFC 7301).
    pub alpn: Option<String>,
    /// The peer's certificate, and behind it what it sent along to vouch for it. Of a resumed session
    /// it is those of its first handshake.
    pub chain: Vec<PeerCertificate>,
}

impl TlsFacts {
    pub(in crate::net) fn of(stream: &TlsStream) -> Self {
        let session = stream.get_ref().1;
        let version = match session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
            other => format!("{other:?}"),
        };
        let cipher = session.negotiated_cipher_suite().map(|suite| suite.suite());
        let cipher = cipher.map_or_else(String::new, |suite| format!("{suite:?}"));
        let alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        let shown = session.peer_certificates().unwrap_or_default();
        Self {
            version,
            cipher,
            alpn,
            chain: shown.iter().cloned().map(PeerCertificate::new).collect(),
        }
    }

    /// Of a QUIC connection, which says nothing of its cipher.
    #[cfg(feature = "http3")]
    pub(in crate::net) fn of_quic(
        alpn: Option<String>,
        shown: Vec<CertificateDer<'static>>,
    ) -> Self {
        let chain = shown.into_iter().map(PeerCertificate::new).collect();
        Self { version: "TLSv1.3".to_owned(), cipher: String::new(), alpn, chain }
    }

    /// The peer's own certificate.
    pub fn certificate(&self) -> Option<&PeerCertificate> {
        self.chain.first()
    }
}

/// A certificate that a peer has shown. Nothing of it is read before it is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerCertificate(Arc<CertificateDer<'static>>);

impl PeerCertificate {
    pub(super) fn new(certificate: CertificateDer<'static>) -> Self {
        Self(Arc::new(certificate))
    }

    /// All of it, in DER.
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// All of it, in PEM (RFC 7468).
    pub fn to_pem(&self) -> String {
        let text = BASE64.encode(self.der());
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for line in text.as_bytes().chunks(64) {
            pem.extend(line.iter().copied().map(char::from));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }

    /// Reads it: names, dates, key.
    ///
    /// # Errors
    /// [`BadCertificate`] when it is malformed.
    pub fn read(&self) -> Result<Certificate, BadCertificate> {
        Certificate::parse(self.der())
    }

    /// SHA-256 of all of it.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(self.der()).into()
    }

    /// SHA-256 of its key, as it is pinned.
    ///
    /// # Errors
    /// [`BadCertificate`] when it is malformed.
    pub fn pin(&self) -> Result<KeyPin, BadCertificate> {
        self.read().map(|certificate| KeyPin::of(&certificate.key.info))
    }
}

impl fmt::Debug for PeerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.read() {
            Ok(certificate) => write!(f, "PeerCertificate({})", certificate.subject),
            Err(_) => write!(f, "PeerCertificate({} bytes, malformed)", self.0.len()),
        }
    }
}
