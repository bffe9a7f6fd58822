//! What we ask of the terminal: how wide it is, and a password without echo.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

const DEFAULT_WIDTH: usize = 79;
const DEFAULT_HEIGHT: usize = 24;

/// Columns: `$COLUMNS`, else what the terminal says, else 79. curl ignores values that make
/// no sense for a bar; so do we.
pub(crate) fn width() -> usize {
    let sensible = |columns: &usize| (21..10_000).contains(columns);
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    told.filter(sensible).or_else(|| asked().filter(sensible)).unwrap_or(DEFAULT_WIDTH)
}

/// Rows, by `$LINES` or what the terminal says.
pub(crate) fn height() -> usize {
    let told = std::env::var("LINES").ok().and_then(|text| text.parse().ok());
    told.or_else(|| size().map(|(rows, _)| rows)).filter(|rows| *rows > 1).unwrap_or(DEFAULT_HEIGHT)
}

fn asked() -> Option<usize> {
    size().map(|(_, columns)| columns)
}

#[cfg(unix)]
fn size() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    Some((size.ws_row.into(), size.ws_col.into()))
}

#[cfg(not(unix))]
fn size() -> Option<(usize, usize)> {
    None
}

/// Asks for a password on the terminal, or reads it from stdin where there is none.
pub(crate) fn ask_password(prompt: &str) -> io::Result<String> {
    match File::options().read(true).write(true).open("/dev/tty") {
        Ok(mut terminal) => {
            terminal.write_all(prompt.as_bytes())?;
            let echo = Silence::begin(&terminal);
            let answer = read_line(BufReader::new(&terminal));
            drop(echo);
            terminal.write_all(b"\n")?;
            answer
        }
        Err(_) => {
            io::stderr().write_all(prompt.as_bytes())?;
            read_line(io::stdin().lock())
        }
    }
}

fn read_line(mut input: impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

/// Switches the echo off, and back on when dropped.
#[cfg(unix)]
struct Silence<'a> {
    terminal: &'a File,
    before: rustix::termios::Termios,
}

#[cfg(unix)]
impl Silence<'_> {
    fn begin(terminal: &File) -> Option<Silence<'_>> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(terminal).ok()?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &modes).ok()?;
        Some(Silence { terminal, before })
    }
}

#[cfg(unix)]
impl Drop for Silence<'_> {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // The terminal went away: nothing is left to restore.
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

#[cfg(not(unix))]
struct Silence;

#[cfg(not(unix))]
impl Silence {
    fn begin(_: &File) -> Option<Silence> {
        None
    }
}
