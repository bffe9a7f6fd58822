//! What FAULTS.md asks for and no test names is missing: rows of its table, classes of flaws.
// A test that cannot read the tests has nothing to say.
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use landline_testkit::fault;

/// Rows of the table that HTTP, the disk and the system answer for; behind them HTTP/2 and parts.
const ROWS: [std::ops::RangeInclusive<u8>; 3] = [1..=56, 65..=65, 69..=69];

/// Left out: WebSocket (h4), which is not built.
const CLASSES: &str = "a1 a2 a3 a4 a5 a6 b1 b2 b3 b4 b5 b6 b7 c1 c2 c3 c4 c5 d1 d2 d3 d4 e1 e2 e3 e4 e5 e6 \
    f1 f2 f3 f4 f5 g1 g2 h1 h2 h3 i1 i2 i3 i4 i5 i6 i7 j1 j2 j3 k1 k2 k3 k4 k5 k6 k7 k8";

/// The names of all test functions of the workspace, and of those that transcripts are run under.
fn names() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates");
    let (mut folders, mut names) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).expect("text");
                // A test has no parameters, and gives nothing back.
                let tests = text.split("fn ").skip(1).filter_map(|rest| rest.split_once("() {"));
                let names_of = tests.map(|(name, _)| name.trim_start_matches("class_").to_owned());
                names.extend(names_of.filter(|name| !name.contains(['(', '\n'])));
            }
        }
    }
    names
}

/// The rows in a name: `row_52_…`, `rows_33_and_34_…`, `rows_37_to_41_…`.
fn rows(name: &str) -> Vec<u8> {
    let Some(rest) = name.strip_prefix("row_").or_else(|| name.strip_prefix("rows_")) else {
        return Vec::new();
    };
    let mut words = rest.split('_');
    let number = |word: Option<&str>| word.and_then(|word| word.parse::<u8>().ok());
    match (number(words.next()), words.next(), number(words.next())) {
        (Some(first), Some("to"), Some(last)) => (first..=last).collect(),
        (Some(first), Some("and"), Some(second)) => vec![first, second],
        (first, ..) => first.into_iter().collect(),
    }
}

#[test]
fn every_row_of_the_table_has_a_test() {
    let mut covered: BTreeSet<u8> = names().iter().flat_map(|name| rows(name)).collect();
    // Each of these is met by the command, whole and in drops, in `faults.rs`.
    covered.extend(fault::all().iter().map(|fault| fault.row));
    let missing: Vec<u8> =
        ROWS.into_iter().flatten().filter(|row| !covered.contains(row)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_class_has_a_test_with_its_letter() {
    let names = names();
    let is_there = |class: &&str| names.iter().any(|name| name.starts_with(&format!("{class}_")));
    let missing: Vec<&str> = CLASSES.split_whitespace().filter(|class| !is_there(class)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn rows_in_names() {
    assert_eq!(rows("row_52_a_full_disk"), [52]);
    assert_eq!(rows("rows_33_and_34_more"), [33, 34]);
    assert_eq!(rows("rows_37_to_39_more"), [37, 38, 39]);
    assert!(rows("arrows_1_").is_empty() && rows("row_of_houses").is_empty());
}
