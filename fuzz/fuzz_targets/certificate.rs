//! Invariants: whatever stands where a certificate or an encrypted key is expected ends in a value or an error;
//! what is shown of it is harmless, and a certificate with a byte behind it is none.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::certificate::Certificate;
use landline_wire::sealed::{MAX_ITERATIONS, Sealed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificate) = Certificate::parse(data) {
        assert_harmless(&certificate.subject.to_string());
        assert_harmless(&certificate.issuer.to_string());
        certificate.names.iter().for_each(|name| assert_harmless(&name.to_string()));
        assert!(certificate.key.info.len() < data.len());
        assert!(Certificate::parse(&[data, b"\0"].concat()).is_err());
    }
    match Sealed::key(data) {
        Ok(key) => assert!((1..=MAX_ITERATIONS).contains(&key.iterations)),
        Err(error) => assert_harmless(&error.to_string()),
    }
});
