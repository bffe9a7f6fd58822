//! A transfer that cannot be set up ends the run, as with curl: what stands behind it would hide that.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_testkit::http::Server;
use room::{Room, is_one_message};

#[test]
fn what_cannot_be_set_up_ends_the_run() {
    for (code, line) in [
        (3, &["U/a}", "U/x"][..]),
        (3, &["U/[1-", "U/x"]),
        (3, &["-T", "up}", "U/a", "U/x"]),
        (26, &["-T", "nofile", "-T", "up", "U/a", "U/x"]),
        (26, &["-T", "nofile", "--retry", "1", "--retry-all-errors", "U/a", "U/x"]),
        (26, &["-F", "a=@nofile", "U/a", "--next", "-sS", "U/x"]),
        (26, &["-F", "a=<nofile", "U/a", "--next", "-sS", "U/x"]),
        (23, &["-O", "U/", "-O", "U/x"]),
    ] {
        let (room, server) = (Room::new(), Server::new());
        room.put("up", "text");
        let filled: Vec<_> = line.iter().map(|word| word.replace("U/", &server.url("/"))).collect();
        let words: Vec<_> = ["-sS"].into_iter().chain(filled.iter().map(String::as_str)).collect();
        let output = room.run(&words);
        assert_eq!(output.exit(), code, "{line:?}: {}", output.errors());
        assert_eq!((server.requests().len(), room.names().len()), (0, 1), "{line:?}");
        // A glob is told with a line that points at the place.
        assert!(code == 3 || is_one_message(&output.errors(), code), "{}", output.errors());
        // What stood before it is done.
        let hello = server.url("/hello");
        let before = ["-sS", &hello, "--next"].into_iter().chain(words.iter().copied());
        let before: Vec<_> = before.collect();
        assert_eq!(room.run(&before).exit(), code, "{line:?}");
        assert_eq!(server.requests().len(), 1, "{line:?}");
    }
}

#[test]
fn other_failures_leave_the_code_to_the_last() {
    let (room, server) = (Room::new(), Server::new());
    let hello = server.url("/hello");
    let failing: [&[&str]; 4] =
        [&["nosuch://a/"], &[""], &["-o", "none/x", &hello], &["http://127.0.0.1:1/"]];
    for line in failing {
        let output = room.run(&[&["-sS"], line, &[&hello]].concat());
        assert_eq!((output.exit(), &*output.text()), (0, "hello, world\n"), "{line:?}");
    }
}
