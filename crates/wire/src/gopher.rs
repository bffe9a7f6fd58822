//! Gopher: what a URL asks for, and the menus that come back.
//!
//! Out of scope: the connection, and texts that end with a lone dot, which [`dot`](crate::dot)
//! undoes. Of Gopher+ only the field that marks an item as such is read.
//!
//! Specifications: RFC 1436 (protocol, menus), RFC 4266 (URLs); the types `h`, `i`, `s` and links
//! of the form `URL:` are customs of the servers there are.
//!
//! ```
//! use landline_wire::gopher::{ItemType, MenuParser, Selector};
//! use landline_wire::target::Location;
//!
//! let location = Location::parse("gopher://example.com/7/find%09cats")?;
//! let selector = Selector::of(&location)?;
//! assert_eq!(selector.item_type(), ItemType::Search);
//! assert_eq!(selector.to_line(), b"/find\tcats\r\n");
//!
//! let mut menu = MenuParser::new();
//! menu.push(b"0All about cats\t/cats.txt\texample.com\t70\r\n.\r\n");
//! let item = menu.next_item()?.expect("the line is complete");
//! assert_eq!((item.item_type.word(), item.text()), ("text", "All about cats".into()));
//! assert_eq!(item.to_url().as_deref(), Some("gopher://example.com/0/cats.txt"));
//! assert!(menu.next_item()?.is_none() && menu.is_complete());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_LINE_BYTES`] | 65,536 | bytes of a line of a menu, its end not counted |
//! | [`MAX_MENU_BYTES`] | 16,777,216 | bytes of a menu |
//! | [`MAX_MENU_LINES`] | 100,000 | lines of a menu |
//!
//! Errors: a [`MenuError`] is the peer's fault and ends the menu. A [`SelectorError`] is the fault
//! of whoever wrote the URL. A line that makes no sense is no error: its bytes are what the item
//! shows, and it leads nowhere.
//!
//! Deviations from RFC 1436, each because servers do it: LF alone ends a line; fields may be missing;
//! blank lines are passed over; a menu may end behind a line without its lone dot, which
//! [`MenuParser::is_complete`] tells.

mod item;
mod item_type;
mod menu;
mod selector;

pub use item::Item;
pub use item_type::ItemType;
pub use menu::{MAX_LINE_BYTES, MAX_MENU_BYTES, MAX_MENU_LINES, MenuError, MenuParser};
pub use selector::{Selector, SelectorError};

#[cfg(test)]
mod tests;
