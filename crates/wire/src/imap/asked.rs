//! What a URL asks for (RFC 5092, and curl's forms).

use super::command::announces;
use super::{ImapError, decode_mailbox};
use crate::target::Location;

/// What a URL asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// The mailbox, decoded; none for the server itself.
    pub mailbox: Option<String>,
    /// What the UIDVALIDITY has to be.
    pub uid_validity: Option<u64>,
    /// One message of it.
    pub message: Option<Message>,
    /// The section of the message; nothing for all of it.
    pub section: String,
    /// A part of that: the first byte and how many, `0.1024`; where the URL does not say how many, all.
    pub partial: Option<String>,
    /// What is searched for.
    pub search: Option<String>,
}

/// Which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `UID=`: by the number that it keeps.
    Uid(u64),
    /// `MAILINDEX=`, as curl has it: by its place in the mailbox.
    Number(u64),
    /// `UID=*`: the last one, asked for by its UID.
    LastUid,
    /// `MAILINDEX=*`: the last one in the mailbox.
    Last,
}

impl Asked {
    /// Reads a URL like `/INBOX;UIDVALIDITY=1/;UID=2/;SECTION=TEXT` or `/INBOX?SUBJECT%20x`.
    ///
    /// # Errors
    /// [`ImapError::Url`] for parameters that are unknown, come twice or are no numbers, and for
    /// control characters; [`ImapError::Literal`] for a search that ends in `{n}`.
    pub fn of(location: &Location) -> Result<Self, ImapError> {
        let mut asked = Self::default();
        let path = location.path();
        let mut parts = path.strip_prefix('/').unwrap_or(path).split(';');
        let mailbox = decoded(parts.next().unwrap_or_default())?;
        // RFC 5092 has a slash before a parameter, which is none of the name's.
        let has_more = path.contains(';');
        let mailbox = if has_more { mailbox.trim_end_matches('/') } else { &*mailbox };
        asked.mailbox = (!mailbox.is_empty()).then(|| named(mailbox));
        for part in parts {
            asked.set(part.trim_end_matches('/'))?;
        }
        let query = location.query().filter(|query| !query.is_empty());
        asked.search = query.map(decoded).transpose()?;
        match &asked {
            Self { search: Some(search), .. } if announces(search.as_bytes()) => {
                Err(ImapError::Literal)
            }
            Self { search: Some(_), message: Some(_), .. } => {
                Err(ImapError::Url("a URL names a message or searches, not both"))
            }
            Self { mailbox: None, message, search, .. }
                if message.is_some() || search.is_some() =>
            {
                Err(ImapError::Url("the URL names no mailbox"))
            }
            _ => Ok(asked),
        }
    }

    fn set(&mut self, part: &str) -> Result<(), ImapError> {
        const TWICE: ImapError = ImapError::Url("a parameter of the URL comes twice");
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = decoded(value)?;
        let fits = |allowed: fn(char) -> bool| match value.chars().all(allowed) {
            true => Ok(value.clone()),
            false => Err(ImapError::Url("a parameter of the URL holds what it cannot")),
        };
        let number = || {
            let number = super::value::number(value.as_bytes());
            number.ok_or(ImapError::Url("a parameter of the URL is no number"))
        };
        let message = |last: Message, of: fn(u64) -> Message| match value.as_str() {
            "*" => Ok(last),
            set if set.contains([':', ',']) => {
                Err(ImapError::Url("a URL names one message, not several"))
            }
            _ => number().map(of),
        };
        let is_new = match name.to_ascii_uppercase().as_str() {
            "UIDVALIDITY" => self.uid_validity.replace(number()?).is_none(),
            "UID" => self.message.replace(message(Message::LastUid, Message::Uid)?).is_none(),
            "MAILINDEX" => self.message.replace(message(Message::Last, Message::Number)?).is_none(),
            "SECTION" => {
                let section = fits(|c| c != ']')?;
                std::mem::replace(&mut self.section, section).is_empty()
            }
            "PARTIAL" => self.partial.replace(part_of(&value)?).is_none(),
            _ => return Err(ImapError::Url("a parameter of the URL is unknown")),
        };
        if is_new { Ok(()) } else { Err(TWICE) }
    }
}

/// How many bytes are asked for where a URL does not say: the protocol counts no more.
const ALL: u64 = 4_294_967_295;

/// `partial-range` (RFC 5092 section 11), as `FETCH` wants it: with how many.
fn part_of(range: &str) -> Result<String, ImapError> {
    let number = |text: &str| super::value::number(text.as_bytes());
    let (first, len) = match range.split_once('.') {
        Some((first, len)) => (number(first), number(len)),
        None => (number(range), Some(ALL)),
    };
    match (first, len) {
        (Some(first), Some(len @ 1..)) => Ok(format!("{first}.{len}")),
        _ => Err(ImapError::Url("PARTIAL of the URL is no first byte and how many")),
    }
}

/// A name that is typed in modified UTF-7 already, as curl wants it, is that name.
fn named(mailbox: &str) -> String {
    decode_mailbox(mailbox.as_bytes()).unwrap_or_else(|| mailbox.to_owned())
}

fn decoded(text: &str) -> Result<String, ImapError> {
    let bytes = percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    if bytes.iter().any(u8::is_ascii_control) {
        return Err(ImapError::Url("the URL holds a control character"));
    }
    String::from_utf8(bytes).map_err(|_| ImapError::Url("the URL is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(tail: &str) -> Result<Asked, ImapError> {
        Asked::of(&Location::parse(&format!("imap://host{tail}")).expect("a URL"))
    }

    #[test]
    fn urls_name_mailboxes_messages_and_searches() {
        let base = || Asked { mailbox: Some("INBOX".to_owned()), ..Asked::default() };
        for (tail, expected) in [
            ("", Asked::default()),
            ("/", Asked::default()),
            ("/INBOX", base()),
            ("/a%20%C3%A9", Asked { mailbox: Some("a é".to_owned()), ..base() }),
            ("/&AOk-", Asked { mailbox: Some("é".to_owned()), ..base() }),
            ("/A&B/", Asked { mailbox: Some("A&B/".to_owned()), ..base() }),
            ("/INBOX;UID=7", Asked { message: Some(Message::Uid(7)), ..base() }),
            (
                "/INBOX;uidvalidity=3/;MAILINDEX=2/;SECTION=1.TEXT;PARTIAL=0.9",
                Asked {
                    uid_validity: Some(3),
                    message: Some(Message::Number(2)),
                    section: "1.TEXT".to_owned(),
                    partial: Some("0.9".to_owned()),
                    ..base()
                },
            ),
            (
                "/INBOX;UID=7/;PARTIAL=5",
                Asked {
                    message: Some(Message::Uid(7)),
                    partial: Some("5.4294967295".to_owned()),
                    ..base()
                },
            ),
            ("/INBOX;UID=*", Asked { message: Some(Message::LastUid), ..base() }),
            ("/INBOX;MAILINDEX=*", Asked { message: Some(Message::Last), ..base() }),
            ("/INBOX?SUBJECT%20x", Asked { search: Some("SUBJECT x".to_owned()), ..base() }),
        ] {
            assert_eq!(asked(tail), Ok(expected), "{tail}");
        }
    }

    #[test]
    fn a3_what_cannot_be_asked_is_refused() {
        for tail in [
            "/INBOX;UID=x",
            "/INBOX;UID=1:*",
            "/INBOX;MAILINDEX=1,2",
            "/INBOX;UID=1;UID=2",
            "/INBOX;UID=1;MAILINDEX=2",
            "/INBOX;FOO=1",
            "/;UID=1",
            "/?ALL",
            "/INBOX;UID=1?ALL",
            "/IN%0d%0aBOX",
            "/INBOX;SECTION=a%0ab",
            "/INBOX;UID=1;SECTION=]%20FLAGS[",
            "/INBOX;UID=1;PARTIAL=x",
            "/INBOX;UID=1;PARTIAL=",
            "/INBOX;UID=1;PARTIAL=1.",
            "/INBOX;UID=1;PARTIAL=.1",
            "/INBOX;UID=1;PARTIAL=1.2.3",
            "/INBOX;UID=1;PARTIAL=1.0",
            "/INBOX?a%00",
            "/%ff",
        ] {
            assert!(matches!(asked(tail), Err(ImapError::Url(_))), "{tail}");
        }
        for tail in ["/INBOX?SUBJECT%20%7B25%2B%7D", "/INBOX?%7B3%7D", "/INBOX?BODY%20%7B3%7D%20"] {
            assert_eq!(asked(tail), Err(ImapError::Literal), "{tail}");
        }
    }
}
