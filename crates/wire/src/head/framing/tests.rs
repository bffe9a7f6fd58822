use super::*;
use crate::head::parse_response_head;

fn head(start: &str, fields: &str) -> ResponseHead {
    let text = format!(
        "{start}\r\n{}\r\n",
        fields.lines().map(|l| format!("{l}\r\n")).collect::<String>()
    );
    parse_response_head(text.as_bytes()).unwrap()
}

fn ok(fields: &str) -> ResponseHead {
    head("HTTP/1.1 200 OK", fields)
}

#[test]
fn some_replies_have_no_body_whatever_they_announce() {
    let announced = "Content-Length: 5\nTransfer-Encoding: chunked";
    for (method, status, has_body) in [
        ("GET", 200, true),
        ("HEAD", 200, false),
        ("head", 200, true),
        ("GET", 100, false),
        ("GET", 101, false),
        ("GET", 199, false),
        ("GET", 204, false),
        ("GET", 205, true),
        ("GET", 304, false),
        ("GET", 404, true),
        ("CONNECT", 200, false),
        ("CONNECT", 299, false),
        ("CONNECT", 407, true),
    ] {
        let head = head(&format!("HTTP/1.1 {status} x"), announced);
        let expected = if has_body { BodyLength::Chunked } else { BodyLength::None };
        assert_eq!(body_length(method, &head), Ok(expected), "{method} {status}");
    }
}

/// Rows 18 and 19, classes F1 and F5.
#[test]
fn f1_content_length_is_digits_and_nothing_else() {
    for (fields, length) in [
        ("Content-Length: 0", 0),
        ("content-length:5", 5),
        ("Content-Length:  \t005 ", 5),
        ("Content-Length: 9223372036854775807", i64::MAX as u64),
        ("Content-Length: 5\nContent-Length: 5", 5),
        ("Content-Length: 5, 5 ,5", 5),
        ("Content-Length: 05\nContent-Length: 5", 5),
    ] {
        assert_eq!(body_length("GET", &ok(fields)), Ok(BodyLength::Exact(length)), "{fields}");
    }
    for value in [
        "",
        "+5",
        "-5",
        "1 2",
        "0x5",
        "5;",
        "5.0",
        "1e3",
        "five",
        "٥",
        "5,",
        ",5",
        "5,,5",
        "5, 6",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999",
        "5\nContent-Length: 6",
        "5\nContent-Length:",
        "5\nX: y\nContent-Length: 05x",
    ] {
        let error = body_length("GET", &ok(&format!("Content-Length: {value}"))).unwrap_err();
        assert!(matches!(error, FramingError::ContentLength(_)), "{value:?}");
    }
    // A million digits are read once; leading zeros are digits like any other.
    let zeros = "0".repeat(1_000_000) + "7";
    assert_eq!(
        body_length("GET", &ok(&format!("Content-Length: {zeros}"))),
        Ok(BodyLength::Exact(7))
    );
}

/// Rows 16 and 17, class F1.
#[test]
fn f1_transfer_encoding_is_chunked_or_an_error() {
    for fields in [
        "Transfer-Encoding: chunked",
        "transfer-encoding:CHUNKED ",
        "Transfer-Encoding: chunked\nContent-Length: 5",
        "Content-Length: nonsense\nTransfer-Encoding: Chunked",
    ] {
        assert_eq!(body_length("GET", &ok(fields)), Ok(BodyLength::Chunked), "{fields}");
    }
    for value in [
        "",
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "chunked,",
        ", chunked",
        "x-chunked",
        "chunked;q=1",
        "\"chunked\"",
        "chun ked",
        "chunked\nTransfer-Encoding: chunked",
        "chunked\nTransfer-Encoding: identity",
        "\x0bchunked",
        "identity, chunked",
    ] {
        let error = body_length("GET", &ok(&format!("Transfer-Encoding: {value}"))).unwrap_err();
        assert!(matches!(error, FramingError::TransferEncoding(_)), "{value:?}");
    }
    assert_eq!(
        body_length("GET", &ok("Transfer-Encoding: identity\nContent-Length: 3")),
        Ok(BodyLength::Exact(3))
    );
}

#[test]
fn without_a_length_the_end_of_the_stream_is_the_end() {
    assert_eq!(body_length("GET", &ok("")), Ok(BodyLength::UntilClose));
}

/// Read as chunked, a wrong guess ends in an error of the decoder instead of wrong data.
#[test]
fn chunked_in_http_1_0_is_read_and_then_closed() {
    let head = head("HTTP/1.0 200 OK", "Transfer-Encoding: chunked\nConnection: keep-alive");
    assert_eq!(body_length("GET", &head), Ok(BodyLength::Chunked));
    assert!(!keeps_alive(&head));
}

#[test]
fn connections_live_on_by_version_and_option() {
    for (version, fields, lives) in [
        ("1.1", "", true),
        ("1.1", "Connection: close", false),
        ("1.1", "Connection: foo, CLOSE", false),
        ("1.1", "Connection: foo\nConnection: Close", false),
        ("1.1", "Connection: keep-alive, close", false),
        ("1.1", "Connection: closed", true),
        ("1.1", "Transfer-Encoding: chunked", true),
        ("1.1", "Transfer-Encoding: chunked\nContent-Length: 5", false),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive", true),
        ("1.0", "Connection: keep-alive\nConnection: close", false),
        ("1.0", "Connection: keep-alive\nTransfer-Encoding: identity", false),
    ] {
        assert_eq!(
            keeps_alive(&head(&format!("HTTP/{version} 200 OK"), fields)),
            lives,
            "{version} {fields}"
        );
    }
}

#[test]
fn errors_show_the_value_escaped_and_short() {
    let error = body_length("GET", &ok("Content-Length: 5\nContent-Length: \x1b")).unwrap_err();
    assert_eq!(error.to_string(), r#"unusable Content-Length "5, \x1b""#);
    let error =
        body_length("GET", &ok(&format!("Transfer-Encoding: {}", "x".repeat(900)))).unwrap_err();
    assert!(error.to_string().len() < 120);
}

/// Class F: what is not understood of a coding is never taken for a length.
#[test]
fn other_codings_of_the_transfer_lie_under_the_chunks() {
    let of = |fields: &str| {
        let head = ok(fields);
        let found = coded_body_length("GET", &head);
        found.map(|(length, codings)| (length, codings.join(&b' '))).map_err(|_| ())
    };
    let named = |length, names: &str| Ok((length, names.as_bytes().to_vec()));
    assert_eq!(of("Transfer-Encoding: chunked"), named(BodyLength::Chunked, ""));
    assert_eq!(of("Transfer-Encoding: gzip, Chunked"), named(BodyLength::Chunked, "gzip"));
    let two = "Transfer-Encoding: a\nTransfer-Encoding: b , chunked\nContent-Length: 5";
    assert_eq!(of(two), named(BodyLength::Chunked, "a b"));
    let alone = "Transfer-Encoding: gzip\nContent-Length: 5";
    assert_eq!(of(alone), named(BodyLength::UntilClose, "gzip"));
    assert_eq!(of("Content-Length: 5"), named(BodyLength::Exact(5), ""));
    for bad in ["", "chunked, gzip", "chunked, chunked", "identity, chunked", "gzip,, chunked"] {
        assert_eq!(of(&format!("Transfer-Encoding: {bad}")), Err(()), "{bad}");
        assert!(body_length("GET", &ok(&format!("Transfer-Encoding: {bad}"))).is_err(), "{bad}");
    }
}
