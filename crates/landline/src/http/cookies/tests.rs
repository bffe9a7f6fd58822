use std::time::Duration;

use super::*;

fn at(url: &str) -> Location {
    Location::parse(url).unwrap()
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

fn jar_of(lines: &[(&str, &str)]) -> CookieJar {
    let jar = CookieJar::new();
    for (url, line) in lines {
        jar.add(line, &at(url), now()).unwrap();
    }
    jar
}

fn sent(jar: &CookieJar, url: &str) -> String {
    let value = jar.header_for(&at(url), now()).unwrap_or_default();
    String::from_utf8(value).unwrap()
}

#[test]
fn one_replaces_another_in_its_place_and_takes_it_away() {
    let jar = jar_of(&[
        ("http://a.test/", "a=1"),
        ("http://a.test/", "b=1"),
        ("http://a.test/", "a=2"),
        ("http://a.test/", "a=3; path=/x"),
        ("http://sub.a.test/", "a=4; domain=a.test"),
    ]);
    assert_eq!(sent(&jar, "http://a.test/x"), "a=3; a=4; b=1; a=2");
    assert_eq!(sent(&jar, "http://b.a.test/x"), "a=4");
    jar.add("a=; max-age=0", &at("http://a.test/"), now()).unwrap();
    assert_eq!(sent(&jar, "http://a.test/"), "a=4; b=1");
    jar.add("none=; max-age=0", &at("http://a.test/"), now()).unwrap();
    assert_eq!(jar.cookies().len(), 3);
}

#[test]
fn time_and_sessions_end() {
    let jar = jar_of(&[("http://a.test/", "a=1; max-age=60"), ("http://a.test/", "b=2")]);
    let later = now() + Duration::from_secs(60);
    assert_eq!(jar.header_for(&at("http://a.test/"), later), Some(b"b=2".to_vec()));
    assert_eq!(jar.cookies().len(), 2);
    jar.end_session();
    assert_eq!(sent(&jar, "http://a.test/"), "a=1");
    jar.remove_expired(later);
    assert!(jar.is_empty());
    let jar = jar_of(&[("http://a.test/", "a=1")]);
    jar.clone().clear();
    assert!(jar.is_empty(), "clones share their cookies");
}

#[test]
fn c2_http_neither_sees_nor_overwrites_secure_cookies() {
    let jar = jar_of(&[("https://a.test/", "a=1; secure"), ("https://a.test/", "b=1")]);
    assert_eq!(sent(&jar, "http://a.test/"), "b=1");
    let overwrite = |line| jar.add(line, &at("http://a.test/"), now());
    assert_eq!(overwrite("a=2"), Err(CookieError::Overlay));
    assert_eq!(overwrite("a=; max-age=0"), Err(CookieError::Overlay));
    assert_eq!(overwrite("a=2; secure"), Err(CookieError::NotSecure));
    // From a neighbour for their common domain, which would be sent beside it.
    let neighbour = jar.add("a=2; domain=a.test", &at("http://x.a.test/"), now());
    assert_eq!(neighbour, Err(CookieError::Overlay));
    assert_eq!(overwrite("b=2"), Ok(()));
    assert_eq!(sent(&jar, "https://a.test/"), "b=2; a=1");
    jar.add("a=3", &at("https://a.test/"), now()).unwrap();
    assert_eq!(sent(&jar, "http://a.test/"), "b=2; a=3");
}

#[test]
fn c3_ten_thousand_cookies_are_bounded_by_domain_and_in_all() {
    let jar = CookieJar::new();
    for count in 0..10_000 {
        jar.add(format!("n{count}=x"), &at("http://a.test/"), now()).unwrap();
    }
    let kept = jar.cookies();
    assert_eq!((kept.len(), kept[0].name()), (200, &b"n9800"[..]));
    let value = sent(&jar, "http://a.test/");
    assert_eq!(value.matches('=').count(), 150);
    for host in 0..11_500 {
        jar.add("a=b", &at(&format!("http://h{host}.test/")), now()).unwrap();
    }
    let kept = jar.cookies();
    assert!((9_000..=10_000).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept.last().unwrap().domain(), "h11499.test");
}

#[test]
fn files_keep_what_they_were_given() {
    let jar = CookieJar::new();
    jar.add("a=1; max-age=1000; httponly", &at("https://www.a.test/x/"), SystemTime::now())
        .unwrap();
    jar.add("b=2; domain=a.test; secure", &at("https://www.a.test/"), SystemTime::now()).unwrap();
    let mut text = Vec::new();
    jar.write_to(&mut text).unwrap();
    let again = CookieJar::new();
    again.read_from(&text[..]).unwrap();
    assert_eq!(again.cookies().len(), 2);
    let mut second = Vec::new();
    again.write_to(&mut second).unwrap();
    let lines = |text: &[u8]| {
        let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&second), lines(&text));
    again
        .read_from(&b"no cookie\nHTTP/1.1 200 OK\n\n.a.test\tTRUE\t/\tFALSE\t1\told\tx\n"[..])
        .unwrap();
    assert_eq!(again.cookies().len(), 2, "what is over or no cookie is passed over");
}

#[test]
fn c3_a_file_without_end_is_refused() {
    let error = CookieJar::new().read_from(std::io::repeat(b'x')).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
}

#[test]
fn c5_a_file_that_cannot_be_had_or_written_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none/jar");
    for error in
        [CookieJar::new().load(&path).unwrap_err(), CookieJar::new().save(&path).unwrap_err()]
    {
        assert_eq!(error.kind(), ErrorKind::File);
        assert!(error.chain().contains("none/jar"), "{}", error.chain());
    }
}

#[test]
fn secrets_stay_out_of_debug() {
    let jar = jar_of(&[("http://a.test/", "name=canary")]);
    assert!(!format!("{jar:?} {:?}", jar.cookies()).contains("canary"));
}

#[test]
fn a_jar_goes_from_thread_to_thread() {
    fn is_shared<T: Send + Sync + Clone>(_: &T) {}
    is_shared(&CookieJar::new());
}
