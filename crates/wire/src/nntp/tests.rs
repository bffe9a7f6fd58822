use std::time::{Duration, SystemTime};

use super::*;
use crate::sasl::Mechanisms;
use crate::target::Location;

#[test]
fn capabilities_are_told_apart() {
    let mut all = Capabilities::default();
    for line in [
        "VERSION 2",
        "READER",
        "IHAVE",
        "POST",
        "NEWNEWS",
        "LIST ACTIVE NEWSGROUPS",
        "list COUNTS overview.fmt",
        "OVER MSGID",
        "HDR",
        "STARTTLS",
        "AUTHINFO USER SASL",
        "SASL PLAIN SCRAM-SHA-256 X-OWN",
        "COMPRESS DEFLATE",
        "IMPLEMENTATION INN 2.7.1",
        "XSECRET",
    ] {
        all.push_line(line);
    }
    assert!(all.reader && all.post && all.ihave && all.newnews && all.hdr && all.starttls);
    assert!(all.over && all.over_by_id && all.authinfo_user && all.compress_deflate);
    assert!(!all.mode_reader);
    assert_eq!(all.list, ["ACTIVE", "NEWSGROUPS", "COUNTS", "OVERVIEW.FMT"]);
    assert_eq!(all.sasl, Mechanisms::of("PLAIN SCRAM-SHA-256"));
    assert_eq!(all.implementation.as_deref(), Some("INN 2.7.1"));
    assert_eq!(all.lines().len(), 15);
}

#[test]
fn groups_are_read_and_what_is_none_is_not() {
    let empty = Group::parse("0 5 4 a.b text behind").unwrap();
    assert_eq!((empty.count, empty.first, empty.last), (0, 5, 4));
    for text in ["", "1 2 3", "1 2 x a.b", "-1 2 3 a.b", "99999999999999999999 1 2 a"] {
        assert_eq!(Group::parse(text), None, "{text}");
    }
    let listed = ListedGroup::parse("misc.test 3002322 3000234 y").unwrap();
    assert_eq!((listed.last, listed.first), (3_002_322, 3_000_234));
    assert_eq!((listed.posting, listed.count), (PostingStatus::Allowed, None));
    let counted = ListedGroup::parse_with_count("misc.test 3002322 3000234 1234 m").unwrap();
    assert_eq!((counted.count, counted.posting), (Some(1234), PostingStatus::Moderated));
    let other = ListedGroup::parse("a 1 1 =b.c").unwrap();
    assert_eq!(other.posting, PostingStatus::Other("=b.c".to_owned()));
    for line in ["", "a", "a 1 2", "a 1 b y"] {
        assert_eq!(ListedGroup::parse(line), None, "{line}");
    }
}

#[test]
fn an_overview_has_the_fields_of_its_format() {
    let lines = [
        "Subject:",
        "From:",
        "Date:",
        "Message-ID:",
        "References:",
        "Bytes:",
        "Lines:",
        "Xref:full",
        "Distribution:full",
        ":own",
    ];
    let format = OverviewFormat::from_lines(lines);
    let line = b"7\ts\tf\td\t<i@d>\t\t\t3\tXref: h a:7\tno name\tx\tLate: \t";
    let read = Overview::parse(line, &format).unwrap();
    assert_eq!((read.number, read.bytes(), read.lines()), (7, None, Some(3)));
    assert_eq!(read.get("xref"), Some("h a:7"));
    assert_eq!(read.get("Distribution"), Some("no name"));
    assert_eq!((read.get(":own"), read.get("late")), (Some("x"), Some("")));
    assert_eq!(read.fields().count(), 11);
    let short = Overview::parse(b"0\ts\tf\td\t<i@d>\t\t12\t", &format).unwrap();
    assert_eq!((short.number, short.bytes(), short.get("xref")), (0, Some(12), None));
    for line in ["", "x\ts\tf\td\ti\t\t1\t2", "1\ts\tf\td\ti\t\t1", "1"] {
        assert_eq!(Overview::parse(line.as_bytes(), &format), None, "{line}");
    }
}

#[test]
fn urls_ask_for_groups_overviews_and_articles() {
    let asked = |url: &str| Asked::of(&Location::parse(url).unwrap());
    let group = || "misc.test".to_owned();
    for (url, expected) in [
        ("nntp://h", Asked::Groups(None)),
        ("nntp://h/", Asked::Groups(None)),
        ("nntp://h/*", Asked::Groups(None)),
        ("nntp://h/comp.*", Asked::Groups(Some("comp.*".to_owned()))),
        ("nntp://h/misc.test", Asked::Overview(group(), None)),
        ("nntp://h/misc.test/", Asked::Overview(group(), None)),
        ("nntp://h/misc.test/5", Asked::Article(group(), 5)),
        ("nntp://h/misc.test/5-", Asked::Overview(group(), Some(ArticleRange::From(5)))),
        ("nntp://h/misc.test/5-9", Asked::Overview(group(), Some(ArticleRange::Between(5, 9)))),
        ("nntp://h/a%25b@c", Asked::MessageId("<a%b@c>".to_owned())),
        ("news://h/a@c", Asked::MessageId("<a@c>".to_owned())),
        ("news://h/%3Ca@c%3E", Asked::MessageId("<a@c>".to_owned())),
    ] {
        assert_eq!(asked(url), Ok(expected), "{url}");
    }
    for url in [
        "nntp://h/a%20b",
        "nntp://h/a%0D%0AQUIT",
        "nntp://h/a@b%0D%0AQUIT",
        "nntp://h/misc.test/x",
        "nntp://h/misc.test/5/6",
        "nntp://h/a*/5",
        "nntp://h/a%FF",
        "nntp://h/*%09x",
    ] {
        assert_eq!(asked(url), Err(AskedError), "{url}");
    }
}

#[test]
fn names_and_ids_hold_nothing_that_would_be_a_second_word() {
    for name in ["misc.test", "a+b-c_d", "gr\u{fc}n.de"] {
        assert!(is_group_name(name), "{name}");
    }
    for name in ["", "a b", "a\tb", "a\r", "a\0", "a*", "a,b", "!a", &"a".repeat(461)] {
        assert!(!is_group_name(name), "{name}");
    }
    assert!(is_message_id("<a@b>") && is_message_id("<a>"));
    for id in ["", "<>", "a@b", "<a b>", "<a>b>", "<a\r@b>", &format!("<{}>", "a".repeat(249))] {
        assert!(!is_message_id(id), "{id}");
    }
}

#[test]
fn the_servers_date_is_a_moment() {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(951_782_400 + 3_661);
    assert_eq!(parse_date("20000229010101"), Some(date));
    for text in ["", "20000230010101", "2000022901010", "2000022901010x", "20001301000000"] {
        assert_eq!(parse_date(text), None, "{text}");
    }
}
