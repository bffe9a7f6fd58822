//! What `-d` and its kin send: pure assembly of bytes, and reading the files they name.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;

use crate::exit::{Code, Failure};
use crate::flags::{DataKind, DataPart};
use crate::os_text;
use crate::whole::{self, MAX_DATA_BYTES};

/// The body of a request, whole in memory. (`-T` streams.)
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// `--json` took part, which changes Content-Type and Accept.
    pub(crate) json: bool,
}

impl Body {
    /// The Content-Type that is sent by itself. That of JSON stands among the headers.
    pub(crate) fn content_type(&self) -> Option<&'static str> {
        (!self.json).then_some("application/x-www-form-urlencoded")
    }
}

/// Forms carry passwords.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.bytes.len())
    }
}

/// Joins the parts; `None` where there are none.
pub(crate) fn assemble(parts: &[DataPart]) -> Result<Option<Body>, Failure> {
    let mut bytes = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        // JSON goes on where the part before it stopped, so that it can come in pieces.
        if at > 0 && part.kind != DataKind::Json {
            bytes.push(b'&');
        }
        let piece = content(part)?;
        if bytes.is_empty() {
            // The usual case is one part; a large file is not copied then.
            bytes = piece;
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    let json = parts.iter().any(|part| part.kind == DataKind::Json);
    Ok((!parts.is_empty()).then_some(Body { bytes, json }))
}

/// One piece of `--url-query`.
pub(crate) fn query_piece(value: &OsStr) -> Result<Vec<u8>, Failure> {
    match os_text::bytes(value).strip_prefix(b"+") {
        Some(plain) => Ok(plain.to_vec()),
        None => url_encoded(value),
    }
}

fn content(part: &DataPart) -> Result<Vec<u8>, Failure> {
    let file = os_text::after_at(&part.value);
    match (part.kind, file) {
        (DataKind::UrlEncode, _) => url_encoded(&part.value),
        (DataKind::Text, Some(name)) => {
            let mut bytes = read_source(&name, MAX_DATA_BYTES)?;
            bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
            Ok(bytes)
        }
        (DataKind::Binary | DataKind::Json, Some(name)) => read_source(&name, MAX_DATA_BYTES),
        _ => Ok(os_text::bytes(&part.value).to_vec()),
    }
}

/// `content`, `=content`, `name=content`, `@file`, `name@file`.
fn url_encoded(value: &OsStr) -> Result<Vec<u8>, Failure> {
    let bytes = os_text::bytes(value);
    let position = |sign| bytes.iter().position(|&b| b == sign);
    let (name, content) = if let Some(at) = position(b'=') {
        (&bytes[..at], bytes[at + 1..].to_vec())
    } else if let Some(at) = position(b'@') {
        (&bytes[..at], read_source(&os_text::from_bytes(&bytes[at + 1..]), MAX_DATA_BYTES)?)
    } else {
        (&[][..], bytes.to_vec())
    };
    let mut piece = name.to_vec();
    if !name.is_empty() {
        piece.push(b'=');
    }
    piece.extend(percent_encode(&content, b"+"));
    Ok(piece)
}

/// Escapes what is not a letter, a digit or one of `-._~`; `space` stands for a blank.
pub(crate) fn percent_encode(bytes: &[u8], space: &[u8]) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b' ' => encoded.extend_from_slice(space),
            b'-' | b'.' | b'_' | b'~' => encoded.push(byte),
            _ if byte.is_ascii_alphanumeric() => encoded.push(byte),
            _ => encoded.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
    encoded
}

/// The whole of a file that stands behind an `@`, at most `max` bytes; `-` is stdin.
pub(crate) fn read_source(name: &OsStr, max: u64) -> Result<Vec<u8>, Failure> {
    whole::read_named(Path::new(name), max).map_err(|error| {
        let name = name.to_string_lossy();
        Failure::new(Code::READ, format!("Failed to open {name}: {}", os_reason(&error)))
    })
}

/// The system's words for an error, without the number Rust puts behind them.
pub(crate) fn os_reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn sent(parts: &[(DataKind, &str)]) -> String {
        let part = |&(kind, value): &(DataKind, &str)| DataPart { kind, value: value.into() };
        let parts: Vec<DataPart> = parts.iter().map(part).collect();
        let body = assemble(&parts).expect("readable").expect("a body");
        String::from_utf8(body.bytes).expect("text")
    }

    fn file(text: &[u8]) -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("data");
        std::fs::write(&path, text).expect("written");
        let name = path.to_str().expect("text").to_owned();
        (dir, name)
    }

    #[test]
    fn parts_are_joined() {
        use DataKind::{Json, Raw, Text};
        assert_eq!(sent(&[(Text, "a=1"), (Text, "b=2")]), "a=1&b=2");
        assert_eq!(sent(&[(Text, ""), (Text, "x")]), "&x");
        assert_eq!(sent(&[(Raw, "@x")]), "@x");
        assert_eq!(sent(&[(Json, "{"), (Json, "}")]), "{}");
        assert_eq!(sent(&[(Text, "x"), (Json, "y"), (Text, "z")]), "xy&z");
        assert_eq!(assemble(&[]), Ok(None));
    }

    #[test]
    fn only_plain_data_loses_its_line_ends() {
        let (_dir, name) = file(b"a\r\nb\n\0c\n");
        let at = format!("@{name}");
        assert_eq!(sent(&[(DataKind::Text, &at)]), "abc");
        assert_eq!(sent(&[(DataKind::Binary, &at)]), "a\r\nb\n\0c\n");
        assert_eq!(sent(&[(DataKind::Json, &at)]), "a\r\nb\n\0c\n");
        let named = format!("n{at}");
        assert_eq!(sent(&[(DataKind::UrlEncode, &named)]), "n=a%0D%0Ab%0A%00c%0A");
        assert_eq!(sent(&[(DataKind::UrlEncode, &at)]), "a%0D%0Ab%0A%00c%0A");
    }

    #[test]
    fn url_encoding_has_its_forms() {
        let one = |value| sent(&[(DataKind::UrlEncode, value)]);
        assert_eq!(one("a b+c"), "a+b%2Bc");
        assert_eq!(one("=x y"), "x+y");
        assert_eq!(one("n=x=y&z"), "n=x%3Dy%26z");
        assert_eq!(one("a@b=c@d"), "a@b=c%40d");
        assert_eq!(one("é~-._"), "%C3%A9~-._");
        assert_eq!(query_piece("+a=b c".as_ref()).expect("plain"), b"a=b c");
        assert_eq!(query_piece("a=b c".as_ref()).expect("encoded"), b"a=b+c");
    }

    #[test]
    fn a_missing_file_is_exit_26() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("x").display().to_string();
        let value = OsString::from(format!("@{path}"));
        let failure = assemble(&[DataPart { kind: DataKind::Text, value }]).expect_err("missing");
        assert_eq!(failure.code, Code::READ);
        assert_eq!(failure.text, format!("Failed to open {path}: No such file or directory"));
    }
}
