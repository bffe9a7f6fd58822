//! The escapes of transcripts: `\r \n \t \0 \xNN \\`.

/// Renders bytes readably, so that [`unescape`] gives them back.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| escape_char(c, &mut text));
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

fn escape_char(c: char, text: &mut String) {
    match c {
        '\r' => text.push_str("\\r"),
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        '\0' => text.push_str("\\0"),
        '\\' => text.push_str("\\\\"),
        c if c.is_ascii_control() => text.push_str(&format!("\\x{:02x}", c as u32)),
        c => text.push(c),
    }
}

/// Turns escaped text into bytes.
///
/// # Errors
/// The escape that is none.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let (byte, length) = unescape_one(&rest[at + 1..])?;
        bytes.push(byte);
        rest = &rest[at + 1 + length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// Reads what stands behind a backslash: the byte meant and how many characters say so.
fn unescape_one(rest: &str) -> Result<(u8, usize), String> {
    let byte = match rest.as_bytes().first() {
        Some(b'r') => b'\r',
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'0') => 0,
        Some(b'\\') => b'\\',
        Some(b'x') => {
            let digits = rest.get(1..3).ok_or("\\x wants two hexadecimal digits")?;
            let byte = u8::from_str_radix(digits, 16)
                .map_err(|_| format!("\\x{digits} is not two hexadecimal digits"))?;
            return Ok((byte, 3));
        }
        _ => return Err(format!("unknown escape \\{}", rest.chars().next().unwrap_or(' '))),
    };
    Ok((byte, 1))
}
