//! Values in the replies to PWD, SIZE and MDTM.

use std::time::{Duration, SystemTime};

use crate::calendar::DateTime;

/// Digits of a time as `YYYYMMDDHHMMSS`.
const TIME_DIGITS: usize = 14;

/// Reads the folder out of the text of a 257 reply: what stands between the first quotation mark and the next
/// single one, doubled ones standing for one (RFC 959 appendix II).
///
/// `None` if there is no such thing, if it is empty or if it holds a control character.
#[must_use]
pub fn parse_pwd(text: &str) -> Option<String> {
    let mut rest = text.split_once('"')?.1;
    let mut folder = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        folder.push_str(before);
        match after.strip_prefix('"') {
            None => break,
            Some(after) => {
                folder.push('"');
                rest = after;
            }
        }
    }
    let is_usable = !folder.is_empty() && !folder.contains(char::is_control);
    is_usable.then_some(folder)
}

/// Reads the size out of the text of a 213 reply (RFC 3659 section 4): its last word, if that is a decimal
/// number. Some servers put words in front; none is known to put any behind.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    let word = text.split_ascii_whitespace().next_back()?;
    // `parse` would take a sign as well.
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
}

/// Reads the size that many servers put into the reply before the data: `150 Opening BINARY mode data
/// connection for a.txt (1234 bytes).`
///
/// It stands at the end of the line: elsewhere it is part of a name.
#[must_use]
pub fn parse_announced_size(text: &str) -> Option<u64> {
    let before = text.trim_end_matches(['.', ' ']).strip_suffix(" bytes)")?;
    let digits = before.rsplit_once('(')?.1;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// Reads a time written `YYYYMMDDHHMMSS` with an optional fraction `.sss`, in UTC: the first word of a 213
/// reply, or the value of a `modify` fact (RFC 3659 section 2.3).
///
/// A second of 60 is the first one of the next minute. `None` for anything else, among them the `19100…`
/// that servers with the bug of the year 2000 say: 15 digits cannot be told apart for certain.
#[must_use]
pub fn parse_time(text: &str) -> Option<SystemTime> {
    let word = text.split_ascii_whitespace().next()?;
    let (whole, fraction) = word.split_once('.').unwrap_or((word, "0"));
    let time = parse_date_time(whole.as_bytes())?.to_system()?;
    time.checked_add(Duration::from_nanos(parse_nanoseconds(fraction)?))
}

fn parse_date_time(digits: &[u8]) -> Option<DateTime> {
    if digits.len() != TIME_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |at: usize| (digits[at] - b'0') * 10 + (digits[at + 1] - b'0');
    Some(DateTime {
        year: u16::from(two(0)) * 100 + u16::from(two(2)),
        month: two(4),
        day: two(6),
        hour: two(8),
        minute: two(10),
        second: two(12),
    })
}

/// Digits beyond the ninth are checked and left out.
fn parse_nanoseconds(fraction: &str) -> Option<u64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// Writes a time for MFMT or MDTM, in UTC, fractions of a second left out (RFC 3659 section 2.3).
///
/// `None` outside the years 0 to 9999.
#[must_use]
pub fn render_time(time: SystemTime) -> Option<String> {
    let DateTime { year, month, day, hour, minute, second } = DateTime::from_system(time)?;
    Some(format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}"))
}
