//! The one call: files, folders, data, statuses, schemes of the caller's own, and what a document
//! knows about itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use landline::http::RedirectPolicy;
use landline::net::Peer;
use landline::{ByteRange, ErrorKind, Event, Headers, Limits, Observer, Parts, Phase, Visit};
use landline_testkit::transcript::{Delivery, Script};
use landline_testkit::{ClosedPort, http};
use support::{faces, facts};

fn file_url(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The protocol of RFC 1288, as a user would add it.
async fn finger(visit: Visit) -> landline::Result<Parts> {
    let mut line = visit.connect(79).await?;
    line.write_line(visit.location().path().trim_start_matches('/')).await?;
    let peer = line.stream().peer().clone();
    let mut info = Headers::new();
    info.push("Content-Type", "text/plain").expect("a field of ours");
    Ok(Parts::stream(visit.location().clone(), info, line).with_peer(peer))
}

faces! {
    async fn refused(url: &str) -> landline::Error {
        w!(face::open(url)).unwrap_err()
    }

    fn a_file_has_length_date_and_type() {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("page one.html");
        std::fs::write(&path, "<p>hello</p>\n")?;
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        std::fs::File::options().write(true).open(&path)?.set_modified(date)?;
        let url = file_url(&path).replace(' ', "%20");
        let mut document = w!(face::open(&url))?;
        assert_eq!(document.info().get("content-length"), Some("13"));
        assert_eq!(document.info().get("Content-Type"), Some("text/html"));
        assert_eq!(document.info().get("Last-Modified"), Some("Sun, 09 Sep 2001 01:46:40 GMT"));
        assert_eq!((document.announced_len(), document.status()), (Some(13), None));
        assert_eq!((document.peer(), document.url()), (&Peer::None, url));
        assert_eq!(w!(document.text())?, "<p>hello</p>\n");
        assert!(document.timings().total >= document.timings().first_byte);
    }

    fn files_of_all_lengths_and_names_come_out_whole() {
        let folder = tempfile::tempdir()?;
        for length in [0, 1, 131_071, 131_072, 131_073, 1_000_000] {
            let path = folder.path().join(format!("ä%41;{length}?#.bin"));
            let bytes: Vec<u8> = (0..=255).cycle().take(length).collect();
            std::fs::write(&path, &bytes)?;
            let name = format!("%C3%A4%2541;{length}%3F%23.bin");
            let mut document = w!(face::open(&format!("{}/{name}", file_url(folder.path()))))?;
            let mut read = Vec::new();
            w!(document.read_to_end(&mut read))?;
            assert!(read == bytes, "{length} bytes");
        }
    }

    fn a_folder_is_a_listing() {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join("sub"))?;
        std::fs::write(folder.path().join("b.txt"), "")?;
        std::fs::write(folder.path().join(".hidden"), "")?;
        for url in [file_url(folder.path()), file_url(folder.path()) + "/"] {
            let mut document = w!(face::open(&url))?;
            assert_eq!(document.info().get("Content-Type"), Some("text/plain"));
            assert_eq!(w!(document.text())?, ".hidden\nb.txt\nsub/\n");
        }
    }

    fn what_is_no_file_of_ours_is_refused() {
        let folder = tempfile::tempdir()?;
        let error = w!(refused(&file_url(&folder.path().join("missing"))));
        assert_eq!(facts(&error), (ErrorKind::File, Phase::Preparing));
        assert!(error.to_string().contains("missing"), "{error}");
        assert!(error.chain().to_lowercase().contains("no such file"), "{}", error.chain());
        for url in ["file://evil.test/etc/passwd", "file:///etc/pass%00wd", "file:///a%zz%00"] {
            let error = w!(refused(url));
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing), "{url}: {error}");
        }
        let path = folder.path().join("here");
        std::fs::write(&path, "here")?;
        let local = file_url(&path).replace("file://", "file://localhost");
        assert_eq!(w!(w!(face::open(&local))?.text())?, "here");
    }

    fn a_file_that_shrinks_while_it_is_read_is_cut_short() {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("log");
        std::fs::write(&path, vec![b'x'; 400_000])?;
        let mut document = w!(face::open(&file_url(&path)))?;
        let mut some = [0; 10];
        w!(document.read_exact(&mut some))?;
        std::fs::File::options().write(true).open(&path)?.set_len(200_000)?;
        let error = landline::Error::from(w!(document.read_to_end(&mut Vec::new())).unwrap_err());
        assert_eq!(facts(&error), (ErrorKind::Truncated, Phase::ReadingBody));
    }

    fn data_stands_in_its_url() {
        let mut document = w!(face::open("data:text/html;charset=utf-8,a%20%3Cb%3E"))?;
        assert_eq!(document.info().get("Content-Type"), Some("text/html;charset=utf-8"));
        assert_eq!(document.announced_len(), Some(5));
        assert_eq!(w!(document.text())?, "a <b>");
        let mut document = w!(face::open("data:;base64,aGVsbG8="))?;
        assert_eq!(w!(document.text())?, "hello");
        for url in ["data:text/plain", "data:;base64,!!!!"] {
            assert_eq!(w!(refused(url)).kind(), ErrorKind::Url, "{url}");
        }
    }

    fn data_is_asked_about() {
        let info = w!(opener().info("data:text/plain,hello"))?;
        assert_eq!(info.get("Content-Length"), Some("5"));
    }

    fn schemes_and_urls_that_nobody_answers_for_are_refused() {
        for url in ["teleport://a.test/", "javascript:alert(1)", "mailto:me@a.test"] {
            let error = w!(refused(url));
            assert_eq!(facts(&error), (ErrorKind::Scheme, Phase::Preparing), "{url}: {error}");
        }
        for url in ["", "a.test/page", "http://", "http://a b/", "http://[::1/", "http://a:99999/"] {
            let error = w!(refused(url));
            assert_eq!(facts(&error), (ErrorKind::Url, Phase::Preparing), "{url}: {error}");
        }
    }

    fn a_status_that_is_no_success_is_an_error_with_the_reply() {
        let long = http::Server::new().route("/long", |request, conn| {
            request.reply(conn, 500, &[("X-Why", "because")], vec![b'x'; 100_000])
        });
        let error = w!(refused(&long.url("/long")));
        assert_eq!(facts(&error), (ErrorKind::Status, Phase::AwaitingReply));
        assert_eq!(error.to_string(), format!("{} answered 500 Internal Server Error", long.url("/long")));
        let reply = error.reply().unwrap();
        assert_eq!(reply.headers().get("X-Why"), Some("because"));
        assert_eq!((reply.body().len(), reply.is_complete()), (64 << 10, false));
        for status in [304, 400, 404, 503] {
            let error = w!(refused(&long.url(&format!("/status/{status}"))));
            assert_eq!(error.status(), Some(status));
        }
        for status in [200, 204, 404, 500] {
            let opener = opener().any_status(true);
            let document = w!(opener.open(&long.url(&format!("/status/{status}"))))?;
            assert_eq!(document.status(), Some(status));
        }
    }

    fn a_document_knows_where_it_came_from() {
        let server = http::Server::new();
        let url = server.url("/redirect/2");
        let mut document = w!(opener().open(&url))?;
        assert_eq!(document.url(), server.url("/redirect/0"));
        assert_eq!(document.location().path(), "/redirect/0");
        assert_eq!(document.info().get("Content-Type"), Some("text/plain"));
        assert_eq!((document.peer(), document.status()), (&Peer::Ip(server.addr()), Some(200)));
        assert_eq!(document.announced_len(), Some(8));
        let mut line = String::new();
        w!(document.read_line(&mut line))?;
        assert_eq!(line, "arrived\n");
        let times = document.timings();
        assert!(times.redirect > Duration::ZERO && times.redirect <= times.first_byte.unwrap());
    }

    fn no_password_shows_in_urls_errors_or_debug() {
        let server = http::Server::new();
        let url = server.url("/auth/me/canary").replace("//", "//me:canary@");
        let document = w!(opener().open(&url))?;
        assert!(document.url().starts_with("http://me@127.0.0.1:"), "{}", document.url());
        let shown = format!("{document:?}").replace("/auth/me/canary", "");
        assert!(!shown.contains("canary"), "{shown}");
        let url = server.url("/nowhere").replace("//", "//me:canary@");
        let error = w!(opener().open(&url)).unwrap_err();
        let shown = format!("{error} {error:?} {} {:?}", error.chain(), error.url());
        assert!(!shown.contains("canary"), "{shown}");
        let error = w!(refused("teleport://me:canary@a.test/"));
        assert!(!format!("{error:?} {}", error.chain()).contains("canary"));
    }

    fn options_reach_every_request() {
        let server = http::Server::new();
        let log = Arc::new(Mutex::new(Vec::new()));
        let writes = log.clone();
        let observer = Observer::new(move |event| {
            if let Event::HeadReceived(head) = event {
                writes.lock().unwrap().push(head.status);
            }
        });
        let mut policy = RedirectPolicy::default();
        policy.follow = false;
        let opener = opener().user_agent("me/1").header("X-One", "1")?.observe(observer);
        let mut document = w!(opener.open(&server.url("/echo")))?;
        let echo = w!(document.text())?;
        assert!(echo.contains("User-Agent: me/1\r\n") && echo.contains("X-One: 1\r\n"), "{echo}");
        w!(opener.open(&server.url("/redirect/1")))?;
        assert_eq!(*log.lock().unwrap(), [200, 302, 200]);
        let opener = opener.redirects(policy).any_status(true);
        assert_eq!(w!(opener.open(&server.url("/redirect/1")))?.status(), Some(302));
    }

    fn a_document_longer_than_the_limit_is_refused_by_text_alone() {
        let server = http::Server::new();
        let mut limits = Limits::default();
        limits.document_bytes = 1000;
        let opener = opener().limits(limits);
        let mut document = w!(opener.open(&server.url("/bytes/1000")))?;
        assert_eq!(w!(document.read_to_vec())?.len(), 1000);
        let mut document = w!(opener.open(&server.url("/bytes/1001")))?;
        assert_eq!(w!(document.text()).unwrap_err().kind(), ErrorKind::Limit);
        let mut document = w!(opener.open(&server.url("/bytes/1001")))?;
        let mut all = Vec::new();
        w!(document.read_to_end(&mut all))?;
        assert_eq!(all.len(), 1001);
    }

    fn a_scheme_of_the_callers_own_is_a_scheme_like_any_other() {
        for delivery in Delivery::ALL {
            let script = Script::parse("C: root\nS: Login: root\nS: No mail.\nS! fin").unwrap();
            let server = script.serve_with(delivery);
            let opener = opener().scheme("Finger", finger);
            let url = server.url_for("finger", "/root");
            let mut document = w!(opener.open(&url))?;
            assert_eq!(document.info().get("Content-Type"), Some("text/plain"));
            assert_eq!((document.url(), document.status()), (url, None));
            assert_eq!(document.peer(), &Peer::Ip(server.addr()));
            assert_eq!(w!(document.text())?, "Login: root\r\nNo mail.\r\n");
            drop(document);
            server.finish()?;
            let error = w!(refused("finger://127.0.0.1/root"));
            assert_eq!(error.kind(), ErrorKind::Scheme, "only that opener knows it");
        }
    }

    fn a_scheme_of_the_callers_own_is_out_of_reach_for_redirects() {
        let server = http::Server::new();
        let opener = opener().scheme("finger", finger);
        let url = server.url("/redirect-to/302?finger://127.0.0.1:1/root");
        let error = w!(opener.open(&url)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Scheme, Phase::AwaitingReply));
    }

    fn a_scheme_of_the_callers_own_may_take_the_place_of_one_of_ours() {
        let opener = opener().scheme("http", |visit| async move {
            let text = visit.location().path().to_owned();
            Ok(Parts::memory(visit.location().clone(), Headers::new(), text.into_bytes()))
        });
        let mut document = w!(opener.open("http://a.test/nobody/is/asked"))?;
        assert_eq!(w!(document.text())?, "/nobody/is/asked");
    }

    fn errors_of_a_callers_scheme_name_the_url() {
        let closed = ClosedPort::new();
        let url = format!("finger://me:canary@{}/root", closed.addr());
        let error = w!(opener().scheme("finger", finger).open(&url)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Connect, Phase::Connecting));
        assert_eq!(error.url(), Some(url.replace(":canary", "").as_str()));
    }

    fn a_part_is_the_part_that_was_asked_for() {
        let server = http::Server::new().route("/honest", |request, conn| {
            request.reply(conn, 206, &[("Content-Range", "bytes 2-3/5")], b"ll")
        });
        let server = server.route("/elsewhere", |request, conn| {
            request.reply(conn, 206, &[("Content-Range", "bytes 0-1/5")], b"he")
        });
        let server = server.route("/whole", |request, conn| request.reply(conn, 200, &[], b"hello"));
        let opener = opener().range(ByteRange::Between(2, 3));
        assert_eq!(w!(w!(opener.open(&server.url("/honest")))?.text())?, "ll");
        for other in ["/elsewhere", "/whole"] {
            let error = w!(opener.open(&server.url(other))).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Range, Phase::AwaitingReply), "{other}");
        }
        for whole in ["data:,x", "gopher://127.0.0.1:1/", "tcp://127.0.0.1:1", "dict://127.0.0.1:1/d:x"] {
            let error = w!(opener.open(whole)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Range, Phase::Preparing), "{whole}");
        }
    }
}
