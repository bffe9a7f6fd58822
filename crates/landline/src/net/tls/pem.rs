//! Certificates and keys from PEM files.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{Identity, TlsOptions};
use crate::{Error, ErrorKind, Phase, Result};

impl TlsOptions {
    /// Trusts the certificates in a PEM file instead of the system's authorities (`--cacert`).
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the file cannot be read or holds no certificate.
    pub fn trust_only_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let more = certificates(path.as_ref(), ErrorKind::Authorities)?;
        self.only_authorities.get_or_insert_default().extend(more);
        Ok(())
    }

    /// Trusts the certificates in PEM text instead of the system's authorities.
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the text holds no certificate.
    pub fn trust_only_pem(&mut self, pem: &[u8]) -> Result<()> {
        let unusable = |what| Error::new(ErrorKind::Authorities, Phase::Preparing, what);
        let more: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| unusable("the authorities are not in PEM").because(error))?;
        if more.is_empty() {
            return Err(unusable("there is no certificate in the PEM text"));
        }
        self.only_authorities.get_or_insert_default().extend(more);
        Ok(())
    }

    /// Trusts the certificates in a PEM file besides the system's authorities.
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the file cannot be read or holds no certificate.
    pub fn trust_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.extra_authorities.extend(certificates(path.as_ref(), ErrorKind::Authorities)?);
        Ok(())
    }
}

impl Identity {
    /// Reads a certificate chain and its key from PEM files, which may be one and the same.
    ///
    /// # Errors
    /// [`ErrorKind::ClientCertificate`], naming the file and what is wrong with it.
    pub fn from_pem_files(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self> {
        let chain = certificates(chain.as_ref(), ErrorKind::ClientCertificate)?;
        let key = key.as_ref();
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| match error {
            PemError::NoItemsFound => {
                unusable(key, ErrorKind::ClientCertificate, "holds no private key in plain PEM")
            }
            error => unreadable(key, ErrorKind::ClientCertificate, error),
        })?;
        Ok(Self { chain, key: Arc::new(key) })
    }
}

fn certificates(path: &Path, kind: ErrorKind) -> Result<Vec<CertificateDer<'static>>> {
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(path, kind, error))?;
    if found.is_empty() {
        return Err(unusable(path, kind, "holds no certificate in PEM"));
    }
    Ok(found)
}

fn unreadable(path: &Path, kind: ErrorKind, error: PemError) -> Error {
    let message = format!("{} cannot be read", path.display());
    let unreadable = Error::new(kind, Phase::Preparing, message);
    match error {
        PemError::Io(error) => unreadable.because(error),
        other => unreadable.because(other),
    }
}

fn unusable(path: &Path, kind: ErrorKind, why: &str) -> Error {
    Error::new(kind, Phase::Preparing, format!("{} {why}", path.display()))
}
