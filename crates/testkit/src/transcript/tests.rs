//! The kit judged by itself: transcripts played by raw clients.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::{ClientConnection, StreamOwned};

use super::{Delivery, Mismatch, Script, escape, unescape};
use crate::Server;
use crate::tls::Authority;

fn script(text: &str) -> Script {
    Script::parse(text).unwrap()
}

/// Plays a client that sends all of its words at once, reads to the end and is judged.
fn play(script: &Script, delivery: Delivery, sends: &[u8]) -> (Vec<u8>, Result<(), Mismatch>) {
    let server = script.serve_with(delivery);
    let mut client = TcpStream::connect(server.addr()).unwrap();
    client.write_all(sends).unwrap();
    let mut got = Vec::new();
    let _ = client.read_to_end(&mut got);
    drop(client);
    (got, server.finish())
}

const GREETING: &str = "name: greeting
C: GET {host}:{port} {version}
C- raw\\x00
C< 3
S: 200 fine
S* 3 ab
S- \\r\\n{\"json\": 1}
S! fin
=> status 200
=> body \"a\\nb\"
=> error incomplete body
";

#[test]
fn a_whole_dialogue_is_played_both_ways() {
    script(GREETING).play(|server| {
        let mut client = TcpStream::connect(server.addr()).unwrap();
        let hello = server.fill("GET {host}:{port} {version}\r\n");
        assert!(hello.starts_with("GET 127.0.0.1:") && !hello.contains('{'));
        client.write_all(hello.as_bytes()).unwrap();
        client.write_all(b"raw\0xyz").unwrap();
        let mut got = String::new();
        client.read_to_string(&mut got).unwrap();
        assert_eq!(got, "200 fine\r\nababab\r\n{\"json\": 1}");
    });
}

#[test]
fn expectations_are_handed_over() {
    let script = script(GREETING);
    assert_eq!(script.name(), "greeting");
    let expectations = script.expectations();
    assert_eq!(expectations[0].key, "status");
    assert_eq!(expectations[0].text(), "200");
    assert_eq!(expectations[1].bytes(), b"a\nb");
    assert_eq!(expectations[2].words(), ["incomplete", "body"]);
    assert_eq!(expectations[2].line, 11);
}

#[test]
fn the_first_difference_names_line_and_bytes() {
    let script = script("name: x\n\nC: A\nC: B\nS! fin\n");
    let (_, judged) = play(&script, Delivery::Whole, b"A\r\nb\t\r\n");
    let text = judged.unwrap_err().to_string();
    assert_eq!(
        text,
        "transcript \"x\", line 4 (connection 1)\n  expected: \"B\\r\\n\"\n  got:      \"b\\t\\r\\n\""
    );
}

#[test]
fn a_line_without_cr_is_a_difference() {
    let (_, judged) = play(&script("C: A\nS! fin\n"), Delivery::Whole, b"A\n");
    assert!(judged.unwrap_err().got.contains("A\\n"));
}

#[test]
fn an_early_end_is_a_difference() {
    let script = script("C: A\nC: B\n");
    let server = script.serve();
    TcpStream::connect(server.addr()).unwrap().write_all(b"A\r\nB").unwrap();
    let mismatch = server.finish().unwrap_err();
    assert_eq!((mismatch.line, mismatch.connection), (2, 1));
    assert_eq!(mismatch.got, "\"B\", then the end of the connection");
}

#[test]
fn bytes_beyond_the_dialogue_are_a_difference() {
    let (_, judged) = play(&script("C: A\nS! fin\n"), Delivery::Whole, b"A\r\nmore");
    let mismatch = judged.unwrap_err();
    assert_eq!((&*mismatch.expected, &*mismatch.got), ("nothing more", "\"more\""));
}

#[test]
fn a_missing_connection_is_a_difference() {
    let mismatch = script("C: A\n=== connection 2\nC: B\n").serve().finish().unwrap_err();
    assert_eq!((mismatch.connection, &*mismatch.got), (1, "none"));
}

#[test]
fn a_connection_too_many_is_a_difference() {
    let server = script("S: A\n").serve();
    let clients = [0, 1].map(|_| TcpStream::connect(server.addr()).unwrap());
    assert!(server.server().wait_for(|log| log.len() == 2, std::time::Duration::from_secs(5)));
    // Only when the second has been attended is the verdict certain.
    let mut end = Vec::new();
    (&clients[1]).read_to_end(&mut end).unwrap();
    assert_eq!(server.finish().unwrap_err().connection, 2);
}

#[test]
fn any_stands_for_what_cannot_be_known() {
    let script = script("C: boundary=\"{any}\"; n={any};\nS! fin\n");
    let (_, judged) = play(&script, Delivery::Whole, b"boundary=\"xyz\"; n=;\r\n");
    judged.unwrap();
    let (_, judged) = play(&script, Delivery::Whole, b"boundary=xyz; n=1;\r\n");
    assert!(judged.is_err());
}

#[test]
fn connections_run_together_and_wait_for_each_other() {
    let script = script("C: GO\nS! wait 2\nS: 226 done\n=== connection 2\nS- data\nS! fin\n");
    let server = script.serve();
    let mut control = TcpStream::connect(server.addr()).unwrap();
    control.write_all(b"GO\r\n").unwrap();
    let mut data = String::new();
    assert!(server.server().wait_for(|log| log.len() == 1, std::time::Duration::from_secs(5)));
    TcpStream::connect(server.addr()).unwrap().read_to_string(&mut data).unwrap();
    let mut reply = [0; 10];
    control.read_exact(&mut reply).unwrap();
    assert_eq!((&*data, &reply), ("data", b"226 done\r\n"));
    server.finish().unwrap();
}

#[test]
fn a_reset_reaches_the_client() {
    let server = script("C: A\nS! reset\n").serve();
    let mut client = TcpStream::connect(server.addr()).unwrap();
    client.write_all(b"A\r\n").unwrap();
    let error = client.read(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    server.finish().unwrap();
}

#[test]
fn a_large_repetition_is_whole_even_byte_by_byte() {
    let (got, judged) = play(&script("S* 300000 abc\nS! fin\n"), Delivery::OneByte, b"");
    judged.unwrap();
    assert_eq!(got, b"abc".repeat(300_000));
}

#[test]
fn the_upgrade_to_tls_is_a_step() {
    let server = script("S: 220 hi\nC: STARTTLS\nS: go\nS! tls\nC: HI\nS: HO\n").serve();
    let mut socket = TcpStream::connect(server.addr()).unwrap();
    socket.write_all(b"STARTTLS\r\n").unwrap();
    let mut plain = [0; 12];
    socket.read_exact(&mut plain).unwrap();
    let config = server.authority().unwrap().client_config();
    let name = "localhost".try_into().unwrap();
    let mut client = StreamOwned::new(ClientConnection::new(config, name).unwrap(), socket);
    client.write_all(b"HI\r\n").unwrap();
    let mut reply = [0; 4];
    client.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"HO\r\n");
    server.finish().unwrap();
}

#[test]
fn a_transcript_runs_over_tls_and_byte_by_byte() {
    let authority = Authority::new();
    let builder = Server::builder().tls(&authority.issue(&["localhost"]));
    let server = script("C: A\nS: B\nS! fin\n").serve_on(builder, Delivery::OneByte);
    let socket = TcpStream::connect(server.addr()).unwrap();
    let name = "localhost".try_into().unwrap();
    let session = ClientConnection::new(Arc::clone(&authority.client_config()), name).unwrap();
    let mut client = StreamOwned::new(session, socket);
    client.write_all(b"A\r\n").unwrap();
    let mut got = String::new();
    client.read_to_string(&mut got).unwrap();
    assert_eq!(got, "B\r\n");
    server.finish().unwrap();
}

#[test]
fn bad_transcripts_name_their_line() {
    let cases = [
        ("name: x\nS! jump\n", 2, "jump"),
        ("C: a\\q\n", 1, "\\q"),
        ("C: a\nname: late\n", 2, "late"),
        ("C< many\n", 1, "many"),
        ("=== connection 3\n", 1, "connection 2"),
        ("C- {any}\n", 1, "{any}"),
        ("S- \\x4\n", 1, "hexadecimal"),
        ("delivery: slow\n", 1, "whole"),
    ];
    for (text, line, word) in cases {
        let error = Script::parse(text).unwrap_err();
        assert!(error.line == line && error.problem.contains(word), "{text:?}: {error}");
    }
}

#[test]
fn escapes_go_there_and_back() {
    let all: Vec<u8> = (0..=255).chain("ä→".bytes()).collect();
    assert_eq!(unescape(&escape(&all)).unwrap(), all);
    assert_eq!(escape("a\r\n\0\x1b\\ä".as_bytes()), "a\\r\\n\\0\\x1b\\\\ä");
}
