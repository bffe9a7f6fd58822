//! What `-b`, `-c` and `-j` amount to.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::os_text;
use crate::settings;

/// A `Cookie` field has fewer bytes than this with its name, as with curl.
const MAX_HEADER_BYTES: usize = 8190;

/// The cookies of a group. (No `Debug`: they are secrets.)
#[derive(Default)]
pub(crate) struct Cookies {
    /// `-b a=1`, all of them.
    pub(crate) data: Option<Vec<u8>>,
    /// `-b file`; `-` is stdin, an empty name is no file and keeps cookies all the same.
    pub(crate) files: Vec<OsString>,
    /// `-c`
    pub(crate) save: Option<PathBuf>,
    /// `-j`
    pub(crate) junk_session: bool,
}

impl Cookies {
    /// Whether what servers set is kept and sent again.
    pub(crate) fn are_kept(&self) -> bool {
        !self.files.is_empty() || self.save.is_some()
    }
}

pub(super) fn resolve(low: settings::Cookies, warnings: &mut Vec<String>) -> Cookies {
    let (data, files): (Vec<_>, Vec<_>) = low.given.into_iter().partition(|value| is_data(value));
    let pieces: Vec<&[u8]> = data.iter().map(|value| os_text::bytes(value)).collect();
    let data = Some(pieces.join(&b';')).filter(|data| !data.is_empty());
    let fits = |data: &Vec<u8>| "Cookie: ".len() + data.len() < MAX_HEADER_BYTES;
    if data.as_ref().is_some_and(|data| !fits(data)) {
        warnings.push(format!("cookies of {MAX_HEADER_BYTES} bytes and more are not sent"));
    }
    let name = |value: OsString| os_text::after_at(&value).unwrap_or(value);
    Cookies {
        data: data.filter(fits),
        files: files.into_iter().map(name).collect(),
        save: low.jar,
        junk_session: low.junk_session,
    }
}

/// Whether a value of `-b` is cookies, and no name of a file.
fn is_data(value: &OsStr) -> bool {
    let bytes = os_text::bytes(value);
    !bytes.starts_with(b"@") && bytes.contains(&b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: &[&str]) -> (Cookies, Vec<String>) {
        let given = given.iter().map(Into::into).collect();
        let mut warnings = Vec::new();
        let low = settings::Cookies { given, ..settings::Cookies::default() };
        (resolve(low, &mut warnings), warnings)
    }

    #[test]
    fn values_are_cookies_or_names_of_files() {
        let (cookies, _) = of(&["a=1; b=2", "file", "c=3", "@d=4", "", "-"]);
        assert_eq!(cookies.data.as_deref(), Some(&b"a=1; b=2;c=3"[..]));
        assert_eq!(cookies.files, ["file", "d=4", "", "-"]);
        assert!(cookies.are_kept() && !of(&["a=1"]).0.are_kept() && !of(&[]).0.are_kept());
    }

    #[test]
    fn c3_cookies_that_are_too_long_are_not_sent_and_told() {
        let value = |bytes: usize| format!("a={}", "x".repeat(bytes - 2));
        assert!(of(&[&value(8181)]).0.data.is_some());
        let (cookies, warnings) = of(&[&value(8182)]);
        assert!(cookies.data.is_none() && warnings.len() == 1);
    }
}
