//! `-w` after a transfer that got no final reply: what is known of it up to there.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::ClosedPort;
use landline_testkit::http::Server;
use landline_testkit::proxy::Proxy;
use landline_testkit::tls::Authority;
use room::{Room, run};

/// What has no time in it, so that all of it can be compared.
const FACTS: &str = "%{http_code} %{http_version} %{num_connects} %{num_redirects} %{remote_ip} %{remote_port} \
     %{local_ip} %{url_effective} <%{redirect_url}> %{scheme} %{http_connect} %{num_headers}";

fn server() -> Server {
    Server::new()
        .route_early("/drop", |_, conn| conn.fin())
        .route("/to", |request, conn| {
            let to = request.query().unwrap_or_default().to_owned();
            request.reply(conn, 302, &[("Location", &*to), ("Content-Type", "x/y")], b"")
        })
        .route("/loop", |request, conn| {
            request.reply(conn, 302, &[("Location", "/loop?again")], b"")
        })
}

/// Runs a line that fails with `code`, and gives what `-w` writes.
fn failed(code: i32, line: &[&str], format: &str) -> String {
    let output = run(&[&["-s", "-o", "out", "-w", format], line].concat());
    assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
    output.text()
}

/// The times up to the head of the reply, those that were reached.
fn times(code: i32, line: &[&str]) -> Vec<bool> {
    let format = "%{time_namelookup} %{time_connect} %{time_pretransfer} %{time_starttransfer}";
    let text = failed(code, line, format);
    let all: Vec<f64> = text.split(' ').map(|word| word.parse().expect("a number")).collect();
    let reached = all.iter().map(|time| *time > 0.0).collect();
    assert!(all.iter().filter(|time| **time > 0.0).is_sorted(), "{all:?}");
    reached
}

#[test]
fn a_request_without_a_reply_tells_how_far_it_came() {
    let server = server();
    let port = server.port();
    let ends = format!("127.0.0.1 {port} 127.0.0.1");
    for (path, code, extra) in [("/drop", 52, &[][..]), ("/stall", 28, &["-m", "0.3"])] {
        let url = server.url(path);
        let line = [extra, &[&url]].concat();
        let expected = format!("000 0 1 0 {ends} {url} <> http 000 0");
        assert_eq!(failed(code, &line, FACTS), expected, "{path}");
        assert_eq!(times(code, &line), [true, true, true, false], "{path}");
    }
    let refusing = ClosedPort::new();
    let url = format!("http://127.0.0.1:{}/", refusing.addr().port());
    assert_eq!(failed(7, &[&url], FACTS), format!("000 0 0 0  0  {url} <> http 000 0"));
    assert_eq!(times(7, &[&url]), [true, false, false, false]);
}

#[test]
fn the_url_is_that_of_the_hop_that_failed() {
    let server = server();
    let ends = format!("127.0.0.1 {} 127.0.0.1", server.port());
    let (from, to) = (server.url("/to?/drop"), server.url("/drop"));
    let told = failed(52, &["-L", &from], FACTS);
    // The kept connection was found dead, so that there was a second one.
    assert_eq!(told, format!("302 1.1 2 1 {ends} {to} <> http 000 3"));
    let told = failed(52, &["-L", &from], "%{content_type} %header{location} %{urle.path}");
    assert_eq!(told, "x/y /drop /drop");

    let refusing = ClosedPort::new();
    let to = format!("http://127.0.0.1:{}/", refusing.addr().port());
    let told = failed(7, &["-L", &server.url(&format!("/to?{to}"))], FACTS);
    assert_eq!(told, format!("302 1.1 1 1 {ends} {to} <> http 000 3"));

    let again = server.url("/loop?again");
    let told = failed(47, &["-L", "--max-redirs", "2", &server.url("/loop")], FACTS);
    assert_eq!(told, format!("302 1.1 1 2 {ends} {again} <{again}> http 000 2"));
}

#[test]
fn a_handshake_that_failed_has_two_ends() {
    let authority = Authority::new();
    let secure = Server::tls(&authority.issue(&["127.0.0.1"]));
    let plain = server();
    let says_no = landline_testkit::Server::tcp(|conn| {
        conn.say(
            "HTTP/1.1 400 No

",
        )?;
        conn.read_to_close().map(drop)
    });
    for (port, code) in [(secure.port(), 60), (says_no.port(), 35)] {
        let url = format!("https://127.0.0.1:{port}/hello");
        let told = failed(code, &[&url], FACTS);
        let expected = format!("000 0 1 0 127.0.0.1 {port} 127.0.0.1 {url} <> https 000 0");
        assert_eq!(told, expected, "{code}");
        assert_eq!(times(code, &[&url]), [true, true, false, false], "{code}");
    }
    // Of the hop that failed, not of the first one.
    let url = format!("https://127.0.0.1:{}/hello", secure.port());
    let line = ["-L", &plain.url(&format!("/to?{url}"))];
    assert_eq!(
        failed(60, &line, "%{scheme} %{ssl_verify_result} %{proxy_ssl_verify_result}"),
        "https 1 0"
    );
}

#[test]
fn a_tunnel_that_was_refused_tells_of_the_proxy() {
    let answer = "HTTP/1.1 502 No\r\nX: y\r\n\r\n";
    let proxy = Proxy::http().saying(answer).start();
    let format = "%{http_code} %{http_connect} %{num_connects} %{remote_port} %{proxy_used} %{size_header} %{size_request}";
    let line = ["-x", &format!("http://127.0.0.1:{}", proxy.port()), "https://a.test/"];
    let told = failed(56, &line, format);
    let sent = proxy.received().concat().len();
    let expected = format!("000 502 1 {} 1 {} {sent}", proxy.port(), answer.len());
    assert_eq!(told, expected);
    assert_eq!(times(56, &line), [true, true, false, false]);
}

/// Secrets are masked where heads are shown, and counted as they were sent.
#[test]
fn sizes_are_those_of_what_was_sent() {
    let (server, proxy, room) = (server(), Proxy::http().start(), Room::new());
    room.put("up", "12345");
    let sent = |server: &Server| server.received().concat().len().to_string();
    assert_eq!(
        failed(52, &["-u", "me:canary", &server.url("/drop")], "%{size_request}"),
        sent(&server)
    );
    let address = format!("http://127.0.0.1:{}", proxy.port());
    let url = server.url("/hello");
    let line = [
        "-spx",
        &address,
        "-o",
        "out",
        "-D",
        "heads",
        "-w",
        "%{size_request} %{size_header}",
        &url,
    ];
    let told = room.run(&line).text();
    let heads = room.get("heads").expect("written").len();
    let asked = proxy.asked().concat().len() + server.requests()[1].head.len();
    assert_eq!(told, format!("{asked} {heads}"));
    let url = server.url("/redirect-to/307?/sink");
    let output = room.run(&["-sL", "-T", "up", "-o", "out", "-w", "%{size_upload}", &url]);
    assert_eq!(output.text(), "5", "what the last request has sent");
}

#[test]
fn urls_are_counted_and_shown_as_they_were_made() {
    let refusing = ClosedPort::new();
    let host = format!("http://127.0.0.1:{}", refusing.addr().port());
    let room = Room::new();
    room.put("up", "12345");
    let ask = ["-s", "-w", "%{urlnum} %{url}\n"];
    let (dir, plain) = (format!("{host}/dir/"), format!("{host}/{{a,b}}"));
    let line =
        [&ask[..], &["-T", "up", &dir, &plain, "--next"], &ask, &["-Gd", "a=b", &dir]].concat();
    let told = room.run(&line).text();
    let expected = format!("0 {host}/dir/up\n1 {host}/a\n1 {host}/b\n2 {host}/dir/?a=b\n");
    assert_eq!(told, expected);
}

#[cfg(unix)]
#[test]
fn a_unix_socket_has_a_path_for_an_address() {
    let room = Room::new();
    let path = room.at("socket");
    let _server = Server::unix(&path);
    let format = "%{remote_ip} %{remote_port} <%{local_ip}>";
    let line = ["-s", "-o", "out", "-w", format, "--unix-socket", "socket", "http://a.test/hello"];
    assert_eq!(room.run(&line).text(), format!("{} 0 <>", path.display()));
}

#[test]
fn ftp_tells_how_far_it_came_too() {
    let server = landline_testkit::ftp::Server::builder().login("user", "pass").start();
    let told = failed(
        67,
        &["-u", "user:wrong", &server.url("/x")],
        "%{http_code} %{num_connects} %{remote_ip}",
    );
    assert_eq!(told, "530 1 127.0.0.1");
}
