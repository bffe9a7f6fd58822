//! IMAP and IMAPS: mailboxes on a server.
//!
//! Out of scope: keeping mail, and reading what is inside of it.
//!
//! Specifications: a subset of RFC 3501 and 9051; RFC 2177 (`IDLE`), 4315 (`UIDPLUS`), 4959 (`SASL-IR`), 5092 (URLs),
//! 6154 (what a mailbox is for), 7888 (literals).
//!
//! # Step by step
//! ```
//! use landline::imap::{self, Message};
//! use landline::Login;
//! use std::io::Read;
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say("* OK ready\r\n")?;
//! #     for answer in ["* CAPABILITY IMAP4rev1\r\n", "", "* 1 EXISTS\r\n", "* SEARCH 7\r\n",
//! #                    "* 1 FETCH (UID 7 BODY[] {17}\r\nSubject: hi\r\n\r\n:))\r\n", ""] {
//! #         let line = conn.read_line()?;
//! #         let tag = String::from_utf8_lossy(&line).split(' ').next().unwrap_or_default().to_owned();
//! #         conn.say(&format!("{answer}{tag} OK\r\n"))?;
//! #     }
//! #     Ok(())
//! # });
//! # let host_port = server.addr().to_string();
//!
//! let mut session = imap::Connection::connect(&host_port)?;
//! session.login(&Login::new("me", "secret"))?;
//! let mailbox = session.select("INBOX")?;
//! assert_eq!(mailbox.messages, Some(1));
//! for uid in session.search_uids("UNSEEN")? {
//!     let mut text = String::new();
//!     session.section(Message::Uid(uid), "")?.read_to_string(&mut text)?;
//!     assert_eq!(text, "Subject: hi\r\n\r\n:)");
//! }
//! session.logout()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URLs
//! | URL | asks for |
//! |---|---|
//! | `imap://user:password@host/` | the mailboxes (`LIST "" *`) |
//! | `/INBOX` | those under that name (`LIST "INBOX" *`) |
//! | `/INBOX;UID=7`, `/INBOX;MAILINDEX=1` | a message, whose header block is [`Document::info`](crate::Document::info) |
//! | `…;SECTION=TEXT`, `…;PARTIAL=0.1024` | a part of it |
//! | `/INBOX;UIDVALIDITY=3;UID=7` | the same, if the UIDs are still those |
//! | `/INBOX?SUBJECT%20x` | a search |
//!
//! Lists and searches come as the server's own lines, as with curl. Storing a message appends it. `imaps:` begins TLS at
//! once, at port 993; [`Options::security`] has `imap:` begin it after the greeting. Names of mailboxes are UTF-8;
//! one that is typed in modified UTF-7 already is that name.
//!
//! # Logging in
//! By [SASL](crate::sasl) where the server offers it, else by `LOGIN`, unless it says that this is disabled.
//!
//! # Limits and defaults
//! | what | default |
//! |---|---|
//! | a response, texts of messages aside | 1 MiB, lists 32 deep |
//! | capabilities that are kept | 10,000 |
//! | all responses to one command | 64 MiB, to which each word and list that is kept adds 32 bytes |
//! | the text of a message | none; it is read as it comes |
//! | connection, greeting and `STARTTLS` together | 60 s ([`Timeouts::connect`](crate::Timeouts)) |
//! | a response to a command | 300 s ([`Timeouts::first_byte`](crate::Timeouts)) |
//!
//! # Errors
//! [`Login`](crate::ErrorKind::Login), [`Refused`](crate::ErrorKind::Refused) with the server's words,
//! [`NotFound`](crate::ErrorKind::NotFound) for a message that is not there,
//! [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable) before anything secret was sent,
//! [`Truncated`](crate::ErrorKind::Truncated) for a text that stops short.

mod append;
mod blocking;
mod commands;
mod connection;
mod flow;
mod row;
mod talk;

pub use blocking::{Connection, Section};
pub use landline_wire::imap::{
    Appended, Capabilities, Condition, Fetched, Mailbox, MailboxStatus, Message, Response, Value,
};
pub(crate) use row::{info, open, store};
pub use talk::Answer;

use crate::{Security, sasl};

/// The async face.
pub(crate) mod aio {
    pub use super::connection::Connection;
    pub use super::flow::Section;
}

/// Messages, as a set like `1,3:5,9:*` (RFC 9051 section 9, `sequence-set`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set<'a> {
    /// By their places in the mailbox, which change when others are deleted.
    Numbers(&'a str),
    /// By the numbers that they keep.
    Uids(&'a str),
}

/// How to speak IMAP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether `imap:` begins TLS after the greeting (`STARTTLS`). `imaps:` has it from the start.
    pub security: Security,
    /// How to log in.
    pub sasl: sasl::Options,
    /// What a URL sends in place of `LIST`, `SEARCH` and `FETCH`, once its mailbox is open.
    pub command: Option<String>,
    /// The flags of a message that is stored, with blanks between them; `\Seen` unless given, as with curl.
    pub flags: Option<String>,
}
