//! Invariants: a path either is refused or gives arguments that fit in a line of their own. Folders are never
//! empty, and only the root holds a slash. The three methods reach the same place: what they send, joined, is
//! the decoded path but for repeated slashes. A path encoded again reads back.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::ftp::{CwdMethod, FtpPath, MAX_FOLDERS, PathSteps};
use landline_wire::line::check_outgoing;
use landline_wire::target::Location;
use libfuzzer_sys::fuzz_target;

/// Where a server stands after the CWDs, and the file there, without repeated slashes.
fn reached(steps: &PathSteps) -> Vec<u8> {
    let mut path = steps.folders.join(&b'/');
    if let Some(file) = &steps.file {
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(file);
    }
    single_slashes(&path)
}

fn single_slashes(path: &[u8]) -> Vec<u8> {
    let mut out = path.to_vec();
    out.dedup_by(|second, first| *first == b'/' && *second == b'/');
    if out.len() > 1 && out.ends_with(b"/") {
        out.pop();
    }
    out
}

fn check_steps(path: &FtpPath) {
    for method in [CwdMethod::Multi, CwdMethod::None, CwdMethod::Single] {
        let steps = path.steps(method);
        let arguments = steps.folders.iter().chain(&steps.file).chain(&steps.list);
        for argument in arguments {
            assert!(!argument.is_empty());
            check_outgoing(argument).expect("fit to be sent");
        }
        assert_eq!(steps.file.is_some(), path.file().is_some());
        // Without CWD a folder is the argument of LIST.
        if method != CwdMethod::None || steps.file.is_some() {
            assert_eq!(reached(&steps), single_slashes(path.decoded()), "{method:?}");
        }
    }
}

fn check(path: &FtpPath) {
    assert!(path.folders().count() <= MAX_FOLDERS + 1);
    let is_name = |name: &[u8]| !name.is_empty() && !name.contains(&b'/');
    assert!(path.folders().enumerate().all(|(i, name)| is_name(name) || i == 0 && name == b"/"));
    assert!(path.file().is_none_or(is_name));
    check_steps(path);
    let encoded: String = path.decoded().iter().map(|byte| format!("%{byte:02x}")).collect();
    let again = FtpPath::parse(&format!("/{encoded};type=i")).expect("reads back");
    assert_eq!(again.decoded(), path.decoded());
}

fuzz_target!(|raw: &str| {
    match FtpPath::parse(raw) {
        Ok(path) => check(&path),
        Err(error) => assert_harmless(&error),
    }
    if let Ok(location) = Location::parse_as_is(&format!("ftp://a.test/{raw}")) {
        let _ = FtpPath::parse(location.path()).inspect(check);
    }
});
