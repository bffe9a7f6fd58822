//! One part of a form.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use landline_wire::form::{Disposition, media_type_of};
use landline_wire::mime::ContentTransferEncoding;

use super::Form;
use super::body::{Frame, Use, is_type};
use crate::{Error, Headers, Result, Upload};

/// One part of a [`Form`]: a content, and what is said about it.
#[derive(Debug)]
#[must_use = "a part does nothing until a form sends it"]
pub struct Part {
    pub(super) content: Content,
    name: Option<Vec<u8>>,
    file_name: Option<Vec<u8>>,
    media_type: Option<String>,
    pub(super) encoding: Option<ContentTransferEncoding>,
    fields: Headers,
    pub(super) mistake: Option<Error>,
}

#[derive(Debug)]
pub(super) enum Content {
    Upload(Upload),
    /// A file, with the name by which its type is guessed.
    File(Upload, Vec<u8>),
    Form(Form),
}

/// The type of a file whose name tells none.
const UNKNOWN_TYPE: &str = "application/octet-stream";

impl Part {
    /// A part with these bytes.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::upload(Upload::bytes(bytes))
    }

    /// The file at `path`, with its name and the type that its name tells:
    /// `application/octet-stream` where it tells none.
    ///
    /// # Errors
    /// [`Upload`](crate::ErrorKind::Upload) when it cannot be opened, or is a directory.
    pub fn file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self::file_content(path)?.file_name(name.as_encoded_bytes()))
    }

    /// The content of the file at `path`, without its name: as a text that somebody typed in.
    ///
    /// # Errors
    /// As for [`file`](Self::file).
    pub fn file_content(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.as_os_str().as_encoded_bytes().to_vec();
        Ok(Self::new(Content::File(Upload::open(path)?, name)))
    }

    /// What a reader gives; see [`Upload::reader`].
    pub fn reader(reader: impl Read + Send + Sync + 'static, len: Option<u64>) -> Self {
        Self::upload(Upload::reader(reader, len))
    }

    /// Whatever can be sent as a body of its own.
    pub fn upload(upload: Upload) -> Self {
        Self::new(Content::Upload(upload))
    }

    /// A form as one part of another: `multipart/mixed`, for example, for several files in one
    /// field. Old servers want it; RFC 7578 section 4.3 prefers a field for each file.
    pub fn form(form: Form) -> Self {
        Self::new(Content::Form(form))
    }

    fn new(content: Content) -> Self {
        Self {
            content,
            name: None,
            file_name: None,
            media_type: None,
            encoding: None,
            fields: Headers::new(),
            mistake: None,
        }
    }

    /// Tells the receiver this name of a file. Where no type is given, it is guessed by the name.
    pub fn file_name(mut self, name: impl AsRef<[u8]>) -> Self {
        self.file_name = Some(name.as_ref().to_vec());
        self
    }

    /// Says what type the content has.
    pub fn media_type(mut self, media_type: &str) -> Self {
        self.media_type = Some(media_type.to_owned());
        self
    }

    /// Sends the content in this encoding, written so on its way, and says so. Meant for mails: receivers of forms
    /// seldom know of it (RFC 7578 section 4.7).
    pub fn encoding(mut self, encoding: ContentTransferEncoding) -> Self {
        if matches!(self.content, Content::Form(_)) {
            let what = "the encoding is that of a form's parts, not of a form";
            self.mistake.get_or_insert(Error::usage(what));
        }
        self.encoding = Some(encoding);
        self
    }

    /// Adds a field to the part's head. `Content-Disposition` replaces the one that is made of the
    /// names; `Content-Type` counts as the type where no other is given.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if let Err(error) = self.fields.push(name, value) {
            self.mistake.get_or_insert(cannot_be_sent(error));
        }
        self
    }

    pub(super) fn named(mut self, name: &[u8]) -> Self {
        self.name = Some(name.to_vec());
        self
    }

    /// The type that the caller gave.
    pub(super) fn given_type(&self) -> Option<&str> {
        self.media_type.as_deref().or_else(|| self.fields.get("Content-Type"))
    }

    /// The head of the part in a body of that frame.
    pub(super) fn head(&self, frame: &Frame, media_type: Option<&str>) -> Result<Headers> {
        let mut head = Headers::new();
        if let Some(value) = self.disposition(frame) {
            put(&mut head, "Content-Disposition", &value)?;
        }
        if let Some(media_type) = media_type {
            put(&mut head, "Content-Type", media_type.as_bytes())?;
        }
        if let Some(encoding) = self.told_encoding(frame.used, media_type.is_some()) {
            put(&mut head, "Content-Transfer-Encoding", encoding.name().as_bytes())?;
        }
        for (name, value) in self.fields.iter().filter(|(name, _)| !is_type(name)) {
            put(&mut head, name, value)?;
        }
        Ok(head)
    }

    fn told_encoding(&self, used: Use, has_type: bool) -> Option<ContentTransferEncoding> {
        if self.fields.contains("Content-Transfer-Encoding") {
            return None;
        }
        let is_plain = used == Use::Mail && has_type && !matches!(self.content, Content::Form(_));
        self.encoding.or(is_plain.then_some(ContentTransferEncoding::EightBit))
    }

    fn disposition(&self, frame: &Frame) -> Option<Vec<u8>> {
        let kind = frame.kind();
        let is_plain = self.name.is_none() && self.file_name.is_none();
        if self.fields.contains("Content-Disposition") || (is_plain && kind == "attachment") {
            return None;
        }
        let (name, file_name) = (self.name.as_deref(), self.file_name.as_deref());
        Some(Disposition { kind, name, file_name }.value(frame.escape()))
    }

    /// The type as curl finds it: the one given, else the one that a name tells. What is plain text
    /// without a file's name needs no type (RFC 7578 section 4.4), and none in mails (RFC 2045 section 5.2).
    pub(super) fn content_type(&self, used: Use) -> Option<&str> {
        let by_name = self.file_name.as_deref().and_then(media_type_of);
        let guessed = match &self.content {
            Content::File(_, path) => by_name
                .or_else(|| media_type_of(path))
                .or(self.file_name.as_ref().map(|_| UNKNOWN_TYPE)),
            _ => by_name,
        };
        let tells_text = self.file_name.is_some() && used != Use::Mail;
        let needed = guessed.filter(|&guess| tells_text || guess != "text/plain");
        self.given_type().or(needed)
    }
}

pub(super) fn put(head: &mut Headers, name: &str, value: &[u8]) -> Result<()> {
    head.push(name, value).map_err(cannot_be_sent)
}

fn cannot_be_sent(error: landline_wire::headers::HeaderError) -> Error {
    Error::usage("a field in the head of a part cannot be sent").because(error)
}
