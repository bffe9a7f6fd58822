//! What a URL asks for (RFC 5538).

use std::fmt;

use super::group::{ArticleRange, is_group_name, is_message_id, number};
use crate::target::Location;

/// What a URL of news asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// `nntp://host/`, `news:*`: the groups there are; those that match the pattern, where there is one.
    Groups(Option<String>),
    /// `nntp://host/group` and `nntp://host/group/10-20`: the overview of its articles.
    Overview(String, Option<ArticleRange>),
    /// `nntp://host/group/10`: an article by its number.
    Article(String, u64),
    /// `news:id@host`, `nntp://host/id@host`: an article by its message-id, in brackets here.
    MessageId(String),
}

/// A path that names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedError;

impl fmt::Display for AskedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path names no group, no articles of one and no message-id")
    }
}

impl std::error::Error for AskedError {}

impl Asked {
    /// Reads the path of a URL.
    ///
    /// # Errors
    /// When it names nothing that can be asked for.
    pub fn of(location: &Location) -> Result<Self, AskedError> {
        if location.query().is_some() {
            // A `?` that belongs to a message-id is escaped (RFC 5538 section 2.2).
            return Err(AskedError);
        }
        let path = location.decoded_path().map_err(|_| AskedError)?;
        let path = std::str::from_utf8(&path).map_err(|_| AskedError)?;
        let path = path.strip_prefix('/').unwrap_or(path);
        if path.contains('@') {
            let id = format!("<{}>", path.trim_start_matches('<').trim_end_matches('>'));
            return if is_message_id(&id) { Ok(Self::MessageId(id)) } else { Err(AskedError) };
        }
        let (group, articles) = path.split_once('/').unwrap_or((path, ""));
        match (group, articles) {
            ("" | "*", "") => Ok(Self::Groups(None)),
            (pattern, "") if is_pattern(pattern) => Ok(Self::Groups(Some(pattern.to_owned()))),
            (group, _) if !is_group_name(group) => Err(AskedError),
            (group, "") => Ok(Self::Overview(group.to_owned(), None)),
            (group, articles) => match (number(articles), ArticleRange::parse(articles)) {
                (Some(number), _) => Ok(Self::Article(group.to_owned(), number)),
                (None, Some(range)) => Ok(Self::Overview(group.to_owned(), Some(range))),
                (None, None) => Err(AskedError),
            },
        }
    }
}

/// A wildmat (RFC 3977 section 4).
fn is_pattern(pattern: &str) -> bool {
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || "[]\\".contains(c);
    pattern.contains(['*', '?']) && pattern.len() <= 460 && !pattern.chars().any(is_bad)
}
