//! Where the document goes: stdout, a file, or nowhere.
//!
//! What cannot work (a folder, a missing parent) fails before any request is sent. The file
//! itself is made when the first byte arrives, so that none is left where no reply came.
//! Every piece is written at once, without a buffer of ours: the first byte of a slow stream
//! shows when it comes.

mod attribute;
mod beside;
mod disposition;
mod lines;
mod open;
mod opened;
mod origin;
mod resume;
mod write;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use landline::wire::validator::Validator;

use crate::checksum::{Checksum, Hasher};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high::{Destination, inside};
use crate::settings::{OutputRules, Resume};
use beside::Beside;
use lines::Lines;
use opened::Opened;

/// The output of one transfer, its retries included.
#[derive(Debug)]
pub(crate) struct Output {
    place: Place,
    rules: OutputRules,
    /// `-OJ`: the server may say what the file is called.
    nameable: bool,
    resume_at: u64,
    /// What a file that is gone on with is known to be a part of.
    known: Option<Validator>,
    /// What is written now.
    document: Option<Validator>,
    /// Where another try goes on with what the last one has left, and what that was.
    rest: Option<(u64, Validator)>,
    opened: Option<Opened>,
    written: u64,
    /// Of what goes to stdout, where others write to it too.
    lines: Option<Lines>,
    /// `--checksum`, of the document so far
    hasher: Option<Hasher>,
}

#[derive(Debug)]
enum Place {
    Stdout {
        asked: bool,
    },
    Null,
    File {
        path: PathBuf,
        named_by_server: bool,
    },
    /// `-OJ` for a URL without a name, before the server has given one.
    Unnamed,
}

impl Output {
    /// Looks whether the output can work, and where a resumed transfer goes on.
    pub(crate) fn prepare(
        destination: &Destination,
        rules: &OutputRules,
    ) -> Result<Output, Failure> {
        let file = |path: &PathBuf| Place::File { path: path.clone(), named_by_server: false };
        let place = match destination {
            Destination::Stdout { asked } => Place::Stdout { asked: *asked },
            Destination::Null => Place::Null,
            Destination::File(path) => file(path),
            Destination::ServerNamed { fallback: Some(path) } => file(path),
            Destination::ServerNamed { fallback: None } => Place::Unnamed,
        };
        if let Place::File { path, .. } = &place {
            open::check(path, rules.create_dirs).map_err(|error| cannot_open(path, &error))?;
        }
        let resume_at = match (rules.resume, &place) {
            (None, _) => 0,
            (Some(asked), Place::File { path, .. }) => resume::offset(asked, path)?,
            (Some(Resume::At(offset)), _) => offset,
            (Some(Resume::Auto), _) => 0,
        };
        let nameable = matches!(destination, Destination::ServerNamed { .. });
        let known = match &place {
            Place::File { path, .. } if resume_at > 0 => origin::noted(path),
            _ => None,
        };
        let (rules, hasher) = (rules.clone(), hasher(rules));
        let (document, rest, opened, lines, written) = (None, None, None, None, 0);
        Ok(Output {
            place,
            rules,
            nameable,
            resume_at,
            known,
            document,
            rest,
            opened,
            written,
            lines,
            hasher,
        })
    }

    /// The file written to; for `%{filename_effective}` and messages.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            _ => None,
        }
    }

    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self.place, Place::Stdout { .. })
    }

    /// Whether somebody reads along who has not asked for the bytes as they are (`-o -`).
    pub(crate) fn is_for_eyes(&self) -> bool {
        matches!(self.place, Place::Stdout { asked: false }) && io::stdout().is_terminal()
    }

    /// Bytes written so far, those before a resume not counted.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Takes the name of a `Content-Disposition` header, where `-J` asks for that and the
    /// header has a name that is safe. To be called before anything is written.
    pub(crate) fn name_by_server(&mut self, content_disposition: &[u8]) -> Result<(), Failure> {
        if !self.nameable || self.opened.is_some() {
            return Ok(());
        }
        if let Some(name) = disposition::file_name(content_disposition) {
            let path = inside(self.rules.directory.as_deref(), name.as_ref());
            let checked = open::check(&path, self.rules.create_dirs);
            checked.map_err(|error| cannot_open(&path, &error))?;
            self.place = Place::File { path, named_by_server: true };
        }
        Ok(())
    }

    /// Ends a successful transfer: makes the file of an empty document.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        if let (Some(checksum), Some(hasher)) = (&self.rules.checksum, &self.hasher) {
            let checked = checksum.check(hasher);
            checked.map_err(|why| Failure::new(Code::WRITE, why))?;
        }
        match self.place {
            Place::File { .. } => {
                let opened = self.opened()?;
                if opened.is_noted {
                    origin::forget(&opened.file);
                }
                opened.beside.take().map_or(Ok(()), |beside| self.put_in_place(beside))
            }
            Place::Unnamed => self.opened().map(|_| ()),
            Place::Stdout { .. } | Place::Null => Ok(()),
        }
    }

    fn put_in_place(&mut self, beside: Beside) -> Result<(), Failure> {
        let Place::File { path, .. } = &mut self.place else { return Ok(()) };
        *path = beside.place(path, &self.rules).map_err(|error| cannot_open(path, &error))?;
        Ok(())
    }

    /// `--remove-on-error`: deletes the file, if it still is the one we opened.
    pub(crate) fn discard(&mut self) {
        if let (Place::File { path, .. }, Some(opened), true) =
            (&self.place, &self.opened, self.rules.remove_on_error)
        {
            open::remove_if_same(path, &opened.file);
        }
    }

    /// `-R`: gives the file the date of the document.
    pub(crate) fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        match (&self.place, &self.opened) {
            (Place::File { .. }, Some(opened)) => opened.file.set_modified(time),
            _ => Ok(()),
        }
    }

    /// `--xattr`: notes these values with the file, by their names.
    pub(crate) fn label(&self, labels: &[(&str, &str)]) -> io::Result<()> {
        let (Place::File { .. }, Some(Opened { file, .. })) = (&self.place, &self.opened) else {
            return Ok(());
        };
        labels.iter().try_for_each(|(name, value)| attribute::set(file, name, value.as_bytes()))
    }
}

fn hasher(rules: &OutputRules) -> Option<Hasher> {
    rules.checksum.as_ref().map(Checksum::hasher)
}

/// How much is there: 0 only where that is certain, or all of the document came behind it again.
fn size_of(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(data) => Ok(if data.is_file() { data.len() } else { 0 }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn cannot_open(path: &Path, error: &io::Error) -> Failure {
    let reason = os_reason(error);
    Failure::new(Code::WRITE, format!("Failed to open the file '{}': {reason}", path.display()))
}

#[cfg(test)]
mod tests;
