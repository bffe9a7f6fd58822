//! Times as FTP writes them, all in UTC.

const DAY_SECONDS: u64 = 86_400;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A second of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

impl Moment {
    /// Counts from 1 March of the year 0, so that the leap day ends its year.
    pub(super) fn from_unix(seconds: u64) -> Moment {
        let (days, rest) = (seconds / DAY_SECONDS + 719_468, seconds % DAY_SECONDS);
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Moment {
            year: era * 400 + year_of_era + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    fn unix(self) -> u64 {
        let shifted = (self.month + 9) % 12;
        let year = self.year - u64::from(self.month <= 2);
        let day_of_era = 365 * (year % 400) + year % 400 / 4 - year % 400 / 100
            + (153 * shifted + 2) / 5
            + self.day
            - 1;
        let days = year / 400 * 146_097 + day_of_era;
        let seconds = self.hour * 3600 + self.minute * 60 + self.second;
        days.saturating_sub(719_468) * DAY_SECONDS + seconds
    }

    /// `20240229123456`, RFC 3659 section 2.3.
    pub(super) fn digits(self) -> String {
        let Moment { year, month, day, hour, minute, second } = self;
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }

    /// `Feb 29  2024`, as `ls -l` shows what is older than half a year.
    pub(super) fn as_ls(self) -> String {
        let month = MONTHS[usize::try_from(self.month - 1).unwrap_or(0)];
        format!("{month} {:>2}  {:04}", self.day, self.year)
    }

    /// `02-29-24  12:34PM`, as DOS shows it.
    pub(super) fn as_dos(self) -> String {
        let half = if self.hour < 12 { "AM" } else { "PM" };
        let hour = (self.hour + 11) % 12 + 1;
        let Moment { year, month, day, minute, .. } = self;
        format!("{month:02}-{day:02}-{:02}  {hour:02}:{minute:02}{half}", year % 100)
    }
}

/// Reads fourteen digits; a fraction of a second is passed over.
pub(super) fn parse(digits: &[u8]) -> Option<u64> {
    let digits = digits.split(|&byte| byte == b'.').next()?;
    if digits.len() != 14 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |from: usize, to: usize| {
        digits[from..to].iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
    };
    let moment = Moment {
        year: number(0, 4),
        month: number(4, 6),
        day: number(6, 8),
        hour: number(8, 10),
        minute: number(10, 12),
        second: number(12, 14),
    };
    let is_sound = (1970..).contains(&moment.year) && moment == Moment::from_unix(moment.unix());
    is_sound.then(|| moment.unix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for digits in ["19700101000000", "20240229123456", "20000301000000", "20991231235959"] {
            let unix = parse(digits.as_bytes()).unwrap();
            assert_eq!(Moment::from_unix(unix).digits(), digits);
        }
        assert_eq!(parse(b"20240229123456.25"), Some(super::super::MODIFIED));
        for bad in ["20230229000000", "20241301000000", "2024", "x0240229123456", "19691231000000"]
        {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn as_people_read_it() {
        let moment = Moment::from_unix(super::super::MODIFIED);
        assert_eq!(
            (moment.as_ls(), moment.as_dos()),
            ("Feb 29  2024".into(), "02-29-24  12:34PM".into())
        );
        assert_eq!(Moment::from_unix(0).as_dos(), "01-01-70  12:00AM");
    }
}
