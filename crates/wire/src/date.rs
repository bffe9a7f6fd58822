//! Dates as people type them: the words in any order, as curl's `-z` has always taken them.
//!
//! Out of scope: words relative to now (`yesterday`), fractions of a second, other languages.
//!
//! Specifications: RFC 9110 section 5.6.7 for the three forms of HTTP, RFC 822 section 5 for names of
//! zones, RFC 3339 for `2004-09-12T15:05:58Z`; the rest is `curl_getdate(3)`.
//!
//! ```
//! use landline_wire::date::parse;
//!
//! let date = parse("Sun, 12 Sep 2004 15:05:58 +0200").expect("a date");
//! assert_eq!(parse("2004 Sep 12 13:05:58"), Some(date));
//! assert_eq!(parse("yesterday"), None);
//! ```
//!
//! A day, a month and a year are needed; without a time it is midnight, without a zone it is UTC. A
//! year of two digits is one from 1971 to 2070.

use std::time::{Duration, SystemTime};

use crate::calendar::DateTime;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Minutes east of Greenwich.
const ZONES: [(&str, i32); 24] = [
    ("gmt", 0),
    ("ut", 0),
    ("utc", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("jst", 540),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

/// Reads a date; `None` for what is none, or not whole, or says something twice.
pub fn parse(text: &str) -> Option<SystemTime> {
    let mut found = Found::default();
    let mut rest = text.as_bytes();
    while let Some(first) = rest.first() {
        rest = match first {
            b'0'..=b'9' => found.take_number(rest, None)?,
            b'+' | b'-' if rest.get(1).is_some_and(u8::is_ascii_digit) => {
                found.take_number(&rest[1..], Some(*first))?
            }
            letter if letter.is_ascii_alphabetic() => found.take_word(rest)?,
            _ => &rest[1..],
        };
    }
    found.moment()
}

/// What was read so far.
#[derive(Default)]
struct Found {
    has_weekday: bool,
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
    time: Option<(u8, u8, u8)>,
    zone_minutes: Option<i32>,
}

impl Found {
    /// Takes the name of a weekday, month or zone off the beginning.
    fn take_word<'a>(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let (word, rest) = split(text, u8::is_ascii_alphabetic);
        let word = word.to_ascii_lowercase();
        let is_name = |name: &&str| name.as_bytes() == word || name.as_bytes()[..3] == word[..];
        if WEEKDAYS.iter().any(is_name) && !self.has_weekday {
            self.has_weekday = true;
        } else if let Some(month) = MONTHS.iter().position(is_name) {
            set(&mut self.month, u8::try_from(month).ok()? + 1)?;
        } else if let Some(zone) = ZONES.iter().find(|zone| zone.0.as_bytes() == word) {
            set(&mut self.zone_minutes, zone.1)?;
        } else if word != b"t" || self.day.is_none() {
            return None;
        }
        Some(rest)
    }

    /// Takes a time, a zone, a whole date, a day or a year off the beginning.
    fn take_number<'a>(&mut self, text: &'a [u8], sign: Option<u8>) -> Option<&'a [u8]> {
        let (digits, rest) = split(text, u8::is_ascii_digit);
        let value = number(digits)?;
        match (digits.len(), rest) {
            (1..=2, [b':', ..]) => return self.take_time(text),
            (4, _) if sign.is_some() && self.zone_minutes.is_none() && value <= 1400 => {
                let minutes = i32::try_from(value / 100 * 60 + value % 100).ok()?;
                set(&mut self.zone_minutes, if sign == Some(b'-') { -minutes } else { minutes })?;
            }
            (4, [b'-', m1, m2, b'-', d1, d2, rest @ ..])
                if [m1, m2, d1, d2].into_iter().all(u8::is_ascii_digit) =>
            {
                self.set_date(value, number(&[*m1, *m2])?, number(&[*d1, *d2])?)?;
                return Some(rest);
            }
            (8, _) => self.set_date(value / 10_000, value / 100 % 100, value % 100)?,
            (1..=2, _) if self.day.is_none() && (1..=31).contains(&value) => {
                self.day = u8::try_from(value).ok();
            }
            (2, _) => set(
                &mut self.year,
                u16::try_from(value).ok()? + if value > 70 { 1900 } else { 2000 },
            )?,
            (4, _) => set(&mut self.year, u16::try_from(value).ok()?)?,
            _ => return None,
        }
        Some(rest)
    }

    fn set_date(&mut self, year: u32, month: u32, day: u32) -> Option<()> {
        set(&mut self.year, u16::try_from(year).ok()?)?;
        set(&mut self.month, u8::try_from(month).ok()?)?;
        set(&mut self.day, u8::try_from(day).ok()?)
    }

    /// `15:05` or `15:05:58`
    fn take_time<'a>(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let (time, rest) = split(text, |byte| byte.is_ascii_digit() || *byte == b':');
        let mut parts = time.split(|byte| *byte == b':').map(|part| match part.len() {
            1..=2 => number(part).and_then(|value| u8::try_from(value).ok()),
            _ => None,
        });
        let (hour, minute) = (parts.next()??, parts.next()??);
        let second = parts.next().unwrap_or(Some(0))?;
        set(&mut self.time, (hour, minute, second))?;
        parts.next().is_none().then_some(rest)
    }

    fn moment(self) -> Option<SystemTime> {
        let (hour, minute, second) = self.time.unwrap_or_default();
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let local = DateTime { year, month, day, hour, minute, second }.to_system()?;
        let zone_minutes = self.zone_minutes.unwrap_or_default();
        let distance = Duration::from_secs(u64::from(zone_minutes.unsigned_abs()) * 60);
        match zone_minutes {
            0.. => local.checked_sub(distance),
            _ => local.checked_add(distance),
        }
    }
}

/// Nothing may be said twice.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn split(text: &[u8], belongs: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !belongs(byte)).unwrap_or(text.len());
    text.split_at(end)
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        Some(parse(text)?.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs())
    }

    #[test]
    fn the_forms_of_curls_manual_are_one_moment() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Nov  6 08:49:37 1994",
            "06 Nov 1994 08:49:37",
            "06-Nov-94 08:49:37",
            "1994 Nov 6 08:49:37",
            "GMT 08:49:37 06-Nov-94 Sunday",
            "94 6 Nov 08:49:37",
            "Sun, 06 Nov 1994 09:49:37 CET",
            "06 Nov 1994 03:49:37 EST",
            "Sun, 06 Nov 1994 01:49:37 -0700",
            "19941106 08:49:37",
            "19941106 10:49:37 +0200",
            "1994-11-06T08:49:37Z",
            "1994-11-06 08:49:37",
            "6 november 1994 8:49:37",
        ] {
            assert_eq!(seconds(text), Some(784_111_777), "{text}");
        }
    }

    #[test]
    fn without_a_time_it_is_midnight() {
        for text in [
            "1994 Nov 6",
            "06-Nov-94",
            "Sun Nov 6 94",
            "1994.Nov.6",
            "Sun/Nov/6/94/GMT",
            "19941106",
            "1994-11-06",
        ] {
            assert_eq!(seconds(text), Some(784_080_000), "{text}");
        }
        assert_eq!(seconds("Nov 6 1994 8:49"), Some(784_111_740));
    }

    #[test]
    fn what_is_no_whole_date_is_refused() {
        for text in [
            "",
            "now",
            "garbage",
            "10:00",
            "Sunday",
            "6 Nov",
            "Nov 1994",
            "1994",
            "32 Nov 1994",
            "30 Feb 1994",
            "6 Nov 1994 25:00",
            "6 Nov 1994 10:00:00:00",
            "6 Nov 1994 10:",
            "6 Nov 1994 XYZ",
            "6 Nov Nov 1994",
            "6 Nov 1994 1995",
            "19941106 6 Nov 1994",
            "1893456000",
            "6 Nov 19945",
            "99999999999999999999 Nov 6",
            "6 Nov 1994 10:00 10:00",
            "T 6 Nov 1994",
            "19941306",
            "6 Nov 1994 GMT GMT",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
