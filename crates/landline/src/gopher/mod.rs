//! Gopher, and gopher over TLS: menus as typed items, texts without their dots, files as they are.
//!
//! Out of scope: Gopher+ (views, forms, attributes), uploads, and following links: a menu may lead
//! anywhere, so that is the caller's choice. [`wire::gopher`](crate::wire::gopher) has the types
//! and the parsers.
//!
//! Specifications: RFC 1436 (protocol), RFC 4266 (URLs). `gophers` is gopher inside TLS from the
//! first byte, on the same port: a custom, no standard.
//!
//! # Reading anything
//! [`open`](crate::open()) gives what the server sends, to the last byte, as curl does: a menu is a
//! document of lines with tabs, a text keeps its doubled dots and its lone dot at the end.
//! `info()` has a `Content-Type` that is guessed from the item's type, and from the name where the
//! type says little.
//!
//! # Menus
//! [`Client::menu`] gives [`Item`]s one by one.
//!
//! ```
//! use landline::gopher::{Client, ItemType};
//! # let server = landline_testkit::Server::tcp(|conn| {
//! #     assert_eq!(conn.read_line()?, b"/cats\r\n");
//! #     conn.say("iAll about cats\tx\tx\t1\r\n0Siamese\t/cats/s.txt\texample.com\t70\r\n.\r\n")
//! # });
//! # let url = server.url_for("gopher", "/1/cats");
//!
//! let mut menu = Client::new()?.menu(&url)?;
//! let items = menu.items()?;
//! assert_eq!(items[0].item_type, ItemType::Info);
//! assert_eq!(items[1].to_url().as_deref(), Some("gopher://example.com/0/cats/s.txt"));
//! assert!(menu.is_complete());
//! # Ok::<(), landline::Error>(())
//! ```
//!
//! [`Client::search`] asks a search server and gives the menu of what it found, [`Client::text`]
//! reads a text with its dots undone. Whether a line of a menu leads somewhere that is safe to go
//! is not known; [`Item::to_url`] at least never makes more than one line of it.
//!
//! # What a document's end is
//! | what | ends with | known to be whole |
//! |---|---|---|
//! | anything, by `open` | the end of the connection | through TLS only: a stream that ends without a goodbye is an error |
//! | [`Menu`] | a lone dot, or the end of the connection | [`Menu::is_complete`]: the dot came |
//! | [`Text`] | the end of the connection, behind a lone dot or not | [`Text::is_complete`]: the dot came |
//!
//! Many servers leave the dot out, so its absence is no error. A menu that ends inside a line is
//! one, and so is a text that goes on behind its dot: the server forgot to double it.
//!
//! # Limits
//! | what | limit |
//! |---|---|
//! | a line of a menu | 64 KiB |
//! | a menu | 16 MiB, 100,000 lines |
//! | [`Text::read_to_vec`] | [`Limits::document_bytes`](crate::Limits::document_bytes), 64 MiB |
//! | waits | [`Timeouts`](crate::Timeouts) |
//!
//! # Errors
//! [`Url`](crate::ErrorKind::Url) for `%00`; [`Truncated`](crate::ErrorKind::Truncated),
//! [`Framing`](crate::ErrorKind::Framing) and [`Limit`](crate::ErrorKind::Limit) as said above;
//! [`EmptyReply`](crate::ErrorKind::EmptyReply) for a menu of nothing at all;
//! [`Range`](crate::ErrorKind::Range) where a part is asked for: gopher has no parts. Gopher has no
//! status either: an error of the server's is a document that says so.
//!
//! # Deviations
//! CR, LF and tab that a URL has percent-encoded go on the wire, as RFC 4266 needs for the tab and
//! as curl does for all three. It takes a URL that was typed: no redirect leads to gopher, and no
//! item of a menu gives such a URL.

mod blocking;
mod client;
mod menu;
mod text;

pub use blocking::{Client, Menu, Text};
pub use landline_wire::gopher::{Item, ItemType};

pub(crate) use client::open;

/// The async face.
pub(crate) mod aio {
    pub use super::client::Client;
    pub use super::menu::Menu;
    pub use super::text::Text;
}
