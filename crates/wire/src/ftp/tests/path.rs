use crate::ftp::*;
use crate::target::Location;

fn path(raw: &str) -> FtpPath {
    FtpPath::parse(raw).unwrap_or_else(|error| panic!("{raw}: {error}"))
}

/// Folders, file and argument of LIST, each name in parentheses.
fn steps(raw: &str, method: CwdMethod) -> String {
    let steps = path(raw).steps(method);
    let shown = |name: &Vec<u8>| format!("({})", String::from_utf8_lossy(name));
    let folders: String = steps.folders.iter().map(shown).collect();
    let or_none = |name: Option<&Vec<u8>>| name.map_or_else(|| "-".to_owned(), shown);
    format!("{folders} {} {}", or_none(steps.file.as_ref()), or_none(steps.list.as_ref()))
}

/// What curl 7.88 and 8.22 send, measured.
#[test]
fn paths_are_reached_as_curl_reaches_them() {
    for (raw, multi, none, single) in [
        ("", " - -", " - -", " - -"),
        ("/", " - -", " - -", " - -"),
        ("//", "(/) - -", " - (/)", "(/) - -"),
        ("///", "(/) - -", " - (/)", "(/) - -"),
        ("/%2F", "(/) - -", " - (/)", "(/) - -"),
        ("/%2f/", "(/) - -", " - (/)", "(/) - -"),
        ("/a", " (a) -", " (a) -", " (a) -"),
        ("/a/", "(a) - -", " - (a)", "(a) - -"),
        ("//a", "(/) (a) -", " (/a) (/)", "(/) (a) -"),
        ("//a/b/c", "(/)(a)(b) (c) -", " (/a/b/c) (/a/b)", "(/a/b) (c) -"),
        ("///a/b", "(/)(a) (b) -", " (//a/b) (//a)", "(//a) (b) -"),
        ("/%2Fa/b", "(/)(a) (b) -", " (/a/b) (/a)", "(/a) (b) -"),
        ("/a//b/c", "(a)(b) (c) -", " (a//b/c) (a//b)", "(a//b) (c) -"),
        ("/a/b/", "(a)(b) - -", " - (a/b)", "(a/b) - -"),
        ("/a/b//", "(a)(b) - -", " - (a/b/)", "(a/b/) - -"),
        ("/a%2Fb/c", "(a)(b) (c) -", " (a/b/c) (a/b)", "(a/b) (c) -"),
        ("/a/b%2fc", "(a)(b) (c) -", " (a/b/c) (a/b)", "(a/b) (c) -"),
        ("/a%20b%25", " (a b%) -", " (a b%) -", " (a b%) -"),
        ("/a%zz", " (a%zz) -", " (a%zz) -", " (a%zz) -"),
        ("/a/../b", "(a)(..) (b) -", " (a/../b) (a/..)", "(a/..) (b) -"),
        ("/a;b/c;type=i", "(a;b) (c) -", " (a;b/c) (a;b)", "(a;b) (c) -"),
        ("/;type=d", " - -", " - -", " - -"),
        ("/a/;type=d", "(a) - -", " - (a)", "(a) - -"),
        // Here curl lists what is around `b`.
        ("/a/b;type=d", "(a) (b) (b)", " (a/b) (a/b)", "(a) (b) (b)"),
    ] {
        let methods = [CwdMethod::Multi, CwdMethod::None, CwdMethod::Single];
        assert_eq!(methods.map(|method| steps(raw, method)), [multi, none, single], "{raw}");
    }
}

#[test]
fn the_type_is_taken_off_the_end_only() {
    use TransferType::{Ascii, Directory, Image};
    for (raw, transfer_type, decoded) in [
        ("/a;type=a", Some(Ascii), "a"),
        ("/a;type=A", Some(Ascii), "a"),
        ("/a;TYPE=i", Some(Image), "a"),
        ("/a/;type=D", Some(Directory), "a/"),
        ("/a;type=x", Some(Image), "a"),
        ("/a;type=", None, "a;type="),
        ("/a;type=ab", None, "a;type=ab"),
        ("/a;type=i/b", None, "a;type=i/b"),
        ("/a%3Btype=a", None, "a;type=a"),
        ("/;type=%61", None, ";type=a"),
        ("/a;type=i;type=a", Some(Ascii), "a;type=i"),
        ("/a;typeżółw", None, "a;typeżółw"),
        ("/type=a", None, "type=a"),
    ] {
        let path = path(raw);
        assert_eq!(path.transfer_type(), transfer_type, "{raw}");
        assert_eq!(path.decoded(), decoded.as_bytes(), "{raw}");
    }
}

/// Class A2.
#[test]
fn no_path_smuggles_a_command() {
    for (raw, byte) in [
        ("/a%0d%0aDELE%20x", b'\r'),
        ("/a%0Ab", b'\n'),
        ("/%00", 0),
        ("/a%2F%00", 0),
        ("/a%09b", b'\t'),
        ("/a%1b[2J", 0x1b),
        ("/a\r\nDELE x", b'\r'),
        ("/a%0d;type=a", b'\r'),
    ] {
        assert_eq!(FtpPath::parse(raw), Err(FtpPathError::Control { byte }), "{raw:?}");
    }
    assert_eq!(FtpPath::parse("/a%0ab").unwrap_err().to_string(), "%0A in the path of an FTP URL");
    // Decoded once only.
    assert_eq!(path("/a%250ab").decoded(), b"a%0ab");
    assert_eq!(path("/caf%E9").decoded(), b"caf\xe9");
}

#[test]
fn a_path_has_so_many_folders_and_no_more() {
    let deep = "/a".repeat(MAX_FOLDERS + 1);
    assert_eq!(path(&deep).folders().count(), MAX_FOLDERS);
    assert_eq!(FtpPath::parse(&(deep + "/a")), Err(FtpPathError::TooDeep));
}

#[test]
fn paths_come_out_of_urls() {
    for (url, decoded, is_absolute) in [
        ("ftp://h", "", false),
        ("ftp://h/a b/ä?query#fragment", "a b/ä", false),
        ("ftp://h/a/../b", "b", false),
        ("ftp://h//etc/motd", "/etc/motd", true),
        ("ftp://h/%2Fetc/motd", "/etc/motd", true),
        ("ftp://h/%2e%2e/b;type=a", "b", false),
    ] {
        let path = path(Location::parse(url).unwrap().path());
        assert_eq!(path.decoded(), decoded.as_bytes(), "{url}");
        assert_eq!(path.is_absolute(), is_absolute, "{url}");
    }
}
