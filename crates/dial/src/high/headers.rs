//! `-H`: what a line of the user's does to the headers sent.

use std::ffi::OsString;
use std::fmt;

use crate::data;
use crate::exit::Failure;
use crate::os_text;
use crate::whole::MAX_TEXT_BYTES;

/// One `-H`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HeaderLine {
    pub(crate) name: String,
    pub(crate) value: HeaderValue,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum HeaderValue {
    /// `Name: value`
    Set(Vec<u8>),
    /// `Name;` sends the name with nothing behind the colon.
    Empty,
    /// `Name:` keeps the header from being sent by itself.
    Remove,
}

/// Values may be secrets; names are not.
impl fmt::Debug for HeaderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self.value {
            HeaderValue::Set(_) => ": …",
            HeaderValue::Empty => ";",
            HeaderValue::Remove => ":",
        };
        write!(f, "{}{value}", self.name)
    }
}

impl HeaderLine {
    /// The user wants to leave HTTP behind (RFC 9110 section 7.8).
    pub(crate) fn asks_for_upgrade(&self) -> bool {
        self.name.eq_ignore_ascii_case("upgrade")
    }

    fn set(name: &str, value: &str) -> HeaderLine {
        HeaderLine { name: name.to_owned(), value: HeaderValue::Set(value.into()) }
    }

    /// `None` for what does not look like a header.
    fn parse(line: &[u8]) -> Option<HeaderLine> {
        let sign = line.iter().position(|&b| b == b':');
        let at = sign.or_else(|| line.iter().position(|&b| b == b';'))?;
        let name = std::str::from_utf8(&line[..at]).ok().filter(|name| !name.is_empty())?;
        let value = line[at + 1..].trim_ascii_start();
        let value = match (sign, value.is_empty()) {
            (Some(_), true) => HeaderValue::Remove,
            (Some(_), false) => HeaderValue::Set(value.to_vec()),
            (None, true) => HeaderValue::Empty,
            (None, false) => return None,
        };
        Some(HeaderLine { name: name.to_owned(), value })
    }
}

/// Reads all `-H`, with the files they name, in order.
pub(super) fn read(
    arguments: &[OsString],
    warnings: &mut Vec<String>,
) -> Result<Vec<HeaderLine>, Failure> {
    let mut lines = Vec::new();
    let mut add = |line: &[u8]| match HeaderLine::parse(line) {
        Some(header) => lines.push(header),
        None => warnings.push(format!(
            "The provided HTTP header '{}' does not look like a header?",
            String::from_utf8_lossy(line)
        )),
    };
    for argument in arguments {
        match os_text::after_at(argument) {
            None => add(os_text::bytes(argument)),
            Some(file) => {
                let text = data::read_source(&file, MAX_TEXT_BYTES)?;
                let lines = text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
                lines.filter(|line| !line.is_empty() && line[0] != b'#').for_each(&mut add);
            }
        }
    }
    Ok(lines)
}

/// `--json` sets two headers, unless the user speaks of them.
pub(super) fn add_json(lines: &mut Vec<HeaderLine>) {
    for name in ["Content-Type", "Accept"] {
        if !lines.iter().any(|line| line.name.eq_ignore_ascii_case(name)) {
            lines.push(HeaderLine::set(name, "application/json"));
        }
    }
}

/// The type of a form is the user's, with our boundary behind it.
pub(super) fn take_content_type(lines: &mut Vec<HeaderLine>) -> Option<String> {
    let is_type = |line: &HeaderLine| match &line.value {
        HeaderValue::Set(value) if line.name.eq_ignore_ascii_case("content-type") => {
            std::str::from_utf8(value).ok().map(str::to_owned)
        }
        _ => None,
    };
    let media_type = lines.iter().find_map(is_type)?;
    lines.retain(|line| is_type(line).is_none());
    Some(media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(arguments: &[&str]) -> (Vec<HeaderLine>, Vec<String>) {
        let mut warnings = Vec::new();
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        (read(&arguments, &mut warnings).expect("readable"), warnings)
    }

    fn value(line: &str) -> HeaderValue {
        lines(&[line]).0.remove(0).value
    }

    #[test]
    fn the_sign_behind_the_name_decides() {
        assert!(value("A: b: c ") == HeaderValue::Set(b"b: c ".to_vec()));
        assert!(value("A:b") == HeaderValue::Set(b"b".to_vec()));
        assert!(value("A:") == HeaderValue::Remove);
        assert!(value("A:  ") == HeaderValue::Remove);
        assert!(value("A;") == HeaderValue::Empty);
        assert_eq!(
            lines(&["A; x", "foo", ": x", ""]),
            (vec![], lines(&["A; x", "foo", ": x", ""]).1)
        );
        assert_eq!(lines(&["A; x", "foo", ": x", ""]).1.len(), 4);
    }

    #[test]
    fn a_file_gives_many() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("headers");
        std::fs::write(&path, "A: 1\r\n\n# none\nB;\n").expect("written");
        let (lines, _) = lines(&["X: y", &format!("@{}", path.display())]);
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["X", "A", "B"]);
        assert!(lines[1].value == HeaderValue::Set(b"1".to_vec()));
        let missing = format!("@{}", dir.path().join("x").display());
        assert!(read(&[missing.into()], &mut Vec::new()).is_err());
    }

    #[test]
    fn json_headers_give_way() {
        let (mut lines, _) = lines(&["content-type: x", "B: c"]);
        add_json(&mut lines);
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["content-type", "B", "Accept"]);
        assert_eq!(format!("{:?}", lines[1]), "B: …");
    }
}
