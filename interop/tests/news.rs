//! Groups, overviews, articles, posting, logins and TLS against INN.
#![cfg(unix)]
// A test harness fails loudly.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Read;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use landline::net::NetOptions;
use landline::nntp::{Article, ArticleRange, Connection, Options, Part};
use landline::{ErrorKind, Login, Opener, Security, StoreMode, Upload};
use landline_interop::{Daemon, MAIL_LOGIN, inn};

const ARTICLE: &str = "From: me@example.com\nNewsgroups: misc.test\nSubject: hi\n\
                       Message-ID: <first@example.com>\n\n.one\n..two\n\nthree\n";

fn reader(server: &Daemon, change: impl FnOnce(&mut Options)) -> Opener {
    let (mut net, mut options) = (NetOptions::default(), Options::default());
    net.tls.trust_only_file(server.folder().join("ca.pem")).unwrap();
    // The mechanisms of SASL have users of their own there.
    options.sasl.never = true;
    change(&mut options);
    Opener::new().unwrap().net(net).nntp(options)
}

#[test]
fn inn_is_posted_to_listed_and_read_behind_starttls_and_a_login() {
    let Some(server) = inn() else { return };
    let reader = reader(&server, |options| options.security = Security::Required);
    let opener = reader.clone().login(Login::new(MAIL_LOGIN.0, MAIL_LOGIN.1));
    let article = Upload::bytes(ARTICLE.as_bytes());
    opener.store(&server.url("nntp", "/"), article, StoreMode::Replace).unwrap();

    let mut news = Connection::with(&opener, &server.url("nntp", "/")).unwrap();
    assert!(news.stream().tls().is_some() && news.may_post());
    let groups: Vec<_> = news.groups(Some("misc.*")).unwrap().map(Result::unwrap).collect();
    assert_eq!((&*groups[0].name, groups.len()), ("misc.test", 1));
    let about: Vec<_> = news.descriptions(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(about, [("misc.test".to_owned(), "For tests".to_owned())]);
    let group = news.group("misc.test").unwrap();
    assert_eq!((group.count, group.first, group.last), (1, 1, 1));
    let format = news.overview_format().unwrap();
    let all = news.over(ArticleRange::From(1), format).unwrap();
    let all: Vec<_> = all.map(Result::unwrap).collect();
    assert_eq!((all[0].get("Subject"), all[0].lines()), (Some("hi"), Some(4)));
    assert_eq!(news.stat(Article::Number(1)).unwrap(), (1, "<first@example.com>".to_owned()));
    let mut body = String::new();
    news.body(Article::Id("<first@example.com>")).unwrap().read_to_string(&mut body).unwrap();
    assert_eq!(body, ".one\r\n..two\r\n\r\nthree\r\n");
    let again = news.post(Upload::bytes(ARTICLE.as_bytes())).unwrap_err();
    assert_eq!((again.kind(), again.status()), (ErrorKind::Refused, Some(441)));
    assert_eq!(news.group("misc.none").unwrap_err().kind(), ErrorKind::NotFound);
    news.date().unwrap();
    news.quit().unwrap();

    let document = opener.open(&server.url("nntp", "/misc.test/1")).unwrap();
    assert_eq!(document.info().get("Subject"), Some("hi"));
    let wrong = reader.login(Login::new(MAIL_LOGIN.0, "wrong"));
    let error = wrong.open(&server.url("nntp", "/misc.test")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login);
}

#[test]
fn inn_compresses_and_is_asked_for_many_articles_at_once() {
    const COUNT: u64 = 30;
    let Some(server) = inn() else { return };
    for security in [Security::Off, Security::Required] {
        let opener = reader(&server, |options| {
            options.compress = true;
            options.security = security;
        });
        let opener = opener.login(Login::new(MAIL_LOGIN.0, MAIL_LOGIN.1));
        let mut news = Connection::with(&opener, &server.url("nntp", "/")).unwrap();
        assert_eq!(news.stream().tls().is_some(), security == Security::Required);
        assert!(news.compress().unwrap(), "it is compressed already");
        assert!(!news.capabilities().unwrap().compress_deflate);
        if security == Security::Off {
            for number in 1..=COUNT {
                let id = format!("<{number}@example.com>");
                let article =
                    ARTICLE.replace("<first@example.com>", &id).replace("three", &id.repeat(200));
                news.post(Upload::bytes(article.into_bytes())).unwrap();
            }
        }
        let group = news.group("misc.test").unwrap();
        assert_eq!(group.count, COUNT);
        // One more than there are.
        let mut articles =
            news.fetch(Part::Body, (group.first..=group.last + 1).map(Article::Number));
        for number in 1..=COUNT {
            let (mut body, mut text) = (articles.next_article().unwrap().unwrap(), String::new());
            body.read_to_string(&mut text).unwrap();
            let id = format!("<{number}@example.com>");
            assert_eq!((body.number(), body.id()), (Some(number), Some(&*id)));
            assert_eq!(text, format!(".one\r\n..two\r\n\r\n{}\r\n", id.repeat(200)));
        }
        let missing = articles.next_article().unwrap().unwrap_err();
        assert_eq!((missing.kind(), missing.status()), (ErrorKind::NotFound, Some(423)));
        assert!(articles.next_article().is_none());
        let mut by_id =
            news.fetch(Part::Stat, [Article::Id("<3@example.com>"), Article::Id("<x@y>")]);
        assert_eq!(by_id.next_article().unwrap().unwrap().id(), Some("<3@example.com>"));
        assert_eq!(by_id.next_article().unwrap().unwrap_err().kind(), ErrorKind::NotFound);
        by_id.finish().unwrap();
        news.quit().unwrap();
    }
}

/// Whole, as one server gives it to another.
fn offered(id: &str) -> Upload {
    let date = httpdate::fmt_http_date(std::time::SystemTime::now());
    let article = ARTICLE.replace("<first@example.com>", id);
    Upload::bytes(format!("Path: there\nDate: {date}\n{article}").into_bytes())
}

#[test]
fn inn_tells_of_groups_fields_and_what_is_new_and_takes_what_it_is_offered() {
    let Some(server) = inn() else { return };
    let opener = reader(&server, |_| {}).login(Login::new(MAIL_LOGIN.0, MAIL_LOGIN.1));
    let mut news = Connection::with(&opener, &server.url("nntp", "/")).unwrap();
    for id in ["<1@example.com>", "<2@example.com>", "<3@example.com>"] {
        assert!(news.i_have(id, offered(id)).unwrap(), "{id}");
    }
    assert!(!news.i_have("<3@example.com>", offered("<3@example.com>")).unwrap(), "it has it");
    let fourth = offered("<4@example.com>");
    opener.store(&server.url("nntp", "/"), fourth, StoreMode::Replace).unwrap();

    let counts: Vec<_> = news.counted_groups(Some("misc.*")).unwrap().map(Result::unwrap).collect();
    assert_eq!((&*counts[0].name, counts[0].count, counts.len()), ("misc.test", Some(4), 1));
    let range = Some(ArticleRange::Between(2, 3));
    let numbers = news.list_group("misc.test", range).unwrap().map(Result::unwrap);
    assert_eq!(numbers.collect::<Vec<_>>(), [2, 3]);
    let numbers = news.list_group("misc.test", None).unwrap().map(Result::unwrap);
    assert_eq!(numbers.collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(news.list_group("misc.none", None).unwrap_err().kind(), ErrorKind::NotFound);
    // LISTGROUP chooses the first.
    assert_eq!(news.next_article().unwrap(), (2, "<2@example.com>".to_owned()));
    assert_eq!(news.previous_article().unwrap(), (1, "<1@example.com>".to_owned()));
    let error = news.previous_article().unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(422)));
    for (name, value) in [("Subject", "hi"), ("message-id", "<3@example.com>"), (":lines", "4")] {
        let fields = news.field(name, ArticleRange::One(3)).unwrap().map(Result::unwrap);
        assert_eq!(fields.collect::<Vec<_>>(), [(3, value.to_owned())]);
    }
    let none = news.field("Subject", ArticleRange::From(9)).unwrap_err();
    assert_eq!((none.kind(), none.status()), (ErrorKind::NotFound, Some(423)));
    let long_ago = UNIX_EPOCH + Duration::from_secs(999_999_999);
    let ids = news.new_news("misc.*", long_ago).unwrap().map(Result::unwrap).count();
    assert_eq!(ids, 4);
    let groups: Vec<_> = news.new_groups(long_ago).unwrap().map(Result::unwrap).collect();
    assert_eq!(groups.iter().map(|group| &*group.name).collect::<Vec<_>>(), ["misc.test"]);
    assert_eq!(news.new_groups(SystemTime::now()).unwrap().count(), 0);
    news.quit().unwrap();
}
