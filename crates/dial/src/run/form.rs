//! From the fields of `-F` to the library's form, with their files opened.

use std::ffi::OsStr;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use landline::Headers;
use landline::http::{self, ContentTransferEncoding, Escape, Part, Upload};

use super::failure;
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::form::{Content, Field, Form, HeaderSource, Stdin};
use crate::high::{HeaderLine, HeaderValue};
use crate::whole::{self, MAX_TEXT_BYTES};

pub(super) fn build(form: &Form) -> Result<http::Form, Failure> {
    let escape = if form.escapes_with_backslash { Escape::Backslash } else { Escape::Percent };
    let built = fields(&form.fields, form).map_err(Failure::ending_run)?.escape(escape);
    Ok(match &form.media_type {
        Some(media_type) => built.media_type(media_type),
        None => built,
    })
}

/// The form as a mail, with the lines of `-H` in its header block.
pub(super) fn mail(form: &Form, lines: &[HeaderLine]) -> Result<Upload, Failure> {
    let mut head = Headers::new();
    for line in lines {
        let value = match &line.value {
            HeaderValue::Set(value) => value.as_slice(),
            HeaderValue::Empty | HeaderValue::Remove => b"",
        };
        head.push(&line.name, value).map_err(|error| {
            let text = format!("a header of the mail cannot be sent: {error}");
            Failure::new(Code::BAD_CALL, text)
        })?;
    }
    build(form)?.into_mail(&head).map_err(|error| failure::of(&error))
}

fn fields(all: &[Field], form: &Form) -> Result<http::Form, Failure> {
    all.iter().try_fold(http::Form::new(), |built, field| {
        let part = part(field, form)?;
        Ok(match &field.name {
            Some(name) => built.part(name, part),
            None => built.nameless(part),
        })
    })
}

fn part(field: &Field, form: &Form) -> Result<Part, Failure> {
    let mut part = content(field, form)?;
    if let Some(name) = &field.file_name {
        part = part.file_name(name);
    }
    if let Some(media_type) = &field.media_type {
        part = part.media_type(media_type);
    }
    if let Some(name) = &field.encoder {
        part = part.encoding(encoding(name)?);
    }
    let headers = headers(&field.headers)?;
    Ok(headers.iter().fold(part, |part, (name, value)| part.header(name, value)))
}

fn content(field: &Field, form: &Form) -> Result<Part, Failure> {
    match (&field.content, &form.stdin) {
        (Content::Text(text), _) => Ok(Part::bytes(text.as_slice())),
        (Content::Fields(inner), _) => Ok(Part::form(fields(inner, form)?)),
        (Content::File(name), Some(stdin)) if name == "-" => Ok(from_stdin(stdin)?.file_name("-")),
        (Content::FileText(name), Some(stdin)) if name == "-" => from_stdin(stdin),
        (Content::File(name), _) => Part::file(name).map_err(|error| failure::of(&error)),
        (Content::FileText(name), _) => {
            Part::file_content(name).map_err(|error| failure::of(&error))
        }
    }
}

fn from_stdin(stdin: &Stdin) -> Result<Part, Failure> {
    let unreadable =
        |error| Failure::new(Code::READ, format!("cannot read stdin: {}", os_reason(&error)));
    match stdin {
        Stdin::Bytes(bytes) => Ok(Part::bytes(bytes.clone())),
        Stdin::File(file, start) => {
            let mut file = file.try_clone().map_err(unreadable)?;
            file.seek(SeekFrom::Start(*start)).map_err(unreadable)?;
            Upload::file(file).map(Part::upload).map_err(|error| failure::of(&error))
        }
    }
}

fn encoding(name: &str) -> Result<ContentTransferEncoding, Failure> {
    ContentTransferEncoding::of(name)
        .ok_or_else(|| Failure::new(Code::BAD_CALL, format!("there is no encoder '{name}'")))
}

fn headers(sources: &[HeaderSource]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut lines = Vec::new();
    for source in sources {
        match source {
            HeaderSource::Line(line) => lines.push(line.clone()),
            HeaderSource::File(name) => lines.extend(header_file(name)?),
        }
    }
    lines.iter().map(|line| header(line)).collect()
}

/// The header lines of a file: `#` begins a comment, a blank goes on with the line before.
fn header_file(name: &OsStr) -> Result<Vec<Vec<u8>>, Failure> {
    let text = whole::read_file(Path::new(name), MAX_TEXT_BYTES).map_err(|error| {
        let text = format!("cannot read '{}': {}", name.display(), os_reason(&error));
        Failure::new(Code::READ, text)
    })?;
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii_end();
        match (line.first(), lines.last_mut()) {
            (None | Some(b'#'), _) => {}
            (Some(b' ' | b'\t'), Some(before)) => before.extend_from_slice(line),
            _ => lines.push(line.to_vec()),
        }
    }
    Ok(lines)
}

fn header(line: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let colon = line.iter().position(|&byte| byte == b':');
    let name = colon.and_then(|at| std::str::from_utf8(&line[..at]).ok());
    let Some((at, name)) = colon.zip(name) else {
        let line = String::from_utf8_lossy(line);
        return Err(Failure::usage(format!("'{line}' in -F is not a header")));
    };
    Ok((name.to_owned(), line[at + 1..].to_vec()))
}
