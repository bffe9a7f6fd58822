use super::*;
use crate::sealed::Cipher;

/// `openssl pkcs12 -export -iter 2048`, of a P-256 key, its certificate and that of its issuer.
const MODERN: &[u8] = include_bytes!("samples/modern.p12");
/// The same with `-legacy`.
const OLD: &[u8] = include_bytes!("samples/old.p12");
/// `-keypbe NONE -certpbe NONE -macalg sha512`
const BARE: &[u8] = include_bytes!("samples/bare.p12");

fn sealed<'a>(part: &Part<'a>) -> Sealed<'a> {
    match part {
        Part::Sealed(sealed) => sealed.clone(),
        Part::Plain(part) => {
            let keys = bags(part).expect("bags").into_iter().find_map(|bag| match bag.item {
                Item::SealedKey(sealed) => Some(sealed),
                _ => None,
            });
            keys.expect("a key")
        }
    }
}

#[test]
fn what_openssl_writes_is_read() {
    let store = Store::parse(MODERN).expect("PKCS #12");
    assert!(
        store.is_authentic("s3cret") && !store.is_authentic("") && !store.is_authentic("s3creT")
    );
    assert_eq!(store.parts.len(), 2);
    for part in &store.parts {
        let sealed = sealed(part);
        let is_aes = matches!(sealed.cipher, Cipher::Aes { hash: Hash::Sha256, key_bytes: 32, .. });
        assert!(is_aes && sealed.iterations == 2048, "{sealed:?}");
    }
}

#[test]
fn what_windows_and_macos_write_is_read() {
    let store = Store::parse(OLD).expect("PKCS #12");
    assert!(store.is_authentic("s3cret") && !store.is_authentic("s3creT"));
    let ciphers: Vec<_> = store.parts.iter().map(|part| sealed(part).cipher).collect();
    assert_eq!(ciphers, [Cipher::Rc2 { key_bytes: 5 }, Cipher::TripleDes]);
}

#[test]
fn a_key_and_its_certificate_have_one_id() {
    let store = Store::parse(BARE).expect("PKCS #12");
    assert!(store.is_authentic("s3cret"));
    let mut found = Vec::new();
    for part in &store.parts {
        let Part::Plain(part) = part else { panic!("{part:?}") };
        found.extend(bags(part).expect("bags"));
    }
    let [own, issuer, key] = &found[..] else { panic!("{found:?}") };
    assert!(
        matches!(own.item, Item::Certificate(der) if crate::certificate::Certificate::parse(der).is_ok())
    );
    assert!(matches!(issuer.item, Item::Certificate(_)) && issuer.local_id.is_none());
    assert!(matches!(key.item, Item::Key(_)));
    assert!(key.local_id.is_some() && key.local_id == own.local_id);
}

/// Vectors that other implementations are tested by.
#[test]
fn keys_are_derived_as_others_derive_them() {
    let derived = |purpose, passphrase, salt: &[u8], iterations, len| {
        let mut out = vec![0; len];
        derive(Hash::Sha1, purpose, passphrase, salt, iterations, &mut out);
        crate::hex::hexadecimal(&out)
    };
    let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
    let key = "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3";
    assert_eq!(derived(Purpose::Key, "smeg", &salt, 1, 24), key);
    assert_eq!(derived(Purpose::Iv, "smeg", &salt, 1, 8), "79993dfe048d3b76");
    let salt = [0x05, 0xde, 0xc9, 0x59, 0xac, 0xff, 0x72, 0xf7];
    let key = "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4";
    assert_eq!(derived(Purpose::Key, "queeg", &salt, 1000, 24), key);
}

#[test]
fn cut_or_changed_anywhere_it_is_an_error_or_a_value() {
    for sample in [MODERN, OLD, BARE] {
        for end in 0..sample.len() {
            assert_eq!(Store::parse(&sample[..end]), Err(Malformed));
        }
        assert_eq!(Store::parse(&[sample, b"\0"].concat()), Err(Malformed));
        for at in 0..sample.len() {
            let mut changed = sample.to_vec();
            changed[at] ^= 0xff;
            let Ok(store) = Store::parse(&changed) else { continue };
            for part in &store.parts {
                let Part::Plain(part) = part else { continue };
                let _ = bags(part);
            }
        }
    }
}
