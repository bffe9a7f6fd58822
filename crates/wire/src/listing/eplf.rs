//! EPLF: a plus sign, facts with commas, a tab, a name.

use std::time::{Duration, SystemTime};

use super::columns::{number, octal, split_once};
use super::entry::{Entry, EntryKind, ListedTime, TimePrecision};
use super::family::Found;

pub(super) fn parse(line: &[u8]) -> Option<Found> {
    let (facts, name) = split_once(line.strip_prefix(b"+")?, b'\t')?;
    let facts = || facts.split(|byte| *byte == b',');
    let value = |letter: u8| facts().find_map(move |fact| fact.strip_prefix(&[letter]));
    let kind = if facts().any(|fact| fact == b"/") {
        EntryKind::Folder
    } else if facts().any(|fact| fact == b"r") {
        EntryKind::File
    } else {
        EntryKind::Other
    };
    let mut entry = Entry::new(name, kind)
        .with_size(value(b's').and_then(number))
        .with_time(value(b'm').and_then(time));
    entry.mode = facts().find_map(|fact| fact.strip_prefix(b"up")).and_then(octal);
    Some(Found::Entry(entry))
}

/// Reads seconds since 1970.
fn time(seconds: &[u8]) -> Option<ListedTime> {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(number(seconds)?))?;
    Some(ListedTime { time, precision: TimePrecision::Second, is_utc: true })
}
