//! `--preproxy`, proxies at Unix sockets and the `PROXY` line, beside curl where it is installed.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::Server as Plain;
use landline_testkit::http::Server;
use landline_testkit::proxy::Proxy;
use room::{DIAL, Room, is_one_message, sound};

fn programs() -> Vec<&'static str> {
    let version = std::process::Command::new("curl").arg("-V").output();
    let has_curl = version
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).starts_with("curl 7.88.1"));
    if has_curl { vec![DIAL, "curl"] } else { vec![DIAL] }
}

#[test]
fn a_proxy_before_the_proxy_as_with_curl() {
    for program in programs() {
        let (room, origin) = (Room::new(), Server::new());
        let (first, second) = (Proxy::socks().start(), Proxy::http().start());
        let (pre, main) = (first.addr().to_string(), second.addr().to_string());
        let url = format!("http://a.test:{}/hello", origin.port());
        // curl's manual says that SOCKS4 is what no scheme means; curl 7.88.1 takes it for HTTP.
        let plain = if program == DIAL { "" } else { "socks4://" };
        for scheme in [plain, "socks5h://", "socks4a://"] {
            let pre = format!("{scheme}{pre}");
            let output = room.of(program, &["-sS", "--preproxy", &pre, "-x", &main, &url]).run();
            assert_eq!(sound(output).text(), "hello, world\n", "{program} {scheme}");
        }
        let at = format!("127.0.0.1:{}", second.port());
        let expected = [format!("SOCKS4 {at}"), format!("SOCKS5 {at}"), format!("SOCKS4a {at}")];
        let asked = first.asked();
        // An address is no name, whichever version could take one.
        assert!(asked[..2] == expected[..2] && asked[2].ends_with(&at), "{program} {asked:?}");
        assert_eq!(second.asked().len(), 3, "{program}");
        let alone = format!("socks5h://{pre}");
        let output = room.of(program, &["-sS", "--preproxy", &alone, &url]).run();
        assert_eq!(sound(output).text(), "hello, world\n", "{program}");
        assert_eq!((first.asked().len(), second.asked().len()), (4, 3), "{program}");
    }
}

#[test]
fn the_proxy_line_as_with_curl() {
    for program in programs() {
        let server = Plain::tcp(|conn| {
            conn.read_head()?;
            conn.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        });
        let (room, url) = (Room::new(), server.url("/"));
        let line = ["-sS", "--haproxy-protocol", "-w", "%{local_port}", &url];
        let port = sound(room.of(program, &line).run()).text();
        let heard = server.received_text().concat();
        let line = format!("PROXY TCP4 127.0.0.1 127.0.0.1 {port} {}\r\nGET /", server.port());
        assert!(heard.starts_with(&line), "{program}: {heard}");
    }
    let server = Plain::tcp(|conn| conn.read_head().map(|_| ()));
    Room::new().run(&["-sS", "--haproxy-clientip", "192.0.2.7", &server.url("/")]);
    let heard = server.received_text().concat();
    assert!(heard.starts_with("PROXY TCP4 192.0.2.7 127.0.0.1 "), "{heard}");
    let bad = Room::new().run(&["--haproxy-clientip", "x\r\nGET", &server.url("/")]);
    assert_eq!(bad.exit(), 2);
}

#[cfg(unix)]
#[test]
fn a_socks_proxy_at_a_unix_socket_as_with_curl() {
    for program in programs() {
        let (room, origin) = (Room::new(), Server::new());
        let path = room.at("proxy.sock");
        let proxy = Proxy::socks().unix(&path).start();
        let at = format!("socks5h://localhost{}", path.display());
        let url = format!("http://a.test:{}/hello", origin.port());
        let output = sound(room.of(program, &["-sS", "-x", &at, &url]).run());
        assert_eq!(output.text(), "hello, world\n", "{program}: {}", output.errors());
        assert_eq!(proxy.asked().len(), 1, "{program}");
    }
}

#[test]
fn a_chain_that_breaks_has_curls_exit_codes() {
    let (room, first) = (Room::new(), Proxy::socks().login("u", "p").start());
    let pre = format!("socks5h://{}", first.addr());
    let http = format!("http://{}", first.addr());
    for (arguments, code) in [
        (&["--preproxy", &pre, "-x", "127.0.0.1:9", "http://a.test/"][..], 97),
        (&["--preproxy", "socks5h://nobody.onion", "-x", "127.0.0.1:9", "http://a.test/"], 5),
        (&["--preproxy", &http, "-x", "127.0.0.1:9", "http://a.test/"], 5),
    ] {
        let output = room.run(&[&["-sS"], arguments].concat());
        assert_eq!(output.exit(), code, "{arguments:?}: {}", output.errors());
        assert!(is_one_message(&output.errors(), code), "{}", output.errors());
    }
}
