//! `--etag-save` and `--etag-compare`, beside the installed curl where both are to do the same.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;
#[allow(dead_code)]
#[path = "curl_compat/twin.rs"]
mod twin;

use landline_testkit::http::{Request, Server};
use room::Room;
use twin::Twin;

/// `/tagged/STATUS` has the ETag `"a"`, `/plain` none, `/cut` has one and ends early.
fn server() -> Server {
    Server::new()
        .route("/tagged/*", |request: &Request, conn| {
            let status = request.path().rsplit('/').next().and_then(|code| code.parse().ok());
            let tag = [("ETag", " \"a\" ")];
            match request.header("If-None-Match") {
                Some("\"a\"") => request.reply(conn, 304, &tag, ""),
                _ => request.reply(conn, status.unwrap_or(200), &tag, "document\n"),
            }
        })
        .route("/plain", |request, conn| request.reply(conn, 200, &[], "plain\n"))
        .route("/cut", |_, conn| {
            conn.say("HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\ndoc")?;
            conn.fin()
        })
}

#[test]
fn tags_are_kept_and_compared_as_curl_does() {
    let twin = Twin::of(server())
        .file("same", "\"a\"\n")
        .file("other", "\"b\"\r\n\n")
        .file("empty", "")
        .file("o", "what is there\n");
    twin.same(&[
        &["-s", "--etag-save", "new", "U/tagged/200"],
        &["-s", "--etag-save", "other", "U/tagged/200"],
        &["-s", "--etag-save", "-", "U/echo"],
        &["-s", "--etag-save", "new", "U/plain"],
        &["-s", "--etag-save", "no/folder", "U/tagged/200"],
        &["-s", "--etag-compare", "same", "-w", "%{http_code}", "U/tagged/200"],
        &["-s", "--etag-compare", "same", "-o", "o", "U/tagged/200"],
        &["-s", "--etag-compare", "same", "-R", "-o", "o", "U/tagged/200"],
        &["-s", "--etag-compare", "same", "-f", "-O", "U/tagged/200"],
        &["-s", "--etag-compare", "other", "-o", "o", "U/tagged/200"],
        &["-s", "--etag-compare", "other", "-H", "X: y", "-e", "x", "U/echo"],
        &["-s", "--etag-compare", "empty", "U/echo"],
        &["-s", "--etag-compare", "missing", "U/echo"],
        &["-s", "--etag-compare", "missing", "--etag-save", "missing", "U/tagged/200"],
        &["-s", "--etag-compare", "same", "-H", "If-None-Match: \"q\"", "U/echo"],
        &[
            "-s",
            "--etag-save",
            "t",
            "U/tagged/200",
            "--next",
            "-s",
            "--etag-compare",
            "t",
            "U/echo",
        ],
    ]);
}

#[test]
fn only_a_whole_document_has_a_tag_to_keep() {
    let server = server();
    // (path, exit code, what the file holds then)
    for (path, code, kept) in [
        ("/plain", 0, "old"),
        ("/tagged/404", 0, "old"),
        ("/cut", 18, "old"),
        ("/tagged/200", 0, "\"a\"\n"),
    ] {
        let room = Room::new();
        room.put("tag", "old");
        let output = room.run(&["-sS", "--etag-save", "tag", "-o", "file", &server.url(path)]);
        assert_eq!(output.exit(), code, "{path}: {}", output.errors());
        assert_eq!(room.get("tag").as_deref(), Some(kept.as_bytes()), "{path}");
    }
}

#[test]
fn a_second_run_leaves_the_file_alone() {
    let (server, room) = (server(), Room::new());
    let url = server.url("/tagged/200");
    let line = ["-sS", "--etag-save", "tag", "--etag-compare", "tag", "-o", "file", &url];
    assert_eq!(room.run(&line).exit(), 0);
    room.put("file", "touched");
    let again = room.run(&line);
    assert_eq!((again.exit(), room.get("file")), (0, Some(b"touched".to_vec())));
    assert_eq!(room.get("tag").as_deref(), Some(&b"\"a\"\n"[..]));
}

#[test]
fn one_url_only() {
    for option in ["--etag-save", "--etag-compare"] {
        let output = room::run(&["-sS", option, "tag", "http://a.test", "http://b.test"]);
        assert_eq!(output.exit(), 2);
        assert!(output.errors().contains("single URL"), "{}", output.errors());
    }
}
