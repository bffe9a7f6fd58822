//! VMS: a name with a version; size, date, owner and protection in any order, maybe in the next line.

use super::columns::{Words, number, split_once};
use super::date::{day_month_year, time_of_day};
use super::entry::{Entry, EntryKind, ListedTime};
use super::family::Found;

pub(super) fn parse(line: &[u8]) -> Option<Found> {
    let mut words = Words::new(line);
    let first = words.next()?;
    if is_title(first, words.clone()) {
        return Some(Found::Nothing);
    }
    if !line.starts_with(first) || !has_version(first) {
        return None;
    }
    let details = words.after_blanks();
    let modified = take_time(&mut words);
    if modified.is_none() && !details.starts_with(b"%") {
        return None;
    }
    // No version behind folders: CWD would not take it.
    let entry = match folder_name(first) {
        Some(name) => Entry::new(name, EntryKind::Folder),
        None => Entry::new(first, EntryKind::File),
    };
    let entry = entry.with_time(modified.flatten());
    Some(Found::Entry(match protection(details) {
        Some(letters) => entry.with_permissions(letters),
        None => entry,
    }))
}

/// Is this a name whose other columns stand in the next line?
pub(super) fn is_name_alone(line: &[u8]) -> bool {
    has_version(line) && !line.iter().any(u8::is_ascii_whitespace)
}

/// `Directory DISK:[ANNA]`, `Total of 3 files`, `Grand total of 2 directories`
fn is_title(first: &[u8], mut words: Words<'_>) -> bool {
    match first.to_ascii_lowercase().as_slice() {
        b"directory" => words.next().is_some_and(|place| place.ends_with(b"]")),
        b"total" => words.next() == Some(b"of"),
        b"grand" => words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"total")),
        _ => false,
    }
}

/// Does it end in a version, as `LOGIN.COM;12` does?
fn has_version(name: &[u8]) -> bool {
    let at = memchr::memrchr(b';', name).filter(|at| *at > 0);
    at.is_some_and(|at| number::<u32>(&name[at + 1..]).is_some())
}

/// Gives `SUB` for `SUB.DIR;1`.
fn folder_name(name: &[u8]) -> Option<&[u8]> {
    let at = memchr::memrchr(b';', name)?;
    let (folder, extension) = name[..at].split_last_chunk::<4>()?;
    extension.eq_ignore_ascii_case(b".DIR").then_some(folder)
}

/// Takes the words up to the time; `None` if there is no date, `Some(None)` if there is no such day.
fn take_time(words: &mut Words<'_>) -> Option<Option<ListedTime>> {
    let day = words.by_ref().find_map(day_month_year)?;
    let listed = match words.next_if(time_of_day) {
        Some(time) => time.on(day),
        None => day.without_time(),
    };
    Some(listed)
}

/// Gives what stands between the last parentheses.
fn protection(details: &[u8]) -> Option<&[u8]> {
    let inside = details.trim_ascii_end().strip_suffix(b")")?;
    let start = memchr::memrchr(b'(', inside)?;
    split_once(&inside[start + 1..], b',').map(|_| &inside[start + 1..])
}
