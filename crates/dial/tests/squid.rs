//! The command and the installed curl behind Squid, which asks for Digest: the same on stdout, the
//! same exit code, and the password on no wire.
//!
//! Skipped where Squid is not installed, unless `LANDLINE_INTEROP=require`.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use landline_interop::{SquidLogin, installed, squid};
use landline_testkit::http;
use landline_testkit::tls::Authority;
use room::{DIAL, Room, sound};

/// What follows `-x` and the login, and what it has to give; `P` and `S` begin the origins' URLs.
const LINES: &[(&str, &str, (i32, &str))] = &[
    ("me:s3cret", "--proxy-digest P/hello", (0, "hello, world\n")),
    ("me:s3cret", "--proxy-digest S/hello", (0, "hello, world\n")),
    ("me:s3cret", "--proxy-digest -p P/hello", (0, "hello, world\n")),
    ("me:s3cret", "--proxy-anyauth P/hello", (0, "hello, world\n")),
    ("me:s3cret", "--proxy-anyauth S/hello", (0, "hello, world\n")),
    ("me:s3cret", "--proxy-digest P/bytes/3 S/bytes/3 -o 1 -o 2 -w %{size_download}", (0, "33")),
    ("me:s3cret", "--proxy-digest -d @up P/length", (0, "100000")),
    ("me:s3cret", "--proxy-anyauth -d @up S/length", (0, "100000")),
    ("me:wrong", "--proxy-digest P/hello -o 1 -w %{http_code}", (0, "407")),
    ("me:wrong", "--proxy-digest -f P/hello", (22, "")),
    ("me:wrong", "--proxy-digest S/hello", (56, "")),
    ("you:s3cret", "--proxy-anyauth S/hello", (56, "")),
    ("me:s3cret", "--proxy-basic S/hello", (56, "")),
];

#[test]
fn digest_as_curl_has_it() {
    let Some(proxy) = squid(SquidLogin::Digest) else { return };
    let authority = Authority::new();
    let length = |request: &http::Request, conn: &mut landline_testkit::Conn| {
        request.reply(conn, 200, &[], request.body.len().to_string())
    };
    let plain = http::Server::new().route("/length", length);
    let safe = http::Server::tls(&authority.issue(&["127.0.0.1"])).route("/length", length);
    let room = Room::new();
    room.put("up", [b'a'; 100_000]);
    let ca = authority.write_to(room.path()).display().to_string();
    let address = proxy.address().to_string();
    for (login, line, expected) in LINES {
        let url = |word: &str| match word.split_at(1) {
            ("P", path) if path.starts_with('/') => plain.url(path),
            ("S", path) if path.starts_with('/') => safe.url(path),
            _ => word.to_owned(),
        };
        let words: Vec<String> = line.split(' ').map(url).collect();
        let fixed = ["-qsS", "--cacert", &ca, "-x", &address, "-U", login];
        let words: Vec<&str> = fixed.into_iter().chain(words.iter().map(String::as_str)).collect();
        for program in [DIAL, "curl"].into_iter().filter(|one| *one == DIAL || has_curl()) {
            let output = sound(room.of(program, &words).run());
            let (code, text, errors) = (output.exit(), output.text(), output.errors());
            assert_eq!((code, &*text), *expected, "{program} {login} {line}: {errors}");
            assert!(!errors.contains("s3cret") && !errors.contains("wrong"), "{errors}");
        }
    }
    for told in [plain.received_text(), safe.received_text()].concat() {
        assert!(!told.to_lowercase().contains("proxy-auth"), "{told}");
    }
}

fn has_curl() -> bool {
    installed("curl").is_some()
}
