//! A certificate authority that lives as long as the test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    GeneralSubtree, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, NameConstraints,
    RevokedCertParams, date_time_ymd,
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
        Authority::made(CertificateParams::default())
    }

    /// Makes one that may vouch for names below `domain` alone (RFC 5280 section 4.2.1.10).
    pub fn limited_to(domain: &str) -> Authority {
        let permitted_subtrees = vec![GeneralSubtree::DnsName(domain.to_owned())];
        let limits = NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() };
        let mut params = CertificateParams::default();
        params.name_constraints = Some(limits);
        Authority::made(params)
    }

    fn made(mut params: CertificateParams) -> Authority {
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

    /// Returns its key in PEM, for those who sign in its name.
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
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

    /// Revokes certificates by their [serial numbers](Leaf::serial): gives a list (RFC 5280 section 5)
    /// in DER and in PEM, which is good until this day.
    pub fn revoke(&self, serials: &[u64], until: (i32, u8, u8)) -> (Vec<u8>, String) {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: (*serial).into(),
            revocation_time: date_time_ymd(2001, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2000, 1, 1),
            next_update: date_time_ymd(until.0, until.1, until.2),
            crl_number: 1.into(),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.issuer).expect("a list");
        (list.der().to_vec(), list.pem().expect("a list in PEM"))
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
