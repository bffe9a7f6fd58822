//! Files that are no files, disks that are full, variables that hold line ends.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use room::{Room, is_one_message};

/// Without a number: what the options are read by refuses in its own words.
const ENDLESS: &[(&[&str], i32)] = &[
    (&["-K", "/dev/zero"], 26),
    (&["-H", "@/dev/zero"], 26),
    (&["-w", "@/dev/zero"], 26),
    (&["--url", "@/dev/zero"], 26),
    (&["--netrc-file", "/dev/zero"], 26),
    (&["--etag-compare", "/dev/zero"], 26),
    (&["--cacert", "/dev/zero"], 77),
    (&["--proxy-cacert", "/dev/zero"], 77),
    (&["--cert", "/dev/zero"], 58),
    (&["--crlfile", "/dev/zero"], 82),
    (&["-F", "a=b;headers=@/dev/zero"], 26),
];

#[test]
fn f5_a_file_without_end_is_not_kept_in_memory() {
    let server = Server::new();
    let room = Room::new();
    for (line, code) in ENDLESS {
        // `run` knows the ceiling.
        let output = room.run(&[&["-q", "-sS"], *line, &[&server.url("/hello")]].concat());
        assert_eq!(output.exit(), *code, "{line:?}: {}", output.errors());
        assert!(output.errors().contains("/dev/zero"), "{line:?}: {}", output.errors());
        assert!(output.stdout.is_empty());
    }
    assert_eq!(server.received_text().concat(), "", "nothing is asked");
}

/// What is kept for later is told, and no failure, as with curl.
#[test]
fn caches_that_are_no_files_are_told_and_no_failure() {
    let server = Server::new();
    let room = Room::new();
    for flag in ["-b", "-c", "--hsts", "--alt-svc"] {
        for name in ["/dev/zero", "/dev/full", "."] {
            let output =
                room.run(&["-q", "--no-progress-meter", flag, name, &server.url("/hello")]);
            assert_eq!((output.exit(), &*output.text()), (0, "hello, world\n"), "{flag} {name}");
            let errors = output.errors();
            assert!(errors.lines().all(|line| line.starts_with("Warning: ")), "{flag}: {errors}");
        }
    }
    assert_eq!(room.names(), Vec::<String>::new(), "nothing lies about");
}

#[test]
fn row_52_a_full_disk_is_told_whatever_is_written_there() {
    let server = Server::new()
        .route("/tag", |request, conn| request.reply(conn, 200, &[("ETag", "\"x\"")], "tagged"));
    let room = Room::new();
    for line in [
        &["-o", "/dev/full"][..],
        &["-D", "/dev/full"],
        &["-i", "-o", "/dev/full"],
        &["--etag-save", "/dev/full"],
        &["-w", "%output{/dev/full}x"],
        &["-N", "-o", "/dev/full"],
        &["--compressed", "-o", "/dev/full"],
        &["-Z", "-o", "/dev/full"],
    ] {
        let output = room.run(&[&["-q", "-sS"], line, &[&server.url("/tag")]].concat());
        let errors = output.errors();
        assert!(is_one_message(&errors, 23), "{line:?}: {errors}");
        assert_eq!(output.exit(), 23, "{line:?}");
        assert!(errors.contains("No space left on device"), "{line:?}: {errors}");
    }
    // The document is what counts; that its trace is lost is told.
    let trace = ["-q", "--no-progress-meter", "--trace", "/dev/full", &server.url("/tag")];
    let output = room.run(&trace);
    assert_eq!((output.exit(), &*output.text()), (0, "tagged"));
    let told = output.errors();
    assert_eq!(told.matches("No space left on device").count(), 1, "{told}");
    assert!(told.starts_with("Warning: "), "{told}");
}

#[test]
fn a1_what_a_variable_holds_is_no_second_line() {
    let server = Server::new();
    let (room, url) = (Room::new(), server.url("/echo"));
    for (bytes, code) in
        [(&b"a\r\nEvil: 1"[..], 43), (b"a\rEvil: 1", 43), (b"a\nEvil: 1", 43), (b"a\0b", 2)]
    {
        room.put("value", bytes);
        for line in [
            &["--expand-header", "X: {{v}}"][..],
            &["--expand-user-agent", "{{v}}"],
            &["--expand-referer", "{{v}}"],
            &["--expand-cookie", "a={{v}}"],
            &["--expand-oauth2-bearer", "{{v}}"],
            &["--expand-range", "{{v}}"],
            &["--expand-request", "{{v}}"],
            &["--expand-request-target", "/{{v}}"],
        ] {
            let fixed = ["-q", "-sS", "--variable", "v@value"];
            let output = room.run(&[&fixed, line, &[&url]].concat());
            assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
            assert!(output.stdout.is_empty(), "{line:?}");
            assert!(!output.errors().contains(['\r', '\0']), "{line:?}: {}", output.errors());
        }
    }
    assert_eq!(server.received_text().concat(), "", "nothing is asked");
    // Escaped, and where bytes are at home, it may be sent.
    room.put("value", "a\r\nEvil: 1");
    let fixed = ["-q", "-sS", "--variable", "v@value", "--expand-data", "{{v}}"];
    let output =
        room.run(&[&fixed[..], &["--expand-url", &format!("{url}?{{{{v:url}}}}")]].concat());
    let told = output.text();
    assert!(told.starts_with("POST /echo?a%0D%0AEvil%3A%201 HTTP/1.1\r\n"), "{told}");
    assert!(told.ends_with("\r\n\r\na\r\nEvil: 1"), "{told}");
}

#[test]
fn k8_a_scheme_that_is_forbidden_is_not_connected_to() {
    let server = landline_testkit::Server::tcp(|conn| conn.read_to_close().map(drop));
    let version = room::run(&["--version"]).text();
    let schemes = version.lines().find_map(|line| line.strip_prefix("Protocols: "));
    let schemes: Vec<&str> = schemes.expect("a line of schemes").split(' ').collect();
    assert!(schemes.len() > 15, "{version}");
    for scheme in schemes.iter().filter(|scheme| !["https", "file"].contains(scheme)) {
        for name in [(*scheme).to_owned(), scheme.to_uppercase()] {
            let url = server.url_for(&name, "/");
            for allowed in ["=https", &format!("-{scheme}")] {
                let output = room::run(&["-q", "-sS", "--proto", allowed, &url]);
                let errors = output.errors();
                assert!(is_one_message(&errors, 1), "{allowed} {url}: {errors}");
                assert_eq!(output.exit(), 1, "{allowed} {url}");
            }
        }
    }
    assert_eq!(server.connections(), 0);
}
