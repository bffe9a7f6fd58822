//! Invariants: whatever stands where an OCSP response is expected ends in a value or an error; all that is read of
//! it stands in it, and nothing may stand behind it.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::ocsp::Response;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| match Response::parse(data) {
    Err(error) => assert_harmless(&error.to_string()),
    Ok(response) => {
        assert!(Response::parse(&[data, b"\0"].concat()).is_err());
        let certificates: usize = response.certificates.iter().map(|der| der.len()).sum();
        assert!(response.signed.len() + response.signature.len() + certificates < data.len());
        for answer in &response.answers {
            assert!(!answer.is_about(data, b"", b""));
        }
    }
});
