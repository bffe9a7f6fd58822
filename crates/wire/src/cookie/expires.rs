//! The date of `Expires`, in whatever form servers write it (RFC 6265 section 5.1.1).

use std::time::SystemTime;

use crate::calendar::DateTime;

const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// Years before this one are refused.
const FIRST_YEAR: u16 = 1601;

/// Reads the date of an `Expires` attribute; `None` for what is none.
///
/// A day, a month, a year and a time are needed, in any order; names of days and zones are passed over,
/// for the date is in UTC whatever it says (RFC 6265 section 5.1.1).
pub fn parse_date(text: &[u8]) -> Option<SystemTime> {
    let mut found = Found::default();
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        found.take(token);
    }
    found.moment()
}

fn is_delimiter(byte: &u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e)
}

/// What was read so far; of each kind the first one counts.
#[derive(Default)]
struct Found {
    time: Option<(u8, u8, u8)>,
    day: Option<u8>,
    month: Option<u8>,
    year: Option<u16>,
}

impl Found {
    fn take(&mut self, token: &[u8]) {
        if self.time.is_none()
            && let Some(time) = time(token)
        {
            self.time = Some(time);
        } else if self.day.is_none()
            && let Some(day) = digits(token, 1, 2)
        {
            self.day = u8::try_from(day).ok();
        } else if self.month.is_none()
            && let Some(month) = month(token)
        {
            self.month = Some(month);
        } else if self.year.is_none()
            && let Some(year) = digits(token, 2, 4)
        {
            self.year = Some(whole_year(year));
        }
    }

    fn moment(self) -> Option<SystemTime> {
        let (hour, minute, second) = self.time?;
        let year = self.year.filter(|&year| year >= FIRST_YEAR)?;
        let (month, day) = (self.month?, self.day?);
        // The calendar knows leap seconds; cookies do not.
        let date = DateTime { year, month, day, hour, minute, second };
        date.to_system().filter(|_| second <= 59)
    }
}

/// The number that a token begins with, if it has so many digits and no more.
fn digits(token: &[u8], min: usize, max: usize) -> Option<u16> {
    let count = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(min..=max).contains(&count) {
        return None;
    }
    std::str::from_utf8(&token[..count]).ok()?.parse().ok()
}

/// `hh:mm:ss`, and anything that is no digit behind it.
fn time(token: &[u8]) -> Option<(u8, u8, u8)> {
    let mut parts = token.splitn(3, |byte| *byte == b':');
    let mut part = |is_last: bool| {
        let text = parts.next()?;
        let is_number = is_last || text.iter().all(u8::is_ascii_digit);
        digits(text, 1, 2).filter(|_| is_number).and_then(|number| u8::try_from(number).ok())
    };
    Some((part(false)?, part(false)?, part(true)?))
}

fn month(token: &[u8]) -> Option<u8> {
    let name = token.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| month[..] == name)?;
    u8::try_from(at + 1).ok()
}

fn whole_year(year: u16) -> u16 {
    match year {
        70..=99 => year + 1900,
        0..=69 => year + 2000,
        _ => year,
    }
}
