//! From a URL to what is asked for (RFC 3617).

use percent_encoding::percent_decode_str;

use super::{Mode, PacketError};
use crate::target::Location;

/// What a URL names: a file, and how its bytes travel where it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlFile {
    /// The name of the file; the slash behind the host is no part of it.
    pub name: Vec<u8>,
    /// What stands behind `;mode=`.
    pub mode: Option<Mode>,
}

impl UrlFile {
    /// Reads the path of a URL; its query means nothing here and is left out.
    ///
    /// # Errors
    /// [`PacketError`] when the name is empty or holds `%00`, or the mode is none.
    pub fn of(location: &Location) -> Result<Self, PacketError> {
        let path = location.path();
        let (name, mode) = match path.split_once(";mode=") {
            Some((name, word)) => (name, Some(mode(word)?)),
            None => (path, None),
        };
        let name: Vec<u8> = percent_decode_str(name.strip_prefix('/').unwrap_or(name)).collect();
        match name.is_empty() {
            true => Err(PacketError::Empty("file name")),
            false if name.contains(&0) => Err(PacketError::Nul("file name")),
            false => Ok(Self { name, mode }),
        }
    }
}

/// As curl reads it: the first letter decides, so that FTP's `a` and `i` will do as well.
fn mode(word: &str) -> Result<Mode, PacketError> {
    match word.bytes().next().map(|first| first.to_ascii_lowercase()) {
        Some(b'n' | b'a') => Ok(Mode::Netascii),
        Some(b'o' | b'i') => Ok(Mode::Octet),
        _ => Err(PacketError::mode(word.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<UrlFile, PacketError> {
        UrlFile::of(&Location::parse(url).unwrap())
    }

    #[test]
    fn the_path_names_a_file_and_perhaps_a_mode() {
        for (url, name, mode) in [
            ("tftp://h/file", "file", None),
            ("tftp://h/dir/a%20b", "dir/a b", None),
            ("tftp://h//abs", "/abs", None),
            ("tftp://h/a/../b?query", "b", None),
            ("tftp://h/a%0d%0Ab%3bmode=x", "a\r\nb;mode=x", None),
            ("tftp://h/f;mode=netascii", "f", Some(Mode::Netascii)),
            ("tftp://h/f;mode=OCTET", "f", Some(Mode::Octet)),
            ("tftp://h/f;mode=i", "f", Some(Mode::Octet)),
        ] {
            assert_eq!(of(url), Ok(UrlFile { name: name.into(), mode }), "{url}");
        }
    }

    #[test]
    fn what_is_no_name_and_no_mode_is_refused() {
        for url in ["tftp://h", "tftp://h/", "tftp://h/;mode=octet"] {
            assert_eq!(of(url), Err(PacketError::Empty("file name")), "{url}");
        }
        assert_eq!(of("tftp://h/a%00b"), Err(PacketError::Nul("file name")));
        assert!(matches!(of("tftp://h/f;mode=mail"), Err(PacketError::Mode { .. })));
    }
}
