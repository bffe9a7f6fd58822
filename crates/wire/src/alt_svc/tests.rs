use super::*;

fn shown(value: &str) -> Option<Vec<String>> {
    let show = |one: &Service| {
        let persist = if one.persists { " persist" } else { "" };
        format!("{} {}:{} {}{persist}", one.protocol.name(), one.host, one.port, one.max_age)
    };
    match AltSvc::parse(value.as_bytes())? {
        AltSvc::Clear => Some(vec!["clear".to_owned()]),
        AltSvc::Services(services) => Some(services.iter().map(show).collect()),
    }
}

#[test]
fn services_with_their_parameters() {
    for (value, services) in [
        ("h2=\":443\"", &["h2 :443 86400"][..]),
        ("H2 = \"ALT.test:8000\" ; MA=60 ; persist=1;x=\"a,b\"", &["h2 alt.test:8000 60 persist"]),
        (
            "http%2F1.1=\"a:1\", http/1.1=\"b:2\",h3=\"[::1]:3\"",
            &["h1 a:1 86400", "h1 b:2 86400", "h3 ::1:3 86400"],
        ),
        (" clear ", &["clear"]),
        ("x=\":1\", h2=\":2\", h2=\"\", h3=:3", &["h2 :2 86400"]),
        ("h2=\":1\"; ma=99999999999999999999", &["h2 :1 18446744073709551615"]),
    ] {
        assert_eq!(shown(value).unwrap_or_default(), services, "{value}");
    }
}

#[test]
fn what_makes_no_sense_is_left_out() {
    for value in [
        "",
        "h2",
        "h2=",
        "h2=\"",
        "h2=\"a\"",
        "h2=\"a:\"",
        "h2=\"a:0\"",
        "h2=\"a:65536\"",
        "h2=\"a:+1\"",
        "h2=\":1 \"",
        "h2=\"a b:1\"",
        "h2=\"a:1\"; ma=x",
        "h2=\"a:1\"; ma=\"1",
        "h2=\"u@a:1\"",
        "h2=\"a/b:1\"",
        "h9=\"a:1\"",
    ] {
        assert_eq!(shown(value), None, "{value}");
    }
    let many = vec!["h2=\":1\""; 1000].join(",");
    assert_eq!(shown(&many).map(|all| all.len()), Some(MAX_SERVICES));
}

#[test]
fn lines_of_files_come_back_as_they_were() {
    for line in [
        "h2 a.test 443 h3 alt.test 8000 \"20301224 09:30:00\" 1 0",
        "h1 a.test 443 h2 [::1] 8000 \"20301224 09:30:00\" 0 7",
    ] {
        let read = Alternative::from_file_line(line.as_bytes()).expect(line);
        assert_eq!(read.to_file_line(), line);
    }
}

#[test]
fn what_is_no_line_is_passed_over() {
    for line in [
        "",
        "# h2 a.test 443 h3 alt.test 8000 \"20301224 09:30:00\" 1 0",
        "h2 a.test 443 h3 alt.test \"20301224 09:30:00\" 1 0",
        "h2 a.test 443 h3 alt.test 8000 \"20301224 09:30:00\" 1",
        "h2 a.test 443 h3 alt.test 8000 \"soon\" 1 0",
        "h2 a.test 443 h3 alt.test 8000 1 0",
        "h9 a.test 443 h3 alt.test 8000 \"20301224 09:30:00\" 1 0",
        "h2 a.test 0 h3 alt.test 8000 \"20301224 09:30:00\" 1 0",
        "h2 a.test 443 h3 alt.test 99999 \"20301224 09:30:00\" 1 0",
        "h2 a.test 443 h3 alt.test 80 x \"20301224 09:30:00\" 1 0",
    ] {
        assert_eq!(Alternative::from_file_line(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn an_empty_host_is_the_origins() {
    let Some(AltSvc::Services(services)) = AltSvc::parse(b"h2=\":8000\"; ma=60") else { panic!() };
    let origin = (Protocol::Http1, "A.test.", 443);
    let noted = Alternative::received(origin, &services[0], SystemTime::UNIX_EPOCH);
    let line = "h1 a.test 443 h2 a.test 8000 \"19700101 00:01:00\" 0 0";
    assert_eq!(noted.expect("a host").to_file_line(), line);
}

/// The field in a head that comes whole, in pieces, and with bytes behind it.
#[test]
fn the_field_is_the_same_however_the_head_arrives() {
    let head = b"HTTP/1.1 200 OK\r\nAlt-Svc: h2=\"a:1\"; ma=5, h3=\":2\"\r\n\r\n";
    let read = |pieces: &[&[u8]]| {
        let mut scanner = crate::head::HeadScanner::new(crate::head::HeadLimits::default());
        let mut all = Vec::new();
        let end = pieces.iter().find_map(|piece| {
            all.extend_from_slice(piece);
            scanner.find(&all).expect("sound")
        });
        let head = crate::head::parse_response_head(&all[..end?]).ok()?;
        AltSvc::parse(head.headers.get_bytes("Alt-Svc")?)
    };
    let read = crate::three_ways::three_ways(head, read);
    assert!(matches!(read, Some(AltSvc::Services(services)) if services.len() == 2));
}
