//! Which host and port a URL means.

use super::*;
use crate::escape::escape;

/// Classes I1 and I3: confusing URLs and the one host they mean.
#[test]
fn i1_hosts_and_ports() {
    for (typed, host, port) in [
        ("http://a.test", "a.test", 80),
        ("HTTP://A.TEST:/", "a.test", 80),
        ("https://a.test:443/", "a.test", 443),
        ("https://a.test:0080/", "a.test", 80),
        ("ftp://a.test", "a.test", 21),
        ("gopher://A.Test:71/1/x", "a.test", 71),
        ("http://a.test#@b.test/", "a.test", 80),
        ("http://a.test?@b.test/", "a.test", 80),
        ("http://a.test/@b.test/", "a.test", 80),
        ("http://b.test@a.test/", "a.test", 80),
        ("http://b.test:80@a.test:81/", "a.test", 81),
        ("http://b.test;x@a.test/", "a.test", 80),
        ("http://b.test%2F@a.test/", "a.test", 80),
        ("http://x@b.test@a.test/", "a.test", 80),
        ("http://b.test&@a.test#@c.test/", "a.test", 80),
        ("http://[::1]@a.test/", "a.test", 80),
        ("http://a.test./", "a.test.", 80),
        ("http://%61.test/", "a.test", 80),
        ("http://a。test/", "a.test", 80),
        ("http://ａ.test/", "a.test", 80),
        ("http://Bücher.test/", "xn--bcher-kva.test", 80),
        ("gopher://Bücher.test/", "xn--bcher-kva.test", 70),
        ("http://faß.test/", "xn--fa-hia.test", 80),
        ("http://a_b-c.test/", "a_b-c.test", 80),
        ("http://127.0.0.1/", "127.0.0.1", 80),
        ("http://127.1/", "127.0.0.1", 80),
        ("http://0177.1/", "127.0.0.1", 80),
        ("http://0x7f.1/", "127.0.0.1", 80),
        ("http://2130706433/", "127.0.0.1", 80),
        ("ftp://0177.1/", "127.0.0.1", 21),
        ("pop3://0177.1/", "127.0.0.1", 110),
        ("http://[::1]/", "::1", 80),
        ("http://[0:0::1]:81/", "::1", 81),
        ("http://[::ffff:127.0.0.1]/", "::ffff:7f00:1", 80),
        ("http://[::FFFF:7f00:1]/", "::ffff:7f00:1", 80),
        ("imap://[2001:DB8::A]:144/", "2001:db8::a", 144),
        ("foo://a.test:7/", "a.test", 7),
    ] {
        let location = parse(typed);
        assert_eq!((location.host(), location.port()), (Some(host), Some(port)), "{typed}");
        assert_eq!(location.zone(), None);
        assert_one_host(&location);
    }
    assert_eq!(parse("foo://a.test/").port(), None);
}

#[test]
fn i1_confusing_urls_are_refused() {
    use LocationError::{Backslash, Blank, MissingHost, MissingScheme, MissingSlashes, Port};
    for (typed, error) in [
        ("", MissingScheme),
        ("a.test", MissingScheme),
        ("//a.test/", MissingScheme),
        ("/etc/passwd", MissingScheme),
        ("://a.test", MissingScheme),
        ("1http://a.test", MissingScheme),
        ("ht tp://a.test", MissingScheme),
        ("localhost:8080", MissingScheme),
        ("localhost:8080/x", MissingScheme),
        ("localhost:8080?x", MissingScheme),
        ("localhost:8080#x", MissingScheme),
        ("http:a.test", MissingSlashes),
        ("http:/a.test", MissingSlashes),
        ("http:80", MissingSlashes),
        ("https:\\\\a.test", MissingSlashes),
        ("file:x", MissingSlashes),
        ("news:/group", MissingSlashes),
        ("http://", MissingHost),
        ("http:///a.test/", MissingHost),
        ("http://?q", MissingHost),
        ("http://#f", MissingHost),
        ("http://:80/", MissingHost),
        ("http://user@/", MissingHost),
        ("http://user:pw@:80/", MissingHost),
        ("gopher:///x", MissingHost),
        (" http://a.test/", Blank),
        ("http://a.test/ ", Blank),
        ("http://a.test/\u{a0}", Blank),
        ("http://a .test/", Blank),
        ("http:// a.test/", Blank),
        ("http://u ser@a.test/", Blank),
        ("http://a.test\u{3000}b/", Blank),
        ("http://a.test :80/", Blank),
        ("http://a.test\\@b.test/", Backslash),
        ("http://a.test\\b/", Backslash),
        ("gopher://a.test\\b/", Backslash),
        ("http://a.test:x/", Port),
        ("http://a.test:80x/", Port),
        ("http://a.test:+80/", Port),
        ("http://a.test:-1/", Port),
        ("http://a.test:65536/", Port),
        ("http://a.test:99999999999999999999/", Port),
        ("http://a.test:80:81/", Port),
        ("http://::1/", Port),
        ("http://[::1]:x/", Port),
    ] {
        assert_eq!(refusal(typed), error, "{typed:?}");
    }
}

#[test]
fn i2_malformed_hosts_are_refused() {
    for host in [
        "a%2Fb",
        "a%00b",
        "a%0ab",
        "a%20b",
        "a<b",
        "a|b",
        "a^b",
        "a%",
        "%",
        "a%zz",
        "[::1",
        "::1]",
        "[::1]x",
        "[::1].a.test",
        "x[::1]",
        "[]",
        "[1.2.3.4]",
        "[::g]",
        "[::1%25]",
        "1.2.3.4.5",
        "256.1.1.1",
        "a.test%2f@x.%23",
        "xn--a",
        "xn--",
        "\u{ad}",
        "℀.test",
        "a\u{ff0f}b",
    ] {
        for scheme in ["http", "gopher", "foo"] {
            let error = refusal(&format!("{scheme}://{host}/"));
            assert!(
                matches!(
                    error,
                    LocationError::Host { .. } | LocationError::Zone | LocationError::Port
                ),
                "{host}: {error:?}"
            );
            assert_eq!(error.to_string(), escape(error.to_string().as_bytes()));
        }
    }
}

/// Class I2: work only after the length is known to be sane.
#[test]
fn i2_hosts_are_at_most_253_bytes() {
    let longest = format!("{}a", "a.".repeat(126));
    assert_eq!(longest.len(), 253);
    assert!(Location::parse(&format!("http://{longest}/")).is_ok());
    assert!(Location::parse(&format!("http://{longest}./")).is_ok());
    assert!(matches!(refusal(&format!("http://{longest}a/")), LocationError::Host { .. }));
    assert!(matches!(
        refusal(&format!("http://{}/", "ü".repeat(500_000))),
        LocationError::Host { .. }
    ));
    assert!(matches!(
        refusal(&format!("http://a.test/{}", "x".repeat(MAX_URL_BYTES))),
        LocationError::TooLong
    ));
}

/// Class I3: the zone is for dialling only.
#[test]
fn i3_zones_never_become_part_of_a_name() {
    for (typed, zone) in [
        ("http://[fe80::1%25eth0]/", "eth0"),
        ("http://[fe80::1%eth0]:81/", "eth0"),
        ("http://[fe80::1%25a.test]/", "a.test"),
        ("gopher://[fe80::1%253]/", "3"),
    ] {
        let location = parse(typed);
        assert_eq!((location.host(), location.zone()), (Some("fe80::1"), Some(zone)));
        assert!(location.host_header().starts_with("[fe80::1]"));
        assert!(
            !location.absolute_form().is_empty()
                && !location.to_url().unwrap().as_str().contains(zone)
        );
        assert_eq!(location.origin().host, format!("fe80::1%{zone}"));
        assert_one_host(&location);
    }
    assert_ne!(parse("http://[fe80::1%25a]/").origin(), parse("http://[fe80::1%25b]/").origin());
    for zone in ["%25", "%", "%25a/b", "%25a b", "%25a%0d", "%25ä", "%25a]b"] {
        assert!(Location::parse(&format!("http://[fe80::1{zone}]/")).is_err(), "{zone}");
    }
}

#[test]
fn host_headers_name_a_port_that_is_not_the_default() {
    for (typed, host) in [
        ("http://a.test/", "a.test"),
        ("http://a.test:80/", "a.test"),
        ("http://a.test:443/", "a.test:443"),
        ("https://a.test:443/", "a.test"),
        ("http://[::1]:80/", "[::1]"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("foo://a.test:80/", "a.test:80"),
        ("file:///x", ""),
    ] {
        assert_eq!(parse(typed).host_header(), host, "{typed}");
    }
}

#[test]
fn schemes_are_guessed_like_curl() {
    for (typed, default, scheme, host) in [
        ("a.test", None, "http", "a.test"),
        ("a.test:8080/x", None, "http", "a.test"),
        ("localhost:8080", None, "http", "localhost"),
        ("[::1]:80/", None, "http", "::1"),
        ("ftp.a.test", None, "ftp", "ftp.a.test"),
        ("FTP.a.test", None, "ftp", "ftp.a.test"),
        ("dict.a.test", None, "dict", "dict.a.test"),
        ("ldap.a.test", None, "ldap", "ldap.a.test"),
        ("imap.a.test", None, "imap", "imap.a.test"),
        ("smtp.a.test", None, "smtp", "smtp.a.test"),
        ("pop3.a.test", None, "pop3", "pop3.a.test"),
        ("ftp", None, "http", "ftp"),
        ("ftps.a.test", None, "http", "ftps.a.test"),
        ("ftp.a.test", Some("https"), "https", "ftp.a.test"),
        ("me:pw@ftp.a.test/x", None, "ftp", "ftp.a.test"),
        ("a.test/ftp.b.test", None, "http", "a.test"),
        ("ftp.x@a.test", None, "http", "a.test"),
        ("a.test/?u=http://b.test/", None, "http", "a.test"),
        ("https://ftp.a.test", Some("http"), "https", "ftp.a.test"),
        ("mailto:x@a.test", None, "http", "a.test"),
    ] {
        let location = Location::guess(typed, default).unwrap();
        assert_eq!((location.scheme(), location.host()), (scheme, Some(host)), "{typed}");
    }
    assert_eq!(Location::guess("file:/x", None).unwrap().scheme(), "file");
    assert_eq!(Location::guess("data:,x", Some("http")).unwrap().scheme(), "data");
    for typed in ["", "/", "/etc/passwd", "//a.test", " a.test", "http:a.test", "a b", "?q"] {
        assert!(Location::guess(typed, None).is_err(), "{typed}");
    }
}

#[test]
fn origins_compare_scheme_host_and_effective_port() {
    let origin = |typed| parse(typed).origin();
    assert_eq!(origin("http://a.test/x"), origin("HTTP://me:pw@A.TEST:80/y?z"));
    assert_eq!(origin("http://127.0.0.1/"), origin("http://0x7f.1/"));
    for other in [
        "https://a.test/",
        "http://a.test:81/",
        "http://b.test/",
        "http://a.test./",
        "ftp://a.test:80/",
    ] {
        assert_ne!(origin("http://a.test/"), origin(other));
    }
}

#[test]
fn host_and_port_are_split_as_in_urls() {
    for (text, host, port) in [
        ("a.test", "a.test", 80),
        ("A.test:81", "a.test", 81),
        ("a.test:", "a.test", 80),
        ("[::1]", "::1", 80),
        ("[0::1]:81", "::1", 81),
        ("::1", "::1", 80),
        ("[fe80::1%25eth0]:81", "fe80::1%eth0", 81),
        ("127.1:0", "127.0.0.1", 0),
        ("Bücher.test:81", "xn--bcher-kva.test", 81),
    ] {
        assert_eq!(split_host_port(text, 80).unwrap(), (host.to_owned(), port), "{text}");
    }
    for text in [
        "", ":80", "a:x", "a:65536", "a b", " a", "a\n", "a\0:80", "a:80:81", "[::1", "[::1]80",
        "me@a", "a/b", "http://a", "a?b", "a#b", "a\\b",
    ] {
        assert!(split_host_port(text, 80).is_err(), "{text:?}");
    }
}

#[test]
fn ports_are_known() {
    for (scheme, port) in [
        ("http", 80),
        ("https", 443),
        ("ftp", 21),
        ("ftps", 990),
        ("gopher", 70),
        ("smtp", 25),
        ("pop3", 110),
        ("imap", 143),
        ("nntp", 119),
    ] {
        assert_eq!(default_port(scheme), Some(port));
    }
    assert_eq!(
        (default_port("data"), default_port("file"), default_port("HTTP")),
        (None, None, None)
    );
}
