//! PKCS #12: certificates and keys in one file, behind one passphrase.
//!
//! Out of scope: the ciphers ([`sealed`](crate::sealed) tells which they are), parts that are sealed
//! with a public key, and BER's indefinite lengths.
//!
//! Specification: RFC 7292.
//!
//! ```
//! use landline_wire::pkcs12::{Part, Store, bags};
//!
//! let store = Store::parse(include_bytes!("pkcs12/samples/bare.p12"))?;
//! assert!(store.is_authentic("s3cret") && !store.is_authentic("wr0ng"));
//! let Part::Plain(part) = &store.parts[0] else { panic!("it is sealed") };
//! assert!(bags(part)?[0].local_id.is_some());
//! # Ok::<(), landline_wire::sealed::BadSealed>(())
//! ```

mod derive;
#[cfg(test)]
mod tests;

pub use derive::{Purpose, derive};

use crate::der::{self, Reader, dotted};
use crate::sealed::BadSealed::{self, Malformed, Unsupported};
use crate::sealed::{Hash, Sealed, bounded, identified, number};

/// A whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Store<'a> {
    /// What is in it.
    pub parts: Vec<Part<'a>>,
    contents: &'a [u8],
    mac: Option<MacData<'a>>,
}

/// A part of it: `SafeContents`, which [`bags`] reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// For everybody to read.
    Plain(&'a [u8]),
    /// To be opened first.
    Sealed(Sealed<'a>),
}

/// One thing in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bag<'a> {
    /// What it is.
    pub item: Item<'a>,
    /// A key and its own certificate have the same (RFC 2985 section 5.5.2).
    pub local_id: Option<&'a [u8]>,
}

/// What a bag holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item<'a> {
    /// A certificate in DER.
    Certificate(&'a [u8]),
    /// A private key, PKCS #8 in DER.
    Key(&'a [u8]),
    /// A private key, to be opened.
    SealedKey(Sealed<'a>),
    /// A list of revoked certificates, a secret, or what else there may be.
    Other,
}

/// RFC 7292 section 4, `MacData`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MacData<'a> {
    hash: Hash,
    digest: &'a [u8],
    salt: &'a [u8],
    iterations: u32,
}

impl<'a> Store<'a> {
    /// Reads a file in DER.
    ///
    /// # Errors
    /// [`BadSealed`] for anything else, something behind it included, and for what is sealed by something
    /// that is not known.
    pub fn parse(der: &'a [u8]) -> Result<Self, BadSealed> {
        let (contents, mac) = outside(der).ok_or(Malformed)?;
        let mac = mac.map(mac_data).transpose()?;
        let mut list = whole(contents).ok_or(Malformed)?;
        let mut parts = Vec::new();
        while !list.is_empty() {
            let info = list.enter(der::SEQUENCE).ok_or(Malformed)?;
            parts.push(part(info)?);
        }
        Ok(Self { parts, contents, mac })
    }

    /// Whether the file is as `passphrase` has sealed it; one that is not sealed as a whole always is.
    pub fn is_authentic(&self, passphrase: &str) -> bool {
        self.mac.as_ref().is_none_or(|mac| {
            derive::is_authentic(
                mac.hash,
                passphrase,
                mac.salt,
                mac.iterations,
                self.contents,
                mac.digest,
            )
        })
    }
}

const DATA: &str = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";
const CONTEXT_0: u8 = 0xa0;

fn outside(der: &[u8]) -> Option<(&[u8], Option<Reader<'_>>)> {
    let mut outer = whole(der)?;
    if outer.take(der::INTEGER)? != [3] {
        return None;
    }
    let (id, rest) = identified(&mut outer)?;
    let contents = octets(rest).filter(|_| id == DATA)?;
    let mac = if outer.is_empty() { None } else { Some(outer.enter(der::SEQUENCE)?) };
    outer.is_empty().then_some((contents, mac))
}

/// A sequence with nothing behind it.
fn whole(der: &[u8]) -> Option<Reader<'_>> {
    let mut file = Reader::new(der);
    let inside = file.enter(der::SEQUENCE)?;
    file.is_empty().then_some(inside)
}

fn octets(mut rest: Reader<'_>) -> Option<&[u8]> {
    rest.enter(CONTEXT_0)?.take(der::OCTET_STRING)
}

fn mac_data(mut data: Reader<'_>) -> Result<MacData<'_>, BadSealed> {
    let mut read = || {
        let mut info = data.enter(der::SEQUENCE)?;
        let (id, _) = identified(&mut info)?;
        let (digest, salt) = (info.take(der::OCTET_STRING)?, data.take(der::OCTET_STRING)?);
        let iterations = data.take_if(der::INTEGER)?.map_or(Some(1), number)?;
        Some((id, digest, salt, iterations))
    };
    let (id, digest, salt, iterations) = read().ok_or(Malformed)?;
    let hash = match id.as_str() {
        "1.3.14.3.2.26" => Hash::Sha1,
        "2.16.840.1.101.3.4.2.1" => Hash::Sha256,
        "2.16.840.1.101.3.4.2.2" => Hash::Sha384,
        "2.16.840.1.101.3.4.2.3" => Hash::Sha512,
        "1.2.840.113549.1.5.14" => return Err(Unsupported("PBMAC1".to_owned())),
        other => return Err(Unsupported(other.to_owned())),
    };
    Ok(MacData { hash, digest, salt, iterations: bounded(iterations)? })
}

fn part(mut info: Reader<'_>) -> Result<Part<'_>, BadSealed> {
    let id = dotted(info.take(der::OBJECT_ID).ok_or(Malformed)?);
    match id.as_str() {
        DATA => octets(info).map(Part::Plain).ok_or(Malformed),
        ENCRYPTED_DATA => encrypted(info).map(Part::Sealed),
        _ => Err(Unsupported("a public key".to_owned())),
    }
}

/// RFC 5652 section 8.
fn encrypted(mut info: Reader<'_>) -> Result<Sealed<'_>, BadSealed> {
    let mut read = || {
        let mut data = info.enter(CONTEXT_0)?.enter(der::SEQUENCE)?;
        data.take(der::INTEGER)?;
        let mut content = data.enter(der::SEQUENCE)?;
        content.take(der::OBJECT_ID)?;
        // Octets with the tag of their place (IMPLICIT).
        Some((identified(&mut content)?, content.take(0x80)?))
    };
    let (algorithm, data) = read().ok_or(Malformed)?;
    Sealed::by(algorithm, data)
}

/// Reads what is in a part.
///
/// # Errors
/// [`BadSealed`] for anything but `SafeContents`, and for keys sealed by something that is not known.
pub fn bags(part: &[u8]) -> Result<Vec<Bag<'_>>, BadSealed> {
    let mut list = whole(part).ok_or(Malformed)?;
    let mut bags = Vec::new();
    while !list.is_empty() {
        bags.push(bag(list.enter(der::SEQUENCE).ok_or(Malformed)?)?);
    }
    Ok(bags)
}

fn bag(mut bag: Reader<'_>) -> Result<Bag<'_>, BadSealed> {
    let id = dotted(bag.take(der::OBJECT_ID).ok_or(Malformed)?);
    let value = bag.take(CONTEXT_0).ok_or(Malformed)?;
    let item = match id.as_str() {
        "1.2.840.113549.1.12.10.1.1" => Item::Key(value),
        "1.2.840.113549.1.12.10.1.2" => Item::SealedKey(Sealed::key(value)?),
        "1.2.840.113549.1.12.10.1.3" => certificate(value).ok_or(Malformed)?,
        _ => Item::Other,
    };
    let local_id = local_id(bag).ok_or(Malformed)?;
    Ok(Bag { item, local_id })
}

fn certificate(value: &[u8]) -> Option<Item<'_>> {
    let (kind, rest) = identified(&mut Reader::new(value))?;
    match kind.as_str() {
        "1.2.840.113549.1.9.22.1" => octets(rest).map(Item::Certificate),
        _ => Some(Item::Other),
    }
}

fn local_id(mut bag: Reader<'_>) -> Option<Option<&[u8]>> {
    let mut attributes = Reader::new(bag.take_if(der::SET)?.unwrap_or_default());
    while !attributes.is_empty() {
        let (id, mut attribute) = identified(&mut attributes)?;
        if id == "1.2.840.113549.1.9.21" {
            return attribute.enter(der::SET)?.take(der::OCTET_STRING).map(Some);
        }
    }
    Some(None)
}
