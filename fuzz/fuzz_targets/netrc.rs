//! Invariants: reading a file ends with a value or an error, and who is found for a user is that
//! user. What a file says without `default`, it says with it too. An entry in front, quoted to the
//! last byte, is found and changes no other host's.
#![no_main]

use landline_wire::netrc::{MAX_FILE_BYTES, Netrc};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(file) = Netrc::parse(data) else { return };
    for host in ["a", "b.example"] {
        for user in [None, Some(&b"a"[..]), Some(b"me")] {
            let found = file.find(host, user, false);
            assert!(user.is_none() || found.is_none_or(|found| Some(found.login) == user));
            assert!(found.is_none() || found == file.find(host, user, true));
        }
    }
    let front = [b"machine front login \"me\" password \"p\\\\w\"\n", data].concat();
    if front.len() <= MAX_FILE_BYTES {
        let longer = Netrc::parse(&front).expect("both parts are good");
        assert_eq!(longer.find("front", Some(b"me"), false).expect("there").password, b"p\\w");
        assert_eq!(longer.find("a", None, true), file.find("a", None, true));
    }
});
