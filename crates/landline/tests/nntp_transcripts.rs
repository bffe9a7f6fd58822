//! Every dialogue of `transcripts/nntp` comes out the same under both faces, whole and byte by byte.
//!
//! | line | meaning, beside those of `support/mail.rs` |
//! |---|---|
//! | `article: TEXT`, `breaks: yes` | what is posted, escaped; a source that fails behind it |
//! | `command: TEXT` | what a URL asks in place of what its path says |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Read;
use std::time::{Duration, UNIX_EPOCH};

use landline::nntp::{Article, ArticleRange, Options, OverviewFormat};
use landline::{ErrorKind, Upload};
use landline_testkit::transcript::{Delivery, Script, unescape};
use support::faces;
use support::mail::{Came, Stage, all, sasl, security, unescaped};
use support::transcripts::walk;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/nntp");

fn options(script: &Script) -> Options {
    let mut options = Options::default();
    options.security = security(script);
    options.command = script.header("command").map(str::to_owned);
    options.sasl = sasl(script);
    options
}

/// What is posted. A source that fails does so behind it.
fn article(script: &Script) -> Upload {
    let bytes = unescape(script.header("article").unwrap_or_default()).expect("escapes");
    match script.header("breaks") {
        None => Upload::bytes(bytes),
        Some(_) => Upload::reader(std::io::Cursor::new(bytes).chain(Broken), None),
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is gone"))
    }
}

fn which(word: Option<&&str>) -> Article<'static> {
    match word {
        None => Article::Current,
        Some(id) if id.starts_with('<') => Article::Id(unescaped(id).leak()),
        Some(number) => Article::Number(number.parse().expect("a number")),
    }
}

fn range(word: &str) -> ArticleRange {
    ArticleRange::parse(word).expect("a range")
}

faces! {
    async fn step(news: &mut face::nntp::Connection, step: &str, script: &Script) -> landline::Result<String> {
        let since = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let words: Vec<_> = step.split(' ').collect();
        let word = |at: usize| words.get(at).map(|word| unescaped(word));
        let needed = |at: usize| word(at).expect("a word");
        Ok(match words[0] {
            "group" => format!("{:?}", w!(news.group(&needed(1)))?),
            "stat" => format!("{:?}", w!(news.stat(which(words.get(1))))?),
            "next" => format!("{:?}", w!(news.next_article())?),
            "last" => format!("{:?}", w!(news.previous_article())?),
            "date" => format!("{:?}", w!(news.date())?.duration_since(UNIX_EPOCH).expect("later")),
            "may_post" => news.may_post().to_string(),
            "caps" => w!(news.capabilities())?.lines().join(","),
            "format" => format!("{:?}", w!(news.overview_format())?),
            "over_one" => {
                let format = OverviewFormat::default();
                format!("{:?}", w!(news.over_one(which(words.get(1)), format))?.is_some())
            }
            "post" => w!(news.post(article(script))).map(|()| "posted".to_owned())?,
            "ihave" => w!(news.i_have(&needed(1), article(script)))?.to_string(),
            "groups" => w!(all_records(w!(news.groups(word(1).as_deref()))?))?,
            "counts" => w!(all_records(w!(news.counted_groups(word(1).as_deref()))?))?,
            "descriptions" => w!(all_records(w!(news.descriptions(word(1).as_deref()))?))?,
            "list_group" => w!(all_records(w!(news.list_group(&needed(1), words.get(2).map(|it| range(it))))?))?,
            "over" => {
                let format = w!(news.overview_format())?;
                w!(all_records(w!(news.over(range(words[1]), format))?))?
            }
            "field" => w!(all_records(w!(news.field(&needed(1), range(words[2])))?))?,
            "new_news" => w!(all_records(w!(news.new_news(&needed(1), since))?))?,
            "new_groups" => w!(all_records(w!(news.new_groups(since))?))?,
            "article" | "head" | "body" => {
                let mut text = String::new();
                let mut reader = match words[0] {
                    "article" => w!(news.article(which(words.get(1))))?,
                    "head" => w!(news.head(which(words.get(1))))?,
                    _ => w!(news.body(which(words.get(1))))?,
                };
                w!(reader.read_to_string(&mut text))?;
                text.replace("\r\n", "|")
            }
            other => panic!("no step {other}"),
        })
    }

    async fn run(opener: &face::Opener, url: &str, script: &Script, came: &mut Came) -> landline::Result<()> {
        let mut session = w!(face::nntp::Connection::with(opener, url))?;
        for words in all(script, "do") {
            if words == "quit" {
                return w!(session.quit());
            }
            came.did.push(w!(step(&mut session, words, script))?);
        }
        Ok(())
    }

    async fn play(script: &Script, delivery: Delivery) -> Result<(), String> {
        let stage = Stage::set(script, delivery, "nntp");
        let opener = w!(opener_for(&stage, script)).nntp(options(script));
        let mut came = Came::default();
        if !w!(visit(&opener, &stage, script, || article(script), &mut came)) {
            came.error = w!(run(&opener, &stage.url("/"), script, &mut came)).err();
        }
        w!(verdict(opener, stage, came))
    }

    fn what_is_asked_is_told() {
        walk!(&format!("{FOLDER}/asking"), play);
    }

    fn logins_and_tls_come_out_as_written() {
        walk!(&format!("{FOLDER}/login"), play);
    }

    fn articles_are_posted_or_not() {
        walk!(&format!("{FOLDER}/posting"), play);
    }

    fn refusals_and_cuts_are_told_apart() {
        walk!(&format!("{FOLDER}/faults"), play);
    }

    fn urls_are_read() {
        walk!(&format!("{FOLDER}/urls"), play);
    }

    fn a3_k2_injection_and_endless_replies_end() {
        walk!(&format!("{FOLDER}/hostile"), play);
    }

    fn a3_urls_that_say_more_than_one_command_are_not_connected_to() {
        let opener = opener();
        for path in ["misc%0d%0aQUIT", "a%0d%0a@b", "*%0aQUIT", "misc.test/1%0d%0aQUIT", "a%00b"] {
            let error = w!(opener.open(&format!("nntp://127.0.0.1:1/{path}"))).err();
            assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Url), "{path}");
        }
        let error = w!(opener.info("nntp://127.0.0.1:1/misc.test")).err();
        assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Scheme));
    }

    fn urls_without_a_server_ask_the_one_that_is_known() {
        let talk = "S: 200\nC: CAPABILITIES\nS: 101\nS: READER\nS: .\nC: ARTICLE <a/../b%c@d>\nS: 220\n\
                    S: Subject: a\nS:\nS: .\nC: GROUP misc.test\nS: 211 1 1 1 misc.test\nC: XOVER 1-\nS: 224\nS: .\n\
                    C: LIST ACTIVE misc.*\nS: 215\nS: .\nC: HEAD <a@b>\nS: 221\nS: Subject: b\nS: .\nC: QUIT\nS: 205\n";
        let server = Script::parse(talk).expect("a script").serve_with(Delivery::Whole);
        let mut options = Options::default();
        options.server = Some(server.addr().to_string());
        let known = opener().nntp(options);
        for url in ["news:a/../b%25c@d", "news:misc.test", "news:misc.*"] {
            w!(w!(known.open(url)).unwrap().text()).unwrap();
        }
        assert_eq!(w!(known.info("news:%3Ca@b%3E")).unwrap().get("subject"), Some("b"));
        w!(known.quit());
        server.finish().unwrap();
    }

    fn a3_urls_without_a_server_are_refused_as_others_are() {
        let mut options = Options::default();
        for (server, url, said) in [
            (None, "news:misc.test", "names no news server"),
            (Some("a b"), "news:misc.test", "is not a host and port"),
            (Some("x@127.0.0.1:1/y?"), "news:misc.test", "is not a host and port"),
            (Some("127.0.0.1:1"), "news:a%0d%0aQUIT@b", "nothing that a news server has"),
            (Some("127.0.0.1:1"), "news:a@b%3Ec", "nothing that a news server has"),
            (Some("127.0.0.1:1"), "news:a?b@c", "nothing that a news server has"),
        ] {
            options.server = server.map(str::to_owned);
            let error = w!(opener().nntp(options.clone()).open(url)).expect_err("no such thing");
            assert!(error.kind() == ErrorKind::Url && error.to_string().contains(said), "{url}: {error}");
        }
    }

    fn a4_what_is_posted_holds_no_end_of_its_own_wherever_it_is_cut() {
        let text = b"\r\n.\r\n\n.\n\r.\r.\r\n..\n.\r\nQUIT\r\n";
        let wanted = "\r\n..\r\n\r\n..\r\n\r\n..\r\n..\r\n...\r\n..\r\nQUIT\r\n.\r\n";
        let lines: String = wanted.lines().map(|line| format!("C: {line}\n")).collect();
        let talk = format!("S: 200\nC: CAPABILITIES\nS: 101\nS: READER\nS: .\nC: POST\nS: 340\n{lines}S: 240\n");
        let script = Script::parse(&talk).expect("a script");
        for at in 0..=text.len() {
            let server = script.serve_with(Delivery::Whole);
            let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string())).unwrap();
            let (first, rest): (&'static [u8], &'static [u8]) = text.split_at(at);
            let source = Read::chain(first, rest);
            w!(news.post(Upload::reader(source, None))).unwrap();
            drop(news);
            server.finish().unwrap_or_else(|mismatch| panic!("cut at {at}: {mismatch}"));
        }
    }
}
