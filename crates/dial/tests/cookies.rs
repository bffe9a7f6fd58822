//! Cookies of the command, beside the installed curl where both are to do the same.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;
#[allow(dead_code)]
#[path = "curl_compat/twin.rs"]
mod twin;

use std::time::Duration;

use landline_testkit::http::{Request, Server};
use room::{DIAL, Room};
use twin::Twin;

/// Sets the cookies of the query, `|` between them, and leads on to what is behind a `^`.
fn server() -> Server {
    Server::new().route("/set*", |request: &Request, conn| {
        let query = request.query().unwrap_or_default().replace("%20", " ");
        let (cookies, next) = query.split_once('^').map_or((&*query, None), |(c, n)| (c, Some(n)));
        let cookies = cookies.split('|').filter(|line| !line.is_empty());
        let mut headers: Vec<_> = cookies.map(|line| ("Set-Cookie", line)).collect();
        headers.extend(next.map(|url| ("Location", url)));
        request.reply(conn, if next.is_some() { 302 } else { 200 }, &headers, "ok\n")
    })
}

/// The `Cookie` fields of all requests so far.
fn sent(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.all("Cookie").join(" + ")).collect()
}

const FILE: &str = "# Netscape HTTP Cookie File\n\n\
    127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t1\n\
    127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tkept\t2\n\
    127.0.0.1\tFALSE\t/\tFALSE\t1\told\t3\n\
    #HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t4102444800\thidden\t\n\
    127.0.0.1\tFALSE\t/deep\tTRUE\t4102444800\tdeep\t5\r\n\
    .other.test\tTRUE\t/\tFALSE\t0\tother\t6\nno cookie at all\n";

const HEADS: &str = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; domain=127.0.0.1; path=/\r\n\
    Set-Cookie: b=2; domain=other.test\r\nContent-Length: 0\r\n\r\n";

#[test]
fn data_files_and_jars_as_curl_has_them() {
    let twin = Twin::of(server()).file("f", FILE).file("heads", HEADS).stdin(FILE);
    twin.same(&[
        &["-s", "-b", "a=1; b=2", "U/echo"],
        &["-s", "-b", "x=9;  y=8", "-b", "z=7", "U/echo"],
        &["-s", "-b", "=", "U/echo"],
        &["-s", "-b", "f", "U/echo"],
        &["-s", "-b", "@f", "U/echo"],
        &["-s", "-b", "-", "U/echo"],
        &["-s", "-b", "f", "U/deep/er"],
        &["-s", "-b", "f", "U/deeper"],
        &["-s", "-j", "-b", "f", "U/echo"],
        &["-s", "-b", "heads", "U/echo"],
        &["-s", "-b", "f", "-b", "d=1", "U/echo"],
        &["-s", "-b", "missing", "U/echo"],
        &["-s", "-b", "f", "-c", "out", "U/set?new=1;path=/"],
        &[
            "-s",
            "-b",
            "f",
            "-c",
            "f",
            "U/set?kept=new;path=/|hidden=;path=/;expires=Thu,%2001-Jan-1970%2000:00:01%20GMT",
        ],
        &["-s", "-c", "out", "U/set?a=1;path=/;httponly|b=2;path=/x;secure|c=%22q%22;path=/"],
        &["-s", "-c", "-", "U/set?a=1;path=/", "U/set?b=2;path=/"],
        &["-s", "-c", "nodir/out", "-w", "%{exitcode}", "U/set?a=1"],
        &["-s", "-c", "", "U/set?a=1;path=/", "U/echo"],
        &["-s", "-f", "-c", "out", "U/status/404"],
    ]);
}

#[test]
fn redirects_and_next_as_curl_has_them() {
    let twin = Twin::of(server()).file("f", FILE);
    twin.same(&[
        &["-sL", "U/set?a=1;path=/^/echo"],
        &["-sL", "-b", "", "U/set?a=1;path=/^/echo"],
        &["-sL", "-b", "/dev/null", "U/set?a=1;path=/^/echo"],
        &["-sL", "-c", "out", "U/set?a=1;path=/^/echo"],
        &["-sL", "-b", "d=1", "U/set?a=1;path=/^/echo"],
        &["-sL", "-b", "", "-b", "d=1", "U/set?a=1;path=/|b=2;path=/echo|long=3;path=/^/echo"],
        &["-sL", "-b", "", "U/set?a=1;path=/^/set?a=;path=/;max-age=0^/echo"],
        &["-s", "-b", "", "U/set?a=1;path=/", "U/echo"],
        &["-s", "-b", "", "U/set?a=1;path=/", "--next", "-s", "U/echo"],
        &["-s", "-b", "", "U/set?a=1;path=/", "--next", "-s", "-b", "", "U/echo"],
        &["-s", "-c", "one", "U/set?a=1;path=/", "--next", "-s", "-c", "two", "U/set?b=1;path=/"],
        &["-s", "-b", "d=1", "U/echo", "--next", "-s", "U/echo"],
        &["-s", "-b", "", "-e", "x", "-H", "X: y", "-d", "a=b", "-b", "d=1", "U/echo"],
        &["-s", "-b", "d=1", "-H", "Cookie: h=1", "U/echo"],
        &["-sL", "-b", "", "-H", "Host: a.test", "U/set?a=1;path=/;domain=a.test^/echo"],
    ]);
}

#[test]
fn c1_domains_as_curl_has_them() {
    let twin = Twin::of(server());
    let all = "*:PORT:127.0.0.1";
    for (host, to, lines) in [
        ("www.shop.test", "www.shop.test", "a=1;path=/|b=2;path=/;domain=shop.test"),
        ("www.shop.test", "my.shop.test", "a=1;path=/|b=2;path=/;domain=.shop.test"),
        ("www.shop.test", "xshop.test", "b=2;path=/;domain=shop.test|c=3;path=/;domain=test"),
        ("www.shop.co.uk", "my.co.uk", "b=2;path=/;domain=co.uk|c=3;path=/;domain=.co.uk"),
        ("a.github.io", "b.github.io", "b=2;path=/;domain=github.io"),
        ("127.0.0.1", "127.0.0.1", "a=1;path=/;domain=127.0.0.1|b=2;path=/;domain=0.0.1"),
        ("localhost", "localhost", "a=1;path=/;domain=localhost;secure|b=2;domain=127.0.0.1"),
    ] {
        let url = format!("http://{host}:PORT/set?{lines}^http://{to}:PORT/echo");
        twin.same(&[&["-sL", "-b", "", "-c", "out", "--resolve", all, &url]]);
    }
}

#[test]
fn b2_differs_from_curl_cookies_stay_with_the_origin_they_were_given_for() {
    let (there, twin) = (server(), Twin::of(server()));
    let away = format!("U/set?^{}", there.url("/echo"));
    twin.dial(&["-sL", "-b", "secret=1", &away]);
    twin.dial(&["-sL", "-H", "Cookie: secret=2", &away]);
    twin.dial(&["-sL", "--location-trusted", "-b", "shared=3", &away]);
    assert_eq!(sent(&there), ["", "", "shared=3"]);
}

/// Two fields would be against RFC 6265 section 5.4; curl sends two.
#[test]
fn differs_from_curl_a_header_and_the_jar_share_one_field() {
    let twin = Twin::of(server());
    twin.dial(&["-sL", "-b", "", "-H", "Cookie: h=1", "U/set?a=1;path=/^/echo"]);
    assert_eq!(sent(&twin.server), ["h=1", "a=1; h=1"]);
}

#[test]
fn c2_differs_from_curl_a_line_of_a_head_without_domain_goes_nowhere() {
    let twin = Twin::of(server()).file("heads", "Set-Cookie: a=1; path=/\r\n");
    twin.dial(&["-s", "-b", "heads", "U/echo"]);
    assert_eq!(sent(&twin.server), [""]);
}

#[test]
fn what_a_package_manager_sends_is_understood() {
    let twin = Twin::of(server());
    let line = ["--disable", "--cookie", "/dev/null", "--globoff", "--show-error", "--user-agent"];
    let line = [&line[..], &["X", "--fail", "--retry", "3", "U/echo"]].concat();
    let output = twin.dial(&line);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert!(!output.text().contains("Cookie:"));
}

#[test]
fn c3_cookies_in_masses_are_bounded() {
    let server = Server::new().route("/bomb", |request, conn| {
        let lines: Vec<_> = (0..1000).map(|n| format!("n{n}={}; path=/", "x".repeat(50))).collect();
        let headers: Vec<_> = lines.iter().map(|line| ("Set-Cookie", line.as_str())).collect();
        request.reply(conn, 200, &headers, "")
    });
    let twin = Twin::of(server);
    let output = twin.dial(&["-sS", "-b", "", "-c", "jar", "U/bomb", "U/echo"]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let last = sent(&twin.server).pop().expect("a request");
    assert_eq!(last.matches('=').count(), 50);
}

#[cfg(unix)]
#[test]
fn c5_a_jar_keeps_its_mode_and_a_new_one_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (server, room) = (server(), Room::new());
    let url = server.url("/set?a=1;path=/");
    let mode = |name: &str| {
        let facts = std::fs::metadata(room.at(name)).expect("a file");
        facts.permissions().mode() & 0o777
    };
    room.put("old", "");
    let wide = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(room.at("old"), wide).expect("a mode");
    for name in ["old", "new"] {
        assert_eq!(room.run(&["-s", "-c", name, &url]).exit(), 0);
    }
    assert_eq!((mode("old"), mode("new")), (0o644, 0o600));
    assert!(!room.get("old").expect("a file").is_empty());
    assert_eq!(room.names(), ["new", "old"], "nothing lies beside them");
}

/// A full disk, as far as a test can have one.
#[cfg(unix)]
#[test]
fn c5_a_jar_that_cannot_be_written_stays_as_it_was() {
    let (server, room) = (server(), Room::new());
    room.put("jar", FILE);
    let line = format!("ulimit -f 0; exec '{DIAL}' -sS -b jar -c jar '{}'", server.url("/set?a=1"));
    let output = room::sound(room.of("/bin/sh", &["-c", &line]).run());
    assert_eq!(output.exit(), 0);
    assert_eq!(room.get("jar").expect("a file"), FILE.as_bytes());
    assert_eq!(room.names(), ["jar"]);
}

/// However far a run has come when it is killed, there is a whole jar: that of before or that of after.
#[test]
fn c5_a_run_that_is_killed_leaves_the_old_jar_or_the_new_one() {
    let room = Room::new();
    let big = |name: &str| format!("{name}={}", "x".repeat(3000));
    let cookies: Vec<_> = (0..30).map(|number| big(&format!("c{number}"))).collect();
    let (first, second) = cookies.split_at(10);
    let jar_of = |cookies: &[String]| {
        let server = server();
        let url = server.url(&format!("/set?{}", cookies.join("|")));
        assert_eq!(room.run(&["-s", "-b", "jar", "-c", "jar", &url]).exit(), 0);
        room.get("jar").expect("a jar")
    };
    let (before, after) = (jar_of(first), jar_of(second));
    for round in 0..40 {
        let server = server();
        room.put("jar", &before);
        let url = server.url(&format!("/set?{}", second.join("|")));
        let mut running = room.dial(&["-s", "-b", "jar", "-c", "jar", &url]).spawn();
        assert!(
            server.wait_for(|all| all.iter().any(|one| one.total > 0), Duration::from_secs(10))
        );
        // Each time a little later, from before the reply to after the end.
        (0..round * 20_000).for_each(|_| std::hint::spin_loop());
        running.kill().expect("it is ours");
        running.wait().expect("it is ours");
        let jar = room.get("jar").expect("a jar");
        assert!(jar == before || jar == after, "{} bytes after round {round}", jar.len());
    }
}

#[test]
fn b6_verbose_masks_what_is_sent_and_shows_what_is_set() {
    let twin = Twin::of(server());
    let output = twin.dial(&["-sv", "-b", "secret=canary", "U/set?a=shown"]);
    let errors = output.errors();
    assert!(errors.contains("> Cookie: [masked]") && !errors.contains("canary"), "{errors}");
    assert!(errors.contains("< Set-Cookie: a=shown"), "{errors}");
}

#[test]
fn a1_cookies_with_line_ends_are_refused() {
    let twin = Twin::of(server());
    for data in ["a=b\r\nX-Evil: 1", "a=b\n"] {
        let output = twin.dial(&["-sS", "-b", data, "U/echo"]);
        assert_ne!(output.exit(), 0);
    }
    assert_eq!(twin.server.connections(), 0);
}
