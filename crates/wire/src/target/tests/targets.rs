//! What is asked for, and what is shown.

use super::*;

/// Class A1: control characters are refused wherever they stand.
#[test]
fn control_characters_are_refused() {
    for c in ['\r', '\n', '\t', '\0', '\x1b', '\x7f', '\u{85}', '\u{9b}'] {
        for (before, after) in [
            ("", "http://a.test/"),
            ("ht", "tp://a.test/"),
            ("http://a", ".test/"),
            ("http://u", "@a.test/"),
            ("http://a.test:8", "0/"),
            ("http://a.test/x", "y"),
            ("http://a.test/?x", "y"),
            ("http://a.test/#x", "y"),
            ("http://a.test/", ""),
            ("data:,x", "y"),
            ("file:///x", "y"),
        ] {
            let typed = format!("{before}{c}{after}");
            assert_eq!(
                refusal(&typed),
                LocationError::Control { offset: before.len() },
                "{typed:?}"
            );
            assert_eq!(
                Location::guess(&typed, None),
                Err(LocationError::Control { offset: before.len() })
            );
            // Tabs around the value of a header field are no part of it.
            let joined = parse("http://b.test/").join(&typed);
            assert!(joined.is_err() || c == '\t', "{typed:?}");
        }
    }
}

#[test]
fn targets_are_spelled_as_typed() {
    for (tail, target) in [
        ("", "/"),
        ("/", "/"),
        ("?q", "/?q"),
        ("#f", "/"),
        ("?", "/?"),
        ("/?#f", "/?"),
        ("/a/b?c=d&e#f?g", "/a/b?c=d&e"),
        ("/%7Ea/%41/%zz/%", "/%7Ea/%41/%zz/%"),
        ("/a//b///", "/a//b///"),
        ("/\"<>^`{|}\\'", "/\"<>^`{|}\\'"),
        ("/a b?c d", "/a%20b?c%20d"),
        ("/ä?ö€", "/%C3%A4?%C3%B6%E2%82%AC"),
        ("/a+b;c=d,e:f@g!$&'()*", "/a+b;c=d,e:f@g!$&'()*"),
        ("/a?b?c/../d", "/a?b?c/../d"),
        ("/\u{a0}x", "/%C2%A0x"),
        ("/%0d%0aX:y", "/%0d%0aX:y"),
        ("/\u{10a}\u{560a}", "/%C4%8A%E5%98%8A"),
        // RFC 3986 section 5.2.4
        ("/.", "/"),
        ("/..", "/"),
        ("/../../a", "/a"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/b/.", "/a/b/"),
        ("/a/b/../", "/a/"),
        ("/a/b/c/./../../g", "/a/g"),
        ("/a//../b", "/a/b"),
        ("/.a/..b/...", "/.a/..b/..."),
        ("/%2e/%2E%2e/a/.%2E/b", "/b"),
        ("/a/%2e%2e%2e/%2f..", "/a/%2e%2e%2e/%2f.."),
    ] {
        let location = parse(&format!("http://a.test{tail}"));
        assert_eq!(location.request_target(), target, "{tail}");
        assert_eq!(location.absolute_form(), format!("http://a.test{target}"));
        assert_one_host(&location);
    }
}

#[test]
fn dots_are_kept_on_request() {
    let typed = "http://a.test/a/../%2e/b?../x y";
    let mut location = Location::parse_as_is(typed).unwrap();
    assert_eq!(location.request_target(), "/a/../%2e/b?../x%20y");
    assert_eq!(location.join("/c/./d").unwrap().request_target(), "/c/./d");
    location.set_path_as_is(false);
    assert_eq!(location.request_target(), "/b?../x%20y");
    location.set_path_as_is(true);
    assert_eq!(location.request_target(), "/a/../%2e/b?../x%20y");
    assert_eq!(Location::parse_as_is("http://a.test?q").unwrap().request_target(), "/?q");
}

#[test]
fn path_and_query_are_taken_apart() {
    let location = parse("ftp://a.test/a%20b/c;type=i?d");
    assert_eq!((location.path(), location.query()), ("/a%20b/c;type=i", Some("d")));
    assert_eq!(location.decoded_path().unwrap(), b"/a b/c;type=i");
    assert_eq!(parse("http://a.test/%ff%").decoded_path().unwrap(), b"/\xff%");
    assert_eq!(parse("file:///a%00b").decoded_path(), Err(LocationError::NulInPath));
    assert_eq!(parse("http://a.test").query(), None);
}

#[test]
fn user_and_password_are_decoded_and_never_shown() {
    for (userinfo, user, password) in [
        ("", None, None),
        ("@", None, None),
        ("me@", Some("me"), None),
        ("me:@", Some("me"), Some("")),
        (":hunter2@", Some(""), Some("hunter2")),
        (":@", Some(""), Some("")),
        ("me:hunter2@", Some("me"), Some("hunter2")),
        ("m%40e:hun:ter%2f2@", Some("m@e"), Some("hun:ter/2")),
        ("m@e:hunter2@x@", Some("m@e"), Some("hunter2@x")),
        ("jürgen:hunter2ß@", Some("jürgen"), Some("hunter2ß")),
        ("a%0d%0a:hunter2%00@", Some("a\r\n"), Some("hunter2\0")),
    ] {
        for scheme in ["http", "ftp", "imap"] {
            let location = parse(&format!("{scheme}://{userinfo}a.test/x"));
            assert_eq!(location.username(), user.map(str::as_bytes), "{userinfo}");
            assert_eq!(location.password(), password.map(str::as_bytes), "{userinfo}");
            assert_one_host(&location);
            let shown = format!(
                "{location} {location:?} {} {} {:?}",
                location.without_secrets(),
                location.absolute_form(),
                location.origin()
            );
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
    assert_eq!(parse("http://me:pw@a.test/").without_secrets(), "http://me@a.test/");
    assert_eq!(parse("http://me:pw@a.test/").href(), "http://me:pw@a.test/");
}

/// Class I6.
#[test]
fn i6_files_are_on_this_machine() {
    for typed in [
        "file:///a/../x%20y",
        "file:/x%20y",
        "file://localhost/x%20y",
        "FILE://LOCALHOST/x%20y",
        "file://127.0.0.1/x%20y",
    ] {
        let location = parse(typed);
        assert_eq!((location.host(), location.port()), (None, None));
        assert_eq!(
            (location.request_target(), location.to_string().as_str()),
            ("/x%20y", "file:///x%20y")
        );
        assert_eq!(location.decoded_path().unwrap(), b"/x y");
    }
    for host in [
        "evil",
        "evil:80",
        "localhost.evil",
        "localhost:80",
        "me@localhost",
        "::1",
        "[::1]",
        "%6cocalhost",
        "127.1",
    ] {
        assert!(
            matches!(refusal(&format!("file://{host}/etc/x")), LocationError::FileHost { .. }),
            "{host}"
        );
    }
    assert_eq!(parse("file://").request_target(), "/");
}

#[test]
fn urls_without_slashes_keep_what_follows() {
    let data = parse("data:text/plain;x=//y,a b/../c?d#e");
    assert_eq!((data.scheme(), data.host(), data.port()), ("data", None, None));
    assert_eq!(data.request_target(), "text/plain;x=//y,a%20b/../c?d");
    assert_eq!(data.to_string(), "data:text/plain;x=//y,a%20b/../c?d#e");
    for php in ["data://text/plain,x", "data:/text/plain,x", "data:////text/plain,x"] {
        assert_eq!(parse(php), parse("data:text/plain,x"));
        assert_one_host(&parse(php));
    }
    assert_eq!(parse("news:comp.lang.misc").request_target(), "comp.lang.misc");
    let without_host = parse("foo:////b.test/x");
    assert_eq!((without_host.host(), without_host.request_target()), (None, "//b.test/x"));
    assert_one_host(&without_host);
}

#[test]
fn queries_grow() {
    let mut location = parse("http://me:pw@a.test/x y#f");
    for (piece, target) in [
        ("a=1", "/x%20y?a=1"),
        ("b=ü c", "/x%20y?a=1&b=%C3%BC%20c"),
        ("d=#", "/x%20y?a=1&b=%C3%BC%20c&d=%23"),
    ] {
        location.push_query(piece).unwrap();
        assert_eq!(location.request_target(), target);
    }
    assert!(location.push_query("a\r\nb").is_err());
    assert_eq!(location.href().matches("#f").count(), 1);
    assert_eq!(location.password(), Some(&b"pw"[..]));
    let mut location = parse("http://a.test/?");
    location.push_query("x").unwrap();
    assert_eq!(location.request_target(), "/?x");
}

/// Class K7: much of whatever is confusing takes time in proportion; the bound is generous.
#[test]
fn k7_parsing_is_linear() {
    for piece in
        ["@", ":", "/..", "/.", "/a/..", "%2e", "?", "#", "[", "\\", "ä", "/", "//", "a.", "%"]
    {
        for front in ["http://a.test/", "http://", "http://a.test/?", "foo:"] {
            let time = |count: usize| {
                let typed = format!("{front}{}", piece.repeat(count));
                let started = std::time::Instant::now();
                let _ = Location::guess(&typed, None).map(|location| location.join(&typed));
                started.elapsed()
            };
            // Linear is 8 times as long, quadratic 64 times.
            let (few, many) = (time(4_000), time(32_000));
            assert!(
                many < few * 24 + std::time::Duration::from_millis(100),
                "{front}{piece}: {few:?} {many:?}"
            );
        }
    }
}

#[test]
fn http_becomes_https_and_port_80_becomes_443() {
    for (http, https) in [
        ("http://a.test", "https://a.test/"),
        ("http://u:p@a.test:80/x?y#z", "https://u:p@a.test/x?y#z"),
        ("http://a.test:8080/../x", "https://a.test:8080/x"),
        ("http://a.test:443/", "https://a.test/"),
    ] {
        let upgraded = Location::parse(http).unwrap().to_https().unwrap();
        assert_eq!(upgraded.href(), Location::parse(https).unwrap().href(), "{http}");
        assert_eq!(upgraded.origin(), Location::parse(https).unwrap().origin(), "{http}");
    }
    assert!(Location::parse("https://a.test").unwrap().to_https().is_none());
    assert!(Location::parse("ftp://a.test").unwrap().to_https().is_none());
}
