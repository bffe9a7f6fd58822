use super::*;

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const NEXT: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

fn of(status: u16, fields: &[(&str, &str)]) -> Validator {
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(name, value).expect("sound"));
    Validator::of(status, &headers)
}

#[test]
fn only_what_is_strong_is_asked_with() {
    for (fields, asked) in [
        (&[("ETag", "\"a\"")][..], Some("\"a\"")),
        (&[("ETag", "\"a\""), ("Last-Modified", DATE), ("Date", NEXT)], Some("\"a\"")),
        (&[("ETag", "W/\"a\"")], None),
        (&[("ETag", "W/\"a\""), ("Last-Modified", DATE), ("Date", NEXT)], None),
        (&[("ETag", "a")], None),
        (&[("ETag", "\"")], None),
        (&[("ETag", "\"a\""), ("ETag", "\"b\"")], None),
        (&[("Last-Modified", DATE), ("Date", NEXT)], Some(DATE)),
        (&[("Last-Modified", DATE), ("Date", DATE)], None),
        (&[("Last-Modified", NEXT), ("Date", DATE)], None),
        (&[("Last-Modified", DATE)], None),
        (&[("Last-Modified", "yesterday"), ("Date", DATE)], None),
        (&[], None),
    ] {
        assert_eq!(of(200, fields).if_range(), asked, "{fields:?}");
    }
    let long = format!("\"{}\"", "a".repeat(2000));
    assert!(of(200, &[("ETag", &long)]).is_empty());
}

#[test]
fn the_length_is_the_documents() {
    assert_eq!(of(200, &[("Content-Length", "20")]).total(), Some(20));
    assert_eq!(of(200, &[("Content-Length", "+20")]).total(), None);
    assert_eq!(of(404, &[("Content-Length", "20")]).total(), None);
    let part = [("Content-Length", "10"), ("Content-Range", "bytes 10-19/20")];
    assert_eq!(of(206, &part).total(), Some(20));
    assert_eq!(of(206, &[("Content-Range", "bytes 10-19/*")]).total(), None);
    let coded = [("Content-Length", "20"), ("Transfer-Encoding", "chunked")];
    assert_eq!(of(200, &coded).total(), None);
}

#[test]
fn row_40_a_change_is_what_both_tell_and_tell_otherwise() {
    let first = of(200, &[("ETag", "\"a\""), ("Last-Modified", DATE), ("Content-Length", "20")]);
    let part = |fields: &[(&str, &str)]| first.change(&of(206, fields));
    assert_eq!(part(&[("ETag", "\"a\""), ("Content-Range", "bytes 10-19/20")]), None);
    assert_eq!(part(&[]), None);
    assert_eq!(part(&[("ETag", "\"b\"")]), Some(Change::Tag));
    assert_eq!(part(&[("Last-Modified", NEXT)]), Some(Change::Date));
    let longer = part(&[("Content-Range", "bytes 10-20/21")]);
    assert_eq!(longer, Some(Change::Length { before: 20, now: 21 }));
    assert_eq!(Validator::default().change(&first), None);
    assert_eq!(part(&[("Content-Encoding", "gzip")]), Some(Change::Coding));
    assert_eq!(part(&[("Content-Encoding", "Identity")]), None);
    let coded = of(200, &[("ETag", "\"a\""), ("Content-Encoding", "GZIP, br")]);
    let part = |fields: &[(&str, &str)]| coded.change(&of(206, fields));
    assert_eq!(part(&[("ETag", "\"a\"")]), None, "it need not be said again");
    let twice = [("Content-Encoding", "gzip"), ("Content-Encoding", "br")];
    assert_eq!((part(&twice), part(&twice[..1])), (None, Some(Change::Coding)));
    assert_eq!(coded.change(&of(416, &twice[..1])), None, "that is of the error's body");
}

#[test]
fn it_comes_back_from_its_text() {
    for validator in [
        Validator::default(),
        of(200, &[("ETag", "\"a b\""), ("Last-Modified", DATE), ("Content-Length", "20")]),
        of(200, &[("ETag", "W/\"\u{e9}\""), ("Last-Modified", DATE), ("Date", NEXT)]),
    ] {
        assert_eq!(Validator::from_text(&validator.to_text()), Some(validator));
    }
    for bad in ["x", "etag", "etag a\rb", "total x", "total -1", "other 1", "\n"] {
        assert_eq!(Validator::from_text(bad), None, "{bad:?}");
    }
}

/// A head that comes whole, in pieces, and with bytes behind it tells the same.
#[test]
fn it_is_the_same_however_the_head_arrives() {
    let head = b"HTTP/1.1 206 Part\r\nETag: \"a\"\r\nContent-Range: bytes 1-2/3\r\n\r\n";
    let read = |pieces: &[&[u8]]| {
        let mut scanner = crate::head::HeadScanner::new(crate::head::HeadLimits::default());
        let mut all = Vec::new();
        let end = pieces.iter().find_map(|piece| {
            all.extend_from_slice(piece);
            scanner.find(&all).expect("sound")
        });
        let head = crate::head::parse_response_head(&all[..end?]).ok()?;
        Some(Validator::of(head.status, &head.headers))
    };
    let told = crate::three_ways::three_ways(head, read).expect("a head");
    assert_eq!((told.if_range(), told.total()), (Some("\"a\""), Some(3)));
}
