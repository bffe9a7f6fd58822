//! TFTP: files by datagrams, one block at a time.
//!
//! Out of scope: serving, multicast (RFC 2090), windows of blocks (RFC 7440), and security, of which
//! TFTP has none: whoever sits in between reads and changes everything.
//!
//! Specifications: RFC 1350 (the protocol), RFC 1123 section 4.2 (its mended flaws), RFC 2347 to
//! 2349 (options), RFC 3617 (URLs). [`Client`] speaks it; [`Opener`](crate::Opener) and
//! [`open`](crate::open) do for `tftp://host/file` and `tftp://host/file;mode=netascii`.
//!
//! ```text
//!   read:   RRQ ─▶            write:  WRQ ─▶
//!              ◀─ OACK                   ◀─ OACK
//!         ACK 0 ─▶                 DATA 1 ─▶
//!              ◀─ DATA 1                 ◀─ ACK 1
//!         ACK 1 ─▶                      …
//!              …                  a block that is not full is the last
//! ```
//!
//! ```
//! use std::io::Read;
//! # let server = landline_testkit::tftp::Server::new().file("motd", "hello");
//! # let url = server.url("motd");
//!
//! let mut file = landline::tftp::Client::new()?.get(&url)?;
//! let mut text = String::new();
//! file.read_to_string(&mut text).unwrap();
//! assert_eq!(text, "hello");
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! # Limits and defaults
//! | what | default |
//! |---|---|
//! | block | 512 bytes ([`Options::block_bytes`]) |
//! | a packet nothing answers is sent again | after 1 s, then 2, 4, 5, 5, … s ([`Options::resend_after`]) |
//! | the server is asked to do so | after 6 s, as curl asks |
//! | lookup and first answer together | 60 s ([`Timeouts::connect`](crate::Timeouts)) and 300 s (`first_byte`) |
//! | a wait in which the transfer does not get on | 300 s (`idle_read`, `idle_write`) |
//! | length of a file | no limit: block numbers begin anew at 0 behind 65,535 |
//! | memory | one block; writing text, three |
//!
//! A host with several addresses is asked at one after the other, 250 ms apart, until one answers: without
//! connections nothing else tells which of them is any good. When the last block has come and is
//! confirmed, reading ends at once. Should the confirmation be lost, the server sends the block
//! again; it is confirmed once more if it comes before the reader is dropped. Nobody waits for that,
//! because all of the file is here.
//!
//! # Errors
//! | kind | when |
//! |---|---|
//! | [`NotFound`](crate::ErrorKind::NotFound), [`Denied`](crate::ErrorKind::Denied) | the server says so (errors 1 and 2) |
//! | [`Refused`](crate::ErrorKind::Refused) | any other ERROR of the server, or a name too long to ask for |
//! | [`Protocol`](crate::ErrorKind::Protocol) | packets that cannot be, options nobody asked for, more bytes than announced |
//! | [`Truncated`](crate::ErrorKind::Truncated) | the last block came before all bytes that were announced |
//! | [`Timeout`](crate::ErrorKind::Timeout) | silence, or nothing but what was said before |
//!
//! [`Error::status`](crate::Error::status) has the number of an ERROR, `Error::reply` its text,
//! [`Error::command`](crate::Error::command) is `RRQ` or `WRQ`.
//!
//! # Deviations
//! None are forced by servers so far. Text (`netascii`) has LF line ends
//! on this side, as the RFC has it for a system like ours; curl hands it on as it travels.

mod agreed;
mod blocking;
mod client;
mod conversation;
mod options;
mod put;
mod reader;
mod refusal;
mod request;
mod row;
mod show;

pub use landline_wire::tftp::Mode;

pub use blocking::{Client, Reader};
pub use options::Options;
pub(crate) use row::{open, store};

/// The async twins.
pub(crate) mod aio {
    pub use super::client::Client;
    pub use super::reader::Reader;
}
