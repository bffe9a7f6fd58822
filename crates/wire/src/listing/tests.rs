//! Lists as servers of each family write them, and what is read out of them.

use std::time::{Duration, SystemTime};

use super::*;
use crate::ftp::render_time;

mod bounds;
mod date;
mod facts;
mod others;
mod unix;

/// 15 March 2020, 12:00 UTC.
const NOW_SECONDS: u64 = 1_584_273_600;

fn parser() -> ListingParser {
    ListingParser::new(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_SECONDS))
}

/// Reads a list, checks its family and that every line was understood, and gives a summary of each entry.
fn read(family: ListingFamily, listing: &str) -> Vec<String> {
    let mut parser = parser();
    let entries: Vec<_> =
        listing.lines().filter_map(|line| parser.push_line(line.as_bytes())).collect();
    assert_eq!((parser.family(), parser.skipped()), (Some(family), 0), "{listing}");
    entries.iter().map(summary).collect()
}

/// `file 1024 20200112100500 minute: name -> target`, `utc` behind the precision.
fn summary(entry: &Entry) -> String {
    let kind = format!("{:?}", entry.kind).to_lowercase();
    let size = entry.size.map_or_else(|| "-".to_owned(), |size| size.to_string());
    let time = entry.modified.map_or_else(|| "-".to_owned(), shown_time);
    let target = entry.link_target.as_deref().map(String::from_utf8_lossy);
    let target = target.map(|target| format!(" -> {target}")).unwrap_or_default();
    format!("{kind} {size} {time}: {}{target}", entry.name_lossy())
}

fn shown_time(listed: ListedTime) -> String {
    let precision = format!("{:?}", listed.precision).to_lowercase();
    let utc = if listed.is_utc { " utc" } else { "" };
    format!("{} {precision}{utc}", render_time(listed.time).unwrap())
}
