//! Credentials out of what is shown.

use std::borrow::Cow;

use landline_wire::escape::escape;
use landline_wire::headers::is_secret;

/// A request head with the credentials in it masked, their scheme left in place.
pub(crate) fn head(head: &[u8]) -> Cow<'_, [u8]> {
    let (mut shown, mut rest, mut line_start) = (Vec::new(), head, 0);
    while let Some(end) = memchr::memchr(b'\n', &rest[line_start..]) {
        let line_end = line_start + end + 1;
        if let Some(secret) = secret_start(&rest[line_start..line_end]) {
            shown.extend_from_slice(&rest[..line_start + secret]);
            shown.extend_from_slice(b"[masked]\r\n");
            (rest, line_start) = (&rest[line_end..], 0);
        } else {
            line_start = line_end;
        }
    }
    // Most heads hold none, and are shown as they are.
    if shown.is_empty() {
        return Cow::Borrowed(head);
    }
    shown.extend_from_slice(rest);
    Cow::Owned(shown)
}

/// Where the secret begins in a field line that holds one.
fn secret_start(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', line)?;
    let name = std::str::from_utf8(&line[..colon]).ok().filter(|name| is_secret(name))?;
    let value = colon + 1 + line[colon + 1..].iter().position(|byte| *byte != b' ')?;
    let has_scheme = name.to_ascii_lowercase().ends_with("authorization");
    let scheme = line[value..].iter().position(|byte| *byte == b' ').filter(|_| has_scheme);
    Some(scheme.map_or(value, |end| value + end + 1))
}

/// A URL as it may be shown: no password, nothing that moves a terminal's cursor.
pub(super) fn url(location: &landline_wire::target::Location) -> String {
    escape(location.without_secrets().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked_and_schemes_stay() {
        let sent = b"GET / HTTP/1.1\r\nHost: a.test\r\nauthorization: Basic c2VjcmV0\r\nCookie: sid=secret; x=y\r\nX-Amz-Security-Token: a secret\r\n\r\n";
        let shown = String::from_utf8(head(sent).into_owned()).unwrap();
        assert_eq!(
            shown,
            "GET / HTTP/1.1\r\nHost: a.test\r\nauthorization: Basic [masked]\r\nCookie: [masked]\r\nX-Amz-Security-Token: [masked]\r\n\r\n"
        );
    }
}
