//! VxWorks: size, date, time, name, `<DIR>`.

use super::columns::{Words, number};
use super::date::{Day, four_digits, month, three_parts, time_of_day, two_digits};
use super::entry::{Entry, EntryKind};
use super::family::Found;

pub(super) fn parse(line: &[u8]) -> Option<Found> {
    let mut words = Words::new(line);
    if is_title(words.clone()) {
        return Some(Found::Nothing);
    }
    let size: u64 = words.next().and_then(number)?;
    let day = words.next().and_then(month_name_first)?;
    let time = words.next().and_then(time_of_day)?;
    let rest = words.after_blanks().trim_ascii_end();
    let (name, kind) = match rest.strip_suffix(b"<DIR>") {
        Some(name) => (name.trim_ascii_end(), EntryKind::Folder),
        None => (rest, EntryKind::File),
    };
    Some(Found::Entry(Entry::new(name, kind).with_size(Some(size)).with_time(time.on(day))))
}

/// `size date time name`, and the rule below it.
fn is_title(words: Words<'_>) -> bool {
    let is_rule = |word: &[u8]| word.len() > 1 && word.iter().all(|byte| *byte == b'-');
    let mut columns = words.take(5);
    let named = [&b"size"[..], b"date", b"time", b"name"];
    columns.clone().eq(named) || columns.all(is_rule)
}

/// Reads `Jan-12-2020`.
fn month_name_first(word: &[u8]) -> Option<Day> {
    let [name, day, year] = three_parts(word, b'-')?;
    Some(Day { year: four_digits(year)?, month: month(name)?, day: two_digits(day)? })
}
