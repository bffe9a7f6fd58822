//! Lists of newsgroups and overviews of their articles as rows.

use landline::nntp::{ListedGroup, Overview, OverviewFormat, PostingStatus};
use landline::wire::nntp::Asked;
use landline::{Error, Location};

use super::lines::Lines;
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

struct News {
    lines: Lines,
    misread: u64,
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
    Some(Box::new(News { lines: Lines::default(), misread: 0, columns, row }))
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
        self.lines.push(bytes);
    }

    fn finish(&mut self) -> Result<(), Error> {
        // A text of NNTP ends behind a whole line.
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, Error> {
        while let Some(line) = self.lines.next() {
            match (self.row)(&line) {
                None => self.misread += 1,
                row => return Ok(row),
            }
        }
        Ok(None)
    }

    fn skipped(&self) -> u64 {
        self.misread + self.lines.too_long()
    }
}
