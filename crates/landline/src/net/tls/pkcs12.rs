//! Who to be, from one file for all of it: PKCS #12 (RFC 7292).

use std::path::Path;

use landline_wire::pkcs12::{Bag, Item, Part, Store, bags};
use landline_wire::sealed::BadSealed;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::decrypt::{self, Shut};
use super::identity::{convert, unusable};
use crate::{Error, Result};

/// What is taken out of a file: the key's own certificate first.
pub(super) struct Opened {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

pub(super) fn open(path: &Path, file: &[u8], passphrase: Option<&str>) -> Result<Opened> {
    let given = passphrase.unwrap_or_default();
    let told = |shut: Shut| match (shut, passphrase) {
        (Shut::Means, _) => unread(path, "encrypted by AES, which this build does not open"),
        (Shut::Passphrase, None) => {
            unusable(format!("{} is encrypted, and no passphrase is given", path.display()))
        }
        (Shut::Passphrase, Some(_)) => {
            unusable(format!("the passphrase does not open {}", path.display()))
        }
    };
    let bad = |error: BadSealed| unread(path, &error.to_string());
    let store = Store::parse(file).map_err(bad)?;
    if !store.is_authentic(given) {
        return Err(told(Shut::Passphrase));
    }
    let mut parts = Vec::new();
    for part in &store.parts {
        parts.push(match part {
            Part::Sealed(sealed) => decrypt::open(sealed, given).map_err(told)?,
            Part::Plain(part) => part.to_vec(),
            _ => continue,
        });
    }
    let mut all = Vec::new();
    for part in &parts {
        all.extend(bags(part).map_err(bad)?);
    }
    let (key, own) = key(&all, given).ok_or_else(|| none(path, "private key"))?.map_err(told)?;
    let key = PrivateKeyDer::try_from(key).map_err(|_| told(Shut::Passphrase))?;
    let chain = chain(&all, own);
    if chain.is_empty() {
        return Err(none(path, "certificate"));
    }
    Ok(Opened { chain, key })
}

/// A key, and the id of its certificate.
type Key<'a> = (Vec<u8>, Option<&'a [u8]>);

fn key<'a>(all: &[Bag<'a>], passphrase: &str) -> Option<Result<Key<'a>, Shut>> {
    all.iter().find_map(|bag| match &bag.item {
        Item::Key(key) => Some(Ok((key.to_vec(), bag.local_id))),
        Item::SealedKey(sealed) => {
            Some(decrypt::open(sealed, passphrase).map(|key| (key, bag.local_id)))
        }
        _ => None,
    })
}

/// All certificates; without an id the key's own is taken to be the first.
fn chain(all: &[Bag<'_>], own: Option<&[u8]>) -> Vec<CertificateDer<'static>> {
    let mut chain = Vec::new();
    for bag in all {
        let Item::Certificate(der) = bag.item else { continue };
        let at = if own.is_some() && bag.local_id == own { 0 } else { chain.len() };
        chain.insert(at, CertificateDer::from(der.to_vec()));
    }
    chain
}

fn none(path: &Path, what: &str) -> Error {
    unusable(format!("{} holds PKCS #12 without a {what}", path.display()))
}

fn unread(path: &Path, what: &str) -> Error {
    let what = format!("holds PKCS #12 that is not read ({what})");
    convert(path, &what, "openssl pkcs12 -nodes -in OLD -out NEW")
}
