//! News over connections that are compressed in both directions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use landline::nntp::{Article, Options, Part};
use landline::{ErrorKind, Login};
use landline_testkit::{Conn, Server};
use support::{faces, timeouts};

/// A connection as a server has it once it has agreed to compress.
struct Deflated<'a> {
    conn: &'a mut Conn,
    inflate: Decompress,
    deflate: Compress,
    plain: Vec<u8>,
    is_slow: bool,
}

impl Deflated<'_> {
    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.plain.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.plain.drain(..=end).collect();
                return Ok(String::from_utf8(line).expect("text").trim_end().to_owned());
            }
            let coded = self.conn.read_exact_bytes(1)?;
            self.plain.reserve(64);
            self.inflate
                .decompress_vec(&coded, &mut self.plain, FlushDecompress::None)
                .expect("deflated");
        }
    }

    fn coded(&mut self, text: &str, flush: FlushCompress) -> Vec<u8> {
        let mut coded = Vec::with_capacity(text.len() + 1000);
        self.deflate.compress_vec(text.as_bytes(), &mut coded, flush).expect("deflated");
        coded
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let coded = self.coded(text, FlushCompress::Sync);
        match self.is_slow {
            true => coded.iter().try_for_each(|byte| self.conn.say([*byte])),
            false => self.conn.say(coded),
        }
    }
}

fn agree(conn: &mut Conn, go_ahead: &str) -> io::Result<()> {
    for (line, answer) in [
        ("", "200\r\n"),
        ("CAPABILITIES", "101\r\nREADER\r\nAUTHINFO USER\r\nCOMPRESS DEFLATE\r\n.\r\n"),
        ("AUTHINFO USER me", "381\r\n"),
        ("AUTHINFO PASS secret", "281\r\n"),
        ("CAPABILITIES", "101\r\nREADER\r\nCOMPRESS DEFLATE\r\n.\r\n"),
        ("COMPRESS DEFLATE", go_ahead),
    ] {
        if !line.is_empty() {
            assert_eq!(String::from_utf8_lossy(&conn.read_line()?).trim_end(), line);
        }
        conn.say(answer)?;
    }
    Ok(())
}

/// A server that speaks compressed once the login is over.
fn server(
    is_slow: bool,
    talk: impl Fn(&mut Deflated<'_>) -> io::Result<()> + Send + Sync + 'static,
) -> Server {
    Server::tcp(move |conn| {
        agree(conn, "206 go on\r\n")?;
        let (inflate, deflate) =
            (Decompress::new(false), Compress::new(Compression::best(), false));
        talk(&mut Deflated { conn, inflate, deflate, plain: Vec::new(), is_slow })
    })
}

fn options() -> Options {
    let mut options = Options::default();
    options.compress = true;
    options
}

faces! {
    async fn connect(server: &Server) -> landline::Result<face::nntp::Connection> {
        let deadlines = timeouts(|all| all.total = support::ms(5000));
        let opener = opener().nntp(options()).login(Login::new("me", "secret")).timeouts(deadlines);
        w!(face::nntp::Connection::with(&opener, &server.url_for("nntp", "/")))
    }

    fn both_directions_are_compressed_behind_the_login() {
        for is_slow in [false, true] {
            let server = server(is_slow, |talk| {
                assert_eq!(talk.line()?, "BODY 1");
                assert_eq!(talk.line()?, "BODY 2");
                talk.say("222 1\r\n..one\r\n.\r\n222 2\r\n")?;
                talk.say(&"two\r\n".repeat(2000))?;
                talk.say(".\r\n")?;
                assert_eq!(talk.line()?, "POST");
                talk.say("340 go on\r\n")?;
                let text: Vec<_> = (0..3).map(|_| talk.line()).collect::<Result<_, _>>()?;
                assert_eq!(text, ["a", "..", "."]);
                talk.say("240 taken\r\n")?;
                assert_eq!(talk.line()?, "QUIT");
                talk.say("205 bye\r\n")
            });
            let mut news = w!(connect(&server)).unwrap();
            let mut articles = news.fetch(Part::Body, (1..=2).map(Article::Number));
            for wanted in [".one\r\n".to_owned(), "two\r\n".repeat(2000)] {
                let mut text = String::new();
                let mut article = w!(articles.next_article()).unwrap().unwrap();
                w!(article.read_to_string(&mut text)).unwrap();
                assert_eq!(text, wanted);
            }
            drop(articles);
            w!(news.post(landline::Upload::bytes(&b"a\n.\n"[..]))).unwrap();
            let late = w!(news.login(&Login::new("me", "secret"))).unwrap_err();
            assert_eq!(late.kind(), ErrorKind::Usage);
            w!(news.quit()).unwrap();
        }
    }

    fn what_is_not_offered_or_refused_is_done_without() {
        for (capability, refusal) in [("OVER", ""), ("COMPRESS DEFLATE", "403 not now\r\n")] {
            let server = Server::tcp(move |conn| {
                conn.say("200\r\n")?;
                conn.read_line()?;
                conn.say(format!("101\r\nREADER\r\n{capability}\r\n.\r\n"))?;
                if !refusal.is_empty() {
                    assert_eq!(conn.read_line()?, b"COMPRESS DEFLATE\r\n");
                    conn.say(refusal)?;
                }
                conn.read_line()?;
                conn.say("111 20010909014640\r\n")
            });
            let opener = opener().nntp(options());
            let mut news = w!(face::nntp::Connection::with(&opener, &server.url_for("nntp", "/"))).unwrap();
            w!(news.date()).unwrap();
        }
    }

    fn e4_plain_text_behind_the_go_ahead_is_nobodys() {
        let server = Server::tcp(|conn| agree(conn, "206 go on\r\n205 injected\r\n"));
        assert_eq!(w!(connect(&server)).unwrap_err().kind(), ErrorKind::Protocol);
    }

    fn what_is_corrupt_or_cut_short_is_an_error() {
        for (fault, expected) in [
            ("corrupt", ErrorKind::Encoding),
            ("cut", ErrorKind::Truncated),
            ("finished", ErrorKind::Truncated),
            ("plain", ErrorKind::Encoding),
        ] {
            let server = server(false, move |talk| {
                talk.line()?;
                talk.say("222 1\r\n")?;
                let text: String = (0..5000).map(|number| format!("{}\r\n", number * 7919 % 10_007)).collect();
                let flush = if fault == "finished" { FlushCompress::Finish } else { FlushCompress::Sync };
                let mut coded = talk.coded(&(text + if fault == "finished" { "" } else { ".\r\n" }), flush);
                match fault {
                    "corrupt" => coded[2000..2100].fill(0xff),
                    "cut" => coded.truncate(2000),
                    "plain" => coded = b"one\r\n.\r\n".repeat(100),
                    _ => {}
                }
                talk.conn.say(coded)
            });
            let mut news = w!(connect(&server)).unwrap();
            let mut text = Vec::new();
            let mut body = w!(news.body(Article::Number(1))).unwrap();
            let error = w!(body.read_to_end(&mut text)).unwrap_err();
            assert_eq!(landline::Error::from(error).kind(), expected, "{fault}");
        }
    }

    fn k2_little_that_becomes_much_is_bounded() {
        // A line of 64 MB, which is 64 KB on the wire.
        let server = server(false, |talk| {
            talk.line()?;
            let piece = "x".repeat(1 << 20);
            (0..64).try_for_each(|_| talk.say(&piece))
        });
        let mut news = w!(connect(&server)).unwrap();
        assert_eq!(w!(news.date()).unwrap_err().kind(), ErrorKind::Limit);
    }

    fn k2_blocks_of_nothing_end_at_a_deadline() {
        let server = server(false, |talk| {
            talk.line()?;
            loop {
                talk.conn.say([0, 0, 0, 0xff, 0xff].repeat(4000))?;
            }
        });
        let deadlines = timeouts(|all| all.first_byte = support::ms(300));
        let opener = opener().nntp(options()).login(Login::new("me", "secret")).timeouts(deadlines);
        let mut news = w!(face::nntp::Connection::with(&opener, &server.url_for("nntp", "/"))).unwrap();
        assert_eq!(w!(news.date()).unwrap_err().kind(), ErrorKind::Timeout);
    }

    fn urls_share_a_compressed_connection() {
        let server = server(false, |talk| {
            for number in 1..=2 {
                assert_eq!(talk.line()?, format!("ARTICLE <{number}@b>"));
                talk.say(&format!("220 0 <{number}@b>\r\nSubject: {number}\r\n\r\n.\r\n"))?;
            }
            assert_eq!(talk.line()?, "QUIT");
            talk.say("205 bye\r\n")
        });
        let opener = opener().nntp(options()).login(Login::new("me", "secret"));
        for number in 1..=2 {
            let url = server.url_for("nntp", &format!("/{number}@b"));
            let text = w!(w!(opener.open(&url)).unwrap().text()).unwrap();
            assert_eq!(text, format!("Subject: {number}\r\n\r\n"));
        }
        w!(opener.quit());
    }
}
