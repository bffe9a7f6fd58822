//! Invariants: what is kept of a cookie holds no control character, is for the host it came from or a
//! domain around it that is no public suffix, and is secure only where it came under TLS. A kept cookie
//! is one line of a file, and reads back as itself. A `Cookie` field is one line within its limit. Any
//! line of a file is a cookie that can be written again, a comment, or an error that may be shown.
#![no_main]

use std::time::SystemTime;

use landline_fuzz::assert_harmless;
use landline_wire::cookie::{
    Cookie, CookieError, MAX_HEADER_BYTES, RequestUri, SetCookie, SuffixList, canonical_host,
    domain_matches, header, parse_date,
};
use landline_wire::target::Location;
use libfuzzer_sys::fuzz_target;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const LIST: &[u8] = b"com\nco.uk\n*.ck\n!www.ck\n";
const URLS: [&str; 5] = [
    "https://a.b.test/x/y",
    "http://shop.co.uk./",
    "http://127.0.0.1/x",
    "https://[::1]/",
    "http://www.ck/",
];

fn check_kept(cookie: &Cookie) {
    let line = cookie.to_file_line();
    assert!(!line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t'));
    let back =
        Cookie::from_file_line(&line, NOW).expect("what is written reads back").expect("a cookie");
    assert!(back.replaces(cookie));
    assert_eq!(back.to_file_line(), line);
    assert_eq!(canonical_host(cookie.domain()).as_deref(), Some(cookie.domain()));
    let sent = header([cookie]).expect("a field");
    assert!(sent.len() <= MAX_HEADER_BYTES && !sent.iter().any(u8::is_ascii_control));
    assert!(!sent.contains(&b';'));
}

fn receive(data: &[u8], url: &str, list: &SuffixList) -> Result<(), CookieError> {
    let location = Location::parse(url).expect("a URL");
    let uri = RequestUri::of(&location);
    let cookie = Cookie::received(SetCookie::parse(data)?, &uri, NOW, list)?;
    assert!(domain_matches(uri.host(), cookie.domain()));
    assert!(cookie.is_host_only() || !list.is_public_suffix(cookie.domain()));
    assert!(uri.is_secure() || !cookie.is_secure());
    assert_eq!(cookie.name().is_empty(), false);
    check_kept(&cookie);
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let list = SuffixList::new(LIST);
    for url in URLS {
        if let Err(error) = receive(data, url, &list) {
            assert_harmless(&error);
        }
    }
    match Cookie::from_file_line(data, NOW) {
        Ok(cookie) => cookie.iter().for_each(check_kept),
        Err(error) => assert_harmless(&error),
    }
    let _ = parse_date(data);
    let text = String::from_utf8_lossy(data);
    if let Some(host) = canonical_host(&text) {
        assert_eq!(canonical_host(&host), Some(host));
    }
});
