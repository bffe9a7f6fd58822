//! Connections that are no protocol (`tcp`, `tls`, `unix`), telnet over deadlines, and what the small
//! protocols refuse before they connect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use landline::{ByteRange, ErrorKind, Phase};
use landline_testkit::tls::Authority;
use landline_testkit::{Conn, Server, http, process};
use support::{faces, facts, ms, timeouts, trusting};

/// Says what it was told, up to the end of what it is told, and then goodbye.
fn echo(conn: &mut Conn) -> std::io::Result<()> {
    loop {
        let line = conn.read_line()?;
        if line.is_empty() {
            break;
        }
        conn.say([b"echo ", &line[..]].concat())?;
    }
    conn.say("goodbye\r\n")?;
    conn.fin()
}

/// A trait per face, so that a stream and a line client can be used alike.
trait IntoLine {
    type Line;
    fn into_line(self) -> Self::Line;
}

impl IntoLine for landline::net::Stream {
    type Line = landline::aio::LineStream;
    fn into_line(self) -> Self::Line {
        landline::aio::LineStream::new(self)
    }
}

impl IntoLine for landline::LineStream {
    type Line = Self;
    fn into_line(self) -> Self {
        self
    }
}

faces! {
    async fn talks(opener: &face::Opener, url: &str) -> Result<(), landline::Error> {
        let mut line = w!(opener.connect(url))?.into_line();
        w!(line.write_line("one"))?;
        assert_eq!(w!(line.read_line())?, "echo one", "{url}");
        w!(line.finish_writing())?;
        assert_eq!(w!(line.read_line())?, "goodbye", "reading goes on behind our end: {url}");
        assert_eq!(w!(line.read_line()).unwrap_err().kind(), ErrorKind::EmptyReply);
        Ok(())
    }

    fn both_sides_talk_and_one_ends_before_the_other() {
        let authority = Authority::new();
        let plain = Server::tcp(echo);
        let secure = Server::tls(&authority.issue(&["127.0.0.1"]), echo);
        let mine = opener().net(trusting(authority.ca_der()));
        for url in [plain.url_for("tcp", ""), plain.url_for("tcp", "/"), secure.url_for("tls", "")] {
            w!(talks(&mine, &url))?;
        }
        let stranger = w!(opener().connect(&secure.url_for("tls", ""))).unwrap_err();
        assert_eq!(stranger.kind(), ErrorKind::Certificate);
    }

    async fn read(url: &str) -> Result<Vec<u8>, landline::Error> {
        w!(w!(opener().open(url))?.read_to_vec())
    }

    fn opening_reads_to_the_end() {
        let server = Server::tcp(|conn| {
            conn.say("a\r\n\0b")?;
            conn.fin()
        });
        assert_eq!(w!(read(&server.url_for("tcp", "")))?, b"a\r\n\0b");
        assert_eq!(w!(read(&server.url_for("telnet", "/path")))?, b"a\r\n\0b");
        let part = opener().range(ByteRange::From(3));
        let error = w!(part.open(&server.url_for("tcp", ""))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Range, Phase::Preparing));
    }

    fn e5_tls_that_ends_without_a_goodbye_is_cut() {
        let authority = Authority::new();
        let server = Server::tls(&authority.issue(&["127.0.0.1"]), |conn| {
            conn.say("looks whole")?;
            conn.cut();
            Ok(())
        });
        let mine = opener().net(trusting(authority.ca_der()));
        let mut document = w!(mine.open(&server.url_for("tls", "")))?;
        let mut got = Vec::new();
        let error = landline::Error::from(w!(document.read_to_end(&mut got)).unwrap_err());
        assert_eq!((&got[..], error.kind()), (&b"looks whole"[..], ErrorKind::Io));
    }

    fn a_port_is_needed_and_nothing_behind_it() {
        for url in ["tcp://127.0.0.1", "tls://127.0.0.1/", "tcp://127.0.0.1:7/x", "unix:", "unix://h/x"] {
            let error = w!(opener().connect(url)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing), "{url}");
        }
        let error = w!(opener().connect("http://127.0.0.1/")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Scheme);
    }

    #[cfg(unix)]
    fn unix_sockets_by_path() {
        let dir = process::temp_dir();
        let server = Server::unix(dir.path().join("a socket"), echo);
        let path = server.path().display().to_string().replace(' ', "%20");
        for url in [format!("unix:{path}"), format!("unix://{path}")] {
            w!(talks(&opener(), &url))?;
        }
        let error = w!(opener().connect("unix:/nowhere/at/all")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }

    #[cfg(target_os = "linux")]
    fn unix_sockets_by_abstract_name() {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::{SocketAddr, UnixListener};
        let name = format!("landline-{}-{}", std::process::id(), std::any::type_name::<face::Opener>());
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        let server = std::thread::spawn(move || {
            let (mut peer, _) = listener.accept().expect("a client");
            std::io::Write::write_all(&mut peer, b"here").expect("it listens");
        });
        assert_eq!(w!(read(&format!("unix:@{name}")))?, b"here");
        server.join().expect("no panic");
    }

    fn deadlines_hold_through_telnet() {
        let server = Server::tcp(|conn| {
            conn.say(b"\xff\xfb\x01a")?;
            conn.stall()
        });
        let opener = opener().timeouts(timeouts(|all| all.idle_read = ms(50)));
        let mut line = w!(opener.connect(&server.url_for("telnet", "")))?.into_line();
        assert_eq!(line.stream().peer(), &landline::net::Peer::Ip(server.addr()));
        let error = w!(line.read_to_end(10)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::ReadingBody));
        drop(line);
    }

    fn a2_a_url_never_becomes_two_commands() {
        let server = Server::tcp(|_| Ok(()));
        for path in ["/d:a%0d%0aSHUTDOWN", "/m:a:b%0aX", "/show%0adb", "/d:a%00", "/d:a:b%20c"] {
            let error = w!(opener().open(&server.url_for("dict", path))).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing), "{path}");
        }
        assert_eq!(server.connections(), 0);
    }

    fn a2_nor_does_a_word_given_to_a_client() {
        let server = Server::tcp(|conn| {
            conn.say("220 hello\r\n")?;
            conn.read_line()?;
            conn.say("250 ok\r\n")?;
            conn.read_to_close().map(drop)
        });
        let mut client = w!(face::dict::Client::connect(&server.addr().to_string()))?;
        for word in ["a\r\nSHUTDOWN", "a\nb", "a\0b", ""] {
            let error = w!(client.define(word, "!")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{word:?}");
            let error = w!(client.match_words("a", word, ".")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{word:?}");
        }
        drop(client);
        assert!(server.wait_for(|log| log[0].client_closed, Duration::from_secs(5)));
        assert_eq!(server.received_text()[0].lines().count(), 1, "CLIENT and nothing else");
    }

    fn a6_no_redirect_leads_to_a_pipe() {
        let relay = Server::tcp(|_| Ok(()));
        let server = http::Server::new();
        for scheme in ["dict", "telnet", "tcp", "tls", "unix"] {
            let target = format!("{scheme}://127.0.0.1:{}/d:x", relay.port());
            let url = server.url(&format!("/redirect-to/302?{target}"));
            let error = w!(opener().open(&url)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Scheme, "{}", error.chain());
        }
        assert_eq!(relay.connections(), 0);
    }
}

/// A definition of more than what is kept.
#[test]
fn a_definition_without_end_ends_by_a_count() {
    let server = Server::tcp(|conn| {
        conn.say("220 hello\r\n")?;
        conn.read_line()?;
        conn.say("250 ok\r\n")?;
        conn.read_line()?;
        conn.say("150 1\r\n151 a b c\r\n")?;
        let text = b"more and more\r\n".repeat(10_000);
        while conn.say(&text).is_ok() {}
        Ok(())
    });
    let error = landline::dict::define(&server.addr().to_string(), "a", "!").unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Limit, Phase::ReadingBody));
}
