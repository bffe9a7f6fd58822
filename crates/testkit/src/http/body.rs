//! Request bodies: by length or in chunks.

use std::io::{self, BufRead, Read, Write};

use super::request::{Request, whole_line};

/// Copies the body that `request` announces from `reader` to `into`; returns its length.
pub(super) fn copy(
    request: &Request,
    reader: &mut impl BufRead,
    into: &mut (impl Write + ?Sized),
) -> io::Result<u64> {
    if request.header("Transfer-Encoding").is_some_and(|te| te.eq_ignore_ascii_case("chunked")) {
        return copy_chunks(reader, into);
    }
    let Some(length) = request.header("Content-Length") else { return Ok(0) };
    let length = length.parse().map_err(|_| invalid("a Content-Length that is no number"))?;
    copy_exactly(reader, length, into)?;
    Ok(length)
}

fn copy_chunks(reader: &mut impl BufRead, into: &mut (impl Write + ?Sized)) -> io::Result<u64> {
    let mut total = 0;
    loop {
        let length = chunk_length(&whole_line(reader)?)?;
        if length == 0 {
            break;
        }
        copy_exactly(reader, length, into)?;
        total += length;
        if whole_line(reader)? != b"\r\n" {
            return Err(invalid("no line end behind a chunk"));
        }
    }
    while whole_line(reader)? != b"\r\n" {}
    Ok(total)
}

fn chunk_length(line: &[u8]) -> io::Result<u64> {
    let line = line.strip_suffix(b"\r\n").ok_or(invalid("a chunk line without CRLF"))?;
    let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    u64::from_str_radix(digits, 16).map_err(|_| invalid("a chunk length that is no number"))
}

/// Copies through the reader's own buffer, so that an upload of gigabytes costs no extra copy.
fn copy_exactly(
    reader: &mut impl BufRead,
    length: u64,
    into: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let mut part = reader.take(length);
    loop {
        let ready = part.fill_buf()?;
        if ready.is_empty() {
            break;
        }
        into.write_all(ready)?;
        let count = ready.len();
        part.consume(count);
    }
    if part.limit() == 0 { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
