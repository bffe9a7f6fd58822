//! Public keys that a peer must have, whoever vouches for it.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landline_wire::certificate::is_public_key;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use super::contents;
use crate::whole_file::read_credentials;
use crate::{Error, ErrorKind, Phase, Result};

/// SHA-256 of a public key (`SubjectPublicKeyInfo`, as RFC 7469 section 2.4 has it), written
/// `sha256//` and base64.
///
/// ```
/// use landline::net::KeyPin;
///
/// let text = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
/// let pins = KeyPin::parse_list(&format!("{text};{text}"))?;
/// assert_eq!(pins[1], KeyPin::of(b""));
/// assert_eq!(pins[1].to_string(), text);
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyPin([u8; 32]);

impl KeyPin {
    /// Pins a public key in DER.
    pub fn of(key_info: &[u8]) -> Self {
        Self(Sha256::digest(key_info).into())
    }

    /// Reads pins with semicolons between them.
    ///
    /// # Errors
    /// [`ErrorKind::PinnedKey`] when one of them is none.
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        text.split(';').map(Self::parse).collect()
    }

    fn parse(text: &str) -> Result<Self> {
        let hash = text.strip_prefix("sha256//").and_then(|hash| BASE64.decode(hash).ok());
        let hash = hash.and_then(|hash| hash.try_into().ok()).map(Self);
        hash.ok_or_else(|| unusable("a pin is not sha256// and 44 letters of base64".to_owned()))
    }

    /// Pins the public key in a file, PEM or DER.
    ///
    /// # Errors
    /// [`ErrorKind::PinnedKey`] when the file cannot be read or holds no public key.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = read_credentials(path).map_err(|error| {
            unusable(format!("{} cannot be read", path.display())).because(error)
        })?;
        if let Ok(key) = SubjectPublicKeyInfoDer::from_pem_slice(&bytes) {
            return Ok(Self::of(&key));
        }
        match is_public_key(&bytes) {
            true => Ok(Self::of(&bytes)),
            false => Err(unusable(contents::misfit(path, &bytes, "a public key"))),
        }
    }
}

fn unusable(what: String) -> Error {
    Error::new(ErrorKind::PinnedKey, Phase::Preparing, what)
}

impl fmt::Display for KeyPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256//{}", BASE64.encode(self.0))
    }
}

impl fmt::Debug for KeyPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPin({self})")
    }
}
