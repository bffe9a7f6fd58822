//! What somebody who knows curl tries on the first day: the words of the messages, and small habits.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::tls::{Authority, Identity};
use landline_testkit::{ClosedPort, Server, ftp, http};
use room::{Room, is_one_message};

/// Runs the command, expects this exit code and one message, and gives its words.
fn told(room: &Room, arguments: &[&str], code: i32) -> String {
    let output = room.run(&[&["-sS"], arguments].concat());
    let errors = output.errors();
    assert_eq!(output.exit(), code, "{arguments:?}: {errors}");
    assert!(is_one_message(&errors, code), "{arguments:?}: {errors}");
    // Rust's ways to print a value are no words for a user.
    for debris in ["os error", "Error(", "Other(", "Some(", "i/o error", "I/O error", ".; "] {
        assert!(!errors.contains(debris), "{arguments:?}: {errors}");
    }
    errors.trim_end().to_owned()
}

#[test]
fn a_malformed_url_is_refused_for_the_right_reason() {
    let room = Room::new();
    for (url, words) in [
        ("http:/127.0.0.1:9/", "URL rejected: URL without // behind the scheme"),
        ("http:127.0.0.1:9/", "URL rejected: URL without // behind the scheme"),
        ("data:x", "the data: URL is malformed: no comma between the type and the data"),
        ("data:;base64,a$b", "the data: URL is malformed: the data is not in base64"),
        ("http://127.0.0.1:99999/", "URL rejected: port is not a number from 0 to 65535"),
    ] {
        assert_eq!(told(&room, &[url], 3), format!("dial: (3) {words}"));
    }
    let server = http::Server::new().route("/to", |request, conn| {
        request.reply(conn, 302, &[("Location", "http://[::1")], b"")
    });
    let errors = told(&room, &["-L", &server.url("/to")], 3);
    assert!(errors.ends_with("leads to a malformed URL: malformed host \"[::1\""), "{errors}");
}

#[test]
fn a_config_file_that_is_not_there_is_named() {
    let errors = told(&Room::new(), &["-K", "missing"], 26);
    assert!(errors.ends_with("'missing': No such file or directory"), "{errors}");
}

/// A server that knows no ranges: `until dial -C - -O URL` has to come to an end with it too.
#[test]
fn resuming_a_complete_file_is_a_success_without_ranges_too() {
    let server = http::Server::new()
        .route("/plain", |request, conn| request.reply(conn, 200, &[], b"0123456789"))
        .route("/coded", |request, conn| {
            request.reply(conn, 200, &[("Content-Encoding", "gzip")], b"0123456789")
        });
    let room = Room::new();
    room.put("plain", "0123456789");
    let output = room.run(&["-sS", "-C", "-", "-O", &server.url("/plain")]);
    assert_eq!((output.exit(), &*output.errors()), (0, ""));
    assert_eq!(room.get("plain").as_deref(), Some(&b"0123456789"[..]));

    room.put("coded", "0123456789");
    told(&room, &["-C", "-", "-O", &server.url("/coded")], 33);
    room.put("plain", "01234");
    let errors = told(&room, &["-C", "-", "-O", &server.url("/plain")], 33);
    assert!(errors.contains("the file was left as it is; without -C"), "{errors}");
    assert_eq!(room.get("plain").as_deref(), Some(&b"01234"[..]));
}

/// With many URLs on a line, whose fault it was is the first question.
#[test]
fn a_broken_reply_names_the_server_and_the_port() {
    let server = http::Server::new();
    let server = [
        ("/nothing", ""),
        ("/status", "HTTP/1.1 200"),
        ("/headers", "HTTP/1.1 200 OK\r\nContent-Le"),
        ("/old", "hello\n"),
        ("/lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        ("/short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"),
        ("/chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz"),
        ("/chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"),
    ]
    .into_iter()
    .fold(server, |server, (path, reply)| {
        server.route(path, move |_, conn| {
            conn.say(reply)?;
            conn.fin()
        })
    });
    let (room, peer) = (Room::new(), format!("127.0.0.1 port {}", server.port()));
    for (path, code) in [
        ("/nothing", 52),
        ("/status", 52),
        ("/headers", 18),
        ("/old", 1),
        ("/lengths", 8),
        ("/short", 18),
        ("/chunk", 56),
        ("/chunks", 18),
    ] {
        let errors = told(&room, &["-o", "out", &server.url(path)], code);
        assert!(errors.contains(&peer), "{errors}");
    }
}

#[test]
fn a_message_says_what_to_do_next() {
    let room = Room::new();
    let closed = ClosedPort::new().addr();
    let server = http::Server::new().route("/f", |request, conn| {
        let name = [("Content-Disposition", "attachment; filename=there")];
        request.reply(conn, 200, &name, b"new")
    });
    let url = &*server.url("/f");
    room.put("there", "old");
    for (line, code, words) in [
        (&[&*format!("http://{closed}/")][..], 7, "; is the server running, on that port?"),
        (&["http://nobody.invalid/"], 6, "host nobody.invalid: "),
        (
            &["-O", &server.url("/")],
            23,
            "no length! The URL ends without one; name the file with -o",
        ),
        (&["-OJ", url], 23, "--clobber overwrites the file"),
        (&["-T", "..", url], 26, "cannot open '..': Is a directory"),
        (&["-X", "GE T", url], 43, "the method \"GE T\" is not a token"),
    ] {
        let errors = told(&room, line, code);
        assert!(errors.contains(words), "{errors}");
        assert!(!errors.contains("look up"), "{errors}");
    }
    assert_eq!(room.get("there").as_deref(), Some(&b"old"[..]));
}

#[test]
fn a_flag_that_is_not_taken_is_told_with_what_could_be_meant() {
    let room = Room::new();
    for (line, words) in [
        (
            &["--fai", "u"][..],
            "option --fai: is ambiguous (--fail, --fail-early, --fail-with-body)",
        ),
        (&["--r", "u"], ", …)\n"),
        (&["--tlsv1.3", "--tls-max", "1.2", "u"], "--tls-max: set lower than the minimum"),
        (&["--metalink", "u"], "--metalink was taken out of curl, and dial does not have it"),
        (&["--ftp-ssl-ccc", "u"], "--ftp-ssl-ccc is a curl option that dial does not have yet"),
    ] {
        let output = room.run(line);
        assert_eq!(output.exit(), 2, "{line:?}");
        assert!(output.errors().contains(words), "{}", output.errors());
    }
}

#[test]
fn the_mark_under_an_unmatched_brace_is_where_the_brace_is() {
    let output = Room::new().run(&["-s", "-S", "http://h/{a,b"]);
    let text = "dial: (3) unmatched brace in position 10:\nhttp://h/{a,b\n         ^\n";
    assert_eq!((output.exit(), &*output.errors()), (3, text));
}

#[test]
fn an_address_is_not_said_to_have_been_looked_up() {
    let server = http::Server::new();
    let output = Room::new().run(&["-sv", &server.url("/hello")]);
    assert!(output.errors().starts_with("* Trying 127.0.0.1:"), "{}", output.errors());
    let rule = format!("a.test:{}:127.0.0.1", server.port());
    let url = format!("http://a.test:{}/hello", server.port());
    let output = Room::new().run(&["-sv", "--resolve", &rule, &url]);
    assert!(output.errors().starts_with("* Host a.test was resolved: 127.0.0.1\n"));
}

#[test]
fn an_error_status_names_the_url_without_what_may_be_secret() {
    let server = http::Server::new();
    let (room, port) = (Room::new(), server.port());
    let url = format!("http://me:pass@127.0.0.1:{port}/redirect-to/302?/status/404?token=t");
    let words = "dial: (22) The requested URL returned error: 404";
    let errors = told(&room, &["-fL", &url], 22);
    assert_eq!(errors, format!("{words} (http://127.0.0.1:{port}/status/404)"));
    let url = format!("http://me:pass@127.0.0.1:{port}/status/404?token=t#x");
    let errors = told(&room, &["-f", &url], 22);
    assert_eq!(errors, format!("{words} (http://127.0.0.1:{port}/status/404)"));
}

/// curl writes its first word behind the meter, on the same line.
#[test]
fn the_exchange_and_the_meter_stand_on_lines_of_their_own() {
    let server = http::Server::new();
    let output = Room::new().run(&["-v", "-o", "out", &server.url("/hello")]);
    for line in output.errors().lines() {
        let begins = line.trim_start_matches('\r').starts_with(['*', '<', '>']);
        assert!(begins || !line.contains(['*', '<', '>']), "{}", output.errors());
    }
}

fn certificates() -> (Room, Authority) {
    let (room, authority) = (Room::new(), Authority::new());
    room.put("ca", authority.ca_pem());
    (room, authority)
}

#[test]
fn a_certificate_is_refused_once_and_with_advice_that_fits() {
    let (room, authority) = certificates();
    let rules = |server: &http::Server| format!("a.test:{}:127.0.0.1", server.port());
    for (identity, extra, words, advice) in [
        (authority.issue(&["a.test"]), &[][..], "signed by an authority", "--cacert FILE"),
        (authority.issue(&["b.test"]), &["--cacert", "ca"], "is for b.test", "the host you mean"),
        (authority.expired(&["a.test"]), &["--cacert", "ca"], "expired on", "the clock"),
        (Identity::self_signed(&["a.test"]), &[], "signed by an authority", "--cacert FILE"),
        (Identity::self_signed_ca(&["a.test"]), &[], "is self-signed", "--cacert FILE"),
    ] {
        let server = http::Server::tls(&identity);
        let (rule, url) = (rules(&server), format!("https://a.test:{}/hello", server.port()));
        let errors = told(&room, &[&["--resolve", &rule], extra, &[&url]].concat(), 60);
        assert!(errors.contains("a.test") && errors.contains(words), "{errors}");
        assert!(errors.contains(advice), "{errors}");
        assert!(!errors.contains("invalid peer certificate"), "{errors}");
    }
}

#[test]
fn a_client_certificate_that_cannot_be_used_is_told_in_words() {
    let (room, authority) = certificates();
    let (one, other) = (authority.issue_client("me"), authority.issue_client("you"));
    room.put("cert", one.certificate_pem());
    room.put("key", other.key_pem());
    let server = http::Server::tls(&authority.issue(&["127.0.0.1"]));
    let to = &server.url("/hello");
    let errors = told(&room, &["--cert", "cert", "--key", "key", to], 58);
    assert!(errors.contains("key does not belong to its certificate;"), "{errors}");
    let errors = told(&room, &["--cert", "missing", to], 58);
    assert!(errors.contains("missing cannot be read: no such file or directory;"), "{errors}");
    let errors = told(&room, &["--cacert", "missing", to], 77);
    assert!(errors.ends_with("missing cannot be read: no such file or directory"), "{errors}");
}

/// With many URLs and commands on a line, "the server refused SIZE" says little.
#[test]
fn a_refused_ftp_command_is_told_whole_and_without_secrets() {
    let server = ftp::Server::builder().file("/file.txt", "text").login("me", "secret").start();
    let room = Room::new();
    let url = |path: &str| server.url(path);
    for (line, code, words) in [
        (&[&*url("/no%20such.txt")][..], 78, "the server refused SIZE no such.txt: 550 "),
        (&[&url("/nowhere/file.txt")], 9, "the server refused CWD nowhere: 550 "),
        (&["-Q", "DELE gone", &url("/file.txt")], 21, "the server refused DELE gone: 550 "),
        (&["-X", "BOGUS all", &url("/")], 19, "the server refused BOGUS all: 50"),
    ] {
        let errors = told(&room, line, code);
        assert!(errors.starts_with(&format!("dial: ({code}) {words}")), "{errors}");
    }
    let errors = told(&room, &["-Q", "PASS hidden", &url("/file.txt")], 21);
    assert!(errors.contains("the server refused PASS: "), "{errors}");
}

#[test]
fn ftp_that_does_not_let_us_in_says_what_to_try() {
    let server = ftp::Server::builder().file("/file.txt", "text").login("me", "secret").start();
    let room = Room::new();
    let closed = landline_testkit::Server::tcp(|conn| {
        conn.say("220 hi\r\n")?;
        conn.read_line()?;
        conn.say("530 who are you?\r\n")?;
        conn.stall()
    });
    let errors = told(&room, &[&closed.url_for("ftp", "/file.txt")], 67);
    assert!(errors.ends_with("; name and password go with -u"), "{errors}");
    let errors = told(&room, &["-u", "me:wrong", &server.url("/file.txt")], 67);
    assert!(!errors.contains("wrong") && !errors.contains("-u"), "{errors}");
    let implicit = server.url("/file.txt").replace("ftp:", "ftps:");
    let errors = told(&room, &[&implicit], 35);
    assert!(errors.ends_with("; ftp: with --ssl-reqd begins TLS after the greeting"), "{errors}");
}

#[test]
fn what_a_scheme_cannot_do_is_not_called_unsupported() {
    let room = Room::new();
    room.put("file", "text");
    for (line, words) in [
        (
            &["-I", "gopher://127.0.0.1:1/0/x"][..],
            "gopher: URLs cannot be asked about without reading them",
        ),
        (&["-T", "file", "dict://127.0.0.1:1/d:x"], "dict: URLs cannot be written"),
        (&["finger://h/"], "the scheme finger is not supported; see 'Protocols:' in --version"),
    ] {
        assert_eq!(told(&room, line, 1), format!("dial: (1) {words}"));
    }
    let output = room.run(&["-sSI", "data:text/plain,hello"]);
    assert_eq!(
        (output.exit(), &*output.text()),
        (0, "Content-Type: text/plain\r\nContent-Length: 5\r\n")
    );
}

#[test]
fn an_error_of_any_scheme_names_the_server() {
    let room = Room::new();
    for (scheme, said, code) in [
        ("ftp", "SSH-2.0-Somebody\r\n", 8),
        ("ftp", "421 go away\r\n", 28),
        ("ftp", "220 hello\r\n", 56),
        ("dict", "250 hello\r\n", 8),
    ] {
        let server = Server::tcp(move |conn| {
            conn.say(said)?;
            conn.fin()
        });
        let errors = told(&room, &[&server.url_for(scheme, "/x")], code);
        let at = server.addr();
        assert!(errors.contains(&format!("({at})")), "{scheme}: {errors}");
    }
    let server = ftp::Server::builder().start();
    let (here, words) = (server.url("/none"), "the server refused SIZE none: 550 ");
    let errors = told(&room, &[&here], 78);
    let at = here.trim_start_matches("ftp://").trim_end_matches("/none");
    assert!(errors.contains(words) && errors.ends_with(&format!(" ({at})")), "{errors}");
}
