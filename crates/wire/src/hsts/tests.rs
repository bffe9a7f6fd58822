use super::*;
use crate::headers::Headers;

/// As it comes out of a head that was read in pieces.
fn parse(value: &str) -> Option<(u64, bool)> {
    let asked = StrictTransport::parse(value.as_bytes());
    asked.map(|asked| (asked.max_age, asked.includes_subdomains))
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn directives_come_in_any_order_and_case() {
    for (value, asked) in [
        ("max-age=31536000", (31_536_000, false)),
        ("MAX-AGE = \"60\" ; INCLUDESUBDOMAINS", (60, true)),
        ("includeSubDomains;max-age=0", (0, true)),
        (";; max-age=1 ;preload; x=\"a;max-age=9\\\";\"; ", (1, false)),
        ("max-age=99999999999999999999999", (u64::MAX, false)),
    ] {
        assert_eq!(parse(value), Some(asked), "{value}");
    }
}

#[test]
fn what_breaks_the_rules_asks_for_nothing() {
    for value in [
        "",
        "includeSubDomains",
        "max-age",
        "max-age=",
        "max-age=x",
        "max-age=-1",
        "max-age=1s",
        "max-age=\"1",
        "max-age=1; max-age=2",
        "max-age=1; includeSubDomains; includeSubDomains",
        "max-age=1; includeSubDomains=yes",
        "max-age=1, includeSubDomains",
        "=1; max-age=1",
        "a b; max-age=1",
    ] {
        assert_eq!(parse(value), None, "{value}");
    }
}

/// The field in a head that comes whole, in pieces, and with bytes behind it.
#[test]
fn the_field_is_the_same_however_the_head_arrives() {
    let head = b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=5;includeSubDomains\r\n\r\n";
    let read = |pieces: &[&[u8]]| {
        let mut scanner = crate::head::HeadScanner::new(crate::head::HeadLimits::default());
        let mut all = Vec::new();
        let end = pieces.iter().find_map(|piece| {
            all.extend_from_slice(piece);
            scanner.find(&all).expect("sound")
        });
        let head = crate::head::parse_response_head(&all[..end?]).ok()?;
        let field = |headers: &Headers| {
            StrictTransport::parse(headers.get_bytes("strict-transport-security")?)
        };
        field(&head.headers)
    };
    let asked = crate::three_ways::three_ways(head, read);
    assert_eq!(asked, Some(StrictTransport { max_age: 5, includes_subdomains: true }));
}

#[test]
fn lines_of_files_come_back_as_they_were() {
    for line in [
        "shop.test \"20301224 09:30:00\"",
        ".shop.test \"20301224 09:30:00\"",
        "xn--bcher-kva.test \"unlimited\"",
        "a \"19700101 00:00:00\"",
    ] {
        let known = KnownHost::from_file_line(line.as_bytes()).expect(line);
        assert_eq!(known.to_file_line(), line);
    }
    let odd = KnownHost::from_file_line(b" \t.SHOP.test.\t \"24 Dec 2030 09:30:00\" and more\r");
    assert_eq!(odd.expect("a line").to_file_line(), ".shop.test \"20301224 09:30:00\"");
}

#[test]
fn c4_what_is_no_line_is_passed_over() {
    let long = format!("{} \"unlimited\"", "a".repeat(5000));
    for line in [
        "",
        "# shop.test \"unlimited\"",
        "shop.test",
        "shop.test unlimited",
        "shop.test \"unlimited",
        "shop.test \"yesterday\"",
        "shop.test \"\"",
        "127.0.0.1 \"unlimited\"",
        "::1 \"unlimited\"",
        "[::1] \"unlimited\"",
        ". \"unlimited\"",
        "..a \"unlimited\"",
        "a:80 \"unlimited\"",
        &long,
    ] {
        assert_eq!(KnownHost::from_file_line(line.as_bytes()), None, "{line}");
    }
    assert_eq!(KnownHost::from_file_line(b"\xff \"unlimited\""), None);
}

#[test]
fn c4_names_are_canonical_and_addresses_are_none() {
    for name in ["h.test", "H.TEST", "h.test.", "h\u{3002}test", "h\u{ff0e}test", "h\u{ff61}test."]
    {
        let asked = StrictTransport { max_age: 1, includes_subdomains: false };
        let known = KnownHost::received(name, asked, at(0));
        assert_eq!(known.expect(name).to_file_line(), "h.test \"19700101 00:00:01\"");
    }
    for address in ["127.0.0.1", "::1", "0x7f.1", "2130706433", "", ".", "a..", "fe80::1%1"] {
        assert_eq!(host_name(address), None, "{address}");
    }
}

#[test]
fn a_time_without_end_is_unlimited() {
    let asked = |max_age| StrictTransport { max_age, includes_subdomains: false };
    let expires = |max_age| {
        KnownHost::received("a", asked(max_age), at(0)).expect("a host").expires.is_some()
    };
    assert!(expires(60) && expires(253_402_300_799));
    assert!(!expires(253_402_300_800) && !expires(u64::MAX));
    let known = KnownHost::received("a", asked(60), at(0)).expect("a host");
    assert!(!known.is_expired(at(59)) && known.is_expired(at(60)));
}

#[test]
fn parents_are_the_names_behind_each_dot() {
    let names: Vec<_> = name_and_parents("a.b.test").collect();
    assert_eq!(names, ["a.b.test", "b.test", "test"]);
}
