//! The command line itself: configuration, groups, messages, schemes, retries.

use landline_testkit::http::Server;

use crate::room::{Room, run};
use crate::twin::Twin;

#[test]
fn configuration() {
    let config = "# comment\nurl = \"http://127.0.0.1:1/never\"\n";
    let twin = Twin::new()
        .file("c", "-s\nuser-agent = \"a \\\"b\\\"\"\nheader: \"X-A: b\"\n--referer r\n")
        .file("b", config)
        .file("d", "data = a=b\ndata c=d\n\n  # more\n")
        .stdin("-s\n-H \"X-In: yes\"\n");
    twin.same(&[
        &["-K", "c", "U/hello"],
        &["--config", "c", "-H", "X-C: d", "U/hello"],
        &["-K", "-", "U/hello"],
        &["-s", "-K", "d", "U/sink"],
        &["-s", "-K", "missing", "U/hello"],
        &["-s", "-K", "c", "-K", "d", "U/sink"],
    ]);
    let home = Twin::new().file(".curlrc", "-s\nuser-agent home\n-w \" %{http_code}\"\n");
    home.same(&[&["U/hello"], &["-q", "-s", "U/hello"], &["-s", "-q", "U/hello"]]);
}

#[test]
fn groups_and_joined_options() {
    Twin::new().same(&[
        &["-s", "-d", "a", "U/sink", "--next", "-s", "U/hello"],
        &["-s", "-d", "a", "U/sink", "-:", "-s", "-I", "U/hello"],
        &["-s", "-X", "PUT", "U/sink", "--next", "-s", "-H", "A: b", "U/hello", "U/hello"],
        &["-fsSLo", "file", "U/hello"],
        &["-sSd", "a=b", "U/sink"],
        &["-sXPUT", "-da", "U/sink"],
        &["-sH", "A: b", "U/hello"],
        &["--silent", "--url", "U/hello"],
        &["--no-silent", "-s", "U/hello"],
        &["-s", "--no-fail", "-f", "--no-fail", "U/status/404"],
        &["-s", "--", "U/hello"],
        &["-s", "--head", "U/hello"],
        &["U/hello", "-s", "-A", "x"],
        &["-s", "--disable", "U/hello"],
        &["--disable", "--globoff", "--show-error", "--user-agent", "X", "--fail", "-s", "U/hello"],
    ]);
}

#[test]
fn messages() {
    let twin = Twin::new();
    twin.same(&[
        &["http://127.0.0.1:1/", "-s"],
        &["http://127.0.0.1:1/", "-sS"],
        &["http://127.0.0.1:1/"],
        &["U/hello"],
        &["U/hello", "-o", "x"],
        &["U/hello", "-o", "x", "--no-progress-meter"],
        &["U/hello", "-#", "-o", "x"],
        &["-s", "nosuch://127.0.0.1/"],
        &["-s", "http://[::1"],
        &["-s", "http://"],
        &["-s", "http://127.0.0.1:99999/"],
        &["-s", "http://127.0.0.1:x/"],
        &["-s", ""],
        &["-s"],
        &["-s", "--no-such-option", "U/hello"],
        &["-s", "-o"],
        &["-s", "-m", "x", "U/hello"],
        &["-I", "-d", "x", "U/hello"],
        &["-s", "--proto", "-http", "U/hello"],
        &["-s", "--proto", "=https", "U/hello"],
        &["-s", "--proto", "=http,https", "U/hello"],
        &["-s", "--proto-default", "nosuch", "127.0.0.1:PORT/hello"],
        &["-s", "--proto-default", "http", "127.0.0.1:PORT/hello"],
        &["-sm", "1", "U/stall"],
    ]);
    let output = Room::new();
    let told = output.run(&["--stderr", "told", "-sS", "http://127.0.0.1:1/"]);
    assert_eq!((told.exit(), told.errors().as_str()), (7, ""));
    assert!(output.get("told").is_some_and(|text| text.starts_with(b"dial: (7) ")));
    let told = output.run(&["--stderr", "-", "-sS", "http://127.0.0.1:1/"]);
    assert!(told.text().starts_with("dial: (7) ") && told.errors().is_empty());
}

#[test]
fn files_and_data_urls() {
    let twin = Twin::new().file("f", "contents\n");
    twin.same(&[
        &["-s", "file:///etc/hostname"],
        &["-s", "file:///etc/hostname/none"],
        &["-s", "-o", "copy", "file:///etc/hostname"],
        &["-s", "file://localhost/etc/hostname"],
        &["-s", "file://evil.test/etc/hostname"],
        &["-s", "file://127.0.0.1/etc/hostname"],
        &["-s", "file:/etc/hostname"],
    ]);
    assert_eq!(run(&["-sS", "data:text/plain;base64,aGVsbG8="]).text(), "hello");
    assert_eq!(run(&["-sS", "data:,a%20b"]).text(), "a b");
    assert_ne!(run(&["-sS", "data:text/plain;base64,%%%"]).exit(), 0);
    let none = run(&["-sS", "file:///etc/host%00name"]);
    assert!([3, 37].contains(&none.exit()), "{}", none.errors());
}

#[test]
fn what_is_unknown_or_not_built_yet_is_exit_2() {
    for line in [
        &["--no-such-option"][..],
        &["--negotiate"],
        &["--proxy-ntlm"],
        &["--engine", "e"],
        &["--hostpubmd5", "m"],
    ] {
        let twin = Twin::new();
        let output = twin.dial(&[line, &["U/hello"]].concat());
        assert_eq!((output.exit(), twin.server.connections()), (2, 0), "{line:?}");
        assert!(output.errors().contains("dial: "), "{line:?}: {}", output.errors());
    }
}

/// Fails so often with 503, then answers.
fn moody(failures: usize, retry_after: Option<&'static str>) -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::new().route("/moody", move |request, conn| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let after = retry_after.map(|text| ("Retry-After", text));
        let headers: Vec<_> = after.into_iter().collect();
        match number % (failures + 1) < failures {
            true => request.reply(conn, 503, &headers, "not now\n"),
            false => request.reply(conn, 200, &[], "now\n"),
        }
    })
}

#[test]
fn retries() {
    Twin::of(moody(1, None)).same(&[
        &["-sf", "--retry", "2", "--retry-delay", "1", "U/moody"],
        &["-s", "--retry", "2", "--retry-delay", "1", "-o", "a", "U/moody"],
        &["-s", "--retry", "1", "-w", " %{http_code}", "-o", "a", "U/moody"],
    ]);
    Twin::of(moody(1, Some("1"))).same(&[&["-sf", "--retry", "1", "U/moody"]]);
    Twin::of(moody(9, None)).same(&[&[
        "-s",
        "--retry",
        "1",
        "--retry-delay",
        "1",
        "U/moody",
        "-f",
    ]]);
    Twin::new().same(&[&["-sf", "--retry", "2", "U/status/404"]]);
    Twin::new().same(&[&["-s", "--retry", "1", "http://127.0.0.1:1/"]]);
}

#[test]
fn a_retry_waits_as_long_as_the_server_says() {
    let server = moody(1, Some("1"));
    let output = run(&["-sSf", "--retry", "1", &server.url("/moody")]);
    assert_eq!((output.exit(), &*output.text()), (0, "now\n"), "{}", output.errors());
    assert!(output.took >= std::time::Duration::from_secs(1), "{:?}", output.took);
    let server = moody(1, Some("3600"));
    let line = ["-sSf", "--retry", "1", "--retry-max-time", "2", &server.url("/moody")];
    let output = run(&line);
    assert_eq!(output.exit(), 22, "{}", output.errors());
}
