//! `--variable`, and the `{{name:function}}` of `--expand-…` that its values fill in.
//!
//! Values may be secrets: no message shows one.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::Refusal;
use crate::data::{os_reason, percent_encode};
use crate::json;
use crate::os_text;

/// A name has fewer letters than this.
const MAX_NAME_BYTES: usize = 128;
/// One value, and what is made of one option, hold no more.
const MAX_VALUE_BYTES: usize = 10_000_000;

/// What `64dec` gives for what is no base64, as with curl.
const NOT_BASE64: &[u8] = b"[64dec-fail]";

#[derive(Default)]
pub(crate) struct Variables(HashMap<Vec<u8>, Vec<u8>>);

impl Variables {
    /// `name=text`, `name@file`, `name[first-last]@file`; with `%` before it the environment goes
    /// first, and has to know the name where nothing else is given. Gives a warning where curl
    /// passes over what it does not understand.
    pub(super) fn set(&mut self, given: &OsStr) -> Result<Option<String>, Refusal> {
        let bytes = os_text::bytes(given);
        let (is_import, rest) =
            bytes.strip_prefix(b"%").map_or((false, bytes), |rest| (true, rest));
        let len = rest.iter().position(|&byte| !is_name_byte(byte)).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(len);
        if !(1..MAX_NAME_BYTES).contains(&len) {
            return Ok(Some(format!("Bad variable name length ({len}), skipping")));
        }
        let (part, rest) = match rest {
            [b'[', digit, ..] if digit.is_ascii_digit() => Part::split_off(&rest[1..])?,
            _ => (Part::ALL, rest),
        };
        let from_outside = is_import.then(|| std::env::var_os(os_text::from_bytes(name))).flatten();
        let value = match (from_outside, rest) {
            (Some(value), _) => part.of(os_text::bytes(&value)),
            (None, []) if is_import => {
                let name = String::from_utf8_lossy(name);
                return Err(Refusal::BadUse(format!("Variable '{name}' import fail, not set")));
            }
            (None, [b'=', text @ ..]) => part.of(text),
            (None, [b'@', file @ ..]) => read(&os_text::from_bytes(file), part)?,
            (None, _) => {
                let name = String::from_utf8_lossy(name);
                return Ok(Some(format!("Bad --variable syntax, skipping: {name}")));
            }
        };
        self.0.insert(name.to_vec(), value);
        Ok(None)
    }

    /// Fills the values in; text in which none is named stays as it is. A variable that was never
    /// set is empty. Warnings tell what looks like a name and is none.
    pub(super) fn expand(
        &self,
        text: &OsStr,
        warnings: &mut Vec<String>,
    ) -> Result<OsString, Refusal> {
        let (mut rest, mut out, mut is_filled) = (os_text::bytes(text), Vec::new(), false);
        while let Some(at) = find(rest, b"{{") {
            if at > 0 && rest[at - 1] == b'\\' {
                out.extend_from_slice(&rest[..at - 1]);
                out.extend_from_slice(b"{{");
                rest = &rest[at + 2..];
                continue;
            }
            let Some(len) = find(&rest[at + 2..], b"}}") else {
                warnings.push("missing close '}}' in a value to expand".into());
                break;
            };
            let end = at + 2 + len;
            out.extend_from_slice(&rest[..at]);
            let (name, functions) = split(&rest[at + 2..end]);
            if name.is_empty()
                || name.len() >= MAX_NAME_BYTES
                || !name.iter().copied().all(is_name_byte)
            {
                warnings.push(format!("bad variable name: '{}'", String::from_utf8_lossy(name)));
                out.extend_from_slice(&rest[at..end + 2]);
            } else {
                out.extend(self.value(name, functions)?);
                is_filled = true;
            }
            if out.len() > MAX_VALUE_BYTES {
                return Err(Refusal::TooLarge);
            }
            rest = &rest[end + 2..];
        }
        out.extend_from_slice(rest);
        Ok(if is_filled { os_text::from_bytes(&out) } else { text.to_owned() })
    }

    fn value(&self, name: &[u8], functions: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut value = self.0.get(name).cloned().unwrap_or_default();
        for function in functions.split(|&byte| byte == b':').skip(1) {
            value = apply(function, value)?;
        }
        if value.contains(&0) {
            return Err(Refusal::BadUse("variable contains null byte".into()));
        }
        Ok(value)
    }
}

fn apply(function: &[u8], value: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    Ok(match function {
        b"trim" => value.trim_ascii().to_vec(),
        b"json" => json::escape(&value),
        b"url" => percent_encode(&value, b"%20"),
        b"b64" => BASE64.encode(value).into_bytes(),
        b"64dec" => BASE64.decode(value).unwrap_or_else(|_| NOT_BASE64.to_vec()),
        _ => {
            let function = String::from_utf8_lossy(function);
            return Err(Refusal::BadUse(format!("unknown variable function in ':{function}'")));
        }
    })
}

/// The name and, from its colon on, the list of functions.
fn split(inside: &[u8]) -> (&[u8], &[u8]) {
    inside.split_at(inside.iter().position(|&byte| byte == b':').unwrap_or(inside.len()))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// Some of the bytes of a value: where they begin, and how many there may be.
#[derive(Clone, Copy)]
struct Part {
    first: u64,
    len: u64,
}

impl Part {
    const ALL: Part = Part { first: 0, len: u64::MAX };

    /// Reads `first-last]` or `first-]`, counted from 0, both of them in it; gives what follows too.
    fn split_off(text: &[u8]) -> Result<(Part, &[u8]), Refusal> {
        let bad = || Refusal::BadUse("expected [first-last] behind the name".into());
        let end = text.iter().position(|&byte| byte == b']').ok_or_else(bad)?;
        let range = std::str::from_utf8(&text[..end]).map_err(|_| bad())?;
        let (first, last) = range.split_once('-').ok_or_else(bad)?;
        let first = super::values::number(first)?;
        let last = if last.is_empty() { u64::MAX - 1 } else { super::values::number(last)? };
        let len = last.checked_sub(first).ok_or_else(bad)? + 1;
        Ok((Part { first, len }, &text[end + 1..]))
    }

    fn of(self, value: &[u8]) -> Vec<u8> {
        let bound = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        value.iter().copied().skip(bound(self.first)).take(bound(self.len)).collect()
    }
}

fn read(name: &OsStr, part: Part) -> Result<Vec<u8>, Refusal> {
    let len = part.len.min(MAX_VALUE_BYTES as u64 + 1);
    let bytes = read_part(name, part.first, len).map_err(|error| {
        let (name, reason) = (name.to_string_lossy(), os_reason(&error));
        Refusal::Unreadable(format!("Failed to open {name}: {reason}"))
    })?;
    if bytes.len() > MAX_VALUE_BYTES { Err(Refusal::TooLarge) } else { Ok(bytes) }
}

fn read_part(name: &OsStr, first: u64, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if name == "-" {
        let mut stdin = io::stdin().lock();
        io::copy(&mut (&mut stdin).take(first), &mut io::sink())?;
        stdin.take(len).read_to_end(&mut bytes)?;
    } else {
        let mut file = File::open(name)?;
        if first > 0 {
            file.seek(SeekFrom::Start(first))?;
        }
        file.take(len).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(set: &[&str], text: &str) -> Result<(String, usize), Refusal> {
        let (mut variables, mut warnings) = (Variables::default(), Vec::new());
        for given in set {
            assert_eq!(variables.set(given.as_ref())?, None, "{given}");
        }
        let text = variables.expand(text.as_ref(), &mut warnings)?;
        Ok((text.into_string().expect("text"), warnings.len()))
    }

    fn filled(set: &[&str], text: &str) -> String {
        let (text, warnings) = expanded(set, text).expect(text);
        assert_eq!(warnings, 0, "{text}");
        text
    }

    #[test]
    fn values_are_filled_in() {
        let set = ["name=a b", "x=1", "x=2", "_2="];
        assert_eq!(filled(&set, "http://a/{{name}}/{{x}}{{_2}}!"), "http://a/a b/2!");
        assert_eq!(filled(&set, "{{none}}-{{x}}"), "-2");
        assert_eq!(filled(&set, r"\{{x}} {{x}}"), "{{x}} 2");
        // Where nothing is filled in, nothing is taken away.
        assert_eq!(filled(&set, r"\{{x}}"), r"\{{x}}");
        assert_eq!(filled(&set, "plain }} {"), "plain }} {");
    }

    #[test]
    fn functions_are_applied_from_left_to_right() {
        let set = ["v= a\"b/\u{e9}\n "];
        assert_eq!(filled(&set, "{{v:trim}}"), "a\"b/\u{e9}");
        assert_eq!(filled(&set, "{{v:trim:json}}"), "a\\\"b/\u{e9}");
        assert_eq!(filled(&set, "{{v:trim:url}}"), "a%22b%2F%C3%A9");
        assert_eq!(filled(&set, "{{v:url}}"), "%20a%22b%2F%C3%A9%0A%20");
        assert_eq!(filled(&set, "{{v:trim:b64}}"), "YSJiL8Op");
        assert_eq!(filled(&set, "{{v:trim:b64:64dec}}"), "a\"b/\u{e9}");
        assert_eq!(filled(&["v=%%%"], "{{v:64dec}}"), "[64dec-fail]");
        assert!(expanded(&set, "{{v:rot13}}").is_err() && expanded(&set, "{{v:}}").is_err());
        assert!(expanded(&["v=AA=="], "{{v:64dec}}").is_err(), "a NUL is no text");
        assert_eq!(filled(&["v=AA=="], "{{v:64dec:b64}}"), "AA==");
    }

    #[test]
    fn what_is_no_name_stays_with_a_warning() {
        for text in ["{{}}", "{{a b}}", "{{a", &format!("{{{{{}}}}}", "n".repeat(128))] {
            assert_eq!(expanded(&["x=1"], text).expect(text), (text.to_owned(), 1));
        }
        assert_eq!(expanded(&["x=1"], "{{x}}{{?}}").expect("text"), ("1{{?}}".to_owned(), 1));
        let mut variables = Variables::default();
        for given in ["", "=x", "a", "a!b", "%"] {
            assert!(matches!(variables.set(given.as_ref()), Ok(Some(_))), "{given}");
        }
    }

    #[test]
    fn files_are_read_whole_or_in_part() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        std::fs::write(&path, "0123456789").expect("written");
        let of = |part: &str| expanded(&[&format!("v{part}@{}", path.display())], "{{v}}|");
        let texts = [("", "0123456789|"), ("[2-4]", "234|"), ("[8-]", "89|"), ("[8-99]", "89|")];
        for (part, text) in texts {
            assert_eq!(of(part).expect(part).0, text);
            assert_eq!(filled(&[&format!("v{part}=0123456789")], "{{v}}|"), text);
        }
        assert_eq!(of("[20-30]").expect("empty").0, "|");
        for bad in ["[4-2]", "[1", "[1]", "[1-2", "[1-x]"] {
            assert!(of(bad).is_err(), "{bad}");
        }
        assert!(expanded(&[&format!("v@{}.none", path.display())], "{{v}}").is_err());
    }

    #[test]
    fn the_environment_goes_first_where_it_is_asked() {
        let path = std::env::var("PATH").expect("every test has one");
        assert_eq!(filled(&["%PATH"], "{{PATH}}"), path);
        assert_eq!(filled(&["%PATH=x"], "{{PATH}}"), path);
        assert_eq!(filled(&["%PATH[1-]"], "{{PATH}}"), path[1..]);
        assert_eq!(filled(&["%NO_SUCH_NAME=x"], "{{NO_SUCH_NAME}}"), "x");
        assert!(expanded(&["%NO_SUCH_NAME"], "").is_err());
    }
}
