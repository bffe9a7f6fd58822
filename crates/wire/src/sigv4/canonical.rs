//! The one form of a request in which both sides hash it.

use std::fmt::Write as _;

use super::Request;

/// The names of the fields signed, and the canonical request.
pub(super) fn request(
    request: &Request<'_>,
    own: &[(String, String)],
    payload: &str,
    escapes_path: bool,
) -> (String, Vec<u8>) {
    let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
    let path = if path.is_empty() { "/" } else { path };
    let path = if escapes_path { escaped(path.as_bytes(), b"/") } else { path.to_owned() };
    let (signed, fields) = fields(request, own);
    let mut text = [request.method, &path, &canonical_query(query)].join("\n").into_bytes();
    text.push(b'\n');
    text.extend_from_slice(&fields);
    text.extend_from_slice([&signed, payload].map(|part| format!("\n{part}")).concat().as_bytes());
    (signed, text)
}

/// Names in small letters and in order, values with single blanks; those of one name together.
fn fields(request: &Request<'_>, own: &[(String, String)]) -> (String, Vec<u8>) {
    let own = own.iter().map(|(name, value)| (&**name, value.as_bytes()));
    let given =
        request.fields.iter().copied().filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
    let all = [("host", request.host)].into_iter().chain(own).chain(given);
    let mut all: Vec<_> =
        all.map(|(name, value)| (name.to_ascii_lowercase(), single_blanks(value))).collect();
    // Stable: values of one name stay in the order in which they are sent.
    all.sort_by(|one, other| one.0.cmp(&other.0));
    let mut merged: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in all {
        match merged.last_mut().filter(|last| last.0 == name) {
            Some((_, values)) => values.extend([b",", &value[..]].concat()),
            None => merged.push((name, value)),
        }
    }
    let names: Vec<&str> = merged.iter().map(|(name, _)| &**name).collect();
    let lines = merged.iter().map(|(name, value)| [name.as_bytes(), b":", value, b"\n"].concat());
    (names.join(";"), lines.collect::<Vec<_>>().concat())
}

fn single_blanks(value: &[u8]) -> Vec<u8> {
    let words = value.split(|byte| matches!(byte, b' ' | b'\t'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(&b' ')
}

/// Names and values in one way of escaping, in order.
fn canonical_query(query: &str) -> String {
    let one = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (escaped(&unescaped(name), b""), escaped(&unescaped(value), b""))
    };
    let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(one).collect();
    pairs.sort();
    let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

fn unescaped(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).collect()
}

/// Everything but letters, digits and `-._~` in hexadecimal, and what is kept.
fn escaped(bytes: &[u8], kept: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, &byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
