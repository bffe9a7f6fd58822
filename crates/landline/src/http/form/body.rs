//! From a form to what is sent: literal bytes and the sources between them.

use landline_wire::form::{Boundary, Escape};

use super::Form;
use super::part::{Content, Part, put};
use crate::upload::Pieces;
use crate::{Error, Headers, Result, Upload};

/// Forms in forms in forms, to this depth.
const MAX_DEPTH: usize = 32;

impl Form {
    /// The type of the body, with its boundary, and the body.
    pub(in crate::http) fn into_body(self) -> Result<(String, Upload)> {
        let frame = Frame::new(&self, "multipart/form-data", Use::Form(self.escape), MAX_DEPTH)?;
        let mut pieces = Pieces::default();
        frame.write(self.parts, &mut pieces)?;
        Ok((frame.content_type(), pieces.into_upload()))
    }

    /// Makes a mail of it: `multipart/mixed` unless told otherwise, with these fields in its header
    /// block behind `Mime-Version`, as curl writes mails. Parts with a type are `8bit` unless they
    /// are encoded, and quotes in names get a backslash. [`mail::Message`](crate::mail::Message)
    /// knows more of what mails look like.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what no head can hold.
    pub fn into_mail(self, fields: &Headers) -> Result<Upload> {
        let frame = Frame::new(&self, "multipart/mixed", Use::Mail, MAX_DEPTH)?;
        let (mut head, mut pieces) = (Headers::new(), Pieces::default());
        put(&mut head, "Content-Type", frame.content_type().as_bytes())?;
        if !fields.contains("MIME-Version") {
            put(&mut head, "Mime-Version", b"1.0")?;
        }
        for (name, value) in fields.iter().filter(|(name, _)| !is_type(name)) {
            put(&mut head, name, value)?;
        }
        head.write_to(&mut pieces.literal);
        pieces.literal.extend_from_slice(b"\r\n");
        frame.write(self.parts, &mut pieces)?;
        Ok(pieces.into_upload())
    }
}

/// What the parts are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Form(Escape),
    Mail,
}

/// What all parts of one body have in common.
pub(super) struct Frame {
    media_type: String,
    boundary: Boundary,
    pub(super) used: Use,
    depth_left: usize,
}

impl Frame {
    fn new(form: &Form, default: &str, used: Use, depth_left: usize) -> Result<Self> {
        let boundary = match &form.boundary {
            None => crate::random::boundary()?,
            Some(text) => Boundary::new(text)
                .map_err(|error| Error::usage("the boundary cannot be used").because(error))?,
        };
        let media_type = form.media_type.as_deref().unwrap_or(default).to_owned();
        Ok(Self { media_type, boundary, used, depth_left })
    }

    /// The frame of a form inside of this one.
    fn inner(&self, form: &Form, part: &Part) -> Result<Self> {
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            return Err(Error::usage(format!("forms nested over {MAX_DEPTH} deep")));
        };
        let default = part.given_type().unwrap_or("multipart/mixed");
        Self::new(form, default, self.used, depth_left)
    }

    fn content_type(&self) -> String {
        self.boundary.parameter_of(&self.media_type)
    }

    /// The disposition that parts have here.
    pub(super) fn kind(&self) -> &'static str {
        let name = self.media_type.split(';').next().unwrap_or_default().trim();
        if name.eq_ignore_ascii_case("multipart/form-data") { "form-data" } else { "attachment" }
    }

    /// How quotes in names are written.
    pub(super) fn escape(&self) -> Escape {
        match self.used {
            Use::Form(escape) => escape,
            Use::Mail => Escape::Backslash,
        }
    }

    fn write(&self, parts: Vec<Part>, into: &mut Pieces) -> Result<()> {
        let is_empty = parts.is_empty();
        for (at, part) in parts.into_iter().enumerate() {
            self.write_part(at == 0, part, into)?;
        }
        self.boundary.end(is_empty, &mut into.literal);
        Ok(())
    }

    fn write_part(&self, is_first: bool, mut part: Part, into: &mut Pieces) -> Result<()> {
        if let Some(mistake) = part.mistake.take() {
            return Err(mistake);
        }
        let inner = match &part.content {
            Content::Form(form) => Some(self.inner(form, &part)?),
            Content::Upload(_) | Content::File(..) => None,
        };
        let inner_type = inner.as_ref().map(Frame::content_type);
        let head =
            part.head(self, inner_type.as_deref().or_else(|| part.content_type(self.used)))?;
        self.boundary.begin_part(is_first, head.as_bytes(), &mut into.literal);
        match (part.content, inner) {
            (Content::Form(form), Some(inner)) => inner.write(form.parts, into)?,
            (Content::Upload(upload) | Content::File(upload, _), _) => {
                into.add(match part.encoding {
                    Some(encoding) => upload.encoded(encoding),
                    None => upload,
                });
            }
            (Content::Form(_), None) => {}
        }
        Ok(())
    }
}

/// The field that the frame writes.
pub(super) fn is_type(name: &str) -> bool {
    name.eq_ignore_ascii_case("Content-Type")
}
