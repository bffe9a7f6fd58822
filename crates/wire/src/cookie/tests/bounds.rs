use super::*;

fn expires(line: &str) -> Option<SystemTime> {
    set("https://a.test/", line).unwrap().expires()
}

#[test]
fn c3_lines_pairs_and_attributes_have_a_maximum() {
    let pair = |bytes: usize| format!("a={}", "x".repeat(bytes - 1));
    assert!(SetCookie::parse(pair(MAX_PAIR_BYTES).as_bytes()).is_ok());
    let error = SetCookie::parse(pair(MAX_PAIR_BYTES + 1).as_bytes());
    assert_eq!(error, Err(CookieError::PairTooLong));
    let line = |bytes: usize| format!("a=b;{}", "x".repeat(bytes - 4));
    assert!(SetCookie::parse(line(MAX_LINE_BYTES).as_bytes()).is_ok());
    assert_eq!(
        SetCookie::parse(line(MAX_LINE_BYTES + 1).as_bytes()),
        Err(CookieError::LineTooLong)
    );
    let path = |bytes: usize| format!("a=b; path=/{}", "x".repeat(bytes - 1));
    let kept = |bytes| set("https://a.test/", path(bytes)).unwrap().path().len();
    assert_eq!(
        (kept(MAX_ATTRIBUTE_BYTES), kept(MAX_ATTRIBUTE_BYTES + 1)),
        (MAX_ATTRIBUTE_BYTES, 1)
    );
}

#[test]
fn c3_ages_saturate() {
    let latest = Some(now() + MAX_LIFETIME);
    for huge in
        ["18446744073709551616", "99999999999999999999999999", "9223372036854775807", "34560001"]
    {
        assert_eq!(expires(&format!("a=b; max-age={huge}")), latest, "{huge}");
    }
    assert_eq!(expires("a=b; expires=Fri, 31 Dec 9999 23:59:59 GMT"), latest);
    assert_eq!(expires("a=b; max-age=60"), Some(at(NOW_SECONDS + 60)));
    assert_eq!(expires("a=b; max-age=\"60\""), Some(at(NOW_SECONDS + 60)));
    for over in ["0", "-1", "-99999999999999999999999999"] {
        let cookie = set("https://a.test/", format!("a=b; max-age={over}")).unwrap();
        assert!(cookie.is_expired(now()), "{over}");
    }
    // What is no number is passed over.
    for none in ["", "x", "1x", "+1", "1.5", "-"] {
        assert_eq!(expires(&format!("a=b; max-age={none}")), None, "{none}");
    }
    assert_eq!(
        expires("a=b; max-age=1; expires=Thu, 01 Jan 1970 00:00:01 GMT"),
        Some(at(NOW_SECONDS + 1))
    );
    assert!(
        set("https://a.test/", "a=b; expires=Mon, 01 Jan 1601 00:00:00 GMT")
            .unwrap()
            .is_expired(now())
    );
}

#[test]
fn c3_a_header_has_a_maximum_in_cookies_and_bytes() {
    let many: Vec<_> =
        (0..1000).map(|n| set("https://a.test/", format!("{n}=x")).unwrap()).collect();
    let value = header(&many).unwrap();
    assert_eq!(value.split(|byte| *byte == b';').count(), MAX_SENT);
    let long: Vec<_> = (0..4)
        .map(|n| set("https://a.test/", format!("{n}={}", "x".repeat(4000))).unwrap())
        .collect();
    let value = header(&long).unwrap();
    assert_eq!(value.iter().filter(|byte| **byte == b'=').count(), 2);
    assert!("Cookie: ".len() + value.len() <= MAX_HEADER_BYTES);
}

#[test]
fn c3_a_million_semicolons_take_no_time() {
    let line = "a=b".to_owned() + &";".repeat(MAX_LINE_BYTES - 3);
    for _ in 0..100 {
        assert!(SetCookie::parse(line.as_bytes()).is_ok());
    }
}

#[test]
fn headers_go_by_path_domain_name_and_age() {
    let cookie = |line: &str| set("https://a.b.test/x/y", line).unwrap();
    let cookies = [
        cookie("new=1"),
        cookie("old=2"),
        cookie("name=3"),
        cookie("wide=4; domain=b.test"),
        cookie("root=5; path=/"),
        cookie("deep=6; path=/x/y"),
    ];
    let value = header(&cookies).unwrap();
    assert_eq!(value, b"deep=6; name=3; new=1; old=2; wide=4; root=5");
    assert_eq!(header(&[]), None);
}
