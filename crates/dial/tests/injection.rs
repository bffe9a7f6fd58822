//! Nothing typed becomes a second line on the wire (A1), a name out of the network no other file
//! (J1, J2), a URL no other host or file (I1, I6).

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use room::{Room, run};

/// Ends of a line, raw, encoded, and as characters whose low byte is one.
const ENDS: [&str; 8] =
    ["\r\n", "\n", "\r", "%0d%0a", "%0D%0A", "\u{10d}\u{10a}", "\u{560d}\u{560a}", "\u{2028}"];

/// What must never begin a line that the server gets.
const INJECTED: &str = "X-Injected: yes";

#[test]
fn a1_no_option_adds_a_line_to_a_request() {
    for end in ENDS {
        let server = Server::new();
        let evil = format!("a{end}{INJECTED}{end}b");
        let header = format!("X-A: {evil}");
        let (empty, name) = (format!("X{evil};"), format!("X{evil}: y"));
        let proto = format!("http/1.1{end}{INJECTED}");
        for option in [
            &["-H", &header][..],
            &["-H", &empty],
            &["-H", &name],
            &["-H", &format!("Host: {evil}")],
            &["-H", &format!("Content-Type: {evil}"), "-d", "x"],
            &["-A", &evil],
            &["-e", &evil],
            &["-X", &evil],
            &["-u", &evil],
            &["-u", &format!("me:{evil}")],
            &["-r", &evil],
            &["--request-target", &format!("/{evil}")],
            &["--json", "{}", "-H", &format!("Accept: {evil}")],
            &["--url-query", &evil],
            &["-G", "-d", &evil],
            &["-G", "--data-urlencode", &evil],
            &["-X", &format!("GET / {proto}")],
        ] {
            let url = server.url("/hello");
            run(&[&["-sS", "-m", "5"], option, &[&url]].concat());
        }
        for url in [format!("/{evil}"), format!("/?{evil}"), format!("/#{evil}")] {
            run(&["-sS", "-m", "5", "-g", &server.url(&url)]);
            run(&["-sS", "-m", "5", "-g", "--path-as-is", &server.url(&url)]);
        }
        let authority = format!("http://me{end}{INJECTED}@{}/hello", server.addr());
        run(&["-sS", "-m", "5", &authority]);
        for text in server.received_text() {
            let head = text.split("\r\n\r\n").next().unwrap_or_default();
            let injected = head.split(['\r', '\n']).any(|line| line.starts_with(INJECTED));
            assert!(!injected, "{end:?}: {text:?}");
        }
    }
}

#[test]
fn a1_a_line_end_in_a_header_is_refused_before_anybody_is_called() {
    let server = Server::new();
    for line in [
        &["-H", "X: a\r\nY: b"][..],
        &["-H", "X: a\nY: b"],
        &["-A", "a\r\nY: b"],
        &["-e", "a\r\nY: b"],
        &["-X", "GET / HTTP/1.1\r\nY: b\r\n\r\nGET"],
        &["--request-target", "/ HTTP/1.1\r\nY: b"],
    ] {
        let output = run(&[&["-sS"], line, &[&server.url("/hello")]].concat());
        assert_ne!(output.exit(), 0, "{line:?}");
        assert_eq!(server.connections(), 0, "{line:?}: {}", output.errors());
    }
}

#[test]
fn a1_a_location_adds_no_line_to_the_next_request() {
    let location = "/next?%0d%0aX-Injected:%20yes\u{10d}\u{10a}X-Injected: yes";
    let server = Server::new().route_early("/start", move |_, conn| {
        let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
        conn.say(format!("{head}{location}\r\n\r\n"))
    });
    run(&["-sSL", "-m", "5", &server.url("/start")]);
    for text in server.received_text() {
        assert!(!text.contains("\nX-Injected"), "{text:?}");
    }
}

fn naming(name: &'static str) -> Server {
    Server::new().route("/file", move |request, conn| {
        let disposition = format!("attachment; filename=\"{name}\"");
        request.reply(conn, 200, &[("Content-Disposition", &disposition)], "new\n")
    })
}

#[cfg(unix)]
#[test]
fn j2_a_name_from_the_server_opens_nothing_that_is_there() {
    let (room, server) = (Room::new(), naming("there"));
    room.put("target", "precious");
    let (url, there) = (server.url("/file"), room.at("there"));
    let refused = |what: &str| {
        let output = room.run(&["-sSOJ", &url]);
        assert_eq!(output.exit(), 23, "{what}: {}", output.errors());
        assert_eq!(room.get("target").as_deref(), Some(&b"precious"[..]), "{what}");
        assert_eq!(room.get("nothing"), None, "{what}");
    };
    for target in ["target", "nothing"] {
        std::os::unix::fs::symlink(target, &there).expect("a link");
        refused(target);
        std::fs::remove_file(&there).expect("it is there");
    }
    room.put("there", "precious");
    refused("a file");
    assert_eq!(room.get("there").as_deref(), Some(&b"precious"[..]));
    std::fs::remove_file(&there).expect("it is there");
    std::fs::create_dir(&there).expect("a folder");
    refused("a folder");
}

#[test]
fn j1_a_redirect_does_not_name_the_file() {
    let (room, server) = (Room::new(), Server::new());
    let output = room.run(&["-sSLO", &server.url("/redirect-to/302?/hello")]);
    assert_eq!((output.exit(), room.names()), (0, vec!["302".to_owned()]));
}

#[cfg(unix)]
#[test]
fn j2_a_file_that_was_swapped_meanwhile_is_not_removed() {
    let server = Server::new().route("/part", |request, conn| {
        request.reply(conn, 200, &[("Content-Length", "10")], "hello")?;
        conn.wait_for_release();
        conn.fin()
    });
    let room = Room::new();
    let line = ["-sS", "--remove-on-error", "-o", "out", &server.url("/part")];
    let mut running = room.dial(&line).spawn();
    while room.get("out").is_none_or(|file| file != b"hello") {
        assert!(running.try_wait().expect("ours").is_none(), "it ended early");
        std::thread::yield_now();
    }
    std::fs::remove_file(room.at("out")).expect("it is there");
    room.put("out", "somebody else's");
    server.release();
    assert_eq!(running.wait_at_most(room::DEADLINE).code(), Some(18));
    assert_eq!(room.get("out").as_deref(), Some(&b"somebody else's"[..]));
}

/// Puts a link to what is precious under a name and takes it away again, until told to end; counts.
#[cfg(unix)]
fn swap(there: &std::path::Path, is_over: &std::sync::atomic::AtomicBool) -> u32 {
    let mut count = 0;
    while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
        // Either fails where the command was faster.
        let _ = std::os::unix::fs::symlink("target", there);
        std::thread::yield_now();
        let _ = std::fs::remove_file(there);
        count += 1;
    }
    count
}

#[cfg(unix)]
#[test]
fn j2_a_link_that_comes_and_goes_is_never_written_through() {
    let (room, server) = (Room::new(), naming("there"));
    room.put("target", "precious");
    let url = server.url("/file");
    let sum = format!("sha256={}", "0".repeat(64));
    let lines = [
        &["-sSOJ"][..],
        &["-sSOJ", "--clobber"],
        &["-sSOJ", "--no-clobber"],
        &["-sSOJ", "--remove-on-error", "--max-filesize", "3"],
        &["-sSOJ", "--clobber", "--checksum", &sum],
    ];
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let swapped = std::thread::scope(|scope| {
        let swapping = scope.spawn(|| swap(&room.at("there"), &is_over));
        for line in lines.iter().cycle().take(40) {
            // With or without an error, as it falls out.
            room.run(&[line, &[&*url][..]].concat());
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        swapping.join().expect("it ends")
    });
    assert_eq!(room.get("target").as_deref(), Some(&b"precious"[..]));
    assert!(swapped > 100, "{swapped}");
}

#[test]
fn i6_a_file_url_reads_files_of_this_host_alone() {
    let room = Room::new();
    room.put("f", "contents\n");
    let path = room.at("f").display().to_string();
    for host in ["", "localhost", "LOCALHOST", "127.0.0.1"] {
        let output = room.run(&["-sS", &format!("file://{host}{path}")]);
        assert_eq!((output.exit(), &*output.text()), (0, "contents\n"), "{host}");
    }
    for url in [
        format!("file://evil.test{path}"),
        format!("file://127.0.0.2{path}"),
        format!("file://{path}%00.html"),
        format!("file://me@localhost:80{path}"),
        format!("file:///{path}.none/f"),
    ] {
        let output = room.run(&["-sS", &url]);
        assert!([3, 37].contains(&output.exit()), "{url}: {}", output.errors());
        assert!(output.stdout.is_empty(), "{url}");
    }
    let server = Server::new();
    for scheme in ["file://", "data:,x#", "FILE:///", "gopher://a", "nosuch://"] {
        let url = server.url(&format!("/redirect-to/302?{scheme}{path}"));
        let output = room.run(&["-sSL", &url]);
        assert!(output.exit() != 0 && output.stdout.is_empty(), "{scheme}: {}", output.text());
    }
}

#[test]
fn i6_globs_do_not_exhaust_anything() {
    for url in [
        "http://127.0.0.1:1/[1-18446744073709551615]".to_owned(),
        "http://127.0.0.1:1/[0-99999999999999999999]".to_owned(),
        format!("http://127.0.0.1:1/{}", "{a,b}".repeat(1000)),
        format!("http://127.0.0.1:1/{}", "[1-9]".repeat(1000)),
        format!("http://127.0.0.1:1/{}", "{".repeat(100_000)),
        format!("http://127.0.0.1:1/{}", "[".repeat(100_000)),
        format!("http://{}/", "@".repeat(100_000)),
        format!("http://{}/", "a.".repeat(50_000)),
        format!("http://127.0.0.1:1/{}", "../".repeat(30_000)),
    ] {
        let output = Room::new().dial(&["-sS", "--fail-early", "-m", "5", &url]).run();
        let errors = output.errors();
        let shown: String = url.chars().take(60).collect();
        assert!(!output.timed_out && output.code.is_some_and(|code| code != 0), "{shown}");
        assert!(output.peak_rss_bytes < room::MAX_RSS_BYTES, "{shown}");
        assert!(!errors.contains("panicked"), "{shown}: {errors}");
    }
}

#[test]
fn i1_the_host_shown_is_the_host_called() {
    let server = Server::new();
    let port = server.port();
    for (url, reaches) in [
        (format!("http://127.0.0.1:{port}#@evil.test/"), true),
        (format!("http://127.0.0.1:{port}?@evil.test/"), true),
        (format!("http://evil.test@127.0.0.1:{port}/"), true),
        (format!("http://evil.test:80@127.0.0.1:{port}/"), true),
        (format!("http://127.0.0.1:{port}\\@evil.test/"), false),
        (format!("http://0177.0.0.1:{port}/"), true),
        (format!("http://evil.test%2f@127.0.0.1:{port}/"), true),
        (format!("http://127.0.0.1%2f.evil.test:{port}/"), false),
        (format!("http://127.0.0.1%00.evil.test:{port}/"), false),
        (format!("http://127.0.0.1 .evil.test:{port}/"), false),
        (format!("http://127.0.0.1\t.evil.test:{port}/"), false),
        (format!("http://[127.0.0.1]:{port}/"), false),
    ] {
        let before = server.connections();
        let rule = format!("*.test:{port}:127.0.0.9");
        let output = run(&["-gsS", "-m", "5", "--resolve", &rule, "-w", "%{url_effective}", &url]);
        let requests = server.requests();
        assert_eq!(server.connections() > before, reaches, "{url}: {}", output.errors());
        if let (true, Some(last)) = (reaches, requests.last()) {
            assert_eq!(last.header("Host"), Some(&*format!("127.0.0.1:{port}")), "{url}");
            let shown = output.text();
            let host = shown.rsplit(['/', '@']).find(|part| part.contains(':'));
            assert!(host.is_some_and(|host| host.starts_with("127.0.0.1:")), "{url}: {shown}");
        }
    }
}
