//! Takes a list line by line.

use std::time::SystemTime;

use super::date::Now;
use super::entry::Entry;
use super::family::{Found, ListingFamily};
use super::mvs::MvsTable;
use super::vms;

/// Reads a list line by line, and finds out by itself which family it is of.
///
/// The first line that says something decides; later lines of another family are skipped.
#[derive(Clone, Debug)]
pub struct ListingParser {
    now: Now,
    family: Option<ListingFamily>,
    table: Option<MvsTable>,
    /// VMS: a name whose other columns stand in the next line.
    name_alone: Option<Vec<u8>>,
    skipped: u64,
}

impl ListingParser {
    /// Makes a parser for the lines of LIST or MLSD; `now` tells the year where a line leaves it out.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        let now = Now::new(now);
        Self { now, family: None, table: None, name_alone: None, skipped: 0 }
    }

    /// As [`new`](Self::new), for lists whose family is known, such as those of MLSD.
    #[must_use]
    pub fn with_family(now: SystemTime, family: ListingFamily) -> Self {
        Self { family: Some(family), ..Self::new(now) }
    }

    /// Takes the next line, without its line end; gives what it lists, if it lists anything.
    pub fn push_line(&mut self, line: &[u8]) -> Option<Entry> {
        if let Some(name) = self.name_alone.take() {
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                return self.take(&[&name, line].concat());
            }
            self.skipped += 1;
        }
        if self.may_be(ListingFamily::Vms) && vms::is_name_alone(line) {
            self.name_alone = Some(line.to_vec());
            return None;
        }
        self.take(line)
    }

    /// Gives the family, once a line has shown it.
    #[must_use]
    pub fn family(&self) -> Option<ListingFamily> {
        self.family
    }

    /// Gives how many lines were not understood or had a name that no file may have.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped + u64::from(self.name_alone.is_some())
    }

    fn take(&mut self, line: &[u8]) -> Option<Entry> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        match self.recognise(line) {
            Some((family, Found::Entry(entry))) => self.keep(family, entry, line),
            Some((_, Found::Nothing)) => None,
            Some((family, Found::Table(table))) => {
                (self.family, self.table) = (Some(family), Some(table));
                None
            }
            None => self.skip(),
        }
    }

    fn recognise(&self, line: &[u8]) -> Option<(ListingFamily, Found)> {
        let candidates = ListingFamily::ALL.into_iter().filter(|family| self.may_be(*family));
        let read = |family: ListingFamily| family.parse(line, &self.now, self.table);
        candidates.into_iter().find_map(|family| Some((family, read(family)?)))
    }

    fn may_be(&self, family: ListingFamily) -> bool {
        self.family.is_none_or(|found| found == family)
    }

    fn keep(&mut self, family: ListingFamily, mut entry: Entry, line: &[u8]) -> Option<Entry> {
        self.family = Some(family);
        if entry.is_dots() {
            return None;
        }
        if !entry.has_safe_name() {
            return self.skip();
        }
        entry.line = line.to_vec();
        Some(entry)
    }

    fn skip(&mut self) -> Option<Entry> {
        self.skipped += 1;
        None
    }
}
