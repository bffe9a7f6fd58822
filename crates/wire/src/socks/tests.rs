use super::*;
use crate::three_ways::three_ways;

type Outcome = Result<Vec<u8>, SocksError>;

/// Runs a handshake whose proxy says `pieces`: what was sent, or how it failed. Bytes that come behind
/// the handshake must be left alone.
fn run(begin: &dyn Fn() -> Handshake, pieces: &[&[u8]]) -> Outcome {
    let mut handshake = begin();
    let mut sent = handshake.take_output();
    for piece in pieces {
        let mut rest = *piece;
        while !handshake.is_done() && !rest.is_empty() {
            let taken = handshake.receive(rest)?;
            rest = &rest[taken..];
            sent.extend(handshake.take_output());
        }
    }
    assert!(handshake.is_done(), "more was expected: {} bytes", handshake.missing());
    Ok(sent)
}

fn check(begin: impl Fn() -> Handshake, proxy: &[u8]) -> Outcome {
    three_ways(proxy, |pieces| run(&begin, pieces))
}

fn by_name() -> Handshake {
    Handshake::socks5(&Destination::Name("a.test"), 443, None).unwrap()
}

fn with_login() -> Handshake {
    let destination = Destination::Address("192.0.2.1".parse().unwrap());
    Handshake::socks5(&destination, 80, Some((b"me", b"pass"))).unwrap()
}

#[test]
fn version_5_with_a_name() {
    let sent = check(by_name, b"\x05\x00\x05\x00\x00\x01\0\0\0\0\0\0").unwrap();
    assert_eq!(sent, b"\x05\x01\x00\x05\x01\x00\x03\x06a.test\x01\xbb");
}

#[test]
fn version_5_with_a_login() {
    let sent = check(with_login, b"\x05\x02\x01\x00\x05\x00\x00\x01\0\0\0\0\0\0").unwrap();
    let wire = b"\x05\x02\x00\x02\x01\x02me\x04pass\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50";
    assert_eq!(sent, wire);
    // A proxy that wants none gets none.
    let sent = check(with_login, b"\x05\x00\x05\x00\x00\x01\0\0\0\0\0\0").unwrap();
    assert!(!sent.windows(4).any(|part| part == b"pass"));
}

#[test]
fn version_5_to_ipv6_and_replies_of_every_length() {
    let v6 = || {
        let destination = Destination::Address("::1".parse().unwrap());
        Handshake::socks5(&destination, 80, None).unwrap()
    };
    let long_name = [&b"\x05\x00\x05\x00\x00\x03\xff"[..], &[b'n'; 255], b"\0\0"].concat();
    for reply in [
        &[&b"\x05\x00\x05\x00\x00\x04"[..], &[0; 18]].concat()[..],
        b"\x05\x00\x05\x00\x00\x03\x00\0\0",
        &long_name,
    ] {
        let sent = check(v6, reply).unwrap();
        assert!(sent.ends_with(b"\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x50"));
    }
}

#[test]
fn versions_4_and_4a() {
    let plain = || Handshake::socks4(Ipv4Addr::new(192, 0, 2, 1), 80, b"me").unwrap();
    let sent = check(plain, b"\x00\x5a\0\0\0\0\0\0").unwrap();
    assert_eq!(sent, b"\x04\x01\x00\x50\xc0\x00\x02\x01me\0");
    let named = || Handshake::socks4a("a.test", 80, b"").unwrap();
    let sent = check(named, b"\x00\x5a\0\0\0\0\0\0").unwrap();
    assert_eq!(sent, b"\x04\x01\x00\x50\x00\x00\x00\x01\0a.test\0");
    let refused = check(named, b"\x00\x5b\0\0\0\0\0\0");
    assert_eq!(refused, Err(SocksError::Refused4(91)));
    assert_eq!(check(named, b"\x04\x5a\0\0\0\0\0\0"), Err(SocksError::Version(4)));
}

#[test]
fn answers_that_say_no_or_make_no_sense() {
    let cases: [(&[u8], SocksError); 8] = [
        (b"HTTP/1.1 400\r\n", SocksError::Version(b'H')),
        (b"\x05\xff", SocksError::NoMethod { offered_password: false }),
        (b"\x05\x02", SocksError::Method(2)),
        (b"\x05\x01", SocksError::Method(1)),
        (b"\x05\x00\x04\x00\x00\x01\0", SocksError::Version(4)),
        (b"\x05\x00\x05\x05\x00\x01\0", SocksError::Refused5(5)),
        (b"\x05\x00\x05\x63\x00\x01\0", SocksError::Refused5(99)),
        (b"\x05\x00\x05\x00\x00\x02\0", SocksError::AddressType(2)),
    ];
    for (proxy, error) in cases {
        assert_eq!(check(by_name, proxy), Err(error));
        assert!(!error.to_string().is_empty());
    }
    assert_eq!(check(with_login, b"\x05\x02\x01\x01"), Err(SocksError::Login));
    let refused = check(with_login, b"\x05\xff");
    assert_eq!(refused, Err(SocksError::NoMethod { offered_password: true }));
}

/// CVE-2023-38545: a name too long for the protocol is an error, and never looked up elsewhere.
#[test]
fn class_i5_names_of_256_and_65535_bytes_are_errors() {
    for len in [256, 65_535] {
        let name = "a".repeat(len);
        let too_long = Err(SocksError::TooLong("host name"));
        let five = Handshake::socks5(&Destination::Name(&name), 80, None);
        assert_eq!(five.map(|_| ()), too_long);
        assert_eq!(Handshake::socks4a(&name, 80, b"").map(|_| ()), too_long);
    }
    let longest = "a".repeat(MAX_TEXT_BYTES);
    let mut five = Handshake::socks5(&Destination::Name(&longest), 80, None).unwrap();
    five.receive(b"").unwrap();
    assert!(Handshake::socks4a(&longest, 80, b"").is_ok());
}

#[test]
fn texts_that_cannot_be_sent() {
    let login = |user: &[u8], password: &[u8]| {
        let name = Destination::Name("a");
        Handshake::socks5(&name, 1, Some((user, password))).map(|_| ())
    };
    assert_eq!(login(&[b'u'; 256], b""), Err(SocksError::TooLong("user")));
    assert_eq!(login(b"", &[b'p'; 256]), Err(SocksError::TooLong("password")));
    let forbidden = Err(SocksError::Forbidden("host name"));
    assert_eq!(Handshake::socks4a("a\0b", 1, b"").map(|_| ()), forbidden);
    assert_eq!(Handshake::socks4a("", 1, b"").map(|_| ()), forbidden);
    assert_eq!(Handshake::socks5(&Destination::Name(""), 1, None).map(|_| ()), forbidden);
    let user = Handshake::socks4(Ipv4Addr::LOCALHOST, 1, b"a\0b").map(|_| ());
    assert_eq!(user, Err(SocksError::Forbidden("user")));
}

#[test]
fn what_is_shown_holds_no_secret() {
    assert!(!format!("{:?}", with_login()).contains("112, 97, 115"));
}
