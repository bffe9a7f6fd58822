//! Dictionaries: what a word means, and which words there are.
//!
//! Out of scope: logging in (AUTH), MIME headers before texts. [`wire::dict`](crate::wire::dict)
//! has the commands and the lines of the answers.
//!
//! Specification: RFC 2229. The port is 2628.
//!
//! # One question
//! ```
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say("220 hello <auth.mime> <1@here>\r\n")?;
//! #     for said in ["250 ok\r\n", "150 1 found\r\n151 \"dial\" wn \"WordNet\"\r\ndial\r\n  n 1: the face of a clock\r\n.\r\n250 ok\r\n"] {
//! #         conn.read_line()?;
//! #         conn.say(said)?;
//! #     }
//! #     conn.read_line()?;
//! #     conn.say("221 bye\r\n")
//! # });
//! # let host = server.addr().to_string();
//! for definition in landline::dict::define(&host, "dial", "!")? {
//!     assert_eq!(definition.description, "WordNet");
//!     assert!(definition.text.ends_with("the face of a clock\n"));
//! }
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! [`Client`] asks more than one on one connection. Databases are named by their short names; `!`
//! is the first that knows the word, `*` is all of them. A strategy says how words are matched,
//! `exact` and `prefix` everywhere; `.` is the server's own.
//!
//! # Reading anything
//! [`open`](crate::open()) takes the URLs of RFC 2229 section 5 in curl's spellings and gives the
//! whole session as the server wrote it, greeting and goodbye included. A word that is not there is
//! no error then: the document says `552`. A session that ends before its command is answered is one.
//!
//! # Limits
//! | what | limit |
//! |---|---|
//! | a command | 1,022 bytes |
//! | the texts that answer one command | 16 MiB in all |
//! | definitions that answer one command | 10,000 |
//! | waits | [`Timeouts`](crate::Timeouts) |
//!
//! # Errors
//! [`Url`](crate::ErrorKind::Url) for a URL, [`Usage`](crate::ErrorKind::Usage) for a word that
//! cannot be asked for; [`Denied`](crate::ErrorKind::Denied) when the server lets nobody in;
//! [`Refused`](crate::ErrorKind::Refused) for a database or strategy that it does not have, and
//! whatever else it declines: [`Error::reply`](crate::Error::reply) has its words.
//! [`Truncated`](crate::ErrorKind::Truncated) when it hangs up too early.

mod blocking;
mod client;
mod raw;

use landline_wire::dict::RequestError;

use crate::{Error, ErrorKind, Phase};

pub use blocking::{Client, define, match_words};
pub use landline_wire::dict::Match;
pub(crate) use raw::open;

/// The async face.
pub(crate) mod aio {
    pub use super::client::{Client, define, match_words};
}

const PORT: u16 = 2628;

/// How we introduce ourselves (RFC 2229 section 3.6).
const CLIENT: &str = concat!("CLIENT landline ", env!("CARGO_PKG_VERSION"));

/// What one database says of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// The word as the database spells it.
    pub word: String,
    /// The short name of the database.
    pub database: String,
    /// What the database is; may be empty.
    pub description: String,
    /// The definition, its lines ended by LF.
    pub text: String,
}

/// A database or a strategy, as the server lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// The short name, to be used in questions.
    pub name: String,
    /// What it is.
    pub description: String,
}

fn unfit(error: RequestError, kind: ErrorKind) -> Error {
    Error::new(kind, Phase::Preparing, "this cannot be looked up").because(error)
}
