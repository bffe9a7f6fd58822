//! Invariant: a line of an overview gives a number and at least the seven fields, whatever the format says; lists
//! of groups are read as they are written again.
#![no_main]

use landline_wire::nntp::{
    ArticleRange, Group, ListedGroup, Overview, OverviewFormat, is_group_name, is_message_id,
    parse_date,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let format = OverviewFormat::from_lines(text.lines());
    for line in data.split(|&byte| byte == b'\n') {
        for format in [&OverviewFormat::default(), &format] {
            let Some(read) = Overview::parse(line, format) else { continue };
            assert!(read.fields().count() >= 7);
            assert!(read.get("subject").is_some() && read.get(":LINES").is_some());
            assert!(read.fields().all(|(_, value)| !value.contains('\t')));
        }
    }
    for line in text.lines() {
        groups(line);
    }
});

fn groups(line: &str) {
    if let Some(group) = Group::parse(line) {
        let again = format!("{} {} {} {}", group.count, group.first, group.last, group.name);
        assert_eq!(Group::parse(&again), Some(group));
    }
    if let (Some(with), Some(without)) =
        (ListedGroup::parse_with_count(line), ListedGroup::parse(line))
    {
        assert_eq!((with.name, with.last, with.first), (without.name, without.last, without.first));
    }
    if let Some(range) = ArticleRange::parse(line) {
        assert_eq!(ArticleRange::parse(&range.to_string()), Some(range));
    }
    let ends = |c: char| c.is_whitespace() || c.is_control();
    assert!(!(is_group_name(line) || is_message_id(line)) || !line.contains(ends));
    let _ = parse_date(line);
}
