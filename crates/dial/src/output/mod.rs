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
mod origin;

use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use landline::wire::validator::Validator;

use crate::checksum::{Checksum, Hasher};
use crate::data::os_reason;
use crate::exit::{Code, Failure, Manner};
use crate::high::{Destination, inside};
use crate::messages::printable_head;
use crate::settings::{OutputRules, Resume};
use beside::Beside;
use lines::Lines;

/// How far into a document binary data is looked for before a terminal gets it.
const BINARY_CHECK_BYTES: u64 = 2000;

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

#[derive(Debug)]
struct Opened {
    file: File,
    /// What stood in the file before we wrote to it.
    initial: u64,
    terminal: bool,
    /// Not under its name yet.
    beside: Option<Beside>,
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
            (Some(Resume::At(offset)), _) => offset,
            (Some(Resume::Auto), Place::File { path, .. }) => {
                size_of(path).map_err(|error| cannot_open(path, &error))?
            }
            _ => 0,
        };
        let nameable = matches!(destination, Destination::ServerNamed { .. });
        let known = match &place {
            Place::File { path, .. }
                if resume_at > 0 && size_of(path).is_ok_and(|size| size == resume_at) =>
            {
                origin::noted(path)
            }
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

    /// Has lines go to stdout whole, because other transfers write to it at the same time.
    pub(crate) fn keep_lines_whole(&mut self) {
        self.lines = self.is_stdout().then(Lines::default);
    }

    /// Writes what was kept of a line that has no end.
    pub(crate) fn end_lines(&mut self) -> Result<(), Failure> {
        match self.lines.as_mut().map(Lines::end) {
            Some(rest) if !rest.is_empty() => self.put(&rest),
            _ => Ok(()),
        }
    }

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
        if let (Place::File { .. }, Some(opened)) = (&self.place, &self.opened) {
            origin::note(&opened.file, self.document.as_ref());
        }
    }

    /// Lets the next try go on where this one has ended, if what there is is a part of a document
    /// that can be asked for the rest of. False where it has to begin anew.
    pub(crate) fn go_on(&mut self) -> bool {
        let is_file = matches!(self.place, Place::File { .. }) && self.written > 0;
        let regular = |opened: &Opened| opened.file.metadata().is_ok_and(|facts| facts.is_file());
        let opened = self.opened.as_ref().filter(|opened| is_file && regular(opened));
        let document = self.document.as_ref().filter(|document| document.if_range().is_some());
        let (Some(opened), Some(document)) = (opened, document) else { return false };
        self.rest = Some((opened.initial + self.written, document.clone()));
        true
    }

    /// Whether this try goes on with what the last one has left.
    pub(crate) fn is_going_on(&self) -> bool {
        self.rest.is_some()
    }

    /// The file is whole, as the server says.
    pub(crate) fn is_complete(&self) {
        if let Some(Ok(file)) = self.path().map(File::open) {
            origin::forget(&file);
        }
    }

    /// The file written to; for `%{filename_effective}` and messages.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The file that stays after a failure, for a later run to go on with.
    pub(crate) fn resumable(&self) -> Option<&Path> {
        let is_kept = !self.rules.remove_on_error && self.rules.checksum.is_none();
        self.path().filter(|path| is_kept && path.is_file())
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

    /// Writes a piece of the document.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.write_piece(bytes)
    }

    fn write_piece(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if matches!(self.place, Place::Null) {
            self.written += bytes.len() as u64;
            return Ok(());
        }
        let (asked, written) = (matches!(self.place, Place::Stdout { asked: true }), self.written);
        let opened = self.opened()?;
        let checked = opened.terminal && !asked && written < BINARY_CHECK_BYTES;
        if checked && bytes.contains(&0) {
            return Err(binary_to_terminal());
        }
        let Some(lines) = &mut self.lines else { return self.put(bytes) };
        let (begun, count) = lines.take(bytes);
        self.put(&begun)?;
        self.put(&bytes[..count])
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let (count, result) = write_all(&mut self.opened()?.file, bytes);
        self.written += count as u64;
        result.map_err(|error| self.cannot_write(&error))
    }

    /// Writes the head of a reply. A terminal that got no `-o -` sees it without escape sequences.
    pub(crate) fn write_head(&mut self, head: &[u8]) -> Result<(), Failure> {
        let asked = matches!(self.place, Place::Stdout { asked: true } | Place::Null);
        if !asked && self.opened()?.terminal {
            return self.write_piece(printable_head(head).as_bytes());
        }
        self.write_piece(head)
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
                origin::forget(&opened.file);
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

    fn opened(&mut self) -> Result<&mut Opened, Failure> {
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
                return Ok(Opened { file, initial, terminal, beside: None });
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
        origin::note(&file, self.document.as_ref());
        // Whoever writes `-o /dev/tty` has asked for it.
        Ok(Opened { file, initial, terminal: false, beside })
    }

    fn cannot_write(&self, error: &io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::quiet(Code::WRITE);
        }
        let place = match self.path() {
            Some(path) => format!("'{}'", path.display()),
            None => "stdout".to_owned(),
        };
        let (reason, written) = (os_reason(error), self.written);
        let text = format!("Failure writing output to {place} after {written} bytes: {reason}");
        Failure::new(Code::WRITE, text)
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

fn binary_to_terminal() -> Failure {
    let text = "Binary output can mess up your terminal. Use \"--output -\" to output it to \
                your terminal anyway, or consider \"--output <FILE>\" to save to a file.";
    Failure { code: Code::WRITE, text: text.into(), manner: Manner::Warning }
}

/// Writes everything, and tells how much went out even where it fails.
fn write_all(file: &mut File, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut done = 0;
    while done < bytes.len() {
        match io::Write::write(file, &bytes[done..]) {
            Ok(0) => return (done, Err(io::ErrorKind::WriteZero.into())),
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Somebody who shares our stdout has made it non-blocking.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            Err(error) => return (done, Err(error)),
        }
    }
    (done, Ok(()))
}

#[cfg(test)]
mod tests;
