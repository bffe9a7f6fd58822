//! A menu, line by line, as its bytes arrive.

use std::fmt;

use memchr::memrchr;

use super::Item;
use crate::line::{LineEnding, LineScanner};

/// Bytes that a line of a menu may have, its end not counted.
pub const MAX_LINE_BYTES: usize = 64 << 10;

/// Bytes that a menu may have.
pub const MAX_MENU_BYTES: usize = 16 << 20;

/// Lines that a menu may have.
pub const MAX_MENU_LINES: usize = 100_000;

/// Reads a menu whatever pieces it comes in; keeps no more than the lines not asked for yet.
///
/// [`push`](Self::push) what arrives and ask for items until there is none; after the last piece
/// [`finish`](Self::finish), and ask once more.
#[derive(Debug)]
pub struct MenuParser {
    unread: Vec<u8>,
    start: usize,
    scanner: LineScanner,
    is_complete: bool,
    bytes: usize,
    lines: usize,
}

impl Default for MenuParser {
    fn default() -> Self {
        let scanner = LineScanner::new(LineEnding::Lenient, MAX_LINE_BYTES);
        Self { unread: Vec::new(), start: 0, scanner, is_complete: false, bytes: 0, lines: 0 }
    }
}

impl MenuParser {
    /// Makes a parser that stands at the start of a menu.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes. What follows the lone dot is dropped.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.is_complete {
            self.unread.drain(..self.start);
            self.start = 0;
            self.unread.extend_from_slice(bytes);
        }
    }

    /// Says that no more bytes come. A lone dot may lack its line end.
    ///
    /// # Errors
    /// [`MenuError::Cut`] when they end inside a line: its port may lack a digit, its host a label.
    pub fn finish(&mut self) -> Result<(), MenuError> {
        let unread = &self.unread[self.start..];
        match &unread[memrchr(b'\n', unread).map_or(0, |at| at + 1)..] {
            b"" => Ok(()),
            b"." | b".\r" => {
                self.unread.push(b'\n');
                Ok(())
            }
            _ => Err(MenuError::Cut),
        }
    }

    /// Gives the next item; `None` when more bytes are needed, or the menu is over.
    ///
    /// # Errors
    /// [`MenuError`] when a limit is passed; the menu is over then.
    pub fn next_item(&mut self) -> Result<Option<Item>, MenuError> {
        while let Some(line) = self.next_line()? {
            if line == *b"." {
                self.is_complete = true;
                (self.unread, self.start) = (Vec::new(), 0);
            } else if let Some(item) = Item::parse(&line) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Tells whether the lone dot came that ends a menu. Many servers leave it out: nothing tells
    /// such a menu from one that was cut off between two lines.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, MenuError> {
        let unread = &self.unread[self.start..];
        let found = self.scanner.find(unread).map_err(|_| MenuError::LongLine)?;
        let Some(line) = found else { return Ok(None) };
        let bytes = unread[..line.len].to_vec();
        self.start += line.consumed;
        self.count(line.consumed)?;
        Ok(Some(bytes))
    }

    fn count(&mut self, consumed: usize) -> Result<(), MenuError> {
        self.bytes += consumed;
        self.lines += 1;
        if self.bytes > MAX_MENU_BYTES || self.lines > MAX_MENU_LINES {
            return Err(MenuError::Endless);
        }
        Ok(())
    }
}

/// Why a menu cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MenuError {
    /// A line has more than [`MAX_LINE_BYTES`].
    LongLine,
    /// It has more than [`MAX_MENU_BYTES`] or [`MAX_MENU_LINES`].
    Endless,
    /// It ended inside a line.
    Cut,
}

impl fmt::Display for MenuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongLine => write!(f, "line of a menu longer than {MAX_LINE_BYTES} bytes"),
            Self::Cut => f.write_str("menu ended inside a line"),
            Self::Endless => {
                write!(f, "menu of more than {MAX_MENU_BYTES} bytes or {MAX_MENU_LINES} lines")
            }
        }
    }
}

impl std::error::Error for MenuError {}
