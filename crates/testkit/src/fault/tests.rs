//! Every fault does what it claims, seen by a bare socket.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::*;
use crate::http::raw_get;

const LONG: Duration = Duration::from_secs(20);

/// A bare client that has asked: plainly, or with an empty handshake record.
fn asking(server: &FaultServer, fault: &Fault) -> TcpStream {
    let mut client = TcpStream::connect(server.server().addr()).unwrap();
    client.set_read_timeout(Some(LONG)).unwrap();
    let asks = if fault.is_tls() { &b"\x16\x03\x01\0\0"[..] } else { b"GET / HTTP/1.1\r\n\r\n" };
    client.write_all(asks).unwrap();
    client
}

/// Reads `count` bytes of what a fault says.
fn ask(fault: &Fault, count: usize) -> Vec<u8> {
    let mut reply = vec![0; count];
    let server = fault.serve();
    asking(&server, fault).read_exact(&mut reply).unwrap();
    reply
}

fn reply_of(fault: &Fault) -> &'static [u8] {
    match fault.deed {
        Deed::Say(reply, _) => reply,
        Deed::Act(_) => panic!("{} has no fixed reply", fault.id),
    }
}

#[test]
fn every_row_of_the_table_is_there() {
    let rows: BTreeSet<u8> = all().iter().map(|fault| fault.row).collect();
    assert!((4..=30).chain(42..=51).all(|row| rows.contains(&row)), "{rows:?}");
    let ids: BTreeSet<&str> = all().iter().map(|fault| fault.id).collect();
    assert_eq!(ids.len(), all().len());
    for fault in all() {
        assert!(!fault.exit.is_empty(), "{}", fault.id);
        assert!(!fault.exit.contains(&0) || !fault.body.is_empty(), "{}", fault.id);
    }
    assert_eq!(row(18).len(), 6);
}

#[test]
fn fixed_replies_arrive_and_end_as_they_should() {
    for fault in all() {
        let (Deed::Say(reply, end), false) =
            (fault.deed, matches!(fault.stage, Stage::TlsRequest(_)))
        else {
            continue;
        };
        let server = fault.serve();
        let mut client = asking(&server, &fault);
        let mut got = vec![0; reply.len()];
        client.read_exact(&mut got).unwrap();
        assert_eq!(got, reply, "{}", fault.id);
        let patience = if matches!(end, End::Open) { Duration::from_millis(10) } else { LONG };
        client.set_read_timeout(Some(patience)).unwrap();
        let kind = client.read(&mut [0]).err().map(|error| error.kind());
        let fits = match end {
            End::Fin | End::Cut => kind.is_none(),
            End::Reset => kind == Some(io::ErrorKind::ConnectionReset),
            End::Open => matches!(kind, Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)),
        };
        assert!(fits, "{}: {kind:?}", fault.id);
    }
}

#[test]
fn partial_bodies_are_what_is_to_be_kept() {
    for fault in all() {
        if let (Keep::Exactly(kept), Deed::Say(reply, _)) = (fault.keep, fault.deed) {
            assert!(crate::conn::find(reply, kept).is_some(), "{}", fault.id);
        }
    }
}

#[test]
fn the_endless_go_on_until_the_client_goes() {
    for id in ["24a", "24c", "25", "26", "27a", "27b"] {
        let fault = find(id);
        let server = fault.serve();
        let mut client = asking(&server, &fault);
        let mut start = vec![0; 1 << 20];
        client.read_exact(&mut start).unwrap();
        drop(client);
        let gone = |log: &[crate::Record]| log[0].handled;
        assert!(server.server().wait_for(gone, LONG), "{id}");
    }
}

#[test]
fn heads_of_the_large_are_large() {
    let reply = ask(&find("24b"), 36 + 20_000 * 11 + 7);
    assert!(reply.ends_with(b"X-Many: 1\r\n\r\nhello"), "{}", reply.escape_ascii());
    let reply = ask(&find("24a"), 36 + 8 + 2_000_000 + 9);
    assert!(reply.ends_with(b"aaa\r\n\r\nhello"));
}

#[test]
fn one_byte_segments_carry_a_whole_reply() {
    let body = find("28a").body;
    let reply = ask(&find("28a"), 39 + body.len());
    assert!(reply.ends_with(body));
    let wanted = "\r\n\r\na;x=\"y\"\r\nThe end of\r\n40\r\n a body is known exactly: a body cut short \
        is an error, always.\n\r\n0\r\nX-Trailer: z\r\n\r\n";
    let reply = ask(&find("28b"), 43 + wanted.len());
    assert!(reply.ends_with(wanted.as_bytes()), "{}", reply.escape_ascii());
}

#[test]
fn the_drip_drips() {
    let reply = ask(&find("30"), 41);
    assert!(reply.ends_with(b"\r\n\r\nTh"), "{reply:?}");
}

#[test]
fn loops_loop() {
    let server = find("42a").serve();
    let mut client = TcpStream::connect(server.server().addr()).unwrap();
    for hop in 1..=3 {
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let wanted = format!("Location: /page?hop={hop}\r\n\r\n");
        let mut reply = vec![0; 39 + wanted.len()];
        client.read_exact(&mut reply).unwrap();
        assert!(reply.ends_with(wanted.as_bytes()), "{}", String::from_utf8_lossy(&reply));
    }
    let server = find("42b").serve();
    assert!(raw_get(server.server(), "/").contains("Location: /again\r\n"));
}

/// Speaks TLS to a fault with a client that trusts its authority.
fn ask_tls(fault: &Fault) -> (Vec<u8>, io::Result<usize>) {
    let server = fault.serve();
    let authority = server.authority().unwrap();
    let name = "localhost".try_into().unwrap();
    let session = rustls::ClientConnection::new(authority.client_config(), name).unwrap();
    let socket = TcpStream::connect(server.server().addr()).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let mut client = rustls::StreamOwned::new(session, socket);
    let mut reply = Vec::new();
    let end =
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").and_then(|()| client.read_to_end(&mut reply));
    (reply, end)
}

#[test]
fn bad_certificates_are_bad_each_in_its_way() {
    let cases = [
        ("46a", "Expired"),
        ("46b", "NotValidForName"),
        ("46c", "NotValidYet"),
        ("46d", "Unknown"),
    ];
    for (id, word) in cases {
        let (reply, end) = ask_tls(&find(id));
        let error = format!("{:?}", end.unwrap_err());
        assert!(reply.is_empty() && error.contains(word), "{id}: {error}");
    }
}

#[test]
fn tls_is_cut_without_goodbye() {
    for id in ["49", "50a", "50b"] {
        let (reply, end) = ask_tls(&find(id));
        assert_eq!(reply, reply_of(&find(id)), "{id}");
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "{id}");
    }
}

#[test]
fn handshakes_fail_as_claimed() {
    let cases = [
        ("47a", "HandshakeFailure"),
        ("47b", "InvalidMessage"),
        ("47c", "Eof"),
        ("47d", "Eof"),
        ("47e", "ConnectionReset"),
        ("51a", "ProtocolVersion"),
        ("51b", "ServerDoesNotSupportTls12Or13"),
    ];
    for (id, word) in cases {
        let server = find(id).serve();
        let name = "localhost".try_into().unwrap();
        let config = crate::tls::Authority::new().client_config();
        let mut session = rustls::ClientConnection::new(config, name).unwrap();
        let mut socket = TcpStream::connect(server.server().addr()).unwrap();
        let error = format!("{:?}", session.complete_io(&mut socket).unwrap_err());
        assert!(error.contains(word), "{id}: {error}");
    }
}

#[test]
fn verdicts() {
    let mid_body = find("09a");
    assert!(mid_body.check(18, None).unwrap_err().contains("no file on disk"));
    assert!(find("04").check(56, Some(b"")).is_err());
    assert!(find("13a").check(56, Some(b"hel")).is_ok());
    assert!(find("13a").check(56, Some(b"world")).is_err());
    assert!(find("14").check(0, Some(b"hello")).is_ok());
    assert!(find("14").check(0, Some(b"hell")).is_err());
}

#[test]
fn every_row_of_ftp_is_there() {
    let rows: BTreeSet<u8> = ftp().iter().filter_map(|fault| fault.row).collect();
    assert!((57..=63).eq(rows), "a row is missing");
    let classes: BTreeSet<&str> = ftp().iter().map(|fault| fault.class).collect();
    assert!(["E3", "E4", "E5", "K1", "K2"].iter().all(|class| classes.contains(class)));
    let ids: BTreeSet<&str> = ftp().iter().map(|fault| fault.id).collect();
    assert_eq!(ids.len(), ftp().len());
    for fault in ftp() {
        assert_eq!(fault.exit.contains(&0), fault.kinds.is_empty(), "{}", fault.id);
        assert!(!fault.exit.is_empty(), "{}", fault.id);
    }
}

/// Runs curl against a fault of FTP; nothing where there is no curl.
fn curl(fault: &FtpFault, one_byte: bool) -> Option<Result<(), String>> {
    let dir = crate::process::temp_dir();
    let server = fault.serve_on(crate::Server::builder().one_byte(one_byte));
    let mut arguments: Vec<String> = ["-sS", "-o", "out"].map(String::from).to_vec();
    arguments.extend(fault.options.iter().map(ToString::to_string));
    if let Some(authority) = server.authority() {
        arguments
            .extend(["--cacert".to_owned(), authority.write_to(dir.path()).display().to_string()]);
    }
    if let Some(upload) = fault.upload {
        std::fs::write(dir.path().join("up"), upload).unwrap();
        arguments.extend(["-T", "up"].map(String::from));
    }
    arguments.push(server.url());
    std::process::Command::new("curl").arg("--version").output().ok()?;
    let output = crate::process::Run::new("curl").args(arguments).dir(dir.path()).run();
    assert!(!matches!(fault.class, "E3" | "E4") || !server.has_seen_credentials(), "{}", fault.id);
    Some(fault.check(output.exit(), std::fs::read(dir.path().join("out")).ok().as_deref()))
}

/// What the table says of curl 8 and was found again with 7.88; the limits have another number.
const CURL_STRAYS: &[&str] = &["60", "61d", "61e", "E5a", "K2b", "K2c", "K2d"];

#[test]
fn curl_meets_the_faults_of_ftp() {
    for fault in ftp().iter().filter(|fault| !CURL_STRAYS.contains(&fault.id)) {
        match curl(fault, false) {
            None => return eprintln!("skipped: curl is not installed"),
            Some(verdict) => assert_eq!(verdict, Ok(())),
        }
    }
    for id in CURL_STRAYS {
        assert!(curl(&find_ftp(id), false).unwrap().is_err(), "{id} is no fault");
    }
}

#[test]
fn the_credentials_are_noticed() {
    let server = find_ftp("62a").serve();
    let mut client = TcpStream::connect(server.server().addr()).unwrap();
    assert!(!server.has_seen_credentials());
    client.write_all(b"PASS secret\r\n").unwrap();
    let seen =
        |commands: &[crate::ftp::Command], _: &[crate::ftp::DataConnection]| !commands.is_empty();
    assert!(server.server().wait_until(seen, LONG) && server.has_seen_credentials());
}
