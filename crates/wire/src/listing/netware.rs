//! NetWare: `d [RWCEAFMS] owner size date name`.

use super::columns::{Words, split_once};
use super::date::Now;
use super::entry::{Entry, EntryKind};
use super::family::Found;
use super::unix::find_date;

pub(super) fn parse(line: &[u8], now: &Now) -> Option<Found> {
    let (letter, rest) = line.split_first()?;
    let kind = match letter {
        b'd' => EntryKind::Folder,
        b'-' => EntryKind::File,
        _ => return None,
    };
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let (rights, rest) = split_once(rest.strip_prefix(b"[")?, b']')?;
    if !rights.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-') {
        return None;
    }
    let columns = find_date(Words::new(rest), now)?;
    let entry = Entry::new(columns.rest.after_blanks(), kind)
        .with_size(columns.size)
        .with_time(Some(columns.modified))
        .with_permissions(rights);
    Some(Found::Entry(entry))
}
