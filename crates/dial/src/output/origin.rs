//! What is noted of the document a file has a part of, so that `-C` can tell whether it goes on with the
//! same one: an extended attribute of the file itself.
//!
//! An attribute goes where the file goes and is gone with it, where a second file would lie about. It is
//! there while a download has not come to its end. A file system without attributes, or a file of
//! somebody else's, has none; then only what the reply says of itself is checked.

use std::fs::File;
use std::path::Path;

use landline::wire::validator::Validator;

use super::attribute;

const NAME: &str = "user.dial.document";

/// Notes it on a file of ours, in the place of what was there before; tells whether it is there now.
pub(super) fn note(file: &File, document: Option<&Validator>) -> bool {
    let Some(is_ours) = attribute::is_ours(file) else { return false };
    let text = document.filter(|document| is_ours && !document.is_empty()).map(Validator::to_text);
    // What cannot be noted is not known later; the download itself is none the worse.
    let is_noted = text.is_some_and(|text| attribute::set(file, NAME, text.as_bytes()).is_ok());
    if !is_noted {
        attribute::remove(file, NAME);
    }
    is_noted
}

/// What is noted on the file of this name.
pub(super) fn noted(path: &Path) -> Option<Validator> {
    let bytes = attribute::get(&File::open(path).ok()?, NAME)?;
    Validator::from_text(std::str::from_utf8(&bytes).ok()?)
}

/// The file is complete: what it came from is no longer of use.
pub(super) fn forget(file: &File) {
    attribute::remove(file, NAME);
}
