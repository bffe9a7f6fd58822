//! What must not become a command (A2), where data connections go (K1), who is told what without
//! TLS (E3), and which transfers share a connection (D1).

use std::time::Duration;

use landline_testkit::ftp::{Builder, Server};
use landline_testkit::tls::Authority;

use crate::room::{Room, is_one_message};
use crate::twin::house;

const PATIENCE: Duration = Duration::from_secs(5);

fn url_as(server: &Server, login: &str, path: &str) -> String {
    server.url(path).replace("ftp://", &format!("ftp://{login}@"))
}

#[test]
fn a2_nothing_on_the_line_becomes_a_second_command() {
    let server = house().start();
    let url = server.url("/file.txt");
    let lines: &[(&[&str], i32)] = &[
        (&["-Q", "NOOP\r\nDELE file.txt", &url], 43),
        (&["-Q", "-NOOP\nDELE file.txt", &url], 43),
        (&["-Q", "+*NOOP\rDELE file.txt", &url], 43),
        (&["--ftp-account", "a\r\nDELE file.txt", &url], 43),
        (&["--ftp-alternative-to-user", "a\r\nDELE file.txt", &url], 43),
        (&["-X", "LIST\r\nDELE file.txt", &server.url("/")], 43),
        (&["-u", "a\r\nDELE file.txt:b", &url], 3),
        (&["-u", "a:b\r\nDELE file.txt", &url], 3),
        (&[&url_as(&server, "a%0d%0aDELE%20file.txt:b", "/file.txt")], 3),
        (&[&url_as(&server, "a:b%0aDELE%20file.txt", "/file.txt")], 3),
        (&[&url_as(&server, "a%00:b", "/file.txt")], 3),
        (&[&server.url("/a%0d%0aDELE%20file.txt/x")], 3),
        (&[&server.url("/a%0aDELE%20file.txt")], 3),
        (&[&server.url("/a%00b")], 3),
        (&["-T", "in", &server.url("/a%0d%0aDELE%20file.txt")], 3),
    ];
    for (line, code) in lines {
        let room = Room::new();
        room.put("in", "x");
        let output = room.run(&[&["-sS"], *line].concat());
        assert_eq!(output.exit(), *code, "{line:?}: {}", output.errors());
        assert!(is_one_message(&output.errors(), *code), "{line:?}: {}", output.errors());
    }
    assert_eq!(server.connections(), 0, "{:?}", server.commands());
}

#[test]
fn a2_a_name_with_a_dash_is_no_option() {
    let server = house().file("/-R/x", "").start();
    let room = Room::new();
    assert_eq!(room.run(&["-sS", "--ftp-method", "nocwd", &server.url("/-R/")]).exit(), 0);
    let commands = server.commands();
    assert!(commands.iter().any(|line| line == "LIST ./-R"), "{commands:?}");
}

#[test]
fn k1_data_comes_from_the_server_itself_whatever_address_it_names() {
    let server = house().pasv_address([10, 9, 8, 7]).start();
    let url = server.url("/file.txt");
    for options in [&["--no-epsv"][..], &["--no-epsv", "--ftp-skip-pasv-ip"]] {
        let output = Room::new().run(&[&["-sS", "-m", "10"], options, &[&url]].concat());
        assert_eq!((output.exit(), &*output.text(), &*output.errors()), (0, "0123456789", ""));
    }
    let line = ["-sS", "-m", "10", "--no-epsv", "--no-ftp-skip-pasv-ip", &url];
    let output = Room::new().run(&line);
    assert_eq!((output.exit(), &*output.text()), (0, "0123456789"));
    let silent = output.errors();
    assert!(silent.is_empty() || silent.starts_with("Warning: "), "{silent}");
    let loud =
        Room::new().run(&["-m", "10", "--no-epsv", "--no-ftp-skip-pasv-ip", "-o", "x", &url]);
    assert!(loud.errors().contains("Warning: --no-ftp-skip-pasv-ip"), "{}", loud.errors());
    assert!(server.data_connections().iter().all(|data| data.is_passive));
}

#[test]
fn e3_a_login_in_the_clear_is_told_of_or_not_made() {
    let server = house().without("AUTH").start();
    let url = server.url("/file.txt");
    let tried = Room::new().run(&["--no-progress-meter", "--ssl", "-u", "me:secret", &url]);
    assert_eq!((tried.exit(), &*tried.text()), (0, "0123456789"));
    let warning = tried.errors();
    assert!(warning.starts_with("Warning: ") && warning.contains("TLS"), "{warning}");
    assert!(!warning.contains("secret"));

    for flag in ["--ssl-reqd", "--ftp-ssl-reqd", "--ftp-ssl-control"] {
        let server = house().without("AUTH").start();
        let output = Room::new().run(&["-sS", flag, "-u", "me:secret", &server.url("/file.txt")]);
        assert!(is_one_message(&output.errors(), 64), "{flag}: {}", output.errors());
        assert!(server.commands().iter().all(|line| line.starts_with("AUTH ")), "{flag}");
    }
}

#[test]
fn e3_data_in_the_clear_is_told_of() {
    let authority = Authority::new();
    let server = house().tls(&authority.issue(&["127.0.0.1"])).answer("PROT", "500 no").start();
    let room = Room::new();
    authority.write_to(room.path());
    let url = server.url("/file.txt");
    let output = room.run(&["--no-progress-meter", "--ssl", "--cacert", "ca.pem", &url]);
    assert_eq!((output.exit(), &*output.text()), (0, "0123456789"));
    let warning = output.errors();
    assert!(warning.starts_with("Warning: ") && warning.contains("clear"), "{warning}");
}

#[test]
fn e4_a_greeting_in_the_clear_lets_nobody_in_over_tls() {
    let authority = Authority::new();
    let server = house().tls(&authority.issue(&["127.0.0.1"])).greeting("230 You are in.").start();
    let room = Room::new();
    authority.write_to(room.path());
    let url = server.url("/file.txt");
    let line = ["-sS", "--ssl-reqd", "-u", "me:secret", "--cacert", "ca.pem", &url];
    assert_eq!(room.run(&line).exit(), 0);
    let login = server.dialogue().into_iter().find(|command| command.line == "PASS secret");
    assert!(login.is_some_and(|command| command.is_protected), "{:?}", server.commands());
}

/// How many connections two transfers with these options took, and whether all were left with QUIT.
fn connections(make: impl Fn() -> Builder, one: &[&str], other: &[&str]) -> (usize, bool) {
    let server = make().start();
    let (url, next) = (server.url("/file.txt"), ["--next", "-sS"]);
    let line = [&["-sS"], one, &[&url], &next, other, &[&url]].concat();
    let output = Room::new().run(&line);
    assert_eq!((output.exit(), &*output.text()), (0, "01234567890123456789"), "{line:?}");
    let _ = server.wait_for(|log| log.iter().all(|record| record.client_closed), PATIENCE);
    let farewells = server.commands().iter().filter(|line| *line == "QUIT").count();
    (server.connections(), farewells == server.connections())
}

#[test]
fn d1_only_who_agrees_on_everything_shares_a_connection() {
    let make = || house().login("you", "secret").login("me", "other").account("a");
    let options: &[&[&str]] = &[
        &["--ftp-account", "a"],
        &["-u", "me:secret", "--ftp-account", "a"],
        &["-u", "me:other", "--ftp-account", "a"],
        &["-u", "you:secret", "--ftp-account", "a"],
        &["--ftp-account", "a", "--ftp-alternative-to-user", "SITE X"],
        &["--ftp-account", "a", "--ssl"],
        &["--ftp-account", "a", "--no-epsv"],
        &["--ftp-account", "a", "-P", "-"],
        &["--ftp-account", "a", "-Q", "NOOP"],
        &["--ftp-account", "a", "-k"],
    ];
    for (at, one) in options.iter().enumerate() {
        for (further, other) in options[at..].iter().enumerate() {
            let wanted = if further == 0 { 1 } else { 2 };
            assert_eq!(connections(make, one, other), (wanted, true), "{one:?} {other:?}");
        }
    }
}
