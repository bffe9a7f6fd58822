//! A menu that is read item by item.

use landline_wire::gopher::{Item, MenuError, MenuParser};
use landline_wire::target::Location;

use super::client::ready_bytes;
use crate::line::aio::LineStream;
use crate::{Error, ErrorKind, Phase, Result};

/// A menu on its way in.
///
/// See [the blocking twin](crate::gopher::Menu) for the whole documentation.
#[derive(Debug)]
pub struct Menu {
    line: LineStream,
    location: Location,
    parser: MenuParser,
    is_over: bool,
}

impl Menu {
    pub(super) fn new(line: LineStream, location: Location) -> Self {
        Self { line, location, parser: MenuParser::new(), is_over: false }
    }

    /// Where the menu comes from; [`Item::to_url_from`] wants to know.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Receives the next item; `None` behind the last. A wait that is given up loses nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when the connection ends inside a line, [`ErrorKind::Limit`] when
    /// the menu is too long, and whatever goes wrong while reading.
    pub async fn next_item(&mut self) -> Result<Option<Item>> {
        loop {
            if let Some(item) = self.parser.next_item()? {
                return Ok(Some(item));
            }
            if self.is_over || self.parser.is_complete() {
                return Ok(None);
            }
            self.read_on().await?;
        }
    }

    /// Receives all items that are left.
    ///
    /// # Errors
    /// As for [`next_item`](Self::next_item).
    pub async fn items(&mut self) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        while let Some(item) = self.next_item().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Whether the lone dot came that ends a menu; to be asked behind the last item. Many servers
    /// leave it out.
    pub fn is_complete(&self) -> bool {
        self.parser.is_complete()
    }

    async fn read_on(&mut self) -> Result<()> {
        let count = ready_bytes(&mut self.line).await?;
        if count == 0 {
            self.is_over = true;
            return Ok(self.parser.finish()?);
        }
        self.parser.push(self.line.buffered());
        self.line.take(count);
        Ok(())
    }
}

/// What the parser says of a menu that somebody reads on his own.
impl From<MenuError> for Error {
    fn from(error: MenuError) -> Self {
        let kind = match error {
            MenuError::Cut => ErrorKind::Truncated,
            _ => ErrorKind::Limit,
        };
        Self::new(kind, Phase::ReadingBody, "the menu cannot be read").because(error)
    }
}
