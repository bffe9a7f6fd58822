//! Paths and queries: spelled as typed, made fit for a request line.

use std::borrow::Cow;
use std::fmt::Write;

/// Splits a path with query at the first question mark.
pub(super) fn split_path(target: &str) -> (&str, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

/// Has a URL without authority a path of segments all the same? `tail` is what follows the scheme and any
/// slashes of an authority.
pub(super) fn is_hierarchical(scheme: &str, tail: &str) -> bool {
    scheme == "file" || tail.starts_with('/')
}

/// Makes the request target from path and query as typed.
pub(super) fn request_target(typed: &str, is_opaque: bool, keeps_dots: bool) -> String {
    let (path, query) = split_path(typed);
    let mut target = String::with_capacity(typed.len() + 1);
    match path {
        _ if is_opaque => encode(path, &mut target),
        "" => target.push('/'),
        _ if keeps_dots => encode(path, &mut target),
        _ => encode(&without_dot_segments(path), &mut target),
    }
    if let Some(query) = query {
        target.push('?');
        encode(query, &mut target);
    }
    target
}

/// Resolves a relative reference that has a path or a query against a request target (RFC 3986
/// sections 5.2.2 and 5.2.3).
pub(super) fn merge(base_target: &str, reference: &str) -> String {
    let base_path = split_path(base_target).0;
    if reference.starts_with('/') {
        return reference.to_owned();
    }
    if reference.starts_with('?') {
        return format!("{base_path}{reference}");
    }
    let folder = &base_path[..=base_path.rfind('/').unwrap_or(0)];
    let end = reference.find(['?', '#']).unwrap_or(reference.len());
    let merged = format!("{folder}{}", &reference[..end]);
    let path = without_dot_segments(&merged);
    path.into_owned() + &reference[end..]
}

/// Removes `.` and `..` segments (RFC 3986 section 5.2.4); `path` starts with a slash.
fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if !path.as_bytes().windows(2).any(|pair| matches!(pair, b"/." | b"%2")) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len());
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        let dots = count_dots(segment);
        if dots == 2 {
            out.truncate(out.rfind('/').unwrap_or(0));
        }
        if dots == 0 {
            out.push('/');
            out.push_str(segment);
        } else if segments.peek().is_none() {
            out.push('/');
        }
    }
    Cow::Owned(out)
}

/// 1 for `.`, 2 for `..`, 0 for any other segment; `%2e` is a dot as well.
fn count_dots(segment: &str) -> usize {
    let mut rest = segment.as_bytes();
    let mut dots = 0;
    while let [b'.', after @ ..] | [b'%', b'2', b'e' | b'E', after @ ..] = rest {
        rest = after;
        dots += 1;
        if dots > 2 {
            return 0;
        }
    }
    if rest.is_empty() { dots } else { 0 }
}

/// Percent-encodes what may not stand in a request line; everything else stays as typed.
fn encode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !byte.is_ascii_graphic()) {
        out.push_str(&rest[..at]);
        let len = rest[at..].chars().next().map_or(1, char::len_utf8);
        rest[at..at + len].bytes().for_each(|byte| push_encoded(byte, out));
        rest = &rest[at + len..];
    }
    out.push_str(rest);
}

/// As [`encode`], into a text of its own.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode(text, &mut out);
    out
}

/// Percent-encodes the bytes beyond ASCII.
pub(super) fn encode_beyond_ascii(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii() {
            out.push(char::from(byte));
        } else {
            push_encoded(byte, &mut out);
        }
    }
    out
}

/// Decodes `%XX`; a percent sign without two hexadecimal digits behind it stays.
pub(super) fn percent_decode(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}

fn push_encoded(byte: u8, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "%{byte:02X}");
}
