//! DICT: what a URL asks a dictionary server for, and the lines it answers with.
//!
//! Out of scope: the connection; texts that end with a lone dot, which [`dot`](crate::dot) undoes;
//! AUTH and SASLAUTH; MIME headers, which only OPTION MIME asks for.
//!
//! Specification: RFC 2229, section 2 for words and replies, 3 for commands, 5 for URLs.
//!
//! ```
//! use landline_wire::dict::{Heading, Request};
//! use landline_wire::target::Location;
//!
//! let location = Location::parse("dict://dict.example/d:hello%20world:jargon")?;
//! let request = Request::of(&location)?;
//! assert_eq!(request.to_line(), br"DEFINE jargon hello\ world");
//!
//! let heading = Heading::parse(r#""hello, world" jargon "The Jargon File""#).expect("complete");
//! assert_eq!((heading.word.as_str(), heading.database.as_str()), ("hello, world", "jargon"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | path of the URL | command |
//! |---|---|
//! | `/d:word:database:n`, `/define:…`, `/lookup:…` | `DEFINE database word` |
//! | `/m:word:database:strategy:n`, `/match:…`, `/find:…` | `MATCH database strategy word` |
//! | any other, `/show:db` for one | the path, each `:` a blank |
//!
//! Without a database it is `!`, the first that knows the word; without a strategy `.`, the server's own.
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_COMMAND_BYTES`] | 1022 | bytes of a command, its CRLF not counted (RFC 2229 section 2.3) |
//! | [`MAX_STATUS_BYTES`] | 65,536 | bytes of a status line of a session read raw |
//!
//! Errors: a [`RequestError`] is the fault of whoever made the request or wrote the URL; a
//! [`SessionError`] the peer's.
//!
//! Deviations. From RFC 2229: a quoted string that lacks its last quote ends with its line. From
//! curl, which takes the same URLs: a word can hold a colon (`%3A`) and a question mark; a URL
//! without a word is refused, where curl looks up `default`; a database or strategy that is more
//! than one atom is refused, where curl sends it on as further words of the command.

mod reply;
mod request;
mod session;

pub use reply::{Heading, Match, arguments};
pub use request::{MAX_COMMAND_BYTES, Request, RequestError};
pub use session::{MAX_STATUS_BYTES, SessionError, SessionReader};

#[cfg(test)]
mod tests;
