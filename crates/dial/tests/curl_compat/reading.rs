//! How replies are read, where the command line wants it otherwise: codings of the transfer,
//! replies without a head, lengths that are wrong.

use landline_testkit::http::Server;

use crate::twin::Twin;

/// "packed for the way", by gzip.
const PACKED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x48\x4c\xce\x4e\x4d\x51\x48\xcb\x2f\x52\x28\xc9\x48\x55\x28\x4f\xac\x04\x00\x70\xde\x39\xbe\x12\x00\x00\x00";

fn server() -> Server {
    Server::new()
        .route("/trailers", |request, conn| {
            request.reply_chunked(conn, 200, &[], &[b"abc", b"d"], &[("X-Sum", "1"), ("Y", "2")])
        })
        .route("/gzip", |request, conn| {
            request.reply_chunked(conn, 200, &[("Transfer-Encoding", "gzip")], &[PACKED], &[])
        })
        .route("/short", |_, conn| {
            conn.say(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")?;
            conn.fin()
        })
        .route("/0.9", |_, conn| {
            conn.say(b"<html>as in 1991\n")?;
            conn.fin()
        })
}

#[test]
fn trailers_and_raw_bodies() {
    Twin::of(server()).same(&[
        &["-s", "-i", "U/trailers"],
        &["-s", "-D", "heads", "-o", "body", "U/trailers"],
        &["-s", "--raw", "U/trailers"],
        &["-s", "--raw", "-D", "heads", "-o", "body", "U/trailers"],
        &["-s", "--raw", "U/chunked/5000", "U/hello"],
        &["-s", "--raw", "--no-raw", "U/trailers"],
    ]);
}

#[test]
fn transfer_codings() {
    Twin::of(server()).same(&[
        &["-s", "--tr-encoding", "U/gzip"],
        &["-s", "--tr-encoding", "--compressed", "-e", "http://a.test/", "U/gzip"],
        &["-s", "--tr-encoding", "-A", "me", "-d", "x", "U/hello"],
    ]);
}

#[test]
fn lengths_are_ignored() {
    Twin::of(server()).same(&[
        &["-s", "U/short"],
        &["-s", "--ignore-content-length", "-w", "%{size_download}", "U/short"],
    ]);
}

#[test]
fn row_22_replies_without_a_head() {
    let twin = Twin::of(server());
    twin.same(&[
        &["-sS", "-o", "out", "U/0.9"],
        &["-sS", "--http0.9", "-i", "-w", "[%{http_code} %{http_version}]", "U/0.9"],
        &["-sS", "--http0.9", "-f", "-D", "heads", "-o", "out", "U/0.9"],
    ]);
    let told = twin.dial(&["-sS", "U/0.9"]).errors();
    assert!(told.starts_with("dial: (1) "), "{told}");
}

#[test]
fn follow_changes_the_method_as_http_says_and_location_does_not() {
    let twin = Twin::new();
    for (flags, method) in [
        (&["--follow", "-X", "PUT"][..], "GET"),
        (&["-L", "-X", "PUT"], "PUT"),
        (&["--follow", "-L", "-X", "PUT"], "PUT"),
        (&["-L", "--follow", "-X", "PUT"], "GET"),
        (&["--follow", "-X", "HEAD", "-I"], "HEAD"),
    ] {
        let line = [&["-s", "-w", "%{method}"], flags, &["-o", "out", "U/redirect-to/303?/hello"]];
        let before = twin.server.connections();
        twin.dial(&line.concat());
        let requests = twin.server.received().split_off(before).concat();
        let requests = String::from_utf8_lossy(&requests).into_owned();
        assert!(requests.contains(&format!("{method} /hello ")), "{flags:?}: {requests}");
    }
}

#[test]
fn a_method_that_every_redirect_repeats_is_warned_about() {
    let twin = Twin::new();
    let told = |line: &[&str]| twin.dial(line).errors().replace("\nWarning: ", " ");
    assert!(told(&["-L", "-X", "POST", "U/hello"]).contains("POST is sent with every redirect"));
    assert!(told(&["-X", "HEAD", "-m", "5", "U/hello"]).contains("Consider using -I/--head"));
    for line in [&["-X", "POST"][..], &["-L", "-X", "GET"], &["--follow", "-X", "POST"]] {
        assert!(!told(&[line, &["U/hello"]].concat()).contains("Warning"), "{line:?}");
    }
}
