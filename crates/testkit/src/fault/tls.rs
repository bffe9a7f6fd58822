//! Rows 46–51: TLS that is wrong, late, broken off or too old.

use super::{End, Fault, Stage};
use crate::tls::{Authority, Identity};

const NAMES: &[&str] = &["localhost", "127.0.0.1"];
const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

const GOOD: Stage = Stage::TlsRequest(|authority| authority.issue(NAMES));

/// A handshake that must fail: nothing of the reply may ever be asked for.
const fn certificate(
    id: &'static str,
    description: &'static str,
    issue: fn(&Authority) -> Identity,
) -> Fault {
    Fault::says(id, description, REPLY, End::Open).at(Stage::TlsRequest(issue)).exits(&[60])
}

/// Bytes in answer to the ClientHello.
const fn answer(
    id: &'static str,
    description: &'static str,
    bytes: &'static [u8],
    end: End,
) -> Fault {
    Fault::says(id, description, bytes, end).at(Stage::ClientHello).exits(&[35])
}

/// A ServerHello (RFC 2246 section 7.4.1.3) that chooses TLS 1.0 and RSA with AES-128-CBC.
const TLS10_SERVER_HELLO: &[u8] = &{
    let mut record = [7; 47];
    let head = [22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
    let mut at = 0;
    while at < head.len() {
        record[at] = head[at];
        at += 1;
    }
    // After 32 bytes of what is to be random: no session, the cipher suite, no compression.
    (record[43], record[44], record[45], record[46]) = (0, 0, 0x2f, 0);
    record
};

pub(super) const FAULTS: &[Fault] = &[
    certificate("46a", "an expired certificate", |authority| authority.expired(NAMES))
        .telling(&["expired"]),
    certificate("46b", "a certificate for another host", Authority::wrong_host)
        .telling(&["elsewhere.test"]),
    certificate("46c", "a certificate not valid yet", |authority| authority.not_yet_valid(NAMES)),
    certificate("46d", "a self-signed certificate", |_| Identity::self_signed(NAMES)),
    answer("47a", "a fatal alert", &[21, 3, 3, 0, 2, 2, 40], End::Fin),
    answer(
        "47b",
        "plain text on a TLS port",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        End::Fin,
    )
    .telling(&["plain HTTP"]),
    answer("47c", "a partial record, then FIN", &[22, 3, 3, 0, 122, 2, 0, 0], End::Fin),
    answer("47d", "FIN inside the handshake", b"", End::Fin),
    answer("47e", "RST inside the handshake", b"", End::Reset),
    answer("47f", "close_notify inside the handshake", &[21, 3, 3, 0, 2, 1, 0], End::Fin),
    answer("48", "stall in the handshake", b"", End::Open)
        .exits(&[28])
        .with(&["--connect-timeout", "1"]),
    Fault::says("49", "no close_notify, length complete", REPLY, End::Cut)
        .at(GOOD)
        .exits(&[0])
        .body(b"hello"),
    Fault::says(
        "50a",
        "no close_notify on a body that ends by closing",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
        End::Cut,
    )
    .at(GOOD)
    .exits(&[56])
    .keeps(b"hello"),
    Fault::says(
        "50b",
        "no close_notify on a body shorter than Content-Length",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        End::Cut,
    )
    .at(GOOD)
    .exits(&[56])
    .keeps(b"hello"),
    answer("51a", "a TLS 1.0 server that refuses", &[21, 3, 1, 0, 2, 2, 70], End::Fin),
    answer("51b", "a TLS 1.0 server that chooses its own", TLS10_SERVER_HELLO, End::Open),
];
