use super::*;

/// The list, the host with its port, and whether the host is covered.
const CASES: &[(&str, &str, u16, bool)] = &[
    // Names, and names below them.
    ("example.com", "example.com", 80, true),
    ("example.com", "www.example.com", 80, true),
    ("example.com", "a.b.example.com", 80, true),
    ("example.com", "notexample.com", 80, false),
    ("example.com", "example.com.evil.test", 80, false),
    ("example.com", "com", 80, false),
    ("www.example.com", "example.com", 80, false),
    (".example.com", "example.com", 80, true),
    (".example.com", "www.example.com", 80, true),
    (".example.com", "notexample.com", 80, false),
    ("*.example.com", "www.example.com", 80, true),
    ("*.example.com", "notexample.com", 80, false),
    ("*example.com", "notexample.com", 80, false),
    ("www.*.com", "www.example.com", 80, false),
    // Spelling: case, final dots, IDNA.
    ("EXAMPLE.com", "example.COM", 80, true),
    ("localhost", "localhost.", 80, true),
    ("localhost.", "localhost", 80, true),
    ("example.com.", "www.example.com.", 80, true),
    ("bücher.test", "xn--bcher-kva.test", 80, true),
    ("xn--bcher-kva.test", "bücher.test", 80, true),
    // Separators and emptiness.
    ("", "example.com", 80, false),
    (",, ,", "example.com", 80, false),
    (".", "example.com", 80, false),
    ("a.test,example.com", "example.com", 80, true),
    ("a.test example.com", "example.com", 80, true),
    (" a.test ,\texample.com ", "example.com", 80, true),
    ("a.test;example.com", "example.com", 80, false),
    // Everything.
    ("*", "example.com", 80, true),
    ("*", "::1", 80, true),
    ("a.test,*", "example.com", 80, true),
    // Ports.
    ("example.com:8080", "example.com", 8080, true),
    ("example.com:8080", "example.com", 80, false),
    ("example.com:8080", "www.example.com", 8080, true),
    ("127.0.0.1:8080", "127.0.0.1", 80, false),
    ("[::1]:8080", "::1", 8080, true),
    ("[::1]:8080", "::1", 80, false),
    ("example.com:x", "example.com", 80, false),
    ("example.com:99999", "example.com", 80, false),
    // Addresses in whichever spelling.
    ("127.0.0.1", "127.0.0.1", 80, true),
    ("127.0.0.1", "127.0.0.11", 80, false),
    ("127.1", "127.0.0.1", 80, true),
    ("0177.0.0.1", "127.0.0.1", 80, true),
    ("127.0.0.1", "0x7f000001", 80, true),
    ("0.0.1", "10.0.0.1", 80, false),
    ("127.0.0.1", "localhost", 80, false),
    ("0.0.0.0", "127.0.0.1", 80, false),
    ("127.0.0.1", "::ffff:127.0.0.1", 80, true),
    ("::ffff:127.0.0.1", "127.0.0.1", 80, true),
    ("::1", "[::1]", 80, true),
    ("[::1]", "::1", 80, true),
    ("0:0:0:0:0:0:0:1", "::1", 80, true),
    ("::1", "::1%lo", 80, true),
    ("a.test", "fe80::1%25a.test", 80, false),
    ("a.test", "fe80::1%.a.test", 80, false),
    ("::1", "::11", 80, false),
    // Blocks, compared as numbers.
    ("127.0.0.0/8", "127.255.0.1", 80, true),
    ("127.0.0.0/8", "128.0.0.1", 80, false),
    ("10.0.0.0/8", "::ffff:10.0.0.1", 80, true),
    ("192.168.0.77/24", "192.168.0.1", 80, true),
    ("192.168.0.0/23", "192.168.1.255", 80, true),
    ("192.168.0.0/23", "192.168.2.0", 80, false),
    ("10.0.0.1/32", "10.0.0.1", 80, true),
    ("10.0.0.1/32", "10.0.0.2", 80, false),
    ("0.0.0.0/0", "8.8.8.8", 80, true),
    ("0.0.0.0/0", "::1", 80, false),
    ("::/0", "2001:db8::1", 80, true),
    ("2001:db8::/32", "2001:db8:ffff::1", 80, true),
    ("[2001:db8::]/32", "2001:db8::1", 80, true),
    ("2001:db8::/32", "2001:db9::1", 80, false),
    ("::ffff:10.0.0.0/104", "10.9.9.9", 80, true),
    ("10.0.0.0/33", "10.0.0.0", 80, false),
    ("10.0.0.0/", "10.0.0.0", 80, false),
    ("10.0.0.0/+8", "10.0.0.0", 80, false),
    ("10.0.0.0/-1", "10.0.0.0", 80, false),
    ("10.0.0.0/8/8", "10.0.0.0", 80, false),
    ("127.0.0.0/8", "127.example.com", 80, false),
    ("127.0.0.0/8", "127.0.0.1.nip.test", 80, false),
];

#[test]
fn class_i4_what_is_covered_and_what_is_not() {
    assert!(CASES.len() >= 60);
    for (list, host, port, is_covered) in CASES {
        let answer = NoProxy::parse(list).covers(host, *port);
        assert_eq!(answer, *is_covered, "{list:?} and {host} port {port}");
    }
}

#[test]
fn an_entry_that_makes_no_sense_spoils_no_other() {
    for nonsense in ["10.0.0.0/99", "[::1", ":80", "a b%", "\u{0}", "..", "-:-"] {
        let list = NoProxy::parse(&format!("{nonsense},example.com"));
        assert!(list.covers("example.com", 80), "{nonsense}");
        assert!(!list.covers("other.test", 80), "{nonsense}");
    }
    assert!(NoProxy::parse("10.0.0.0/99,:80").is_empty());
}
