//! Folders of FTP as rows, of whatever family of servers.

use std::time::SystemTime;

use landline::wire::ftp::render_time;
use landline::wire::listing::{Entry, EntryKind, ListedTime, ListingParser, TimePrecision};
use landline::{Error, Location};

use super::lines::Lines;
use super::{Cell, Column, Form, Rows};

const COLUMNS: [Column; 7] = [
    Column { name: "kind", width: Some(6) },
    Column { name: "size", width: Some(12) },
    Column { name: "modified", width: Some(20) },
    Column { name: "name", width: Some(0) },
    Column { name: "target", width: None },
    Column { name: "permissions", width: None },
    Column { name: "mode", width: None },
];

struct Folder {
    parser: ListingParser,
    lines: Lines,
}

/// The rows of a folder; `None` where the URL names a file, or the form is that of the server.
pub(super) fn rows(location: &Location, form: Form) -> Option<Box<dyn Rows>> {
    let is_folder = location.path().is_empty() || location.path().ends_with('/');
    let folder = Folder { parser: ListingParser::new(SystemTime::now()), lines: Lines::default() };
    // What people expect on a terminal is what the server sends.
    (is_folder && form != Form::Page).then(|| Box::new(folder) as Box<dyn Rows>)
}

impl Rows for Folder {
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }

    fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.lines.finish();
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, Error> {
        while let Some(line) = self.lines.next() {
            if let Some(entry) = self.parser.push_line(&line) {
                return Ok(Some(row(&entry)));
            }
        }
        Ok(None)
    }

    fn skipped(&self) -> u64 {
        self.parser.skipped() + self.lines.too_long()
    }
}

fn row(entry: &Entry) -> Vec<Cell> {
    let kind = match entry.kind {
        EntryKind::File => "file",
        EntryKind::Folder => "folder",
        EntryKind::Link => "link",
        EntryKind::Other => "other",
    };
    let target = entry.link_target.as_deref();
    vec![
        Cell::Text(kind.to_owned()),
        entry.size.map_or(Cell::Nothing, Cell::Number),
        entry.modified.and_then(shown).map_or(Cell::Nothing, Cell::Text),
        Cell::Text(entry.name_lossy().into_owned()),
        target.map_or(Cell::Nothing, |to| Cell::Text(String::from_utf8_lossy(to).into_owned())),
        entry.permissions.clone().map_or(Cell::Nothing, Cell::Text),
        entry.mode.map_or(Cell::Nothing, |mode| Cell::Text(format!("{mode:04o}"))),
    ]
}

/// As ISO 8601 has it, as exact as it is known; with a `Z` where it is known to be UTC.
fn shown(listed: ListedTime) -> Option<String> {
    let digits = render_time(listed.time)?;
    let (date, time) = digits.split_at_checked(8)?;
    let mut text = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]);
    match listed.precision {
        TimePrecision::Day => return Some(text),
        TimePrecision::Minute => text += &format!("T{}:{}", &time[..2], &time[2..4]),
        TimePrecision::Second => {
            text += &format!("T{}:{}:{}", &time[..2], &time[2..4], &time[4..]);
        }
    }
    text += if listed.is_utc { "Z" } else { "" };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows, and how many lines are none.
    fn told(listing: &[u8]) -> (Vec<String>, u64) {
        let location = Location::parse("ftp://a.test/x/").expect("a URL");
        let mut rows = rows(&location, Form::Json).expect("a folder");
        rows.push(listing);
        rows.finish().expect("no failure");
        let mut told = Vec::new();
        while let Some(row) = rows.next_row().expect("no failure") {
            let cells = row[..4].iter().map(|cell| match cell {
                Cell::Text(text) => text.clone(),
                Cell::Number(number) => number.to_string(),
                Cell::Nothing => "-".to_owned(),
            });
            told.push(cells.collect::<Vec<_>>().join(" "));
        }
        (told, rows.skipped())
    }

    #[test]
    fn what_is_no_line_of_a_listing_is_counted() {
        let listing = b"type=file;size=5;modify=20240102030405; a b\r\ntype=dir; c\nodd\n";
        let rows = ["file 5 2024-01-02T03:04:05Z a b", "folder - - c"];
        assert_eq!(told(listing), (rows.map(str::to_owned).to_vec(), 1));
        let long = [b"type=file; ".as_slice(), &b"x".repeat(64 << 10), b"\n", listing].concat();
        assert_eq!(told(&long), (rows.map(str::to_owned).to_vec(), 2));
    }

    #[test]
    fn only_folders_are_listings_and_a_terminal_sees_the_servers_own() {
        let rows = |url, form| rows(&Location::parse(url).expect("a URL"), form).is_some();
        assert!(rows("ftp://a.test", Form::Table) && rows("ftp://a.test/x/", Form::Json));
        assert!(!rows("ftp://a.test/x", Form::Json) && !rows("ftp://a.test/x/", Form::Page));
    }
}
