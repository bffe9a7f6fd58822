//! What is noted of the document a file has a part of, so that `-C` can tell whether it goes on with the
//! same one: an extended attribute of the file itself.
//!
//! An attribute goes where the file goes and is gone with it, where a second file would lie about. It is
//! there while a download has not come to its end. A file system without attributes, or a file of
//! somebody else's, has none; then only what the reply says of itself is checked.

use std::fs::File;
use std::path::Path;

use landline::wire::validator::Validator;

/// Notes it on a file of ours, in the place of what was there before.
pub(super) fn note(file: &File, document: Option<&Validator>) {
    let text = document.filter(|document| !document.is_empty()).map(Validator::to_text);
    match text.filter(|_| attribute::is_ours(file)) {
        // What cannot be noted is not known later; the download itself is none the worse.
        Some(text) if attribute::set(file, text.as_bytes()) => {}
        _ => attribute::remove(file),
    }
}

/// What is noted on the file of this name.
pub(super) fn noted(path: &Path) -> Option<Validator> {
    let bytes = attribute::get(&File::open(path).ok()?)?;
    Validator::from_text(std::str::from_utf8(&bytes).ok()?)
}

/// The file is complete: what it came from is no longer of use.
pub(super) fn forget(file: &File) {
    attribute::remove(file);
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
mod attribute {
    use std::fs::File;
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{XattrFlags, fgetxattr, fremovexattr, fsetxattr};

    const NAME: &str = "user.dial.document";

    /// Room for what [`set`] writes: two fields of 1 KiB and a number.
    const MAX_BYTES: usize = 4096;

    pub(super) fn is_ours(file: &File) -> bool {
        let ours = rustix::process::geteuid().as_raw();
        file.metadata().is_ok_and(|facts| facts.is_file() && facts.uid() == ours)
    }

    pub(super) fn set(file: &File, value: &[u8]) -> bool {
        fsetxattr(file, NAME, value, XattrFlags::empty()).is_ok()
    }

    pub(super) fn get(file: &File) -> Option<Vec<u8>> {
        let mut value = vec![0; MAX_BYTES];
        let len = fgetxattr(file, NAME, &mut value[..]).ok()?;
        value.truncate(len);
        Some(value)
    }

    pub(super) fn remove(file: &File) {
        // That there is none is the usual case.
        let _ = fremovexattr(file, NAME);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
mod attribute {
    use std::fs::File;

    pub(super) fn is_ours(_: &File) -> bool {
        false
    }

    pub(super) fn set(_: &File, _: &[u8]) -> bool {
        false
    }

    pub(super) fn get(_: &File) -> Option<Vec<u8>> {
        None
    }

    pub(super) fn remove(_: &File) {}
}
