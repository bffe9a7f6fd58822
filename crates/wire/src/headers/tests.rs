use super::*;

fn sample() -> Headers {
    let mut headers = Headers::new();
    headers.push("Host", "a.test").unwrap();
    headers.push("X-Tag", "one").unwrap();
    headers.push_line("x-tAG:two").unwrap();
    headers.push("Empty", "").unwrap();
    headers.push("X-TAG", "three").unwrap();
    headers
}

fn wire(headers: &Headers) -> String {
    let mut out = b"GET / HTTP/1.1\r\n".to_vec();
    headers.write_to(&mut out);
    String::from_utf8(out.split_off(16)).unwrap()
}

#[test]
fn order_spelling_and_duplicates_are_kept() {
    let headers = sample();
    let lines = "Host: a.test\r\nX-Tag: one\r\nx-tAG:two\r\nEmpty:\r\nX-TAG: three\r\n";
    assert_eq!(wire(&headers), lines);
    assert_eq!(headers.as_bytes(), lines.as_bytes());
    assert_eq!((headers.len(), headers.is_empty()), (5, false));
    let names: Vec<_> = headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Host", "X-Tag", "x-tAG", "Empty", "X-TAG"]);
    assert_eq!(headers.iter().len(), 5);
}

#[test]
fn look_up_ignores_case() {
    let headers = sample();
    assert_eq!(headers.get("x-tag"), Some("one"));
    assert_eq!(headers.get("hOST"), Some("a.test"));
    assert_eq!(headers.get("empty"), Some(""));
    assert_eq!(headers.get("Hos"), None);
    let tags: Vec<_> = headers.get_all("X-tag").collect();
    assert_eq!(tags, [&b"one"[..], b"two", b"three"]);
    assert!(headers.contains("EMPTY") && !headers.contains(""));
}

#[test]
fn a_value_that_is_not_utf8_is_bytes_only() {
    let mut headers = Headers::new();
    headers.push("Name", b"caf\xe9").unwrap();
    assert_eq!(headers.get("name"), None);
    assert_eq!(headers.get_bytes("name"), Some(&b"caf\xe9"[..]));
}

#[test]
fn remove_takes_all_of_a_name() {
    let mut headers = sample();
    assert_eq!(headers.remove("x-tag"), 3);
    assert_eq!(headers.remove("x-tag"), 0);
    assert_eq!(wire(&headers), "Host: a.test\r\nEmpty:\r\n");
    assert_eq!(headers.get("empty"), Some(""));
    assert_eq!(headers.remove("host") + headers.remove("empty"), 2);
    assert!(headers.is_empty() && wire(&headers).is_empty());
}

#[test]
fn set_leaves_one_in_the_place_of_the_first() {
    let mut headers = sample();
    headers.set("X-Tag", "only").unwrap();
    assert_eq!(wire(&headers), "Host: a.test\r\nX-Tag: only\r\nEmpty:\r\n");
    headers.set("New", "n").unwrap();
    assert_eq!(wire(&headers), "Host: a.test\r\nX-Tag: only\r\nEmpty:\r\nNew: n\r\n");
    assert!(headers.set("New", "a\nb").is_err());
    assert_eq!(headers.get("new"), Some("n"));
}

#[test]
fn blanks_around_a_value_are_no_part_of_it() {
    let mut headers = Headers::new();
    headers.push("A", " \t x y\t ").unwrap();
    headers.push_line(b"B:  \t").unwrap();
    headers.push_line(b"C:\tv \t").unwrap();
    assert_eq!(wire(&headers), "A: x y\r\nB:  \t\r\nC:\tv \t\r\n");
    assert_eq!(headers.get("b"), Some(""));
    assert_eq!(headers.get("c"), Some("v"));
    headers.remove("a");
    assert_eq!(headers.get("c"), Some("v"));
}

#[test]
fn names_are_tokens() {
    let tokens = (0..=255u8).filter(|byte| is_token_byte(*byte)).map(char::from);
    let (letters, others): (String, String) = tokens.partition(char::is_ascii_alphanumeric);
    assert_eq!((letters.len(), others.as_str()), (62, "!#$%&'*+-.^_`|~"));
    for name in ["A", "x-1", "!#$%&'*+-.^_`|~"] {
        assert!(Headers::new().push(name, "v").is_ok(), "{name}");
    }
    for name in ["", " A", "A ", "A:", "A B", "A\r", "A\n", "A\0", "Ä", "A\u{10a}", "(A)", "\"A\""]
    {
        assert!(Headers::new().push(name, "v").is_err(), "{name:?}");
        assert!(
            Headers::new().push_line(format!("{name}: v")).is_err() || name == "A:",
            "{name:?}"
        );
    }
    assert_eq!(Headers::new().push_line("no colon"), Err(HeaderError::NoColon));
}

/// Class A1 of the faults: nothing gets onto a line of its own.
#[test]
fn values_hold_no_line_end_and_no_nul() {
    for bad in ["\r", "\n", "\r\n", "\0", "\r\nX: y", "a\nb"] {
        for value in [format!("v{bad}w"), format!("{bad}v"), format!("v{bad}")] {
            let mut headers = sample();
            assert!(headers.push("X", &value).is_err(), "{value:?}");
            assert!(headers.push_line(format!("X: {value}")).is_err(), "{value:?}");
            assert!(headers.set("Host", &value).is_err(), "{value:?}");
            assert_eq!(headers, sample());
        }
    }
    assert!(Headers::new().push("X", "%0d%0a\u{10a}\u{560a}\x1b").is_ok());
}

#[test]
fn secrets_stay_out_of_debug_and_errors() {
    let mut headers = Headers::new();
    for name in ["Authorization", "PROXY-authorization", "Cookie", "Set-Cookie"] {
        headers.push(name, "hunter2").unwrap();
        let error = headers.push(name, "hunter2\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    headers.push("Accept", "text/\x1b").unwrap();
    let shown = format!("{headers:?}");
    assert!(!shown.contains("hunter2") && shown.contains("[secret]"), "{shown}");
    assert!(shown.contains("Accept"));
    let error = headers.push("Authorization Basic", "hunter2").unwrap_err();
    assert_eq!(error.to_string(), "byte ' ' after \"Authorization\" in the name of a header");
}

#[test]
fn display_is_harmless_for_terminals() {
    let mut headers = Headers::new();
    headers.push("Server", b"\x1b[2J\xff").unwrap();
    assert_eq!(headers.to_string(), "Server: \\x1b[2J\\xff\n");
}

#[test]
fn header_maps_convert_both_ways() {
    let map = http::HeaderMap::try_from(&sample()).unwrap();
    assert_eq!(map.len(), 5);
    assert_eq!(map.get_all("x-tag").iter().count(), 3);
    let back = Headers::from(&map);
    assert_eq!(back.get("host"), Some("a.test"));
    assert_eq!(back.get_all("x-tag").collect::<Vec<_>>(), [&b"one"[..], b"two", b"three"]);

    let mut odd = Headers::new();
    odd.push("A", "\x1b").unwrap();
    let error = http::HeaderMap::try_from(&odd).unwrap_err();
    assert_eq!(error, HeaderError::Unrepresentable { name: "A".to_owned() });
    let mut many = Headers::new();
    (0..40_000).for_each(|i| many.push(&format!("x{i}"), "").unwrap());
    assert!(http::HeaderMap::try_from(&many).is_err());
}

#[test]
fn lists_are_appended_as_they_are_spelled() {
    let mut headers = sample();
    headers.append_all(&sample());
    assert_eq!(headers.len(), 10);
    assert_eq!(wire(&headers), wire(&sample()).repeat(2));
    assert_eq!(headers.get_all("x-tag").count(), 6);
}

/// Two allocations however many fields, and each step is linear.
#[test]
fn many_fields_are_cheap() {
    let mut headers = Headers::with_capacity(5000, 5000 * 20);
    let room = (headers.lines.capacity(), headers.fields.capacity());
    (0..5000).for_each(|i| headers.push(&format!("name-{}", i % 7), "value").unwrap());
    assert_eq!((headers.lines.capacity(), headers.fields.capacity()), room);
    assert_eq!(headers.get_all("name-0").count(), 715);
    assert_eq!(headers.remove("name-0"), 715);
    assert_eq!(headers.len(), 4285);
}
