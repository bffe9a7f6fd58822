//! Folders as text.

use std::io;
use std::path::Path;

/// One name a line in byte order, folders with a slash at the end. So that no name can pass for two,
/// a line feed in one is `\n`, and a backslash `\\`.
pub(super) fn list(path: &Path) -> io::Result<Vec<u8>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let mut name = on_one_line(entry.file_name().into_encoded_bytes());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            name.push(b'/');
        }
        name.push(b'\n');
        names.push(name);
    }
    names.sort();
    Ok(names.concat())
}

fn on_one_line(name: Vec<u8>) -> Vec<u8> {
    if !name.iter().any(|byte| matches!(byte, b'\n' | b'\\')) {
        return name;
    }
    let mut line = Vec::with_capacity(name.len() + 1);
    for byte in name {
        match byte {
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\\' => line.extend_from_slice(b"\\\\"),
            plain => line.push(plain),
        }
    }
    line
}
