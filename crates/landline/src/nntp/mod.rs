//! NNTP and NNTPS: newsgroups and their articles.
//!
//! Out of scope: `CHECK` and `TAKETHIS` of RFC 4644, with which servers feed each other, and what is
//! inside of articles but for files in yEnc ([`YencReader`]).
//!
//! Specifications: RFC 3977 (NNTP), 2980 (what was before), 4642 (`STARTTLS`), 4643 (`AUTHINFO`), 5538
//! (URLs), 6048 (`LIST`), 8054 (`COMPRESS`), 8143 (TLS).
//!
//! # Step by step
//! ```
//! use landline::nntp::{Article, Connection};
//! use std::io::Read;
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     conn.say("200 ready\r\n")?;
//! #     for answer in ["101 can:\r\nVERSION 2\r\nREADER\r\n.\r\n", "211 1 5 5 misc.test\r\n",
//! #                    "220 5 <a@b>\r\nSubject: hi\r\n\r\n..dot\r\n.\r\n", "205 bye\r\n"] {
//! #         conn.read_line()?;
//! #         conn.say(answer)?;
//! #     }
//! #     Ok(())
//! # });
//! # let host_port = server.addr().to_string();
//!
//! let mut news = Connection::connect(&host_port)?;
//! let group = news.group("misc.test")?;
//! let mut text = String::new();
//! news.article(Article::Number(group.last))?.read_to_string(&mut text)?;
//! assert_eq!(text, "Subject: hi\r\n\r\n.dot\r\n");
//! news.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URLs
//! | URL | reads | [`Document::info`](crate::Document::info) |
//! |---|---|---|
//! | `nntp://host/` | the groups there are; `nntp://host/comp.*` those that match | – |
//! | `nntp://host/misc.test` | the overview of the group, a line an article | – |
//! | `nntp://host/misc.test/100-200`, `.../100-` | that of these articles | – |
//! | `nntp://host/misc.test/123` | that article | its header block |
//! | `nntp://host/id@domain`, `news://host/id@domain` | the article of this message-id | its header block |
//!
//! `news:id@domain`, `news:misc.test` and `news:*` ask the same of the server in [`Options::server`].
//! `nntps:` begins TLS at once, at port 563; [`Options::security`] has `nntp:` begin it after the
//! greeting. [`Opener::store`](crate::Opener::store) posts an article, whatever the path.
//!
//! # Limits and defaults
//! | what | default |
//! |---|---|
//! | a reply | one line, 64 KiB |
//! | a line of a list or an overview | 64 KiB |
//! | capabilities, fields of overviews | 10,000 and 1,000 lines, 1 MiB |
//! | commands under way in [`Connection::fetch`] | 4 KiB |
//! | connection, greeting, `STARTTLS` and `MODE READER` together | 60 s ([`Timeouts::connect`](crate::Timeouts)) |
//! | a reply to a command | 300 s ([`Timeouts::first_byte`](crate::Timeouts)) |
//!
//! # Errors
//! [`Login`](crate::ErrorKind::Login), also where a command is refused because nobody has logged in;
//! [`NotFound`](crate::ErrorKind::NotFound) for a group or an article, [`Refused`](crate::ErrorKind::Refused)
//! for everything else with the server's words,
//! [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable) before anything secret was sent,
//! [`Truncated`](crate::ErrorKind::Truncated) for a text that stops short.

mod answers;
mod blocking;
mod compress;
mod connection;
mod lists;
mod login;
mod numbers;
mod pipeline;
mod row;
mod yenc;

pub use blocking::{Articles, Connection, Fetched, Records};
pub use landline_wire::nntp::{
    ArticleRange, Capabilities, Group, ListedGroup, Overview, OverviewFormat, PostingStatus,
};
pub(crate) use row::{at_server, info, open, store};

pub use landline_wire::yenc::Header as YencHeader;
pub use yenc::YencReader;

use crate::{Security, sasl};

/// The async face.
pub(crate) mod aio {
    pub use super::connection::Connection;
    pub use super::pipeline::{Articles, Fetched};
    pub use super::yenc::aio::YencReader;
    pub use crate::dialogue::Records;
}

/// How to speak NNTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether `nntp:` begins TLS after the greeting (`STARTTLS`). `nntps:` has it from the start.
    pub security: Security,
    /// How to log in.
    pub sasl: sasl::Options,
    /// What a URL sends in place of what its path asks for; where an article is stored, `IHAVE` with its
    /// message-id in place of `POST` (RFC 3977 section 6.3.2).
    pub command: Option<String>,
    /// Has both directions compressed where the server offers that (`COMPRESS DEFLATE`, RFC 8054), behind
    /// TLS and the login; off unless asked for. Who can have texts of their own sent, and see how long what
    /// is sent becomes, can guess at what else is in there.
    pub compress: bool,
    /// Where `news:` URLs that name no server lead (RFC 5538 section 2.2): `host`, or `host:port`. No
    /// environment is looked at.
    pub server: Option<String>,
}

/// Which article is meant (RFC 3977 section 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Article<'a> {
    /// The one that was chosen last.
    Current,
    /// That of this number in the group.
    Number(u64),
    /// That of this message-id, its brackets included.
    Id(&'a str),
}

/// What of an article is fetched (RFC 3977 section 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it (`ARTICLE`).
    Article,
    /// Its header block (`HEAD`).
    Head,
    /// Its body (`BODY`).
    Body,
    /// Nothing but its number and message-id (`STAT`).
    Stat,
}

impl From<landline_wire::nntp::ListError> for crate::Error {
    fn from(error: landline_wire::nntp::ListError) -> Self {
        Self::new(crate::ErrorKind::Protocol, crate::Phase::ReadingBody, error.to_string())
    }
}
