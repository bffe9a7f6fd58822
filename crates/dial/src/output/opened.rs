//! The file behind the output, opened when the first byte comes.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;

use super::beside::{self, Beside};
use super::{Output, Place, cannot_open, open, origin, size_of};
use crate::exit::{Code, Failure};
use crate::settings::Resume;

/// The open file.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    /// What stood in the file before we wrote to it.
    pub(super) initial: u64,
    pub(super) terminal: bool,
    /// Not under its name yet.
    pub(super) beside: Option<Beside>,
    /// What it is a part of is noted with it, until it is complete.
    pub(super) is_noted: bool,
}

impl Output {
    pub(super) fn opened(&mut self) -> Result<&mut Opened, Failure> {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.open()?,
        };
        Ok(self.opened.insert(opened))
    }

    fn open(&mut self) -> Result<Opened, Failure> {
        let (path, named_by_server) = match &mut self.place {
            Place::Stdout { .. } => {
                let terminal = io::stdout().is_terminal();
                let file = open::stdout().map_err(|error| cannot_open(Path::new("-"), &error))?;
                // What earlier transfers have written stays.
                let initial = file.metadata().map_or(0, |data| data.len());
                return Ok(Opened { file, initial, terminal, beside: None, is_noted: false });
            }
            Place::File { path, named_by_server } => (path, *named_by_server),
            Place::Null | Place::Unnamed => {
                return Err(Failure::new(Code::WRITE, "the server gives no name for the file"));
            }
        };
        let opened = match self.rules.checksum.is_some() && beside::is_possible(path) {
            true => Beside::open(path, &self.rules, named_by_server)
                .map(|(file, beside)| (file, path.clone(), Some(beside))),
            false => open::open(path, &self.rules, named_by_server)
                .map(|(file, used)| (file, used, None)),
        };
        let (file, used, beside) = opened.map_err(|error| {
            let mut failure = cannot_open(path, &error);
            if named_by_server && error.kind() == io::ErrorKind::AlreadyExists {
                failure.text += "; the server chose the name, --clobber overwrites the file";
            }
            failure
        })?;
        *path = used;
        if self.rules.resume == Some(Resume::Auto) {
            let checked = open::is_still(&file, self.resume_at);
            checked.map_err(|error| cannot_open(path, &error))?;
        }
        let initial = match self.rules.resume {
            Some(_) => size_of(path).map_err(|error| cannot_open(path, &error))?,
            None => 0,
        };
        let is_noted = origin::note(&file, self.document.as_ref());
        // Whoever writes `-o /dev/tty` has asked for it.
        Ok(Opened { file, initial, terminal: false, beside, is_noted })
    }
}
