//! The pieces of the document, on their way out.

use std::fs::File;
use std::io;

use super::lines::Lines;
use super::{Output, Place};
use crate::data::os_reason;
use crate::exit::{Code, Failure, Manner};
use crate::messages::printable_head;

/// How far into a document binary data is looked for before a terminal gets it.
const BINARY_CHECK_BYTES: u64 = 2000;

impl Output {
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

fn binary_to_terminal() -> Failure {
    let text = "Binary output can mess up your terminal. Use \"--output -\" to output it to \
                your terminal anyway, or consider \"--output <FILE>\" to save to a file.";
    Failure { manner: Manner::Warning, ..Failure::new(Code::WRITE, text) }
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
                if let Err(error) = await_room(file) {
                    return (done, Err(error));
                }
            }
            Err(error) => return (done, Err(error)),
        }
    }
    (done, Ok(()))
}

/// Waits, as a blocking write would, until the file takes more.
#[cfg(unix)]
fn await_room(file: &File) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    match poll(&mut [PollFd::new(file, PollFlags::OUT)], None) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// No file is non-blocking here.
#[cfg(not(unix))]
fn await_room(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::WouldBlock.into())
}
