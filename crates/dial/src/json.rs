//! Strings as JSON has them (RFC 8259 section 7).

/// In quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", String::from_utf8_lossy(&escape(text.as_bytes())))
}

/// What stands between the quotes; bytes that are no UTF-8 stay as they are.
pub(crate) fn escape(bytes: &[u8]) -> Vec<u8> {
    let mut json = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'"' => json.extend(b"\\\""),
            b'\\' => json.extend(b"\\\\"),
            b'\n' => json.extend(b"\\n"),
            b'\r' => json.extend(b"\\r"),
            b'\t' => json.extend(b"\\t"),
            0x08 => json.extend(b"\\b"),
            0x0c => json.extend(b"\\f"),
            0..0x20 => json.extend(format!("\\u{byte:04x}").bytes()),
            _ => json.push(byte),
        }
    }
    json
}
