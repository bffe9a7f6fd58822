//! What a certificate says: names, dates, its key.
//!
//! Out of scope: whether any of it is true. Trust is decided in the TLS library, never by what is read
//! here.
//!
//! Specifications: RFC 5280 section 4 (certificates), RFC 3279 and 5480 (keys), X.690 (DER).
//!
//! ```
//! use landline_wire::certificate::Certificate;
//!
//! let der = include_bytes!("certificate/samples/ec.der");
//! let certificate = Certificate::parse(der)?;
//! assert_eq!(certificate.subject.to_string(), "C=DE; O=Landline; CN=a.test");
//! assert_eq!(certificate.names[1].to_string(), "IP Address:127.0.0.1");
//! assert_eq!((certificate.key.algorithm.as_str(), certificate.key.bits), ("EC P-256", Some(256)));
//! # Ok::<(), landline_wire::certificate::BadCertificate>(())
//! ```
//!
//! All text in it is the peer's. `Display` makes it harmless, the fields hold it as it came.

mod name;
mod oids;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::time::SystemTime;

pub use name::Name;

use crate::calendar::DateTime;
use crate::der::{self, Reader};
use crate::escape::escape;

/// What stands in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// 3 for all that is in use.
    pub version: u8,
    /// The number that its issuer gave it, big-endian.
    pub serial: Vec<u8>,
    /// How it is signed: `ecdsa-with-SHA256`, or the identifier with its dots.
    pub signature_algorithm: String,
    /// Who says to have signed it.
    pub issuer: Name,
    /// From when on it is valid.
    pub not_before: SystemTime,
    /// Until when it is valid.
    pub not_after: SystemTime,
    /// Whom it is for. Hosts are told by `names` alone (RFC 9525 section 2).
    pub subject: Name,
    /// The key it is about.
    pub key: PublicKey,
    /// Its alternative names, among them the hosts it is for.
    pub names: Vec<AlternativeName>,
}

/// The key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicKey {
    /// `RSA`, `EC P-256`, `Ed25519`, or the identifier with its dots.
    pub algorithm: String,
    /// Its size, where that is told.
    pub bits: Option<usize>,
    /// `SubjectPublicKeyInfo` in DER: what a pin is the SHA-256 of.
    pub info: Vec<u8>,
}

/// One of the names in `subjectAltName` (RFC 5280 section 4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlternativeName {
    /// A host, or all below one (`*.a.test`).
    Dns(String),
    /// An address.
    Ip(IpAddr),
    /// A mailbox.
    Email(String),
    /// A URI.
    Uri(String),
}

/// Shown as OpenSSL shows it.
impl fmt::Display for AlternativeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => write!(f, "DNS:{}", escape(name.as_bytes())),
            Self::Ip(address) => write!(f, "IP Address:{address}"),
            Self::Email(name) => write!(f, "email:{}", escape(name.as_bytes())),
            Self::Uri(name) => write!(f, "URI:{}", escape(name.as_bytes())),
        }
    }
}

/// These bytes are no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCertificate;

impl fmt::Display for BadCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no certificate that can be read")
    }
}

impl std::error::Error for BadCertificate {}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`BadCertificate`] for anything else, and for a certificate with something behind it.
    pub fn parse(der: &[u8]) -> Result<Self, BadCertificate> {
        certificate(der).ok_or(BadCertificate)
    }
}

const CONTEXT_0: u8 = 0xa0;
const CONTEXT_3: u8 = 0xa3;

fn certificate(der: &[u8]) -> Option<Certificate> {
    let mut file = Reader::new(der);
    let mut outer = file.enter(der::SEQUENCE)?;
    let mut inner = outer.enter(der::SEQUENCE)?;
    let signature_algorithm = algorithm(outer.enter(der::SEQUENCE)?)?;
    outer.take(der::BIT_STRING)?;
    let version = match inner.take_if(CONTEXT_0)? {
        Some(version) => Reader::new(version).take(der::INTEGER)?.last()?.saturating_add(1),
        None => 1,
    };
    let serial = inner.take(der::INTEGER)?.to_vec();
    inner.take(der::SEQUENCE)?;
    let issuer = Name::read(inner.enter(der::SEQUENCE)?)?;
    let mut dates = inner.enter(der::SEQUENCE)?;
    let (not_before, not_after) = (date(&mut dates)?, date(&mut dates)?);
    let subject = Name::read(inner.enter(der::SEQUENCE)?)?;
    let key = public_key(&mut inner)?;
    let names = extensions(inner)?;
    (file.is_empty() && outer.is_empty()).then_some(Certificate {
        version,
        serial,
        signature_algorithm,
        issuer,
        not_before,
        not_after,
        subject,
        key,
        names,
    })
}

fn algorithm(mut identifier: Reader<'_>) -> Option<String> {
    identifier.take(der::OBJECT_ID).map(oids::algorithm)
}

/// RFC 5280 section 4.1.2.5: in UTC, with seconds, without fractions of one.
pub(crate) fn date(dates: &mut Reader<'_>) -> Option<SystemTime> {
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    let element = dates.next()?;
    let digits = element.contents.strip_suffix(b"Z")?;
    let century: &[u8] = match (element.tag, digits.len()) {
        (GENERALIZED_TIME, 14) => b"",
        (UTC_TIME, 12) if digits[0] < b'5' => b"20",
        (UTC_TIME, 12) => b"19",
        _ => return None,
    };
    let digits = [century, digits].concat();
    let number = |from: usize, to: usize| {
        let digits = &digits[from..to];
        digits.iter().all(u8::is_ascii_digit).then_some(())?;
        Some(digits.iter().fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0')))
    };
    let pair = |from: usize| number(from, from + 2).and_then(|pair| u8::try_from(pair).ok());
    let date = DateTime {
        year: number(0, 4)?,
        month: pair(4)?,
        day: pair(6)?,
        hour: pair(8)?,
        minute: pair(10)?,
        second: pair(12)?,
    };
    date.to_system()
}

/// Whether this is a public key (`SubjectPublicKeyInfo`) in DER, and nothing behind it.
pub fn is_public_key(der: &[u8]) -> bool {
    let mut file = Reader::new(der);
    public_key(&mut file).is_some() && file.is_empty()
}

/// Takes a key apart, given the inside of its `SubjectPublicKeyInfo`: the inside of its `AlgorithmIdentifier`,
/// and its bits.
pub fn parts_of_key(info: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = Reader::new(info);
    let algorithm = parts.take(der::SEQUENCE)?;
    let bits = parts.take(der::BIT_STRING)?.strip_prefix(&[0])?;
    parts.is_empty().then_some((algorithm, bits))
}

fn public_key(inner: &mut Reader<'_>) -> Option<PublicKey> {
    let info = inner.next().filter(|element| element.tag == der::SEQUENCE)?;
    let mut parts = Reader::new(info.contents);
    let mut identifier = parts.enter(der::SEQUENCE)?;
    let id = identifier.take(der::OBJECT_ID)?;
    let bits = parts.take(der::BIT_STRING)?;
    let (algorithm, bits) = match oids::algorithm(id) {
        name if name == "RSA" => (name, rsa_bits(bits)),
        name if name == "EC" => {
            let (curve, bits) = oids::curve(identifier.take(der::OBJECT_ID).unwrap_or_default());
            (format!("{name} {curve}"), bits)
        }
        name => (name, None),
    };
    Some(PublicKey { algorithm, bits, info: info.whole.to_vec() })
}

/// The size of the modulus (RFC 3279 section 2.3.1).
fn rsa_bits(key: &[u8]) -> Option<usize> {
    let modulus = Reader::new(key.get(1..)?).enter(der::SEQUENCE)?.take(der::INTEGER)?;
    let leading = modulus.iter().position(|byte| *byte != 0)?;
    Some((modulus.len() - leading) * 8 - modulus[leading].leading_zeros() as usize)
}

/// What stands behind the key; of the extensions the alternative names.
fn extensions(mut rest: Reader<'_>) -> Option<Vec<AlternativeName>> {
    while !rest.is_empty() {
        let element = rest.next()?;
        if element.tag != CONTEXT_3 {
            continue;
        }
        let mut list = Reader::new(element.contents).enter(der::SEQUENCE)?;
        while !list.is_empty() {
            let mut extension = list.enter(der::SEQUENCE)?;
            if extension.take(der::OBJECT_ID)? == oids::SUBJECT_ALT_NAME {
                extension.take_if(0x01)?;
                return alternative_names(extension.take(der::OCTET_STRING)?);
            }
        }
    }
    Some(Vec::new())
}

fn alternative_names(extension: &[u8]) -> Option<Vec<AlternativeName>> {
    let mut list = Reader::new(extension).enter(der::SEQUENCE)?;
    let mut names = Vec::new();
    while !list.is_empty() {
        let element = list.next()?;
        let text = || String::from_utf8_lossy(element.contents).into_owned();
        names.extend(match element.tag {
            0x81 => Some(AlternativeName::Email(text())),
            0x82 => Some(AlternativeName::Dns(text())),
            0x86 => Some(AlternativeName::Uri(text())),
            0x87 => address(element.contents).map(AlternativeName::Ip),
            _ => None,
        });
    }
    Some(names)
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}
