//! `ls -l`, with and without links, group, ACL mark, and in the many ways of writing a date.

use super::columns::{Words, number};
use super::date::{Now, take_date};
use super::entry::{Entry, EntryKind, ListedTime};
use super::family::Found;

/// Columns between the permissions and the date: links, owner, group, size, and blanks in names of groups.
const MAX_COLUMNS: usize = 12;

/// What stands before a name.
pub(super) struct Columns<'a> {
    pub(super) size: Option<u64>,
    pub(super) modified: ListedTime,
    /// What stands behind the date.
    pub(super) rest: Words<'a>,
}

pub(super) fn parse(line: &[u8], now: &Now) -> Option<Found> {
    let mut words = Words::new(line);
    let first = words.next()?;
    if first.eq_ignore_ascii_case(b"total") {
        return is_total(words).then_some(Found::Nothing);
    }
    let (kind, letters) = split_permissions(first)?;
    let columns = find_date(words, now)?;
    let name = without_mark(columns.rest.after_one_blank(), kind);
    let mut entry = Entry::new(name, kind)
        .split_arrow()
        .with_size(columns.size)
        .with_time(Some(columns.modified))
        .with_permissions(letters);
    entry.mode = Some(mode(letters));
    Some(Found::Entry(entry))
}

/// `total 12`, `total 12K`
fn is_total(mut words: Words<'_>) -> bool {
    let starts_with_digit = |word: &[u8]| word.first().is_some_and(u8::is_ascii_digit);
    words.next().is_some_and(starts_with_digit) && words.next().is_none()
}

/// Splits `-rw-r--r--+` into the kind and the nine letters; the mark of an ACL is left out.
fn split_permissions(word: &[u8]) -> Option<(EntryKind, &[u8])> {
    let (kind, rest) = word.split_first()?;
    let (letters, mark) = rest.split_at_checked(9)?;
    let is_letter = |byte: &u8| b"rwxsStTlL-".contains(byte);
    if !letters.iter().all(is_letter) || !matches!(mark, b"" | b"+" | b"." | b"@") {
        return None;
    }
    Some((kind_of(*kind)?, letters))
}

fn kind_of(letter: u8) -> Option<EntryKind> {
    match letter {
        b'-' => Some(EntryKind::File),
        b'd' => Some(EntryKind::Folder),
        b'l' => Some(EntryKind::Link),
        b'b' | b'c' | b'p' | b's' | b'D' | b'P' => Some(EntryKind::Other),
        _ => None,
    }
}

/// Finds the date, which is the first one behind a number; the number is the size.
pub(super) fn find_date<'a>(mut words: Words<'a>, now: &Now) -> Option<Columns<'a>> {
    let mut is_device = false;
    for _ in 0..MAX_COLUMNS {
        let word = words.next()?;
        let mut rest = words.clone();
        if let Some(modified) = take_date(&mut rest, now).filter(|_| ends_with_number(word)) {
            let size = number(word).filter(|_| !is_device);
            return Some(Columns { size, modified, rest });
        }
        // A device has two numbers instead, `8, 0` or `8,0`.
        is_device = word.ends_with(b",");
    }
    None
}

fn ends_with_number(word: &[u8]) -> bool {
    let last = word.rsplit(|byte| *byte == b',').next();
    last.and_then(number::<u64>).is_some()
}

/// Takes off the slash that `ls -F` adds to folders.
fn without_mark(name: &[u8], kind: EntryKind) -> &[u8] {
    match name.strip_suffix(b"/") {
        Some(plain) if kind == EntryKind::Folder => plain,
        _ => name,
    }
}

/// Turns the nine letters of `rwxr-x--t` into numbers.
fn mode(letters: &[u8]) -> u32 {
    let is_set = |letter: &u8| !matches!(letter, b'-' | b'S' | b'T' | b'l' | b'L');
    let plain = letters.iter().fold(0, |mode, letter| mode << 1 | u32::from(is_set(letter)));
    let special = letters.chunks(3).fold(0, |mode, three| {
        mode << 1 | u32::from(matches!(three.last(), Some(b's' | b'S' | b't' | b'T' | b'l' | b'L')))
    });
    special << 9 | plain
}
