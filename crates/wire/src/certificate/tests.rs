use std::time::Duration;

use super::*;

const EC: &[u8] = include_bytes!("samples/ec.der");
const RSA: &[u8] = include_bytes!("samples/rsa.der");

fn moment(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn what_stands_in_a_certificate() {
    let ec = Certificate::parse(EC).expect("a certificate");
    assert_eq!(ec.version, 3);
    assert_eq!(ec.serial.len(), 20);
    assert_eq!(ec.signature_algorithm, "ecdsa-with-SHA256");
    assert_eq!((ec.subject.common_name(), &ec.issuer), (Some("a.test"), &ec.subject));
    let names: Vec<_> = ec.names.iter().map(ToString::to_string).collect();
    let expected = [
        "DNS:a.test",
        "IP Address:127.0.0.1",
        "IP Address:::1",
        "email:me@a.test",
        "URI:https://a.test/",
    ];
    assert_eq!(names, expected);
    // The one date has two digits for its year, the other four.
    assert_eq!(ec.not_before, moment(1_795_358_096));
    assert_eq!(ec.not_after, moment(1_795_358_096 + 36_500 * 86_400));
    assert_eq!((ec.key.info.len(), ec.key.info[0]), (91, 0x30));
}

#[test]
fn a_public_key_is_one_by_itself() {
    let info = Certificate::parse(EC).expect("a certificate").key.info;
    assert!(is_public_key(&info));
    assert!(!is_public_key(&info[..90]) && !is_public_key(&[&info[..], b"\0"].concat()));
    assert!(!is_public_key(EC) && !is_public_key(b""));
}

#[test]
fn rsa_keys_have_a_size_and_names_any_letters() {
    let rsa = Certificate::parse(RSA).expect("a certificate");
    assert_eq!((rsa.key.algorithm.as_str(), rsa.key.bits), ("RSA", Some(1024)));
    assert_eq!(rsa.serial, [1, 0x23]);
    assert_eq!(rsa.subject.to_string(), "CN=Jürgen; emailAddress=j@a.test; DC=test");
    assert_eq!((rsa.signature_algorithm.as_str(), rsa.names.len()), ("sha256WithRSAEncryption", 0));
}

#[test]
fn cut_anywhere_or_with_more_behind_it_is_none() {
    for whole in [EC, RSA] {
        for end in 0..whole.len() {
            assert_eq!(Certificate::parse(&whole[..end]), Err(BadCertificate), "{end}");
        }
        assert_eq!(Certificate::parse(&[whole, b"\0"].concat()), Err(BadCertificate));
    }
}

#[test]
fn a_changed_byte_anywhere_ends_in_a_value_and_harmless_words() {
    for at in 0..EC.len() {
        for byte in [0, 0x1b, 0x7f, 0x80, 0xff] {
            let mut changed = EC.to_vec();
            changed[at] = byte;
            if let Ok(certificate) = Certificate::parse(&changed) {
                let shown = format!("{}{:?}", certificate.subject, certificate.names.len());
                assert!(!shown.chars().any(char::is_control), "{shown}");
            }
        }
    }
}

#[test]
fn text_of_every_type_is_read() {
    let part = |tag: u8, value: &[u8]| {
        let pair = [&[6, 3, 0x55, 4, 3, tag, value.len() as u8], value].concat();
        let pair = [&[0x30, pair.len() as u8], &pair[..]].concat();
        let set = [&[0x31, pair.len() as u8], &pair[..]].concat();
        Name::read(Reader::new(&set)).expect("a name").to_string()
    };
    assert_eq!(part(0x0c, "ü".as_bytes()), "CN=ü");
    assert_eq!(part(0x13, b"a"), "CN=a");
    assert_eq!(part(0x14, b"\xfc"), "CN=ü");
    assert_eq!(part(0x1e, b"\0a\0\xfc"), "CN=aü");
    assert_eq!(part(0x13, b"a\0b\x1b[2J"), "CN=a\\x00b\\x1b[2J");
}
