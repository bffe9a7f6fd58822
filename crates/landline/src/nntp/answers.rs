//! Which answer belongs to which command: one that is another's is an error, not a document.

use landline_wire::nntp::{Group, is_message_id};
use landline_wire::reply::Reply;

use super::Part;
use crate::dialogue::{refused, verb, weird};
use crate::{Error, ErrorKind, Result};

/// The number and the message-id of an article, as far as the server tells them.
pub(super) type Told = (Option<u64>, Option<String>);

impl Part {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Article => "ARTICLE",
            Self::Head => "HEAD",
            Self::Body => "BODY",
            Self::Stat => "STAT",
        }
    }

    fn code(self) -> u16 {
        match self {
            Self::Article => 220,
            Self::Head => 221,
            Self::Body => 222,
            Self::Stat => 223,
        }
    }

    /// What a reply says of the article that was asked for by `line`.
    pub(super) fn judge(self, line: &str, reply: &Reply) -> Result<Told> {
        if reply.code() != Some(self.code()) {
            return Err(unwanted(line, reply));
        }
        let (number, id) = told(reply);
        let is_its_own = match line.split_once(' ') {
            Some((_, asked)) if asked.starts_with('<') => id.as_ref().is_none_or(|id| id == asked),
            // 0 tells nothing.
            Some((_, asked)) => number.is_none_or(|it| it == 0 || it.to_string() == asked),
            None => true,
        };
        if is_its_own { Ok((number, id)) } else { Err(weird(line, reply)) }
    }
}

/// What stands behind 220 to 223.
pub(super) fn told(reply: &Reply) -> Told {
    let mut words = reply.first_line().split_ascii_whitespace();
    let number = words.next().and_then(|word| word.parse().ok());
    (number, words.next().filter(|id| is_message_id(id)).map(str::to_owned))
}

/// What stands behind the 211 of a group of this name, where it does.
pub(super) fn group(line: &str, name: &str, reply: &Reply) -> Result<Option<Group>> {
    match Group::parse(reply.first_line()) {
        Some(group) if group.name != name => Err(weird(line, reply)),
        group => Ok(group),
    }
}

/// Why this reply is not what was asked for.
pub(super) fn unwanted(line: &str, reply: &Reply) -> Error {
    let kind = match reply.code() {
        Some(480..=483) => ErrorKind::Login,
        Some(411 | 412 | 420..=423 | 430) => ErrorKind::NotFound,
        Some(100..=399) | None => return weird(&verb(line.as_bytes()), reply),
        _ => ErrorKind::Refused,
    };
    refused(kind, line, reply)
}
