use super::*;
use crate::flags;
use crate::settings::Resume;
use std::ffi::OsString;
use std::path::Path;

fn high(line: &[&str]) -> (Result<HighArgs, Failure>, Vec<String>) {
    let words: Vec<OsString> = line.iter().map(OsString::from).collect();
    let parsed = flags::parse(&words, None);
    assert_eq!(parsed.failure, None, "{line:?}");
    HighArgs::from_low(parsed.low, Name::Dial)
}

fn transfers(line: &[&str]) -> Vec<Transfer> {
    let (high, _) = high(line);
    let high = high.unwrap_or_else(|failure| panic!("{line:?}: {}", failure.text));
    high.into_transfers().1.collect::<Result<_, _>>().unwrap_or_else(|failure| {
        panic!("{line:?}: {}", failure.text);
    })
}

fn one(line: &[&str]) -> Transfer {
    transfers(line).remove(0)
}

fn failure(line: &[&str]) -> Failure {
    match high(line).0 {
        Err(failure) => failure,
        Ok(high) => high.into_transfers().1.find_map(Result::err).expect("a failure"),
    }
}

fn file(path: &str) -> Destination {
    Destination::File(path.into())
}

#[test]
fn the_method_follows_from_the_options() {
    assert_eq!(one(&["u"]).method(), "GET");
    assert_eq!(one(&["-I", "u"]).method(), "HEAD");
    assert_eq!(one(&["-d", "x", "u"]).method(), "POST");
    assert_eq!(one(&["-T", "f", "u"]).method(), "PUT");
    assert_eq!(one(&["-G", "-d", "x", "u"]).method(), "GET");
    assert_eq!(one(&["-I", "-G", "-d", "x", "u"]).method(), "HEAD");
    assert_eq!(one(&["-X", "PUT", "-d", "x", "u"]).method(), "PUT");
    for line in [["-I", "-d", "x", "u"], ["-T", "f", "-I", "u"]] {
        assert!(failure(&line).text.contains("only select one HTTP request method"), "{line:?}");
        assert_eq!(failure(&line).code, Code::USAGE);
    }
}

#[test]
fn queries_reach_the_target() {
    let transfer = one(&["-G", "-d", "a=1", "-d", "b", "--url-query", "c d", "a.test/p?z#f"]);
    assert_eq!(transfer.target, "http://a.test/p?z&a=1&b&c+d#f");
    assert_eq!(transfer.url, transfer.target);
    assert_eq!(one(&["a.test/p?z#f"]).url, "a.test/p?z#f");
    assert_eq!(one(&["--proto-default", "HTTPS", "a.test"]).target, "https://a.test");
}

#[test]
fn each_url_has_its_output() {
    let line = ["-o", "a", "u/1", "u/2", "u/3", "-o", "-", "--out-null", "u/4"];
    let outputs: Vec<Destination> = transfers(&line).into_iter().map(|one| one.output).collect();
    let stdout = |asked| Destination::Stdout { asked };
    assert_eq!(outputs, [file("a"), stdout(true), Destination::Null, stdout(false)]);
    assert_eq!(one(&["-O", "--output-dir", "d", "http://h/x"]).output, file("d/x"));
    assert_eq!(one(&["-o", "/x", "--output-dir", "d", "u"]).output, file("d/x"));
    let all = transfers(&["--remote-name-all", "h/a", "h/b", "--no-remote-name"]);
    assert_eq!((&all[0].output, &all[1].output), (&stdout(false), &file("b")));
    let (_, warnings) = high(&["-o", "a", "-o", "b", "u"]);
    assert_eq!(warnings, ["Got more output options than URLs"]);
}

#[test]
fn a_remote_name_needs_a_name() {
    let nameless = failure(&["-O", "http://h/"]);
    assert_eq!(nameless.code, Code::WRITE);
    assert!(nameless.text.starts_with("Remote file name has no length!"), "{}", nameless.text);
    assert_eq!(one(&["-OJ", "http://h/"]).output, Destination::ServerNamed { fallback: None });
    let fallback = Some("x".into());
    assert_eq!(one(&["-OJ", "http://h/x"]).output, Destination::ServerNamed { fallback });
    for with in [&["-C", "-"][..], &["-i"], &["-I"]] {
        let refused = failure(&[with, &["-OJ", "http://h/x"]].concat());
        assert!(refused.text.contains("cannot be combined"), "{with:?}");
    }
}

#[test]
fn globs_number_their_urls_and_name_their_files() {
    let all = transfers(&["h/{a,b}[1-2]", "-o", "#2#1", "h/c", "h/[3-4]"]);
    let shown: Vec<_> = all.iter().map(|one| (one.url.as_str(), one.number)).collect();
    assert_eq!(shown[..4], [("h/a1", 0), ("h/a2", 0), ("h/b1", 0), ("h/b2", 0)]);
    assert_eq!(shown[4..], [("h/c", 1), ("h/3", 2), ("h/4", 2)]);
    assert_eq!(all[2].output, file("1b"));
    assert_eq!(transfers(&["-g", "h/{a,b}"])[0].url, "h/{a,b}");
}

#[test]
fn a_bad_glob_stops_at_its_place() {
    let (high, _) = high(&["h/a", "h/{b", "h/c"]);
    let mut found = high.unwrap_or_else(|_| panic!("resolves")).into_transfers().1;
    assert!(found.next().is_some_and(|one| one.is_ok()));
    assert!(found.next().is_some_and(|one| one.is_err_and(|f| f.code == Code::MALFORMED_URL)));
    assert_eq!(failure(&["[1-18446744073709551615]"]).code, Code::MALFORMED_URL);
    assert_eq!(failure(&[""]).code, Code::MALFORMED_URL);
}

#[test]
fn a_billion_urls_cost_no_memory() {
    let (high, _) = high(&["h/[1-1000000000]", "-o", "#1"]);
    let third = high.unwrap_or_else(|_| panic!("resolves")).into_transfers().1.nth(2);
    assert!(third.is_some_and(|one| one.is_ok_and(|one| one.output == file("3"))));
}

#[test]
fn uploads_meet_their_urls() {
    let all = transfers(&["-T", "{a,b c}", "http://h/d/", "-T", "-", "http://h/e"]);
    let shown: Vec<_> = all.iter().map(|one| (one.target.as_str(), one.upload.clone())).collect();
    assert_eq!(
        shown,
        [
            ("http://h/d/a", Some(Upload::File("a".into()))),
            ("http://h/d/b%20c", Some(Upload::File("b c".into()))),
            ("http://h/e", Some(Upload::Stdin)),
        ]
    );
    assert_eq!(one(&["-T", "", "u"]).upload, None);
}

#[test]
fn the_settings_carry_what_was_said() {
    let all = transfers(&[
        "-u",
        "me:a:b",
        "-A",
        "",
        "-w",
        "%{http_code}",
        "-C",
        "5",
        "u",
        "--next",
        "u2",
    ]);
    let settings = &all[0].settings;
    let user = settings.user.as_ref().map(|user| (user.user.as_str(), user.password.reveal()));
    assert_eq!(user, Some(("me", "a:b")));
    assert_eq!(settings.user_agent, None);
    assert!(settings.write_out.is_some());
    assert_eq!(settings.output.resume, Some(Resume::At(5)));
    let fresh = &all[1].settings;
    assert!(fresh.user.is_none() && fresh.write_out.is_none());
    assert_eq!(fresh.user_agent.as_deref(), Some(concat!("dial/", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn json_brings_its_headers_and_no_form_type() {
    let transfer = one(&["--json", "{", "--json", "}", "-H", "Accept: x", "u"]);
    let Request::Post(body) = &transfer.settings.request else { panic!("not a POST") };
    assert_eq!((body.bytes.as_slice(), body.content_type()), (&b"{}"[..], None));
    let names: Vec<&str> =
        transfer.settings.headers.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["Accept", "Content-Type"]);
    let form = one(&["-d", "x", "u"]);
    let Request::Post(body) = &form.settings.request else { panic!("not a POST") };
    assert_eq!(body.content_type(), Some("application/x-www-form-urlencoded"));
}

#[test]
fn groups_without_urls_are_refused() {
    assert_eq!(failure(&[]).text, "no URL specified!");
    assert_eq!(failure(&["-s"]).text, "no URL specified!");
    assert_eq!(failure(&["u", "--next", "-s"]).text, "no URL specified!");
}

#[test]
fn urls_can_be_listed_in_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let list = dir.path().join("urls");
    std::fs::write(&list, "h/{a}\n# none\n\nh/b\r\n").expect("written");
    let all = transfers(&["--url", &format!("@{}", list.display()), "h/c"]);
    let shown: Vec<_> = all.iter().map(|one| (one.url.as_str(), one.number)).collect();
    assert_eq!(shown, [("h/{a}", 0), ("h/b", 1), ("h/c", 2)]);
    assert_eq!(all[1].output, file("b"));
}

#[test]
fn missing_files_are_exit_26() {
    let dir = tempfile::tempdir().expect("a directory");
    let missing = format!("@{}", dir.path().join("x").display());
    for option in ["-d", "--json", "-H", "-w", "--url"] {
        assert_eq!(failure(&[option, &missing, "u"]).code, Code::READ, "{option}");
    }
}

#[test]
fn absolute_names_stay_inside_the_output_dir() {
    let inside = |name: &str| transfers::inside(Some(Path::new("d")), name.as_ref());
    assert_eq!(inside("/dev/null"), Path::new("d/dev/null"));
    assert_eq!(inside("a/b"), Path::new("d/a/b"));
}
