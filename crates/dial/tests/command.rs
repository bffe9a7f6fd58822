//! The command as a process: what needs no network.

// A test that cannot start the command has nothing to say.
#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn dial(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dial"));
    command.current_dir(folder).env_clear().env("HOME", folder).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a directory");
    dial(folder.path()).args(arguments).output().expect("started")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[test]
fn help_and_version_go_to_stdout() {
    for arguments in
        [&["-h"][..], &["--help", "all"], &["-h", "tls"], &["-h", "-o"], &["-V"], &["-M"]]
    {
        let output = run(arguments);
        assert_eq!((code(&output), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
        assert!(!output.stdout.is_empty(), "{arguments:?}");
    }
    assert!(stdout(&run(&["-V"])).starts_with(concat!("dial ", env!("CARGO_PKG_VERSION"), " (")));
}

#[test]
fn a_wrong_line_is_exit_2_with_a_hint() {
    let output = run(&["--foo", "http://a/"]);
    assert_eq!(code(&output), Some(2));
    let expected = "dial: option --foo: is unknown\ndial: try 'dial --help' for more information\n";
    assert_eq!(stderr(&output), expected);
    assert!(stderr(&run(&[])).starts_with("dial: no URL specified!\n"));
    assert_eq!(stderr(&run(&["-s", "--foo"])), expected);
}

#[test]
fn an_unbuilt_flag_names_itself() {
    for (flag, why) in [
        ("--krb", "for Kerberos or NTLM, which are not built in"),
        ("--libcurl", "that dial does not have: no C code is written"),
        (
            "--engine",
            "that dial does not have: there is no OpenSSL here, and so none of its engines",
        ),
        ("--pubkey", "that dial does not have: there is no SSH here"),
    ] {
        let output = run(&[flag, "a", "http://a/"]);
        assert_eq!(code(&output), Some(2));
        assert_eq!(stderr(&output), format!("dial: (2) {flag} is a curl option {why}\n"));
    }
}

#[test]
fn messages_hold_no_control_bytes() {
    let output = run(&["--\x1b[2Jx"]);
    assert!(stderr(&output).starts_with("dial: option --\\x1b[2Jx: is unknown"));
}

#[cfg(unix)]
#[test]
fn a_link_named_curl_is_curl() {
    let folder = tempfile::tempdir().expect("a directory");
    let link = folder.path().join("curl");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dial"), &link).expect("linked");
    let version = Command::new(&link).arg("-qV").output().expect("started");
    assert!(stdout(&version).starts_with("curl 8.22.0 ("));
    let text = stdout(&version);
    assert!(text.contains(") libcurl/8.22.0 landline/"), "{text}");
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let has =
        |name: &str, word: &str| line(name).is_some_and(|all| all.split(' ').any(|w| w == word));
    assert!(
        has("Protocols: ", "https") && has("Protocols: ", "pop3s") && !has("Protocols: ", "scp")
    );
    assert!(has("Features: ", "SSL") && has("Features: ", "libz") && !has("Features: ", "NTLM"));
    let wrong = Command::new(&link).args(["-q", "--foo"]).output().expect("started");
    assert!(stderr(&wrong).starts_with("curl: option --foo: is unknown\ncurl: try 'curl --help'"));
}

#[test]
fn the_config_file_at_home_is_read() {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::write(folder.path().join(".curlrc"), "nonsense\n").expect("written");
    let output = dial(folder.path()).arg("http://a/").output().expect("started");
    assert_eq!(code(&output), Some(2));
    assert!(
        stderr(&output).contains(".curlrc:1: option nonsense: is unknown"),
        "{}",
        stderr(&output)
    );
    let disabled = dial(folder.path()).args(["-q", "-V"]).output().expect("started");
    assert_eq!(code(&disabled), Some(0));
}

#[cfg(unix)]
#[test]
fn as_curl_it_names_itself_to_servers_and_reads_curls_files() {
    let server = landline_testkit::http::Server::new();
    let folder = tempfile::tempdir().expect("a directory");
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dial"), at("curl")).expect("linked");
    let write = |name: &str| {
        std::fs::create_dir_all(at(name).parent().expect("a folder")).expect("made");
        std::fs::write(at(name), format!("silent\nheader = \"X-From: {name}\"\n"))
            .expect("written");
    };
    // Each place goes before those that were there already.
    for (name, variables) in [
        (".config/curlrc", &["HOME"][..]),
        (".curlrc", &["HOME"]),
        ("xdg/curlrc", &["HOME", "XDG_CONFIG_HOME"]),
        ("own/.curlrc", &["HOME", "XDG_CONFIG_HOME", "CURL_HOME"]),
    ] {
        write(name);
        let mut command = Command::new(at("curl"));
        command.env_clear().arg(server.url("/hello"));
        for variable in variables {
            let place = match *variable {
                "HOME" => folder.path().to_owned(),
                "XDG_CONFIG_HOME" => at("xdg"),
                _ => at("own"),
            };
            command.env(variable, place);
        }
        let output = command.output().expect("started");
        assert_eq!((code(&output), &*stderr(&output)), (Some(0), ""), "{name}");
        let requests = server.requests();
        let request = requests.last().expect("a request");
        assert_eq!(request.header("X-From"), Some(name));
        assert_eq!(request.header("User-Agent"), Some("curl/8.22.0"));
    }
    let failed = Command::new(at("curl")).args(["-qsS", "http://127.0.0.1:1/"]).output();
    assert!(stderr(&failed.expect("started")).starts_with("curl: (7) "));
}

#[test]
fn messages_can_go_to_a_file_or_stdout() {
    let output = run(&["--stderr", "-", "--krb", "x", "http://a/"]);
    assert!(stderr(&output).is_empty() && stdout(&output).contains("--krb"));
}

#[test]
fn what_is_generated_can_be_installed() {
    for (kind, part) in [
        ("man", ".TH DIAL 1"),
        ("complete-bash", "complete -o filenames -F _dial dial"),
        ("complete-zsh", "#compdef dial"),
        ("complete-fish", "complete -c dial"),
    ] {
        let output = run(&["--generate", kind]);
        assert_eq!(code(&output), Some(0));
        assert!(stdout(&output).contains(part), "{kind}");
    }
    assert_eq!(code(&run(&["--generate", "x"])), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn help_into_a_full_disk_or_a_closed_pipe() {
    let folder = tempfile::tempdir().expect("a directory");
    let full = std::fs::File::options().write(true).open("/dev/full").expect("opened");
    let status = dial(folder.path()).args(["-h", "all"]).stdout(full).status().expect("started");
    assert_eq!(status.code(), Some(23));
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = dial(folder.path()).args(["-h", "all"]).stdout(writer).status().expect("started");
    assert_eq!(status.code(), Some(0));
}
