//! References resolved against a location.

use super::*;

/// RFC 3986 section 5.4, as far as our rules do not refuse.
#[test]
fn i7_references_are_joined() {
    let base = parse("http://me:pw@a/b/c/d;p?q");
    for (reference, joined) in [
        ("g:h", "g:h"),
        ("g", "http://me@a/b/c/g"),
        ("./g", "http://me@a/b/c/g"),
        ("g/", "http://me@a/b/c/g/"),
        ("/g", "http://me@a/g"),
        ("//g", "http://g/"),
        ("//g:81/x", "http://g:81/x"),
        ("?y", "http://me@a/b/c/d;p?y"),
        ("g?y", "http://me@a/b/c/g?y"),
        ("#s", "http://me@a/b/c/d;p?q#s"),
        ("g#s", "http://me@a/b/c/g#s"),
        ("g?y#s", "http://me@a/b/c/g?y#s"),
        (";x", "http://me@a/b/c/;x"),
        ("g;x?y#s", "http://me@a/b/c/g;x?y#s"),
        ("", "http://me@a/b/c/d;p?q"),
        (".", "http://me@a/b/c/"),
        ("./", "http://me@a/b/c/"),
        ("..", "http://me@a/b/"),
        ("../g", "http://me@a/b/g"),
        ("../..", "http://me@a/"),
        ("../../../g", "http://me@a/g"),
        ("/./g", "http://me@a/g"),
        ("/../g", "http://me@a/g"),
        ("g.", "http://me@a/b/c/g."),
        ("..g", "http://me@a/b/c/..g"),
        ("./../g", "http://me@a/b/g"),
        ("g;x=1/../y", "http://me@a/b/c/y"),
        ("g?y/../x", "http://me@a/b/c/g?y/../x"),
        ("g#s/../x", "http://me@a/b/c/g#s/../x"),
        // spelling is kept, what no request line may hold is encoded
        ("%7Ex/ä b", "http://me@a/b/c/%7Ex/%C3%A4%20b"),
        (" \tg ", "http://me@a/b/c/g"),
        // a host changes only where the reference says so
        ("http://b.test/%2e", "http://b.test/"),
        ("https://a/", "https://a/"),
        ("\\\\b.test/x", "http://me@a/b/c/\\\\b.test/x"),
        ("/\\b.test/x", "http://me@a/\\b.test/x"),
        ("/x//b.test/", "http://me@a/x//b.test/"),
    ] {
        let found = base.join(reference).unwrap_or_else(|error| panic!("{reference}: {error}"));
        assert_eq!(found.to_string(), joined, "{reference}");
        let keeps_user = joined.contains("me@");
        assert_eq!(found.password().is_some(), keeps_user, "{reference}");
        assert_one_host(&found);
    }
}

/// A path that starts with two slashes must not turn into a host on its way through `Display` or `url`.
#[test]
fn a_path_of_two_slashes_stays_a_path() {
    for reference in ["/.//b.test/x", "/..//b.test/x", "..//..//b.test/x", "/%2e//b.test/x"] {
        for base in ["http://a.test/", "foo://a.test/", "file:///", "foo:/a"] {
            let joined = parse(base).join(reference).unwrap();
            assert_ne!(joined.host(), Some("b.test"), "{base} {reference}");
            assert_one_host(&joined);
        }
    }
}

/// Row 44.
#[test]
fn bad_references_are_refused() {
    let base = parse("http://a.test/");
    for reference in [
        "http://",
        "http:x",
        "https:/x",
        "//",
        "///x",
        "http://a b/",
        "http://[::1",
        "//a:x/",
        "//a\\@b/",
        "x\ny",
        "\0",
    ] {
        assert!(base.join(reference).is_err(), "{reference:?}");
    }
    for reference in ["x", "/x", "?x", "//a.test/"] {
        assert_eq!(parse("data:,x").join(reference), Err(LocationError::NoBase));
    }
    assert_eq!(parse("data:,x").join("http://a.test/").unwrap().host(), Some("a.test"));
}

#[test]
fn fragments_are_inherited() {
    let base = parse("http://a.test/x#top");
    assert_eq!(base.join("y").unwrap().to_string(), "http://a.test/y#top");
    assert_eq!(base.join("y#end").unwrap().to_string(), "http://a.test/y#end");
    assert_eq!(base.join("").unwrap(), base);
}

#[test]
fn header_bytes_that_are_not_utf8_are_encoded() {
    let base = parse("http://a.test/x/");
    assert_eq!(base.join_bytes(b"caf\xe9?\xff").unwrap().request_target(), "/x/caf%E9?%FF");
    assert_eq!(base.join_bytes("café".as_bytes()).unwrap().request_target(), "/x/caf%C3%A9");
    assert!(base.join_bytes(b"http://caf\xe9.test/").is_err());
}
