//! Whole lines that must feel right (CLI.md), as people, scripts and package managers write them.

use landline_testkit::http::{Server, pattern};
use landline_testkit::tls::Authority;

use crate::room::{DIAL, Room, run, sound};
use crate::twin::Twin;

#[test]
fn lines_over_http() {
    let twin = Twin::new().file("body.json", "{\"a\": 1}").file("part", pattern(0, 10));
    twin.same(&[
        &["-s", "-o", "/dev/null", "-w", "%{http_code}", "U/hello"],
        &["-sSf", "-m", "10", "--retry", "3", "--retry-delay", "1", "U/hello"],
        &["-C", "-", "-s", "-o", "part", "U/bytes/20"],
        &["-C", "-", "-sO", "U/bytes/20"],
        &["-s", "-X", "POST", "-H", "Content-Type: application/json", "-d", "@body.json", "U/sink"],
        &[
            "--disable",
            "--globoff",
            "--show-error",
            "--user-agent",
            "X",
            "--fail",
            "--retry",
            "3",
            "-s",
            "U/hello",
        ],
        &["-s", "--remote-name-all", "U/hello", "U/bytes/5"],
        &["-sLf", "--connect-timeout", "5", "-o", "x", "U/redirect/2"],
        &["-s", "-y", "1", "-Y", "1", "U/bytes/100000"],
        &["-sN", "U/chunked/5000"],
    ]);
}

#[test]
fn a_script_is_piped_into_a_shell() {
    let server = Server::new()
        .route("/install", |request, conn| request.reply(conn, 200, &[], "echo installed\n"));
    let line = format!("'{DIAL}' -fsSL {} | sh", server.url("/install"));
    let output = sound(Room::new().of("/bin/sh", &["-c", &line]).run());
    assert_eq!((output.exit(), &*output.text()), (0, "installed\n"));
    let line = format!("'{DIAL}' -fsSL {} | sh", server.url("/nothing"));
    let output = sound(Room::new().of("/bin/sh", &["-c", &line]).run());
    assert_eq!(&*output.text(), "");
    assert!(output.errors().starts_with("dial: (22) "), "{}", output.errors());
}

#[test]
fn https_alone_with_a_version_as_installers_write_it() {
    let (authority, room) = (Authority::new(), Room::new());
    authority.write_to(room.path());
    let server = Server::tls(&authority.issue(&["127.0.0.1"]));
    let url = server.url("/hello");
    let line = ["--proto", "=https", "--tlsv1.2", "-sSf", "--cacert", "ca.pem", &url];
    assert_eq!(room.run(&line).text(), "hello, world\n");
    let plain = Server::new();
    let plain_url = plain.url("/hello");
    assert_eq!(room.run(&["--proto", "=https", "--tlsv1.2", "-sSf", &plain_url]).exit(), 1);
    // A redirect down to http is no way around.
    let away = server.url(&format!("/redirect-to/302?{plain_url}"));
    let line = ["--proto", "=https", "-sSfL", "--cacert", "ca.pem", &away];
    assert_eq!((room.run(&line).exit(), plain.connections()), (1, 0));
    let twin = Twin::of(server).file("ca.pem", authority.ca_pem());
    twin.same(&[&line, &["-sSfL", "--proto-redir", "=https", "--cacert", "ca.pem", &away]]);
}

#[test]
fn the_first_byte_shows_when_it_comes() {
    use std::io::Read;
    let server = Server::new();
    for arguments in [&["-s"][..], &["-sN"]] {
        let (room, url) = (Room::new(), server.url("/slow"));
        let mut running = room.dial(&[arguments, &[&url]].concat()).spawn();
        let mut first = [0];
        let stdout = running.stdout.as_mut().expect("it is piped");
        stdout.read_exact(&mut first).expect("the first byte");
        assert_eq!(&first, b"f");
        server.release();
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest");
        assert_eq!(rest, "irst byte");
        assert_eq!(running.wait_at_most(crate::room::DEADLINE).code(), Some(0));
    }
}

#[test]
fn a_large_document_costs_no_memory() {
    let server = Server::new();
    let room = Room::new();
    for place in ["/dev/null", "out"] {
        let output = room.run(&["-sS", "-o", place, &server.url("/bytes/200000000")]);
        assert_eq!(output.exit(), 0);
        assert!(output.peak_rss_bytes < 24 << 20, "{} bytes resident", output.peak_rss_bytes);
    }
    assert_eq!(room.at("out").metadata().expect("a file").len(), 200_000_000);
    let output = room.run(&["-sS", "-T", "out", &server.url("/sink")]);
    assert_eq!(output.text(), "200000000\n");
    assert!(output.peak_rss_bytes < 24 << 20, "{} bytes resident", output.peak_rss_bytes);
}

#[test]
fn stdin_is_sent_as_it_comes() {
    let server = Server::new();
    let room = Room::new();
    let large = pattern(0, 3_000_000);
    let output = room.dial(&["-sS", "-T", "-", &server.url("/sink")]).stdin(large.clone()).run();
    assert_eq!((output.exit(), &*output.text()), (0, "3000000\n"));
    let requests = server.requests();
    assert!(requests[0].body == large && requests[0].header("Transfer-Encoding").is_some());
}

#[test]
fn many_documents_in_one_run() {
    let server = Server::new();
    let room = Room::new();
    let output = room.run(&["-sS", "-o", "f#1", &server.url("/bytes/[1-300]")]);
    assert_eq!((output.exit(), room.names().len(), server.connections()), (0, 300, 1));
    let output =
        run(&["-sS", "-w", "%{http_code} ", "-o", "x#1", &server.url("/status/[404-406]")]);
    assert_eq!(output.text(), "404 405 406 ");
}
