//! Who to be: a certificate and its private key, from files of every usual form.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use landline_wire::sealed::{BadSealed, Sealed};
use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::decrypt::{self, Shut};
use super::{contents, pkcs12};
use crate::whole_file::read_credentials;
use crate::{Error, ErrorKind, Phase, Result};

/// A client's certificate chain and its private key.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: Arc<PrivateKeyDer<'static>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates, key hidden)", self.chain.len())
    }
}

impl Identity {
    /// Reads a certificate chain and its key from files, which may be one and the same. Both may be PEM
    /// or DER; a key PKCS #8, PKCS #1 or SEC1, or PKCS #8 encrypted with `passphrase` by AES (RFC 8018,
    /// what OpenSSL writes; needs the feature `aws-lc-rs`). Both may stand in one file of PKCS #12 (RFC
    /// 7292), the key's own certificate wherever in it.
    ///
    /// # Errors
    /// [`ErrorKind::ClientCertificate`], naming the file and what is wrong with it, and the command that
    /// turns what is not read into what is.
    pub fn from_files(
        chain: impl AsRef<Path>,
        key: impl AsRef<Path>,
        passphrase: Option<&str>,
    ) -> Result<Self> {
        let (chain, key) = (chain.as_ref(), key.as_ref());
        let file = read(chain)?;
        let (chain, key) = match contents::is_pkcs12(&file) {
            true => {
                let store = pkcs12::open(chain, &file, passphrase)?;
                let other = Some(key).filter(|key| *key != chain);
                let other = other.map(|key| read_key(key, passphrase)).transpose()?;
                (store.chain, other.unwrap_or(store.key))
            }
            false => (read_chain(chain, &file)?, read_key(key, passphrase)?),
        };
        Ok(Self { chain, key: Arc::new(key) })
    }
}

fn read_chain(path: &Path, bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let found: Vec<_> = match contents::is_pem(bytes) {
        true => CertificateDer::pem_slice_iter(bytes)
            .collect::<Result<_, _>>()
            .map_err(|error| unusable(format!("{} is not whole", path.display())).because(error))?,
        false => vec![CertificateDer::from(bytes.to_vec())],
    };
    let is_read = |der: &CertificateDer<'_>| webpki::EndEntityCert::try_from(der).is_ok();
    if found.first().is_some_and(is_read) {
        return Ok(found);
    }
    Err(misfit(path, bytes, "a certificate"))
}

fn read_key(path: &Path, passphrase: Option<&str>) -> Result<PrivateKeyDer<'static>> {
    let bytes = read(path)?;
    if !contents::is_pem(&bytes) {
        return key_in_der(path, &bytes, passphrase);
    }
    if let Some(sealed) = encrypted_section(&bytes) {
        return open(path, &sealed, passphrase);
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        // Lines of a head stand between the label and the letters (RFC 1421 section 4.6).
        _ if bytes.windows(9).any(|text| text == b"ENCRYPTED") => convert(
            path,
            "holds a private key encrypted in the old way of OpenSSL",
            "openssl pkcs8 -topk8 -in OLD -out NEW",
        ),
        rustls::pki_types::pem::Error::NoItemsFound => misfit(path, &bytes, "a private key"),
        error => unusable(format!("{} is not whole", path.display())).because(error),
    })
}

fn key_in_der(path: &Path, der: &[u8], passphrase: Option<&str>) -> Result<PrivateKeyDer<'static>> {
    if !matches!(Sealed::key(der), Err(BadSealed::Malformed)) {
        return open(path, der, passphrase);
    }
    // Which rustls would take for a key.
    if contents::is_pkcs12(der) {
        return pkcs12::open(path, der, passphrase).map(|store| store.key);
    }
    let key = PrivateKeyDer::try_from(der).map_err(|_| misfit(path, der, "a private key"))?;
    Ok(key.clone_key())
}

/// The first section with the label of an encrypted key, which rustls passes over: so it gets one that
/// rustls knows.
fn encrypted_section(pem: &[u8]) -> Option<Vec<u8>> {
    const LABEL: &str = "ENCRYPTED PRIVATE KEY";
    let text = String::from_utf8_lossy(pem);
    let begin = text.find(&format!("-----BEGIN {LABEL}-----"))?;
    let known = text[begin..].replace(LABEL, "CERTIFICATE REQUEST");
    let first = <(SectionKind, Vec<u8>)>::from_pem_slice(known.as_bytes());
    first.ok().map(|(_, der)| der)
}

fn open(path: &Path, sealed: &[u8], passphrase: Option<&str>) -> Result<PrivateKeyDer<'static>> {
    const COMMAND: &str = "openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW";
    let shown = path.display();
    let key = Sealed::key(sealed).map_err(|error| match error {
        BadSealed::Malformed => unusable(format!("{shown} holds no encrypted private key")),
        _ => convert(path, &format!("holds a private key {error}"), COMMAND),
    })?;
    let Some(passphrase) = passphrase else {
        return Err(unusable(format!(
            "{shown} holds an encrypted private key, and no passphrase is given"
        )));
    };
    let plain = decrypt::open(&key, passphrase).map_err(|shut| match shut {
        Shut::Passphrase => {
            unusable(format!("the passphrase does not open the private key in {shown}"))
        }
        Shut::Means => convert(
            path,
            "holds an encrypted private key, which this build does not open",
            "openssl pkey -in OLD -out NEW",
        ),
    })?;
    let key = PrivateKeyDer::try_from(plain);
    key.map_err(|_| unusable(format!("the passphrase does not open the private key in {shown}")))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    read_credentials(path)
        .map_err(|error| unusable(format!("{} cannot be read", path.display())).because(error))
}

fn misfit(path: &Path, bytes: &[u8], wanted: &str) -> Error {
    unusable(contents::misfit(path, bytes, wanted))
}

/// What is wrong, and the command that makes it right.
pub(super) fn convert(path: &Path, what: &str, command: &str) -> Error {
    let file = path.display().to_string();
    let command = command.replace("OLD", &file).replace("NEW", &format!("{file}.new"));
    unusable(format!("{file} {what}; this makes one that is read: {command}"))
}

pub(super) fn unusable(what: String) -> Error {
    Error::new(ErrorKind::ClientCertificate, Phase::Preparing, what)
}
