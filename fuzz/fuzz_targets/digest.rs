//! Invariant: whatever a server puts into its challenge, the answer is the one that another reading
//! of RFC 7616 works out from the bytes that were sent, and each answer is counted.
#![no_main]

use landline_wire::challenge::{Challenge as Field, challenges};
use landline_wire::digest::{Challenge, Digest, Login, Request};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

fuzz_target!(|data: &[u8]| {
    let quoted = |bytes: &[u8]| {
        let escaped = bytes.iter().flat_map(|&byte| [b'\\', byte]);
        [&b"\""[..], &escaped.collect::<Vec<_>>(), b"\""].concat()
    };
    let Some((&choice, rest)) = data.split_first() else { return };
    let (realm, nonce) = rest.split_at(rest.len() / 2);
    let (is_session, has_qop) = (choice & 1 == 1, choice & 2 == 2);
    let algorithm: &[u8] = if is_session { b"SHA-256-sess" } else { b"sha-256" };
    let qop: &[u8] = if has_qop { b", qop=auth" } else { b"" };
    let field = [
        &b"Digest realm="[..],
        &quoted(realm),
        b", nonce=",
        &quoted(nonce),
        b", algorithm=",
        algorithm,
        qop,
    ];
    let read = Challenge::best(challenges(&field.concat())).expect("it is whole");
    let mut digest = Digest::new(read, "client");
    let login = Login { user: b"me", password: b"secret" };
    let request = Request { method: "GET", target: "/a?b", body_hash: None };
    for count in [&b"00000001"[..], b"00000002"] {
        let answer = digest.answer(login, &request);
        let answer: Vec<Field> = challenges(&answer).collect();
        let part = |name| answer[0].get(name).unwrap_or_default();
        assert_eq!((part("realm"), part("nonce"), part("uri")), (realm, nonce, &b"/a?b"[..]));
        let mut who = hash(&[b"me", realm, b"secret"]);
        if is_session {
            who = hash(&[&who, nonce, part("cnonce")]);
        }
        let what = hash(&[b"GET", b"/a?b"]);
        let expected = match has_qop {
            true => hash(&[&who, nonce, part("nc"), part("cnonce"), b"auth", &what]),
            false => hash(&[&who, nonce, &what]),
        };
        assert_eq!(part("response"), &expected[..]);
        assert!(!has_qop || part("nc") == count);
    }
});

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let bytes = Sha256::digest(parts.join(&b':'));
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}
