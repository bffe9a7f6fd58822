//! `file:` URLs, and `-z` over HTTP too.

use crate::twin::Twin;

fn twin() -> Twin {
    Twin::new()
        .file("f", "0123456789")
        .file("empty", "")
        .file("four", "0123")
        .file("twelve", "012345678901")
        .file("six", "abcdef")
}

#[test]
fn what_is_known_is_shown_as_a_head() {
    twin().same(&[
        &["-sS", "-I", "file://ROOM/f"],
        &["-sS", "-i", "file://ROOM/f"],
        &["-sS", "-D", "-", "file://ROOM/f"],
        &["-sS", "-D", "heads", "-I", "-o", "body", "file://ROOM/f"],
        &["-sS", "-I", "file://ROOM/empty"],
        &["-sS", "-i", "-r", "2-3", "file://ROOM/f"],
        &["-sS", "-I", "-r", "2-3", "file://ROOM/f"],
        &["-sS", "-I", "file://ROOM/none"],
        &["-sS", "-i", "file://localhost/none"],
        &[
            "-sS",
            "-w",
            "%{http_code} %{size_download} %{method} [%{content_type}]",
            "file://ROOM/f",
        ],
    ]);
}

#[test]
fn parts_are_read() {
    twin().same(&[
        &["-sS", "-r", "0-1", "file://ROOM/f"],
        &["-sS", "-r", "2-", "file://ROOM/f"],
        &["-sS", "-r", "-3", "file://ROOM/f"],
        &["-sS", "-r", "5", "file://ROOM/f"],
        &["-sS", "-r", "5-4", "file://ROOM/f"],
        &["-sS", "-r", "8-100", "file://ROOM/f"],
        &["-sS", "-r", "10-", "file://ROOM/f"],
        &["-sS", "-r", "20-", "file://ROOM/f"],
        &["-sS", "-r", "2-", "file://ROOM/empty"],
        &["-sS", "-C", "5", "file://ROOM/f"],
        &["-sS", "-C", "10", "file://ROOM/f"],
        &["-sS", "-C", "11", "file://ROOM/f"],
        &["-sS", "-C", "-", "-o", "four", "file://ROOM/f"],
        &["-sS", "-C", "-", "-o", "twelve", "file://ROOM/f"],
        &["-sS", "-C", "-", "-o", "new", "file://ROOM/f"],
    ]);
}

#[test]
fn files_are_stored() {
    twin().stdin("from stdin").same(&[
        &["-sS", "-T", "six", "file://ROOM/new"],
        &["-sS", "-T", "six", "file://ROOM/twelve"],
        &["-sS", "-T", "-", "file://ROOM/twelve"],
        &["-sS", "-T", "empty", "file://ROOM/new"],
        &["-sS", "-T", "six", "-i", "-D", "heads", "file://ROOM/new"],
        &["-sS", "-C", "-", "-T", "six", "file://ROOM/four"],
        &["-sS", "-C", "-", "-T", "six", "file://ROOM/new"],
        &["-sS", "-C", "-", "-T", "four", "file://ROOM/four.copy"],
        &["-sS", "-T", "six", "file://ROOM/none/new"],
        &["-sS", "-T", "none", "file://ROOM/new"],
        &["-sS", "-T", "six", "file://ROOM"],
        &["-sS", "-T", "six", "file:///dev/full"],
        &["-sS", "-w", "%{size_upload} %{size_download} %{method}", "-T", "six", "file://ROOM/new"],
    ]);
}

#[test]
fn only_what_is_new_or_old_enough_is_read() {
    twin().same(&[
        &["-sS", "-z", "1 Jan 2030", "-o", "new", "-w", "%{size_download}", "file://ROOM/f"],
        &["-sS", "-z", "1 Jan 2019", "-o", "new", "-w", "%{size_download}", "file://ROOM/f"],
        &["-sS", "-z", "-20300101", "file://ROOM/f"],
        &["-sS", "-z", "-20190101", "-i", "file://ROOM/f"],
        &["-sS", "-z", "1 Jan 2030", "-I", "file://ROOM/f"],
        &["-sS", "-z", "f", "file://ROOM/f"],
        &["-sS", "-z", "-f", "file://ROOM/f"],
        &["-sS", "-z", "no-such-file", "file://ROOM/f"],
        &["-s", "-S", "-z", "Thu, 02 Jan 2020 03:04:04 GMT", "file://ROOM/f"],
        &["-s", "-S", "-z", "Thu Jan  2 04:04:05 2020 CET", "file://ROOM/f"],
    ]);
}

#[test]
fn a_server_is_asked_for_the_same() {
    twin().same(&[
        &["-sS", "-z", "1 Jan 2019", "-e", "ref", "-r", "0-1", "-H", "X: y", "U/bytes/5"],
        &["-sS", "-z", "-1 Jan 2019", "U/bytes/5"],
        &["-sS", "-z", "f", "-H", "If-Modified-Since: foo", "U/bytes/5"],
        &["-sS", "-z", "f", "-H", "If-Modified-Since:", "U/bytes/5"],
        &["-sS", "-z", "f", "-d", "x", "U/bytes/5"],
        &["-sS", "-z", "f", "-L", "U/redirect-to/302?/bytes/5"],
        &["-sS", "-z", "f", "-o", "six", "-w", "%{http_code}", "U/status/304"],
        &["-sS", "-o", "new", "-w", "%{http_code}", "U/status/304"],
    ]);
}
