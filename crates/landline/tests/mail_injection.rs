//! Whatever a caller puts into a command of mail and news, there is one command (class A3): every verb with
//! every value that could begin another, by methods and by URLs. What a server sends in texts is no end of
//! them unless it is exactly that (class A4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::imap::{self, Message, Set};
use landline::nntp::{self, Article, ArticleRange, OverviewFormat};
use landline::{ErrorKind, Login, Upload, pop3};
use landline_testkit::Server;
use support::faces;

const ENDS: [&str; 6] = ["<a@b>\r\nEVIL", "a\nEVIL", "a\rEVIL", "a\0EVIL", "\r\nEVIL", "a\r\n"];
/// What IMAP takes for the beginning of a literal, at the end of a line.
const LITERALS: [&str; 5] = ["EVIL {5}", "EVIL {5+}", "{0}", "EVIL ~{3}", "\"EVIL {5}"];

/// Says `greeting`, and to every line what `answer` makes of it.
fn server(greeting: &'static str, answer: fn(&str) -> String) -> Server {
    Server::tcp(move |conn| {
        conn.say(greeting)?;
        loop {
            let line = conn.read_line()?;
            if line.is_empty() {
                return Ok(());
            }
            conn.say(answer(&String::from_utf8_lossy(&line)))?;
        }
    })
}

/// Sends a text in two pieces to who asks for one.
fn text_server(scheme: &str, pieces: [Vec<u8>; 2]) -> Server {
    let (greeting, begin) = match scheme {
        "pop3" => ("+OK\r\n", "+OK\r\n"),
        _ => ("200\r\n", "220 0 <a@b>\r\n"),
    };
    Server::tcp(move |conn| {
        conn.say(greeting)?;
        loop {
            match &*conn.read_line()? {
                b"" => return Ok(()),
                b"CAPABILITIES\r\n" => conn.say("101\r\nREADER\r\n.\r\n")?,
                b"QUIT\r\n" => conn.say("205 bye\r\n")?,
                _ => {
                    conn.say(begin)?;
                    pieces.iter().try_for_each(|piece| conn.say(piece))?;
                }
            }
        }
    })
}

fn of_pop3(line: &str) -> String {
    if line.starts_with("CAPA") { "+OK\r\n.\r\n" } else { "+OK\r\n" }.to_owned()
}

fn of_nntp(line: &str) -> String {
    if line.starts_with("CAPA") { "101\r\nREADER\r\n.\r\n" } else { "381\r\n" }.to_owned()
}

fn of_imap(line: &str) -> String {
    let tag = line.split(' ').next().unwrap_or_default();
    let go_on = if line.ends_with("}\r\n") { "+ go on\r\n" } else { "" };
    format!("{go_on}* CAPABILITY UIDPLUS\r\n{tag} OK\r\n")
}

/// All were refused before they were sent, and what was sent is one command a line.
#[track_caller]
fn check(server: &Server, value: &str, all: &[landline::Result<()>]) {
    for (at, one) in all.iter().enumerate() {
        let kind = one.as_ref().err().map(landline::Error::kind);
        assert_eq!(kind, Some(ErrorKind::Usage), "{value:?}, case {at}: {one:?}");
    }
    let said = server.received_text().concat();
    assert!(!said.contains("EVIL") && !said.contains("}\r\n"), "{value:?}: {said}");
}

faces! {
    fn a3_pop3_has_one_command_a_line() {
        for value in ENDS {
            let server = server("+OK <1@a>\r\n", of_pop3);
            let address = server.addr().to_string();
            let mut pop = w!(face::pop3::Connection::connect(&address))?;
            let mut all = vec![w!(pop.command(value)).map(drop), w!(pop.text(value)).map(drop)];
            all.push(w!(pop.login(&Login::new(value, "x"))));
            check(&server, value, &all);
            let server = self::server("+OK\r\n", of_pop3);
            let mut pop = w!(face::pop3::Connection::connect(&server.addr().to_string()))?;
            let all = vec![w!(pop.login(&Login::new("me", value)))];
            check(&server, value, &all);
        }
    }

    fn a3_nntp_has_one_command_a_line() {
        for value in ENDS {
            let server = server("200\r\n", of_nntp);
            let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string()))?;
            let (range, since) = (ArticleRange::One(1), std::time::SystemTime::now());
            let mut all = vec![
                w!(news.command(value)).map(drop),
                w!(news.group(value)).map(drop),
                w!(news.list_group(value, None)).map(drop),
                w!(news.groups(Some(value))).map(drop),
                w!(news.counted_groups(Some(value))).map(drop),
                w!(news.descriptions(Some(value))).map(drop),
                w!(news.field(value, range)).map(drop),
                w!(news.new_news(value, since)).map(drop),
                w!(news.stat(Article::Id(value))).map(drop),
                w!(news.article(Article::Id(value))).map(drop),
                w!(news.head(Article::Id(value))).map(drop),
                w!(news.body(Article::Id(value))).map(drop),
                w!(news.over_one(Article::Id(value), OverviewFormat::default())).map(drop),
                w!(news.i_have(value, Upload::bytes(*b"a"))).map(drop),
            ];
            all.push(w!(news.login(&Login::new(value, "x"))));
            all.push(w!(news.login(&Login::new("me", value))));
            check(&server, value, &all);
        }
    }

    fn a3_imap_has_one_command_a_line_and_no_literal_but_ours() {
        for value in ENDS.into_iter().chain(LITERALS) {
            let server = server("* OK\r\n", of_imap);
            let mut mail = w!(face::imap::Connection::connect(&server.addr().to_string()))?;
            let all = vec![
                w!(mail.command(value)).map(drop),
                w!(mail.search(value)).map(drop),
                w!(mail.search_uids(value)).map(drop),
                w!(mail.fetch(Set::Numbers("1"), value)).map(drop),
                w!(mail.fetch(Set::Uids(value), "FLAGS")).map(drop),
                w!(mail.store(Set::Numbers("1"), value)).map(drop),
                w!(mail.store(Set::Numbers(value), "FLAGS")).map(drop),
                w!(mail.copy(Set::Numbers(value), "a")).map(drop),
                w!(mail.expunge_uids(value)).map(drop),
            ];
            check(&server, value, &all);
            if LITERALS.contains(&value) {
                // What is quoted announces nothing.
                w!(mail.list(value, value))?;
                w!(mail.select(value))?;
                assert!(!server.received_text().concat().contains("}\r\n"), "{value}");
                continue;
            }
            let all = vec![
                w!(mail.list(value, "*")).map(drop),
                w!(mail.list("", value)).map(drop),
                w!(mail.status(value)).map(drop),
                w!(mail.select(value)).map(drop),
                w!(mail.examine(value)).map(drop),
                w!(mail.section(Message::Uid(1), value)).map(drop),
                w!(mail.copy(Set::Numbers("1"), value)).map(drop),
                w!(mail.append(value, &[], Upload::bytes(*b"a"))).map(drop),
                w!(mail.append("a", &[value], Upload::bytes(*b"a"))).map(drop),
                w!(mail.login(&Login::new(value, "x"))).map(drop),
                w!(mail.login(&Login::new("me", value))).map(drop),
            ];
            check(&server, value, &all);
        }
    }

    fn a3_no_url_and_no_command_of_ones_own_says_more_than_one() {
        let ends = ["%0d%0aEVIL", "%0aEVIL", "%0d", "%00"];
        let pop3 = ends.map(|end| format!("pop3://127.0.0.1:1/1{end}"));
        let news = ends.map(|end| ["a/1", "a", "a@b", "*"].map(|it| format!("nntp://127.0.0.1:1/{it}{end}")));
        let parts = ["a", "a;UID=1", "a;UID=1;SECTION=1", "a;UIDVALIDITY=1", "a?ALL"];
        let mail = ends.map(|end| parts.map(|it| format!("imap://127.0.0.1:1/{it}{end}")));
        let literals = ["{5}", "%7B5+%7D", "X%20%7B0%7D"].map(|it| format!("imap://127.0.0.1:1/a?{it}"));
        for url in pop3.iter().chain(news.as_flattened()).chain(mail.as_flattened()).chain(&literals) {
            let error = w!(opener().open(url)).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Url, "{url}: {error}");
        }
        for value in ENDS.into_iter().chain(LITERALS) {
            let mut options = imap::Options::default();
            options.command = Some(value.to_owned());
            let error = w!(opener().imap(options).open("imap://127.0.0.1:1/a")).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{value:?}: {error}");
        }
        for value in ENDS {
            let server = server("+OK\r\n", of_pop3);
            let (mut pop, mut news) = (pop3::Options::default(), nntp::Options::default());
            (pop.command, news.command) = (Some(value.to_owned()), Some(value.to_owned()));
            let mut all = vec![w!(opener().pop3(pop).open(&server.url_for("pop3", "/"))).map(drop)];
            let server = self::server("200\r\n", of_nntp);
            all.push(w!(opener().nntp(news).open(&server.url_for("nntp", "/"))).map(drop));
            check(&server, value, &all);
        }
    }

    fn a4_only_the_whole_end_of_a_text_ends_it_wherever_it_is_cut() {
        let wire = b"a\r\n..\r\n.\rb\r\n.\nc\r\n\n.\n\r.\r\n...\r\n\r\n..\n.\r\r\n.\r\n";
        let text = "a\r\n.\r\n\rb\r\n\nc\r\n\n.\n\r.\r\n..\r\n\r\n.\n.\r\r\n";
        for (scheme, path) in [("pop3", "/1"), ("nntp", "/a@b")] {
            for at in 0..=wire.len() {
                let server = text_server(scheme, [wire[..at].to_vec(), wire[at..].to_vec()]);
                let mut document = w!(opener().open(&server.url_for(scheme, path)))?;
                assert_eq!(w!(document.text())?, text, "{scheme} cut at {at}");
            }
        }
    }

    fn k4_texts_of_tiny_lines_take_no_time() {
        for (scheme, path) in [("pop3", "/1"), ("nntp", "/a@b")] {
            let server = text_server(scheme, ["..\r\n".repeat(400_000).into(), b".\r\n".to_vec()]);
            let began = std::time::Instant::now();
            let mut document = w!(opener().open(&server.url_for(scheme, path)))?;
            let mut text = Vec::new();
            w!(document.read_to_end(&mut text))?;
            assert_eq!(text.len(), 3 * 400_000, "{scheme}");
            assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
        }
    }
}
