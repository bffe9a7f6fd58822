//! `file:` URLs (RFC 8089): files with length, date and type; folders as a listing.

mod listing;
mod read;
mod write;

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use landline_wire::range::ByteRange;
use landline_wire::target::Location;

use super::document::Parts;
#[cfg(unix)]
use super::pipe;
use super::scheme::Visit;
use crate::{Error, ErrorKind, Headers, Phase, Result};

pub(in super::super) use read::FileBody;
pub(super) use write::store;

const UNKNOWN_TYPE: &str = "application/octet-stream";
const LISTING_TYPE: &str = "text/plain";

pub(super) fn open(visit: &Visit) -> Result<Parts> {
    let location = visit.location.clone();
    let path = path(&location)?;
    let unreadable = |error: io::Error| unreadable(&path, error);
    let in_parts = |what: &str| match visit.range {
        Some(_) => Err(no_part(format!("{what} cannot be read in parts"))),
        None => Ok(()),
    };
    #[cfg(unix)]
    if let Some((facts, pipe)) = pipe::open(&path, visit.timeouts).map_err(unreadable)? {
        in_parts("a pipe")?;
        return Ok(Parts::stream(location, info(&facts, UNKNOWN_TYPE, None), pipe));
    }
    let file = File::open(&path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    if facts.is_dir() {
        in_parts("a folder")?;
        let listing = listing::list(&path).map_err(unreadable)?;
        let info = info(&facts, LISTING_TYPE, Some(listing.len() as u64));
        return Ok(Parts::memory(location, info, listing));
    }
    let (mut body, len) = FileBody::open(file, &facts).map_err(unreadable)?;
    let mut info = info(&facts, kind_of(&path), len);
    if let Some(range) = visit.range {
        let Some(len) = len else { return Err(no_part("the file does not tell its length")) };
        let (first, count) = part(range, len)?;
        body.keep(first, count).map_err(unreadable)?;
        note_part(&mut info, first, count, len);
    }
    Ok(Parts::file(location, info, body))
}

/// Tells what the system knows. Nothing is opened that could keep us waiting: no pipe, no device.
pub(super) fn info_of(visit: &Visit) -> Result<Headers> {
    let path = path(&visit.location)?;
    let unreadable = |error: io::Error| unreadable(&path, error);
    let facts = std::fs::metadata(&path).map_err(unreadable)?;
    if facts.is_dir() {
        return Ok(info(&facts, LISTING_TYPE, None));
    }
    let len = match read::is_made_up(&facts) {
        false => facts.is_file().then_some(facts.len()),
        true => {
            File::open(&path).and_then(|file| FileBody::open(file, &facts)).map_err(unreadable)?.1
        }
    };
    Ok(info(&facts, kind_of(&path), len))
}

fn kind_of(path: &Path) -> &'static str {
    mime_guess::from_path(path).first_raw().unwrap_or(UNKNOWN_TYPE)
}

/// The error of a path in the system's words.
fn failed(
    phase: Phase,
    path: &Path,
    what: &str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    let shown = landline_wire::escape::escape(path.as_os_str().as_encoded_bytes());
    Error::new(ErrorKind::File, phase, format!("{shown} {what}")).because(error)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    failed(Phase::Preparing, path, "cannot be read", error)
}

fn no_part(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Range, Phase::ReadingBody, why)
}

/// Where a part begins and how long it is. Nothing is left behind the last byte, which is how much
/// somebody wants who has all of it.
fn part(range: ByteRange, len: u64) -> Result<(u64, u64)> {
    match range.within(len) {
        Some(part) => Ok(part),
        None if range == ByteRange::From(len) => Ok((len, 0)),
        None => Err(no_part(format!("the file has {len} bytes, the part {range} is not in it"))),
    }
}

fn path(location: &Location) -> Result<PathBuf> {
    let bad = |why: String| Error::new(ErrorKind::Url, Phase::Preparing, why);
    let bytes = location.decoded_path().map_err(|error| bad(error.to_string()))?;
    if bytes.contains(&0) {
        return Err(bad("a file name holds no NUL".to_owned()));
    }
    path_of(bytes).ok_or_else(|| bad("the file name is not valid here".to_owned()))
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

/// `/C:/folder/name` is `C:/folder/name` (RFC 8089 appendix E.2).
#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    let text = String::from_utf8(bytes).ok()?;
    if text.starts_with("//") || text.contains('\\') {
        // `//host/share` would reach out to the network.
        return None;
    }
    let has_drive = text.len() > 2 && text.as_bytes()[2] == b':';
    Some(PathBuf::from(if has_drive { &text[1..] } else { &text }))
}

fn info(facts: &Metadata, kind: &str, len: Option<u64>) -> Headers {
    let mut info = Headers::new();
    let date = facts.modified().ok().map(httpdate::fmt_http_date);
    let known = [
        ("Content-Length", len.map(|len| len.to_string())),
        // In curl's spelling, which -I shows.
        ("Accept-ranges", len.filter(|_| facts.is_file()).map(|_| "bytes".to_owned())),
        ("Content-Type", Some(kind.to_owned())),
        ("Last-Modified", date),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            // Our own names and values are always fit for a header.
            let _ = info.push(name, value);
        }
    }
    info
}

/// Tells of a part what HTTP tells of it (RFC 9110 section 14.4).
fn note_part(info: &mut Headers, first: u64, count: u64, len: u64) {
    // Our own names and values are always fit for a header.
    let _ = info.set("Content-Length", count.to_string());
    if count > 0 {
        let _ = info.set("Content-Range", format!("bytes {first}-{}/{len}", first + count - 1));
    }
}
