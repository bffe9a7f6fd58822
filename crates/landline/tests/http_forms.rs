//! Multipart forms as they stand on the wire: names that mean harm, lengths, sources of all kinds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{Cursor, Seek as _, Write as _};

use landline::ErrorKind;
use landline::http::{Escape, Form, Part, Upload};
use landline_testkit::http;
use support::faces;

/// What the server got last: the fields it was told, and the body.
fn last(server: &http::Server) -> (Option<String>, Option<String>, String) {
    let request = server.requests().pop().unwrap();
    let field = |name| request.header(name).map(str::to_owned);
    let body = String::from_utf8_lossy(&request.body).into_owned();
    (field("Content-Length"), field("Content-Type"), body)
}

fn nested(depth: usize) -> Form {
    (0..depth).fold(Form::new(), |inner, _| Form::new().part("n", Part::form(inner)))
}

faces! {
    async fn text(request: face::http::Request) -> landline::Result<String> {
        w!(w!(request.send())?.text())
    }

    fn a_form_is_sent_byte_for_byte_as_rfc_7578_has_it() {
        let server = http::Server::new();
        let form = Form::new()
            .boundary("b")
            .text("greeting", "grüß dich")
            .part("picture", Part::bytes(*b"\x89PNG").file_name("me.png"))
            .part("data", Part::reader(Cursor::new("12345"), Some(5)).file_name("x.y"))
            .part("j", Part::bytes(*b"{}").media_type("application/json").header("X-A", "b"));
        let request = client().post(&server.url("/echo")).form(form);
        assert_eq!(w!(w!(request.send())?.text())?.matches("X-A: b\r\n").count(), 1);
        let body = "--b\r\nContent-Disposition: form-data; name=\"greeting\"\r\n\r\ngrüß dich\r\n\
            --b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"me.png\"\r\n\
            Content-Type: image/png\r\n\r\n\u{fffd}PNG\r\n\
            --b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x.y\"\r\n\r\n12345\r\n\
            --b\r\nContent-Disposition: form-data; name=\"j\"\r\n\
            Content-Type: application/json\r\nX-A: b\r\n\r\n{}\r\n--b--\r\n";
        // The byte that is no text is one of three here.
        let len = (body.len() - 2).to_string();
        let type_ = "multipart/form-data; boundary=b";
        assert_eq!(last(&server), (Some(len), Some(type_.to_owned()), body.to_owned()));
    }

    fn a_file_tells_its_name_and_type_and_a_form_can_stand_in_a_form() {
        let server = http::Server::new();
        let dir = tempfile::tempdir()?;
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("a.html"), "<p>")?;
        std::fs::write(path("b"), "bee")?;
        let inner = Form::new()
            .boundary("i")
            .nameless(Part::file(path("a.html"))?)
            .nameless(Part::file(path("b"))?.file_name("c.txt"));
        let form = Form::new()
            .boundary("o")
            .part("files", Part::form(inner))
            .part("typed", Part::file_content(path("b"))?);
        w!(text(client().post(&server.url("/echo")).form(form)))?;
        let body = "--o\r\nContent-Disposition: form-data; name=\"files\"\r\n\
            Content-Type: multipart/mixed; boundary=i\r\n\r\n\
            --i\r\nContent-Disposition: attachment; filename=\"a.html\"\r\n\
            Content-Type: text/html\r\n\r\n<p>\r\n\
            --i\r\nContent-Disposition: attachment; filename=\"c.txt\"\r\n\
            Content-Type: text/plain\r\n\r\nbee\r\n--i--\r\n\r\n\
            --o\r\nContent-Disposition: form-data; name=\"typed\"\r\n\r\nbee\r\n--o--\r\n";
        assert_eq!(last(&server).2, body);
    }

    fn a5_no_name_makes_a_field_or_a_part_of_its_own() {
        let server = http::Server::new();
        for escape in [Escape::Percent, Escape::Backslash] {
            let evil = "a\"; name=\"b\r\nX-Evil: 1\r\n\r\n--b--";
            let part = Part::bytes(*b"x").file_name(evil);
            let form = Form::new().boundary("b").escape(escape).part(evil, part);
            w!(text(client().post(&server.url("/echo")).form(form)))?;
            let (_, _, body) = last(&server);
            let lines: Vec<&str> = body.split("\r\n").collect();
            assert_eq!(lines.len(), 6, "{body}");
            assert!(lines[1].contains("%0D%0AX-Evil: 1%0D%0A"), "{body}");
            let quoted = if escape == Escape::Percent { "a%22; name=%22b" } else { "a\\\"; name=\\\"b" };
            assert_eq!(lines[1].matches(quoted).count(), 2, "{body}");
        }
    }

    fn a5_what_would_break_a_head_is_refused_before_anything_is_sent() {
        let server = http::Server::new();
        let part = || Part::bytes(*b"x");
        for form in [
            Form::new().part("a\0b", part()),
            Form::new().part("a", part().media_type("text/plain\r\nX-Evil: 1")),
            Form::new().part("a", part().header("X-A", "b\r\nX-Evil: 1")),
            Form::new().part("a", part().header("X-A:\r\nX-Evil", "1")),
            Form::new().part("a", part()).media_type("multipart/mixed\r\nX-Evil: 1"),
            Form::new().part("a", part()).boundary("b\r\nX-Evil: 1"),
            Form::new().part("a", part()).boundary(""),
            nested(100),
        ] {
            let error = w!(text(client().post(&server.url("/echo")).form(form))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        }
        assert_eq!(server.connections(), 0);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        let missing = Part::file(&path).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Upload);
        assert!(missing.chain().contains(&format!("'{}'", path.display())), "{}", missing.chain());
        assert_eq!(Part::file("/").unwrap_err().kind(), ErrorKind::Upload);
    }

    fn an_unknown_length_is_sent_in_chunks_and_a_known_one_never() {
        let server = http::Server::new();
        let with = |len| {
            let parts = Part::reader(Cursor::new("12345"), len);
            Form::new().text("a", "1").part("r", parts).text("z", "26")
        };
        w!(text(client().post(&server.url("/echo")).form(with(None))))?;
        let (len, _, chunked) = last(&server);
        assert_eq!(len, None);
        w!(text(client().post(&server.url("/echo")).form(with(Some(5)))))?;
        let (len, _, whole) = last(&server);
        assert_eq!(len, Some(whole.len().to_string()));
        assert_eq!(chunked.len(), whole.len());
        let short = client().post(&server.url("/echo")).form(with(Some(6)));
        let error = w!(text(short)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Upload, "{error}");
    }

    fn boundaries_are_random() {
        let server = http::Server::new();
        let mut all = std::collections::HashSet::new();
        for _ in 0..4 {
            let form = Form::new().text("a", "b").part("f", Part::form(Form::new()));
            w!(text(client().post(&server.url("/echo")).form(form)))?;
            let (_, media_type, body) = last(&server);
            let inner = body.split("multipart/mixed; boundary=").nth(1).unwrap();
            let outer = media_type.unwrap();
            all.insert(inner.split("\r\n").next().unwrap().to_owned());
            all.insert(outer.strip_prefix("multipart/form-data; boundary=").unwrap().to_owned());
        }
        assert_eq!(all.len(), 8);
        assert!(all.iter().all(|boundary| boundary.len() == 46), "{all:?}");
    }

    fn a_redirect_gets_the_same_form_again_where_it_can_be_read_again() {
        let server = http::Server::new();
        let mut file = tempfile::tempfile()?;
        file.write_all(&vec![b'x'; 200_000])?;
        file.rewind()?;
        let big = Part::upload(Upload::file(file)?);
        let form = Form::new().boundary("b").text("a", "1").part("f", big).text("z", "26");
        let url = server.url("/redirect-to/307?/redirect-to/308?/echo");
        let echo = w!(text(client().post(&url).form(form)))?;
        assert!(echo.contains("boundary=b\r\n"));
        let sent: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|body| body == &sent[0] && body.len() > 200_000));
        let once = || Form::new().part("r", Part::reader(Cursor::new("once"), Some(4)));
        let error = w!(text(client().post(&url).form(once()))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rewind);
        let url = server.url("/redirect-to/303?/echo");
        let echo = w!(text(client().post(&url).form(once())))?;
        assert!(echo.starts_with("GET ") && !echo.contains("Content-Type"), "{echo}");
    }

    fn a_file_that_shrinks_is_an_error_and_one_that_grows_is_sent_as_it_was() {
        let server = http::Server::new();
        let file = tempfile::NamedTempFile::new()?;
        file.as_file().set_len(100_000)?;
        let form = || -> landline::Result<Form> {
            Ok(Form::new().part("f", Part::file(file.path())?).text("z", "26"))
        };
        let (grown, shrunk) = (form()?, form()?);
        file.as_file().set_len(300_000)?;
        w!(text(client().post(&server.url("/echo")).form(grown)))?;
        let (len, _, body) = last(&server);
        assert_eq!(len, Some(body.len().to_string()));
        assert!(body.len() < 101_000 && body.contains("\r\n26\r\n"));
        file.as_file().set_len(99_999)?;
        let error = w!(text(client().post(&server.url("/echo")).form(shrunk))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Upload);
        assert!(error.chain().ends_with("ended 1 bytes early"), "{}", error.chain());
    }
}
