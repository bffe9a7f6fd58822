//! From a form to what is sent: literal bytes and the sources between them.

use landline_wire::form::{Boundary, Escape, RANDOM_BYTES};

use super::Form;
use super::part::{Content, Part};
use crate::{Error, Result, Upload};

/// Forms in forms in forms, to this depth.
const MAX_DEPTH: usize = 32;

/// Contents in memory are copied between the heads up to this size: one write instead of three.
const SMALL_BYTES: usize = 64 << 10;

impl Form {
    /// The type of the body, with its boundary, and the body.
    pub(in crate::http) fn into_body(self) -> Result<(String, Upload)> {
        let frame = Frame::new(&self, "multipart/form-data", self.escape, MAX_DEPTH)?;
        let mut pieces = Pieces::default();
        frame.write(self.parts, &mut pieces)?;
        Ok((frame.content_type(), pieces.into_upload()))
    }
}

/// What all parts of one body have in common.
pub(super) struct Frame {
    media_type: String,
    boundary: Boundary,
    pub(super) escape: Escape,
    depth_left: usize,
}

impl Frame {
    fn new(form: &Form, default: &str, escape: Escape, depth_left: usize) -> Result<Self> {
        let boundary = match &form.boundary {
            None => random_boundary()?,
            Some(text) => Boundary::new(text)
                .map_err(|error| Error::usage("the boundary cannot be used").because(error))?,
        };
        let media_type = form.media_type.as_deref().unwrap_or(default).to_owned();
        Ok(Self { media_type, boundary, escape, depth_left })
    }

    /// The frame of a form inside of this one.
    fn inner(&self, form: &Form, part: &Part) -> Result<Self> {
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            return Err(Error::usage(format!("forms nested over {MAX_DEPTH} deep")));
        };
        let default = part.given_type().unwrap_or("multipart/mixed");
        Self::new(form, default, self.escape, depth_left)
    }

    fn content_type(&self) -> String {
        self.boundary.parameter_of(&self.media_type)
    }

    /// The disposition that parts have here.
    pub(super) fn kind(&self) -> &'static str {
        let name = self.media_type.split(';').next().unwrap_or_default().trim();
        if name.eq_ignore_ascii_case("multipart/form-data") { "form-data" } else { "attachment" }
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
        let head = part.head(self, inner_type.as_deref().or_else(|| part.content_type()))?;
        self.boundary.begin_part(is_first, &head, &mut into.literal);
        match (part.content, inner) {
            (Content::Form(form), Some(inner)) => inner.write(form.parts, into)?,
            (Content::Upload(upload) | Content::File(upload, _), _) => into.add(upload),
            (Content::Form(_), None) => {}
        }
        Ok(())
    }
}

fn random_boundary() -> Result<Boundary> {
    Ok(Boundary::from_random(crate::random::bytes::<RANDOM_BYTES>()?))
}

/// A body under construction.
#[derive(Default)]
struct Pieces {
    done: Vec<Upload>,
    /// What comes behind them.
    literal: Vec<u8>,
}

impl Pieces {
    fn add(&mut self, upload: Upload) {
        match upload.in_memory() {
            Some(bytes) if bytes.len() <= SMALL_BYTES => self.literal.extend_from_slice(bytes),
            _ => {
                self.end_literal();
                self.done.push(upload);
            }
        }
    }

    fn end_literal(&mut self) {
        let literal = std::mem::take(&mut self.literal);
        self.done.push(Upload::bytes(literal));
    }

    /// A form that is all in memory is one piece, and leaves with the head of the request.
    fn into_upload(mut self) -> Upload {
        if self.done.is_empty() {
            return Upload::bytes(self.literal);
        }
        self.end_literal();
        Upload::series(self.done)
    }
}
