//! Rows 37–41 and 69 of the fault table: a file is gone on with, never spliced.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use landline_testkit::http::{Request, Server, pattern};
use landline_testkit::process::Output;
use room::{Room, is_one_message};

const WHOLE: u64 = 20;

/// A server that answers whatever is asked for with this, and hangs up.
fn says(reply: &str) -> Server {
    let reply = reply.replace('\n', "\r\n");
    Server::new().route_early("/file", move |_, conn| {
        conn.say(&reply)?;
        conn.fin()
    })
}

/// Goes on with a file of `have` bytes.
fn go_on(server: &Server, path: &str, have: u64, extra: &[&str]) -> (Output, Vec<u8>) {
    let room = Room::new();
    room.put("file", pattern(0, have));
    let url = server.url(path);
    let output = room.run(&[&["-sS", "-C", "-", "-o", "file"], extra, &[&url]].concat());
    (output, room.get("file").expect("it was there"))
}

#[test]
fn the_rest_is_appended() {
    let server = Server::new();
    for have in [0, 1, 10, WHOLE - 1] {
        let (output, file) = go_on(&server, "/bytes/20", have, &[]);
        assert_eq!((output.exit(), file), (0, pattern(0, WHOLE)), "{}", output.errors());
    }
    let ranges: Vec<_> =
        server.requests().iter().map(|r| r.header("Range").map(str::to_owned)).collect();
    assert_eq!(ranges[0], None);
    assert_eq!(ranges[2].as_deref(), Some("bytes=10-"));
}

#[test]
fn row_41_a_file_that_is_complete_is_a_success() {
    let server = Server::new();
    for extra in [&[][..], &["-f"], &["--fail-with-body"]] {
        let (output, file) = go_on(&server, "/bytes/20", WHOLE, extra);
        let result = (output.exit(), &*output.errors(), file);
        assert_eq!(result, (0, "", pattern(0, WHOLE)), "{extra:?}");
    }
}

#[test]
fn rows_37_to_41_what_does_not_fit_is_33_and_the_file_untouched() {
    for (row, reply) in [
        ("37: the whole again", "HTTP/1.1 200 OK\nContent-Length: 20\n\n01234567890123456789"),
        (
            "38: another start",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 5-19/20\nContent-Length: 15\n\n012345678901234",
        ),
        (
            "38: from the beginning",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 0-19/20\nContent-Length: 20\n\n01234567890123456789",
        ),
        (
            "38: in parts",
            "HTTP/1.1 206 Partial\nContent-Type: multipart/byteranges; boundary=x\nContent-Length: 5\n\n--x\n",
        ),
        ("39: without Content-Range", "HTTP/1.1 206 Partial\nContent-Length: 10\n\n0123456789"),
        (
            "41: larger than the document",
            "HTTP/1.1 416 No\nContent-Range: bytes */8\nContent-Length: 0\n\n",
        ),
        (
            "41: smaller than the document",
            "HTTP/1.1 416 No\nContent-Range: bytes */80\nContent-Length: 0\n\n",
        ),
        ("41: without a length", "HTTP/1.1 416 No\nContent-Length: 0\n\n"),
        (
            "69: other unit",
            "HTTP/1.1 206 Partial\nContent-Range: lines 10-19/20\nContent-Length: 10\n\n0123456789",
        ),
        (
            "69: end before start",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-9/20\nContent-Length: 10\n\n0123456789",
        ),
        (
            "69: end behind the document",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-19/15\nContent-Length: 10\n\n0123456789",
        ),
        (
            "69: signs",
            "HTTP/1.1 206 Partial\nContent-Range: bytes +10-+19/20\nContent-Length: 10\n\n0123456789",
        ),
        (
            "69: overflow",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-99999999999999999999/20\nContent-Length: 10\n\n0123456789",
        ),
        (
            "69: two that differ",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-19/20\nContent-Range: bytes 0-9/20\nContent-Length: 10\n\n0123456789",
        ),
        (
            "69: a length that contradicts it",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-19/20\nContent-Length: 5\n\n01234",
        ),
        (
            "69: more than it says",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-19/20\nConnection: close\n\n0123456789MORE",
        ),
    ] {
        let (output, file) = go_on(&says(reply), "/file", 10, &[]);
        let errors = output.errors();
        assert_eq!((output.exit(), file), (33, pattern(0, 10)), "{row}: {errors}");
        assert!(is_one_message(&errors, 33), "{row}: {errors}");
    }
}

#[test]
fn row_69_a_rest_that_ends_early_is_18_and_kept() {
    for (row, reply) in [
        ("FIN", "HTTP/1.1 206 Partial\nContent-Range: bytes 10-19/20\nContent-Length: 10\n\n01234"),
        (
            "only a part of the rest",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-14/20\nContent-Length: 5\n\n01234",
        ),
        (
            "closed before the end",
            "HTTP/1.1 206 Partial\nContent-Range: bytes 10-19/20\nConnection: close\n\n01234",
        ),
    ] {
        let (output, file) = go_on(&says(reply), "/file", 10, &[]);
        let errors = output.errors();
        let expected = [pattern(0, 10), b"01234".to_vec()].concat();
        assert_eq!((output.exit(), file), (18, expected), "{row}: {errors}");
        assert!(is_one_message(&errors, 18), "{row}: {errors}");
    }
}

#[test]
fn other_failures_leave_the_file_alone() {
    let server = Server::new();
    for (path, extra, code) in [
        ("/status/404", &["-f"][..], 22),
        ("/status/500", &["-f"], 22),
        ("/redirect-to/302?/bytes/20", &["-f", "--max-redirs", "0", "-L"], 47),
        ("/stall", &["-m", "0.3"], 28),
    ] {
        let (output, file) = go_on(&server, path, 10, extra);
        assert_eq!((output.exit(), file), (code, pattern(0, 10)), "{}", output.errors());
    }
}

#[test]
fn an_error_page_is_never_appended_to_a_document() {
    let server = Server::new();
    for path in ["/status/404", "/status/500"] {
        let (output, file) = go_on(&server, path, 10, &[]);
        assert_eq!((output.exit(), file), (33, pattern(0, 10)), "{path}: {}", output.errors());
    }
}

#[test]
fn a_part_by_hand_is_what_was_asked_for() {
    let server = Server::new();
    let get = |range: &str| room::run(&["-sS", "-r", range, &server.url("/bytes/20")]);
    assert_eq!(get("5-9").stdout, pattern(5, 5));
    assert_eq!(get("-3").stdout, pattern(17, 3));
    assert_eq!(get("15-").stdout, pattern(15, 5));
}

#[test]
fn an_offset_on_the_command_line_counts_from_there() {
    let (server, room) = (Server::new(), Room::new());
    room.put("file", pattern(0, 10));
    let url = server.url("/bytes/20");
    let output = room.run(&["-sS", "-C", "10", "-o", "file", &url]);
    assert_eq!((output.exit(), room.get("file")), (0, Some(pattern(0, WHOLE))));
    let output = room.run(&["-sS", "-C", "10", &url]);
    assert_eq!((output.exit(), output.stdout), (0, pattern(10, 10)));
}

/// Nothing of an earlier document stays behind the offset, and nothing is missing before it.
#[test]
fn j3_an_offset_by_hand_never_splices() {
    let (server, room) = (Server::new(), Room::new());
    let saved = |have: &str, offset, path| {
        room.put("file", have);
        let output = room.run(&["-sS", "-C", offset, "-o", "file", &server.url(path)]);
        (output.exit(), room.get("file").unwrap_or_default())
    };
    let behind = |have: &str, from| [have.as_bytes().to_vec(), pattern(from, 20 - from)].concat();
    assert_eq!(saved("abcdefghij", "0", "/bytes/20"), (0, pattern(0, 20)));
    assert_eq!(saved("abcdefghij", "5", "/bytes/20"), (0, behind("abcde", 5)));
    assert_eq!(saved("abcdefghij", "10", "/bytes/20"), (0, behind("abcdefghij", 10)));
    assert_eq!(saved("", "5", "/bytes/20"), (0, pattern(5, 15)), "a part for itself");
    assert_eq!(saved("abcd", "5", "/bytes/20"), (36, b"abcd".to_vec()));
    // The document ends there, which is 416 or the whole again.
    assert_eq!(saved("abcdefghij", "5", "/bytes/5"), (0, b"abcde".to_vec()));
    assert_eq!(saved("abcdefghij", "5", "/hello"), (33, b"abcdefghij".to_vec()));
    assert_eq!(saved("abcdefghijklmno", "13", "/hello"), (0, b"abcdefghijklm".to_vec()));
    assert_eq!(server.requests().len(), 7, "what cannot work is not asked for");
    room.put("file", "abcdefghij");
    let url = server.url("/bytes/20");
    let named = room.run(&["-sS", "-C", "5", "-OJ", "--output-dir", ".", &url]);
    assert_eq!(named.exit(), 2, "{}", named.errors());
    // The reply to an upload is a document of its own.
    room.put("up", "0123456789");
    let url = server.url("/hello");
    let output = room.run(&["-sS", "-C", "5", "-T", "up", "-o", "file", &url]);
    assert_eq!((output.exit(), room.get("file")), (0, Some(b"hello, world\n".to_vec())));
}

#[cfg(unix)]
#[test]
fn a_part_goes_into_a_pipe_or_a_device_as_it_is() {
    let server = Server::new();
    let url = server.url("/bytes/20");
    for offset in ["0", "5"] {
        let output = room::run(&["-sS", "-C", offset, "-o", "/dev/stdout", &url]);
        let from = offset.parse().expect("a number");
        assert_eq!((output.exit(), output.stdout), (0, pattern(from, 20 - from)));
        assert_eq!(room::run(&["-sS", "-C", offset, "-o", "/dev/null", &url]).exit(), 0);
    }
}

/// A server that breaks the first reply off after ten bytes of twenty, and says `then` to all others.
fn breaks_off(first: &'static str, then: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    Server::new().route_early("/file", move |_, conn| {
        let is_first = count.fetch_add(1, Ordering::Relaxed) == 0;
        let (head, body) = match is_first {
            true => (format!("HTTP/1.1 200 OK\n{first}\nContent-Length: 20\n\n"), pattern(0, 10)),
            false => {
                let whole = then.starts_with("HTTP/1.1 200");
                let from = if whole { 0 } else { 10 };
                (format!("{then}\n\n"), pattern(from, 20 - from))
            }
        };
        conn.say(head.replace('\n', "\r\n"))?;
        conn.say(body)?;
        conn.fin()
    })
}

const DATES: &str =
    "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\nDate: Sun, 06 Nov 1994 09:49:37 GMT";
/// Files hold what was decoded: the rest is asked for as it is, and never taken compressed.
#[test]
fn j3_the_rest_of_a_file_is_asked_for_uncompressed() {
    let server = Server::new();
    for have in [0, 10] {
        let (output, file) = go_on(&server, "/bytes/20", have, &["--compressed"]);
        assert_eq!((output.exit(), file), (0, pattern(0, WHOLE)), "{}", output.errors());
    }
    let asked: Vec<_> =
        server.requests().iter().map(|r| r.header("Accept-Encoding").is_some()).collect();
    assert_eq!(asked, [true, false]);
    let server = says(
        "HTTP/1.1 206 Part\nContent-Encoding: gzip\nContent-Range: bytes 10-19/20\n\
         Content-Length: 10\n\n0123456789",
    );
    let (output, file) = go_on(&server, "/file", 10, &["--compressed"]);
    assert_eq!((output.exit(), file), (33, pattern(0, 10)), "{}", output.errors());
    assert!(output.errors().contains("compressed (gzip)"), "{}", output.errors());
}

const PART: &str = "HTTP/1.1 206 Part\nContent-Length: 10\nContent-Range: bytes 10-19/20";

fn sent<'a>(request: &'a Request, name: &str) -> &'a str {
    request.header(name).unwrap_or_default()
}

#[test]
fn j3_a_download_that_broke_off_is_gone_on_with_by_its_validator() {
    for (first, asked) in [
        ("ETag: \"a\"", "\"a\""),
        (DATES, "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("ETag: W/\"a\"", ""),
        ("X: nothing", ""),
    ] {
        let (server, room) = (breaks_off(first, PART), Room::new());
        let url = server.url("/file");
        let output = room.run(&["-sS", "-o", "file", &url]);
        assert_eq!((output.exit(), room.get("file")), (18, Some(pattern(0, 10))), "{first}");
        let output = room.run(&["-sS", "-C", "-", "-o", "file", &url]);
        let result = (output.exit(), room.get("file"), room.names());
        assert_eq!(result, (0, Some(pattern(0, 20)), vec!["file".to_owned()]), "{first}");
        let requests = server.requests();
        assert_eq!(sent(&requests[1], "Range"), "bytes=10-");
        assert_eq!(sent(&requests[1], "If-Range"), asked, "{first}");
        // It is complete: nothing is remembered of it.
        room.put("file", pattern(0, 10));
        room.run(&["-sS", "-C", "-", "-o", "file", &url]);
        assert_eq!(sent(&server.requests()[2], "If-Range"), "", "{first}");
    }
}

/// The rest of a file, whose second half comes when `go` is told.
fn slow(begun: Sender<()>, go: Receiver<()>) -> Server {
    let (begun, go) = (Mutex::new(begun), Mutex::new(go));
    Server::new().route_early("/file", move |_, conn| {
        conn.say(format!("{PART}\n\n").replace('\n', "\r\n"))?;
        conn.say(pattern(10, 5))?;
        let _ = begun.lock().expect("no panic").send(());
        let _ = go.lock().expect("no panic").recv_timeout(room::DEADLINE);
        conn.say(pattern(15, 5))
    })
}

#[test]
fn c5_two_runs_that_go_on_with_one_file_do_not_mix() {
    let ((begun, has_begun), (tell, go)) = (channel(), channel());
    let (server, quick, room) = (slow(begun, go), Server::new(), Room::new());
    room.put("file", pattern(0, 10));
    let arguments = |url: String| ["-sS", "-C", "-", "-o", "file", &url].map(str::to_owned);
    let run = |url| room.run(&arguments(url).each_ref().map(String::as_str));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| run(server.url("/file")));
        has_begun.recv_timeout(room::DEADLINE).expect("a request");
        while room.get("file").is_none_or(|file| file.len() < 15) {
            std::thread::yield_now();
        }
        let second = run(quick.url("/bytes/20"));
        assert_eq!(second.exit(), 23, "{}", second.errors());
        assert!(second.errors().contains("another run"), "{}", second.errors());
        tell.send(()).expect("the server waits");
        assert_eq!(first.join().expect("no panic").exit(), 0);
    });
    assert_eq!(room.get("file"), Some(pattern(0, 20)));
}

#[test]
fn c5_a_file_that_has_grown_since_it_was_looked_at_is_left_alone() {
    let room = Room::new();
    room.put("file", pattern(0, 10));
    let path = room.at("file");
    let server = Server::new().route_early("/file", move |_, conn| {
        std::fs::write(&path, pattern(0, 12))?;
        conn.say(format!("{PART}\n\n").replace('\n', "\r\n"))?;
        conn.say(pattern(10, 10))?;
        conn.fin()
    });
    let output = room.run(&["-sS", "-C", "-", "-o", "file", &server.url("/file")]);
    assert_eq!((output.exit(), room.get("file")), (23, Some(pattern(0, 12))));
}

#[test]
fn row_40_a_remote_file_that_has_changed_is_33_and_the_file_untouched() {
    let tagged = "ETag: \"a\"\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
    for (then, why) in [
        (
            "HTTP/1.1 206 Part\nContent-Range: bytes 10-29/30\nContent-Length: 20",
            "20 bytes and has 30",
        ),
        ("HTTP/1.1 206 Part\nContent-Range: bytes 10-19/20\nETag: \"b\"", "ETag"),
        (
            "HTTP/1.1 206 Part\nContent-Range: bytes 10-19/20\nLast-Modified: Sun, 06 Nov 1994 08:49:38 GMT",
            "Last-Modified",
        ),
        ("HTTP/1.1 200 OK\nETag: \"b\"\nContent-Length: 20", "ETag"),
        ("HTTP/1.1 200 OK\nETag: \"b\"\nContent-Length: 10", "20 bytes and has 10"),
        ("HTTP/1.1 416 No\nContent-Range: bytes */10\nContent-Length: 0", "20 bytes and has 10"),
    ] {
        let (server, room) = (breaks_off(tagged, then), Room::new());
        let url = server.url("/file");
        room.run(&["-sS", "-o", "file", &url]);
        for _ in 0..2 {
            let output = room.run(&["-sS", "-C", "-", "-o", "file", &url]);
            let errors = output.errors();
            assert_eq!((output.exit(), room.get("file")), (33, Some(pattern(0, 10))), "{then}");
            assert!(is_one_message(&errors, 33) && errors.contains("remote file has changed"));
            assert!(errors.contains(why), "{then}: {errors}");
        }
        // Read anew, it is the new one.
        let output = room.run(&["-sS", "-o", "file", &url]);
        assert_ne!(output.exit(), 33, "{}", output.errors());
    }
}

#[test]
fn j3_a_retry_goes_on_where_the_last_try_has_ended() {
    let again = ["-sS", "--retry", "2", "--retry-all-errors", "-o", "file"];
    let tagged = "ETag: \"a\"\nRetry-After: 0";
    for (first, then, requests, range) in [
        (tagged, PART, 2, "bytes=10-"),
        // Another document comes as a whole, or is asked for as a whole.
        (tagged, "HTTP/1.1 200 OK\nETag: \"b\"\nContent-Length: 20", 2, "bytes=10-"),
        // Nothing to compare: begun anew.
        ("ETag: W/\"a\"\nRetry-After: 0", "HTTP/1.1 200 OK\nContent-Length: 20", 2, ""),
    ] {
        let (server, room) = (breaks_off(first, then), Room::new());
        let output = room.run(&[&again[..], &[&server.url("/file")]].concat());
        let result = (output.exit(), room.get("file"));
        assert_eq!(result, (0, Some(pattern(0, 20))), "{then}: {}", output.errors());
        let all = server.requests();
        assert_eq!((all.len(), sent(&all[1], "Range")), (requests, range), "{then}");
    }
}

#[test]
fn j3_a_retry_that_meets_parts_of_another_document_begins_anew() {
    let count = AtomicUsize::new(0);
    let server = Server::new().route_early("/file", move |_, conn| {
        let (head, body) = match count.fetch_add(1, Ordering::Relaxed) {
            0 => ("200 OK\nETag: \"a\"\nRetry-After: 0\nContent-Length: 20", pattern(0, 10)),
            1 => (
                "206 Part\nETag: \"b\"\nContent-Range: bytes 10-19/20\nContent-Length: 10",
                pattern(50, 10),
            ),
            _ => ("200 OK\nETag: \"b\"\nContent-Length: 20", pattern(40, 20)),
        };
        conn.say(format!("HTTP/1.1 {head}\n\n").replace('\n', "\r\n"))?;
        conn.say(body)?;
        conn.fin()
    });
    let room = Room::new();
    let url = server.url("/file");
    let output = room.run(&["-sS", "--retry", "1", "--retry-all-errors", "-o", "file", &url]);
    assert_eq!(
        (output.exit(), room.get("file")),
        (0, Some(pattern(40, 20))),
        "{}",
        output.errors()
    );
    let ranges: Vec<_> = server.requests().iter().map(|r| sent(r, "Range").to_owned()).collect();
    assert_eq!(ranges, ["", "bytes=10-", ""]);
}
