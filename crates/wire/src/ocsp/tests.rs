use std::time::Duration;

use super::*;
use crate::certificate::parts_of_key;

/// `openssl ocsp -index … -ndays 36500` of the certificate with the number 7, signed by its issuer.
const GOOD: &[u8] = include_bytes!("samples/good.ocsp");
/// The same of number 8, which was revoked on the first of January 2020.
const REVOKED: &[u8] = include_bytes!("samples/revoked.ocsp");
/// `unauthorized`
const REFUSED: &[u8] = b"\x30\x03\x0a\x01\x06";
/// The issuer, of the name `CN=ca`.
const ISSUER: &[u8] = include_bytes!("samples/issuer.der");

fn issuer() -> (Vec<u8>, Vec<u8>) {
    let key = crate::certificate::Certificate::parse(ISSUER).expect("a certificate").key.info;
    let inside = Reader::new(&key).take(der::SEQUENCE).expect("a key");
    let name = b"\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02ca".to_vec();
    (name, parts_of_key(inside).expect("its parts").1.to_vec())
}

#[test]
fn what_is_told_of_a_certificate() {
    let (name, key) = issuer();
    let response = Response::parse(GOOD).expect("a response");
    let [answer] = &response.answers[..] else { panic!("{response:?}") };
    assert_eq!(answer.status, Status::Good);
    assert!(answer.is_about(&name, &key, &[7]));
    assert!(!answer.is_about(&name, &key, &[8]));
    assert!(!answer.is_about(&name, &key[1..], &[7]));
    assert!(!answer.is_about(&name[1..], &key, &[7]));
    let next = answer.next_update.expect("a date");
    assert_eq!(next, answer.this_update + Duration::from_secs(36500 * 86400));
    assert_eq!(response.certificates.len(), 1);

    let response = Response::parse(REVOKED).expect("a response");
    let on = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800);
    assert_eq!(response.answers[0].status, Status::Revoked(on));
    assert_eq!(Response::parse(REFUSED), Err(BadResponse::Refused(6)));
}

#[test]
fn cut_or_changed_anywhere_it_is_an_error_or_a_value() {
    for end in 0..GOOD.len() {
        assert_eq!(Response::parse(&GOOD[..end]), Err(BadResponse::Malformed));
    }
    assert_eq!(Response::parse(&[GOOD, b"\0"].concat()), Err(BadResponse::Malformed));
    for at in 0..GOOD.len() {
        let mut changed = GOOD.to_vec();
        changed[at] ^= 0xff;
        let _ = Response::parse(&changed);
    }
}
