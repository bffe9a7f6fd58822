//! One dialogue as a script that dial has to keep to, and curl too: the same commands in the same
//! order, the same on stdout, the same exit code.

use landline_testkit::Server;
use landline_testkit::process::Output;
use landline_testkit::tls::Authority;
use landline_testkit::transcript::{Delivery, Script, ScriptServer};

use crate::room::{DIAL, Room, sound};

const CURL: &str = "/usr/bin/curl";

/// Whom a script is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Both,
    /// It says in a comment beside it why curl does otherwise.
    Dial,
}

/// Runs a command line against the server of a script. `U` behind a scheme, or behind a login, is where
/// it is;
/// a blank that ends no word is U+00A0.
#[track_caller]
pub(crate) fn play(who: Who, script: &str, line: &str, expected: (i32, &str)) {
    let script = Script::parse(script).expect("a script");
    let names: &[&str] = match who {
        Who::Both if std::path::Path::new(CURL).exists() => &[CURL, DIAL],
        _ => &[DIAL],
    };
    for name in names {
        let output = run(name, &script, line);
        let told = (output.exit(), output.text());
        let shown = (told.0, &*told.1);
        assert_eq!(shown, expected, "{name} {line}: {}", output.errors());
    }
}

/// What dial says on stderr of a dialogue that ends well.
#[track_caller]
pub(crate) fn told(script: &str, line: &str) -> String {
    let output = run(DIAL, &Script::parse(script).expect("a script"), line);
    assert_eq!(output.exit(), 0, "{line}: {}", output.errors());
    output.errors()
}

fn url_of(server: &ScriptServer, word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else {
        return word.replace('\u{a0}', " ");
    };
    let (login, rest) = rest.find("@U").map_or(("", rest), |at| rest.split_at(at + 1));
    match rest.strip_prefix('U') {
        Some(path) => server.url_for(scheme, path).replacen("//", &format!("//{login}"), 1),
        None => word.to_owned(),
    }
}

fn trusting(authority: &Authority, room: &Room) -> [String; 2] {
    let file = room.path().join("ca.pem");
    std::fs::write(&file, authority.ca_pem()).expect("a file");
    ["--cacert".to_owned(), file.display().to_string()]
}

fn run(name: &str, script: &Script, line: &str) -> Output {
    let room = Room::new();
    let mut words = vec!["-sS".to_owned()];
    // A script of `certificate: yes` is played over TLS, with a certificate of ours.
    let server = if script.header("certificate").is_some() {
        let authority = Authority::new();
        let ours = authority.issue_client("me").write_to(room.path());
        let (chain, key) = (ours.certificate.display(), ours.key.display());
        words.extend(["--cert".to_owned(), chain.to_string(), "--key".to_owned(), key.to_string()]);
        words.extend(trusting(&authority, &room));
        let builder = Server::builder().tls(&authority.issue(&["127.0.0.1"]));
        script.serve_on(builder, Delivery::Whole)
    } else {
        script.serve_with(Delivery::Whole)
    };
    words.extend(server.authority().map(|it| trusting(it, &room)).into_iter().flatten());
    words.extend(line.split_ascii_whitespace().map(|word| url_of(&server, word)));
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    // curl knows how domains beyond ASCII are written where its locale has them.
    let output = room.of(name, &words).env("LC_ALL", "C.UTF-8").run();
    let output = if name == DIAL { sound(output) } else { output };
    if let Err(mismatch) = server.finish() {
        panic!("{name} {line}: {mismatch}\n{}", output.errors());
    }
    output
}
