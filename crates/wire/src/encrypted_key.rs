//! Private keys behind a passphrase: what it takes to open them.
//!
//! Out of scope: the cryptography; the older schemes of PKCS #5 version 1 and PKCS #12, and scrypt, are
//! called by their names only.
//!
//! Specifications: RFC 5958 section 3 (`EncryptedPrivateKeyInfo`), RFC 8018 section 6.2 (PBES2).

use std::fmt;

use crate::der::{self, Reader, dotted};

/// A private key encrypted by PBES2 with PBKDF2 and AES in CBC mode, as OpenSSL writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptedKey<'a> {
    /// What the key is derived by.
    pub hash: Hash,
    /// Goes into the derivation.
    pub salt: &'a [u8],
    /// How often the hash is run, from 1 to [`MAX_ITERATIONS`].
    pub iterations: u32,
    /// The length of the AES key in bytes: 16, 24 or 32.
    pub key_bytes: usize,
    /// The initial vector.
    pub iv: [u8; 16],
    /// PKCS #8 in DER, encrypted.
    pub data: &'a [u8],
}

/// More than this is refused: it would take minutes.
pub const MAX_ITERATIONS: u32 = 50_000_000;

/// The hash under PBKDF2's HMAC.
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

/// Why an encrypted key cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadEncryptedKey {
    /// It is none.
    Malformed,
    /// It is encrypted by something else, which has this name.
    Unsupported(String),
}

impl fmt::Display for BadEncryptedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("no encrypted private key"),
            Self::Unsupported(what) => write!(f, "encrypted by {what}, which is not supported"),
        }
    }
}

impl std::error::Error for BadEncryptedKey {}

use BadEncryptedKey::{Malformed, Unsupported};

impl<'a> EncryptedKey<'a> {
    /// Reads `EncryptedPrivateKeyInfo` in DER.
    ///
    /// # Errors
    /// [`BadEncryptedKey`] for anything else, something behind it included.
    pub fn parse(der: &'a [u8]) -> Result<Self, BadEncryptedKey> {
        let (scheme, parameters, data) = outside(der).ok_or(Malformed)?;
        if scheme != "1.2.840.113549.1.5.13" {
            return Err(unsupported(&scheme));
        }
        let (derivation, cipher) = two_parts(parameters).ok_or(Malformed)?;
        if derivation.0 != "1.2.840.113549.1.5.12" {
            return Err(unsupported(&derivation.0));
        }
        let (salt, iterations, hash) = pbkdf2(derivation.1).ok_or(Malformed)?;
        if !(1..=MAX_ITERATIONS).contains(&iterations) {
            return Err(Unsupported(format!("PBKDF2 with {iterations} iterations")));
        }
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
        Ok(Self { hash, salt, iterations, key_bytes, iv, data })
    }
}

/// An identifier and what follows it.
type Identified<'a> = (String, Reader<'a>);

fn outside(der: &[u8]) -> Option<(String, Reader<'_>, &[u8])> {
    let mut file = Reader::new(der);
    let mut outer = file.enter(der::SEQUENCE)?;
    let (scheme, parameters) = identified(&mut outer)?;
    let data = outer.take(der::OCTET_STRING)?;
    (file.is_empty() && outer.is_empty()).then_some((scheme, parameters, data))
}

fn identified<'a>(list: &mut Reader<'a>) -> Option<Identified<'a>> {
    let mut pair = list.enter(der::SEQUENCE)?;
    Some((dotted(pair.take(der::OBJECT_ID)?), pair))
}

fn two_parts(mut parameters: Reader<'_>) -> Option<(Identified<'_>, Identified<'_>)> {
    let mut parts = parameters.enter(der::SEQUENCE)?;
    Some((identified(&mut parts)?, identified(&mut parts)?))
}

/// RFC 8018 section 5.2; the length of the key is the cipher's.
fn pbkdf2(mut parameters: Reader<'_>) -> Option<(&[u8], u32, String)> {
    let mut parts = parameters.enter(der::SEQUENCE)?;
    let salt = parts.take(der::OCTET_STRING)?;
    let iterations = parts.take(der::INTEGER)?;
    let digits = iterations.strip_prefix(&[0]).unwrap_or(iterations);
    if digits.len() > 4 {
        return None;
    }
    let iterations = digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit));
    parts.take_if(der::INTEGER)?;
    let hash = match parts.is_empty() {
        true => "1.2.840.113549.2.7".to_owned(),
        false => identified(&mut parts)?.0,
    };
    Some((salt, iterations, hash))
}

fn unsupported(id: &str) -> BadEncryptedKey {
    let name = match id {
        "1.3.6.1.4.1.11591.4.11" => "scrypt",
        "1.2.840.113549.3.7" => "triple DES",
        "1.2.840.113549.1.5.3" | "1.2.840.113549.1.5.10" => "DES of PKCS #5 version 1",
        "1.2.840.113549.1.12.1.3" => "triple DES of PKCS #12",
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
        let key = EncryptedKey::parse(AES).expect("an encrypted key");
        assert_eq!((key.hash, key.iterations, key.key_bytes), (Hash::Sha256, 2048, 32));
        assert_eq!(key.data.len() % 16, 0);
    }

    #[test]
    fn other_schemes_have_names() {
        assert_eq!(EncryptedKey::parse(SCRYPT), Err(Unsupported("scrypt".to_owned())));
    }

    #[test]
    fn cut_or_changed_anywhere_it_is_an_error_or_a_value() {
        for end in 0..AES.len() {
            assert_eq!(EncryptedKey::parse(&AES[..end]), Err(Malformed));
        }
        assert_eq!(EncryptedKey::parse(&[AES, b"\0"].concat()), Err(Malformed));
        for at in 0..AES.len() {
            let mut changed = AES.to_vec();
            changed[at] ^= 0xff;
            if let Ok(key) = EncryptedKey::parse(&changed) {
                assert!((1..=MAX_ITERATIONS).contains(&key.iterations));
            }
        }
    }
}
