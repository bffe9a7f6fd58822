//! Gopher as a process: raw in a pipe as curl gives it, a page on a terminal, rows on request.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::sync::{Arc, OnceLock};

use landline_testkit::process::Output;
use landline_testkit::tls::Authority;
use landline_testkit::{Conn, Server, http};
use room::{DIAL, Room, is_one_message, run, sound};

const MENU: &str = "iAll about \x1b[2Jcats\tfake\t(NULL)\t0\r\n\
    0Siamese\t/cats/siamese\texample.com\t70\r\n\
    hWeb \u{202e}site\tURL:https://example.org/\texample.com\t70\r\n\
    1Two lines\t/\rx\texample.com\t70\r\n.\r\n";

/// A server that says this, whatever it is asked for.
fn saying(text: impl Into<Vec<u8>>) -> Server {
    let text = text.into();
    Server::tcp(move |conn| {
        conn.read_line()?;
        conn.say(&text)
    })
}

fn on_terminal(room: &Room, line: &str) -> Option<Output> {
    if !std::path::Path::new("/usr/bin/script").exists() {
        eprintln!("skipped: there is no script(1) to make a terminal with");
        return None;
    }
    let line = format!("'{DIAL}' {line} </dev/null");
    let run = room.of("/usr/bin/script", &["-qec", &line, "/dev/null"]);
    Some(sound(run.env("TERM", "xterm").env("SHELL", "/bin/sh").run()))
}

#[test]
fn a_pipe_gets_what_the_server_sends() {
    for (path, text) in [("/", MENU), ("/0/x", "..dots\r\n.\r\n"), ("/9/x", "\0\x01"), ("/I/x", "")]
    {
        let server = saying(text);
        let output = run(&["-sS", &server.url_for("gopher", path)]);
        assert_eq!((output.exit(), &*output.text()), (0, text), "{path}: {}", output.errors());
    }
}

/// What curl 7.88.1 sends.
#[test]
fn a6_what_the_typed_url_encodes_goes_on_the_wire() {
    for (path, line) in [
        ("", "\r\n"),
        ("/7/find?cats", "/find?cats\r\n"),
        ("/7/find%09cats%20dogs", "/find\tcats dogs\r\n"),
        ("/_EHLO%20x%0D%0AQUIT", "EHLO x\r\nQUIT\r\n"),
    ] {
        let server = Server::tcp(|conn| {
            conn.read_line()?;
            conn.fin()?;
            conn.read_to_close().map(|_| ())
        });
        let output = run(&["-sS", &server.url_for("gopher", path)]);
        assert_eq!(output.exit(), 0, "{path}: {}", output.errors());
        assert_eq!(server.received_text(), [line], "{path}");
    }
}

#[test]
fn a6_a_redirect_never_leads_to_gopher() {
    let relay = saying("x");
    let server = http::Server::new();
    for scheme in ["gopher", "gophers", "Gopher"] {
        let target = format!("{scheme}://127.0.0.1:{}/_x%0d%0aDELETE", relay.port());
        let url = server.url(&format!("/redirect-to/302?{target}"));
        let output = run(&["-sSL", &url]);
        assert_eq!(output.exit(), 1, "{}", output.errors());
        assert!(is_one_message(&output.errors(), 1), "{}", output.errors());
    }
    assert_eq!(relay.connections(), 0);
}

#[test]
fn a_menu_becomes_json() {
    let server = saying(MENU);
    let output = run(&["-sS", "--format", "json", &server.url_for("gopher", "/")]);
    let wanted = r#"[
{"type":"info","text":"All about \u001b[2Jcats","url":null,"selector":"fake","host":"(NULL)","port":null},
{"type":"text","text":"Siamese","url":"gopher://example.com/0/cats/siamese","selector":"/cats/siamese","host":"example.com","port":70},
{"type":"html","text":"Web \u202esite","url":"https://example.org/","selector":"URL:https://example.org/","host":"example.com","port":70},
{"type":"menu","text":"Two lines","url":null,"selector":"/\u000dx","host":"example.com","port":70}
]
"#;
    assert_eq!((output.exit(), &*output.text()), (0, wanted), "{}", output.errors());
    let server = saying(".\r\n");
    let output = run(&["-sS", "--format=json", &server.url_for("gopher", "/7/find%09x")]);
    assert_eq!((output.exit(), &*output.text()), (0, "[]\n"));
}

#[test]
fn a_menu_becomes_a_table() {
    let server = saying(MENU);
    let url = server.url_for("gopher", "/1/cats");
    let output = run(&["-sS", "--format", "table", "-w", "%{size_download}\\n", &url]);
    let wanted = format!(
        "TYPE        TEXT                                      URL\n\
         info        All about \\x1b[2Jcats\n\
         text        Siamese                                   gopher://example.com/0/cats/siamese\n\
         html        Web \\u{{202e}}site                          https://example.org/\n\
         menu        Two lines\n{}\n",
        MENU.len()
    );
    assert_eq!((output.exit(), &*output.text()), (0, &*wanted), "{}", output.errors());
}

/// Class K6: nothing in a menu acts on the terminal.
#[test]
fn k6_a_terminal_gets_a_page_without_escape_sequences() {
    let (server, room) = (saying(MENU), Room::new());
    let url = server.url_for("gopher", "/");
    let Some(page) = on_terminal(&room, &format!("'{url}'")) else { return };
    let text = page.text();
    assert_eq!(page.exit(), 0, "{text}");
    assert!(text.contains("            All about \\x1b[2Jcats\r\n"), "{text}");
    assert!(text.contains("text        Siamese  "), "{text}");
    assert!(text.contains("gopher://example.com/0/cats/siamese\r\n"), "{text}");
    assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n')), "{text:?}");
    for raw in ["--format raw", "-o -"] {
        let as_sent = on_terminal(&room, &format!("{raw} '{url}'")).expect("as before").text();
        assert!(as_sent.contains("0Siamese\t/cats/siamese\texample.com\t70\r"), "{as_sent}");
    }
}

#[test]
fn the_first_rows_come_before_the_menu_is_over_and_its_faults_are_told() {
    let server = saying("ione\r\n1two\t/\texample.com\t7");
    for format in ["json", "table"] {
        let output = run(&["-sS", "--format", format, &server.url_for("gopher", "/")]);
        assert_eq!(output.exit(), 18, "{}", output.errors());
        assert!(output.text().contains("one") && !output.text().contains("two"));
        assert!(is_one_message(&output.errors(), 18), "{}", output.errors());
    }
    let server = Server::tcp(|conn| {
        conn.read_line()?;
        let lines = b"ione more\r\n".repeat(1000);
        while conn.say(&lines).is_ok() {}
        Ok(())
    });
    let line = ["-sS", "--format", "json", "-o", "x", &server.url_for("gopher", "/")];
    assert_eq!(run(&line).exit(), 100);
}

#[test]
fn format_is_for_listings() {
    let server = saying("x");
    for scheme in ["http", "gopher", "gophers"] {
        let output = run(&["-sS", "--format", "json", &server.url_for(scheme, "/0/x")]);
        assert_eq!(output.exit(), 4, "{}", output.errors());
        assert!(is_one_message(&output.errors(), 4), "{}", output.errors());
    }
    assert_eq!(server.connections(), 0);
    let output = run(&["--format", "xml", &server.url_for("gopher", "/")]);
    assert_eq!(output.exit(), 2);
}

#[test]
fn the_usual_options_work() {
    let (server, room) = (saying("hello\r\n.\r\n"), Room::new());
    let url = server.url_for("gopher", "/0/greeting%0Ax");
    let facts = "%{scheme} %{http_code} %{size_download} %{remote_port} %{url_effective}";
    let output = room.run(&["-sSvO", "-w", facts, "-m", "10", &url]);
    let wanted = format!("gopher 000 10 {} {url}", server.port());
    assert_eq!((output.exit(), &*output.text()), (0, &*wanted), "{}", output.errors());
    assert_eq!(room.get("greeting%0Ax").as_deref(), Some(&b"hello\r\n.\r\n"[..]));
    let errors = output.errors();
    assert!(errors.contains("> /greeting\n> x\n"), "{errors}");
    // A type that is only guessed is no head of the server's.
    assert_eq!(run(&["-sSi", &url]).text(), "hello\r\n.\r\n");
}

#[test]
fn faults_have_curls_exit_codes() {
    let cut = saying_tls(|conn| {
        conn.say("half")?;
        conn.cut();
        Ok(())
    });
    let (server, authority) = &cut;
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    let url = server.url_for("gophers", "/0/x");
    let output = room.run(&["-sS", "--cacert", "ca.pem", &url]);
    assert_eq!((output.exit(), &*output.text()), (56, "half"), "{}", output.errors());
    let output = room.run(&["-sS", "--cacert", "ca.pem", "-o", "part", &url]);
    assert!(output.errors().ends_with("; 4 bytes are in 'part'\n"), "{}", output.errors());
    assert_eq!(run(&["-sS", &url]).exit(), 60);

    let stall = Server::tcp(Conn::stall);
    let output = run(&["-sS", "-m", "0.3", &stall.url_for("gopher", "/0/x")]);
    assert_eq!(output.exit(), 28);
    assert!(output.errors().contains("waiting for the reply"), "{}", output.errors());

    let reset = Server::tcp(|conn| conn.read_line().and_then(|_| conn.reset()));
    let room = Room::new();
    assert_eq!(room.run(&["-sS", "-o", "x", &reset.url_for("gopher", "/0/x")]).exit(), 56);
    assert!(room.names().is_empty(), "{:?}", room.names());

    let nothing = saying("x");
    assert_eq!(run(&["-sS", &nothing.url_for("gopher", "/0/%00")]).exit(), 3);
    let room = Room::new();
    room.put("part", "old");
    let url = nothing.url_for("gopher", "/9/x");
    assert_eq!(room.run(&["-sS", "-C", "-", "-o", "part", &url]).exit(), 33);
    assert_eq!(room.get("part").as_deref(), Some(&b"old"[..]));
    assert_eq!(nothing.connections(), 0);
}

#[test]
fn over_tls_links_to_the_same_server_stay_over_tls() {
    let known = Arc::new(OnceLock::new());
    let port = known.clone();
    let (server, authority) = saying_tls(move |conn| {
        let port = port.wait();
        conn.say(format!("1Up\t/\t127.0.0.1\t{port}\r\n1Out\t/\texample.com\t70\r\n.\r\n"))
    });
    known.set(server.port()).expect("set once");
    let room = Room::new();
    room.put("ca.pem", authority.ca_pem());
    let url = server.url_for("gophers", "/");
    let output = room.run(&["-sS", "--cacert", "ca.pem", "--format", "json", &url]);
    let text = output.text();
    assert_eq!(output.exit(), 0, "{}", output.errors());
    assert!(text.contains(&format!("\"gophers://127.0.0.1:{}/1/\"", server.port())), "{text}");
    assert!(text.contains("\"gopher://example.com/1/\""), "{text}");
}

/// A server behind TLS, and who vouches for it.
fn saying_tls(
    speak: impl Fn(&mut Conn) -> std::io::Result<()> + Send + Sync + 'static,
) -> (Server, Authority) {
    let authority = Authority::new();
    let server = Server::tls(&authority.issue(&["127.0.0.1"]), move |conn| {
        conn.read_line()?;
        speak(conn)
    });
    (server, authority)
}
