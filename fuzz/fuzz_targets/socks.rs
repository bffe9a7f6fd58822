//! Invariants: whatever a SOCKS proxy answers, the handshake ends the same whole and cut anywhere; it never asks for
//! more than the longest reply, never takes a byte behind the handshake, and its errors are harmless to show. A
//! name, user or password that has no room is an error before anything is sent.
#![no_main]

use landline_fuzz::{assert_harmless, split_cuts};
use landline_wire::socks::{Destination, Handshake, MAX_TEXT_BYTES, SocksError};
use libfuzzer_sys::fuzz_target;

const MAX_REPLY_BYTES: usize = 7 + 255;

/// How it ended and how many of the proxy's bytes it took.
fn run(
    mut handshake: Handshake,
    proxy: &[u8],
    piece: usize,
) -> Result<(bool, usize, Vec<u8>), SocksError> {
    let mut sent = handshake.take_output();
    let mut taken = 0;
    while taken < proxy.len() && !handshake.is_done() {
        assert!((1..=MAX_REPLY_BYTES).contains(&handshake.missing()));
        let end = proxy.len().min(taken + piece);
        let count = handshake.receive(&proxy[taken..end])?;
        assert!(count > 0);
        taken += count;
        sent.extend(handshake.take_output());
    }
    Ok((handshake.is_done(), taken, sent))
}

fuzz_target!(|data: &[u8]| {
    let (_, proxy) = split_cuts(data);
    let name = Destination::Name("a.test");
    let begin: [&dyn Fn() -> Handshake; 3] = [
        &|| Handshake::socks5(&name, 80, None).expect("a good name"),
        &|| Handshake::socks5(&name, 80, Some((b"u", b"p"))).expect("a good name"),
        &|| Handshake::socks4a("a.test", 80, b"").expect("a good name"),
    ];
    for begin in begin {
        let whole = run(begin(), proxy, usize::MAX - proxy.len());
        if let Err(error) = &whole {
            assert_harmless(error);
        }
        for piece in 1..=3 {
            assert_eq!(run(begin(), proxy, piece), whole);
        }
    }
    let text = String::from_utf8_lossy(data);
    let has_room = (1..=MAX_TEXT_BYTES).contains(&text.len());
    let five = Handshake::socks5(&Destination::Name(&text), 1, Some((data, data)));
    assert_eq!(five.is_ok(), has_room && data.len() <= MAX_TEXT_BYTES);
    let four = Handshake::socks4a(&text, 1, b"");
    assert_eq!(four.is_ok(), has_room && !text.contains('\0'));
});
