use super::*;

fn read(line: &[u8]) -> Option<(String, String)> {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    SetCookie::parse(line).ok().map(|set| (text(set.name()), text(set.value())))
}

type Row<'a> = (&'a [u8], Option<(&'a str, &'a str)>);

#[test]
fn pairs() {
    let table: [Row<'_>; 16] = [
        (b"a=b", Some(("a", "b"))),
        (b"  a  =  b c  ; x", Some(("a", "b c"))),
        (b"a=b=c", Some(("a", "b=c"))),
        (b"a=", Some(("a", ""))),
        (b"a=\"b;c\"", Some(("a", "\\\"b"))),
        (b"a=b;a=c", Some(("a", "b"))),
        (b"a=\xc3\xbc", Some(("a", "\\xc3\\xbc"))),
        (b"a", None),
        (b"", None),
        (b"=b", None),
        (b" = b", None),
        (b";a=b", None),
        // Around the name and the value blanks and tabs are dropped; inside a tab is refused.
        (b"\ta\t=\tb\t", Some(("a", "b"))),
        (b"a=b\tc", None),
        (b"a\tb=c", None),
        (b"=__Host-a=b", None),
    ];
    for (line, expected) in table {
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read(line), expected, "{}", line.escape_ascii());
    }
}

#[test]
fn c2_control_characters_are_refused_wherever_they_stand() {
    for byte in (0..=0x1f).chain([0x7f]) {
        for place in ["a@b=c", "a=b@c", "a=b; path=/@x", "a=b; @", "a=b; domain=a.te@st"] {
            let line = place.replace('@', &char::from(byte).to_string());
            let kept = set("https://a.test/", &line);
            let is_clean = kept.is_ok_and(|cookie| cookie.path().iter().all(is_plain));
            // A tab in an attribute spoils that attribute only.
            assert_eq!(
                is_clean,
                byte == 9 && !matches!(place, "a@b=c" | "a=b@c" | "a=b; domain=a.te@st"),
                "{line:?}"
            );
        }
    }
}

#[test]
fn attributes() {
    let line = b"a=b; EXPIRES=Thu, 01 Jan 2026 00:00:01 GMT; max-age=7 ; Domain=.A.test; \
        path=/x; Secure=no; HttpOnly; SameSite=lax; Unknown=1; =; ;;";
    let set = SetCookie::parse(line).unwrap();
    assert_eq!(set.expires(), Some(at(NOW_SECONDS + 1)));
    assert_eq!(set.max_age(), Some(Duration::from_secs(7)));
    assert_eq!((set.domain(), set.path()), (Some("A.test"), Some(&b"/x"[..])));
    assert!(set.is_secure() && set.is_http_only());
    assert_eq!(set.same_site(), Some(SameSite::Lax));
    let bare = SetCookie::parse(b"a=b; expires; max-age; domain; path; samesite=x").unwrap();
    assert_eq!(bare, SetCookie::parse(b"a=b").unwrap());
    let last = SetCookie::parse(b"a=b; path=/x; path=rel; max-age=1; max-age=2").unwrap();
    assert_eq!((last.path(), last.max_age()), (None, Some(Duration::from_secs(2))));
}

#[test]
fn c2_paths_match_on_the_borders_of_segments() {
    for (cookie, request, matches) in [
        ("/", "/", true),
        ("/", "/a", true),
        ("/a", "/a", true),
        ("/a", "/a/", true),
        ("/a", "/a/b", true),
        ("/a", "/ab", false),
        ("/a", "/", false),
        ("/a/", "/a/b", true),
        ("/a/", "/a", false),
        ("/A", "/a", false),
        ("/a", "/a?b", false),
    ] {
        assert_eq!(
            path_matches(request.as_bytes(), cookie.as_bytes()),
            matches,
            "{cookie} {request}"
        );
    }
    for (request, path) in [
        ("/", "/"),
        ("/a", "/"),
        ("/a/", "/a"),
        ("/a/b", "/a"),
        ("", "/"),
        ("a/b", "/"),
        ("*", "/"),
    ] {
        assert_eq!(default_path(request), path, "{request}");
    }
    let cookie = set("http://a.test/x/y?/q/r", "a=b").unwrap();
    assert_eq!(cookie.path(), b"/x");
    assert!(goes_to(&cookie, "http://a.test/x?y") && !goes_to(&cookie, "http://a.test/xy"));
}

#[test]
fn c2_prefixes_keep_their_promises() {
    for (line, is_kept) in [
        ("__Secure-a=b; Secure", true),
        ("__Secure-a=b", false),
        ("__secure-a=b", false),
        ("__Host-a=b; Secure; Path=/", true),
        ("__Host-a=b; Path=/", false),
        ("__Host-a=b; Secure", false),
        ("__Host-a=b; Secure; Path=/x", false),
        ("__Host-a=b; Secure; Path=/; Domain=a.test", false),
        ("__HOST-a=b; Secure; Path=/; Domain=a.test", false),
        ("__Hosta=b", true),
    ] {
        let found = set("https://a.test/", line);
        assert_eq!(found.is_ok(), is_kept, "{line}: {found:?}");
        assert!(set("http://a.test/", line).is_err() || line == "__Hosta=b", "{line}");
    }
}

#[test]
fn c2_secure_ones_are_set_and_sent_over_tls_and_on_this_machine_only() {
    for (url, is_secure) in [
        ("https://a.test/", true),
        ("http://a.test/", false),
        ("http://localhost/", true),
        ("http://127.0.0.1/", true),
        ("http://[::1]/", true),
        ("http://127.0.0.2/", false),
        ("http://a.localhost/", false),
    ] {
        assert_eq!(set(url, "a=b; secure").is_ok(), is_secure, "{url}");
        let tls = set(&url.replace("http:", "https:"), "a=b; secure").unwrap();
        assert_eq!(goes_to(&tls, url), is_secure, "{url}");
    }
}

#[test]
fn c2_a_secure_one_keeps_out_one_without_tls() {
    let secure = set("https://a.b.test/", "a=1; secure; path=/x; domain=b.test").unwrap();
    for (url, line, is_kept_out) in [
        ("http://b.test/", "a=2; path=/x", true),
        ("http://b.test/", "a=2; path=/x/y", true),
        ("http://c.a.b.test/", "a=2; path=/x", true),
        ("http://b.test/", "a=2; path=/", false),
        ("http://b.test/", "a=2; path=/xy", false),
        ("http://b.test/", "b=2; path=/x", false),
        ("http://c.test/", "a=2; path=/x", false),
    ] {
        assert_eq!(secure.keeps_out(&set(url, line).unwrap()), is_kept_out, "{url} {line}");
    }
}

#[test]
fn dates_in_all_the_forms_that_servers_write() {
    let cases: [(&str, Option<u64>); 24] = [
        ("Thu, 01 Jan 1970 00:00:01 GMT", Some(1)),
        ("Thu, 01-Jan-1970 00:00:01 GMT", Some(1)),
        ("Thursday, 01-Jan-70 00:00:01 GMT", Some(1)),
        ("Thu Jan  1 00:00:01 1970", Some(1)),
        ("1 January 1970 00:00:01", Some(1)),
        ("00:00:01 1970 jan 1", Some(1)),
        ("1970 1 jan 00:00:01 +0500", Some(1)),
        ("1jan 1970 0:0:1z", None),
        ("1x jan 1970 0:0:1z", Some(1)),
        ("Tue, 19 Jan 2038 03:14:08 GMT", Some(2_147_483_648)),
        ("Wed, 01 Jan 69 00:00:00 GMT", Some(3_124_224_000)),
        ("Thu, 29 Feb 2024 00:00:00 GMT", Some(1_709_164_800)),
        ("Thu, 29 Feb 2023 00:00:00 GMT", None),
        ("Thu, 32 Jan 1970 00:00:01 GMT", None),
        ("Thu, 01 Jan 1970 24:00:01 GMT", None),
        ("Thu, 01 Jan 1970 00:60:01 GMT", None),
        ("Thu, 01 Jan 1970 00:00:60 GMT", None),
        ("Thu, 01 Jan 1600 00:00:01 GMT", None),
        ("Thu, 01 Jan 19700 00:00:01 GMT", None),
        ("Thu, 01 Jan 1970", None),
        ("01 1970 00:00:01", None),
        ("Thu, 01 Jan 1970 0x:00:01", None),
        ("", None),
        ("0", None),
    ];
    for (text, seconds) in cases {
        assert_eq!(parse_date(text.as_bytes()), seconds.map(at), "{text}");
    }
}

#[test]
fn secrets_stay_out_of_debug() {
    let cookie = set("https://a.test/", "name=canary").unwrap();
    let shown = format!("{cookie:?} {:?}", SetCookie::parse(b"name=canary").unwrap());
    assert!(shown.contains("name") && !shown.contains("canary"), "{shown}");
}
