//! Groups, and the numbers of their articles.

use std::fmt;
use std::time::SystemTime;

use crate::calendar::DateTime;

/// A line of a list or an overview that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListError {
    shown: String,
}

impl ListError {
    /// Says which line it is; only its beginning is kept, fit to be shown.
    #[must_use]
    pub fn of(line: &[u8]) -> Self {
        Self { shown: crate::escape::excerpt(line, 100) }
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a line of the list is not understood: {}", self.shown)
    }
}

impl std::error::Error for ListError {}

/// A group that was chosen (RFC 3977 section 6.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// About how many articles it has.
    pub count: u64,
    /// The lowest number of an article, as far as the server knows.
    pub first: u64,
    /// The highest; less than `first` where there are none.
    pub last: u64,
    /// Its name.
    pub name: String,
}

impl Group {
    /// Reads what stands behind `211`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (count, first) = (number(words.next()?)?, number(words.next()?)?);
        Some(Self { count, first, last: number(words.next()?)?, name: words.next()?.to_owned() })
    }
}

/// A group in the list of those a server carries (RFC 3977 section 7.6.3, RFC 6048 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedGroup {
    /// Its name.
    pub name: String,
    /// The highest number of an article.
    pub last: u64,
    /// The lowest.
    pub first: u64,
    /// How many articles it has, where the server was asked for that (`LIST COUNTS`).
    pub count: Option<u64>,
    /// Who may post.
    pub posting: PostingStatus,
}

/// Who may post to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostingStatus {
    /// Anybody: `y`.
    Allowed,
    /// Nobody: `n`.
    Forbidden,
    /// A moderator looks at it first: `m`.
    Moderated,
    /// Something else, as the server writes it.
    Other(String),
}

impl ListedGroup {
    /// Reads a line of `LIST ACTIVE`.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        Self::read(line, false)
    }

    /// Reads a line of `LIST COUNTS`.
    #[must_use]
    pub fn parse_with_count(line: &str) -> Option<Self> {
        Self::read(line, true)
    }

    fn read(line: &str, has_count: bool) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let name = words.next()?.to_owned();
        let (last, first) = (number(words.next()?)?, number(words.next()?)?);
        let count = if has_count { Some(number(words.next()?)?) } else { None };
        let posting = match words.next()? {
            "y" => PostingStatus::Allowed,
            "n" => PostingStatus::Forbidden,
            "m" => PostingStatus::Moderated,
            other => PostingStatus::Other(other.to_owned()),
        };
        Some(Self { name, last, first, count, posting })
    }
}

/// Articles of a group, by their numbers (RFC 3977 section 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleRange {
    /// `N`
    One(u64),
    /// `N-`
    From(u64),
    /// `N-M`
    Between(u64, u64),
}

impl ArticleRange {
    /// Reads `N`, `N-` and `N-M`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.split_once('-') {
            None => Self::One(number(text)?),
            Some((from, "")) => Self::From(number(from)?),
            Some((from, to)) => Self::Between(number(from)?, number(to)?),
        })
    }

    /// Tells whether it is of this article too.
    #[must_use]
    pub fn contains(self, number: u64) -> bool {
        match self {
            Self::One(one) => number == one,
            Self::From(from) => number >= from,
            Self::Between(from, to) => (from..=to).contains(&number),
        }
    }
}

impl fmt::Display for ArticleRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(number) => write!(f, "{number}"),
            Self::From(from) => write!(f, "{from}-"),
            Self::Between(from, to) => write!(f, "{from}-{to}"),
        }
    }
}

/// Tells whether this can name a group on a command line: no blank, no wildcard, no control character.
#[must_use]
pub fn is_group_name(name: &str) -> bool {
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || "*?[]!,\\".contains(c);
    !name.is_empty() && name.len() <= 460 && !name.chars().any(is_bad)
}

/// Tells whether this is a message-id with its brackets (RFC 3977 section 3.6).
#[must_use]
pub fn is_message_id(id: &str) -> bool {
    let inside = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
    let is_good = |byte: u8| (0x21..0x7f).contains(&byte) && byte != b'>' && byte != b'<';
    inside.is_some_and(|id| (1..=248).contains(&id.len()) && id.bytes().all(is_good))
}

/// The answer to `DATE`: `yyyymmddhhmmss` in UTC (RFC 3977 section 7.1).
#[must_use]
pub fn parse_date(text: &str) -> Option<SystemTime> {
    let digits = text.trim();
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits[from..from + 2].parse().ok();
    let date = DateTime {
        year: digits[..4].parse().ok()?,
        month: part(4)?,
        day: part(6)?,
        hour: part(8)?,
        minute: part(10)?,
        second: part(12)?,
    };
    date.to_system()
}

pub(super) fn number(word: &str) -> Option<u64> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
}
