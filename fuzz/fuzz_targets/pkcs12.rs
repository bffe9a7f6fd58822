//! Invariants: whatever stands where PKCS #12 is expected ends in a value or an error; what is told of it is
//! harmless, all that is read of it stands in it, and nothing may stand behind it.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::pkcs12::{Item, Part, Store, bags};
use landline_wire::sealed::MAX_ITERATIONS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    read(data);
    match Store::parse(data) {
        Err(error) => assert_harmless(&error.to_string()),
        Ok(store) => {
            assert!(Store::parse(&[data, b"\0"].concat()).is_err());
            for part in &store.parts {
                match part {
                    Part::Plain(part) => read(part),
                    Part::Sealed(sealed) => {
                        assert!((1..=MAX_ITERATIONS).contains(&sealed.iterations))
                    }
                    _ => (),
                }
            }
        }
    }
});

fn read(part: &[u8]) {
    for bag in bags(part).unwrap_or_default() {
        let len = match bag.item {
            Item::Certificate(der) | Item::Key(der) => der.len(),
            Item::SealedKey(sealed) => sealed.data.len(),
            _ => 0,
        };
        assert!(len + bag.local_id.map_or(0, <[u8]>::len) < part.len());
    }
}
