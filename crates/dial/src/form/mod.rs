//! What `-F` and its kin send: the fields, as the command line describes them.

mod parse;
mod words;

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;
use std::sync::Arc;

use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::whole::{self, MAX_DATA_BYTES};

/// The fields in the making: `-F` by `-F`, with the multiparts that are begun and not ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    done: Vec<Field>,
    open: Vec<Field>,
}

/// One field, or one part of a field that has several.
#[derive(PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: Option<Vec<u8>>,
    pub(crate) content: Content,
    pub(crate) file_name: Option<Vec<u8>>,
    pub(crate) media_type: Option<String>,
    pub(crate) encoder: Option<String>,
    pub(crate) headers: Vec<HeaderSource>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text(Vec<u8>),
    /// `@file`: the receiver learns its name.
    File(OsString),
    /// `<file`: as if its content had been typed.
    FileText(OsString),
    /// `(` to `)`, and several files in one field.
    Fields(Vec<Field>),
}

/// `headers=`
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderSource {
    Line(Vec<u8>),
    File(OsString),
}

/// Forms carry passwords.
impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field([masked])")
    }
}

impl Field {
    fn new(name: Option<Vec<u8>>, content: Content) -> Field {
        let (file_name, media_type, encoder) = (None, None, None);
        Field { name, content, file_name, media_type, encoder, headers: Vec::new() }
    }

    fn reads_stdin(&self) -> bool {
        match &self.content {
            Content::Text(_) => false,
            Content::File(name) | Content::FileText(name) => name == "-",
            Content::Fields(fields) => fields.iter().any(Field::reads_stdin),
        }
    }
}

/// A whole form, with everything but the files it names.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) fields: Vec<Field>,
    /// `--form-escape`
    pub(crate) escapes_with_backslash: bool,
    /// `-H 'Content-Type: …'`
    pub(crate) media_type: Option<String>,
    pub(crate) stdin: Option<Stdin>,
}

/// What `-` stands for: the same for every field, every URL and every try.
#[derive(Debug)]
pub(crate) enum Stdin {
    /// A pipe has to be read to its end before its length can be told.
    Bytes(Arc<[u8]>),
    /// A file given as stdin, and where it stands.
    File(File, u64),
}

impl Form {
    /// The form, with stdin looked at where a field wants it; `None` where there is no field.
    pub(crate) fn resolve(fields: Fields, backslash: bool) -> Result<Option<Form>, Failure> {
        let fields = fields.into_done();
        if fields.is_empty() {
            return Ok(None);
        }
        let stdin = match fields.iter().any(Field::reads_stdin) {
            true => Some(Stdin::open().map_err(|error| {
                let reason = os_reason(&error);
                Failure::new(Code::READ, format!("cannot read stdin: {reason}"))
            })?),
            false => None,
        };
        Ok(Some(Form { fields, escapes_with_backslash: backslash, media_type: None, stdin }))
    }
}

impl Stdin {
    fn open() -> io::Result<Stdin> {
        if let Some((file, start)) = seekable_stdin() {
            return Ok(Stdin::File(file, start));
        }
        Ok(Stdin::Bytes(whole::read_named(Path::new("-"), MAX_DATA_BYTES)?.into()))
    }
}

/// Stdin as a file, where it is one.
#[cfg(unix)]
fn seekable_stdin() -> Option<(File, u64)> {
    use std::os::fd::AsFd;
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    let is_file = file.metadata().is_ok_and(|facts| facts.is_file());
    let start = file.stream_position().ok().filter(|_| is_file)?;
    Some((file, start))
}

#[cfg(not(unix))]
fn seekable_stdin() -> Option<(File, u64)> {
    None
}
