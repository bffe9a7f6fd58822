//! Rows 21–23: heads that are none.

use super::{End, Fault};

pub(super) const FAULTS: &[Fault] = &[
    Fault::says(
        "21a",
        "a bare CR in a header",
        b"HTTP/1.1 200 OK\r\nX-Bare: a\rb\r\nContent-Length: 5\r\n\r\nhello",
        End::Open,
    )
    .exits(&[8]),
    Fault::says(
        "21b",
        "NUL in a header",
        b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 5\r\n\r\nhello",
        End::Open,
    )
    .exits(&[8]),
    Fault::says(
        "21c",
        "a header line without a colon",
        b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 5\r\n\r\nhello",
        End::Open,
    )
    .exits(&[8]),
    Fault::says("22", "a reply of HTTP/0.9", b"<html>old</html>\n", End::Fin).exits(&[1]),
    Fault::says(
        "23a",
        "a status of four digits",
        b"HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello",
        End::Open,
    )
    .exits(&[1, 8]),
    Fault::says(
        "23b",
        "HTTP/3.7 on TCP",
        b"HTTP/3.7 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        End::Open,
    )
    .exits(&[1, 8]),
];
