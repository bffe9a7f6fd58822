//! What NNTP says: capabilities, groups, overviews, and what a URL asks for.
//!
//! Out of scope: status replies ([`reply`](crate::reply)), the texts behind them
//! ([`dot`](crate::dot)), the header block of an article ([`message`](crate::message)).
//!
//! Specifications: RFC 3977 (NNTP), 4642 (TLS), 4643 (`AUTHINFO`), 6048 (`LIST`), 8054 (`COMPRESS`),
//! 5538 (URLs).
//!
//! ```
//! use landline_wire::nntp::{ArticleRange, Group, Overview, OverviewFormat};
//!
//! let group: Group = Group::parse("1234 3000234 3002322 misc.test").expect("a group");
//! assert_eq!((group.first, group.last, group.name.as_str()), (3000234, 3002322, "misc.test"));
//!
//! let line = "3000234\tI am just a test article\t\"Demo User\" <nobody@example.com>\t\
//!             6 Oct 1998 04:38:40 -0500\t<45223423@example.com>\t<45454@example.net>\t1234\t17\t\
//!             Xref: news.example.com misc.test:3000363";
//! let overview = Overview::parse(line.as_bytes(), &OverviewFormat::default()).expect("a line");
//! assert_eq!(overview.number, 3000234);
//! assert_eq!(overview.get("Message-ID"), Some("<45223423@example.com>"));
//! assert_eq!((overview.bytes(), overview.lines()), (Some(1234), Some(17)));
//! assert_eq!(overview.get("xref"), Some("news.example.com misc.test:3000363"));
//! assert_eq!(ArticleRange::parse("10-20"), Some(ArticleRange::Between(10, 20)));
//! ```
//!
//! Errors: what is not understood is `None`, and the caller says what it was.

mod asked;
mod capabilities;
mod group;
mod overview;

pub use asked::{Asked, AskedError};
pub use capabilities::Capabilities;
pub use group::{
    ArticleRange, Group, ListError, ListedGroup, PostingStatus, is_group_name, is_message_id,
    parse_date,
};
pub use overview::{Overview, OverviewFormat};

#[cfg(test)]
mod tests;
