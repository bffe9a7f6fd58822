//! What is gone on with, in this run or a later one, and what is taken back.

use std::fs::File;
use std::path::Path;

use landline::wire::validator::Validator;

use super::lines::Lines;
use super::opened::Opened;
use super::{Output, Place, cannot_open, hasher, open, origin, size_of};
use crate::exit::{Code, Failure};
use crate::settings::Resume;

/// Where a file is to be gone on with, if it is long enough for that.
pub(super) fn offset(asked: Resume, path: &Path) -> Result<u64, Failure> {
    let len = size_of(path).map_err(|error| cannot_open(path, &error))?;
    match asked {
        Resume::Auto => Ok(len),
        Resume::At(offset) if len > 0 && len < offset => {
            let path = path.display();
            let text =
                format!("'{path}' has {len} bytes, nothing can come behind its first {offset}");
            Err(Failure::new(Code::CANNOT_RESUME, text))
        }
        Resume::At(offset) => Ok(offset),
    }
}

impl Output {
    /// The offset to ask the server for; 0 is the whole document.
    pub(crate) fn resume_at(&self) -> u64 {
        self.rest.as_ref().map_or(self.resume_at, |(offset, _)| *offset)
    }

    /// What is known of the document whose part is there.
    pub(crate) fn known(&self) -> Option<&Validator> {
        self.rest.as_ref().map(|(_, document)| document).or(self.known.as_ref())
    }

    /// Notes what is written from now on.
    pub(crate) fn set_document(&mut self, document: Option<Validator>) {
        self.document = document;
        if let (Place::File { .. }, Some(opened)) = (&self.place, &mut self.opened) {
            opened.is_noted = origin::note(&opened.file, self.document.as_ref());
        }
    }

    /// Lets the next try go on where this one has ended, if what there is is a part of a document
    /// that can be asked for the rest of. False where it has to begin anew.
    pub(crate) fn go_on(&mut self) -> bool {
        let is_file = matches!(self.place, Place::File { .. }) && self.written > 0;
        let regular = |opened: &Opened| opened.file.metadata().is_ok_and(|facts| facts.is_file());
        let is_file = self.opened.as_ref().is_some_and(|opened| is_file && regular(opened));
        let document = self.document.as_ref().filter(|document| document.if_range().is_some());
        let (true, Some(document)) = (is_file, document) else { return false };
        self.rest = Some((self.resume_at + self.written, document.clone()));
        true
    }

    /// Whether this try goes on with what the last one has left.
    pub(crate) fn is_going_on(&self) -> bool {
        self.rest.is_some()
    }

    /// What is there up to where the rest would begin is the whole document, as the server says.
    pub(crate) fn is_complete(&mut self) -> Result<(), Failure> {
        let Place::File { path, .. } = &self.place else { return Ok(()) };
        let path = path.clone();
        if size_of(&path).is_ok_and(|len| len > self.resume_at()) {
            // What stands behind that is cut off.
            self.opened()?;
        }
        if let Ok(file) = File::open(path) {
            origin::forget(&file);
        }
        Ok(())
    }

    /// The file that stays after a failure, for a later run to go on with.
    pub(crate) fn resumable(&self) -> Option<&Path> {
        let is_kept = !self.rules.remove_on_error && self.rules.checksum.is_none();
        self.path().filter(|path| is_kept && path.is_file())
    }

    /// Takes back what was written, for another try. False where that cannot be done: what
    /// went to a pipe or terminal is gone.
    pub(crate) fn rewind(&mut self) -> bool {
        self.rest = None;
        let Some(opened) = &mut self.opened else {
            return true;
        };
        // Where others write, what is behind our beginning need not be ours.
        let is_shared = self.lines.as_mut().map(Lines::end).is_some();
        let taken_back = self.written == 0
            || (!is_shared && open::cut(&mut opened.file, opened.initial).is_ok());
        if taken_back {
            self.written = 0;
            self.hasher = hasher(&self.rules);
        }
        taken_back
    }
}
