use super::*;

fn line(line: &[u8]) -> Result<Option<Cookie>, CookieError> {
    Cookie::from_file_line(line, now())
}

#[test]
fn lines_are_written_and_read_back() {
    for (url, text, expected) in [
        ("http://a.test/", "n=v", "a.test\tFALSE\t/\tFALSE\t0\tn\tv"),
        (
            "https://www.a.test/x/y",
            "n=v w; domain=a.test; secure; httponly; max-age=1",
            "#HttpOnly_.a.test\tTRUE\t/x\tTRUE\t1767225601\tn\tv w",
        ),
        ("http://127.0.0.1/", "n=; path=/p", "127.0.0.1\tFALSE\t/p\tFALSE\t0\tn\t"),
        ("http://[::1]/", "n=\"v\"", "::1\tFALSE\t/\tFALSE\t0\tn\t\"v\""),
        ("http://a.test/", "n=v; max-age=0", "a.test\tFALSE\t/\tFALSE\t1\tn\tv"),
    ] {
        let cookie = set(url, text).unwrap();
        let written = cookie.to_file_line();
        assert_eq!(
            written.escape_ascii().to_string(),
            expected.as_bytes().escape_ascii().to_string()
        );
        for end in ["", "\n", "\r\n"] {
            let read = line(&[&written, end.as_bytes()].concat()).unwrap().unwrap();
            assert_eq!(read.to_file_line(), written);
            assert!(read.replaces(&cookie));
        }
    }
}

#[test]
fn lines_of_others_are_read() {
    let fields = |text: &str| line(text.as_bytes()).unwrap().unwrap();
    let cookie = fields("  .A.Test\ttrue\t/\tTRUE\t9223372036854775807\tn\tv");
    assert_eq!(
        (cookie.domain(), cookie.is_host_only(), cookie.is_secure()),
        ("a.test", false, true)
    );
    assert_eq!(cookie.expires(), Some(at(253_402_300_799)));
    // An empty value, with and without its tab.
    assert_eq!(fields("a.test\tFALSE\t/\tFALSE\t0\tn\t").value(), b"");
    assert_eq!(fields("a.test\tFALSE\t/\tFALSE\t0\tn").value(), b"");
    assert_eq!(fields("a.test\tFALSE\trel\tFALSE\t0\tn\tv").path(), b"/");
    assert!(fields("127.0.0.1\tTRUE\t/\tFALSE\t0\tn\tv").is_host_only());
    assert!(fields("a.test\tFALSE\t/\tFALSE\t-5\tn\tv").is_expired(now()));
    for comment in ["", "\n", "# Netscape HTTP Cookie File", "#a.test\tFALSE", "  # x", "\r\n"] {
        assert_eq!(line(comment.as_bytes()), Ok(None), "{comment:?}");
    }
}

#[test]
fn lines_of_a_head_are_read() {
    let cookie = line(b"Set-Cookie: n=v; domain=a.test; path=/x; max-age=60\r\n").unwrap().unwrap();
    assert_eq!(cookie.to_file_line(), b".a.test\tTRUE\t/x\tFALSE\t1767225660\tn\tv");
    assert_eq!(line(b"set-cookie: n=v"), Err(CookieError::NoDomain));
    let host = line(b"SET-COOKIE:n=v;domain=127.0.0.1").unwrap().unwrap();
    assert!(host.is_host_only());
    for other in ["HTTP/1.1 200 OK", "Content-Type: text/html"] {
        assert_eq!(line(other.as_bytes()), Err(CookieError::Fields), "{other}");
    }
}

#[test]
fn c2_files_are_no_way_around_the_rules() {
    for bad in [
        "a.test\tFALSE\t/\tFALSE\t0\tn\tv\tw",
        "a.test\tFALSE\t/\tFALSE\t0\tn\tv\u{1}",
        "a.test\tFALSE\t/\tFALSE\t0\tn\tv; x=y",
        "a.test\tFALSE\t/\tFALSE\t0\tn=m\tv",
        "a.test\tFALSE\t/\tFALSE\t0\t\tv",
        "a.test\tFALSE\t/\tFALSE\tsoon\tn\tv",
        "\tFALSE\t/\tFALSE\t0\tn\tv",
        "a b\tFALSE\t/\tFALSE\t0\tn\tv",
        "a.test\tFALSE\t/\tFALSE\t0\t__Secure-n\tv",
        "a.test\tTRUE\t/\tTRUE\t0\t__Host-n\tv",
        "a.test FALSE / FALSE 0 n v",
    ] {
        let read = line(bad.as_bytes());
        assert!(read.is_err() || read == Ok(None), "{bad:?}: {read:?}");
    }
    assert_eq!(line(&[b'x'; MAX_LINE_BYTES + 1]), Err(CookieError::LineTooLong));
}
