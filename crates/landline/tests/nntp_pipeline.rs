//! Many articles over one connection, with several commands under way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::nntp::{Article, Part};
use landline::{Error, ErrorKind};
use landline_testkit::Server;
use landline_testkit::transcript::{Delivery, Script};
use support::faces;

const IN: &str = "S: 200\nC: CAPABILITIES\nS: 101\nS: READER\nS: .\n";
const BYE: &str = "C: DATE\nS: 111 20010909014640\n";

/// What became of each article: its number, its id and its text, or what went wrong.
type Came = Result<(Option<u64>, Option<String>, String), ErrorKind>;

fn text(number: u64, text: &str) -> Came {
    Ok((Some(number), None, text.to_owned()))
}

faces! {
    async fn fetch(news: &mut face::nntp::Connection, part: Part, which: &[Article<'static>]) -> Vec<Came> {
        let mut came = Vec::new();
        let mut articles = news.fetch(part, which.iter().copied());
        while let Some(article) = w!(articles.next_article()) {
            came.push(match article {
                Ok(mut article) => {
                    let mut text = String::new();
                    match w!(article.read_to_string(&mut text)) {
                        Ok(_) => Ok((article.number(), article.id().map(str::to_owned), text)),
                        Err(error) => Err(Error::from(error).kind()),
                    }
                }
                Err(error) => Err(error.kind()),
            });
        }
        came
    }

    async fn play(rest: &str, part: Part, which: &[Article<'static>], expected: &[Came]) -> () {
        for delivery in Delivery::ALL {
            let server = Script::parse(&format!("{IN}{rest}")).expect("a script").serve_with(delivery);
            let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string())).unwrap();
            assert_eq!(w!(fetch(&mut news, part, which)), expected, "{delivery:?} {rest}");
            if rest.ends_with(BYE) {
                w!(news.date()).expect("the connection goes on");
            }
            server.finish().unwrap_or_else(|mismatch| panic!("{delivery:?} {mismatch}"));
        }
    }

    fn all_are_asked_for_before_the_first_has_come() {
        let talk = format!("C: BODY 1\nC: BODY 2\nC: BODY <a@b>\nS: 222 1 <x@y>\nS: ..one\nS: .\n\
            S: 222 2\nS: .\nS: 222 0 <a@b>\nS: three\nS: .\n{BYE}");
        let which = [Article::Number(1), Article::Number(2), Article::Id("<a@b>")];
        let expected = [
            Ok((Some(1), Some("<x@y>".to_owned()), ".one\r\n".to_owned())),
            text(2, ""),
            Ok((Some(0), Some("<a@b>".to_owned()), "three\r\n".to_owned())),
        ];
        w!(play(&talk, Part::Body, &which, &expected));
        w!(play(BYE, Part::Body, &[], &[]));
    }

    fn one_that_is_missing_is_not_the_end() {
        let talk = format!("C: ARTICLE 1\nC: ARTICLE 2\nC: ARTICLE 3\nC: ARTICLE 4\nC: ARTICLE 5\n\
            S: 423 none\nS: 220 2\nS: a\nS: .\nS: 430 none\nS: 503 not stored\nS: 480 who\n{BYE}");
        let which: Vec<_> = (1..=5).map(Article::Number).collect();
        let expected = [
            Err(ErrorKind::NotFound),
            text(2, "a\r\n"),
            Err(ErrorKind::NotFound),
            Err(ErrorKind::Refused),
            Err(ErrorKind::Login),
        ];
        w!(play(&talk, Part::Article, &which, &expected));
    }

    fn heads_and_facts_have_codes_of_their_own() {
        let head = format!("C: HEAD 1\nS: 221 1\nS: Subject: a\nS: .\n{BYE}");
        w!(play(&head, Part::Head, &[Article::Number(1)], &[text(1, "Subject: a\r\n")]));
        let stat = format!("C: STAT 1\nC: STAT <a@b>\nS: 223 1 <x@y>\nS: 223 0 <a@b>\n{BYE}");
        let expected = [(1, "<x@y>"), (0, "<a@b>")]
            .map(|(number, id)| Ok((Some(number), Some(id.to_owned()), String::new())));
        w!(play(&stat, Part::Stat, &[Article::Number(1), Article::Id("<a@b>")], &expected));
    }

    fn a3_what_is_no_message_id_is_not_sent_and_told_in_its_turn() {
        let talk = format!("C: STAT 1\nC: STAT 2\nS: 223 1\nS: 223 2\n{BYE}");
        let bad = Article::Id("<a@b>\r\nQUIT");
        let expected = [Err(ErrorKind::Usage), text(1, ""), Err(ErrorKind::Usage), text(2, "")];
        let which = [bad, Article::Number(1), bad, Article::Number(2)];
        // The first that cannot be asked for is told at once: nothing else is under way.
        w!(play(&talk, Part::Stat, &which, &expected));
        let many = vec![bad; 1000];
        w!(play(BYE, Part::Stat, &many, &vec![Err(ErrorKind::Usage); 1000]));
    }

    fn what_was_not_read_is_dropped() {
        let talk = format!("{IN}C: BODY 1\nC: BODY 2\nC: BODY 3\nS: 222 1\nS: one\nS: more\nS: .\n\
            S: 222 2\nS: two\nS: .\nS: 222 3\nS: three\nS: .\n{BYE}");
        for delivery in Delivery::ALL {
            let server = Script::parse(&talk).expect("a script").serve_with(delivery);
            let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string())).unwrap();
            let mut articles = news.fetch(Part::Body, (1..=3).map(Article::Number));
            w!(articles.next_article()).unwrap().unwrap();
            let mut second = w!(articles.next_article()).unwrap().unwrap();
            let mut byte = [0];
            w!(second.read_exact(&mut byte)).unwrap();
            assert_eq!(byte, *b"t");
            drop(second);
            w!(articles.finish()).unwrap();
            w!(news.date()).expect("the connection goes on");
            server.finish().unwrap();
        }
    }

    fn one_that_is_given_up_is_the_last() {
        let talk = format!("{IN}C: STAT 1\nC: STAT 2\nS: 223 1\nS: 223 2\nC! eof\n");
        let server = Script::parse(&talk).expect("a script").serve_with(Delivery::Whole);
        let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string())).unwrap();
        let mut articles = news.fetch(Part::Stat, (1..=2).map(Article::Number));
        w!(articles.next_article()).unwrap().unwrap();
        drop(articles);
        assert_eq!(w!(news.date()).unwrap_err().kind(), ErrorKind::Usage);
        drop(news);
        server.finish().unwrap();
    }

    fn a_server_out_of_step_is_found_out() {
        let which = [Article::Number(1), Article::Id("<a@b>")];
        let ask = "C: BODY 1\nC: BODY <a@b>\n";
        for (answer, expected) in [
            ("S: 222 2\nS: .\n", vec![Err(ErrorKind::Protocol)]),
            ("S: 222 1\nS: .\nS: 222 0 <b@a>\nS: .\n", vec![text(1, ""), Err(ErrorKind::Protocol)]),
            ("S: 222 1\nS: .\nS: 222 1\nS: .\n", vec![text(1, ""), Ok((Some(1), None, String::new()))]),
            ("S: 220 1\nS: .\n", vec![Err(ErrorKind::Protocol)]),
            ("S: 222 1\nS: .\nS: .\n", vec![text(1, ""), Err(ErrorKind::Protocol)]),
            ("S: 423\nS! fin\n", vec![Err(ErrorKind::NotFound), Err(ErrorKind::Io)]),
            ("S: 222 1\nS: a\nS! fin\n", vec![Err(ErrorKind::Truncated), Err(ErrorKind::Truncated)]),
            ("S: 400 going\nS! fin\n", vec![Err(ErrorKind::Refused)]),
            ("S: 281 what\n", vec![Err(ErrorKind::Protocol)]),
        ] {
            w!(play(&format!("{ask}{answer}"), Part::Body, &which, &expected));
        }
    }

    fn both_directions_may_be_full() {
        const COUNT: u64 = 20_000;
        // It answers each command before it reads the next, and what it says is more than anybody keeps.
        let server = Server::tcp(|conn| {
            conn.say("200\r\n")?;
            conn.read_line()?;
            conn.say("101\r\nREADER\r\n.\r\n")?;
            let body = "x".repeat(998) + "\r\n";
            for number in 1..=COUNT {
                assert_eq!(conn.read_line()?, format!("BODY {number}\r\n").as_bytes());
                conn.say(format!("222 {number}\r\n{body}.\r\n"))?;
            }
            Ok(())
        });
        let mut news = w!(face::nntp::Connection::connect(&server.addr().to_string())).unwrap();
        let mut articles = news.fetch(Part::Body, (1..=COUNT).map(Article::Number));
        let mut count = 0;
        while let Some(article) = w!(articles.next_article()) {
            count += 1;
            assert_eq!(article.unwrap().number(), Some(count));
        }
        assert_eq!(count, COUNT);
    }
}
