//! What goes along with a message.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use landline_wire::mime::ContentTransferEncoding;
use mail_builder::headers::content_type::ContentType;

use super::body::Node;
use super::head::{Head, bracketed, cannot, one_line};
use crate::upload::Upload;
use crate::{Error, Result, media_type};

/// The type of a file whose name tells none.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// A file that goes along with a [`Message`](super::Message), read and encoded while it is sent.
#[derive(Debug)]
#[must_use = "an attachment does nothing until a message sends it"]
pub struct Attachment {
    name: String,
    media_type: Option<String>,
    id: Option<String>,
    content: Upload,
}

impl Attachment {
    /// The file at `path`, with its name and the type that its name tells.
    ///
    /// # Errors
    /// [`ErrorKind::Upload`](crate::ErrorKind::Upload) when it cannot be opened, or is a directory.
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Ok(Self::upload(name, Upload::open(path)?))
    }

    /// These bytes, as a file of this name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::upload(name, Upload::bytes(bytes))
    }

    /// What a reader gives, as a file of this name; see [`Upload::reader`].
    pub fn reader(
        name: impl Into<String>,
        reader: impl Read + Send + Sync + 'static,
        len: Option<u64>,
    ) -> Self {
        Self::upload(name, Upload::reader(reader, len))
    }

    /// Whatever can be sent, as a file of this name.
    pub fn upload(name: impl Into<String>, content: Upload) -> Self {
        Self { name: name.into(), media_type: None, id: None, content }
    }

    /// Tells the receiver this name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Says what type the content has, with its parameters; by default the name tells it, and
    /// `application/octet-stream` is said where it does not. Messages and multiparts are refused: they may
    /// not go in base64 (RFC 2045 section 6.4).
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    pub(super) fn with_id(mut self, id: String) -> Self {
        self.id = Some(id);
        self
    }

    pub(super) fn into_node(self) -> Result<Node> {
        let mut head = Head::default();
        head.field("Content-Type", &ContentType::new(self.told_type()?));
        head.words("Content-Transfer-Encoding", ContentTransferEncoding::Base64.name());
        let kind = if self.id.is_some() { "inline" } else { "attachment" };
        let name = one_line("the name of an attachment", &self.name)?;
        let mut disposition = ContentType::new(kind);
        if !name.is_empty() {
            disposition = disposition.attribute("filename", name);
        }
        head.field("Content-Disposition", &disposition);
        if let Some(id) = &self.id {
            head.words("Content-ID", &bracketed("the identifier of an inline part", id)?);
        }
        Node::leaf(head, self.content.encoded(ContentTransferEncoding::Base64))
    }

    fn told_type(&self) -> Result<&str> {
        let is_composed = |one: &str| {
            let kind = one.split('/').next().unwrap_or_default();
            kind.eq_ignore_ascii_case("message") || kind.eq_ignore_ascii_case("multipart")
        };
        let Some(given) = &self.media_type else {
            let guess = media_type::of_name(Path::new(&self.name));
            return Ok(guess.filter(|guess| !is_composed(guess)).unwrap_or(UNKNOWN_TYPE));
        };
        if is_composed(given) {
            return Err(Error::usage(format!("an attachment cannot be of the type {given}")));
        }
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        let is_words = |text: &str| !text.is_empty() && text.bytes().all(is_word);
        let bare = given.split(';').next().unwrap_or_default().trim_end();
        let is_type =
            bare.split_once('/').is_some_and(|(kind, one)| is_words(kind) && is_words(one));
        let is_printable = given.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if is_type && is_printable { Ok(given) } else { Err(cannot("the type of an attachment")) }
    }
}
