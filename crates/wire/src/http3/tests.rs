use super::*;
use crate::three_ways::three_ways;

fn limits() -> HeadLimits {
    HeadLimits::default()
}

fn lines<'a>(lines: &[(&'a str, &'a str)]) -> Vec<u8> {
    qpack::encode(lines.iter().map(|(name, value)| (*name, value.as_bytes())))
}

#[test]
fn integers_of_the_rfc() {
    // RFC 9000 appendix A.1.
    for (wire, value) in [
        (&b"\xc2\x19\x7c\x5e\xff\x14\xe8\x8c"[..], 151_288_809_941_952_652),
        (b"\x9d\x7f\x3e\x7d", 494_878_333),
        (b"\x7b\xbd", 15_293),
        (b"\x25", 37),
    ] {
        assert_eq!(read_integer(wire), Some((value, wire.len())));
        let mut back = Vec::new();
        write_integer(value, &mut back);
        assert_eq!(back, wire);
        (0..wire.len()).for_each(|cut| assert_eq!(read_integer(&wire[..cut]), None));
    }
    assert_eq!(read_integer(b"\x40\x25"), Some((37, 2)));
}

#[test]
fn heads_of_frames_wait_until_they_are_complete() {
    let read = |pieces: &[&[u8]]| {
        let mut buffer = Vec::new();
        for piece in pieces {
            buffer.extend_from_slice(piece);
            if let Some(found) = FrameHead::read(&buffer) {
                return Some(found);
            }
        }
        None
    };
    let found = three_ways(b"\x40\x21\x80\x01\x00\x00", read);
    assert_eq!(found, Some((FrameHead { kind: 0x21, len: 65536 }, 6)));
    assert_eq!(read(&[b"\x40\x21\x80"]), None);
    assert_eq!(framed(frame::DATA, b"hi"), b"\x00\x02hi");
}

#[test]
fn settings_are_read_and_those_that_may_not_be_are_refused() {
    assert_eq!(settings(b""), Some(vec![]));
    assert_eq!(settings(b"\x06\x44\x00\x21\x01"), Some(vec![(6, 1024), (0x21, 1)]));
    for bad in [&b"\x06"[..], b"\x06\x40", b"\x02\x00", b"\x05\x01", b"\x06\x01\x06\x01"] {
        assert_eq!(settings(bad), None, "{bad:x?}");
    }
}

#[test]
fn a_request_has_its_pseudo_fields_in_front() {
    let mut fields = Headers::new();
    fields.push("accept", "*/*").unwrap();
    let block = request("GET", "https", b"a.test", "/x", &fields);
    let read = qpack::decode(&block, 1000).unwrap();
    let names: Vec<_> = read.iter().map(|(name, _)| String::from_utf8_lossy(name)).collect();
    assert_eq!(names, [":method", ":scheme", ":authority", ":path", "accept"]);
}

#[test]
fn a_reply_is_read() {
    let block = lines(&[(":status", "204"), ("server", "x"), ("x-tag", "a"), ("x-tag", "b")]);
    let head = response(&block, &limits()).unwrap();
    assert_eq!((head.version, head.status), (Version::Http3, 204));
    assert_eq!(head.headers.get_all("X-Tag").count(), 2);
    assert_eq!(head.raw(), b"HTTP/3 204 \r\nserver: x\r\nx-tag: a\r\nx-tag: b\r\n\r\n");
    assert_eq!(trailers(&lines(&[("a", "b")]), &limits()).unwrap().get("a"), Some("b"));
}

#[test]
fn e6_malformed_heads_are_refused() {
    for bad in [
        &[][..],
        &[("server", "x")],
        &[("server", "x"), (":status", "200")],
        &[(":status", "200"), (":status", "200")],
        &[(":status", "200"), (":path", "/")],
        &[(":status", "20")],
        &[(":status", "abc")],
        &[(":status", "65736")],
        &[(":status", "200"), ("connection", "close")],
        &[(":status", "200"), ("transfer-encoding", "chunked")],
        &[(":status", "200"), ("a b", "x")],
        &[(":status", "200"), ("", "x")],
        &[(":status", "200"), ("a", "x\r\ny: z")],
        &[(":status", "200"), ("a", "\0")],
    ] {
        let fault = response(&lines(bad), &limits()).unwrap_err();
        assert!(matches!(fault, HeadFault::Malformed(_)), "{bad:?}: {fault}");
    }
    // "A" in a literal name, which our own encoder would not write.
    let upper = response(b"\x00\x00\xd9\x21A\x01x", &limits());
    assert_eq!(upper, Err(HeadFault::Malformed("a field name is in upper case")));
    assert_eq!(response(b"\x00\x00\x80", &limits()), Err(HeadFault::Block));
    assert!(trailers(&lines(&[(":status", "200")]), &limits()).is_err());
}

#[test]
fn h1_heads_beyond_the_limits_are_refused() {
    let many: Vec<_> = [(":status", "200")].into_iter().chain([("a", "b"); 6]).collect();
    let few = HeadLimits { count: 5, ..limits() };
    assert_eq!(response(&lines(&many), &few), Err(HeadFault::TooLarge));
    let small = HeadLimits { total_bytes: 20, ..limits() };
    assert_eq!(response(&lines(&many), &small), Err(HeadFault::TooLarge));
    let long = "v".repeat(50);
    let short = HeadLimits { line_bytes: 40, ..limits() };
    assert_eq!(
        response(&lines(&[(":status", "200"), ("a", &long)]), &short),
        Err(HeadFault::TooLarge)
    );
}
