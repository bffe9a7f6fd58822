//! A certificate authority that lives as long as the test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::{Identity, Leaf, provider};

/// A certificate authority of one's own.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pem: String,
}

impl Default for Authority {
    fn default() -> Authority {
        Authority::new()
    }
}

impl Authority {
    /// Makes a new authority with a key of its own.
    pub fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Landline test authority");
        let key = KeyPair::generate().expect("a key pair");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("a certificate");
        let pem = issuer.pem();
        Authority { issuer, pem }
    }

    /// Returns its certificate, for `--cacert`.
    pub fn ca_pem(&self) -> &str {
        &self.pem
    }

    /// Returns its certificate in DER.
    pub fn ca_der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// Writes its certificate to `ca.pem` in `dir` and returns the path.
    pub fn write_to(&self, dir: &Path) -> PathBuf {
        let path = dir.join("ca.pem");
        std::fs::write(&path, &self.pem).expect("the directory can be written to");
        path
    }

    /// Issues a good server certificate for `names` (DNS names, wildcards, IP addresses).
    pub fn issue(&self, names: &[&str]) -> Identity {
        self.sign(&Leaf::new(names))
    }

    /// Issues a server certificate that expired on 2 January 2020.
    pub fn expired(&self, names: &[&str]) -> Identity {
        self.sign(&Leaf::new(names).valid((2019, 1, 1), (2020, 1, 2)))
    }

    /// Issues a server certificate that becomes valid on 1 January 2090.
    pub fn not_yet_valid(&self, names: &[&str]) -> Identity {
        self.sign(&Leaf::new(names).valid((2090, 1, 1), (2091, 1, 1)))
    }

    /// Issues a good certificate that is for `elsewhere.test` and nobody else.
    pub fn wrong_host(&self) -> Identity {
        self.issue(&["elsewhere.test"])
    }

    /// Issues a client's certificate.
    pub fn issue_client(&self, name: &str) -> Identity {
        self.sign(&Leaf::new(&[name]).for_client())
    }

    /// Issues what `leaf` describes, whether it makes sense or not.
    pub fn sign(&self, leaf: &Leaf) -> Identity {
        let key = KeyPair::generate().expect("a key pair");
        let certificate = leaf.params.signed_by(&key, &self.issuer).expect("a certificate");
        Identity::new(&certificate, &key)
    }

    /// Returns the roots of a peer that trusts this authority alone.
    pub fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.ca_der()).expect("a certificate fit for a root");
        Arc::new(roots)
    }

    /// Returns the configuration of a rustls client that trusts this authority alone.
    pub fn client_config(&self) -> Arc<ClientConfig> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions")
            .with_root_certificates(self.roots())
            .with_no_client_auth();
        Arc::new(config)
    }
}
