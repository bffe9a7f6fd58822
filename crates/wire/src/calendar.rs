//! Dates of the proleptic Gregorian calendar in UTC, as far as file lists and FTP need them.

use std::time::{Duration, SystemTime};

const SECONDS_PER_DAY: i64 = 86_400;
/// The calendar repeats after 400 years.
const DAYS_PER_ERA: i64 = 146_097;
/// From 1 March of the year 0, where an era starts, to 1 January 1970.
const DAYS_BEFORE_1970: i64 = 719_468;

/// A date of the calendar and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DateTime {
    pub(crate) year: u16,
    /// From 1.
    pub(crate) month: u8,
    /// From 1.
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    /// Up to 60: there are leap seconds.
    pub(crate) second: u8,
}

impl DateTime {
    #[cfg(test)]
    /// Makes midnight of a day.
    pub(crate) fn midnight(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day, hour: 0, minute: 0, second: 0 }
    }

    /// Gives the date and time of a moment, fractions of a second left out; `None` outside the years 0 to 9999.
    pub(crate) fn from_system(time: SystemTime) -> Option<Self> {
        let seconds = seconds_since_1970(time)?;
        let (year, month, day) = date_of(seconds.div_euclid(SECONDS_PER_DAY))?;
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let part = |divisor: i64, modulus: i64| u8::try_from(second_of_day / divisor % modulus);
        Some(Self {
            year,
            month,
            day,
            hour: part(3600, 24).ok()?,
            minute: part(60, 60).ok()?,
            second: part(1, 60).ok()?,
        })
    }

    /// Gives the moment; `None` if there is no such day or time of day, or the system cannot count so far.
    pub(crate) fn to_system(self) -> Option<SystemTime> {
        if !self.is_valid() {
            return None;
        }
        let days = days_since_1970(self.year, self.month, self.day);
        let second_of_day = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60;
        let seconds = days * SECONDS_PER_DAY + second_of_day + i64::from(self.second);
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        }
    }

    /// Gives it as `YYYYMMDDTHHMMSSZ`, the basic form of ISO 8601.
    pub(crate) fn basic(self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// Gives it as `YYYYMMDD HH:MM:SS`, the form of curl's cache files.
    pub(crate) fn compact(self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}{month:02}{day:02} {hour:02}:{minute:02}:{second:02}")
    }

    fn is_valid(self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && self.year <= 9999
            && self.hour <= 23
            && self.minute <= 59
            && self.second <= 60
    }
}

fn seconds_since_1970(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).ok(),
        Err(error) => {
            let before = error.duration();
            let seconds = i64::try_from(before.as_secs()).ok()?;
            Some(-seconds - i64::from(before.subsec_nanos() > 0))
        }
    }
}

/// Counts the days by years that start in March, so that the leap day is the last one of its year.
fn days_since_1970(year: u16, month: u8, day: u8) -> i64 {
    let (year, month) = (i64::from(year) - i64::from(month <= 2), i64::from(month));
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_1970
}

/// The inverse of [`days_since_1970`]; `None` outside the years 0 to 9999.
fn date_of(days: i64) -> Option<(u16, u8, u8)> {
    let days = days.checked_add(DAYS_BEFORE_1970)?;
    let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
    let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / (DAYS_PER_ERA - 1);
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = u16::try_from(era * 400 + year_of_era + i64::from(month <= 2)).ok()?;
    let date = (year, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    (year <= 9999).then_some(date)
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(year: u16, month: u8, day: u8) -> Option<i64> {
        seconds_since_1970(DateTime::midnight(year, month, day).to_system()?)
    }

    #[test]
    fn known_days_have_known_distances() {
        for (date, seconds_from_1970) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -86_400),
            ((2000, 2, 29), 951_782_400),
            ((2000, 3, 1), 951_868_800),
            ((2038, 1, 19), 2_147_472_000),
            ((1601, 1, 1), -11_644_473_600),
            ((9999, 12, 31), 253_402_214_400),
        ] {
            assert_eq!(seconds(date.0, date.1, date.2), Some(seconds_from_1970), "{date:?}");
        }
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_refused() {
        for (year, month, day) in
            [(2020, 0, 1), (2020, 13, 1), (2020, 1, 0), (2021, 2, 29), (1900, 2, 29), (2020, 4, 31)]
        {
            assert_eq!(seconds(year, month, day), None);
        }
        let noon = DateTime { hour: 12, ..DateTime::midnight(2020, 1, 1) };
        assert_eq!(DateTime { hour: 24, ..noon }.to_system(), None);
        assert_eq!(DateTime { minute: 60, ..noon }.to_system(), None);
        assert_eq!(DateTime { second: 61, ..noon }.to_system(), None);
        assert!(DateTime { second: 60, ..noon }.to_system().is_some());
    }

    #[test]
    fn every_day_of_an_era_comes_back() {
        let first = seconds(1800, 1, 1).unwrap() / SECONDS_PER_DAY;
        let mut before = date_of(first - 1).unwrap();
        for day in first..first + DAYS_PER_ERA + 1 {
            let date = date_of(day).unwrap();
            assert!(date > before && date.2 <= days_in_month(date.0, date.1));
            assert_eq!(days_since_1970(date.0, date.1, date.2), day);
            before = date;
        }
    }

    #[test]
    fn moments_are_cut_to_the_second_before() {
        let at = |nanos| SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos);
        let last =
            DateTime { hour: 23, minute: 59, second: 59, ..DateTime::midnight(1969, 12, 31) };
        assert_eq!(DateTime::from_system(at(0)), Some(DateTime::midnight(1970, 1, 1)));
        assert_eq!(DateTime::from_system(at(1)), Some(last));
        assert_eq!(DateTime::from_system(at(1_000_000_000)), Some(last));
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        assert_eq!(DateTime::from_system(far), None);
        assert!(DateTime::from_system(far - Duration::from_secs(1)).is_some());
    }
}
