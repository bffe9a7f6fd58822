use super::*;

/// Host that sets it, Domain, whether it is kept for the domain (`Some(false)`: for the host alone).
const TABLE: [(&str, &str, Option<bool>); 40] = [
    ("a.b.test", "", Some(false)),
    ("a.b.test", "a.b.test", Some(true)),
    ("a.b.test", "b.test", Some(true)),
    ("a.b.test", ".b.test", Some(true)),
    ("a.b.test", "..b.test", None),
    ("a.b.test", "B.Test", Some(true)),
    ("A.B.TEST", "b.test", Some(true)),
    ("a.b.test", "b.test.", Some(true)),
    ("a.b.test.", "b.test", Some(true)),
    ("a.b.test", "b.test..", None),
    ("a.b.test", "c.a.b.test", None),
    ("a.b.test", "other.test", None),
    // The tail of a name is not a domain.
    ("xb.test", "b.test", None),
    ("a.b.test", "est", None),
    ("a.b.test", ".test", None),
    ("a.b.test", "test", None),
    ("a.b.test", "test.", None),
    ("a.b.test", "TEST", None),
    ("test", "test", Some(false)),
    ("localhost", "localhost", Some(true)),
    ("a.localhost", "localhost", Some(true)),
    ("localhost", "x.localhost", None),
    ("www.shop.co.uk", "co.uk", None),
    ("www.shop.co.uk", "co.uk.", None),
    ("www.shop.co.uk", "CO.UK", None),
    ("www.shop.co.uk", "shop.co.uk", Some(true)),
    ("me.github.io", "github.io", None),
    ("github.io", "github.io", Some(false)),
    ("a.b.kawasaki.jp", "b.kawasaki.jp", None),
    ("a.city.kawasaki.jp", "city.kawasaki.jp", Some(true)),
    // International names, as letters and as A-labels.
    ("a.xn--bcher-kva.test", "bücher.test", Some(true)),
    ("a.bücher.test", "xn--bcher-kva.test", Some(true)),
    ("a.xn--55qx5d.hk", "xn--55qx5d.hk", None),
    ("a.xn--55qx5d.hk", "公司。hk", None),
    // Addresses are compared as a whole.
    ("127.0.0.2", "127.0.0.2", Some(false)),
    ("127.0.0.2", "0.0.2", None),
    ("127.0.0.2", ".0.0.2", None),
    ("127.0.0.2", "2", None),
    ("[fe80::1]", "fe80::1", Some(false)),
    ("[fe80::1]", ":1", None),
];

#[test]
fn c1_domains_by_case_dot_idn_address_and_public_suffix() {
    for (host, domain, expected) in TABLE {
        let found = set(&format!("https://{host}/"), format!("a=b; Domain={domain}"));
        let kept = found.as_ref().ok().map(|cookie| !cookie.is_host_only());
        assert_eq!(kept, expected, "{domain:?} from {host:?}: {found:?}");
        let Ok(cookie) = found else { continue };
        assert!(goes_to(&cookie, &format!("https://{host}/")), "{domain} from {host}");
        let is_name = cookie.domain().parse::<std::net::IpAddr>().is_err();
        let goes = |front: &str| goes_to(&cookie, &format!("https://{front}{}/", cookie.domain()));
        assert!(!is_name || !goes("x"), "{domain} from {host}");
        assert_eq!(Some(is_name && goes("below.")), expected);
    }
}

#[test]
fn c1_an_address_is_never_the_tail_of_another() {
    let short = set("http://7.0.0.1/", "a=b").unwrap();
    assert!(!goes_to(&short, "http://127.0.0.1/"));
    assert!(!domain_matches("127.0.0.1", "0.0.1"));
    assert!(!domain_matches("a.test", "") && domain_matches("a.test", "a.test"));
}

#[test]
fn c1_odd_spellings_of_an_address_are_one_host() {
    let cookie = set("http://0177.1/", "a=b; Domain=127.0.0.1").unwrap();
    assert!(goes_to(&cookie, "http://127.0.0.1/") && goes_to(&cookie, "http://2130706433/"));
    // A zone says where the packets go, not who it is.
    let zoned = set("http://[fe80::1%25eth0]/", "a=b").unwrap();
    assert!(goes_to(&zoned, "http://[fe80::1]/"));
}

#[test]
fn c1_a_host_field_is_the_host_and_what_is_none_changes_nothing() {
    let location = Location::parse("http://127.0.0.1:8080/").unwrap();
    let with = |field| RequestUri::of(&location).with_host_field(field).host().to_owned();
    assert_eq!(with("A.test."), "a.test");
    assert_eq!(with("a.test:99"), "a.test");
    assert_eq!(with("no host"), "127.0.0.1");
    assert_eq!(with(""), "127.0.0.1");
    // Whether it is secure is a matter of where it really goes.
    assert!(RequestUri::of(&location).with_host_field("a.test").is_secure());
}

#[test]
fn c1_public_suffixes_with_and_without_a_list() {
    let list = SuffixList::new(LIST);
    for (domain, is_suffix) in [
        ("com", true),
        ("unlisted", true),
        ("unlisted.com", false),
        ("co.uk", true),
        ("o.uk", false),
        ("x.co.uk", false),
        ("kawasaki.jp", false),
        ("b.kawasaki.jp", true),
        ("city.kawasaki.jp", false),
        ("xn--j6w193g", true),
        ("xn--55qx5d.hk", true),
        ("made.up", false),
    ] {
        assert_eq!(list.is_public_suffix(domain), is_suffix, "{domain}");
    }
    let none = SuffixList::default();
    for (domain, is_suffix) in
        [("com", true), ("co.uk", true), ("com.au", true), ("shop.uk", false), ("co.shop", false)]
    {
        assert_eq!(none.is_public_suffix(domain), is_suffix, "{domain}");
    }
}
