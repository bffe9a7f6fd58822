//! Dates as lists write them.

use std::time::{Duration, SystemTime};

use super::columns::{Words, number, split_once};
use super::entry::{ListedTime, TimePrecision};
use crate::calendar::DateTime;

const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// A file may be so much younger than our clock: the server's zone and clock are not ours.
const MAX_AHEAD: Duration = Duration::from_secs(24 * 3600);

/// Years between two leap days, at most: 1896 to 1904.
const MAX_LEAP_GAP: u16 = 8;

/// The present, for dates that leave the year out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    latest: Option<SystemTime>,
    year: Option<u16>,
}

/// A time of day and what it is exact to.
#[derive(Clone, Copy)]
pub(super) struct TimeOfDay {
    hour: u8,
    minute: u8,
    second: u8,
    precision: TimePrecision,
}

/// Day, month and year, each from 1.
#[derive(Clone, Copy)]
pub(super) struct Day {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
}

impl Now {
    pub(super) fn new(now: SystemTime) -> Self {
        let year = DateTime::from_system(now).map(|now| now.year);
        Self { latest: now.checked_add(MAX_AHEAD), year }
    }

    /// Finds the last such day and time that does not lie ahead.
    fn complete(&self, month: u8, day: u8, time: TimeOfDay) -> Option<ListedTime> {
        let next_year = self.year?.checked_add(1)?;
        let years = (next_year.saturating_sub(MAX_LEAP_GAP + 1)..=next_year).rev();
        let times = years.filter_map(|year| time.on(Day { year, month, day }));
        let latest = self.latest?;
        times.into_iter().find(|listed| listed.time <= latest)
    }
}

impl TimeOfDay {
    const MIDNIGHT: Self = Self { hour: 0, minute: 0, second: 0, precision: TimePrecision::Day };

    pub(super) fn on(self, day: Day) -> Option<ListedTime> {
        let Self { hour, minute, second, precision } = self;
        let Day { year, month, day } = day;
        let time = DateTime { year, month, day, hour, minute, second }.to_system()?;
        Some(ListedTime { time, precision, is_utc: false })
    }
}

impl Day {
    pub(super) fn without_time(self) -> Option<ListedTime> {
        TimeOfDay::MIDNIGHT.on(self)
    }
}

/// Takes a date, in one of the forms of `ls`, off the front.
pub(super) fn take_date(words: &mut Words<'_>, now: &Now) -> Option<ListedTime> {
    let first = words.next()?;
    if let Some(month) = month(first) {
        let day = words.next().and_then(number)?;
        return take_year_or_time(words, month, day, now);
    }
    if let Some(day) = number(first) {
        let month = words.next().and_then(month)?;
        return take_year_or_time(words, month, day, now);
    }
    let day = year_month_day(first)?;
    let Some(time) = words.next_if(time_of_day) else {
        return day.without_time();
    };
    let listed = time.on(day)?;
    match words.next_if(zone_seconds) {
        Some(zone) => utc(listed, zone),
        None => Some(listed),
    }
}

/// `10:05`, `10:05:33 2020` or `2020`.
fn take_year_or_time(words: &mut Words<'_>, month: u8, day: u8, now: &Now) -> Option<ListedTime> {
    let Some(time) = words.next_if(time_of_day) else {
        let year = words.next().and_then(four_digits)?;
        return Day { year, month, day }.without_time();
    };
    let has_year = time.precision == TimePrecision::Second;
    match words.next_if(|word| four_digits(word).filter(|_| has_year)) {
        Some(year) => time.on(Day { year, month, day }),
        None => now.complete(month, day, time),
    }
}

/// Reads the English name of a month, its first three letters.
pub(super) fn month(word: &[u8]) -> Option<u8> {
    let at = MONTHS.iter().position(|month| word.eq_ignore_ascii_case(*month))?;
    u8::try_from(at + 1).ok()
}

/// Reads `10:05`, `10:05:33`, `10:05:33.123`, `10:05AM`, `10:05p`.
pub(super) fn time_of_day(word: &[u8]) -> Option<TimeOfDay> {
    let (word, half) = split_half(word);
    let (hour, rest) = split_once(word, b':')?;
    let (minute, second) = split_once(rest, b':').unwrap_or((rest, b""));
    let whole_second = split_once(second, b'.').map_or(second, |(whole, _)| whole);
    let has_seconds = !second.is_empty();
    Some(TimeOfDay {
        hour: full_hour(two_digits(hour)?, half)?,
        minute: two_digits(minute)?,
        second: if has_seconds { two_digits(whole_second)? } else { 0 },
        precision: if has_seconds { TimePrecision::Second } else { TimePrecision::Minute },
    })
}

/// Splits `AM`, `PM`, `a` or `p` off; gives the hours that it adds.
fn split_half(word: &[u8]) -> (&[u8], Option<u8>) {
    let word = word.strip_suffix(b"M").or_else(|| word.strip_suffix(b"m")).unwrap_or(word);
    match word {
        [time @ .., b'A' | b'a'] => (time, Some(0)),
        [time @ .., b'P' | b'p'] => (time, Some(12)),
        _ => (word, None),
    }
}

fn full_hour(hour: u8, half: Option<u8>) -> Option<u8> {
    match half {
        None => (hour <= 23).then_some(hour),
        Some(hours) => (1..=12).contains(&hour).then_some(hour % 12 + hours),
    }
}

/// Reads `2020-01-12`, with slashes or dots as well.
pub(super) fn year_month_day(word: &[u8]) -> Option<Day> {
    let [year, month, day] = three_numbers(word)?;
    Some(Day { year: four_digits(year)?, month: two_digits(month)?, day: two_digits(day)? })
}

/// Reads `01-12-20`, the month first; the day first in `12.01.20` and where the first number cannot be a month. A
/// year of two digits is one from 1970 to 2069.
pub(super) fn month_day_year(word: &[u8]) -> Option<Day> {
    let [first, second, year] = three_numbers(word)?;
    let (first, second) = (two_digits(first)?, two_digits(second)?);
    let is_day_first = first > 12 || word.contains(&b'.');
    let (month, day) = if is_day_first { (second, first) } else { (first, second) };
    Some(Day { year: any_year(year)?, month, day })
}

/// Reads `12-JAN-2020`.
pub(super) fn day_month_year(word: &[u8]) -> Option<Day> {
    let [day, name, year] = three_parts(word, b'-')?;
    Some(Day { year: any_year(year)?, month: month(name)?, day: two_digits(day)? })
}

/// Splits at the separator that the first number has behind it.
fn three_numbers(word: &[u8]) -> Option<[&[u8]; 3]> {
    let separator = *word.iter().find(|byte| !byte.is_ascii_digit())?;
    matches!(separator, b'-' | b'/' | b'.').then(|| three_parts(word, separator))?
}

pub(super) fn three_parts(word: &[u8], separator: u8) -> Option<[&[u8]; 3]> {
    let (first, rest) = split_once(word, separator)?;
    let (second, third) = split_once(rest, separator)?;
    Some([first, second, third])
}

pub(super) fn two_digits(digits: &[u8]) -> Option<u8> {
    number(digits).filter(|_| digits.len() <= 2)
}

pub(super) fn four_digits(digits: &[u8]) -> Option<u16> {
    number(digits).filter(|_| digits.len() == 4)
}

fn any_year(digits: &[u8]) -> Option<u16> {
    match digits.len() {
        2 => number(digits).map(|year: u16| if year < 70 { 2000 + year } else { 1900 + year }),
        _ => four_digits(digits),
    }
}

/// Reads `+0130`, the distance from UTC.
fn zone_seconds(word: &[u8]) -> Option<i64> {
    let (sign, digits) = word.split_first()?;
    let factor = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let zone = i64::from(four_digits(digits)?);
    Some(factor * (zone / 100 * 3600 + zone % 100 * 60))
}

/// Turns a local time with a known zone into UTC.
fn utc(listed: ListedTime, zone_seconds: i64) -> Option<ListedTime> {
    let distance = Duration::from_secs(zone_seconds.unsigned_abs());
    let time = if zone_seconds < 0 {
        listed.time.checked_add(distance)
    } else {
        listed.time.checked_sub(distance)
    };
    Some(ListedTime { time: time?, is_utc: true, ..listed })
}
