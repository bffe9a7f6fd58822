//! `%time{…}`: the time in UTC, in the conversions of C's `strftime` and the names of its own locale.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment, taken apart.
struct Moment {
    since_epoch: Duration,
    year: u64,
    /// 1 to 12
    month: u64,
    /// 1 to 31
    day: u64,
    /// 0 is Sunday.
    week_day: u64,
    /// 0 is the first of January.
    year_day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

impl Moment {
    /// Times before 1970 are those of 1970: no clock that is set says so.
    fn new(time: SystemTime) -> Moment {
        let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (days, seconds) = (since_epoch.as_secs() / 86_400, since_epoch.as_secs() % 86_400);
        let (mut year, mut year_day) = (1970, days);
        while year_day >= year_len(year) {
            year_day -= year_len(year);
            year += 1;
        }
        let (mut month, mut day) = (1, year_day);
        while day >= month_len(year, month) {
            day -= month_len(year, month);
            month += 1;
        }
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        // The first of January 1970 was a Thursday.
        let week_day = (days + 4) % 7;
        Moment { since_epoch, year, month, day: day + 1, week_day, year_day, hour, minute, second }
    }

    fn month_name(&self) -> &'static str {
        MONTHS[self.month as usize - 1]
    }

    fn day_name(&self) -> &'static str {
        DAYS[self.week_day as usize]
    }

    fn hour12(&self) -> u64 {
        (self.hour + 11) % 12 + 1
    }

    /// The year and number of the week by ISO 8601: that of its Thursday.
    fn iso_week(&self) -> (u64, u64) {
        let from_monday = (self.week_day + 6) % 7;
        let thursday = self.year_day as i64 + 3 - from_monday as i64;
        let len = year_len(self.year) as i64;
        let (year, day) = match thursday {
            ..0 => (self.year - 1, thursday + year_len(self.year - 1) as i64),
            day if day >= len => (self.year + 1, day - len),
            day => (self.year, day),
        };
        (year, day as u64 / 7 + 1)
    }
}

fn year_len(year: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    365 + u64::from(is_leap)
}

fn month_len(year: u64, month: u64) -> u64 {
    match month {
        2 => year_len(year) - 337,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Writes `time` as `format` has it; what is no conversion stays as it is.
pub(super) fn format(format: &str, time: SystemTime) -> String {
    let (moment, mut text, mut signs) = (Moment::new(time), String::new(), format.chars());
    while let Some(sign) = signs.next() {
        match sign {
            '%' => match signs.next() {
                Some(letter) => convert(&mut text, letter, &moment, time),
                None => text.push('%'),
            },
            sign => text.push(sign),
        }
    }
    text
}

fn convert(text: &mut String, letter: char, now: &Moment, time: SystemTime) {
    let whole = |conversions: &str| format(conversions, time);
    let (iso_year, iso_week) = now.iso_week();
    // Writing to a string does not fail.
    let _ = match letter {
        'a' => write!(text, "{}", &now.day_name()[..3]),
        'A' => write!(text, "{}", now.day_name()),
        'b' | 'h' => write!(text, "{}", &now.month_name()[..3]),
        'B' => write!(text, "{}", now.month_name()),
        'c' => write!(text, "{}", whole("%a %b %e %H:%M:%S %Y")),
        'C' => write!(text, "{:02}", now.year / 100),
        'd' => write!(text, "{:02}", now.day),
        'D' | 'x' => write!(text, "{}", whole("%m/%d/%y")),
        'e' => write!(text, "{:2}", now.day),
        'f' => write!(text, "{:06}", now.since_epoch.subsec_micros()),
        'F' => write!(text, "{}", whole("%Y-%m-%d")),
        'g' => write!(text, "{:02}", iso_year % 100),
        'G' => write!(text, "{iso_year}"),
        'H' => write!(text, "{:02}", now.hour),
        'I' => write!(text, "{:02}", now.hour12()),
        'j' => write!(text, "{:03}", now.year_day + 1),
        'k' => write!(text, "{:2}", now.hour),
        'l' => write!(text, "{:2}", now.hour12()),
        'm' => write!(text, "{:02}", now.month),
        'M' => write!(text, "{:02}", now.minute),
        'n' => text.write_char('\n'),
        'p' => write!(text, "{}", if now.hour < 12 { "AM" } else { "PM" }),
        'P' => write!(text, "{}", if now.hour < 12 { "am" } else { "pm" }),
        'r' => write!(text, "{}", whole("%I:%M:%S %p")),
        'R' => write!(text, "{}", whole("%H:%M")),
        's' => write!(text, "{}", now.since_epoch.as_secs()),
        'S' => write!(text, "{:02}", now.second),
        't' => text.write_char('\t'),
        'T' | 'X' => write!(text, "{}", whole("%H:%M:%S")),
        'u' => write!(text, "{}", (now.week_day + 6) % 7 + 1),
        'U' => write!(text, "{:02}", (now.year_day + 7 - now.week_day) / 7),
        'V' => write!(text, "{iso_week:02}"),
        'w' => write!(text, "{}", now.week_day),
        'W' => write!(text, "{:02}", (now.year_day + 7 - (now.week_day + 6) % 7) / 7),
        'y' => write!(text, "{:02}", now.year % 100),
        'Y' => write!(text, "{}", now.year),
        'z' => write!(text, "+0000"),
        'Z' => write!(text, "UTC"),
        '%' => write!(text, "%"),
        other => write!(text, "%{other}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64, conversions: &str) -> String {
        format(
            conversions,
            SystemTime::UNIX_EPOCH + Duration::from_micros(seconds * 1_000_000 + 42),
        )
    }

    #[test]
    fn conversions_are_those_of_date() {
        // Compared with `date -u -d @N +FORMAT`.
        for (seconds, conversions, shown) in [
            (0, "%c|%j|%U|%W|%V|%G|%u|%w", "Thu Jan  1 00:00:00 1970|001|00|00|01|1970|4|4"),
            (1_709_210_096, "%F %T %A %B %h %y", "2024-02-29 12:34:56 Thursday February Feb 24"),
            (1_709_210_096, "%I %l %k %p %P %r %R", "12 12 12 PM pm 12:34:56 PM 12:34"),
            (1_709_166_896, "%I %l %k %p %D %C", "12 12  0 AM 02/29/24 20"),
            (1_735_689_599, "%F %j %V %G %g %U %W", "2024-12-31 366 01 2025 25 52 53"),
            (1_609_459_200, "%F %V %G %U %W", "2021-01-01 53 2020 00 00"),
            (4_102_444_800, "%F %a %e", "2100-01-01 Fri  1"),
            (7, "%s.%f %z %Z 100%% %q %", "7.000042 +0000 UTC 100% %q %"),
        ] {
            assert_eq!(at(seconds, conversions), shown, "{seconds} {conversions}");
        }
    }
}
