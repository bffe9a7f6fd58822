//! Whom to trust, from files: authorities, and lists of what they have revoked.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};

use super::{TlsOptions, contents};
use crate::whole_file::read_credentials;
use crate::{Error, ErrorKind, Phase, Result};

/// Authorities that nobody has read yet.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Unread {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl TlsOptions {
    /// Trusts the certificates in a PEM file instead of the system's authorities (`--cacert`).
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the file cannot be read or holds no certificate.
    pub fn trust_only_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let more = authorities(path.as_ref())?;
        self.only_authorities.get_or_insert_default().extend(more);
        Ok(())
    }

    /// Trusts the certificates in PEM text instead of the system's authorities.
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the text holds no certificate.
    pub fn trust_only_pem(&mut self, pem: &[u8]) -> Result<()> {
        let unusable = |what| Error::new(ErrorKind::Authorities, Phase::Preparing, what);
        let more = in_pem(pem)
            .map_err(|error| unusable("the authorities are not in PEM").because(error))?;
        if more.is_empty() {
            return Err(unusable("there is no certificate in the PEM text"));
        }
        self.only_authorities.get_or_insert_default().extend(more);
        Ok(())
    }

    /// Trusts the certificates in all PEM files of a folder instead of the system's authorities
    /// (`--capath`), whatever the files are called; files of another kind are passed over.
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the folder or a file in it cannot be read, or none holds a
    /// certificate.
    pub fn trust_only_folder(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let mut more = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, error))? {
            let file = entry.map_err(|error| unreadable(path, error))?.path();
            if file.is_file() {
                let bytes = read_credentials(&file).map_err(|error| unreadable(&file, error))?;
                more.extend(in_pem(&bytes).unwrap_or_default());
            }
        }
        if more.is_empty() {
            let what = format!("no file in {} holds a certificate in PEM", path.display());
            return Err(Error::new(ErrorKind::Authorities, Phase::Preparing, what));
        }
        // By name of the subject and by that of the file they are the same ones twice.
        more.sort_by(|one, other| one.as_ref().cmp(other.as_ref()));
        more.dedup();
        self.only_authorities.get_or_insert_default().extend(more);
        Ok(())
    }

    /// Trusts what [`trust_only_file`](Self::trust_only_file) and
    /// [`trust_only_folder`](Self::trust_only_folder) would, and reads it for the first connection that
    /// speaks TLS: such a connection fails with [`ErrorKind::Authorities`] where those would.
    pub fn trust_only_later(&mut self, files: Vec<PathBuf>, folders: Vec<PathBuf>) {
        self.unread.files.extend(files);
        self.unread.folders.extend(folders);
    }

    /// Reads now what [`trust_only_later`](Self::trust_only_later) has put off.
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when a file or folder cannot be read or holds no certificate.
    pub fn read_authorities(&mut self) -> Result<()> {
        let unread = std::mem::take(&mut self.unread);
        unread.files.iter().try_for_each(|file| self.trust_only_file(file))?;
        unread.folders.iter().try_for_each(|folder| self.trust_only_folder(folder))
    }

    pub(super) fn with_authorities(&self) -> Result<Cow<'_, Self>> {
        let mut all = Cow::Borrowed(self);
        if self.unread != Unread::default() {
            all.to_mut().read_authorities()?;
        }
        Ok(all)
    }

    /// Whether somebody has said whom to trust instead of the system's authorities.
    pub(crate) fn trusts_only_some(&self) -> bool {
        self.only_authorities.is_some() || self.unread != Unread::default()
    }

    /// Trusts the certificates in a PEM file besides the system's authorities.
    ///
    /// # Errors
    /// [`ErrorKind::Authorities`] when the file cannot be read or holds no certificate.
    pub fn trust_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.extra_authorities.extend(authorities(path.as_ref())?);
        Ok(())
    }

    /// Refuses what stands in the lists of a file, PEM or DER (`--crlfile`, RFC 5280 section 5).
    ///
    /// # Errors
    /// [`ErrorKind::RevocationLists`] when the file cannot be read, or holds no list that can be used.
    pub fn refuse_revoked(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let unusable = |what| Error::new(ErrorKind::RevocationLists, Phase::Preparing, what);
        let cannot = || unusable(format!("{} cannot be read", path.display()));
        let bytes = read_credentials(path).map_err(|error| cannot().because(error))?;
        let lists: Vec<_> = match contents::is_pem(&bytes) {
            true => CertificateRevocationListDer::pem_slice_iter(&bytes)
                .collect::<Result<_, _>>()
                .map_err(|error| cannot().because(error))?,
            false => vec![CertificateRevocationListDer::from(bytes.clone())],
        };
        let checked = lists
            .iter()
            .try_for_each(|list| webpki::BorrowedCertRevocationList::from_der(list).map(drop));
        match checked {
            Ok(()) if lists.is_empty() => {
                Err(unusable(contents::misfit(path, &bytes, "a list of revoked certificates")))
            }
            Ok(()) => {
                self.revocation_lists.extend(lists);
                Ok(())
            }
            Err(error) => {
                let what =
                    contents::misfit(path, &bytes, "a list of revoked certificates to go by");
                Err(unusable(what).because(error))
            }
        }
    }
}

fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = read_credentials(path).map_err(|error| unreadable(path, error))?;
    let found = in_pem(&bytes).map_err(|error| {
        let what = format!("{} is not whole", path.display());
        Error::new(ErrorKind::Authorities, Phase::Preparing, what).because(error)
    })?;
    if found.is_empty() {
        let what = contents::misfit(path, &bytes, "certificates in PEM");
        return Err(Error::new(ErrorKind::Authorities, Phase::Preparing, what));
    }
    Ok(found)
}

fn in_pem(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemError> {
    CertificateDer::pem_slice_iter(bytes).collect()
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    let what = format!("{} cannot be read", path.display());
    Error::new(ErrorKind::Authorities, Phase::Preparing, what).because(error)
}
