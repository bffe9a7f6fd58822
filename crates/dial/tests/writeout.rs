//! `-w`: what its variables say of a transfer that happened.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used, clippy::panic)]

mod room;

use std::time::Duration;

use landline_testkit::http::Server;
use landline_testkit::tls::Authority;
use room::Room;

/// What `-w` writes behind a transfer whose document goes to a file.
fn written(room: &Room, line: &[&str], format: &str) -> String {
    let output = room.run(&[&["-s", "-o", "out", "-w", format], line].concat());
    output.text()
}

/// The same, in numbers.
fn numbers(room: &Room, line: &[&str], names: &[&str]) -> Vec<f64> {
    let format: Vec<_> = names.iter().map(|name| format!("%{{{name}}}")).collect();
    let text = written(room, line, &format.join(" "));
    text.split(' ').map(|word| word.parse().expect("a number")).collect()
}

fn server() -> Server {
    Server::new()
        .route("/late", |request, conn| {
            conn.pause(Duration::from_millis(200));
            request.reply(conn, 200, &[], b"late\n")
        })
        .route("/there", |request, conn| request.reply(conn, 302, &[("Location", "/late")], b""))
        .route("/busy", |request, conn| request.reply(conn, 503, &[], b"busy\n"))
}

const TIMES: [&str; 7] = [
    "time_namelookup",
    "time_connect",
    "time_appconnect",
    "time_pretransfer",
    "time_posttransfer",
    "time_starttransfer",
    "time_total",
];

#[test]
fn times_follow_each_other() {
    let authority = Authority::new();
    let secure = Server::tls(&authority.issue(&["127.0.0.1"]));
    let (room, plain) = (Room::new(), server());
    let times = numbers(&room, &["-k", &secure.url("/hello")], &TIMES);
    assert!(times.is_sorted() && times[1] > 0.0 && times[2] > times[1], "{times:?}");

    let times = numbers(&room, &[&plain.url("/late")], &TIMES);
    assert_eq!(times[2], 0.0, "there is no TLS: {times:?}");
    let without_tls = [&times[..2], &times[3..]].concat();
    assert!(without_tls.is_sorted(), "{times:?}");
    assert!(times[5] >= 0.2 && times[4] < 0.2, "{times:?}");

    let names = ["time_redirect", "time_starttransfer", "time_total"];
    let times = numbers(&room, &["-L", &plain.url("/there")], &names);
    assert!(times.is_sorted() && times[0] > 0.0 && times[1] >= 0.2, "{times:?}");
    assert_eq!(numbers(&room, &[&plain.url("/late")], &["time_redirect"]), [0.0]);
}

#[test]
fn sizes_are_those_on_the_wire() {
    let server = server().route("/sized", |_, conn| {
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello")
    });
    let room = Room::new();
    let names = ["size_header", "size_request", "size_upload", "size_download", "num_headers"];
    let url = server.url("/sized");
    let sizes = numbers(&room, &["-d", "four", &url], &names);
    let sent = server.received().concat().len() as f64;
    assert_eq!(sizes, [44.0, sent - 4.0, 4.0, 5.0, 2.0]);

    let names = ["speed_download", "size_download", "time_total"];
    let server = server
        .route("/large", |request, conn| request.reply(conn, 200, &[], vec![b'x'; 1_000_000]));
    let told = numbers(&room, &[&server.url("/large")], &names);
    assert_eq!(told[1], 1_000_000.0);
    let speed = told[1] / told[2];
    assert!((told[0] - speed).abs() <= speed * 0.02, "{told:?}");
    room.put("up", vec![b'x'; 100_000]);
    let names = ["speed_upload", "size_upload", "time_total"];
    let told = numbers(&room, &["-T", "up", &server.url("/sink")], &names);
    let speed = told[1] / told[2];
    assert!(told[1] == 100_000.0 && (told[0] - speed).abs() <= speed * 0.02, "{told:?}");
}

#[test]
fn counts_are_those_of_what_happened() {
    let (room, server) = (Room::new(), server());
    let (hello, there) = (server.url("/hello"), server.url("/there"));
    let format = "%{urlnum}: %{num_connects} %{num_redirects} %{conn_id} %{xfer_id}\n";
    let told = room.run(&["-sL", "-w", format, "-o", "a", "-o", "b", &hello, &there]).text();
    assert_eq!(told, "0: 1 0 0 0\n1: 0 1 0 1\n");
    let busy = server.url("/busy");
    let line = ["--retry", "1", &busy];
    let told = numbers(&room, &line, &["num_retries", "response_code"]);
    assert_eq!(told, [1.0, 503.0]);
}

#[test]
fn both_ends_have_names_and_ports() {
    let (room, server) = (Room::new(), server());
    let format = "%{remote_ip} %{remote_port} %{local_ip} %{local_port} %{proxy_used}";
    let told = written(&room, &[&server.url("/hello")], format);
    let words: Vec<_> = told.split(' ').collect();
    let [remote, port, local, own, "0"] = words[..] else { panic!("{told}") };
    assert_eq!((remote, port, local), ("127.0.0.1", &*server.port().to_string(), "127.0.0.1"));
    assert!(own.parse::<u16>().is_ok_and(|own| own != 0 && own != server.port()), "{told}");
    let proxy = server.url("");
    let told = written(&room, &["-x", &proxy, "http://a.test/hello"], "%{proxy_used} %{scheme}");
    assert_eq!(told, "1 http");
    let url = server.url("/hello");
    assert_eq!(written(&room, &[&url], "%{scheme} %{http_version}"), "http 1.1");
    assert_eq!(written(&room, &["-0", &url], "%{http_version}"), "1.1", "that of the reply");
    assert_eq!(written(&room, &["http://127.0.0.1:1/"], "%{http_version} %{http_code}"), "0 000");
}

#[test]
fn urls_have_parts_as_typed_and_as_reached() {
    let (room, server) = (Room::new(), server());
    let host = format!("127.0.0.1:{}", server.port());
    let format = "%{url.scheme} %{url.user} %{url.host} %{url.path} %{url.query} %{url.fragment}";
    let url = format!("http://me:secret@{host}/there?a=b#c");
    let told = written(&room, &["-L", &url], format);
    assert_eq!(told, "http me 127.0.0.1 /there a=b c");
    let told = written(&room, &["-L", &url], "%{urle.path} %{urle.port} %{url_effective}");
    assert_eq!(told, format!("/late {} http://me@{host}/late#c", server.port()));
}

#[test]
fn what_is_written_goes_where_it_is_told() {
    let (room, server) = (Room::new(), server());
    let url = server.url("/hello");
    room.put("log", "before\n");
    let format = "one%{stderr}two%{stdout}three%output{>>log}four\\n%output{new}five";
    let output = room.run(&["-s", "-o", "out", "-w", format, &url]);
    assert_eq!((output.text(), output.errors()), ("onethree".into(), "two".into()));
    assert_eq!(room.get("log").as_deref(), Some(&b"before\nfour\n"[..]));
    assert_eq!(room.get("new").as_deref(), Some(&b"five"[..]));
    let format = "always %{onerror}%{exitcode} %{errormsg}";
    assert_eq!(written(&room, &[&url], format), "always ");
    let told = written(&room, &["http://127.0.0.1:1/"], format);
    assert!(told.starts_with("always 7 ") && told.len() > 12, "{told}");
}
