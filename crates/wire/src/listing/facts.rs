//! MLSD and MLST: facts, a blank, a name (RFC 3659 section 7).

use std::str::from_utf8;

use super::columns::{number, octal, split_once};
use super::entry::{Entry, EntryKind, ListedTime, TimePrecision};
use super::family::Found;
use crate::ftp::parse_time;

/// Reads the line inside a reply to MLST (RFC 3659 section 7.2), whose name may be a path: the entry has its last
/// part, which is empty for the root.
///
/// `None` if the line is none of facts, or the name holds NUL, CR or LF or is `.` or `..`.
#[must_use]
pub fn parse_mlst(line: &[u8]) -> Option<Entry> {
    let facts = line.strip_prefix(b" ").unwrap_or(line);
    let mut entry = read(facts)?;
    let path = entry.name.strip_suffix(b"/").unwrap_or(&entry.name);
    let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    entry.name = path[start..].to_vec();
    entry.line = line.to_vec();
    let is_good = entry.name.is_empty() || entry.has_safe_name() && !entry.is_dots();
    is_good.then_some(entry)
}

pub(super) fn parse(line: &[u8]) -> Option<Found> {
    let entry = read(line)?;
    // They stand for the folder itself and the one above, whatever name they carry.
    let is_dots = facts_of(line).any(|(name, value)| is_type(name) && is_around(value));
    Some(if is_dots { Found::Nothing } else { Found::Entry(entry) })
}

fn read(line: &[u8]) -> Option<Entry> {
    let (facts, name) = split_once(line, b' ')?;
    let mut parts = facts.split(|byte| *byte == b';').filter(|fact| !fact.is_empty());
    if !facts.contains(&b';') || !parts.all(|fact| fact.contains(&b'=')) {
        return None;
    }
    let entry = Entry::new(name, EntryKind::Other);
    let entry = facts_of(line).fold(entry, |entry, (name, value)| with_fact(entry, name, value));
    let size = entry.size;
    Some(entry.with_size(size))
}

fn facts_of(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let facts = split_once(line, b' ').map_or(line, |(facts, _)| facts);
    facts.split(|byte| *byte == b';').filter_map(|fact| split_once(fact, b'='))
}

fn is_type(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"type")
}

fn is_around(value: &[u8]) -> bool {
    value.eq_ignore_ascii_case(b"cdir") || value.eq_ignore_ascii_case(b"pdir")
}

fn with_fact(mut entry: Entry, name: &[u8], value: &[u8]) -> Entry {
    match name.to_ascii_lowercase().as_slice() {
        b"type" => (entry.kind, entry.link_target) = kind(value),
        b"size" => entry.size = number(value),
        b"modify" => entry.modified = time(value),
        b"perm" => return entry.with_permissions(value),
        b"unix.mode" => entry.mode = octal(value),
        _ => {}
    }
    entry
}

/// Reads the type fact; `OS.unix=slink:/target` is how servers say what RFC 3659 left to them.
fn kind(value: &[u8]) -> (EntryKind, Option<Vec<u8>>) {
    const LINKS: [&[u8]; 2] = [b"os.unix=slink", b"os.unix=symlink"];
    let lower = value.to_ascii_lowercase();
    match lower.as_slice() {
        b"file" => (EntryKind::File, None),
        b"dir" | b"cdir" | b"pdir" => (EntryKind::Folder, None),
        _ => match LINKS.iter().find(|link| lower.starts_with(link)) {
            Some(link) => {
                let target = value[link.len()..].strip_prefix(b":");
                (EntryKind::Link, target.map(<[u8]>::to_vec))
            }
            None => (EntryKind::Other, None),
        },
    }
}

fn time(value: &[u8]) -> Option<ListedTime> {
    let time = parse_time(from_utf8(value).ok()?)?;
    Some(ListedTime { time, precision: TimePrecision::Second, is_utc: true })
}
