//! What is known of documents that come without a head of their own: shown as curl shows it, and
//! compared with `-z`.

use landline::aio::{Document, Opener};
use landline::{Headers, Location};

use super::attempt::Attempt;
use super::{failure, ftp};
use crate::exit::Failure;

impl Attempt<'_> {
    /// `-I`
    pub(super) async fn info(&mut self, opener: Opener, location: Location) -> Result<(), Failure> {
        let scheme = location.scheme().to_owned();
        let told = self.interrupt.guard(opener.info_location(location)).await?;
        let info = told.map_err(|error| failure::of(&error))?;
        let head = head(&info, &scheme);
        match ftp::is_ftp(&scheme) {
            true => self.output.write_head(&head)?,
            false => self.put_head_bytes(&head)?,
        }
        self.finish(info.get("Last-Modified"))
    }

    /// `-i` and `-D`. For FTP the latter gets the lines of the conversation so far, as with curl, and
    /// the former nothing. A mail and an article begin with their fields anyway.
    pub(super) fn put_info(&mut self, document: &Document) -> Result<(), Failure> {
        let scheme = document.location().scheme();
        if ftp::is_ftp(scheme) {
            return self.dump_heads();
        }
        let has_fields_itself =
            matches!(scheme, "pop3" | "pop3s" | "imap" | "imaps" | "nntp" | "nntps" | "news");
        let mut head = head(document.info(), scheme);
        if !head.is_empty() {
            head.extend_from_slice(b"\r\n");
        }
        match has_fields_itself {
            true => self.dump_head_bytes(&head),
            false => self.put_head_bytes(&head),
        }
    }

    /// `-z`: whether the document is new enough, or old enough. One whose date nobody knows is.
    pub(super) async fn is_wanted(
        &mut self,
        opener: &Opener,
        location: &Location,
    ) -> Result<bool, Failure> {
        let Some(condition) = self.transfer.settings.time_condition else { return Ok(true) };
        let told = self.interrupt.guard(opener.info_location(location.clone())).await?;
        // What went wrong here will do so again when the document is read, and be told then.
        let modified = told.ok().and_then(|info| modified(&info));
        Ok(modified.is_none_or(|date| condition.is_met(date)))
    }
}

pub(super) fn modified(info: &Headers) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(info.get("Last-Modified")?).ok()
}

/// Where the type is guessed from the name, and curl does not tell it.
const GUESSED: [&str; 5] = ["ftp", "ftps", "file", "gopher", "gophers"];

/// The facts as a head without its empty line. Of a part curl tells the length of the whole, and
/// types it does not guess from names; that of a `data:` URL stands in it, and a gemini server tells it.
pub(super) fn head(info: &Headers, scheme: &str) -> Vec<u8> {
    let mut head = Vec::new();
    let whole = info.get("Content-Range").and_then(|range| range.rsplit('/').next());
    for (name, value) in info.iter() {
        let value = match name {
            "Content-Range" => continue,
            "Content-Type" if GUESSED.contains(&scheme) => continue,
            "Content-Length" => whole.map_or(value, str::as_bytes),
            _ => value,
        };
        head.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_part_has_the_length_of_the_whole() {
        let mut info = Headers::new();
        let fields = [
            ("Content-Length", "2"),
            ("Content-Range", "bytes 4-5/10"),
            ("Content-Type", "text/plain"),
            ("Last-Modified", "Thu, 02 Jan 2020 03:04:05 GMT"),
        ];
        fields.iter().for_each(|(name, value)| info.push(name, value).expect("a field"));
        let lines = "Content-Length: 10\r\nLast-Modified: Thu, 02 Jan 2020 03:04:05 GMT\r\n";
        assert_eq!(String::from_utf8_lossy(&head(&info, "file")), lines);
        assert!(head(&info, "data").starts_with(b"Content-Length: 10\r\nContent-Type: text/plain"));
    }
}
