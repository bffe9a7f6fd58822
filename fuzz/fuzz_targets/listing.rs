//! Invariants: a name is never empty, `.` or `..`, holds no slash, NUL, CR or LF, and stands in its line as it
//! is; so does the target of a link. Only files have sizes. Times are cut to what they are exact to. Every line
//! is an entry, or skipped and counted, or nothing, never two of them. The family, once known, stays; and the
//! line of an entry, read alone, gives the same entry.
#![no_main]

use std::time::{Duration, SystemTime};

use landline_wire::listing::{
    Entry, EntryKind, ListedTime, ListingFamily, ListingParser, TimePrecision, parse_mlst,
};
use libfuzzer_sys::fuzz_target;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_584_273_600)
}

fn check(entry: &Entry) {
    assert!(!matches!(&entry.name[..], b"" | b"." | b".."));
    check_parts(entry);
}

fn check_parts(entry: &Entry) {
    assert!(!entry.name.iter().any(|byte| matches!(byte, b'/' | 0 | b'\r' | b'\n')));
    assert!(is_part(&entry.name, &entry.line));
    assert!(entry.link_target.as_ref().is_none_or(|target| is_part(target, &entry.line)));
    assert!(entry.link_target.is_none() || entry.kind == EntryKind::Link);
    assert!(entry.size.is_none() || entry.kind == EntryKind::File);
    assert!(entry.mode.is_none_or(|mode| mode <= 0o7777));
    entry.modified.into_iter().for_each(check_time);
}

fn is_part(part: &[u8], line: &[u8]) -> bool {
    part.is_empty() || line.windows(part.len()).any(|window| window == part)
}

fn check_time(listed: ListedTime) {
    let seconds = match listed.time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_secs(),
        Err(error) => error.duration().as_secs(),
    };
    match listed.precision {
        TimePrecision::Day => assert_eq!(seconds % 86_400, 0),
        TimePrecision::Minute => assert_eq!(seconds % 60, 0),
        TimePrecision::Second => {}
    }
}

fn check_alone(entry: &Entry, family: ListingFamily) {
    // Tables of MVS need their head; a name of VMS may have come in a line of its own.
    if family != ListingFamily::Mvs {
        let mut parser = ListingParser::with_family(now(), family);
        assert_eq!(parser.push_line(&entry.line).as_ref(), Some(entry));
        assert_eq!(parser.skipped(), 0);
    }
}

fuzz_target!(|data: &[u8]| {
    let mut parser = ListingParser::new(now());
    let (mut found, mut lines, mut family) = (0, 0, None);
    for line in data.split(|byte| *byte == b'\n') {
        lines += 1;
        let entry = parser.push_line(line);
        assert!(family.is_none() || family == parser.family());
        family = parser.family();
        if let Some(entry) = entry {
            found += 1;
            check(&entry);
            check_alone(&entry, family.expect("an entry shows the family"));
        }
        assert!(found + parser.skipped() <= lines);
        let _ = parse_mlst(line).inspect(check_parts);
    }
});
