//! `file:` URLs, and what is sent anywhere but over HTTP: where dial is to do better than curl, or
//! what curl has no words for. Side by side with curl: `curl_compat/files.rs`.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Command;

use landline_testkit::http::{Server, pattern};
use room::{DIAL, Room, is_one_message};

/// A room with a source `src` and a target `there`; `file:` stands for URLs of it.
fn room() -> Room {
    let room = Room::new();
    room.put("src", "abcdef");
    room.put("there", "0123456789");
    room
}

/// Runs a line in a new room; what becomes of `there`, and the exit code with the message.
fn sent(line: &[&str]) -> (i32, String, String) {
    let room = room();
    let at = format!("file://{}/", room.path().display());
    let line: Vec<String> = line.iter().map(|word| word.replace("AT/", &at)).collect();
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let output = room.run(&line);
    let there = String::from_utf8_lossy(&room.get("there").expect("it was there")).into_owned();
    (output.exit(), there, output.errors())
}

#[test]
fn what_is_appended_comes_behind_what_is_there() {
    assert_eq!(sent(&["-sS", "-a", "-T", "src", "AT/there"]).1, "0123456789abcdef");
    assert_eq!(sent(&["-sS", "-a", "-C", "2", "-T", "src", "AT/there"]).1, "0123456789cdef");
    assert_eq!(sent(&["-sS", "--no-append", "-T", "src", "AT/there"]).1, "abcdef");
}

#[test]
fn what_is_gone_on_with_is_never_spliced() {
    assert_eq!(sent(&["-sS", "-C", "2", "-T", "src", "AT/there"]).1, "01cdef");
    for line in [
        // More is there than there is to send.
        ["-sS", "-C", "-", "-T", "src", "AT/there"],
        ["-sS", "-C", "20", "-T", "src", "AT/there"],
    ] {
        let (code, there, errors) = sent(&line);
        assert_eq!((code, &*there), (36, "0123456789"), "{line:?}: {errors}");
        assert!(is_one_message(&errors, 36), "{errors}");
    }
    let room = room();
    let url = format!("file://{}/new", room.path().display());
    assert_eq!(room.run(&["-sS", "-C", "2", "-T", "src", &url]).exit(), 23);
    assert_eq!(room.get("new"), None);
}

#[test]
fn stdin_is_gone_on_with_too() {
    let room = room();
    let url = format!("file://{}/there", room.path().display());
    let line = ["-sS", "-C", "-", "-T", "-", &url];
    let output = room::sound(room.dial(&line).stdin("0123456789ABC").run());
    assert_eq!((output.exit(), room.get("there")), (0, Some(b"0123456789ABC".to_vec())));
    let output = room::sound(room.dial(&line).stdin("short").run());
    assert_eq!(output.exit(), 36, "{}", output.errors());
    assert_eq!(room.get("there"), Some(b"0123456789ABC".to_vec()));
}

#[test]
fn line_ends_are_made_whole() {
    let room = room();
    room.put("text", "a\nb\r\n\n");
    let url = format!("file://{}/new", room.path().display());
    assert_eq!(room.run(&["-sS", "--crlf", "-T", "text", &url]).exit(), 0);
    assert_eq!(room.get("new"), Some(b"a\r\nb\r\n\r\n".to_vec()));
    let server = Server::new();
    assert_eq!(room.run(&["-sS", "--crlf", "-T", "text", &server.url("/echo")]).exit(), 0);
    assert_eq!(server.requests()[0].body, b"a\r\nb\r\n\r\n");
    assert_eq!(room.run(&["-sS", "--crlf", "-C", "1", "-T", "text", &url]).exit(), 2);
}

#[test]
fn several_ranges_are_not_half_done() {
    let (code, _, errors) = sent(&["-sS", "-r", "0-1,4-5", "AT/there"]);
    assert_eq!(code, 33);
    assert!(errors.contains("several ranges"), "{errors}");
}

#[test]
fn a_document_that_is_too_large_is_not_begun() {
    let room = room();
    let url = format!("file://{}/there", room.path().display());
    let output = room.run(&["-sS", "--max-filesize", "9", "-o", "out", &url]);
    assert_eq!((output.exit(), room.get("out")), (63, None));
    assert_eq!(room.run(&["-sS", "--max-filesize", "9", "-r", "0-8", &url]).exit(), 0);
}

#[test]
fn i6_other_hosts_and_nul_lead_nowhere() {
    for url in ["file://evil/etc/passwd", "file:///etc/passwd%00x", "file://evil.test/tmp/x"] {
        for line in [&["-sS", url][..], &["-sS", "-I", url], &["-sS", "-T", "src", url]] {
            let (code, _, errors) = sent(line);
            assert_eq!(code, 3, "{line:?}: {errors}");
            assert!(is_one_message(&errors, 3), "{errors}");
        }
    }
}

#[test]
fn a_source_over_itself_is_left_as_it_is() {
    let (code, there, errors) = sent(&["-sS", "-T", "there", "AT/"]);
    assert_eq!((code, &*there), (43, "0123456789"), "{errors}");
}

#[test]
fn a_pipe_without_a_writer_is_known_at_once() {
    let room = room();
    let made = room.of("mkfifo", &["pipe"]).run();
    assert_eq!(made.exit(), 0);
    let url = format!("file://{}/pipe", room.path().display());
    let output = room.run(&["-sS", "-I", &url]);
    assert_eq!(output.exit(), 0);
    assert!(output.text().starts_with("Last-Modified: "), "{}", output.text());
    assert_eq!(room.run(&["-sS", "-T", "src", &url]).exit(), 23);
}

#[test]
fn an_upload_that_does_not_end_is_ended() {
    let room = room();
    let line = ["-sS", "-m", "0.3", "-T", "/dev/zero", "file:///dev/null"];
    let output = room.run(&line);
    assert_eq!(output.exit(), 28, "{}", output.errors());
    let told = room.run(&[
        "-m",
        "0.3",
        "-w",
        "%{size_upload} %{speed_upload}",
        "-T",
        "/dev/zero",
        "file:///dev/null",
    ]);
    let text = told.text();
    let (size, speed) = text.split_once(' ').expect("two numbers");
    assert!(size.parse::<u64>().is_ok_and(|size| size > 0) && speed != "0", "{text}");
    assert!(told.errors().contains("Average Speed"), "{}", told.errors());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_says_how_far_it_came() {
    let room = room();
    room.put("large", vec![b'x'; 100_000]);
    let url = format!("file://{}/target", room.path().display());
    let shell = format!("ulimit -f 8; exec {} -sS -T large {url}", room::DIAL);
    let output = room.of("/bin/sh", &["-c", &shell]).run();
    let errors = output.errors();
    assert_eq!(output.exit(), 55, "{errors}");
    let there = room.get("target").expect("a part").len();
    assert!(
        there > 0 && errors.contains(&format!("after {there} bytes: file too large")),
        "{errors}"
    );
    assert!(errors.contains("-C - goes on"), "{errors}");
    assert_eq!(room.run(&["-sS", "-C", "-", "-T", "large", &url]).exit(), 0);
    assert_eq!(room.get("target"), room.get("large"));
}

#[test]
fn a_document_that_is_not_new_leaves_the_copy_alone() {
    let date = ("Last-Modified", "Thu, 02 Jan 2020 03:04:05 GMT");
    let server =
        Server::new().route("/old", move |request, conn| request.reply(conn, 200, &[date], "new"));
    let room = room();
    let (old, is_new) = (server.url("/old"), ["-sS", "-o", "there", "-w", "%{http_code}", "-z"]);
    let run = |time: &str| room.run(&[&is_new[..], &[time, &old]].concat()).text();
    assert_eq!((run("20200103"), room.get("there")), ("304".into(), Some(b"0123456789".to_vec())));
    assert_eq!((run("20200101"), room.get("there")), ("200".into(), Some(b"new".to_vec())));
    let folder = room.run(&["-s", "-z", "no such file", "-o", "first", &old]);
    assert_eq!((folder.exit(), room.get("first")), (0, Some(b"new".to_vec())));
    assert!(server.requests()[2].header("If-Modified-Since").is_none());
}

#[test]
fn a_part_that_is_sent_says_which_it_is() {
    let (server, room) = (Server::new(), room());
    let ranges = || -> Vec<_> {
        let requests = server.requests();
        requests.iter().map(|one| one.header("Content-Range").map(str::to_owned)).collect()
    };
    let url = server.url("/echo");
    for extra in [&["-C", "2"][..], &["-C", "-"], &["-r", "0-3"], &[]] {
        assert_eq!(room.run(&[&["-sS", "-T", "src", &url], extra].concat()).exit(), 0);
    }
    let told = [Some("bytes 2-5/6"), Some("bytes 0-5/6"), Some("bytes 0-3/6"), None];
    assert_eq!(ranges(), told.map(|range| range.map(str::to_owned)));
    assert_eq!(server.requests()[0].body, b"cdef");
    assert_eq!(room.run(&["-sS", "-C", "6", "-T", "src", &url]).exit(), 36);
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_stdout_that_somebody_made_non_blocking_is_waited_for() {
    let (room, big) = (Room::new(), pattern(0, 10_000_000));
    room.put("big", &big);
    let url = format!("file://{}", room.at("big").display());
    let (mut ours, theirs) = UnixStream::pair().expect("sockets");
    theirs.set_nonblocking(true).expect("a mode");
    let mut child = Command::new(DIAL)
        .args(["-q", "-sS", &url])
        .stdout(OwnedFd::from(theirs))
        .spawn()
        .expect("dial is built");
    let mut all = Vec::new();
    ours.read_to_end(&mut all).expect("it ends");
    assert!(child.wait().expect("a child of ours").success());
    assert!(all == big, "{} bytes came", all.len());
}
