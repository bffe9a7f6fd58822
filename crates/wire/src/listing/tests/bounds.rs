//! Classes J1, K3 and K7: names that lead elsewhere, lines of no family, lines without end.

use std::time::Instant;

use super::*;

/// One line of each family, the name missing.
const LINES: [&str; 9] = [
    "type=file;size=5; ",
    "-rw-r--r--  1 root root 5 Jan 12 10:05 ",
    "lrwxrwxrwx  1 root root 5 Jan 12 10:05 ",
    "01-12-20  10:05AM       <DIR>          ",
    "+r,s5,\t",
    "d [RWCEAFMS] anna 512 Jan 12 10:05 ",
    "ANNA  1024 01/12/20 10:05:33 *STMF      ",
    "512    JAN-12-2020  10:05:33   ",
    "01-12-20  10:05AM       1024 ",
];

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for line in LINES {
        for name in ["/", "../x", "/etc/passwd", "a/b", "./a", "a\0b", "a\rb", "a\nb", "\r", "\0"] {
            let mut parser = parser();
            let line = format!("{line}{name}");
            assert_eq!(
                (parser.push_line(line.as_bytes()), parser.skipped()),
                (None, 1),
                "{line:?}"
            );
        }
        for name in [".", ".."] {
            let mut parser = parser();
            let line = format!("{line}{name}");
            assert_eq!(
                (parser.push_line(line.as_bytes()), parser.skipped()),
                (None, 0),
                "{line:?}"
            );
        }
        let line = format!("{line}...");
        assert_eq!(parser().push_line(line.as_bytes()).unwrap().name, b"...");
    }
}

#[test]
fn names_are_bytes() {
    for line in LINES {
        let line = [line.as_bytes(), b"caf\xe9 \xff\x1b[2J\\..\\x"].concat();
        let entry = parser().push_line(&line).unwrap();
        assert_eq!(entry.name, b"caf\xe9 \xff\x1b[2J\\..\\x");
        assert_eq!(entry.line, line);
    }
}

#[test]
fn a_list_is_of_one_family() {
    let mut parser = parser();
    assert_eq!((parser.push_line(b"Hello, anna"), parser.family()), (None, None));
    assert!(parser.push_line(b"01-12-20  10:05AM  5 a").is_some());
    assert_eq!(parser.push_line(b"-rw-r--r--  1 root root 5 Jan 12 10:05 b"), None);
    assert_eq!(parser.push_line(b"c;1"), None);
    assert!(parser.push_line(b"01-12-20  10:05AM  5 d").is_some());
    assert_eq!((parser.family(), parser.skipped()), (Some(ListingFamily::Dos), 3));
    let now = SystemTime::UNIX_EPOCH;
    let mut parser = ListingParser::with_family(now, ListingFamily::Facts);
    assert_eq!(parser.push_line(b"01-12-20  10:05AM  5 a"), None);
    assert_eq!((parser.family(), parser.skipped()), (Some(ListingFamily::Facts), 1));
}

#[test]
fn empty_lines_are_nothing() {
    let mut parser = parser();
    for line in ["", " ", "\t ", "\r"] {
        assert_eq!(parser.push_line(line.as_bytes()), None);
    }
    assert_eq!((parser.family(), parser.skipped()), (None, 0));
}

/// Every start of a line is an entry or skipped, never a panic; what is cut off is never made up.
#[test]
fn lines_cut_short_are_no_panic() {
    let more = ["LOGIN.COM;3  2/4  12-JAN-2020 10:05:33  [ANNA]  (RWED,RWED,RE,)"];
    for line in LINES.iter().chain(&more) {
        let line = format!("{line}name");
        for end in 0..=line.len() {
            let part = &line.as_bytes()[..end];
            if let Some(entry) = parser().push_line(part) {
                assert!(memchr::memmem::find(part, &entry.name).is_some());
            }
        }
    }
}

/// Class K7.
#[test]
fn a_long_line_takes_its_length() {
    const BYTES: usize = 1024 * 1024;
    let starts = ["", "-rw-r--r-- ", "A;1 "];
    for pattern in ["1 ", "1 Jan 12 ", "a=b;", "8,", " ", ";1"] {
        for start in starts {
            let line = [start, &pattern.repeat(BYTES / pattern.len())].concat();
            let begin = Instant::now();
            let _ = parser().push_line(line.as_bytes());
            // Quadratic work would take minutes.
            assert!(begin.elapsed() < Duration::from_secs(5), "{start:?} {pattern:?}");
        }
    }
}
