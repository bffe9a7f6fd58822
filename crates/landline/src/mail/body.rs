//! From texts and attachments to the tree of a body, and from there to what is sent.

use landline_wire::crlf::ToCrlf;
use landline_wire::form::Boundary;
use landline_wire::mime::{ContentTransferEncoding, Encoder};

use super::head::{Head, has_long_line};
use super::{Attachment, Message};
use crate::upload::{Pieces, Upload};
use crate::{Error, Result};

/// A part of a body: what is said about it, and what it is.
pub(super) struct Node {
    head: Vec<u8>,
    content: Content,
}

enum Content {
    Upload(Upload),
    Parts(Boundary, Vec<Node>),
}

impl Node {
    /// The body of the message; its parts are taken out of it.
    pub(super) fn of(message: &mut Message) -> Result<Self> {
        let Message { text, html, inline, attachments, .. } = message;
        let (inline, attachments) = (std::mem::take(inline), std::mem::take(attachments));
        let mut readable = Vec::new();
        if let Some(text) = text.take() {
            readable.push(Self::text("text/plain", &text)?);
        }
        match html.take() {
            Some(html) => readable.push(Self::html(&html, inline)?),
            None if !inline.is_empty() => {
                return Err(Error::usage("inline parts belong to an HTML text, and there is none"));
            }
            None if readable.is_empty() && attachments.is_empty() => {
                readable.push(Self::text("text/plain", "")?);
            }
            None => {}
        }
        let mut parts = match readable.is_empty() {
            true => readable,
            false => vec![Self::joined("multipart/alternative", readable)?],
        };
        parts.extend(attached(attachments)?);
        Self::joined("multipart/mixed", parts)
    }

    /// The HTML, with what it shows.
    fn html(html: &str, inline: Vec<Attachment>) -> Result<Self> {
        let mut parts = vec![Self::text("text/html", html)?];
        parts.extend(attached(inline)?);
        Self::joined("multipart/related; type=\"text/html\"", parts)
    }

    fn text(media_type: &str, text: &str) -> Result<Self> {
        let mut bytes = Vec::with_capacity(text.len());
        ToCrlf::default().push(text.as_bytes(), &mut bytes);
        let (encoding, bytes) = encoded(bytes);
        let mut head = Head::default();
        head.words("Content-Type", &format!("{media_type}; charset=utf-8"));
        head.words("Content-Transfer-Encoding", encoding.name());
        Self::leaf(head, Upload::bytes(bytes))
    }

    pub(super) fn leaf(head: Head, content: Upload) -> Result<Self> {
        Ok(Self { head: head.finish()?, content: Content::Upload(content) })
    }

    /// The only part, or all of them in one.
    fn joined(media_type: &str, mut parts: Vec<Node>) -> Result<Self> {
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        let boundary = crate::random::boundary()?;
        let mut head = Head::default();
        head.words("Content-Type", &boundary.parameter_of(media_type));
        Ok(Self { head: head.finish()?, content: Content::Parts(boundary, parts) })
    }

    /// The whole message behind the fields that are about more than its body.
    pub(super) fn into_upload(self, fields: &[u8]) -> Upload {
        let mut pieces = Pieces::default();
        pieces.literal.extend_from_slice(fields);
        pieces.literal.extend_from_slice(&self.head);
        pieces.literal.extend_from_slice(b"\r\n");
        self.content.write(&mut pieces);
        pieces.into_upload()
    }
}

impl Content {
    fn write(self, into: &mut Pieces) {
        match self {
            Self::Upload(upload) => into.add(upload),
            Self::Parts(boundary, parts) => {
                for (at, part) in parts.into_iter().enumerate() {
                    boundary.begin_part(at == 0, &part.head, &mut into.literal);
                    part.content.write(into);
                }
                boundary.end(false, &mut into.literal);
            }
        }
    }
}

fn attached(attachments: Vec<Attachment>) -> Result<Vec<Node>> {
    attachments.into_iter().map(Attachment::into_node).collect()
}

/// A text in the shortest encoding that gets through everywhere.
fn encoded(text: Vec<u8>) -> (ContentTransferEncoding, Vec<u8>) {
    if is_plain(&text) {
        return (ContentTransferEncoding::SevenBit, text);
    }
    let write = |encoding| {
        let (mut encoder, mut out) = (Encoder::new(encoding), Vec::new());
        // Neither encoding refuses a byte.
        let _ = encoder.push(&text, &mut out);
        encoder.finish(&mut out);
        (encoding, out)
    };
    let quoted = write(ContentTransferEncoding::QuotedPrintable);
    let shortest = ContentTransferEncoding::Base64.encoded_len(text.len() as u64);
    match shortest.is_some_and(|len| len < quoted.1.len() as u64) {
        true => write(ContentTransferEncoding::Base64),
        false => quoted,
    }
}

/// Whether it is text that may go as it is (RFC 2045 section 2.7).
fn is_plain(text: &[u8]) -> bool {
    let is_byte = |(at, &byte): (usize, &u8)| match byte {
        0 => false,
        b'\r' => text.get(at + 1) == Some(&b'\n'),
        _ => byte.is_ascii(),
    };
    text.iter().enumerate().all(is_byte) && !has_long_line(text)
}
