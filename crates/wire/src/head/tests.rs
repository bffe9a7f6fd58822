//! Three tables: what is a head and what is not, how limits bite, how bodies are delimited.

use super::*;
use crate::three_ways::{in_pieces, three_ways};

const LIMITS: HeadLimits = HeadLimits { total_bytes: 200, line_bytes: 60, count: 5 };

/// Finds and reads a head as a caller does; `Ok(None)` means that more bytes were wanted.
fn read_head(limits: HeadLimits, pieces: &[&[u8]]) -> Result<Option<ResponseHead>, HeadError> {
    let mut scanner = HeadScanner::new(limits);
    let mut unread = Vec::new();
    for piece in pieces {
        unread.extend_from_slice(piece);
        if let Some(end) = scanner.find(&unread)? {
            return parse_response_head(&unread[..end]).map(Some);
        }
    }
    Ok(None)
}

fn head(text: &str) -> ResponseHead {
    parse_response_head(text.as_bytes()).unwrap()
}

fn refusal(text: &str) -> HeadError {
    in_pieces(text.as_bytes(), |pieces| read_head(HeadLimits::default(), pieces)).unwrap_err()
}

#[test]
fn heads_are_read_three_ways() {
    for (input, status, reason, fields) in [
        ("HTTP/1.1 200 OK\r\n\r\n", 200, "OK", ""),
        ("HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n", 404, "Not Found", "A: b\r\n"),
        ("HTTP/1.1 200 OK\nA: b\nC:d\n\n", 200, "OK", "A: b\r\nC:d\r\n"),
        ("HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\n", 200, "OK", "A: b\r\nC: d\r\n"),
        ("HTTP/1.1 204\r\n\r\n", 204, "", ""),
        ("HTTP/1.1 999 \r\n\r\n", 999, "", ""),
        ("HTTP/1.1 200  two blanks\t\r\n\r\n", 200, " two blanks\t", ""),
        ("HTTP/1.1 200 Grüße\r\n\r\n", 200, "Grüße", ""),
        ("HTTP/1.1 200 OK\r\nA:\r\nB: \t\r\n\r\n", 200, "OK", "A:\r\nB: \t\r\n"),
        ("HTTP/1.1 200 OK\r\nA: \tb\t c \r\n\r\n", 200, "OK", "A: \tb\t c \r\n"),
        (
            "HTTP/1.1 200 OK\r\nA: b:c\r\nD: \x1b\x7f\r\n\r\n",
            200,
            "OK",
            "A: b:c\r\nD: \x1b\x7f\r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\t d \r\nE: f\r\n\r\n",
            200,
            "OK",
            "A: b c d\r\nE: f\r\n",
        ),
        ("HTTP/1.1 200 OK\r\nA:\r\n b\r\n\r\n", 200, "OK", "A: b\r\n"),
        ("HTTP/1.1 200 OK\r\nA: b\r\n \r\n\r\n", 200, "OK", "A: b \r\n"),
    ] {
        let found = three_ways(input.as_bytes(), |pieces| read_head(LIMITS, pieces));
        let head = found.unwrap().unwrap();
        assert_eq!((head.status, &*head.reason), (status, reason));
        assert_eq!(String::from_utf8_lossy(head.headers.as_bytes()), fields);
        assert_eq!(head.raw(), input.as_bytes());
    }
}

#[test]
fn folded_values_are_looked_up_joined() {
    let head = head("HTTP/1.1 200 OK\r\nA: b\r\n c\r\nX: y\r\n\r\n");
    assert_eq!(head.headers.get("a"), Some("b c"));
    assert_eq!(head.headers.get("x"), Some("y"));
    assert!(head.raw().starts_with(b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n"));
}

#[test]
fn a_reason_that_is_not_utf8_is_replaced_and_kept_raw() {
    let head = parse_response_head(b"HTTP/1.1 200 caf\xe9\r\n\r\n").unwrap();
    assert_eq!(&*head.reason, "caf\u{fffd}");
    assert_eq!(head.raw(), b"HTTP/1.1 200 caf\xe9\r\n\r\n");
}

/// Row 22: an HTTP/0.9 reply or another protocol is known by its first byte that differs.
#[test]
fn another_protocol_is_refused_at_once() {
    for input in [
        "<html>",
        "220 ready\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "ICY 200 OK\r\n",
        "\0",
        "http/1.1 200 OK\r\n",
        "H\n",
        "HTTPS",
        "SSH-2.0-x\r\n",
        "RTSP/1.0 200 OK\r\n\r\n",
    ] {
        let wrong = input.bytes().zip(b"HTTP/".iter()).position(|(a, b)| a != *b).unwrap();
        let mut scanner = HeadScanner::new(LIMITS);
        assert_eq!(scanner.find(&input.as_bytes()[..wrong]), Ok(None));
        assert_eq!(scanner.find(&input.as_bytes()[..=wrong]), Err(HeadError::NotHttp));
        assert_eq!(refusal(input), HeadError::NotHttp);
    }
}

/// Row 23 and class F4.
#[test]
fn f4_malformed_status_lines_are_refused() {
    for line in [
        "HTTP/1.1 2000",
        "HTTP/1.1 20",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 000",
        "HTTP/1.1 -20 OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 200OK",
        "HTTP/1.1 200\tOK",
        "HTTP/1.1 200 O\rK",
        "HTTP/1.1 200 O\0K",
        "HTTP/1.1 200\r",
        "HTTP/1.1 ٢٠٠ OK",
    ] {
        let error = refusal(&format!("{line}\r\n\r\n"));
        assert!(matches!(error, HeadError::Status { .. }), "{line:?}: {error:?}");
    }
    for line in [
        "HTTP/3.7 200 OK",
        "HTTP/2 200",
        "HTTP/2.0 200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/0.9 200 OK",
        "HTTP/1.10 200 OK",
        "HTTP/1 200 OK",
        "HTTP/11 200 OK",
        "HTTP/ 1.1 200 OK",
        "HTTP/1.1\t200 OK",
        "HTTP/",
    ] {
        let error = refusal(&format!("{line}\r\n\r\n"));
        assert!(matches!(error, HeadError::Version { .. }), "{line:?}: {error:?}");
    }
}

/// Rows 20 and 21, class F4.
#[test]
fn f4_malformed_fields_are_refused_with_their_line() {
    for (line, why) in [
        ("Name : v", "blank in the name or before the colon"),
        ("Name\t: v", "blank in the name or before the colon"),
        ("My Name: v", "blank in the name or before the colon"),
        ("Name: a\rb", "carriage return without line feed"),
        ("Name: a\r", "carriage return without line feed"),
        ("Name: a\0b", "NUL byte"),
        ("Na\0me: v", "forbidden byte in the name"),
        ("Na\rme: v", "forbidden byte in the name"),
        ("Nam\u{e9}: v", "forbidden byte in the name"),
        ("(Name): v", "forbidden byte in the name"),
        (": v", "empty name"),
        (":", "empty name"),
        ("no colon here", "no colon"),
        ("word", "no colon"),
        ("\r", "no colon"),
    ] {
        let text = format!("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n{line}\r\nE: f\r\n\r\n");
        let HeadError::Field { line: number, why: found, .. } = refusal(&text) else {
            panic!("{line:?}");
        };
        assert_eq!((number, found), (4, why), "{line:?}");
    }
    let HeadError::Field { line, why, .. } = refusal("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n")
    else {
        panic!("a folded first line was accepted");
    };
    assert_eq!((line, why), (2, "continues a line that does not exist"));
}

/// Class F4, Node CVE-2025-23167: CR LF CR starts no blank line.
#[test]
fn f4_a_half_blank_line_ends_no_head() {
    let smuggled = "HTTP/1.1 200 OK\r\n\rX: y\r\n\r\n";
    assert!(matches!(refusal(smuggled), HeadError::Field { line: 2, .. }));
}

#[test]
fn messages_are_escaped_shortened_and_free_of_secrets() {
    let error = refusal("HTTP/1.1 200 OK\r\nA\x1b[2J: b\r\n\r\n");
    assert_eq!(
        error.to_string(),
        r#"malformed header in line 2, forbidden byte in the name: "A\x1b[2J: b""#
    );
    let long = refusal(&format!("HTTP/1.1 200 OK\r\n{}\r\n\r\n", "x".repeat(50_000)));
    assert!(long.to_string().len() < 200);
    for line in ["Set-Cookie : id=hunter2", "Set-Cookie: hunter2\0", "authorization: hunter2\rx"] {
        let error = refusal(&format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n"));
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
    let shown = format!("{:?}", head("HTTP/1.1 200 O\x1bK\r\nSet-Cookie: hunter2\r\n\r\n"));
    assert!(!shown.contains("hunter2") && !shown.contains('\x1b'), "{shown}");
}

/// Rows 6 to 8: whatever is missing, a head cut short is never taken for a head.
#[test]
fn a_head_cut_anywhere_is_incomplete() {
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n c\r\n\r\n";
    for cut in 0..whole.len() {
        assert_eq!(read_head(LIMITS, &[&whole[..cut]]), Ok(None));
        let error = parse_response_head(&whole[..cut]).unwrap_err();
        assert!(cut == 0 || !matches!(error, HeadError::Field { .. }), "{cut}: {error}");
    }
    assert!(read_head(LIMITS, &[&whole[..]]).unwrap().is_some());
}

/// Row 24 and class F3.
#[test]
fn f3_limits_bite_at_the_first_byte_beyond() {
    let line = |len: usize| format!("HTTP/1.1 200 OK\r\n{}", "x".repeat(len));
    let too_large = |what, limit| Err(HeadError::TooLarge { what, limit });
    let find = |text: &str| {
        in_pieces(text.as_bytes(), |pieces| read_head(LIMITS, pieces).map(|head| head.is_some()))
    };
    assert_eq!(find(&line(60)), Ok(false));
    assert_eq!(find(&(line(60) + "\r")), Ok(false));
    assert_eq!(find(&line(61)), too_large("bytes of a header line", 60));
    assert_eq!(find(&(line(60) + "\rx\r\n\r\n")), too_large("bytes of a header line", 60));
    assert_eq!(
        find(&("HTTP/1.1 200 ".to_owned() + &"x".repeat(50))),
        too_large("bytes of a header line", 60)
    );

    let many = |n: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(n));
    assert_eq!(find(&many(5)), Ok(true));
    assert_eq!(find(&many(6)), too_large("number of header lines", 5));

    let wide = format!("HTTP/1.1 200 OK\r\n{}\r\n", format!("A: {}\r\n", "x".repeat(55)).repeat(3));
    assert_eq!(wide.len(), 199);
    assert_eq!(find(&wide), Ok(true));
    assert_eq!(find(&wide.replace(" OK", " OKAY")), too_large("bytes of headers", 200));
}

#[test]
fn default_limits_are_those_of_the_fault_table() {
    let limits = HeadLimits::default();
    assert_eq!((limits.total_bytes, limits.line_bytes, limits.count), (307_200, 102_400, 5000));
}

/// Row 25 and class F3: limits are summed over interim replies, until the exchange is over.
#[test]
fn f3_heads_of_one_exchange_share_the_limits() {
    let interim = b"HTTP/1.1 100 Continue\r\nA: b\r\nC: d\r\n\r\n";
    let mut scanner = HeadScanner::new(LIMITS);
    assert_eq!(scanner.find(interim), Ok(Some(interim.len())));
    assert_eq!(scanner.limits_left(), HeadLimits { total_bytes: 163, line_bytes: 60, count: 3 });
    assert_eq!(scanner.find(interim), Ok(Some(interim.len())));
    assert_eq!(
        scanner.find(interim),
        Err(HeadError::TooLarge { what: "number of header lines", limit: 5 })
    );
    scanner.reset();
    assert_eq!(scanner.find(interim), Ok(Some(interim.len())));
    assert_eq!(scanner.limits_left().count, 3);
}

/// Class K7: no byte is looked at again, however the head trickles in.
#[test]
fn scanning_goes_on_where_it_stopped() {
    let mut head = b"HTTP/1.1 200 OK\r\nA: ".to_vec();
    head.resize(1 << 20, b'x');
    let limits = HeadLimits { total_bytes: 1 << 21, line_bytes: 1 << 21, count: 1 };
    let mut scanner = HeadScanner::new(limits);
    for end in (0..=head.len()).step_by(101) {
        assert_eq!(scanner.find(&head[..end]), Ok(None));
        assert!(scanner.has_scanned(end));
    }
}

/// Whatever httparse accepts, we accept and read alike; the other way round we refuse less only where
/// the module's documentation says so.
#[test]
fn httparse_agrees() {
    let lines = [
        "A: b",
        "Long-Name:  v  ",
        "A:",
        ":",
        "A b: c",
        " fold",
        "\tfold: x",
        "A: \u{e9}",
        "x",
        "A:b\rc",
        "A: \x01",
    ];
    let starts =
        ["HTTP/1.1 200 OK", "HTTP/1.0 301", "HTTP/1.1 600 ", "HTTP/1.1 2000", "HTTP/2.0 200 OK"];
    for start in starts {
        for first in lines {
            for second in lines {
                for end in ["\r\n", "\n"] {
                    let text = [start, first, second, "", ""].join(end);
                    compare_with_httparse(text.as_bytes());
                }
            }
        }
    }
}

fn compare_with_httparse(bytes: &[u8]) {
    let mut slots = [httparse::EMPTY_HEADER; 64];
    let mut theirs = httparse::Response::new(&mut slots);
    let mut config = httparse::ParserConfig::default();
    config.allow_obsolete_multiline_headers_in_responses(true);
    let accepted = config.parse_response(&mut theirs, bytes);
    let Ok(ours) = parse_response_head(bytes) else {
        assert!(!matches!(accepted, Ok(httparse::Status::Complete(_))), "{}", escape(bytes));
        return;
    };
    if accepted.is_err() {
        assert!(bytes.contains(&1), "only we accept {}", escape(bytes));
        return;
    }
    assert_eq!(theirs.code, Some(ours.status));
    assert_eq!(theirs.headers.len(), ours.headers.len());
    for (theirs, (name, value)) in theirs.headers.iter().zip(&ours.headers) {
        assert_eq!(theirs.name, name);
        let unfolded: Vec<_> =
            theirs.value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let words: Vec<_> =
            value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        assert_eq!(unfolded, words);
    }
}
