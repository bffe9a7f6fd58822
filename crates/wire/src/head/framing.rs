//! How the body behind a head is delimited, and whether the connection outlives it.

use std::fmt;

use super::{ResponseHead, Version};
use crate::escape::excerpt;
use crate::headers::Headers;

/// The largest length that is believed: it fits into a signed 64-bit file offset.
const MAX_CONTENT_LENGTH: u64 = i64::MAX as u64;

/// So many bytes of a faulty value go into a message.
const EXCERPT_BYTES: usize = 60;

/// How the end of a body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// There is no body; the next byte belongs to the next reply.
    None,
    /// So many bytes follow; at most `i64::MAX`.
    Exact(u64),
    /// The chunked coding says where it ends; see [`chunked`](crate::chunked).
    Chunked,
    /// Everything up to the end of the stream.
    UntilClose,
}

/// The head contradicts itself about the body, or uses a coding that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FramingError {
    /// `Content-Length` is no number, too large, or there are several that differ; holds the value, escaped
    /// and shortened.
    ContentLength(String),
    /// `Transfer-Encoding` is not exactly `chunked`; holds the value, escaped and shortened.
    TransferEncoding(String),
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContentLength(value) => write!(f, "unusable Content-Length \"{value}\""),
            Self::TransferEncoding(value) => {
                write!(f, "unsupported Transfer-Encoding \"{value}\"")
            }
        }
    }
}

impl std::error::Error for FramingError {}

/// Tells how the body behind `head` is delimited, `method` being that of the request (RFC 9112
/// section 6.3).
///
/// Replies to HEAD, 1xx, 204 and 304 have no body, nor has a 2xx to CONNECT (what follows is the tunnel).
/// `Transfer-Encoding` wins over `Content-Length`, and [`keeps_alive`] is then false. A chunked reply
/// that calls itself HTTP/1.0 is faulty (section 6.1); it is read as chunked, because then a wrong guess
/// ends in an error and never in wrong data.
///
/// # Errors
/// [`FramingError::TransferEncoding`] unless the coding is exactly `chunked` (or the meaningless `identity`
/// of RFC 2616); [`FramingError::ContentLength`] unless it is digits only, at most `i64::MAX`, and all
/// duplicates, in several fields or in one as a comma list, are equal.
pub fn body_length(method: &str, head: &ResponseHead) -> Result<BodyLength, FramingError> {
    match coded_body_length(method, head)? {
        (length, codings) if codings.is_empty() => Ok(length),
        _ => Err(FramingError::TransferEncoding(shown(&head.headers, "transfer-encoding"))),
    }
}

/// As [`body_length`], for a recipient that undoes other transfer codings than `chunked` or passes
/// them on: their names, in the order in which they were applied (RFC 9112 sections 6.1 and 6.3).
///
/// # Errors
/// As for [`body_length`], but [`FramingError::TransferEncoding`] only where `chunked` is there and
/// not the last coding, or where something stands that is no coding.
pub fn coded_body_length<'a>(
    method: &str,
    head: &'a ResponseHead,
) -> Result<(BodyLength, Vec<&'a [u8]>), FramingError> {
    if has_no_body(method, head.status) {
        return Ok((BodyLength::None, Vec::new()));
    }
    let mut codings: Vec<_> = list_items(&head.headers, "transfer-encoding").collect();
    let is = |coding: &[u8], name: &[u8]| coding.eq_ignore_ascii_case(name);
    if matches!(codings.as_slice(), [only] if is(only, b"identity")) {
        codings.clear();
    }
    let is_chunked = codings.pop_if(|last| is(last, b"chunked")).is_some();
    let is_out_of_place =
        |name: &&[u8]| name.is_empty() || is(name, b"chunked") || is(name, b"identity");
    if codings.iter().any(is_out_of_place) {
        return Err(FramingError::TransferEncoding(shown(&head.headers, "transfer-encoding")));
    }
    let length = match is_chunked {
        true => BodyLength::Chunked,
        // What a length counts is not what was coded for the transfer.
        false if !codings.is_empty() => BodyLength::UntilClose,
        false => content_length(&head.headers)?.map_or(BodyLength::UntilClose, BodyLength::Exact),
    };
    Ok((length, codings))
}

/// Tells whether the server keeps the connection open after this reply (RFC 9112 section 9.3).
///
/// HTTP/1.1 does unless told `close`; HTTP/1.0 only if told `keep-alive`. False whenever the framing was
/// faulty or ambiguous: `Transfer-Encoding` beside `Content-Length`, or in HTTP/1.0. Whether the body
/// has been read to its end, and whether that end is the end of the stream, is for the caller to know.
#[must_use]
pub fn keeps_alive(head: &ResponseHead) -> bool {
    let has_coding = head.headers.contains("transfer-encoding");
    if has_coding && (head.version == Version::Http10 || head.headers.contains("content-length")) {
        return false;
    }
    let has_option = |wanted: &str| {
        list_items(&head.headers, "connection")
            .any(|option| option.eq_ignore_ascii_case(wanted.as_bytes()))
    };
    !has_option("close") && (head.version >= Version::Http11 || has_option("keep-alive"))
}

fn has_no_body(method: &str, status: u16) -> bool {
    let is_tunnel = method == "CONNECT" && (200..300).contains(&status);
    method == "HEAD" || is_tunnel || matches!(status, 100..=199 | 204 | 304)
}

fn content_length(headers: &Headers) -> Result<Option<u64>, FramingError> {
    let mut length = None;
    for item in list_items(headers, "content-length") {
        let value = parse_length(item);
        if value.is_none() || length.is_some_and(|earlier| Some(earlier) != value) {
            return Err(FramingError::ContentLength(shown(headers, "content-length")));
        }
        length = value;
    }
    Ok(length)
}

/// Digits and nothing else: no sign, no blank, no `0x`.
fn parse_length(item: &[u8]) -> Option<u64> {
    if item.is_empty() || !item.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = item
        .iter()
        .try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    (value <= MAX_CONTENT_LENGTH).then_some(value)
}

/// The items of a comma list over all fields of that name, without blanks; empty items included.
fn list_items<'a>(headers: &'a Headers, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(name)
        .flat_map(|value| value.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
}

fn shown(headers: &Headers, name: &str) -> String {
    let values: Vec<_> = headers.get_all(name).collect();
    excerpt(&values.join(&b", "[..]), EXCERPT_BYTES)
}

#[cfg(test)]
mod tests;
