//! `-z`: documents that have changed since a time, or have not.

use std::ffi::OsStr;
use std::time::SystemTime;

use landline::wire::date;

use crate::os_text;

/// Which documents are wanted, by their date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeCondition {
    NewerThan(SystemTime),
    OlderThan(SystemTime),
}

impl TimeCondition {
    /// Whether a document of this date is wanted. Dates of documents count whole seconds.
    pub(crate) fn is_met(self, modified: SystemTime) -> bool {
        match self {
            TimeCondition::NewerThan(time) => seconds(modified) > seconds(time),
            TimeCondition::OlderThan(time) => seconds(modified) < seconds(time),
        }
    }

    /// The header that asks an HTTP server for the same (RFC 9110 section 13.1).
    pub(crate) fn header(self) -> (&'static str, String) {
        match self {
            TimeCondition::NewerThan(time) => ("If-Modified-Since", httpdate::fmt_http_date(time)),
            TimeCondition::OlderThan(time) => {
                ("If-Unmodified-Since", httpdate::fmt_http_date(time))
            }
        }
    }
}

fn seconds(time: SystemTime) -> Option<u64> {
    time.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// Reads a date, or takes that of a file. As with curl what is neither is no condition: who keeps a
/// copy has none the first time.
pub(super) fn resolve(
    argument: Option<&OsStr>,
    warnings: &mut Vec<String>,
) -> Option<TimeCondition> {
    let bytes = os_text::bytes(argument?);
    let (is_older, name) = match bytes {
        [b'-', name @ ..] => (true, name),
        [b'+', name @ ..] => (false, name),
        name => (false, name),
    };
    let date = std::str::from_utf8(name).ok().and_then(date::parse);
    let Some(time) = date.or_else(|| date_of_file(&os_text::from_bytes(name))) else {
        let text = "Illegal date format for -z, --time-cond (and not a file name). Disabling time \
                    condition.";
        warnings.push(text.to_owned());
        return None;
    };
    // HTTP has no way to say a time before 1970.
    let time = time.max(SystemTime::UNIX_EPOCH);
    Some(if is_older { TimeCondition::OlderThan(time) } else { TimeCondition::NewerThan(time) })
}

fn date_of_file(name: &OsStr) -> Option<SystemTime> {
    std::fs::metadata(name).and_then(|facts| facts.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn resolved(text: &str) -> Option<TimeCondition> {
        resolve(Some(text.as_ref()), &mut Vec::new())
    }

    #[test]
    fn the_sign_tells_newer_from_older_and_equal_is_neither() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(784_080_000);
        assert_eq!(resolved("6 Nov 1994"), Some(TimeCondition::NewerThan(time)));
        assert_eq!(resolved("+6 Nov 1994"), Some(TimeCondition::NewerThan(time)));
        assert_eq!(resolved("-19941106"), Some(TimeCondition::OlderThan(time)));
        let (before, after) = (time - Duration::from_secs(1), time + Duration::from_secs(1));
        let met = |condition: TimeCondition| [before, time, after].map(|at| condition.is_met(at));
        assert_eq!(met(TimeCondition::NewerThan(time)), [false, false, true]);
        assert_eq!(met(TimeCondition::OlderThan(time)), [true, false, false]);
        let fraction = time + Duration::from_millis(1);
        assert!(!TimeCondition::NewerThan(time).is_met(fraction));
    }

    #[test]
    fn a_file_lends_its_date_and_what_is_nothing_is_warned_about() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let name = file.path().to_str().expect("text");
        assert!(matches!(resolved(name), Some(TimeCondition::NewerThan(_))));
        assert!(matches!(resolved(&format!("-{name}")), Some(TimeCondition::OlderThan(_))));
        let mut warnings = Vec::new();
        assert_eq!(resolve(Some("no/such/file".as_ref()), &mut warnings), None);
        assert_eq!(warnings.len(), 1);
        assert_eq!(resolve(None, &mut warnings), None);
        assert_eq!(warnings.len(), 1);
    }
}
