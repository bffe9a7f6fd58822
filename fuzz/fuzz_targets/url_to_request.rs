//! Invariants: a request target holds only visible ASCII, so never CR, LF, NUL or a blank. The host that is
//! printed is the host that is dialled: what is written out reads back with the same scheme, host, zone, port
//! and target, and the `url` crate sees that host too. What is shown holds no password. The same for
//! guessed URLs and for joined references, and a relative reference never changes the host.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::line::check_outgoing;
use landline_wire::target::{Location, split_host_port};
use libfuzzer_sys::fuzz_target;

fn check(location: &Location, is_path_as_is: bool) {
    let parse = if is_path_as_is { Location::parse_as_is } else { Location::parse };
    check_request(location);
    for written in [location.to_string(), location.href()] {
        let again = parse(&written).expect("what is written reads back");
        assert_eq!(again.origin(), location.origin(), "{written}");
        assert_eq!(again.request_target(), location.request_target(), "{written}");
        assert_eq!(again.host_header(), location.host_header(), "{written}");
    }
    let again = parse(&location.href()).expect("what is written reads back");
    assert_eq!(again, *location);
    assert_eq!((again.username(), again.password()), (location.username(), location.password()));
    let shown = parse(&location.without_secrets()).expect("what is shown reads back");
    assert_eq!(shown.password(), None);
    let absolute = parse(&location.absolute_form()).expect("the absolute form reads back");
    assert_eq!((absolute.username(), absolute.password()), (None, None));
    assert_eq!(absolute.origin(), location.origin());
    let url = location.to_url().expect("the url crate reads it too");
    let url_host = url.host_str().map(|host| host.trim_matches(['[', ']']));
    assert_eq!(url_host.filter(|host| !host.is_empty()), location.host());
    assert_harmless(location);
}

fn check_request(location: &Location) {
    assert!(location.request_target().bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(location.host().is_none() || location.request_target().starts_with('/'));
    let header = location.host_header();
    check_outgoing(header.as_bytes()).expect("fit to be sent");
    assert!(header.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@' && byte != b'%'));
    if let (Some(host), Some(port)) = (location.host(), location.port()) {
        assert_eq!(split_host_port(&header, port).expect("splits"), (host.to_owned(), port));
    }
}

fn check_joined(base: &Location, reference: &str) {
    let Ok(joined) = base.join(reference) else {
        return;
    };
    check(&joined, false);
    let reference = reference.trim_matches([' ', '\t']);
    let is_relative = !reference.starts_with("//") && !has_scheme(reference);
    if is_relative {
        assert_eq!(joined.origin(), base.origin());
    } else if !reference.contains('@') {
        assert_eq!(joined.password(), None);
    }
}

/// RFC 3986 section 3.1, written down a second time.
fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

fuzz_target!(|typed: &str| {
    let (first, second) = typed.split_once('\n').unwrap_or((typed, ""));
    let _ = split_host_port(first, 80).inspect_err(|error| assert_harmless(error));
    match Location::parse(first) {
        Ok(location) => {
            check(&location, false);
            check_joined(&location, second);
            let _ = location.join_bytes(second.as_bytes());
            let mut longer = location.clone();
            if longer.push_query(second).is_ok() {
                check(&longer, false);
                assert_eq!(longer.origin(), location.origin());
            }
            check(&Location::parse_as_is(first).expect("dots change nothing"), true);
        }
        Err(error) => assert_harmless(&error),
    }
    if let Ok(guessed) = Location::guess(first, None) {
        check(&guessed, false);
    }
});
