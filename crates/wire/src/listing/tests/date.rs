use super::*;

fn time_of(date: &str, now: SystemTime) -> Option<String> {
    let line = format!("-rw-r--r-- 1 root root 5 {date} name");
    let entry = ListingParser::new(now).push_line(line.as_bytes())?;
    assert_eq!(entry.name, b"name", "{date}");
    entry.modified.map(shown_time)
}

fn at(written: &str) -> SystemTime {
    crate::ftp::parse_time(written).unwrap()
}

#[test]
fn ls_writes_dates_in_many_ways() {
    for (date, time) in [
        ("Jan 12 10:05", "20200112100500 minute"),
        ("jan  2  9:05", "20200102090500 minute"),
        ("Jan 12  2020", "20200112000000 day"),
        ("Jan 12 10:05:33", "20200112100533 second"),
        ("Jan 12 10:05:33 2018", "20180112100533 second"),
        ("12 Jan 2018", "20180112000000 day"),
        ("12 JAN 10:05", "20200112100500 minute"),
        ("2018-01-12 10:05", "20180112100500 minute"),
        ("2018-01-12 10:05:33", "20180112100533 second"),
        ("2018-01-12 10:05:33.123456789 +0130", "20180112083533 second utc"),
        ("2018-01-12 10:05:33.123456789 -0800", "20180112180533 second utc"),
        ("2018/01/12 10:05", "20180112100500 minute"),
        ("2018-01-12", "20180112000000 day"),
    ] {
        assert_eq!(time_of(date, at("20200315120000")).as_deref(), Some(time), "{date}");
    }
}

#[test]
fn a_year_left_out_is_the_last_that_fits() {
    for (date, now, time) in [
        ("Mar 15 12:00", "20200315120000", "20200315120000 minute"),
        ("Mar 16 12:00", "20200315120000", "20200316120000 minute"),
        ("Mar 16 12:01", "20200315120000", "20190316120100 minute"),
        ("Dec 31 23:59", "20200101000000", "20191231235900 minute"),
        // The server is already in the next year.
        ("Jan  1 00:30", "20191231233000", "20200101003000 minute"),
        ("Feb 29 10:05", "20200315120000", "20200229100500 minute"),
        ("Feb 29 10:05", "20190315120000", "20160229100500 minute"),
        ("Feb 29 10:05", "19030315120000", "18960229100500 minute"),
    ] {
        assert_eq!(time_of(date, at(now)).as_deref(), Some(time), "{date}");
    }
}

#[test]
fn a_clock_out_of_the_calendar_is_no_panic() {
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    assert_eq!(time_of("Jan 12 10:05", far), None);
    assert_eq!(time_of("Jan 12 2020", far).as_deref(), Some("20200112000000 day"));
    assert_eq!(time_of("Jan 12 10:05", at("00000101000000")), None);
}

#[test]
fn dates_that_are_none_are_not_mended() {
    for date in [
        "Jan 12 24:00",
        "Jan 12 10:60",
        "Jan 12 10:05:61",
        "Jan 12 123",
        "Jan 12 20200",
        "Jan 0 2020",
        "Jän 12 10:05",
        "January 12 10:05",
        "2020-13-01 10:05",
        "2021-02-29",
        "01-12 10:05",
    ] {
        assert_eq!(time_of(date, at("20200315120000")), None, "{date}");
    }
}
