//! What an authority answers about its certificates (OCSP), as servers staple it to theirs.
//!
//! Out of scope: signatures, asking, and what the extensions say.
//!
//! Specification: RFC 6960 section 4.2.

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::SystemTime;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::certificate::date;
use crate::der::{self, Reader, dotted};

/// A response, of whose truth only the signature tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response<'a> {
    /// What the signature is of.
    pub signed: &'a [u8],
    /// How it is signed: the inside of an `AlgorithmIdentifier`.
    pub algorithm: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
    /// Certificates that may be the signer's, in DER.
    pub certificates: Vec<&'a [u8]>,
    /// What is told of each certificate.
    pub answers: Vec<Answer<'a>>,
}

/// What is told of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// How it is.
    pub status: Status,
    /// When that was known.
    pub this_update: SystemTime,
    /// Until when it can be gone by; without it there is always something newer.
    pub next_update: Option<SystemTime>,
    hash: String,
    issuer_name: &'a [u8],
    issuer_key: &'a [u8],
    serial: &'a [u8],
}

/// How a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is not revoked.
    Good,
    /// It was revoked at this time.
    Revoked(SystemTime),
    /// It is not known.
    Unknown,
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadResponse {
    /// It cannot be read.
    Malformed,
    /// The authority says that it gives none, by this number (RFC 6960 section 4.2.1).
    Refused(u8),
}

impl fmt::Display for BadResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("malformed"),
            Self::Refused(status) => write!(f, "none: the authority refuses one (status {status})"),
        }
    }
}

impl std::error::Error for BadResponse {}

const ENUMERATED: u8 = 0x0a;
const CONTEXT_0: u8 = 0xa0;
const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";

impl<'a> Response<'a> {
    /// Reads a response in DER.
    ///
    /// # Errors
    /// [`BadResponse`] for anything else, something behind it included.
    pub fn parse(der: &'a [u8]) -> Result<Self, BadResponse> {
        match outside(der) {
            Some((0, Some(basic))) => response(basic).ok_or(BadResponse::Malformed),
            Some((status @ 1.., None)) => Err(BadResponse::Refused(status)),
            _ => Err(BadResponse::Malformed),
        }
    }
}

impl Answer<'_> {
    /// Whether this is about the certificate of this serial number, by the issuer of this name (the
    /// inside of a `Name`) and this key (the bits of its `subjectPublicKey`).
    pub fn is_about(&self, issuer_name: &[u8], issuer_key: &[u8], serial: &[u8]) -> bool {
        let hash = match self.hash.as_str() {
            "1.3.14.3.2.26" => |bytes: &[u8]| Sha1::digest(bytes).to_vec(),
            "2.16.840.1.101.3.4.2.1" => |bytes: &[u8]| Sha256::digest(bytes).to_vec(),
            "2.16.840.1.101.3.4.2.2" => |bytes: &[u8]| Sha384::digest(bytes).to_vec(),
            "2.16.840.1.101.3.4.2.3" => |bytes: &[u8]| Sha512::digest(bytes).to_vec(),
            _ => return false,
        };
        self.serial == serial
            && self.issuer_name == hash(&der::sequence(issuer_name))
            && self.issuer_key == hash(issuer_key)
    }
}

fn outside(der: &[u8]) -> Option<(u8, Option<&[u8]>)> {
    let mut file = Reader::new(der);
    let mut outer = file.enter(der::SEQUENCE)?;
    let &[status] = outer.take(ENUMERATED)? else { return None };
    let basic = match outer.take_if(CONTEXT_0)? {
        None => None,
        Some(bytes) => {
            let mut typed = Reader::new(bytes).enter(der::SEQUENCE)?;
            let kind = dotted(typed.take(der::OBJECT_ID)?);
            Some(typed.take(der::OCTET_STRING).filter(|_| kind == BASIC)?)
        }
    };
    (file.is_empty() && outer.is_empty()).then_some((status, basic))
}

fn response(basic: &[u8]) -> Option<Response<'_>> {
    let mut file = Reader::new(basic);
    let mut outer = file.enter(der::SEQUENCE)?;
    let data = outer.next().filter(|data| data.tag == der::SEQUENCE)?;
    let algorithm = outer.take(der::SEQUENCE)?;
    let signature = outer.take(der::BIT_STRING)?.strip_prefix(&[0])?;
    let mut certificates = Vec::new();
    if let Some(list) = outer.take_if(CONTEXT_0)? {
        let mut list = Reader::new(list).enter(der::SEQUENCE)?;
        while !list.is_empty() {
            certificates.push(list.next()?.whole);
        }
    }
    let answers = answers(Reader::new(data.contents))?;
    let signed = data.whole;
    (file.is_empty() && outer.is_empty()).then_some(Response {
        signed,
        algorithm,
        signature,
        certificates,
        answers,
    })
}

/// `ResponseData`; whoever signs is known by the signature, not by the name told here.
fn answers(mut data: Reader<'_>) -> Option<Vec<Answer<'_>>> {
    data.take_if(CONTEXT_0)?;
    data.next()?;
    date(&mut data)?;
    let mut list = data.enter(der::SEQUENCE)?;
    let mut answers = Vec::new();
    while !list.is_empty() {
        answers.push(answer(list.enter(der::SEQUENCE)?)?);
    }
    Some(answers)
}

fn answer(mut single: Reader<'_>) -> Option<Answer<'_>> {
    let mut id = single.enter(der::SEQUENCE)?;
    let hash = dotted(id.enter(der::SEQUENCE)?.take(der::OBJECT_ID)?);
    let (issuer_name, issuer_key) = (id.take(der::OCTET_STRING)?, id.take(der::OCTET_STRING)?);
    let serial = id.take(der::INTEGER)?;
    let told = single.next()?;
    let status = match told.tag {
        0x80 => Status::Good,
        0xa1 => Status::Revoked(date(&mut Reader::new(told.contents))?),
        0x82 => Status::Unknown,
        _ => return None,
    };
    let this_update = date(&mut single)?;
    let next_update = match single.take_if(CONTEXT_0)? {
        Some(next) => Some(date(&mut Reader::new(next))?),
        None => None,
    };
    Some(Answer { status, this_update, next_update, hash, issuer_name, issuer_key, serial })
}
