//! The file name in a `Content-Disposition` header (RFC 6266), made safe.
//!
//! A plain `filename` goes before `filename*`, which curl does not read: scripts see the name
//! that curl would give. Where only `filename*` is there (RFC 8187), it is taken.

/// The name, if there is one that can be used.
pub(super) fn file_name(header: &[u8]) -> Option<String> {
    let header = decoded(header);
    let (mut plain, mut extended) = (None, None);
    for (name, value) in parameters(&header) {
        if name.eq_ignore_ascii_case("filename") {
            plain = plain.or(Some(value));
        } else if name.eq_ignore_ascii_case("filename*") {
            extended = extended.or_else(|| extended_value(&value));
        }
    }
    plain.and_then(|name| safe(&name)).or_else(|| extended.and_then(|name| safe(&name)))
}

/// Headers are UTF-8 today and were Latin-1 once.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// `type; name=value; name="value"`
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or(header, |split| split.1);
    while let Some((name, behind)) = rest.split_once('=') {
        // A parameter without a value stands before this one: `a; b=c`.
        let name = name.rsplit(';').next().unwrap_or(name).trim();
        let behind = behind.trim_start();
        let (value, after) = match behind.chars().next() {
            Some(quote @ ('"' | '\'')) => quoted(&behind[1..], quote),
            _ => {
                let (value, after) = behind.split_once(';').unwrap_or((behind, ""));
                (value.trim().to_owned(), after)
            }
        };
        found.push((name.to_owned(), value));
        rest = after;
    }
    found
}

/// Reads to the closing quote. A backslash escapes quotes and itself only: servers that put
/// Windows paths there do not double it.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let (mut value, mut chars) = (String::new(), text.char_indices().peekable());
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return (value, &text[at + 1..]);
        }
        match (c, chars.peek()) {
            ('\\', Some(&(_, next @ ('"' | '\\')))) => {
                value.push(next);
                chars.next();
            }
            _ => value.push(c),
        }
    }
    (value, "")
}

/// `UTF-8'en'%e2%82%ac`
fn extended_value(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes = percent_decoded(encoded)?;
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&byte, behind)) = rest.split_first() {
        if byte == b'%' {
            let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(byte);
            rest = behind;
        }
    }
    Some(bytes)
}

/// Without folders, control characters, characters that reorder text, and leading dots.
fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().filter(|&c| !c.is_control() && !reorders(c)).collect();
    let kept = kept.trim().trim_start_matches(|c: char| c == '.' || c.is_whitespace());
    let kept = if cfg!(windows) { windows_safe(kept) } else { kept.to_owned() };
    (!kept.is_empty()).then_some(kept)
}

/// "txt.exe" can be made to look like "exe.txt" with these.
fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names that Windows takes for devices, or cannot have.
fn windows_safe(name: &str) -> String {
    let name = name.replace([':', '<', '>', '"', '|', '?', '*'], "_");
    let name = name.trim_end_matches(['.', ' ']);
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    });
    let reserved = numbered || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL");
    if reserved { format!("_{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(header: &str) -> Option<String> {
        file_name(header.as_bytes())
    }

    #[test]
    fn the_forms_of_rfc_6266_are_read() {
        for (header, expected) in [
            ("attachment; filename=foo.html", Some("foo.html")),
            ("attachment; filename=\"foo bar.html\"", Some("foo bar.html")),
            ("Attachment;FileName = \"a.txt\" ; x=y", Some("a.txt")),
            ("attachment; x; filename=a;y=z", Some("a")),
            ("attachment; x=\";filename=no\"; filename=yes", Some("yes")),
            ("filename=bare.txt", Some("bare.txt")),
            ("attachment; filename='single.txt'", Some("single.txt")),
            ("attachment; filename=\"a\\\"b\\\\c\"", Some("c")),
            ("attachment; filename=\"open", Some("open")),
            ("attachment; filename*=UTF-8''%e2%82%ac%20rates", Some("€ rates")),
            ("attachment; filename*=iso-8859-1'en'%A3%20rates", Some("£ rates")),
            ("attachment; filename=\"EURO\"; filename*=utf-8''%e2%82%ac", Some("EURO")),
            ("attachment; filename*=UTF-8''%e2%8", None),
            ("attachment; filename*=koi8-r''x", None),
            ("attachment; filename*=x", None),
            ("attachment", None),
            ("", None),
            ("attachment; filename=", None),
            ("attachment; filename=\"\"", None),
        ] {
            assert_eq!(name(header).as_deref(), expected, "{header}");
        }
        assert_eq!(file_name(b"a; filename=\"caf\xe9\"").as_deref(), Some("café"));
    }

    #[test]
    fn j1_hostile_names_are_made_harmless() {
        for (hostile, expected) in [
            ("../../etc/passwd", Some("passwd")),
            ("/etc/passwd", Some("passwd")),
            ("..\\..\\boot.ini", Some("boot.ini")),
            ("C:\\a\\b.txt", Some("b.txt")),
            (".bashrc", Some("bashrc")),
            ("...ssh", Some("ssh")),
            (". .x", Some("x")),
            (".\u{a0}x", Some("x")),
            ("..", None),
            (".", None),
            ("a/", None),
            ("a\x1b[2Jb", Some("a[2Jb")),
            ("a\r\nb\0c\u{9b}", Some("abc")),
            ("gpj.\u{202e}exe", Some("gpj.exe")),
            ("  x  ", Some("x")),
        ] {
            assert_eq!(safe(hostile).as_deref(), expected, "{hostile:?}");
            let header = format!(
                "attachment; filename*=UTF-8''{}",
                hostile.bytes().map(|b| format!("%{b:02x}")).collect::<String>()
            );
            assert_eq!(name(&header).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn device_names_of_windows_are_no_names_there() {
        assert_eq!(windows_safe("con"), "_con");
        assert_eq!(windows_safe("LPT1.txt"), "_LPT1.txt");
        assert_eq!(windows_safe("a:b?. "), "a_b_");
        assert_eq!(windows_safe("console"), "console");
    }

    #[test]
    fn k7_long_headers_take_linear_time() {
        for piece in ["filename", ";", "=", "x=\"", "\\", "x=y;", "%"] {
            name(&format!("attachment; filename*=UTF-8''{}", piece.repeat(200_000)));
            name(&format!("attachment; {}", piece.repeat(200_000)));
        }
    }
}
