//! Header blocks. The fields are written by `mail_builder`, which knows how they are encoded and folded;
//! what must not be in them is refused here.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;

use super::{Mailbox, Message};
use crate::{Error, Headers, Result};

/// The longest line (RFC 5322 section 2.1.1), without its CRLF.
const MAX_LINE_BYTES: usize = 998;

/// The year 10000, which no date can hold.
const END_OF_DATES: u64 = 253_402_300_800;

/// Lines in the making.
#[derive(Default)]
pub(super) struct Head(Vec<u8>);

impl Head {
    pub(super) fn field(&mut self, name: &str, value: &impl Header) {
        self.0.extend_from_slice(format!("{name}: ").as_bytes());
        value.write_header(&mut self.0, name.len() + 2);
    }

    /// A field of free text.
    fn text(&mut self, name: &str, text: &str) {
        if text.contains("=?") {
            return self.words(name, &encoded_words(text));
        }
        self.field(name, &Text::new(text));
    }

    /// A field whose value is known to be words.
    pub(super) fn words(&mut self, name: &str, value: &str) {
        self.0.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }

    /// The lines, each with its end.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        if has_long_line(&self.0) {
            let what =
                format!("a header field of the message has a line of over {MAX_LINE_BYTES} bytes");
            return Err(Error::usage(what));
        }
        Ok(self.0)
    }
}

/// What could be taken for encoded words, in encoded words (RFC 2047 section 2): the crate leaves it as it is.
fn encoded_words(text: &str) -> String {
    // Four bytes each at most, and 45 make the longest word.
    const CHARS: usize = 11;
    let chars: Vec<char> = text.chars().collect();
    let words = chars.chunks(CHARS).map(|chars| STANDARD.encode(String::from_iter(chars)));
    let words: Vec<_> = words.map(|word| format!("=?utf-8?B?{word}?=")).collect();
    words.join("\r\n ")
}

/// Whether a line is longer than any may be.
pub(super) fn has_long_line(lines: &[u8]) -> bool {
    let mut lines = lines.split(|&byte| byte == b'\n');
    lines.any(|line| line.strip_suffix(b"\r").unwrap_or(line).len() > MAX_LINE_BYTES)
}

/// What the message says of itself, but for what its body is.
pub(super) fn of(message: &Message) -> Result<Vec<u8>> {
    let Message { from, sender, reply_to, to, cc, bcc, .. } = message;
    let Some(author) = from.first() else {
        return Err(Error::usage("a message needs somebody who wrote it"));
    };
    if from.len() > 1 && sender.is_none() {
        return Err(Error::usage("a message of several authors needs a sender"));
    }
    bcc.iter().try_for_each(Mailbox::check)?;
    let mut head = Head::default();
    head.field("Date", &date(message.date)?);
    people(&mut head, "From", from)?;
    people(&mut head, "Sender", sender.as_slice())?;
    people(&mut head, "Reply-To", reply_to)?;
    people(&mut head, "To", to)?;
    people(&mut head, "Cc", cc)?;
    head.words("Message-ID", &id(message.id.as_deref(), author)?);
    if let Some(subject) = &message.subject {
        head.text("Subject", one_line("the subject", subject)?);
    }
    for (name, value) in &message.fields {
        check_name(name)?;
        head.text(name, one_line("a header field", value)?);
    }
    head.words("MIME-Version", "1.0");
    head.finish()
}

fn people(head: &mut Head, name: &str, people: &[Mailbox]) -> Result<()> {
    let mut addresses = Vec::with_capacity(people.len());
    for mailbox in people {
        mailbox.check()?;
        let name = mailbox.name().map(|name| one_line("a name", name)).transpose()?;
        addresses.push(Address::new_address(name, mailbox.address()));
    }
    if !addresses.is_empty() {
        head.field(name, &Address::new_list(addresses));
    }
    Ok(())
}

fn date(date: Option<SystemTime>) -> Result<Date> {
    let since = date.unwrap_or_else(SystemTime::now).duration_since(UNIX_EPOCH);
    let seconds = since.ok().map(|since| since.as_secs()).filter(|&all| all < END_OF_DATES);
    let seconds = seconds.and_then(|all| i64::try_from(all).ok());
    seconds.map(Date::new).ok_or_else(|| Error::usage("a message is of the years 1970 to 9999"))
}

/// The identifier in its brackets; a random one in the author's domain where none is given.
fn id(given: Option<&str>, author: &Mailbox) -> Result<String> {
    let Some(given) = given else {
        let boundary = crate::random::boundary()?;
        let letters = boundary.as_str().trim_start_matches('-');
        let domain = Some(author.domain()).filter(|domain| domain.is_ascii());
        return Ok(format!("<{letters}@{}>", domain.unwrap_or("localhost")));
    };
    bracketed("the message's identifier", given)
}

/// An identifier (RFC 5322 section 3.6.4), with brackets around it whether or not they were there.
pub(super) fn bracketed(what: &str, id: &str) -> Result<String> {
    let bare = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(id);
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !b"<>()\",;\\".contains(&byte);
    match !bare.is_empty() && bare.len() < 900 && bare.bytes().all(is_fit) {
        true => Ok(format!("<{bare}>")),
        false => Err(cannot(what)),
    }
}

/// What a header field can hold: no line end, no NUL.
pub(super) fn one_line<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    if text.contains(['\r', '\n', '\0']) { Err(cannot(what)) } else { Ok(text) }
}

pub(super) fn cannot(what: &str) -> Error {
    Error::usage(format!("{what} has characters that cannot be sent"))
}

/// Whether it is a name of the caller's own.
fn check_name(name: &str) -> Result<()> {
    const OURS: [&str; 10] = [
        "Date",
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Message-ID",
        "Subject",
        "MIME-Version",
    ];
    let starts_with =
        |word: &str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if OURS.iter().any(|one| name.eq_ignore_ascii_case(one))
        || starts_with("Content-")
        || name.eq_ignore_ascii_case("Resent-Bcc")
    {
        return Err(Error::usage(format!("the header field {name} is not set by its name")));
    }
    let fits = Headers::new().push(name, "");
    fits.map_err(|error| {
        Error::usage("a header field of the message cannot be sent").because(error)
    })
}
