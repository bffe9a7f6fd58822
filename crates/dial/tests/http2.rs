//! The command over HTTP/2, curl 7.88.1 beside it where that speaks HTTP/2 too.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room;

use landline_testkit::http::pattern;
use landline_testkit::http2::{self, Server};
use landline_testkit::process::Output;
use landline_testkit::tls::Authority;
use room::{DIAL, Room, is_one_message};

const CURL: &str = "/usr/bin/curl";
const KNOWN: &str = "--http2-prior-knowledge";

/// Runs a line in a room that has a file `up`; `U` at the beginning of a word is the server's URL.
fn run(program: &str, server: &Server, line: &[&str]) -> (Output, Room) {
    let room = Room::new();
    room.put("up", pattern(0, 70_000));
    let word = |word: &&str| match word.strip_prefix("U/") {
        Some(path) => server.url(&format!("/{path}")),
        None => (*word).to_owned(),
    };
    let line: Vec<String> = line.iter().map(word).collect();
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    (room.of(program, &line).run(), room)
}

fn dial(server: &Server, line: &[&str]) -> Output {
    run(DIAL, server, line).0
}

/// curl's output and dial's, their names for themselves made one; curl may be missing.
fn both(server: &Server, line: &[&str]) -> (String, Option<String>) {
    let plain = |output: &Output| {
        let text = format!("{}{}", output.exit(), output.text());
        let known = |line: &&str| !line.starts_with("user-agent:");
        text.lines().filter(known).collect::<Vec<_>>().join("\n")
    };
    let curl = std::path::Path::new(CURL).is_file();
    (plain(&dial(server, line)), curl.then(|| plain(&run(CURL, server, line).0)))
}

#[test]
fn side_by_side_they_share_a_connection_or_make_their_own() {
    for (flag, fits) in [("--no-parallel-immediate", 1..=1), ("--parallel-immediate", 2..=20)] {
        let server = Server::new();
        let output = dial(&server, &["-sS", "-Z", flag, KNOWN, "U/hello?[1-20]"]);
        assert_eq!(output.exit(), 0, "{}", output.errors());
        let made = server.connections();
        assert!(fits.contains(&made), "{flag}: {made}");
    }
}

#[test]
fn lines_do_what_curl_does() {
    let server = Server::new();
    for line in [
        &["-s", KNOWN, "U/hello", "-w", " %{http_version} %{http_code} %{size_download}"][..],
        &["-si", KNOWN, "U/hello"],
        &["-sI", KNOWN, "U/hello"],
        &["-s", KNOWN, "U/hello", "-D", "-"],
        &["-s", KNOWN, "-d", "a=b", "U/echo"],
        &["-s", KNOWN, "-H", "X-Tag: A", "-b", "a=1", "-e", "http://a.test/", "U/echo?x=y"],
        &["-s", KNOWN, "-T", "up", "U/sink"],
        &["-s", KNOWN, "--compressed", "U/gzip"],
        &["-s", KNOWN, "-f", "U/none"],
        &["-s", KNOWN, "U/pattern/200000", "-o", "file", "-w", "%{size_download}"],
        &["-si", KNOWN, "U/hints"],
    ] {
        let (ours, theirs) = both(&server, line);
        if let Some(theirs) = theirs {
            assert_eq!(ours, theirs, "{line:?}");
        }
    }
}

/// curl 7.88.1 fails with 16 where it asks twice over a connection that it knows to speak HTTP/2.
#[test]
fn what_follows_stays_on_the_connection() {
    let server = Server::new();
    let line = ["-s", KNOWN, "U/hello", "U/hello", "-w", " %{num_connects}\n"];
    assert_eq!(dial(&server, &line).text(), "hello 1\nhello 0\n");
    let line = ["-sL", KNOWN, "U/moved", "-w", " %{num_redirects} %{num_connects}"];
    assert_eq!(dial(&server, &line).text(), "hello 1 1");
}

#[test]
fn tls_speaks_http2_by_itself_and_no_alpn_keeps_it_from_doing_so() {
    let authority = Authority::new();
    let server = Server::tls(&authority.issue(&["127.0.0.1"]));
    let version = ["-sk", "U/hello", "-w", " %{http_version}"];
    assert_eq!(dial(&server, &version).text(), "hello 2");
    assert_eq!(dial(&server, &[&version[..], &["--http2"]].concat()).text(), "hello 2");
    let verbose = dial(&server, &["-skv", "-u", "me:secret", "U/hello"]);
    let said = verbose.errors();
    assert!(said.contains("> GET /hello HTTP/2") && said.contains("< HTTP/2 200"), "{said}");
    assert!(!said.contains("bWU6c2VjcmV0"), "{said}");
    for flag in ["--http1.1", "-0", "--no-alpn"] {
        let plain = dial(&server, &["-sk", flag, "U/hello"]);
        assert_ne!(plain.exit(), 0, "{flag}: the server speaks HTTP/2 alone");
    }
}

/// Heads as they were sent, without the settings, which are everybody's own.
fn offers(program: &str, line: &[&str]) -> Vec<String> {
    let server = landline_testkit::http::Server::new();
    let (url, room) = (server.url("/hello"), Room::new());
    room.of(program, &[&["-s", "--http2", "-A", "x", &url], line].concat()).run();
    let plain = |text: String| {
        let kept = |line: &&str| !line.starts_with("HTTP2-Settings:");
        text.replace(&server.port().to_string(), "")
            .lines()
            .filter(kept)
            .collect::<Vec<_>>()
            .join("\n")
    };
    server.received_text().into_iter().map(plain).collect()
}

#[test]
fn http2_in_the_clear_is_offered_as_curl_offers_it() {
    for line in [
        &[][..],
        &["-u", "a:b", "-e", "http://a.test/", "-b", "c=d", "-H", "X-Y: z", "-r", "1-3"],
        &["--tr-encoding"],
    ] {
        let ours = offers(DIAL, line);
        assert!(ours.concat().contains("\nUpgrade: h2c"), "{ours:?}");
        if std::path::Path::new(CURL).is_file() {
            assert_eq!(ours, offers(CURL, line), "{line:?}");
        }
    }
    // Where curl offers it and we do not: what the HTTP/2 side would take for another request's reply.
    for line in [&["-I"][..], &["-d", "a=b"]] {
        let ours = offers(DIAL, line).concat();
        assert!(!ours.to_lowercase().contains("upgrade"), "{ours}");
    }
}

#[test]
fn an_upgrade_that_is_taken_up_is_http2_for_all_that_follows() {
    let server = landline_testkit::Server::tcp(http2::upgrading);
    let (url, room) = (server.url("/"), Room::new());
    let write = ["-w", " %{http_version} %{http_code} %{num_connects}\n"];
    let output = room.run(&[&["-s", "--http2", &url, &url][..], &write].concat());
    assert_eq!(output.text(), "hello 2 200 1\nhello 2 200 0\n", "{}", output.errors());
    let heads = room.run(&["-si", "--http2", &url]).text();
    let (leave, reply) = heads.split_once("\r\n\r\n").unwrap();
    assert!(leave.starts_with("HTTP/1.1 101 ") && reply.starts_with("HTTP/2 200 "), "{heads}");
    if std::path::Path::new(CURL).is_file() {
        assert_eq!(heads, room.of(CURL, &["-si", "--http2", &url]).run().text());
    }
    let before = server.connections();
    let many = room.run(&["-sS", "-Z", "--http2", &format!("{url}?[1-30]")]);
    assert_eq!(many.text(), "hello".repeat(30), "{}", many.errors());
    assert_eq!(server.connections() - before, 1);
    let shown = room.run(&["--dry-run", "--http2", &url]).text();
    assert!(shown.contains("\r\nUpgrade: h2c\r\nHTTP2-Settings: "), "{shown}");
}

#[test]
fn an_upgrade_that_goes_wrong_is_told() {
    for (then, code) in [("", 28), ("HTTP/1.1 200 OK\r\n\r\nhello", 16), ("\0\0\0\0\0\0\0\0\0", 16)]
    {
        let server = landline_testkit::Server::tcp(move |conn| {
            conn.read_head()?;
            conn.say([http2::SWITCHING, then].concat())?;
            conn.read_to_close().map(drop)
        });
        let room = Room::new();
        let output = room.run(&["-sS", "-m", "1", "--http2", "-o", "out", &server.url("/")]);
        assert_eq!((output.exit(), room.get("out")), (code, None), "{}", output.errors());
        assert!(is_one_message(&output.errors(), code), "{}", output.errors());
    }
}

#[test]
fn row_65_streams_that_are_reset_are_92_and_broken_connections_16_or_56() {
    let reset = http2::frame(3, 0, 1, [0, 0, 0, 8]);
    let broken = http2::frame(0, 0, 0, "x");
    let goaway = http2::frame(7, 0, 0, [0, 0, 0, 1, 0, 0, 0, 2]);
    let begun =
        [http2::headers(0, 1, &[(":status", "200")]), http2::frame(0, 0, 1, "hello")].concat();
    // Half a body is exit code 18, whatever was said of its connection.
    for (bytes, codes) in [(reset, [92, 92]), (broken, [16, 16]), (goaway, [56, 18])] {
        for (first, kept) in [(Vec::new(), None), (begun.clone(), Some(&b"hello"[..]))] {
            let code = codes[usize::from(kept.is_some())];
            let all = [first, bytes.clone()].concat();
            let server = landline_testkit::Server::tcp(move |conn| {
                http2::greet(conn, &[])?;
                http2::next_request(conn)?;
                conn.say(&all)?;
                conn.fin()
            });
            let room = Room::new();
            let output = room.run(&["-sS", KNOWN, "-o", "out", &server.url("/")]);
            let errors = output.errors();
            assert_eq!(output.exit(), code, "{errors}");
            assert!(is_one_message(&errors, code), "{errors}");
            assert_eq!(room.get("out").as_deref(), kept, "{code}: {errors}");
            assert_eq!(server.connections(), 1, "what the server has seen is not asked again");
        }
    }
}

#[test]
fn prior_knowledge_that_is_wrong_is_told_and_no_wait() {
    let authority = Authority::new();
    let plain = landline_testkit::http::Server::new();
    let tls = landline_testkit::http::Server::tls(&authority.issue(&["127.0.0.1"]));
    let in_the_clear = format!("http://127.0.0.1:{}/hello", tls.port());
    for (url, words) in
        [(plain.url("/hello"), "answers in HTTP/1, not in HTTP/2"), (in_the_clear, "HTTP/2")]
    {
        let room = Room::new();
        let output = room.run(&["-sS", KNOWN, "-o", "out", &url]);
        let errors = output.errors();
        assert!(matches!(output.exit(), 16 | 52 | 56), "{}: {errors}", output.exit());
        assert!(is_one_message(&errors, output.exit()) && errors.contains(words), "{errors}");
        assert_eq!(room.get("out"), None);
    }
}

#[test]
fn h1_a_million_frames_take_no_memory() {
    let server = landline_testkit::Server::tcp(|conn| {
        http2::greet(conn, &[])?;
        http2::next_request(conn)?;
        conn.say(http2::headers(0, 1, &[(":status", "200")]))?;
        let many = http2::settings(&[]).repeat(1_000);
        for _ in 0..1_000 {
            if conn.say(&many).is_err() {
                break;
            }
        }
        Ok(())
    });
    let output = Room::new().of(DIAL, &["-sS", KNOWN, &server.url("/")]).run();
    assert_eq!(output.exit(), 16, "{}", output.errors());
    assert!(output.peak_rss_bytes < 40 << 20, "{} bytes", output.peak_rss_bytes);
}

#[test]
#[cfg(not(feature = "http3"))]
fn http3_is_refused_by_its_name() {
    let output = Room::new().of(DIAL, &["--http3", "https://a.test/"]).run();
    assert_eq!(output.exit(), 2);
    assert!(output.errors().contains("http3"), "{}", output.errors());
}
