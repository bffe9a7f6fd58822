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
use crate::{Error, ErrorKind, Headers, Phase, Result, media_type};

pub(in super::super) use read::FileBody;
pub(super) use write::store;

const UNKNOWN_TYPE: &str = "application/octet-stream";
const LISTING_TYPE: &str = "text/plain";

pub(super) fn open(visit: &Visit) -> Result<Parts> {
    let path = path(&visit.location)?;
    let unreadable = |error: io::Error| unreadable(&path, error);
    #[cfg(unix)]
    if let Some((facts, pipe)) = pipe::open(&path, visit.timeouts).map_err(unreadable)? {
        refuse_part(visit, "a pipe or terminal")?;
        return Ok(Parts::stream(visit.location.clone(), info(&facts, UNKNOWN_TYPE, None), pipe));
    }
    let file = File::open(&path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    match facts.is_dir() {
        true => open_folder(visit, &path, &facts),
        false => open_content(visit, &path, file, &facts),
    }
}

fn open_folder(visit: &Visit, path: &Path, facts: &Metadata) -> Result<Parts> {
    refuse_part(visit, "a folder")?;
    let listing = listing::list(path).map_err(|error| unreadable(path, error))?;
    let info = info(facts, LISTING_TYPE, Some(listing.len() as u64));
    Ok(Parts::memory(visit.location.clone(), info, listing))
}

fn open_content(visit: &Visit, path: &Path, file: File, facts: &Metadata) -> Result<Parts> {
    let unreadable = |error: io::Error| unreadable(path, error);
    let (mut body, len) = FileBody::open(file, facts).map_err(unreadable)?;
    let mut info = info(facts, kind_of(path), len);
    match (visit.range, len) {
        (None, _) => {}
        (Some(_), None) => refuse_part(visit, "what tells no length")?,
        (Some(range), Some(len)) => {
            let (first, count) = part(range, len)?;
            body.keep(first, count).map_err(unreadable)?;
            note_part(&mut info, first, count, len);
        }
    }
    Ok(Parts::file(visit.location.clone(), info, body))
}

fn refuse_part(visit: &Visit, what: &str) -> Result<()> {
    let refusal = || {
        let what = format!("{what} cannot be read in parts");
        Error::new(ErrorKind::Range, Phase::Preparing, what)
    };
    visit.range.map_or(Ok(()), |_| Err(refusal()))
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
    media_type::of_name(path).unwrap_or(UNKNOWN_TYPE)
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

/// Where a part begins and how long it is. Nothing is left behind the last byte, which is how much
/// somebody wants who has all of it.
fn part(range: ByteRange, len: u64) -> Result<(u64, u64)> {
    match range.within(len) {
        Some(part) => Ok(part),
        None if range == ByteRange::From(len) => Ok((len, 0)),
        None => {
            let what = format!("the file has {len} bytes, the part {range} is not in it");
            Err(Error::new(ErrorKind::Range, Phase::ReadingBody, what))
        }
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
