//! Gopher where one transcript does not say it: what is refused before anything is sent, endless
//! menus, and links that must not be followed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::gopher::ItemType;
use landline::{ByteRange, ErrorKind, Phase};
use landline_testkit::{Server, http};
use support::{faces, facts};

/// A server that must not be asked.
fn silent() -> Server {
    Server::tcp(|_| Ok(()))
}

faces! {
    fn what_cannot_be_asked_for_is_refused_before_anything_is_sent() {
        let server = silent();
        let client = face::gopher::Client::with(opener());
        for path in ["/0/a%00b", "/0/a?%00"] {
            let error = w!(opener().open(&server.url_for("gopher", path))).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing));
        }
        for words in ["a\tb", "a\r\nb", "a\nb", "a\0"] {
            let error = w!(client.search(&server.url_for("gopher", "/7/x"), words)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Usage, Phase::Preparing));
        }
        let error = w!(client.menu(&server.url_for("http", "/"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Scheme, Phase::Preparing));
        let part = opener().range(ByteRange::From(3));
        let error = w!(part.open(&server.url_for("gopher", "/9/x"))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Range, Phase::Preparing));
        assert_eq!(server.connections(), 0);
    }

    fn a_menu_without_end_ends_by_a_count() {
        let server = Server::tcp(|conn| {
            conn.read_line()?;
            let lines = b"ione more\r\n".repeat(1000);
            while conn.say(&lines).is_ok() {}
            Ok(())
        });
        let client = face::gopher::Client::with(opener());
        let mut menu = w!(client.menu(&server.url_for("gopher", "/")))?;
        let error = w!(menu.items()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Limit, Phase::ReadingBody));
        assert!(error.chain().contains("100000 lines"), "{}", error.chain());
    }

    fn a_text_is_taken_into_memory_up_to_the_limit() {
        let server = Server::tcp(|conn| {
            conn.read_line()?;
            while conn.say("x".repeat(100_000)).is_ok() {}
            Ok(())
        });
        let mut limits = landline::Limits::default();
        limits.document_bytes = 300_000;
        let client = face::gopher::Client::with(opener().limits(limits));
        let mut text = w!(client.text(&server.url_for("gopher", "/0/x")))?;
        assert_eq!(w!(text.read_to_vec()).unwrap_err().kind(), ErrorKind::Limit);
    }

    fn the_user_of_a_url_is_not_sent() {
        let server = Server::tcp(|conn| {
            let asked = conn.read_line()?;
            conn.say(&asked)
        });
        let url = format!("gopher://jane:secret@127.0.0.1:{}/0/x", server.port());
        let mut document = w!(opener().open(&url))?;
        assert_eq!(w!(document.text())?, "/x\r\n");
        assert!(!document.url().contains("secret"));
    }

    fn facts_of_the_connection_are_known() {
        let server = Server::tcp(|conn| {
            conn.read_line()?;
            conn.say("x")
        });
        let mut document = w!(opener().open(&server.url_for("gopher", "/0/x")))?;
        assert_eq!(document.peer(), &landline::net::Peer::Ip(server.addr()));
        w!(document.read_to_vec())?;
        let times = document.timings();
        assert!(times.connect.is_some() && times.first_byte.is_some() && times.total.is_some());
        assert_eq!((document.status(), document.announced_len()), (None, None));
    }

    fn a6_no_redirect_leads_to_gopher() {
        let relay = silent();
        let server = http::Server::new();
        for scheme in ["gopher", "gophers", "GOPHER"] {
            let target = format!("{scheme}://127.0.0.1:{}/_x%0d%0aDELETE", relay.port());
            let url = server.url(&format!("/redirect-to/302?{target}"));
            let error = w!(opener().open(&url)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Scheme, "{}", error.chain());
        }
        assert_eq!(relay.connections(), 0);
    }

    fn a6_a_menu_gives_no_url_of_two_lines() {
        let server = Server::tcp(|conn| {
            conn.read_line()?;
            conn.say("1a\t/x\rDELETE\t127.0.0.1\t70\r\n")?;
            conn.say("hb\tURL:gopher://127.0.0.1:25/_x%0d%0aDELETE\t127.0.0.1\t70\r\n.\r\n")
        });
        let client = face::gopher::Client::with(opener());
        let mut menu = w!(client.menu(&server.url_for("gopher", "/")))?;
        let items = w!(menu.items())?;
        assert_eq!(items.iter().map(|item| item.item_type).collect::<Vec<_>>(), [
            ItemType::Menu,
            ItemType::Html,
        ]);
        assert!(items.iter().all(|item| item.to_url().is_none()), "{items:?}");
    }
}

#[test]
fn a_menu_is_an_iterator_that_ends_with_its_first_error() {
    let server = Server::tcp(|conn| {
        conn.read_line()?;
        conn.say("ione\r\ntwo")
    });
    let client = landline::gopher::Client::new().unwrap();
    let menu = client.menu(&server.url_for("gopher", "/")).unwrap();
    let all: Vec<_> = menu.map(|item| item.map(|item| item.text().into_owned())).collect();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].as_deref().ok(), Some("one"));
    assert_eq!(all[1].as_ref().unwrap_err().kind(), ErrorKind::Truncated);
}
