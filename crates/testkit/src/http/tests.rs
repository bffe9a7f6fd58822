//! The HTTP server asked by a bare socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::*;
use crate::tls::Authority;

fn body(reply: &[u8]) -> &[u8] {
    &reply[crate::conn::find(reply, b"\r\n\r\n").unwrap() + 4..]
}

fn get(server: &Server, path: &str, header: &str) -> Vec<u8> {
    let request = format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{header}\r\n");
    raw_exchange(server, request.as_bytes())
}

#[test]
fn built_in_pages() {
    let server = Server::new();
    let starts = [
        ("/hello", "HTTP/1.1 200 OK\r\n"),
        ("/status/404", "HTTP/1.1 404 Not Found\r\n"),
        ("/redirect/2", "HTTP/1.1 302 Found\r\nLocation: /redirect/1\r\n"),
        ("/redirect-to/307?gopher://x/", "HTTP/1.1 307 Temporary Redirect\r\nLocation: gopher:"),
        ("/auth/u/p", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic"),
        ("/nowhere", "HTTP/1.1 404 "),
    ];
    for (path, start) in starts {
        let reply = raw_get(&server, path);
        assert!(reply.starts_with(start), "{path}: {reply}");
    }
    assert!(get(&server, "/auth/u/p", "Authorization: Basic dTpw\r\n").ends_with(b"hello, u\n"));
    assert!(raw_get(&server, "/status/204").ends_with("close\r\n\r\n"));
}

#[test]
fn bytes_of_every_framing_are_the_pattern() {
    let server = Server::new();
    for length in [0, 1, 250, 251, 16 << 10, 300_000, 3_000_000] {
        let reply = get(&server, &format!("/bytes/{length}"), "");
        assert!(is_pattern(body(&reply)) && body(&reply).len() == length);
    }
    assert_eq!(body(&get(&server, "/close/1000", "")), pattern(0, 1000));
    let reply = get(&server, "/bytes/1000000", "Range: bytes=300-600299\r\n");
    assert!(reply.starts_with(b"HTTP/1.1 206 "));
    assert!(body(&reply) == pattern(300, 600_000));
    let chunked = String::from_utf8_lossy(&get(&server, "/chunked/1001", "")).into_owned();
    assert!(
        chunked.contains("\r\n\r\n3e8\r\n") && chunked.ends_with("0\r\nX-Length: 1001\r\n\r\n")
    );
}

#[test]
fn a_connection_lives_on() {
    let server = Server::new();
    let mut client = TcpStream::connect(server.addr()).unwrap();
    for _ in 0..3 {
        client.write_all(b"GET /hello HTTP/1.1\r\n\r\n").unwrap();
        let mut reply = [0; 78];
        client.read_exact(&mut reply).unwrap();
        assert!(reply.ends_with(b"hello, world\n"), "{}", String::from_utf8_lossy(&reply));
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 3));
}

#[test]
fn bodies_come_by_length_in_chunks_and_after_100() {
    let server = Server::new();
    let by_length = b"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    assert!(raw_exchange(&server, by_length).ends_with(b"\r\n\r\nabc"));
    let chunked = b"POST /sink HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
        2\r\nab\r\n3;x=y\r\ncde\r\n0\r\nTrailer: x\r\n\r\n";
    assert!(raw_exchange(&server, chunked).ends_with(b"\r\n\r\n5\n"));
    assert_eq!(server.requests()[1].body, b"abcde");
    let mut client = TcpStream::connect(server.addr()).unwrap();
    client
        .write_all(b"PUT /sink HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        .unwrap();
    let mut go = [0; 25];
    client.read_exact(&mut go).unwrap();
    assert_eq!(&go, b"HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(b"xy").unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("\r\n\r\n2\n"));
}

#[test]
fn a_body_left_unread_closes_the_connection() {
    let server = Server::new()
        .route_early("/early", |request, conn| request.reply(conn, 413, &[], "too much"));
    let reply = raw_exchange(&server, b"POST /early HTTP/1.1\r\nContent-Length: 9999\r\n\r\nsome");
    assert!(reply.ends_with(b"too much"));
}

#[test]
fn slow_waits_for_the_release() {
    let server = Server::new();
    let mut client = TcpStream::connect(server.addr()).unwrap();
    client.write_all(b"GET /slow HTTP/1.0\r\n\r\n").unwrap();
    let mut first = Vec::new();
    while !first.ends_with(b"\r\n\r\nf") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        first.push(byte[0]);
    }
    client.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert!(client.read(&mut [0; 1]).is_err());
    client.set_read_timeout(None).unwrap();
    server.release();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "irst byte");
}

#[test]
fn routes_by_prefix_and_head_requests() {
    let server = Server::new()
        .route("/a*", |request, conn| request.reply(conn, 200, &[], "short"))
        .route("/ab*", |request, conn| request.reply(conn, 200, &[], request.path()));
    assert!(raw_get(&server, "/abc?q").ends_with("\r\n\r\n/abc"));
    assert!(raw_get(&server, "/ax").ends_with("\r\n\r\nshort"));
    let head = raw_exchange(&server, b"HEAD /ax HTTP/1.0\r\n\r\n");
    assert!(head.ends_with(b"Content-Length: 5\r\nConnection: close\r\n\r\n"));
}

#[cfg(unix)]
#[test]
fn the_same_on_a_unix_socket() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::unix(dir.path().join("s"));
    let mut client = std::os::unix::net::UnixStream::connect(server.path()).unwrap();
    client.write_all(b"GET /hello HTTP/1.0\r\n\r\n").unwrap();
    let mut reply = String::new();
    client.read_to_string(&mut reply).unwrap();
    assert!(reply.ends_with("hello, world\n"));
    let path = server.path().to_owned();
    drop(server);
    assert!(!path.exists());
}

#[test]
fn the_same_over_tls_in_large_writes() {
    let authority = Authority::new();
    let server = Server::tls(&authority.issue(&["localhost"]));
    assert!(server.url("/x").starts_with("https://127.0.0.1:"));
    let session =
        rustls::ClientConnection::new(authority.client_config(), "localhost".try_into().unwrap());
    let socket = TcpStream::connect(server.addr()).unwrap();
    let mut client = rustls::StreamOwned::new(session.unwrap(), socket);
    client.write_all(b"GET /bytes/3000000 HTTP/1.0\r\n\r\n").unwrap();
    let mut reply = Vec::new();
    client.read_to_end(&mut reply).unwrap();
    assert!(is_pattern(body(&reply)) && body(&reply).len() == 3_000_000);
}
