//! What comes out of the table of flags: help, man page, completions; and the name `curl`.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::path::Path;

use landline_testkit::ClosedPort;
use landline_testkit::http::Server;
use landline_testkit::process::Output;
use room::{DIAL, Room, run, sound};

/// The long names in the list of all flags, by whether they are there yet.
fn flags(built: bool) -> Vec<String> {
    let text = run(&["-h", "all"]).text();
    let is_missing = |line: &str| {
        ["(not yet)", "(not built)", "Taken out of curl"].iter().any(|it| line.ends_with(it))
    };
    let lines = text.lines().filter(|line| is_missing(line) != built);
    let name = |line: &str| {
        let start = line.find(" --")? + 1;
        line[start..].split(' ').next().map(str::to_owned)
    };
    lines.filter_map(name).collect()
}

fn generate(kind: &str) -> String {
    let output = run(&["--generate", kind]);
    assert_eq!((output.exit(), &*output.errors()), (0, ""), "{kind}");
    output.text()
}

/// Lets a program of the machine judge a text; `None` where it is not installed.
fn judged_by(program: &str, arguments: &[&str], text: &str) -> Option<Output> {
    if !Path::new(program).exists() {
        eprintln!("skipped: {program} is not installed");
        return None;
    }
    let room = Room::new();
    room.put("text", text);
    Some(sound(room.of(program, arguments).run()))
}

#[test]
fn help_has_levels() {
    let (short, all) = (run(&["--help"]).text(), run(&["-h", "all"]).text());
    assert!(short.lines().count() < 40 && all.lines().count() > 200, "{short}");
    for text in [&short, &all] {
        assert!(text.starts_with("Usage: dial [options...] <url>\n"), "{text}");
        assert!(!text.lines().any(|line| line.ends_with(' ')), "{text}");
    }
    assert!(run(&["-h", "--output"]).text().contains("--output"));
    assert!(run(&["-h", "category"]).text().contains("tls"));
    assert!(run(&["-h", "nonsense"]).text().contains("Unknown category provided"));
    assert!(flags(true).len() > 200 && flags(false).len() > 20);
}

#[test]
fn an_unbuilt_flag_says_so_by_name() {
    let nobody = ClosedPort::new();
    let url = format!("http://{}/", nobody.addr());
    for flag in flags(false) {
        let output = run(&[&flag, "1", &url]);
        let errors = output.errors();
        assert_eq!(output.exit(), 2, "{flag}: {errors}");
        assert!(errors.contains(&flag), "{flag}: {errors}");
    }
}

#[test]
fn the_man_page_knows_every_built_flag() {
    let page = generate("man");
    for flag in flags(true) {
        let shown = flag.replace('-', "\\-");
        assert!(page.contains(&shown), "{flag}");
    }
}

#[test]
fn the_man_page_is_taken_by_man() {
    let page = generate("man");
    let arguments = ["-z", "-ww", "-man", "-Tutf8", "text"];
    let Some(output) = judged_by("/usr/bin/groff", &arguments, &page) else { return };
    assert_eq!((output.exit(), &*output.errors()), (0, ""));
    let Some(output) = judged_by("/usr/bin/man", &["-l", "--warnings", "text"], &page) else {
        return;
    };
    let text = output.text();
    assert_eq!((output.exit(), &*output.errors()), (0, ""));
    for part in ["NAME", "SYNOPSIS", "DESCRIPTION", "--output", "EXIT"] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn the_completions_know_every_built_flag() {
    for kind in ["complete-bash", "complete-zsh", "complete-fish"] {
        let script = generate(kind);
        for flag in flags(true) {
            let name = if kind == "complete-fish" { flag.trim_start_matches('-') } else { &flag };
            assert!(script.contains(name), "{kind}: {flag}");
        }
        assert!(!script.contains("ftp-ssl-ccc"), "{kind}");
    }
}

#[test]
fn the_completion_for_bash_completes() {
    let script = generate("complete-bash");
    let Some(output) = judged_by("/bin/bash", &["-n", "text"], &script) else { return };
    assert_eq!((output.exit(), &*output.errors()), (0, ""));
    let press_tab = |words: &str| {
        let line = format!(
            ". ./text; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _dial; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        judged_by("/bin/bash", &["-c", &line], &script).expect("it was there").text()
    };
    assert_eq!(press_tab("dial --connect-t"), "--connect-timeout\n--connect-to\n");
    assert_eq!(press_tab("dial -o te"), "text\n");
    assert_eq!(press_tab("dial -u --"), "\n");
}

/// The command under another name, in a room that lives as long.
fn named(room: &Room, name: &str) -> String {
    let link = room.at(name);
    std::os::unix::fs::symlink(DIAL, &link).expect("a link");
    link.display().to_string()
}

#[test]
fn started_as_curl_it_says_so_everywhere() {
    let (room, server) = (Room::new(), Server::new());
    let curl = named(&room, "curl");
    let version = room.of(&curl, &["--version"]).run().text();
    let mut lines = version.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("curl 8.22.0 (")), "{version}");
    assert!(version.contains("landline/") && version.contains("\nProtocols: "), "{version}");
    assert!(version.contains("\nFeatures: "), "{version}");
    room.of(&curl, &["-s", &server.url("/hello")]).run();
    assert_eq!(server.requests()[0].header("User-Agent"), Some("curl/8.22.0"));
    let refused = format!("http://{}/", ClosedPort::new().addr());
    let output = room.of(&curl, &["-sS", &refused]).run();
    assert!(output.errors().starts_with("curl: (7) "), "{}", output.errors());
    let output = room.of(&curl, &["--no-such-option"]).run();
    assert!(output.errors().ends_with("curl: try 'curl --help' for more information\n"));
}

#[test]
fn under_its_own_or_any_other_name_it_is_dial() {
    let (room, server) = (Room::new(), Server::new());
    let agent = format!("dial/{}", env!("CARGO_PKG_VERSION"));
    for program in [DIAL.to_owned(), named(&room, "fetch")] {
        room.of(&program, &["-s", &server.url("/hello")]).run();
        let requests = server.requests();
        assert_eq!(requests.last().and_then(|last| last.header("User-Agent")), Some(&*agent));
        let version = room.of(&program, &["-V"]).run().text();
        assert!(version.starts_with("dial "), "{version}");
    }
}
