//! Proxies by flags and by environment, beside curl where it is installed.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::ClosedPort;
use landline_testkit::http::Server;
use landline_testkit::process::Output;
use landline_testkit::proxy::Proxy;
use landline_testkit::tls::Authority;
use room::{DIAL, Room, is_one_message, sound};

fn has_curl() -> bool {
    std::process::Command::new("curl")
        .arg("-V")
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).starts_with("curl 7.88.1"))
}

/// A head without what names the command.
fn anonymous(head: &str, port: u16) -> String {
    let lines = head.lines().filter(|line| !line.starts_with("User-Agent: "));
    let text: Vec<&str> = lines.collect();
    text.join("\n").replace(&port.to_string(), "PORT")
}

/// Runs a program with `P` for the proxy and `O` for the origin's port; gives what the proxy was asked.
fn asked(program: &str, arguments: &[&str]) -> (Vec<String>, Output) {
    let (room, origin, proxy) = (Room::new(), Server::new(), Proxy::http().start());
    let (address, port) = (proxy.addr().to_string(), origin.port().to_string());
    let filled: Vec<String> =
        arguments.iter().map(|word| word.replace("{P}", &address).replace("{O}", &port)).collect();
    let words: Vec<&str> = filled.iter().map(String::as_str).collect();
    let output = sound(room.of(program, &words).run());
    let asked = proxy.asked().iter().map(|head| anonymous(head, origin.port())).collect();
    (asked, output)
}

#[test]
fn requests_to_proxies_are_curls_byte_for_byte() {
    if !has_curl() {
        return;
    }
    let cases: [&[&str]; 9] = [
        &["-sS", "-x", "{P}", "http://a.test:{O}/hello?q"],
        &["-sS", "-x", "http://u%41:p@{P}", "http://a.test:{O}/hello"],
        &["-sS", "-x", "{P}", "-U", "me:s3cret", "-u", "o:p", "http://a.test:{O}/hello"],
        &["-sS", "-x", "{P}", "-p", "-U", "me:s3cret", "-u", "o:p", "http://a.test:{O}/hello"],
        &[
            "-sS",
            "-x",
            "{P}",
            "-H",
            "X: y",
            "--proxy-header",
            "Z: z",
            "-e",
            "ref",
            "-d",
            "q=1",
            "http://a.test:{O}/echo",
        ],
        &[
            "-sS",
            "-x",
            "{P}",
            "-p",
            "-H",
            "X: y",
            "--proxy-header",
            "Z: z",
            "http://a.test:{O}/hello",
        ],
        &["-sS", "--proxy1.0", "{P}", "-p", "http://a.test:{O}/hello"],
        &["-sS", "-x", "{P}", "--connect-to", "::b.test:{O}", "http://a.test/hello"],
        &["-sS", "-x", "{P}", "--compressed", "-r", "1-3", "-I", "http://a.test:{O}/hello"],
    ];
    for arguments in cases {
        let (ours, output) = asked(DIAL, arguments);
        let (theirs, _) = asked("curl", arguments);
        assert_eq!((ours, output.exit()), (theirs, 0), "{arguments:?}: {}", output.errors());
    }
}

#[test]
fn class_b3_what_is_for_the_proxy_is_for_nobody_else() {
    let (room, origin) = (Room::new(), Server::new());
    let proxy = Proxy::http().login("me", "s3cret").start();
    let address = proxy.addr().to_string();
    for flags in [&["-x", &*address][..], &["-p", "-x", &address]] {
        let url = format!("http://a.test:{}/hello", origin.port());
        let more = ["-sSv", "-U", "me:s3cret", "--proxy-header", "X-Proxy: s3cret", &url];
        let output = room.run(&[flags, &more].concat());
        assert_eq!((output.exit(), output.text()), (0, "hello, world\n".to_owned()));
        assert!(!output.errors().contains("bWU6"), "{}", output.errors());
    }
    assert_eq!(proxy.asked().len(), 2);
    let tunnelled = &origin.received_text()[1];
    assert!(!tunnelled.contains("Proxy") && !tunnelled.contains("s3cret"), "{tunnelled}");
}

#[test]
fn class_i4_the_environment_is_followed_and_capital_http_proxy_is_not() {
    let (room, origin, proxy) = (Room::new(), Server::new(), Proxy::http().start());
    let (at, url) = (proxy.addr().to_string(), origin.url("/hello"));
    let through = |vars: &[(&str, &str)], flags: &[&str]| {
        let before = proxy.asked().len();
        let mut run = room.dial(&[flags, &["-sS", &url]].concat());
        for (name, value) in vars {
            run = run.env(name, value);
        }
        let output = sound(run.run());
        assert_eq!((output.exit(), output.errors().as_str()), (0, ""), "{vars:?} {flags:?}");
        proxy.asked().len() > before
    };
    assert!(through(&[("http_proxy", &at)], &[]));
    assert!(through(&[("ALL_PROXY", &at)], &[]));
    assert!(!through(&[("HTTP_PROXY", &at)], &[]));
    assert!(!through(&[("https_proxy", &at)], &[]));
    assert!(!through(&[("http_proxy", &at), ("no_proxy", "127.0.0.0/8")], &[]));
    assert!(!through(&[("http_proxy", &at), ("NO_PROXY", "*")], &[]));
    assert!(through(&[("http_proxy", &at), ("NO_PROXY", "*")], &["--noproxy", "a.test"]));
    assert!(!through(&[("http_proxy", &at)], &["--noproxy", "127.0.0.1"]));
    assert!(!through(&[("http_proxy", &at)], &["-x", ""]));
    assert!(through(&[("http_proxy", "127.0.0.1:9")], &["-x", &at]));
    assert!(!through(&[("NO_PROXY", "127.0.0.1")], &["-x", &at]));
}

#[test]
fn exit_codes_are_curls() {
    let (room, closed) = (Room::new(), ClosedPort::new());
    let (strict, socks) =
        (Proxy::http().login("a", "b").start(), Proxy::socks().login("a", "b").start());
    let (strict, socks) = (strict.addr().to_string(), socks.addr().to_string());
    let (rude, closed) = (Proxy::http().saying("what?\r\n\r\n").start(), closed.addr().to_string());
    let rude = rude.addr().to_string();
    let cases: [(&[&str], i32, &str); 8] = [
        (&["-x", &strict, "https://a.test/"], 56, "refused CONNECT: 407"),
        (&["-x", &strict, "-U", "a:x", "https://a.test/"], 56, "--proxy-user"),
        (&["-x", &rude, "https://a.test/"], 56, "the proxy"),
        (&["--socks5", &socks, "http://127.0.0.1/"], 97, "the proxy"),
        (&["--socks5-hostname", &socks, "-U", "a:x", "http://a.test/"], 97, "not accepted"),
        (&["-x", &closed, "http://a.test/"], 7, "the proxy 127.0.0.1"),
        (&["-x", "proxy.onion", "http://a.test/"], 5, "the proxy proxy.onion"),
        (&["-x", "127.0.0.1:x", "http://a.test/"], 5, "proxy"),
    ];
    for (arguments, code, words) in cases {
        let output = room.run(&[&["-sS"], arguments].concat());
        let errors = output.errors();
        assert!(is_one_message(&errors, code) && errors.contains(words), "{arguments:?}: {errors}");
    }
}

#[test]
fn the_answer_to_connect_is_shown_unless_told_otherwise() {
    let (room, origin, proxy) = (Room::new(), Server::new(), Proxy::http().start());
    let (at, url) = (proxy.addr().to_string(), format!("http://a.test:{}/hello", origin.port()));
    let line = ["-sS", "-i", "-p", "-x", &at, "-w", "%{http_connect} %{http_code}", &url];
    let shown = room.run(&line).text();
    assert!(
        shown.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK"),
        "{shown}"
    );
    assert!(shown.ends_with("200 200"), "{shown}");
    let hidden = room.run(&[&["--suppress-connect-headers"], &line[..]].concat()).text();
    assert!(hidden.starts_with("HTTP/1.1 200 OK"), "{hidden}");
    let straight = room.run(&["-sS", "-w", "%{http_connect}", &origin.url("/hello")]).text();
    assert!(straight.ends_with("000"), "{straight}");
}

#[test]
fn an_https_proxy_is_trusted_by_flags_of_its_own() {
    let (room, authority, origin) = (Room::new(), Authority::new(), Server::new());
    room.put("ca", authority.ca_pem());
    let proxy = Proxy::http().tls(&authority.issue(&["127.0.0.1"])).start();
    let at = format!("https://{}", proxy.addr());
    let url = format!("http://a.test:{}/hello", origin.port());
    for (flags, code) in [
        (&["--proxy-cacert", "ca"][..], 0),
        (&["--proxy-insecure"], 0),
        (&["--cacert", "ca"], 60),
        (&["-k"], 60),
        (&[], 60),
    ] {
        let output = room.run(&[flags, &["-sS", "-x", &at, &url]].concat());
        assert_eq!(output.exit(), code, "{flags:?}: {}", output.errors());
    }
}

#[test]
fn connections_through_a_proxy_are_kept_for_the_same_proxy_only() {
    let (room, origin) = (Room::new(), Server::new());
    let (one, other) = (Proxy::http().start(), Proxy::http().start());
    let (a, b) = (one.addr().to_string(), other.addr().to_string());
    let url = format!("http://a.test:{}/hello", origin.port());
    let line = [
        "-sS", "-p", "-x", &a, &url, &url, "--next", "-sS", "-p", "-x", &b, &url, "--next", "-sS",
        "-p", "-x", &a, "-U", "u:p", &url,
    ];
    let output = room.run(&line);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert_eq!((one.asked().len(), other.asked().len(), origin.connections()), (2, 1, 3));
}

#[test]
fn a_tunnel_over_http2_is_a_tunnel_as_any() {
    use landline_testkit::http2::{self, Asks};
    let identity = Authority::new().issue(&["127.0.0.1"]);
    let (origin, room) = (Server::tls(&identity), Room::new());
    for (asks, flag, times) in
        [(Asks::Basic, "--proxy-basic", 1), (Asks::Digest, "--proxy-digest", 2)]
    {
        let proxy = http2::Server::proxy(&identity, asks, 1 << 16);
        let line = |url: &str| {
            let by = format!("https://127.0.0.1:{}", proxy.port());
            let words = ["-sSk", "--proxy-insecure", "--proxy-http2", "-x", &by, flag];
            let more = ["-U", "me:secret", "--proxy-header", "X-Tag: a", "-o", "out", "-w"];
            let told = "%{http_connect} %{proxy_used} %{http_version} %{http_code}";
            room.run(&[&words[..], &more, &[told, "-v", url]].concat())
        };
        let output = line(&origin.url("/bytes/300000"));
        assert_eq!(
            (output.exit(), output.text().as_str()),
            (0, "200 1 1.1 200"),
            "{}",
            output.errors()
        );
        assert_eq!(room.get("out").map(|bytes| bytes.len()), Some(300_000));
        let said = output.errors();
        assert!(said.contains("> CONNECT ") && said.contains("< HTTP/2 200"), "{said}");
        assert!(!said.contains("secret") && !said.contains("bWU6c2VjcmV0"), "{said}");
        let asked = proxy.asked();
        assert_eq!(asked.len(), times);
        assert!(asked.iter().all(|one| one.contains("x-tag: a\n")), "{asked:?}");
        let refused = line("https://refused.test/");
        assert_eq!((refused.exit(), refused.text().as_str()), (56, "403 1 0 000"));
        assert!(refused.errors().contains("refused CONNECT: 403"), "{}", refused.errors());
    }
    let heard = origin.received_text().concat().to_lowercase();
    assert!(!heard.contains("proxy-authorization") && !heard.contains("x-tag"), "{heard}");
}
