//! What stands behind a passphrase: private keys, and the parts of PKCS #12. What it takes to open them.
//!
//! Out of scope: the ciphers; DES of PKCS #5 version 1 and scrypt are called by their names only.
//!
//! Specifications: RFC 5958 section 3 (`EncryptedPrivateKeyInfo`), RFC 8018 section 6.2 (PBES2), RFC 7292
//! appendix C (the schemes of PKCS #12).

use std::fmt;

use crate::der::{self, Reader, dotted};

/// Encrypted data, by one of the schemes that OpenSSL, Java, Windows and macOS write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealed<'a> {
    /// What it is encrypted by.
    pub cipher: Cipher,
    /// Goes into the derivation of the key.
    pub salt: &'a [u8],
    /// How often the hash is run, from 1 to [`MAX_ITERATIONS`].
    pub iterations: u32,
    /// The encrypted bytes.
    pub data: &'a [u8],
}

/// A cipher, in CBC mode with padding, and how its key is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// AES (PBES2), the key by PBKDF2.
    Aes {
        /// Under PBKDF2's HMAC.
        hash: Hash,
        /// The length of the key: 16, 24 or 32.
        key_bytes: usize,
        /// The initial vector.
        iv: [u8; 16],
    },
    /// Triple DES, key and initial vector by [`pkcs12::derive`](crate::pkcs12::derive) with SHA-1.
    TripleDes,
    /// RC2, likewise.
    Rc2 {
        /// The length of the key: 5 or 16.
        key_bytes: usize,
    },
}

/// More than this is refused: it would take minutes.
pub const MAX_ITERATIONS: u32 = 50_000_000;

/// The hash a key is derived with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// The default of RFC 8018.
    Sha1,
    /// The default of OpenSSL.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// Why something cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadSealed {
    /// It is nothing of the kind.
    Malformed,
    /// It is encrypted by something else, which has this name.
    Unsupported(String),
}

impl fmt::Display for BadSealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("malformed"),
            Self::Unsupported(what) => write!(f, "encrypted by {what}, which is not supported"),
        }
    }
}

impl std::error::Error for BadSealed {}

use BadSealed::{Malformed, Unsupported};

impl<'a> Sealed<'a> {
    /// Reads a private key (`EncryptedPrivateKeyInfo`) in DER.
    ///
    /// # Errors
    /// [`BadSealed`] for anything else, something behind it included.
    pub fn key(der: &'a [u8]) -> Result<Self, BadSealed> {
        let (algorithm, data) = outside(der).ok_or(Malformed)?;
        Self::by(algorithm, data)
    }

    /// Reads what `data` is encrypted by.
    pub(crate) fn by(algorithm: Identified<'a>, data: &'a [u8]) -> Result<Self, BadSealed> {
        let (scheme, parameters) = algorithm;
        let cipher = match scheme.as_str() {
            "1.2.840.113549.1.5.13" => return Self::by_pbes2(parameters, data),
            "1.2.840.113549.1.12.1.3" => Cipher::TripleDes,
            "1.2.840.113549.1.12.1.5" => Cipher::Rc2 { key_bytes: 16 },
            "1.2.840.113549.1.12.1.6" => Cipher::Rc2 { key_bytes: 5 },
            other => return Err(unsupported(other)),
        };
        let (salt, iterations, _) = salted(parameters).ok_or(Malformed)?;
        Ok(Self { cipher, salt, iterations: bounded(iterations)?, data })
    }

    fn by_pbes2(parameters: Reader<'a>, data: &'a [u8]) -> Result<Self, BadSealed> {
        let (derivation, cipher) = two_parts(parameters).ok_or(Malformed)?;
        if derivation.0 != "1.2.840.113549.1.5.12" {
            return Err(unsupported(&derivation.0));
        }
        let (salt, iterations, rest) = salted(derivation.1).ok_or(Malformed)?;
        let hash = hash(rest).ok_or(Malformed)?;
        let iterations = bounded(iterations)?;
        let key_bytes = match cipher.0.as_str() {
            "2.16.840.1.101.3.4.1.2" => 16,
            "2.16.840.1.101.3.4.1.22" => 24,
            "2.16.840.1.101.3.4.1.42" => 32,
            other => return Err(unsupported(other)),
        };
        let iv = cipher.1.clone().take(der::OCTET_STRING).and_then(|iv| iv.try_into().ok());
        let iv = iv.ok_or(Malformed)?;
        let hash = match hash.as_str() {
            "1.2.840.113549.2.7" => Hash::Sha1,
            "1.2.840.113549.2.9" => Hash::Sha256,
            "1.2.840.113549.2.10" => Hash::Sha384,
            "1.2.840.113549.2.11" => Hash::Sha512,
            other => return Err(unsupported(other)),
        };
        Ok(Self { cipher: Cipher::Aes { hash, key_bytes, iv }, salt, iterations, data })
    }
}

/// An identifier and what follows it.
pub(crate) type Identified<'a> = (String, Reader<'a>);

fn outside(der: &[u8]) -> Option<(Identified<'_>, &[u8])> {
    let mut file = Reader::new(der);
    let mut outer = file.enter(der::SEQUENCE)?;
    let algorithm = identified(&mut outer)?;
    let data = outer.take(der::OCTET_STRING)?;
    (file.is_empty() && outer.is_empty()).then_some((algorithm, data))
}

pub(crate) fn identified<'a>(list: &mut Reader<'a>) -> Option<Identified<'a>> {
    let mut pair = list.enter(der::SEQUENCE)?;
    Some((dotted(pair.take(der::OBJECT_ID)?), pair))
}

fn two_parts(mut parameters: Reader<'_>) -> Option<(Identified<'_>, Identified<'_>)> {
    let mut parts = parameters.enter(der::SEQUENCE)?;
    Some((identified(&mut parts)?, identified(&mut parts)?))
}

/// What the parameters of all derivations begin with.
fn salted(mut parameters: Reader<'_>) -> Option<(&[u8], u32, Reader<'_>)> {
    let mut parts = parameters.enter(der::SEQUENCE)?;
    let salt = parts.take(der::OCTET_STRING)?;
    let iterations = number(parts.take(der::INTEGER)?)?;
    Some((salt, iterations, parts))
}

pub(crate) fn number(digits: &[u8]) -> Option<u32> {
    let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
    (digits.len() <= 4).then(|| digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit)))
}

pub(crate) fn bounded(iterations: u32) -> Result<u32, BadSealed> {
    match iterations {
        1..=MAX_ITERATIONS => Ok(iterations),
        other => Err(Unsupported(format!("a key of {other} iterations"))),
    }
}

/// RFC 8018 section 5.2; the length of the key is the cipher's.
fn hash(mut parts: Reader<'_>) -> Option<String> {
    parts.take_if(der::INTEGER)?;
    match parts.is_empty() {
        true => Some("1.2.840.113549.2.7".to_owned()),
        false => Some(identified(&mut parts)?.0),
    }
}

fn unsupported(id: &str) -> BadSealed {
    let name = match id {
        "1.3.6.1.4.1.11591.4.11" => "scrypt",
        "1.2.840.113549.3.7" => "triple DES",
        "1.2.840.113549.1.5.3" | "1.2.840.113549.1.5.10" => "DES of PKCS #5 version 1",
        other => other,
    };
    Unsupported(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 2048`, of an Ed25519 key.
    const AES: &[u8] = include_bytes!("certificate/samples/aes.key");
    /// `openssl pkcs8 -topk8 -scrypt`
    const SCRYPT: &[u8] = include_bytes!("certificate/samples/scrypt.key");

    #[test]
    fn what_it_takes_to_open_it() {
        let key = Sealed::key(AES).expect("an encrypted key");
        let Cipher::Aes { hash, key_bytes, .. } = key.cipher else { panic!("{key:?}") };
        assert_eq!((hash, key.iterations, key_bytes), (Hash::Sha256, 2048, 32));
        assert_eq!(key.data.len() % 16, 0);
    }

    #[test]
    fn other_schemes_have_names() {
        assert_eq!(Sealed::key(SCRYPT), Err(Unsupported("scrypt".to_owned())));
    }

    #[test]
    fn cut_or_changed_anywhere_it_is_an_error_or_a_value() {
        for end in 0..AES.len() {
            assert_eq!(Sealed::key(&AES[..end]), Err(Malformed));
        }
        assert_eq!(Sealed::key(&[AES, b"\0"].concat()), Err(Malformed));
        for at in 0..AES.len() {
            let mut changed = AES.to_vec();
            changed[at] ^= 0xff;
            if let Ok(key) = Sealed::key(&changed) {
                assert!((1..=MAX_ITERATIONS).contains(&key.iterations));
            }
        }
    }
}
