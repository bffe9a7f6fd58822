//! The files of cookies: read when a group begins, written when it ends.

use std::ffi::{OsStr, OsString};

use landline::http::CookieJar;
use landline::wire::cookie::Cookie;

use super::Means;
use crate::high::Cookies;
use crate::messages::Messages;

/// Adds what the files of `-b` hold. One that is not there is one that has not been written yet.
/// Returns those that could not be read: what they hold is not in the jar.
pub(super) fn load(cookies: &Cookies, jar: &CookieJar, messages: &Messages) -> Vec<OsString> {
    let mut unread = Vec::new();
    for name in cookies.files.iter().filter(|name| !name.is_empty()) {
        let read = CookieJar::new();
        if let Err(error) = read_file(name, &read)
            && std::path::Path::new(name).exists()
        {
            messages.warning(&error.chain());
            unread.push(name.clone());
        }
        if cookies.junk_session {
            read.end_session();
        }
        let lines: Vec<_> = read.cookies().iter().map(Cookie::to_file_line).collect();
        // From memory there is nothing to fail.
        let _ = jar.read_from(&lines.join(&b'\n')[..]);
    }
    unread
}

fn read_file(name: &OsStr, jar: &CookieJar) -> landline::Result<()> {
    if name == "-" { jar.read_from(std::io::stdin()) } else { jar.load(name) }
}

/// Writes the file of `-c`, unless it holds what could not be read. As with curl the exit code is not the worse for one that cannot be written.
pub(super) fn save(means: &Means, messages: &Messages) {
    let Some(path) = &means.settings.cookies.save else { return };
    let is_unread = means.unread.iter().any(|name| name == path);
    if path.as_os_str().is_empty() || path.as_os_str() == "-" || is_unread {
        return;
    }
    if let Err(error) = means.jar.save(path) {
        messages.warning(&error.chain());
    }
}

/// `-c -`: after each transfer.
pub(super) fn show(means: &Means, messages: &Messages) {
    let path = means.settings.cookies.save.as_ref();
    if path.is_some_and(|path| path.as_os_str() == "-")
        && let Err(error) = means.jar.write_to(std::io::stdout().lock())
    {
        messages.warning(&error.chain());
    }
}
