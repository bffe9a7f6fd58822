//! Requests signed for Amazon's services and those that have taken up its way: Signature Version 4.
//!
//! Out of scope: signatures in the query, bodies signed in chunks, asymmetric keys; and temporary
//! keys, whose `X-Amz-Security-Token` is a field of the caller's, signed with the others.
//!
//! Specification: AWS Signature Version 4, "Create a signed AWS API request".
//!
//! ```
//! use landline_wire::sigv4::{Key, Payload, Request, SigV4};
//! use std::time::{Duration, SystemTime};
//!
//! let scope = SigV4::parse("aws:amz")?;
//! let request = Request {
//!     method: "GET",
//!     target: "/?Action=ListUsers&Version=2010-05-08",
//!     host: b"iam.eu-west-1.amazonaws.com",
//!     fields: &[],
//!     payload: Payload::Hash(SigV4::hasher().finish()),
//! };
//! let key = Key { id: "AKIDEXAMPLE", secret: b"wJalr" };
//! let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
//! let fields = scope.sign(&request, &key, now)?;
//! assert!(fields[0].1.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/iam/"));
//! assert_eq!(fields[1], ("X-Amz-Date".to_owned(), "20150830T123600Z".to_owned()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The fields are those of curl: `Authorization`, the date, for S3 the hash of the payload; what is
//! signed is the host, these, and what the caller has added. A date or hash among the caller's fields
//! is taken as it is. Names and values of the query are signed in order and in one way of escaping, a
//! `+` as the blank that servers read in it; the path is escaped once more, except for S3.

mod canonical;

use std::fmt;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::calendar::DateTime;
use crate::digest::Hasher;
use crate::hex::hexadecimal;

/// Who is signed for: `provider1[:provider2[:region[:service]]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigV4 {
    provider: String,
    /// In the names of fields: `amz`.
    prefix: String,
    region: Option<String>,
    service: Option<String>,
}

/// The access key, and the secret that goes with it.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// The name of the key, which is sent.
    pub id: &'a str,
    /// The secret, which is not.
    pub secret: &'a [u8],
}

/// What is signed.
#[derive(Clone)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query, as on the wire.
    pub target: &'a str,
    /// The value of `Host`.
    pub host: &'a [u8],
    /// The other fields to sign.
    pub fields: &'a [(&'a str, &'a [u8])],
    /// The body.
    pub payload: Payload,
}

/// What is said of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// What [`SigV4::hasher`] makes of it.
    Hash(String),
    /// It cannot be read beforehand: `UNSIGNED-PAYLOAD`, which S3 takes.
    Unsigned,
}

/// Why a request is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigV4Error {
    /// A part between the colons is empty.
    Empty,
    /// Not between one and four parts.
    Parts,
    /// Neither said nor part of the host.
    NoService,
    /// Neither said nor part of the host.
    NoRegion,
    /// The clock stands outside the years 0 to 9999.
    Clock,
}

impl SigV4 {
    /// Reads `aws:amz:us-east-1:s3`, of which all but the first may be left out: the second is the
    /// first then, region and service are parts of the host.
    ///
    /// # Errors
    /// For an empty part, and for more than four.
    pub fn parse(text: &str) -> Result<Self, SigV4Error> {
        let parts: Vec<&str> = text.split(':').collect();
        if parts.len() > 4 {
            return Err(SigV4Error::Parts);
        }
        if parts.iter().any(|part| part.is_empty()) {
            return Err(SigV4Error::Empty);
        }
        let part = |at: usize| parts.get(at).map(|part| (*part).to_owned());
        let provider = parts[0].to_ascii_lowercase();
        let prefix = part(1).map_or_else(|| provider.clone(), |part| part.to_ascii_lowercase());
        Ok(Self { provider, prefix, region: part(2), service: part(3) })
    }

    /// What payloads are hashed with.
    #[must_use]
    pub fn hasher() -> Hasher {
        Hasher::sha256()
    }

    /// Whether bodies need no signature, as far as is known: it is said so for S3.
    #[must_use]
    pub fn is_for_s3(&self, host: &[u8]) -> bool {
        self.provider == "aws" && self.service(host).is_ok_and(|service| service == "s3")
    }

    /// Gives the fields that sign a request, the signature first.
    ///
    /// # Errors
    /// When region or service are not known, or the time is out of range.
    pub fn sign(
        &self,
        request: &Request<'_>,
        key: &Key<'_>,
        now: SystemTime,
    ) -> Result<Vec<(String, String)>, SigV4Error> {
        let (service, region) = (self.service(request.host)?, self.region(request.host)?);
        let is_s3 = self.is_for_s3(request.host);
        let date_name = format!("X-{}-Date", capitalised(&self.prefix));
        let hash_name = format!("x-{}-content-sha256", self.prefix);
        let given_date = given(request, &date_name);
        let date = match &given_date {
            Some(date) => date.clone(),
            None => DateTime::from_system(now).ok_or(SigV4Error::Clock)?.basic(),
        };
        let given_hash = given(request, &hash_name);
        let hash = given_hash.clone().unwrap_or_else(|| request.payload.text().to_owned());
        let mut own = Vec::new();
        if given_date.is_none() {
            own.push((date_name, date.clone()));
        }
        if given_hash.is_none() && is_s3 {
            own.push((hash_name, hash.clone()));
        }
        let (signed, canonical) = canonical::request(request, &own, &hash, !is_s3);
        let day = date.get(..8).unwrap_or(&date);
        let scope = format!("{day}/{region}/{service}/{}4_request", self.provider);
        let provider = self.provider.to_ascii_uppercase();
        let what = sha256(&canonical);
        let text = format!("{provider}4-HMAC-SHA256\n{date}\n{scope}\n{what}");
        let secret = [provider.as_bytes(), b"4", key.secret].concat();
        let steps = scope.split('/').chain([&*text]);
        let signature = steps.fold(secret, |key, part| hmac(&key, part.as_bytes()));
        let signature = hexadecimal(&signature);
        let value = format!(
            "{provider}4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={signed}, Signature={signature}",
            key.id
        );
        own.insert(0, ("Authorization".to_owned(), value));
        Ok(own)
    }

    fn service(&self, host: &[u8]) -> Result<String, SigV4Error> {
        self.service.clone().or_else(|| label(host, 0)).ok_or(SigV4Error::NoService)
    }

    fn region(&self, host: &[u8]) -> Result<String, SigV4Error> {
        self.region.clone().or_else(|| label(host, 1)).ok_or(SigV4Error::NoRegion)
    }
}

impl Payload {
    fn text(&self) -> &str {
        match self {
            Payload::Hash(hash) => hash,
            Payload::Unsigned => "UNSIGNED-PAYLOAD",
        }
    }
}

/// A part of the host that others follow.
fn label(host: &[u8], at: usize) -> Option<String> {
    let mut labels = std::str::from_utf8(host).ok()?.split('.');
    let label = labels.nth(at)?;
    labels.next().filter(|_| !label.is_empty()).map(|_| label.to_owned())
}

fn given(request: &Request<'_>, name: &str) -> Option<String> {
    let found = request.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let mut hasher = SigV4::hasher();
    hasher.update(bytes);
    hasher.finish()
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A key of any length is taken, so that there is always one.
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(text);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, secret hidden)", self.id.escape_default())
    }
}

/// Of the other fields the names alone: a session token is among them.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("fields", &names)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SigV4Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SigV4Error::Empty => "a part of provider1[:provider2[:region[:service]]] is empty",
            SigV4Error::Parts => "more than provider1[:provider2[:region[:service]]]",
            SigV4Error::NoService => "the service to sign for is neither said nor part of the host",
            SigV4Error::NoRegion => "the region to sign for is neither said nor part of the host",
            SigV4Error::Clock => "the clock is outside the years that can be signed",
        })
    }
}

impl std::error::Error for SigV4Error {}

#[cfg(test)]
mod tests;
