//! A certificate with its key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{Certificate, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::{Leaf, ServerSetup};

/// A certificate with its key: who a server, or a client, is.
#[derive(Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
    certificate_pem: String,
    key_pem: String,
}

/// Where [`Identity::write_to`] has put things.
#[derive(Clone, Debug)]
pub struct IdentityFiles {
    /// The certificate in PEM.
    pub certificate: PathBuf,
    /// The key in PEM (PKCS #8).
    pub key: PathBuf,
}

impl Identity {
    pub(super) fn new(certificate: &Certificate, key: &KeyPair) -> Identity {
        Identity {
            certificate: certificate.der().clone(),
            key: key.serialize_der(),
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        }
    }

    /// Makes a certificate signed by itself, `CA:FALSE`.
    pub fn self_signed(names: &[&str]) -> Identity {
        Identity::self_signed_as(&Leaf::new(names))
    }

    /// Makes a certificate signed by itself, `CA:TRUE`, as `openssl req -x509` does.
    pub fn self_signed_ca(names: &[&str]) -> Identity {
        Identity::self_signed_as(&Leaf::new(names).marked_as_ca())
    }

    /// Makes what `leaf` describes, signed by itself.
    pub fn self_signed_as(leaf: &Leaf) -> Identity {
        let key = KeyPair::generate().expect("a key pair");
        let certificate = leaf.params.self_signed(&key).expect("a certificate");
        Identity::new(&certificate, &key)
    }

    /// Returns the certificate in PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Returns the key in PEM (PKCS #8).
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Returns the certificate in DER.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    /// Returns the key in DER.
    pub fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()))
    }

    /// Writes `cert.pem` and `key.pem` into `dir`.
    pub fn write_to(&self, dir: &Path) -> IdentityFiles {
        let files = IdentityFiles { certificate: dir.join("cert.pem"), key: dir.join("key.pem") };
        let written = std::fs::write(&files.certificate, &self.certificate_pem)
            .and_then(|()| std::fs::write(&files.key, &self.key_pem));
        written.expect("the directory can be written to");
        files
    }

    /// Starts a server configuration that shows this identity.
    pub fn setup(&self) -> ServerSetup {
        ServerSetup::new(self.clone())
    }

    /// Returns the plain server configuration: TLS 1.2 and 1.3, no ALPN, no client certificate.
    pub fn server_config(&self) -> Arc<ServerConfig> {
        self.setup().config()
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}
