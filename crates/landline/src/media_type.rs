//! What a file's name says of its media type.

use std::cmp::Ordering;
use std::path::Path;

/// Lines of an extension and its type, sorted: see `build.rs`.
const KNOWN: &str = include_str!(concat!(env!("OUT_DIR"), "/media_types.txt"));

/// The usual media type of files whose names end so.
pub(crate) fn of_name(name: &Path) -> Option<&'static str> {
    of_extension(&name.extension()?.to_str()?.to_ascii_lowercase())
}

fn of_extension(extension: &str) -> Option<&'static str> {
    let mut lines = KNOWN;
    loop {
        let start = lines[..lines.len() / 2].rfind('\n').map_or(0, |end| end + 1);
        let line = lines[start..].lines().next()?;
        let (name, kind) = line.split_once(' ')?;
        lines = match extension.cmp(name) {
            Ordering::Less => &lines[..start],
            Ordering::Equal => return Some(kind),
            Ordering::Greater => &lines[start + line.len() + 1..],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_extension_is_found_and_no_other() {
        assert!(KNOWN.is_ascii() && KNOWN.lines().count() > 1000);
        for line in KNOWN.lines() {
            let (name, kind) = line.split_once(' ').unwrap();
            assert_eq!(of_extension(name), Some(kind));
        }
        for unknown in ["", "0", "no-such", "zzzzzz", "é"] {
            assert_eq!(of_extension(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn only_the_last_extension_counts_in_either_case() {
        let of = |name| of_name(Path::new(name));
        assert_eq!(of("a.tar.PNG"), Some("image/png"));
        assert_eq!(of("folder.txt/README"), None);
        assert_eq!(of("index.html"), Some("text/html"));
    }
}
