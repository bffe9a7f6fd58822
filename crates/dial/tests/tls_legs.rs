//! TLS with a proxy and with an FTP server's data connections: each leg is judged for itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod room;

use landline_testkit::tls::{Authority, Identity, Leaf};
use landline_testkit::{Conn, Server};
use room::{Room, is_one_message};

const NAMES: &[&str] = &["localhost", "127.0.0.1"];
const URL: &str = "http://a.test/";

/// A forwarding proxy that answers everything itself.
fn answer(conn: &mut Conn) -> std::io::Result<()> {
    conn.read_head()?;
    conn.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
}

/// How many requests came through: TLS 1.3 lets a client send one before it learns that it is refused.
fn heard(server: &Server) -> usize {
    server.received().iter().filter(|bytes| bytes.starts_with(b"GET ")).count()
}

/// A room with the authority's certificate, alone in a folder too.
fn room_of(authority: &Authority) -> Room {
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    std::fs::create_dir(room.at("authorities")).unwrap();
    room.put("authorities/any-name.pem", authority.ca_pem());
    room
}

#[test]
fn e1_a_proxy_that_demands_a_certificate_is_shown_its_own() {
    let authority = Authority::new();
    let config = authority.issue(NAMES).setup().demand_client(&authority).config();
    let proxy = Server::builder().tls_config(config).start(answer);
    let room = room_of(&authority);
    let client = authority.issue_client("me");
    room.put("cert.pem", client.certificate_pem());
    room.put("key.pem", client.key_pem());
    room.put("both.pem", [client.certificate_pem(), client.key_pem()].concat());
    let at = format!("https://127.0.0.1:{}", proxy.port());
    let through = ["-q", "-sS", "--proxy-cacert", "ca.pem", "-x", &at, URL];
    for shown in
        [&["--proxy-cert", "cert.pem", "--proxy-key", "key.pem"][..], &["--proxy-cert", "both.pem"]]
    {
        let output = room.run(&[&through[..], shown].concat());
        assert_eq!((output.exit(), &*output.text()), (0, "ok"), "{}", output.errors());
    }
    // That of the origin is none of the proxy's business.
    for shown in [&[][..], &["--cert", "both.pem"]] {
        let output = room.run(&[&through[..], shown].concat());
        assert!(matches!(output.exit(), 35 | 56), "{}: {}", output.exit(), output.errors());
        assert!(is_one_message(&output.errors(), output.exit()), "{}", output.errors());
        assert!(output.stdout.is_empty());
    }
    assert_eq!(heard(&proxy), 2, "none of the requests but the first two");
    let output = room.run(&[&through[..], &["--proxy-cert", "missing.pem"]].concat());
    assert_eq!(output.exit(), 58, "{}", output.errors());
    assert!(output.errors().contains("missing.pem"), "{}", output.errors());
}

#[test]
fn e1_a_certificate_for_a_proxy_may_come_as_pkcs12() {
    let authority = Authority::new();
    let config = authority.issue(NAMES).setup().demand_client(&authority).config();
    let proxy = Server::builder().tls_config(config).start(answer);
    let room = room_of(&authority);
    authority.issue_client("me").write_to(room.path());
    let line = "pkcs12 -export -in cert.pem -inkey key.pem -passout pass:s3cret -out me.p12";
    let made = room.of("openssl", &line.split(' ').collect::<Vec<_>>()).run();
    assert_eq!(made.exit(), 0, "{}", made.errors());
    let at = format!("https://127.0.0.1:{}", proxy.port());
    let through = ["-q", "-sS", "--proxy-cacert", "ca.pem", "-x", &at, URL];
    let run = |shown: &[&str]| room.run(&[&through[..], shown].concat());
    let as_p12 = ["--proxy-cert-type", "P12", "--proxy-cert"];
    for shown in [&["me.p12", "--proxy-pass", "s3cret"][..], &["me.p12:s3cret"]] {
        let output = run(&[&as_p12, shown].concat());
        assert_eq!((output.exit(), &*output.text()), (0, "ok"), "{}", output.errors());
    }
    for shown in [&["me.p12:wr0ng"][..], &["me.p12"], &["me.p12", "--pass", "s3cret"]] {
        let output = run(&[&as_p12, shown].concat());
        assert_eq!(output.exit(), 58, "{}", output.errors());
        assert!(output.errors().contains("me.p12"), "{}", output.errors());
        assert!(!output.errors().contains("wr0ng") && !output.errors().contains("s3cret"));
    }
    assert_eq!(heard(&proxy), 2, "none of the requests but the first two");
}

#[test]
fn e1_a_proxy_is_held_to_its_own_authorities_and_lists() {
    let authority = Authority::new();
    let proxy = Server::tls(&authority.sign(&Leaf::new(NAMES).serial(7)), answer);
    let room = room_of(&authority);
    room.put("none.pem", authority.revoke(&[], (2090, 1, 1)).1);
    room.put("seven.pem", authority.revoke(&[7], (2090, 1, 1)).1);
    let at = format!("https://127.0.0.1:{}", proxy.port());
    let run = |line: &[&str]| room.run(&[&["-q", "-sS", "-x", &at, URL], line].concat());
    for line in [
        &["--proxy-cacert", "ca.pem", "--proxy-crlfile", "seven.pem"][..],
        &["--capath", "authorities"],
        &["--cacert", "ca.pem"],
        &["-k"],
    ] {
        let output = run(line);
        assert_eq!(output.exit(), 60, "{line:?}: {}", output.errors());
        assert!(is_one_message(&output.errors(), 60), "{line:?}: {}", output.errors());
    }
    assert_eq!(heard(&proxy), 0, "not a byte of the request");
    for line in [
        &["--proxy-cacert", "ca.pem", "--proxy-crlfile", "none.pem"][..],
        &["--proxy-capath", "authorities"],
        // The list of the origin's authority says nothing of the proxy.
        &["--proxy-cacert", "ca.pem", "--crlfile", "seven.pem"],
    ] {
        let output = run(line);
        assert_eq!((output.exit(), &*output.text()), (0, "ok"), "{line:?}: {}", output.errors());
    }
}

/// An FTP server that shows another certificate on its data connections.
fn ftp(control: &Identity, data: &Identity) -> (Server, Server) {
    let data = Server::tls(data, |conn| conn.say("some bytes").and_then(|()| conn.fin()));
    let (port, config) = (data.port(), control.server_config());
    let control = Server::tcp(move |conn| {
        conn.say("220 ready\r\n")?;
        loop {
            let line = String::from_utf8_lossy(&conn.read_line()?).trim_end().to_uppercase();
            match line.split(' ').next().unwrap_or_default() {
                "AUTH" => {
                    conn.say("234 go on\r\n")?;
                    conn.upgrade_tls(&config)?;
                }
                "USER" => conn.say("331 who?\r\n")?,
                "PASS" => conn.say("230 in\r\n")?,
                "PWD" => conn.say("257 \"/\"\r\n")?,
                "EPSV" => conn.say(format!("229 there (|||{port}|)\r\n"))?,
                "SIZE" => conn.say("213 10\r\n")?,
                "RETR" => conn.say("150 here\r\n226 done\r\n")?,
                "" => return Ok(()),
                _ => conn.say("200 ok\r\n")?,
            }
        }
    });
    (control, data)
}

#[test]
fn e2_a_pin_holds_for_data_connections_too() {
    let authority = Authority::new();
    let (right, other) = (authority.issue(NAMES), authority.issue(NAMES));
    let room = room_of(&authority);
    let line = ["-q", "-sS", "--ssl-reqd", "--cacert", "ca.pem", "-o", "out"];
    let wrong = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let (control, _data) = ftp(&right, &right);
    let url = control.url_for("ftp", "/a");
    let refusal = room.run(&[&line[..], &["--pinnedpubkey", wrong, &url]].concat());
    assert_eq!(refusal.exit(), 90, "{}", refusal.errors());
    // The message tells the pin that would do.
    let told = refusal.errors();
    let pins = told.split(|c: char| c.is_whitespace() || ",;()'".contains(c));
    let pin = pins.filter(|word| word.starts_with("sha256//")).find(|pin| *pin != wrong);
    let pin = ["--pinnedpubkey", pin.expect("the pin it has")];
    let good = room.run(&[&line[..], &pin, &[&url]].concat());
    assert_eq!(good.exit(), 0, "{}", good.errors());
    assert_eq!(room.get("out").as_deref(), Some(&b"some bytes"[..]));

    std::fs::remove_file(room.at("out")).unwrap();
    let (control, data) = ftp(&right, &other);
    let url = control.url_for("ftp", "/a");
    for trust in [&[][..], &["-k"]] {
        let output = room.run(&[&line[..], &pin, trust, &[&url]].concat());
        assert_eq!(output.exit(), 90, "{}", output.errors());
        assert!(is_one_message(&output.errors(), 90), "{}", output.errors());
        assert_eq!(room.get("out").unwrap_or_default(), b"", "not a byte is taken");
    }
    assert!(data.connections() > 0, "it came as far as that");
}
