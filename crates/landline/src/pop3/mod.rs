//! POP3 and POP3S: a mailbox, message by message.
//!
//! Out of scope: keeping mail, and reading what is inside of it.
//!
//! Specifications: RFC 1939 (POP3), 2384 (URLs), 2449 (`CAPA`), 2595 (`STLS`), 5034 (`AUTH`), 8314 (TLS).
//!
//! # Step by step
//! ```
//! use landline::{Login, pop3};
//! use std::io::Read;
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say("+OK ready\r\n")?;
//! #     for answer in ["-ERR\r\n", "+OK\r\n", "+OK\r\n", "+OK 1 21\r\n",
//! #                    "+OK\r\nSubject: hi\r\n\r\n..dot\r\n.\r\n", "+OK\r\n"] {
//! #         conn.read_line()?;
//! #         conn.say(answer)?;
//! #     }
//! #     Ok(())
//! # });
//! # let host_port = server.addr().to_string();
//!
//! let mut mailbox = pop3::Connection::connect(&host_port)?;
//! mailbox.login(&Login::new("me", "secret"))?;
//! let (messages, bytes) = mailbox.stat()?;
//! assert_eq!((messages, bytes), (1, 21));
//! let mut text = String::new();
//! mailbox.retrieve(1)?.read_to_string(&mut text)?;
//! assert_eq!(text, "Subject: hi\r\n\r\n.dot\r\n");
//! mailbox.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URLs
//! `pop3://user:password@host/` lists the messages, `/N` reads the Nth, whose own header block is
//! then [`Document::info`](crate::Document::info), and what [`Opener::info`](crate::Opener::info) reads alone
//! (`TOP`). `pop3s:` begins TLS at once, at port 995;
//! [`Options::security`] has `pop3:` begin it after the greeting.
//!
//! # Logging in
//! By [SASL](crate::sasl) where the server offers it, by `APOP` where its greeting does, else by
//! `USER` and `PASS`.
//!
//! # Limits and defaults
//! | what | default |
//! |---|---|
//! | a reply | one line, 64 KiB |
//! | capabilities | 10,000 lines, 1 MiB |
//! | messages of one listing | 1,000,000, 32 MiB |
//! | connection, greeting and `STLS` together | 60 s ([`Timeouts::connect`](crate::Timeouts)) |
//! | a reply to a command | 300 s ([`Timeouts::first_byte`](crate::Timeouts)) |
//!
//! # Errors
//! [`Login`](crate::ErrorKind::Login), [`Refused`](crate::ErrorKind::Refused) with the server's words,
//! [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable) before anything secret was sent,
//! [`Truncated`](crate::ErrorKind::Truncated) for a text that stops short.

mod blocking;
mod connection;
mod row;

pub use blocking::Connection;
pub use landline_wire::pop3::Capabilities;
pub(crate) use row::{info, open};

use crate::{Security, sasl};

/// The async face.
pub(crate) mod aio {
    pub use super::connection::Connection;
}

/// How to speak POP3.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether `pop3:` begins TLS after the greeting (`STLS`). `pop3s:` has it from the start.
    pub security: Security,
    /// How to log in.
    pub sasl: sasl::Options,
    /// What a URL sends in place of `LIST` and `RETR`; a number of the URL's goes behind it.
    pub command: Option<String>,
    /// A URL with a number asks how long that message is, in place of reading it.
    pub is_listing: bool,
}
