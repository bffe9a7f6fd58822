//! Who logs in: `-u`, netrc files, tokens.

use landline_testkit::http::Server;

use crate::twin::Twin;

const FILE: &str = "# who logs in where
machine 127.0.0.1 login bob password \"b \\\"2\\\"\"
machine 127.0.0.1 login al password a1
macdef init
machine 127.0.0.2 login x password y

default login dora password d4
";

#[test]
fn netrc_files_as_curl_reads_them() {
    let twin = Twin::new().file("n", FILE).file(".netrc", "machine 127.0.0.1 login h password i");
    twin.same(&[
        &["-s", "--netrc-file", "n", "U/echo"],
        &["-s", "--netrc-file", "n", "http://localhost:PORT/echo"],
        &["-s", "--netrc-file", "n", "--netrc-optional", "http://bob@127.0.0.1:PORT/echo"],
        &["-s", "--netrc-file", "n", "--netrc-optional", "http://al@127.0.0.1:PORT/echo"],
        &["-s", "--netrc-file", "n", "--netrc-optional", "http://eve:x@127.0.0.1:PORT/echo"],
        &["-s", "--netrc-file", "n", "http://bob:x@127.0.0.1:PORT/echo"],
        &["-s", "--netrc-file", "n", "-u", "a:b", "U/echo"],
        &["-s", "--netrc-file", "n", "-u", ":", "U/echo"],
        &["-s", "--netrc-file", "n", "-H", "Authorization: x", "U/echo"],
        &["-s", "--netrc-file", "n", "-H", "Authorization:", "U/echo"],
        &["-sL", "--netrc-file", "n", "U/redirect/2"],
        &["-s", "--netrc-optional", "--netrc-file", "nowhere", "U/echo"],
        &["-s", "-n", "--no-netrc", "U/echo"],
    ]);
    twin.dial(&["-s", "-n", "U/echo"]);
    let last = twin.server.requests().pop().expect("it was sent");
    assert_eq!(last.header("Authorization"), Some("Basic aDpp"));
}

#[test]
fn b4_dial_gives_no_user_the_password_of_another_entry_where_curl_does() {
    let twin = Twin::new().file("n", format!("machine 127.0.0.1 login carl\n{FILE}"));
    for option in ["--netrc", "--netrc-optional"] {
        twin.dial(&["-s", option, "--netrc-file", "n", "http://carl@127.0.0.1:PORT/echo"]);
        let last = twin.server.requests().pop().expect("it was sent");
        assert_eq!(last.header("Authorization"), Some("Basic Y2FybDo="), "carl without a password");
    }
}

#[test]
fn b4_dial_gives_default_to_nobody_behind_a_redirect_where_curl_does() {
    let other = Server::new();
    let twin = Twin::new().file("n", "default login dora password d4");
    let away = format!("U/redirect-to/302?{}", other.url("/hello"));
    twin.dial(&["-sL", "--netrc-file", "n", &away]);
    assert_eq!(other.requests()[0].header("Authorization"), None);
}

#[test]
fn bearers_as_curl_sends_them() {
    let other = Server::new();
    let away = format!("U/redirect-to/302?{}", other.url("/hello"));
    let twin = Twin::new();
    twin.same(&[
        &["-s", "--oauth2-bearer", "token", "U/echo"],
        &["-s", "--oauth2-bearer", "token", "-r", "0-1", "U/echo"],
        &["-s", "--oauth2-bearer", "one", "--oauth2-bearer", "two", "U/echo"],
        &["-s", "--oauth2-bearer", "token", "-H", "Authorization: x", "U/echo"],
        &["-sL", "--oauth2-bearer", "token", "U/redirect/2"],
        &["-sL", "--oauth2-bearer", "token", &away],
        &["-sL", "--oauth2-bearer", "token", "--location-trusted", &away],
    ]);
    let sent: Vec<_> = other.requests();
    let bearers = sent.iter().filter(|one| one.header("Authorization") == Some("Bearer token"));
    assert_eq!((sent.len(), bearers.count()), (4, 2), "b1: for none but who is trusted");
}

#[test]
fn digests_as_curl_answers_them() {
    let mut twin = Twin::new().file("f", "abc").stdin("from a pipe");
    // As they are shown: with an escape before the quote.
    twin.masks = &["cnonce=\\\"", "response=\\\""];
    let (page, old) = ("U/digest/SHA-256/auth/me/p", "U/digest/MD5/none/me/p?q");
    let away = "http://localhost:PORT/redirect-to/302?/digest/MD5/auth/me/p";
    twin.same(&[
        &["-s", "--digest", "-u", "me:p", page],
        &["-s", "--digest", "-u", "me:p", old],
        &["-s", "--digest", "-u", "me:p", "-d", "a=b", page],
        &["-s", "--digest", "-u", "me:p", "-d", "a=b", "-H", "Content-Length: 3", page],
        &["-s", "--digest", "-u", "me:p", "-I", page],
        &["-s", "--digest", "-u", "me:p", "-X", "DELETE", page],
        &["-s", "--digest", "-u", "me:p", "-d", "a=b", "U/echo"],
        &["-s", "--digest", "-u", "me:wrong", old],
        &["-sf", "--digest", "-u", "me:wrong", "-o", "out", old],
        &["-s", "-i", "--digest", "-u", "me:p", page],
        &["-s", "--digest", "http://me:p@127.0.0.1:PORT/digest/MD5/auth/me/p"],
        &["-sL", "--digest", "-u", "me:p", away],
        &["-s", "--anyauth", "-u", "me:p", "-d", "a=b", page],
        &["-s", "--anyauth", "-u", "me:p", "U/auth/me/p"],
        &["-s", "--digest", "--basic", "-u", "me:p", "U/auth/me/p"],
        &["-s", "--digest", "-u", "me:p", "U/auth/me/p"],
        &["-s", "--anyauth", "U/auth/me/p"],
        &["-s", "--digest", "--no-digest", "-u", "me:p", "U/auth/me/p"],
    ]);
}

#[test]
fn signatures_as_curl_makes_them() {
    let mut twin = Twin::new();
    twin.masks = &["Signature=", "Date: "];
    twin.same(&[
        &["-s", "--aws-sigv4", "aws:amz:r:s", "-u", "id:secret", "U/hello"],
        &["-s", "--aws-sigv4", "osc:x:r:s", "-u", "id:secret", "-d", "a=b", "U/hello"],
        &["-s", "--aws-sigv4", "aws:amz:r:s", "U/hello"],
    ]);
}
