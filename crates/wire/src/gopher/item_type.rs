//! The one character that says what an item is.

use std::fmt;

/// What an item of a menu is (RFC 1436 section 3.8, and the types that servers added).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemType {
    /// `0`: a text.
    Text,
    /// `1`: a menu.
    Menu,
    /// `2`: a CSO phone book.
    PhoneBook,
    /// `3`: something went wrong; the item's text says what.
    Error,
    /// `4`: a Macintosh file in BinHex.
    BinHex,
    /// `5`: a DOS archive.
    Archive,
    /// `6`: a uuencoded file.
    Uuencoded,
    /// `7`: a search; its answer is a menu.
    Search,
    /// `8`: a Telnet session.
    Telnet,
    /// `9`: a binary file.
    Binary,
    /// `+`: another server for the item before.
    Mirror,
    /// `g`: a GIF image.
    Gif,
    /// `I`: an image of some kind.
    Image,
    /// `T`: a TN3270 session.
    Tn3270,
    /// `h`: an HTML page, or a link to anywhere (`URL:`).
    Html,
    /// `i`: a line to be read, which leads nowhere.
    Info,
    /// `s`: a sound.
    Sound,
    /// Any other byte.
    Other(u8),
}

use ItemType as T;

/// Byte, type, word, media type.
const TABLE: [(u8, ItemType, &str, Option<&str>); 17] = [
    (b'0', T::Text, "text", Some("text/plain")),
    (b'1', T::Menu, "menu", Some("application/gopher-menu")),
    (b'2', T::PhoneBook, "phone book", None),
    (b'3', T::Error, "error", Some("text/plain")),
    (b'4', T::BinHex, "binhex", Some("application/mac-binhex40")),
    (b'5', T::Archive, "archive", Some("application/octet-stream")),
    (b'6', T::Uuencoded, "uuencoded", Some("text/x-uuencode")),
    (b'7', T::Search, "search", Some("application/gopher-menu")),
    (b'8', T::Telnet, "telnet", None),
    (b'9', T::Binary, "binary", Some("application/octet-stream")),
    (b'+', T::Mirror, "mirror", None),
    (b'g', T::Gif, "gif", Some("image/gif")),
    (b'I', T::Image, "image", None),
    (b'T', T::Tn3270, "tn3270", None),
    (b'h', T::Html, "html", Some("text/html")),
    (b'i', T::Info, "info", None),
    (b's', T::Sound, "sound", None),
];

impl ItemType {
    /// Reads the type's byte; every byte is one.
    #[must_use]
    pub fn from_byte(byte: u8) -> Self {
        let row = TABLE.iter().find(|row| row.0 == byte);
        row.map_or(Self::Other(byte), |row| row.1)
    }

    /// Gives the byte that stands for the type.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Other(byte) => byte,
            _ => self.row().map_or(b'?', |row| row.0),
        }
    }

    /// Names the type in a word or two of lower-case ASCII; `other` where it is unknown.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().map_or("other", |row| row.2)
    }

    /// Guesses the media type of what the server sends; `None` where the type says too little.
    #[must_use]
    pub fn media_type(self) -> Option<&'static str> {
        self.row()?.3
    }

    /// Tells whether the server answers with a menu.
    #[must_use]
    pub fn is_menu(self) -> bool {
        matches!(self, Self::Menu | Self::Search)
    }

    fn row(self) -> Option<&'static (u8, ItemType, &'static str, Option<&'static str>)> {
        TABLE.iter().find(|row| row.1 == self)
    }
}

/// The word, and the byte of a type that has none.
impl fmt::Display for ItemType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(byte) => write!(f, "type {}", crate::escape::escape(&[*byte])),
            _ => f.write_str(self.word()),
        }
    }
}
