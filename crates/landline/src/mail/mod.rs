//! Messages: what SMTP sends and IMAP keeps.
//!
//! Out of scope: reading messages, signatures and encryption, how they travel
//! ([`smtp`](crate::smtp)).
//!
//! Specifications: RFC 5322 (the message), 2045 and 2046 (MIME), 2047 (names and subjects beyond ASCII), 2183
//! and 2231 (names of files), 2387 (parts that belong to an HTML text), 6532 (addresses beyond ASCII).
//!
//! ```
//! use landline::mail::{Attachment, Message};
//! use landline::smtp::Connection;
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say("220 ready\r\n")?;
//! #     for answer in ["250 here\r\n", "250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"] {
//! #         conn.read_line()?;
//! #         conn.say(answer)?;
//! #     }
//! #     while conn.read_line()? != b".\r\n" {}
//! #     conn.say("250 kept\r\n")
//! # });
//! # let host_port = server.addr().to_string();
//!
//! let message = Message::new()
//!     .from("Ada Lovelace <ada@example.com>")
//!     .to("charles@example.org")
//!     .bcc("somebody@example.org")
//!     .subject("Die Maschine für den Grafen")
//!     .text("Here is the picture.\n")
//!     .attach(Attachment::bytes("engine.png", *b"\x89PNG..."));
//! let mut mail = Connection::connect(&host_port)?;
//! mail.send(&message.envelope(), message.into_upload()?)?;
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! # What is made
//! Everything in it is ASCII in lines of 998 bytes at most, so that every server takes it: texts go as they are,
//! in quoted-printable or base64, whichever is shorter; attachments in base64, written while
//! they are sent, never whole in memory. The message has a date (UTC, now) and an identifier (random,
//! in the domain of the first author) unless others are given. `Bcc` is on the envelope alone.
//!
//! A text and its HTML make `multipart/alternative`, parts that belong to the HTML `multipart/related`,
//! attachments `multipart/mixed`.
//!
//! A message of texts, bytes and files can be sent again and its length is known beforehand, as IMAP wants it;
//! [`Upload`] has more.
//!
//! # Errors
//! [`ErrorKind::Usage`](crate::ErrorKind::Usage) from [`Message::into_upload`] for what no message can hold: CR, LF
//! and NUL in a header field or a name, an address that is none, nobody who wrote it.
//! [`ErrorKind::Upload`](crate::ErrorKind::Upload) for a file that cannot be read.

mod attachment;
mod body;
mod head;
mod mailbox;

use std::fmt;
use std::time::SystemTime;

pub use attachment::Attachment;
pub use mailbox::Mailbox;

use crate::Result;
use crate::smtp::Envelope;
use crate::upload::Upload;

/// A message in the making.
///
/// See [the module](self) for an example.
#[derive(Default)]
#[must_use = "a message does nothing until it is sent"]
pub struct Message {
    from: Vec<Mailbox>,
    sender: Option<Mailbox>,
    reply_to: Vec<Mailbox>,
    to: Vec<Mailbox>,
    cc: Vec<Mailbox>,
    bcc: Vec<Mailbox>,
    subject: Option<String>,
    date: Option<SystemTime>,
    id: Option<String>,
    fields: Vec<(String, String)>,
    text: Option<String>,
    html: Option<String>,
    inline: Vec<Attachment>,
    attachments: Vec<Attachment>,
}

impl Message {
    /// A message that says nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One who wrote it. Where there are several, a [`sender`](Self::sender) has to be named.
    pub fn from(mut self, author: impl Into<Mailbox>) -> Self {
        self.from.push(author.into());
        self
    }

    /// Who sends it, where that is not the one who wrote it (RFC 5322 section 3.6.2).
    pub fn sender(mut self, sender: impl Into<Mailbox>) -> Self {
        self.sender = Some(sender.into());
        self
    }

    /// One who gets answers in place of those who wrote it.
    pub fn reply_to(mut self, mailbox: impl Into<Mailbox>) -> Self {
        self.reply_to.push(mailbox.into());
        self
    }

    /// One to whom it is written.
    pub fn to(mut self, recipient: impl Into<Mailbox>) -> Self {
        self.to.push(recipient.into());
        self
    }

    /// One who gets a copy.
    pub fn cc(mut self, recipient: impl Into<Mailbox>) -> Self {
        self.cc.push(recipient.into());
        self
    }

    /// One who gets a copy of which the others do not know: it is on the envelope alone.
    pub fn bcc(mut self, recipient: impl Into<Mailbox>) -> Self {
        self.bcc.push(recipient.into());
        self
    }

    /// What it is about.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// When it was written; now by default.
    pub fn date(mut self, date: SystemTime) -> Self {
        self.date = Some(date);
        self
    }

    /// What it is called by others, such as `a1b2@example.com`; no two may have the same.
    pub fn message_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Another header field, such as `In-Reply-To` or `List-Unsubscribe`. What is beyond ASCII in it is
    /// encoded as in a subject. The fields that have methods of their own are refused, and so are those of MIME.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// What is to be read. Line ends become CRLF.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The same in HTML; or alone, where there is no other.
    pub fn html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }

    /// What the HTML shows as `cid:id`.
    pub fn inline(mut self, id: impl Into<String>, content: Attachment) -> Self {
        self.inline.push(content.with_id(id.into()));
        self
    }

    /// What goes along.
    pub fn attach(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// From whom and to whom it goes: from the sender or else the first who wrote it, to all of `To`, `Cc` and
    /// `Bcc`, each once.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        let from = self.sender.as_ref().or(self.from.first()).map(Mailbox::address);
        let mut envelope = Envelope::new(from.unwrap_or_default());
        for recipient in [&self.to, &self.cc, &self.bcc].into_iter().flatten() {
            let address = recipient.address();
            if !envelope.recipients.iter().any(|one| one.address == address) {
                envelope.recipients.push(address.into());
            }
        }
        let mut shown = [&self.from, &self.reply_to].into_iter().flatten().chain(&self.sender);
        envelope.utf8 = shown.any(|mailbox| !mailbox.address().is_ascii());
        envelope
    }

    /// The message as it travels, read from its sources while it is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what no message can hold;
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where the system has no random numbers.
    pub fn into_upload(mut self) -> Result<Upload> {
        let head = head::of(&self)?;
        let body = body::Node::of(&mut self)?;
        Ok(body.into_upload(&head))
    }
}

/// What is written in it is nobody else's business.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, cc, .. } = self;
        let mut shown = f.debug_struct("Message");
        shown.field("from", from).field("to", to).field("cc", cc).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
