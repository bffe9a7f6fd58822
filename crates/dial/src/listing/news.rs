//! Lists of newsgroups and overviews of their articles as rows.

use std::collections::VecDeque;

use landline::nntp::{ListedGroup, Overview, OverviewFormat, PostingStatus};
use landline::wire::nntp::Asked;
use landline::{Error, Location};

use super::{Cell, Column, Rows};

const GROUPS: [Column; 4] = [
    Column { name: "name", width: Some(40) },
    Column { name: "first", width: Some(10) },
    Column { name: "last", width: Some(10) },
    Column { name: "posting", width: Some(0) },
];

/// The fields that every server has; what it has besides is not shown.
const OVERVIEW: [Column; 8] = [
    Column { name: "number", width: Some(8) },
    Column { name: "subject", width: Some(44) },
    Column { name: "from", width: Some(28) },
    Column { name: "date", width: Some(0) },
    Column { name: "message-id", width: None },
    Column { name: "references", width: None },
    Column { name: "bytes", width: None },
    Column { name: "lines", width: None },
];

/// What is longer is no line of a list, and not kept.
const MAX_LINE_BYTES: usize = 64 << 10;

struct News {
    /// The line that has not ended yet.
    line: Vec<u8>,
    rows: VecDeque<Vec<Cell>>,
    skipped: u64,
    columns: &'static [Column],
    row: Row,
}

type Row = fn(&[u8]) -> Option<Vec<Cell>>;

/// The rows of a list of groups or an overview; `None` where the URL names an article.
pub(super) fn rows(location: &Location) -> Option<Box<dyn Rows>> {
    let (columns, row): (&'static [Column], Row) = match Asked::of(location).ok()? {
        Asked::Groups(_) => (&GROUPS, group),
        Asked::Overview(..) => (&OVERVIEW, overview),
        _ => return None,
    };
    let (line, rows) = (Vec::new(), VecDeque::new());
    Some(Box::new(News { line, rows, skipped: 0, columns, row }))
}

fn group(line: &[u8]) -> Option<Vec<Cell>> {
    let group = ListedGroup::parse(&String::from_utf8_lossy(line))?;
    let posting = match group.posting {
        PostingStatus::Allowed => "yes".to_owned(),
        PostingStatus::Forbidden => "no".to_owned(),
        PostingStatus::Moderated => "moderated".to_owned(),
        PostingStatus::Other(other) => other,
        _ => String::new(),
    };
    Some(vec![
        Cell::Text(group.name),
        Cell::Number(group.first),
        Cell::Number(group.last),
        Cell::Text(posting),
    ])
}

fn overview(line: &[u8]) -> Option<Vec<Cell>> {
    let one = Overview::parse(line, &OverviewFormat::default())?;
    let text = |name| one.get(name).map_or(Cell::Nothing, |text| Cell::Text(text.to_owned()));
    let number = |value: Option<u64>| value.map_or(Cell::Nothing, Cell::Number);
    Some(vec![
        Cell::Number(one.number),
        text("Subject"),
        text("From"),
        text("Date"),
        text("Message-ID"),
        text("References"),
        number(one.bytes()),
        number(one.lines()),
    ])
}

impl Rows for News {
    fn columns(&self) -> &'static [Column] {
        self.columns
    }

    fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = (MAX_LINE_BYTES + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    fn finish(&mut self) -> Result<(), Error> {
        // A text of NNTP ends behind a whole line.
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, Error> {
        Ok(self.rows.pop_front())
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

impl News {
    fn end_line(&mut self) {
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let row = (line.len() <= MAX_LINE_BYTES).then(|| (self.row)(line)).flatten();
        self.skipped += u64::from(row.is_none());
        self.rows.extend(row);
        self.line.clear();
    }
}
