//! Rows 4–12: connections that end too early, and one that goes on too long.

use super::{End, Fault};

pub(super) const FAULTS: &[Fault] = &[
    Fault::says("04", "RST before the reply", b"", End::Reset).exits(&[56]),
    Fault::says("05", "FIN before the reply", b"", End::Fin).exits(&[52]),
    Fault::says("06", "FIN inside the status line", b"HTTP/1.1 2", End::Fin).exits(&[52, 56]),
    Fault::says(
        "07",
        "FIN inside the headers, Content-Length seen",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Cut: her",
        End::Fin,
    )
    .exits(&[18])
    .telling(&["header"]),
    Fault::says(
        "08",
        "FIN inside the headers, no Content-Length seen",
        b"HTTP/1.1 200 OK\r\nX-Cut: her",
        End::Fin,
    )
    .exits(&[56, 18]),
    Fault::says(
        "09a",
        "FIN in the middle of a body with Content-Length",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        End::Fin,
    )
    .exits(&[18])
    .keeps(b"hello")
    .telling(&["5", "10"]),
    Fault::says(
        "09b",
        "FIN where a body with Content-Length should begin",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        End::Fin,
    )
    .exits(&[18])
    .body(b""),
    Fault::says(
        "10a",
        "RST in the middle of a body with Content-Length",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        End::Reset,
    )
    .exits(&[56])
    .keeps(b"hello"),
    Fault::says(
        "10b",
        "RST on a body that ends by closing",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
        End::Reset,
    )
    .exits(&[56])
    .keeps(b"hello"),
    Fault::says(
        "11",
        "more bytes than Content-Length",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloEXTRA",
        End::Open,
    )
    .exits(&[0])
    .body(b"hello")
    .poisoning(),
    Fault::says(
        "12a",
        "chunked: FIN inside a chunk",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello",
        End::Fin,
    )
    .exits(&[18])
    .keeps(b"hello"),
    Fault::says(
        "12b",
        "chunked: FIN between two chunks",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        End::Fin,
    )
    .exits(&[18])
    .keeps(b"hello"),
    Fault::says(
        "12c",
        "chunked: FIN inside a size",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1",
        End::Fin,
    )
    .exits(&[18])
    .keeps(b"hello"),
];
