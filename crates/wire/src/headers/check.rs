//! What names and values of fields may hold.

use std::ops::Range;

use super::HeaderError;
use crate::escape::escape;
use crate::line::check_outgoing;

const SECRET_FIELDS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
/// Of fields that no standard knows: `X-Amz-Security-Token`, `Private-Token`, `X-Api-Key`.
const SECRET_ENDS: [&str; 3] = ["-token", "-api-key", "-apikey"];

/// Are the values of this field secrets, by its name? They stay out of `Debug`, errors and traces.
pub fn is_secret(name: &str) -> bool {
    let ends = |end: &&str| {
        let at = name.len().checked_sub(end.len()).and_then(|at| name.get(at..));
        at.is_some_and(|last| last.eq_ignore_ascii_case(end))
    };
    SECRET_FIELDS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
        || SECRET_ENDS.iter().any(ends)
}

/// May this byte stand in a field name? (`tchar`, RFC 9110 section 5.6.2)
pub(crate) fn is_token_byte(byte: u8) -> bool {
    TOKEN_BYTES[usize::from(byte)]
}

/// A table, because names are checked byte by byte: it halves the time of reading a head.
const TOKEN_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte < 0x7f {
        table[byte as usize] = !matches!(
            byte,
            b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}'
        );
        byte += 1;
    }
    table
};

/// Narrows `range` of `line` by the blanks at both of its ends.
pub(crate) fn trimmed_range(line: &[u8], range: Range<usize>) -> Range<usize> {
    let value = &line[range.clone()];
    let Some(first) = value.iter().position(|byte| !is_blank(*byte)) else {
        return range.end..range.end;
    };
    let last = value.iter().rposition(|byte| !is_blank(*byte)).unwrap_or(first);
    range.start + first..range.start + last + 1
}

pub(super) fn trim_blanks(value: &[u8]) -> &[u8] {
    &value[trimmed_range(value, 0..value.len())]
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

pub(super) fn check_name(name: &[u8]) -> Result<&str, HeaderError> {
    if name.is_empty() {
        return Err(HeaderError::EmptyName);
    }
    if let Some(at) = name.iter().position(|byte| !is_token_byte(*byte)) {
        return Err(HeaderError::Name { before: escape(&name[..at]), byte: name[at] });
    }
    Ok(std::str::from_utf8(name).unwrap_or_default())
}

pub(super) fn check_value(name: &str, value: &[u8]) -> Result<(), HeaderError> {
    check_outgoing(value).map_err(|byte| HeaderError::Value { name: name.to_owned(), byte })
}
