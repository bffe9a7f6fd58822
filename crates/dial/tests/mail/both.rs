//! One dialogue as a script that dial has to keep to, and curl too: the same commands in the same
//! order, the same on stdout, the same exit code.

use landline_testkit::process::Output;
use landline_testkit::transcript::{Delivery, Script};

use crate::room::{DIAL, Room, sound};

const CURL: &str = "/usr/bin/curl";

/// Whom a script is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Both,
    /// It says in a comment beside it why curl does otherwise.
    Dial,
}

/// Runs a command line against the server of a script. `U` at the beginning of a word is its URL.
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

fn run(name: &str, script: &Script, line: &str) -> Output {
    let server = script.serve_with(Delivery::Whole);
    let room = Room::new();
    let mut words = vec!["-sS".to_owned()];
    if let Some(authority) = server.authority() {
        let file = room.path().join("ca.pem");
        std::fs::write(&file, authority.ca_pem()).expect("a file");
        words.extend(["--cacert".to_owned(), file.display().to_string()]);
    }
    words.extend(line.split_whitespace().map(|word| match word.split_once("://") {
        Some((scheme, rest)) if rest.starts_with('U') => {
            server.url_for(scheme, rest.trim_start_matches('U'))
        }
        _ => word.to_owned(),
    }));
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let output = room.of(name, &words).run();
    let output = if name == DIAL { sound(output) } else { output };
    if let Err(mismatch) = server.finish() {
        panic!("{name} {line}: {mismatch}\n{}", output.errors());
    }
    output
}
