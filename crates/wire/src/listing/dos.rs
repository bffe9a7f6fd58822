//! IIS and others on Windows: date, time, `<DIR>` or a size, a name.

use super::columns::{Words, number};
use super::date::{Day, TimeOfDay, month_day_year, time_of_day, year_month_day};
use super::entry::{Entry, EntryKind};
use super::family::Found;

pub(super) fn parse(line: &[u8]) -> Option<Found> {
    let mut words = Words::new(line);
    let day = words.next().and_then(any_day)?;
    let time = take_time(&mut words)?;
    let column = words.next()?;
    // No one but IIS says how many blanks stand before a name, so none is taken for a part of it.
    let name = words.after_blanks();
    let entry = match kind(column) {
        Some(EntryKind::Link) => link(name),
        Some(kind) => Entry::new(name, kind),
        None => Entry::new(name, EntryKind::File).with_size(Some(size(column)?)),
    };
    Some(Found::Entry(entry.with_time(time.on(day))))
}

fn any_day(word: &[u8]) -> Option<Day> {
    month_day_year(word).or_else(|| year_month_day(word))
}

/// Takes `10:05AM` or `10:05 AM`.
fn take_time(words: &mut Words<'_>) -> Option<TimeOfDay> {
    let first = words.next()?;
    let is_half = |word: &[u8]| [b"AM", b"PM"].iter().any(|half| word.eq_ignore_ascii_case(*half));
    match words.next_if(|word| is_half(word).then_some(word)) {
        Some(half) => time_of_day(&[first, half].concat()),
        None => time_of_day(first),
    }
}

fn kind(column: &[u8]) -> Option<EntryKind> {
    match column.to_ascii_uppercase().as_slice() {
        b"<DIR>" => Some(EntryKind::Folder),
        b"<JUNCTION>" | b"<SYMLINK>" | b"<SYMLINKD>" => Some(EntryKind::Link),
        _ => None,
    }
}

/// Reads a size that may have separators between its thousands.
fn size(column: &[u8]) -> Option<u64> {
    let is_separator = |byte: &u8| matches!(byte, b',' | b'.');
    if column.first().is_none_or(is_separator) || column.last().is_none_or(is_separator) {
        return None;
    }
    let digits: Vec<u8> = column.iter().filter(|byte| !is_separator(byte)).copied().collect();
    number(&digits)
}

/// Reads `name [target]`.
fn link(text: &[u8]) -> Entry {
    let start = memchr::memmem::find(text, b" [");
    let Some((at, target)) = start.zip(text.strip_suffix(b"]")) else {
        return Entry::new(text, EntryKind::Link);
    };
    let mut entry = Entry::new(&text[..at], EntryKind::Link);
    entry.link_target = target.get(at + 2..).map(<[u8]>::to_vec);
    entry
}
