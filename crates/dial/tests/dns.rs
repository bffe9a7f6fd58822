//! `--dns-servers`, `--doh-url` and their kin, beside curl where it is installed.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod room;

use std::net::UdpSocket;

use landline_testkit::http::Server;
use landline_testkit::tls::Authority;
use room::{DIAL, Room, is_one_message, sound};

/// Answers each question for IPv4 addresses with 127.0.0.1, and others with none.
fn answer(question: &[u8]) -> Vec<u8> {
    // Behind the name of the question there may be more than we are asked to read.
    let name = question[12..].iter().position(|byte| *byte == 0).unwrap() + 13;
    let mut message = question[..name + 4].to_vec();
    let is_a = message[name + 1] == 1;
    (message[2], message[3], message[7]) = (0x81, 0x80, is_a.into());
    message[8..12].fill(0);
    if is_a {
        message.extend(b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x01");
    }
    message
}

fn dns_server() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut buffer = [0; 600];
        while let Ok((len, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&answer(&buffer[..len]), from);
        }
    });
    address
}

#[test]
fn names_are_asked_of_these_servers() {
    let (room, server, dns) = (Room::new(), Server::new(), dns_server());
    let url = format!("http://nobody.invalid:{}/hello", server.port());
    for flags in [
        &["--dns-servers", &dns][..],
        &["--dns-servers", &dns, "--dns-ipv4-addr", "127.0.0.1", "--dns-interface", "lo"],
        &["--dns-servers", &format!("127.0.0.1:1,{dns}"), "-4"],
    ] {
        let output = room.run(&[flags, &["-sS", &url]].concat());
        assert_eq!(output.text(), "hello, world\n", "{flags:?}: {}", output.errors());
    }
    let output = room.run(&["-sS", "-6", "--dns-servers", &dns, &url]);
    assert!(is_one_message(&output.errors(), 6), "{}", output.errors());
    for flags in
        [["--dns-servers", "a.test"], ["--dns-ipv4-addr", "::1"], ["--dns-ipv6-addr", "127.0.0.1"]]
    {
        assert_eq!(room.run(&[&flags[..], &[&url]].concat()).exit(), 2, "{flags:?}");
    }
}

#[test]
fn names_are_asked_for_over_https_as_with_curl() {
    let version = std::process::Command::new("curl").arg("-V").output();
    let has_curl = version
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).starts_with("curl 7.88.1"));
    for program in if has_curl { vec![DIAL, "curl"] } else { vec![DIAL] } {
        let (room, authority, origin) = (Room::new(), Authority::new(), Server::new());
        room.put("ca", authority.ca_pem());
        let doh = Server::tls(&authority.issue(&["127.0.0.1"])).route("/q", |request, conn| {
            let kind = ("Content-Type", "application/dns-message");
            let answer = answer(&request.body);
            request.reply(conn, 200, &[kind], answer)
        });
        let (at, other) = (doh.url("/q"), doh.url("/hello"));
        let url = format!("http://a.test:{}/hello", origin.port());
        for (flags, code) in [
            (&["--doh-url", &at, "--cacert", "ca"][..], 0),
            (&["--doh-url", &at, "--doh-insecure"], 0),
            (&["--doh-url", &at, "-k"], 6),
            (&["--doh-url", &at, "--cacert", "ca", "--doh-cert-status"], 6),
            (&["--doh-url", &at], 6),
            (&["--doh-url", &other, "--doh-insecure"], 6),
        ] {
            let output = sound(room.of(program, &[flags, &["-sS", &url]].concat()).run());
            assert_eq!(output.exit(), code, "{program} {flags:?}: {}", output.errors());
        }
    }
}
