//! The blocking face.

use std::io::{self, BufRead, Read};

use landline_wire::gopher::Item;
use landline_wire::target::Location;

use super::aio;
use crate::block::{Runtime, blocking, consume};
use crate::{Opener, Result};

/// Reads menus and texts; see [the module](super) for both.
///
/// URLs are of the schemes `gopher` and `gophers`. The item type in them is not looked at: the
/// caller knows what to expect. Files are read with [`Opener::open`].
#[derive(Clone, Debug)]
pub struct Client {
    inner: aio::Client,
    runtime: Runtime,
}

impl Client {
    /// A client with default options.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn new() -> Result<Self> {
        Opener::new().map(Self::with)
    }

    /// A client that connects, trusts, waits and is watched as `opener` is.
    pub fn with(opener: Opener) -> Self {
        let (opener, runtime) = opener.into_parts();
        Self { inner: aio::Client::with(opener), runtime }
    }

    /// Asks for a menu.
    ///
    /// # Errors
    /// As for [`Opener::open`]; [`EmptyReply`](crate::ErrorKind::EmptyReply) when nothing comes
    /// back.
    pub fn menu(&self, url: &str) -> Result<Menu> {
        let inner = self.runtime.block_on(self.inner.menu(url))?;
        Ok(Menu { inner, runtime: self.runtime.clone(), has_failed: false })
    }

    /// Asks a search server, an item of type `7`, for these words (RFC 1436 section 3.7).
    ///
    /// # Errors
    /// As for [`menu`](Self::menu); [`Usage`](crate::ErrorKind::Usage) when the words hold a tab,
    /// CR, LF or NUL.
    pub fn search(&self, url: &str, words: &str) -> Result<Menu> {
        let inner = self.runtime.block_on(self.inner.search(url, words))?;
        Ok(Menu { inner, runtime: self.runtime.clone(), has_failed: false })
    }

    /// Asks for a text, to be read without its stuffing and its lone dot.
    ///
    /// # Errors
    /// As for [`Opener::open`].
    pub fn text(&self, url: &str) -> Result<Text> {
        let inner = self.runtime.block_on(self.inner.text(url))?;
        Ok(Text { inner, runtime: self.runtime.clone() })
    }
}

/// A menu on its way in: an iterator of [`Item`]s that ends with the first error.
#[derive(Debug)]
pub struct Menu {
    inner: aio::Menu,
    runtime: Runtime,
    has_failed: bool,
}

impl Iterator for Menu {
    type Item = Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.next_item();
        self.has_failed = next.is_err();
        next.transpose()
    }
}

impl Menu {
    /// Where the menu comes from; [`Item::to_url_from`] wants to know.
    pub fn location(&self) -> &Location {
        self.inner.location()
    }

    /// Whether the lone dot came that ends a menu; to be asked behind the last item. Many servers
    /// leave it out, and nothing tells such a menu from one that was cut off between two lines.
    pub fn is_complete(&self) -> bool {
        self.inner.is_complete()
    }

    blocking! {
        /// Receives the next item; `None` behind the last.
        ///
        /// # Errors
        /// [`Truncated`](crate::ErrorKind::Truncated) when the connection ends inside a line,
        /// [`Limit`](crate::ErrorKind::Limit) when the menu is too long, and whatever goes wrong
        /// while reading.
        fn next_item(&mut self) -> Result<Option<Item>>;

        /// Receives all items that are left.
        ///
        /// # Errors
        /// As for [`next_item`](Self::next_item).
        fn items(&mut self) -> Result<Vec<Item>>;
    }
}

/// A text on its way in (RFC 1436 section 3.8): a reader that takes the doubled dots back and
/// leaves out the lone one. Line ends stay as they are.
///
/// A server that ends its lines with LF alone does not stuff either: its text stays as it is.
#[derive(Debug)]
pub struct Text {
    inner: aio::Text,
    runtime: Runtime,
}

impl Text {
    /// Whether the lone dot came that ends a text; to be asked at the end. Many servers leave it
    /// out, and nothing tells such a text from one that was cut off.
    pub fn is_complete(&self) -> bool {
        self.inner.is_complete()
    }

    blocking! {
        /// The whole text, [`Limits::document_bytes`](crate::Limits::document_bytes) of it at most.
        ///
        /// # Errors
        /// [`Limit`](crate::ErrorKind::Limit) when it is longer,
        /// [`Framing`](crate::ErrorKind::Framing) when it goes on behind its lone dot, or whatever
        /// goes wrong while reading.
        fn read_to_vec(&mut self) -> Result<Vec<u8>>;
    }
}

impl Read for Text {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.runtime.fill(&mut self.inner)
    }

    fn consume(&mut self, amount: usize) {
        consume(&mut self.inner, amount);
    }
}
