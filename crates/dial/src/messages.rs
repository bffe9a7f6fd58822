//! What the user reads on stderr: one place, so that every line has the same form and none
//! carries a control byte to a terminal (FAULTS.md, promise 6).

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::{Failure, Manner};

/// Warnings are broken at this column, as curl does.
const WIDTH: usize = 79;
const WARNING: &str = "Warning: ";

/// The name the command was started under. Scripts and sites that know curl look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Dial,
    Curl,
}

impl Name {
    pub(crate) fn from_argv0(argv0: &std::ffi::OsStr) -> Name {
        match Path::new(argv0).file_stem() {
            Some(stem) if stem == "curl" => Name::Curl,
            _ => Name::Dial,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Name::Dial => "dial",
            Name::Curl => "curl",
        }
    }
}

/// Where messages, the progress meter and `-v` go: stderr, or what `--stderr` names.
#[derive(Debug)]
pub(crate) enum Stream {
    Stderr,
    Stdout,
    File(File),
}

impl Stream {
    /// Opens the target of `--stderr`; `-` is stdout.
    pub(crate) fn open(path: &Path) -> io::Result<Stream> {
        if path.as_os_str() == "-" {
            Ok(Stream::Stdout)
        } else {
            File::create(path).map(Stream::File)
        }
    }

    pub(crate) fn try_clone(&self) -> io::Result<Stream> {
        Ok(match self {
            Stream::Stderr => Stream::Stderr,
            Stream::Stdout => Stream::Stdout,
            Stream::File(file) => Stream::File(file.try_clone()?),
        })
    }
}

impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Stderr => io::stderr().write(bytes),
            Stream::Stdout => io::stdout().write(bytes),
            Stream::File(file) => (&*file).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Stderr => io::stderr().flush(),
            Stream::Stdout => io::stdout().flush(),
            Stream::File(file) => (&*file).flush(),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self).flush()
    }
}

/// The voice of the command.
#[derive(Debug)]
pub(crate) struct Messages {
    pub(crate) name: Name,
    /// `-s`
    pub(crate) silent: bool,
    /// `-S`
    pub(crate) show_error: bool,
    pub(crate) stream: Stream,
    /// Whether the line on the stream is one of progress, not ended yet: whoever else writes there
    /// ends it first.
    pub(crate) is_inside_line: Arc<AtomicBool>,
}

impl Messages {
    pub(crate) fn new(name: Name) -> Messages {
        let (stream, is_inside_line) = (Stream::Stderr, Arc::default());
        Messages { name, silent: false, show_error: false, stream, is_inside_line }
    }

    /// Shows why something failed, unless `-s` without `-S` asks for silence.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.silent && !self.show_error {
            return;
        }
        let (name, text) = (self.name.as_str(), printable(&failure.text));
        match failure.manner {
            Manner::Numbered => self.line(&format!("{name}: ({}) {text}", failure.code.0)),
            Manner::Usage => {
                self.line(&format!("{name}: {text}"));
                self.line(&format!("{name}: try '{name} --help' for more information"));
            }
            // -s mutes warnings, and with -S this one is an error after all.
            Manner::Warning if self.silent => {
                self.line(&format!("{name}: ({}) {text}", failure.code.0));
            }
            Manner::Warning => self.warning(&failure.text),
            Manner::Quiet => {}
        }
    }

    /// Told whatever `-s` says.
    pub(crate) fn told(&self, text: &str) {
        self.line(&format!("{}: {}", self.name.as_str(), printable(text)));
    }

    pub(crate) fn warning(&self, text: &str) {
        if !self.silent {
            for part in wrap(&printable(text), WIDTH - WARNING.len()) {
                self.line(&format!("{WARNING}{part}"));
            }
        }
    }

    fn line(&self, text: &str) {
        let before = if self.is_inside_line.swap(false, Ordering::Relaxed) { "\n" } else { "" };
        // Nowhere is left to report that stderr itself cannot be written.
        let _ = (&self.stream).write_all(format!("{before}{text}\n").as_bytes());
    }
}

/// Makes text harmless on a terminal: control characters become `\x1b`-like escapes; only the
/// line feed, which our own messages use, passes.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            shown.push_str(&format!("\\x{:02x}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A head as a terminal may show it: its lines, and nothing in them that moves a cursor.
pub(crate) fn printable_head(head: &[u8]) -> String {
    printable(&String::from_utf8_lossy(head).replace("\r\n", "\n"))
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_who_we_are() {
        assert_eq!(Name::from_argv0("/usr/bin/curl".as_ref()), Name::Curl);
        assert_eq!(Name::from_argv0("curl.exe".as_ref()), Name::Curl);
        assert_eq!(Name::from_argv0("target/debug/dial".as_ref()), Name::Dial);
        assert_eq!(Name::from_argv0("".as_ref()), Name::Dial);
    }

    #[test]
    fn control_bytes_never_reach_the_terminal() {
        assert_eq!(printable("a\x1b[2Jb\r\u{9b}c\n"), "a\\x1b[2Jb\\x0d\\x9bc\n");
    }

    #[test]
    fn long_warnings_are_broken_between_words() {
        let lines = wrap(&"word ".repeat(40), 70);
        assert!(lines.len() > 2 && lines.iter().all(|line| line.len() <= 70), "{lines:?}");
    }
}
