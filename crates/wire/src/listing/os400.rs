//! OS/400: owner, size, date, time, type, name.

use super::columns::{Words, number};
use super::date::{month_day_year, time_of_day};
use super::entry::{Entry, EntryKind, ListedTime};
use super::family::Found;

pub(super) fn parse(line: &[u8]) -> Option<Found> {
    let mut words = Words::new(line);
    words.next()?;
    let size = words.next_if(number::<u64>);
    let modified = take_time(&mut words);
    let kind = words.next().and_then(kind_of)?;
    let name = words.after_blanks().trim_ascii_end();
    let entry = match name.strip_suffix(b"/") {
        Some(folder) => Entry::new(folder, EntryKind::Folder),
        None => Entry::new(name, kind),
    };
    Some(Found::Entry(entry.with_size(size).with_time(modified.flatten())))
}

/// Takes two words, a date and a time; `Some(None)` where the date may be read in two ways.
fn take_time(words: &mut Words<'_>) -> Option<Option<ListedTime>> {
    let starts_with_digit = |word: &&[u8]| word.first().is_some_and(u8::is_ascii_digit);
    let date = words.next_if(|word| Some(word).filter(starts_with_digit))?;
    let time = words.next_if(time_of_day)?;
    let day = month_day_year(date).filter(|_| !is_ambiguous(date));
    Some(day.and_then(|day| time.on(day)))
}

/// `20/01/12` may be in the year 2020 or on the 20th day.
fn is_ambiguous(date: &[u8]) -> bool {
    let first = date.get(..2).and_then(number::<u8>);
    first.is_some_and(|first| first > 12) && !date.contains(&b'.')
}

fn kind_of(word: &[u8]) -> Option<EntryKind> {
    let kind = word.strip_prefix(b"*")?;
    match kind {
        b"DIR" | b"LIB" | b"FLR" | b"DDIR" => Some(EntryKind::Folder),
        b"STMF" | b"DSTMF" | b"FILE" | b"MEM" | b"DOC" => Some(EntryKind::File),
        b"SYMLNK" => Some(EntryKind::Link),
        _ => kind.iter().all(u8::is_ascii_uppercase).then_some(EntryKind::Other),
    }
}
