//! SMTP and SMTPS: mail on its way; LMTP: mail at its end.
//!
//! Out of scope: finding the server of a domain (`MX`), queues, signatures.
//!
//! Specifications: RFC 5321 (SMTP), 2033 (LMTP), 1870 (`SIZE`), 2920 (`PIPELINING`), 3030 (`CHUNKING`), 3207
//! (`STARTTLS`), 3461 (`DSN`), 3463 (enhanced codes), 4954 (`AUTH`), 6152 (`8BITMIME`), 6531
//! (`SMTPUTF8`), 8314 (TLS).
//!
//! ```
//! use landline::smtp::{Connection, Envelope};
//! use landline::Upload;
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say("220 ready\r\n")?;
//! #     for answer in ["250-here\r\n250 PIPELINING\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"] {
//! #         conn.read_line()?;
//! #         conn.say(answer)?;
//! #     }
//! #     while conn.read_line()? != b".\r\n" {}
//! #     conn.say("250 2.0.0 kept as 1234\r\n")?;
//! #     conn.read_line()?;
//! #     conn.say("221 bye\r\n")
//! # });
//! # let host_port = server.addr().to_string();
//!
//! let mut mail = Connection::connect(&host_port)?;
//! let envelope = Envelope::new("me@example.com").to("you@example.org");
//! let delivery = mail.send(&envelope, Upload::bytes(*b"Subject: hi\n\nHello.\n"))?;
//! assert_eq!(delivery.reply.first_line(), "2.0.0 kept as 1234");
//! mail.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URLs
//! `smtp://user:password@host/name` says `EHLO name`; without a name the address we
//! come from.
//! [`Opener::store`](crate::Opener::store) sends a message to those whom [`Options::envelope`] names.
//! Reading asks about them: `VRFY` for each, or [`Options::command`]; `HELP` where there is nobody.
//! `smtps:` begins TLS at once, at port 465; [`Options::security`] has `smtp:` begin it after the
//! greeting.
//!
//! `lmtp:` speaks to a server that delivers at once, at port 24 or, as [`NetOptions`] have it, over a Unix
//! socket. Each recipient then has a reply of its own behind the message. Those it was refused for
//! stand in [`Delivery::refused`] where [`Envelope::any_recipient`] is set; otherwise one is an error, which
//! names all and says who has it.
//!
//! [`NetOptions`]: crate::net::NetOptions
//!
//! # What is sent
//! Line ends of a message become CRLF, whatever they were, and dots at the beginning of lines are
//! doubled: no message can end before its end, or hold a second one. Where a server has `PIPELINING`,
//! the whole envelope leaves at once. [`Envelope::chunked`] has a message go in chunks of 1 MiB.
//!
//! # Errors
//! [`Login`](crate::ErrorKind::Login); [`Denied`](crate::ErrorKind::Denied) when the server does not want to talk to us;
//! [`Refused`](crate::ErrorKind::Refused) for everything else, with the server's code and words.
//! [`Error::reply`](crate::Error::reply) has them: 4xx may go better later, 5xx will not.
//! [`Upload`](crate::ErrorKind::Upload) when the source of a message fails: then nothing is delivered.
//! When the server's last word is lost, so is whether it has taken the message, and
//! [`Error::is_delivery_unknown`](crate::Error::is_delivery_unknown) says so.
//! [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable) comes before anything secret was sent.

mod asking;
mod blocking;
mod connection;
mod envelope;
mod local;
mod row;
mod sending;

pub use blocking::Connection;
pub use envelope::{Delivery, Envelope, Notify, Recipient, Return};
pub use landline_wire::smtp::{EnhancedCode, Extensions};
pub(crate) use row::{open, store};

use crate::{Error, Security, sasl};

/// The async face.
pub(crate) mod aio {
    pub use super::connection::Connection;
}

/// What a server's refusal says in more detail, where it does (RFC 3463): the code is at the beginning
/// of the text.
#[must_use]
pub fn enhanced_code(error: &Error) -> Option<EnhancedCode> {
    EnhancedCode::of(std::str::from_utf8(error.reply()?.body()).ok()?)
}

/// How to speak SMTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether `smtp:` begins TLS after the greeting (`STARTTLS`). `smtps:` has it from the start.
    pub security: Security,
    /// How to log in.
    pub sasl: sasl::Options,
    /// From whom and to whom a URL sends, or about whom it asks.
    pub envelope: Envelope,
    /// What a URL that is read sends in place of `VRFY`, with a recipient behind it, or of `HELP`.
    pub command: Option<String>,
}
