//! MVS and z/OS: tables of data sets, and of the members of one.

use super::columns::Words;
use super::date::{time_of_day, year_month_day};
use super::entry::{Entry, EntryKind, ListedTime};
use super::family::Found;

/// What the head of a table says about the lines below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MvsTable {
    DataSets,
    Members,
}

/// Letters that the name of a member may have.
const MAX_MEMBER_BYTES: usize = 8;

pub(super) fn parse(line: &[u8], table: Option<MvsTable>) -> Option<Found> {
    if let Some(table) = head(line) {
        return Some(Found::Table(table));
    }
    let entry = match table? {
        MvsTable::DataSets => data_set(line)?,
        MvsTable::Members => member(line)?,
    };
    Some(Found::Entry(entry))
}

fn head(line: &[u8]) -> Option<MvsTable> {
    let mut words = Words::new(line);
    match (words.next()?, words.next()?) {
        (b"Volume", b"Unit") => Some(MvsTable::DataSets),
        (b"Name", b"VV.MM" | b"Size") => Some(MvsTable::Members),
        _ => None,
    }
}

/// The last word is the name, the one before it the organisation; the date says when it was read last, not
/// changed.
fn data_set(line: &[u8]) -> Option<Entry> {
    let words: Vec<&[u8]> = Words::new(line).take(11).collect();
    let kind = match words.as_slice() {
        [_, _, _, _, _, _, _, _, organisation, _] => organised(organisation)?,
        [b"Migrated", _] | [_, _, b"VSAM", _] => EntryKind::File,
        [b"Pseudo", b"Directory", _] => EntryKind::Folder,
        [_, b"Not", b"Direct", b"Access", b"Device", _] => EntryKind::Other,
        _ => return None,
    };
    let name = words.last()?;
    // A name in quotation marks is one from the root.
    let bare = name.strip_prefix(b"'").and_then(|name| name.strip_suffix(b"'"));
    Some(Entry::new(bare.unwrap_or(name), kind))
}

fn organised(organisation: &[u8]) -> Option<EntryKind> {
    match organisation {
        b"PO" | b"PO-E" => Some(EntryKind::Folder),
        b"PS" | b"PS-L" | b"PS-E" | b"VS" => Some(EntryKind::File),
        _ => organisation.iter().all(u8::is_ascii_uppercase).then_some(EntryKind::Other),
    }
}

/// A name, alone or with version, day created, day and time changed; sizes are counted in lines.
fn member(line: &[u8]) -> Option<Entry> {
    let mut words = Words::new(line);
    let name = words.next().filter(|name| is_member_name(name))?;
    let entry = Entry::new(name, EntryKind::File);
    let has_columns = words.next().is_some();
    Some(entry.with_time(if has_columns { changed(words) } else { None }))
}

fn is_member_name(name: &[u8]) -> bool {
    let is_letter =
        |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"@#$".contains(byte);
    name.len() <= MAX_MEMBER_BYTES && name.iter().all(is_letter)
}

/// The day created, then the day and time changed.
fn changed(mut words: Words<'_>) -> Option<ListedTime> {
    words.next().and_then(year_month_day)?;
    let day = words.next().and_then(year_month_day)?;
    words.next().and_then(time_of_day)?.on(day)
}
