//! `--help` and `--manual`.

use std::fmt::Write;

use crate::flags::{self, Category, Flag};
use crate::messages::Name;

/// What `--help` alone shows: the flags that most command lines are made of.
const IMPORTANT: [&str; 20] = [
    "data",
    "fail",
    "header",
    "help",
    "insecure",
    "location",
    "max-time",
    "next",
    "output",
    "remote-name",
    "request",
    "retry",
    "show-error",
    "show-headers",
    "silent",
    "upload-file",
    "user",
    "user-agent",
    "verbose",
    "write-out",
];

/// Columns before the help line of a flag, unless its names are longer.
const NAMES_WIDTH: usize = 30;

/// The answer to `--help` with what stands behind it.
pub(crate) fn help(subject: Option<&str>, name: Name, width: usize) -> String {
    let usage = format!("Usage: {} [options...] <url>\n", name.as_str());
    match subject {
        None => usage + &list(|flag| IMPORTANT.contains(&flag.long)) + &footer(width),
        Some("all") => usage + &list(|_| true),
        Some("category") => usage + &categories(),
        Some(option) if option.starts_with('-') => one(option, width),
        Some(word) => match Category::from_word(word) {
            Some(category) => category_page(category),
            None => {
                let known = "Unknown category provided, here is a list of all categories:\n\n";
                format!("{usage}{known}{}", categories())
            }
        },
    }
}

/// Every built option with its paragraph.
pub(crate) fn manual(name: Name, width: usize) -> String {
    let mut page = format!("Usage: {} [options...] <url>\n", name.as_str());
    for flag in sorted(Flag::is_built) {
        let _ = write!(page, "\n{}", paragraph(flag, width));
    }
    page
}

/// `-o, --output <file>`, as help, man page and completions show a flag.
pub(crate) fn names(flag: &Flag) -> String {
    let short = flag.short.map(|letter| format!("-{letter}, ")).unwrap_or_default();
    let value = flag.value.metavar().map(|name| format!(" <{name}>")).unwrap_or_default();
    format!("{short}{}{value}", flag.shown())
}

/// The flags that `fit`, by the name they are shown under.
pub(crate) fn sorted(fit: impl Fn(&Flag) -> bool) -> Vec<&'static Flag> {
    let mut flags: Vec<&Flag> = flags::all().filter(|flag| fit(flag)).collect();
    flags.sort_unstable_by_key(|flag| flag.shown());
    flags
}

fn list(fit: impl Fn(&Flag) -> bool) -> String {
    let mut lines = String::new();
    for flag in sorted(fit) {
        let indent = if flag.short.is_some() { "" } else { "    " };
        let names = format!("{indent}{}", names(flag));
        let mark = match (flag.is_built() || flag.is_dropped(), flag.why_never()) {
            (true, _) => "",
            (false, Some(_)) => " (not built)",
            (false, None) => " (not yet)",
        };
        let _ = writeln!(lines, " {names:<NAMES_WIDTH$} {}{mark}", flag.help);
    }
    lines
}

fn footer(width: usize) -> String {
    let words = Category::ALL.map(|row| row.1).join(", ");
    let text = "This is not the full help; this menu is split into categories.\n\
                Use \"--help category\" to get an overview of all categories, which are:\n";
    let all = "Use \"--help all\" to list all options\n\
               Use \"--help [option]\" to view documentation for a given option\n";
    format!("\n{text}{}{all}", wrapped(&format!("{words}."), 0, width))
}

fn categories() -> String {
    let line = |row: &(Category, &str, &str)| format!(" {:<11} {}\n", row.1, row.2);
    Category::ALL.iter().map(line).collect()
}

fn category_page(category: Category) -> String {
    let row = Category::ALL.iter().find(|row| row.0 == category);
    let title = row.map(|row| format!("{}: {}\n", row.1, row.2)).unwrap_or_default();
    title + &list(|flag| flag.category == category)
}

/// `--help -o`, `--help --output`.
fn one(option: &str, width: usize) -> String {
    let flag = match option.strip_prefix("--") {
        Some(long) => flags::find_long(long).ok().map(|found| found.0),
        None => option.chars().nth(1).and_then(flags::find_short),
    };
    match flag {
        Some(flag) => paragraph(flag, width),
        None => format!("No option {option} is known. Use \"--help all\" to list all.\n"),
    }
}

fn paragraph(flag: &Flag, width: usize) -> String {
    let doc = if flag.is_built() {
        flag.doc.to_owned()
    } else if let Some(why) = flag.why_never() {
        format!("{}. A curl option that dial does not have: {why}.", flag.help)
    } else {
        format!("{}. A curl option that dial does not have yet.", flag.help)
    };
    format!("{}\n{}", names(flag), wrapped(&doc, 8, width))
}

/// Text broken between words, every line indented and ended.
fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let (mut lines, mut column) = (String::new(), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width.max(40) {
            lines.push('\n');
            column = 0;
        }
        if column == 0 {
            lines.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(text: &str) -> String {
        let words =
            |line: &str| format!(" {}\n", line.split_whitespace().collect::<Vec<_>>().join(" "));
        text.lines().map(words).collect()
    }

    #[test]
    fn the_short_help_shows_what_matters() {
        let text = help(None, Name::Dial, 80);
        assert!(text.starts_with("Usage: dial [options...] <url>\n -d, --data <data>"), "{text}");
        assert!(squeezed(&text).contains("\n -o, --output <file> Write to a file"), "{text}");
        assert_eq!(text.lines().filter(|line| line.contains(" --")).count(), IMPORTANT.len());
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn all_lists_every_flag_once() {
        let text = help(Some("all"), Name::Curl, 80);
        assert!(text.starts_with("Usage: curl"));
        assert_eq!(text.lines().count(), 1 + flags::all().count());
        let text = squeezed(&text);
        assert!(text.contains("\n --pubkey <file> Public key (not built)\n"), "{text}");
        assert!(text.contains("\n --no-keepalive Send no TCP keepalive probes\n"), "{text}");
    }

    #[test]
    fn every_flag_is_in_the_help_of_its_category() {
        for flag in flags::all() {
            let row = Category::ALL.iter().find(|row| row.0 == flag.category).expect("a row");
            assert!(help(Some(row.1), Name::Dial, 80).contains(&names(flag)), "{}", flag.long);
        }
        assert!(help(Some("curl"), Name::Curl, 80).starts_with("tool: The command itself\n"));
        assert!(help(Some("nonsense"), Name::Dial, 80).contains("Unknown category"));
    }

    #[test]
    fn one_option_is_explained() {
        let text = help(Some("-o"), Name::Dial, 60);
        assert!(text.starts_with("-o, --output <file>\n        The n-th -o belongs"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 60));
        assert_eq!(text, help(Some("--output"), Name::Dial, 60));
        assert!(help(Some("--pubkey"), Name::Dial, 80).contains("there is no SSH here"));
        assert!(help(Some("--nonsense"), Name::Dial, 80).starts_with("No option --nonsense"));
    }

    #[test]
    fn the_manual_explains_every_built_flag() {
        let page = manual(Name::Dial, 80);
        for flag in flags::all().filter(|flag| flag.is_built()) {
            assert!(page.contains(&format!("\n{}\n", names(flag))), "{}", flag.long);
        }
    }
}
