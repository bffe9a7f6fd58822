//! Config files: `-K file`, and `.curlrc` in its usual places.
//!
//! One option per line, with or without its dashes; behind it blanks, `=` or `:` (the signs
//! only without dashes) and the value, in double quotes when it holds blanks. `#` begins a
//! comment line, and a comment behind an unquoted value.

use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) option: Vec<u8>,
    pub(super) value: Option<Vec<u8>>,
    /// More words follow an unquoted value; they are not read.
    pub(super) stray: bool,
}

pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = Line> {
    let numbered = text.split(|&b| b == b'\n').zip(1..);
    numbered.filter_map(|(line, number)| parse_line(line, number))
}

fn parse_line(line: &[u8], number: usize) -> Option<Line> {
    let line = line.trim_ascii();
    // curl takes lines that begin with `/` or `*` for comments too.
    if matches!(line.first(), None | Some(b'#' | b'/' | b'*')) {
        return None;
    }
    let dashed = line[0] == b'-';
    let separates = |b: &u8| b.is_ascii_whitespace() || (!dashed && matches!(b, b'=' | b':'));
    let end = line.iter().position(separates).unwrap_or(line.len());
    let (option, rest) = line.split_at(end);
    let start = rest.iter().position(|b| !separates(b)).unwrap_or(rest.len());
    let (value, stray) = parse_value(&rest[start..]);
    Some(Line { number, option: option.to_vec(), value, stray })
}

fn parse_value(text: &[u8]) -> (Option<Vec<u8>>, bool) {
    match text.first() {
        None => (None, false),
        Some(b'"') => (Some(unquote(&text[1..])), false),
        Some(_) => {
            let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
            let (value, rest) = text.split_at(end);
            let rest = rest.trim_ascii_start();
            (Some(value.to_vec()), !matches!(rest.first(), None | Some(b'#')))
        }
    }
}

/// Reads up to the closing quote; a backslash takes the next byte as it is, or makes one of
/// the four usual control characters.
fn unquote(text: &[u8]) -> Vec<u8> {
    let (mut value, mut bytes) = (Vec::new(), text.iter().copied());
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => match bytes.next() {
                Some(b't') => value.push(b'\t'),
                Some(b'n') => value.push(b'\n'),
                Some(b'r') => value.push(b'\r'),
                Some(b'v') => value.push(0x0b),
                Some(other) => value.push(other),
                None => break,
            },
            _ => value.push(byte),
        }
    }
    value
}

/// The `.curlrc` that is read without being asked for: the first that exists of curl's places.
pub(crate) fn default_file(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let xdg = variable("XDG_CONFIG_HOME");
    let places = [
        variable("CURL_HOME").map(|dir| dir.join(".curlrc")),
        xdg.as_ref().map(|dir| dir.join("curlrc")),
        variable("HOME").map(|dir| dir.join(".curlrc")),
        variable("HOME").filter(|_| xdg.is_none()).map(|dir| dir.join(".config/curlrc")),
    ];
    places.into_iter().flatten().find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn one(line: &str) -> (String, Option<String>) {
        let line = parse_line(line.as_bytes(), 1).expect("an option");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (text(line.option), line.value.map(text))
    }

    fn pair(option: &str, value: &str) -> (String, Option<String>) {
        (option.into(), Some(value.into()))
    }

    #[test]
    fn values_are_separated_by_blanks_or_signs() {
        assert_eq!(one("url = \"http://a/b c\""), pair("url", "http://a/b c"));
        assert_eq!(one("url=http://a/"), pair("url", "http://a/"));
        assert_eq!(one("url: http://a/"), pair("url", "http://a/"));
        assert_eq!(one("  url\thttp://a/  # here\r"), pair("url", "http://a/"));
        assert_eq!(one("-o file"), pair("-o", "file"));
        assert_eq!(one("--output=file"), ("--output=file".into(), None));
        assert_eq!(one("silent"), ("silent".into(), None));
        assert_eq!(one("user = \"\""), pair("user", ""));
        assert_eq!(one("data = @x:y=z"), pair("data", "@x:y=z"));
    }

    #[test]
    fn quotes_know_escapes() {
        assert_eq!(one(r#"d = "a\"b\\c\td\ne\xf" rest"#), pair("d", "a\"b\\c\td\nexf"));
        assert_eq!(one(r#"d = "open"#), pair("d", "open"));
        assert_eq!(one(r#"d = "end\"#), pair("d", "end"));
    }

    #[test]
    fn comments_and_empty_lines_are_no_options() {
        let text = b"# one\n\n  # two\n/three\n*four\n\r\nsilent\n";
        let found: Vec<Line> = lines(text).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].number, found[0].option.as_slice()), (7, b"silent".as_slice()));
    }

    #[test]
    fn words_behind_an_unquoted_value_are_noticed() {
        let stray = |line: &str| parse_line(line.as_bytes(), 1).expect("an option").stray;
        assert!(stray("user-agent = my agent") && !stray("user-agent = my # agent"));
        assert!(!stray("user-agent = \"my agent\""));
    }

    #[test]
    fn curls_places_are_searched_in_its_order() {
        let dir = tempfile::tempdir().expect("a directory");
        let home = |name: &str| dir.path().join(name);
        for name in ["curl", "xdg", "home/.config"] {
            fs::create_dir_all(home(name)).expect("a directory");
        }
        let found = |set: &[&str]| {
            default_file(|name| {
                let at = ["CURL_HOME", "XDG_CONFIG_HOME", "HOME"].iter().position(|n| *n == name);
                at.map(|at| ["curl", "xdg", "home"][at]).filter(|d| set.contains(d)).map(home)
            })
        };
        assert_eq!(found(&["curl", "xdg", "home"]), None);
        fs::write(home("home/.config/curlrc"), "").expect("written");
        assert_eq!(found(&["home"]), Some(home("home/.config/curlrc")));
        assert_eq!(found(&["xdg", "home"]), None);
        fs::write(home("home/.curlrc"), "").expect("written");
        assert_eq!(found(&["xdg", "home"]), Some(home("home/.curlrc")));
        fs::write(home("xdg/curlrc"), "").expect("written");
        assert_eq!(found(&["xdg", "home"]), Some(home("xdg/curlrc")));
        fs::write(home("curl/.curlrc"), "").expect("written");
        assert_eq!(found(&["curl", "xdg", "home"]), Some(home("curl/.curlrc")));
    }
}
