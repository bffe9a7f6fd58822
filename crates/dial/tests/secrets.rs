//! Secrets stay with their origin and off stderr (classes B1, B2 and promise 4 of FAULTS.md).
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::sync::Once;

use landline_testkit::http::Server;
use landline_testkit::process::Output;
use landline_testkit::{ClosedPort, fault};
use room::{Room, run};

/// Nothing else in any test looks like it, whole or in Base64.
const SECRET: &str = "s3cr3t-canary";
/// `me:s3cr3t-canary` as Basic authentication sends it.
const ENCODED: &str = "bWU6czNjcjN0LWNhbmFyeQ==";

fn assert_kept(output: &Output, what: &str) {
    let errors = output.errors();
    for form in [SECRET, ENCODED] {
        assert!(!errors.contains(form), "{what}: {errors}");
    }
}

/// All the ways to bring a secret that goes to the server.
fn ways() -> Vec<(Vec<String>, bool)> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    vec![
        (words(&["-u", &format!("me:{SECRET}")]), false),
        (words(&[]), true),
        (words(&["-H", &format!("Authorization: Bearer {SECRET}")]), false),
        (words(&["-H", &format!("authorization: {SECRET}")]), false),
        (words(&["-H", &format!("Cookie: id={SECRET}; x={SECRET}")]), false),
        (words(&["-H", &format!("Proxy-Authorization: Basic {SECRET}")]), false),
        (words(&["-e", &format!("http://me:{SECRET}@from.test/")]), false),
        (words(&["--oauth2-bearer", SECRET]), false),
        (words(&["--digest", "-u", &format!("me:{SECRET}")]), false),
        (words(&["--netrc-file", netrc()]), false),
    ]
}

/// A file that every test reads and none changes.
fn netrc() -> &'static str {
    const PATH: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/netrc-of-secrets");
    static WRITTEN: Once = Once::new();
    WRITTEN.call_once(|| {
        let text = format!("default login me password {SECRET}\n");
        std::fs::write(PATH, text).expect("written");
    });
    PATH
}

fn with_userinfo(url: &str, wanted: bool) -> String {
    if wanted { url.replacen("://", &format!("://me:{SECRET}@"), 1) } else { url.to_owned() }
}

#[test]
fn b6_no_secret_reaches_stderr_in_any_mode() {
    let server = Server::new();
    let refused = format!("http://{}/", ClosedPort::new().addr());
    let urls = [
        server.url("/hello"),
        server.url("/redirect/2"),
        server.url("/status/404"),
        server.url("/redirect-to/302?gopher://127.0.0.1/"),
        server.url("/stall"),
        refused,
        "http://nobody.invalid/".to_owned(),
        server.url_for("https", "/hello"),
        "nosuch://127.0.0.1/".to_owned(),
        "http://127.0.0.1:99999/".to_owned(),
        "http://[::1/".to_owned(),
        "http://127.0.0.1/{a".to_owned(),
        "http://127.0.0.1/[1-".to_owned(),
    ];
    let modes = [&["-v"][..], &["-sS"], &["-#", "-w", "%{stderr}%{errormsg}"]];
    let mut turn = modes.iter().cycle();
    for (way, in_url) in ways() {
        for url in &urls {
            let url = with_userinfo(url, in_url);
            let mut line = vec!["-f", "-L", "-m", "0.3", "-o", "out"];
            line.extend(*turn.next().expect("it never ends"));
            line.extend(way.iter().map(String::as_str));
            line.push(&url);
            assert_kept(&run(&line), &format!("{line:?}"));
        }
    }
}

#[test]
fn no_secret_reaches_stderr_when_the_reply_is_broken() {
    for id in ["04", "05", "07", "09a", "13a", "18a", "21a", "22", "24b", "29a", "42b", "44a"] {
        let fault = fault::find(id);
        let server = fault.serve();
        for (way, in_url) in ways() {
            let url = with_userinfo(&server.url(&fault), in_url);
            let mut line = vec!["-v", "-o", "out", "--retry", "0"];
            line.extend(fault.options);
            line.extend(way.iter().map(String::as_str));
            line.push(&url);
            // One with a deadline is enough.
            if id != "29a" || in_url {
                assert_kept(&run(&line), &format!("{id}: {line:?}"));
            }
        }
    }
}

#[test]
fn a_wrong_command_line_shows_no_secret() {
    let (pair, url) = (format!("me:{SECRET}"), format!("http://me:{SECRET}@a.test/"));
    for line in [
        &["-u", &pair, "--no-such-option"][..],
        &["-u", &pair],
        &["-u", &pair, "-m", "x", &url],
        &["-U", &pair, &url],
        &["-x", &url, "http://a.test/"],
        &["-b", SECRET, &url],
        &["-I", "-d", SECRET, &url],
        &["--oauth2-bearer", SECRET, &url],
        &["-H", &format!("X: a\r\nCookie: {SECRET}"), &url],
        &["-u", &format!("{pair}\r\nX: y"), "-X", "A B", "http://127.0.0.1:1/"],
    ] {
        assert_kept(&run(line), &format!("{line:?}"));
    }
}

/// A signed request names its key, and shows neither what it was signed with nor the signature.
#[test]
fn b6_a_signed_request_shows_neither_secret_token_nor_signature() {
    let server = Server::new();
    let urls = [
        server.url("/hello"),
        server.url("/status/403"),
        server.url("/redirect/1"),
        format!("http://{}/", ClosedPort::new().addr()),
        "http://127.0.0.1:99999/".to_owned(),
    ];
    let (user, token) = (format!("AKID:{SECRET}"), format!("X-Amz-Security-Token: {SECRET}"));
    let signed = ["--aws-sigv4", "aws:amz:here:s3", "-u", &user, "-H", &token, "-d", "body"];
    for mode in [
        &["-v"][..],
        &["-vvv"],
        &["--trace", "trace"],
        &["--trace-ascii", "trace"],
        &["-sS", "-w", "%{stderr}%{errormsg} %{json}"],
    ] {
        for url in &urls {
            let room = Room::new();
            let output = room.run(&[&["-f", "-L"], &signed[..], mode, &[url]].concat());
            let trace = room.get("trace").unwrap_or_default();
            let told = output.errors() + &String::from_utf8_lossy(&trace);
            assert!(!told.contains(SECRET), "{mode:?} {url}: {told}");
            for request in server.requests() {
                let sent = request.header("Authorization").expect("it is signed").to_owned();
                let (_, signature) = sent.split_once("Signature=").expect("a signature");
                assert_eq!(signature.len(), 64, "{sent}");
                assert!(!told.contains(signature), "{mode:?} {url}: {told}");
            }
        }
    }
    let sent = server.requests();
    assert!(sent.iter().all(|one| one.header("X-Amz-Security-Token") == Some(SECRET)));
    // Nor does a line that cannot be carried out.
    for wrong in [&["--aws-sigv4", "a::b"][..], &["--aws-sigv4", "aws"], &["-m", "x"]] {
        assert_kept(&run(&[&signed[..], wrong, &["http://127.0.0.1/"]].concat()), "wrong");
    }
}

/// Two origins known by name, both on loopback.
struct Origins {
    a: Server,
    b: Server,
}

impl Origins {
    fn new() -> Origins {
        Origins { a: Server::new(), b: Server::new() }
    }

    fn line<'a>(&self, rules: &'a mut Vec<String>) -> Vec<&'a str> {
        for (host, server) in [("a.test", &self.a), ("b.test", &self.b), ("a.test", &self.b)] {
            rules.push(format!("{host}:{}:127.0.0.1", server.port()));
        }
        rules.iter().flat_map(|rule| ["--resolve", rule]).collect()
    }
}

/// From `a.test` to another host, to another port, and there and back: what was meant for the
/// first origin is gone for good.
#[test]
fn b1_secrets_do_not_follow_a_redirect_to_another_origin() {
    for target in ["another host", "another port", "there and back"] {
        for (way, in_url) in ways() {
            let origins = Origins::new();
            let (a, b) = (origins.a.port(), origins.b.port());
            let away = match target {
                "another host" => format!("http://b.test:{b}/hello"),
                "another port" => format!("http://a.test:{b}/hello"),
                _ => format!("http://b.test:{b}/redirect-to/302?http://a.test:{a}/hello"),
            };
            let first = format!("http://a.test:{a}/redirect-to/302?{away}");
            let first = with_userinfo(&first, in_url);
            let mut rules = Vec::new();
            let mut line = vec!["-sSL", "-v"];
            line.extend(origins.line(&mut rules));
            line.extend(way.iter().map(String::as_str));
            line.push(&first);
            let output = run(&line);
            let (code, text) = (output.exit(), output.text());
            assert_eq!((code, &*text), (0, "hello, world\n"), "{line:?}: {}", output.errors());
            assert_kept(&output, &format!("{line:?}"));
            let seen = |text: &str| text.contains(SECRET) || text.contains(ENCODED);
            let sent: Vec<_> =
                [&origins.a, &origins.b].iter().map(|server| server.received_text()).collect();
            assert!(!sent[1].iter().any(|text| seen(text)), "{line:?}: {sent:?}");
            // The first request may have it; one that comes back to the same origin may not.
            let later = sent[0].iter().flat_map(|text| {
                text.split("\r\n\r\n").skip(usize::from(text.starts_with("GET /redirect-to")))
            });
            assert!(!later.into_iter().any(seen), "{line:?}: {sent:?}");
        }
    }
}

#[test]
fn b1_secrets_stay_on_the_way_within_an_origin_and_go_along_when_asked() {
    let origins = Origins::new();
    let user = format!("me:{SECRET}");
    let same = origins.a.url("/redirect/2");
    assert_eq!(run(&["-sSL", "-u", &user, &same]).exit(), 0);
    let away = origins.a.url(&format!("/redirect-to/307?{}", origins.b.url("/hello")));
    assert_eq!(run(&["-sSL", "--location-trusted", "-u", &user, &away]).exit(), 0);
    let sent = [origins.a.requests(), origins.b.requests()].concat();
    assert_eq!(sent.len(), 5);
    for request in sent {
        assert_eq!(request.header("Authorization"), Some(&*format!("Basic {ENCODED}")));
    }
}

#[test]
fn b1_a_redirect_to_plain_http_takes_no_secret_along() {
    let authority = landline_testkit::tls::Authority::new();
    let (plain, room) = (Server::new(), Room::new());
    authority.write_to(room.path());
    let secure = Server::tls(&authority.issue(&["127.0.0.1"]));
    let url = secure.url(&format!("/redirect-to/302?{}", plain.url("/hello")));
    let user = format!("me:{SECRET}");
    let output = room.run(&["-sSLv", "--cacert", "ca.pem", "-u", &user, &url]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert_kept(&output, "https to http");
    assert!(secure.received_text()[0].contains(ENCODED));
    assert_eq!(plain.requests()[0].header("Authorization"), None);
}

/// Where POST becomes GET, nothing of the body is left, whatever follows.
#[test]
fn b7_a_body_is_not_sent_again_by_a_method_that_has_none() {
    for status in [301, 302, 303] {
        let origins = Origins::new();
        let away = origins.b.url("/hello");
        let first = origins.a.url(&format!("/redirect-to/{status}?{away}"));
        let output =
            run(&["-sSL", "-d", SECRET, &first, &origins.b.url("/hello"), "--next", "-sS", &away]);
        assert_eq!(output.exit(), 0, "{}", output.errors());
        let (sent, later) = (origins.a.requests(), origins.b.requests());
        assert_eq!((&*sent[0].method, &*sent[0].body), ("POST", SECRET.as_bytes()));
        // The redirect, the second URL of the group, and the group behind it.
        let methods: Vec<&str> = later.iter().map(|request| &*request.method).collect();
        assert_eq!(methods, ["GET", "POST", "GET"], "{status}");
        for request in later.iter().filter(|request| request.method == "GET") {
            assert!(request.body.is_empty() && !request.has_body(), "{status}: {request:?}");
            assert_eq!(request.header("Content-Type"), None, "{status}");
        }
    }
}

/// What `ps` shows of a dial that waits for its reply.
#[cfg(target_os = "linux")]
#[test]
fn b6_no_secret_is_in_the_list_of_processes() {
    let server = Server::new();
    let (login, url) = (format!("me:{SECRET}"), with_userinfo(&server.url("/stall"), true));
    let (short, long) = (format!("-su{login}"), format!("--proxy-user={login}"));
    let header = format!("Authorization: Bearer {SECRET}");
    let cookie = format!("id={SECRET}");
    let options = ["--oauth2-bearer", SECRET, "--pass", SECRET, "-H", &header, "-b", &cookie];
    let words = [&options[..], &["-u", &login, &short, &long, "-m", "30", &url]].concat();
    let room = Room::new();
    let running = room.dial(&words).spawn();
    let has_asked = |all: &[landline_testkit::Record]| all.iter().any(|one| one.total > 0);
    assert!(server.wait_for(has_asked, std::time::Duration::from_secs(10)));
    let seen = std::fs::read(format!("/proc/{}/cmdline", running.id())).expect("a process");
    let seen = String::from_utf8_lossy(&seen).replace('\0', "\n");
    assert!(!seen.contains(SECRET), "{seen}");
    for kept in ["--oauth2-bearer\n", "\n-su", "\n--proxy-user=", "/stall"] {
        assert!(seen.contains(kept), "{seen}");
    }
}
