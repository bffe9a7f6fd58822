//! Folders as text.

use std::io;
use std::path::Path;

/// One name a line in byte order, folders with a slash at the end.
pub(super) fn list(path: &Path) -> io::Result<Vec<u8>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let mut name = entry.file_name().into_encoded_bytes();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            name.push(b'/');
        }
        name.push(b'\n');
        names.push(name);
    }
    names.sort();
    Ok(names.concat())
}
