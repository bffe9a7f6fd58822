//! Names for identifiers.

use crate::der::dotted;

pub(super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

const ALGORITHMS: [(&str, &str); 16] = [
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "rsassaPss"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.10045.2.1", "EC"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
];

const ATTRIBUTES: [(&str, &str); 13] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.42", "GN"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

const CURVES: [(&str, &str, usize); 4] = [
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.3.132.0.10", "secp256k1", 256),
];

fn name(table: &[(&str, &str)], id: &[u8]) -> String {
    let id = dotted(id);
    match table.iter().find(|row| row.0 == id) {
        Some(row) => row.1.to_owned(),
        None => id,
    }
}

pub(super) fn algorithm(id: &[u8]) -> String {
    name(&ALGORITHMS, id)
}

pub(super) fn attribute(id: &[u8]) -> String {
    name(&ATTRIBUTES, id)
}

pub(super) fn curve(id: &[u8]) -> (String, Option<usize>) {
    let id = dotted(id);
    match CURVES.iter().find(|row| row.0 == id) {
        Some(row) => (row.1.to_owned(), Some(row.2)),
        None => (id, None),
    }
}
