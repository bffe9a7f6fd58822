//! What is read as a whole has a maximum: a device, a pipe and a wrong name may have no end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What is sent out of memory, as with curl. Files of `-T` and `-F` are not.
pub(crate) const MAX_DATA_BYTES: u64 = 1 << 30;

/// What is read line by line: config files, headers, templates, lists of URLs.
pub(crate) const MAX_TEXT_BYTES: u64 = 32 << 20;

/// Reads a file, or stdin where it is called `-`.
pub(crate) fn read_named(name: &Path, max: u64) -> io::Result<Vec<u8>> {
    if name.as_os_str() == "-" { read(io::stdin().lock(), 0, max) } else { read_file(name, max) }
}

pub(crate) fn read_file(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let bytes = file.metadata().map_or(0, |there| there.len());
    read(file, bytes, max)
}

fn read(reader: impl Read, expected: u64, max: u64) -> io::Result<Vec<u8>> {
    let expected = expected.min(MAX_TEXT_BYTES).min(max);
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    reader.take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(io::Error::other(format!("there are more than {max} bytes")));
    }
    Ok(bytes)
}

#[test]
fn what_is_longer_than_the_maximum_is_refused() {
    assert_eq!(read(&b"abc"[..], 9, 3).expect("no more"), b"abc");
    let error = read(io::repeat(0), 0, 3).expect_err("more");
    assert_eq!(error.to_string(), "there are more than 3 bytes");
}
