//! A part of a document, counted in bytes (RFC 9110 section 14.1.2).

use std::fmt;

/// Which bytes of a document are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// From this byte to the end: `100-`.
    From(u64),
    /// From the first byte to the last one, both included: `100-199`.
    Between(u64, u64),
    /// So many bytes at the end: `-100`.
    Last(u64),
}

impl ByteRange {
    /// Reads `100-`, `100-199` or `-100`.
    ///
    /// ```
    /// use landline_wire::range::ByteRange;
    /// assert_eq!(ByteRange::parse("100-199"), Some(ByteRange::Between(100, 199)));
    /// assert_eq!(ByteRange::parse("-5"), Some(ByteRange::Last(5)));
    /// assert_eq!(ByteRange::parse("9-5"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.trim().split_once('-')?;
        match (first, last) {
            ("", last) => number(last).map(Self::Last),
            (first, "") => number(first).map(Self::From),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// Where the part begins in a document of `len` bytes, and how many bytes it has; `None` when
    /// none of it is there.
    pub fn within(self, len: u64) -> Option<(u64, u64)> {
        match self {
            Self::From(first) => (first < len).then(|| (first, len - first)),
            Self::Between(first, last) => {
                let count = last.checked_sub(first)?.saturating_add(1);
                (first < len).then(|| (first, count.min(len - first)))
            }
            Self::Last(0) => None,
            Self::Last(count) => (len > 0).then(|| (len.saturating_sub(count), count.min(len))),
        }
    }
}

/// What a server says it sends: `Content-Range` (RFC 9110 section 14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentRange {
    /// The first byte and the last; `None` when there is no such part.
    pub part: Option<(u64, u64)>,
    /// How long the document is, where that is told.
    pub total: Option<u64>,
}

impl ContentRange {
    /// Reads `bytes 100-199/200`, `bytes */200` or `bytes 100-199/*`.
    pub fn parse(value: &str) -> Option<Self> {
        let (unit, rest) = value.split_once(' ')?;
        let (range, total) = rest.split_once('/')?;
        let total = if total == "*" { None } else { Some(number(total)?) };
        let part = match range {
            "*" => None,
            _ => {
                let (start, end) = range.split_once('-')?;
                let (start, end) = (number(start)?, number(end)?);
                let fits = start <= end && end < total.unwrap_or(u64::MAX);
                Some((start, end)).filter(|_| fits)
            }
        };
        let is_sound = range == "*" || part.is_some();
        (is_sound && unit.eq_ignore_ascii_case("bytes")).then_some(Self { part, total })
    }

    /// Whether this is the part that was asked for. A server may send less than that (RFC 9110
    /// section 15.3.7), but not from elsewhere.
    pub fn answers(&self, asked: ByteRange) -> bool {
        let Some((first, last)) = self.part else { return false };
        match asked {
            ByteRange::From(start) => first == start,
            ByteRange::Between(start, end) => first == start && last <= end,
            ByteRange::Last(count) => match self.total {
                Some(total) => first == total.saturating_sub(count) && last + 1 == total,
                None => last - first < count,
            },
        }
    }
}

/// Digits alone: `parse` of the standard library takes a plus sign too.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From(first) => write!(f, "{first}-"),
            Self::Between(first, last) => write!(f, "{first}-{last}"),
            Self::Last(count) => write!(f, "-{count}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_ranges_are_read_and_they_come_out_the_same() {
        for good in ["0-", "0-0", "5-9", "-1", "18446744073709551615-"] {
            assert_eq!(ByteRange::parse(good).unwrap().to_string(), good);
        }
        for bad in
            ["", "-", "5", "9-5", "+1-2", "1-2,3-4", "a-", "1-x", "-0x5", "99999999999999999999-"]
        {
            assert_eq!(ByteRange::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_part_lies_within_the_document() {
        let within = |text: &str, len| ByteRange::parse(text).unwrap().within(len);
        assert_eq!(within("5-", 10), Some((5, 5)));
        assert_eq!(within("5-7", 10), Some((5, 3)));
        assert_eq!(within("5-70", 10), Some((5, 5)));
        assert_eq!(within("0-18446744073709551615", 10), Some((0, 10)));
        assert_eq!(within("-3", 10), Some((7, 3)));
        assert_eq!(within("-30", 10), Some((0, 10)));
        assert_eq!(ByteRange::Between(7, 5).within(10), None);
        assert_eq!((within("10-", 10), within("-0", 10), within("-1", 0)), (None, None, None));
    }

    #[test]
    fn what_is_sent_is_told_in_one_way() {
        let range = |text| ContentRange::parse(text).map(|range| (range.part, range.total));
        assert_eq!(range("bytes 10-19/20"), Some((Some((10, 19)), Some(20))));
        assert_eq!(range("BYTES 10-19/*"), Some((Some((10, 19)), None)));
        assert_eq!(range("bytes */20"), Some((None, Some(20))));
        for bad in [
            "",
            "bytes",
            "x 10-19/20",
            "bytes 10-",
            "bytes +10-19/20",
            "bytes 10-9/20",
            "bytes 10-19/19",
            "bytes 10-19/x",
            "bytes 10-19",
            "bytes  10-19/20",
        ] {
            assert_eq!(range(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_part_from_elsewhere_is_no_answer() {
        let answers = |sent: &str, asked: &str| {
            ContentRange::parse(sent).unwrap().answers(ByteRange::parse(asked).unwrap())
        };
        assert!(answers("bytes 5-9/10", "5-") && answers("bytes 5-7/10", "5-7"));
        assert!(answers("bytes 5-6/10", "5-7") && answers("bytes 7-9/10", "-3"));
        assert!(answers("bytes 0-9/10", "-30"));
        assert!(!answers("bytes 4-9/10", "5-") && !answers("bytes 5-8/10", "5-7"));
        assert!(!answers("bytes 6-9/10", "-3") && !answers("bytes */10", "5-"));
    }
}
