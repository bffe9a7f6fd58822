//! `file:` URLs (RFC 8089): files with length, date and type; folders as a listing.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use landline_wire::target::Location;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::document::Parts;
#[cfg(unix)]
use super::pipe;
use super::scheme::Visit;
use crate::{Error, ErrorKind, Headers, Phase, Result};

const UNKNOWN_TYPE: &str = "application/octet-stream";

pub(super) fn open(visit: &Visit) -> Result<Parts> {
    let (location, timeouts) = (visit.location.clone(), visit.timeouts);
    let path = path(&location)?;
    let unreadable = |error: io::Error| {
        let shown = landline_wire::escape::escape(path.as_os_str().as_encoded_bytes());
        let what = format!("{shown} cannot be read");
        Error::new(ErrorKind::File, Phase::Preparing, what).because(error)
    };
    #[cfg(unix)]
    if let Some((facts, pipe)) = pipe::open(&path, timeouts).map_err(unreadable)? {
        let info = info(&facts, UNKNOWN_TYPE, None);
        return Ok(Parts::stream(location, info, pipe));
    }
    let file = File::open(&path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    if facts.is_dir() {
        let listing = list(&path).map_err(unreadable)?;
        let info = info(&facts, "text/plain", Some(listing.len() as u64));
        return Ok(Parts::memory(location, info, listing));
    }
    let kind = mime_guess::from_path(&path).first_raw().unwrap_or(UNKNOWN_TYPE);
    let mut len = facts.is_file().then_some(facts.len());
    let mut body = FileBody::new(file, len);
    if is_made_up(&facts) {
        len = body.find_length(facts.len()).map_err(unreadable)?;
    }
    let info = info(&facts, kind, len);
    Ok(Parts::file(location, info, body))
}

/// Whether the kernel may make the file up while it is read, as in /proc and /sys: there it holds
/// more or less than it says, and takes no room.
fn is_made_up(facts: &Metadata) -> bool {
    #[cfg(unix)]
    return facts.is_file() && std::os::unix::fs::MetadataExt::blocks(facts) == 0;
    #[cfg(not(unix))]
    false
}

fn path(location: &Location) -> Result<PathBuf> {
    let bad = |why: String| Error::new(ErrorKind::Url, Phase::Preparing, why);
    let bytes = location.decoded_path().map_err(|error| bad(error.to_string()))?;
    if bytes.contains(&0) {
        return Err(bad("a file name holds no NUL".to_owned()));
    }
    path_of(bytes).ok_or_else(|| bad("the file name is not valid here".to_owned()))
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

/// `/C:/folder/name` is `C:/folder/name` (RFC 8089 appendix E.2).
#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    let text = String::from_utf8(bytes).ok()?;
    if text.starts_with("//") || text.contains('\\') {
        // `//host/share` would reach out to the network.
        return None;
    }
    let has_drive = text.len() > 2 && text.as_bytes()[2] == b':';
    Some(PathBuf::from(if has_drive { &text[1..] } else { &text }))
}

fn info(facts: &Metadata, kind: &str, len: Option<u64>) -> Headers {
    let mut info = Headers::new();
    let date = facts.modified().ok().map(httpdate::fmt_http_date);
    let known = [
        ("Content-Length", len.map(|len| len.to_string())),
        ("Accept-Ranges", Some("bytes".to_owned())),
        ("Content-Type", Some(kind.to_owned())),
        ("Last-Modified", date),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            // Our own names and values are always fit for a header.
            let _ = info.push(name, value);
        }
    }
    info
}

/// One name a line in byte order, folders with a slash at the end.
fn list(path: &Path) -> io::Result<Vec<u8>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let mut name = entry.file_name().into_encoded_bytes();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            name.push(b'/');
        }
        name.push(b'\n');
        names.push(name);
    }
    names.sort();
    Ok(names.concat())
}

/// A local file as a body. It is read on the thread that asks: a disk does not keep one waiting
/// as a network does, and a thread for it would cost more than the read.
pub(super) struct FileBody {
    file: File,
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    /// How much the file said it holds and has not given yet.
    left: Option<u64>,
}

const BUFFER_BYTES: usize = 64 << 10;

impl FileBody {
    fn new(file: File, left: Option<u64>) -> Self {
        Self { file, buffer: Vec::new(), taken: 0, filled: 0, left }
    }

    /// Reads ahead, to learn the length of a small file that may tell another one than it has.
    fn find_length(&mut self, told: u64) -> io::Result<Option<u64>> {
        self.buffer.resize(BUFFER_BYTES, 0);
        while self.filled < self.buffer.len() {
            match self.file.read(&mut self.buffer[self.filled..]) {
                Ok(0) => {
                    self.left = Some(0);
                    return Ok(Some(self.filled as u64));
                }
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.left = told.checked_sub(self.filled as u64);
        Ok(self.left.map(|_| told))
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.taken < self.filled {
            return Ok(());
        }
        if self.buffer.is_empty() {
            let size =
                self.left.map_or(BUFFER_BYTES as u64, |left| left.clamp(1, BUFFER_BYTES as u64));
            self.buffer.resize(size as usize, 0);
        }
        (self.taken, self.filled) = (0, 0);
        let read = self.file.read(&mut self.buffer);
        self.filled = self.noted(read)?;
        Ok(())
    }

    /// A file that ends before the length it had when opened was cut short under our hands.
    fn noted(&mut self, read: io::Result<usize>) -> io::Result<usize> {
        let failed = |kind, what: &'static str| Error::new(kind, Phase::ReadingBody, what);
        let count = read
            .map_err(|error| failed(ErrorKind::File, "the file cannot be read").because(error))?;
        if let Some(left) = &mut self.left {
            if count == 0 && *left > 0 {
                let what = "the file became shorter while it was read";
                return Err(failed(ErrorKind::Truncated, what).into());
            }
            *left = left.saturating_sub(count as u64);
        }
        Ok(count)
    }
}

impl AsyncBufRead for FileBody {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        this.fill()?;
        Poll::Ready(Ok(&this.buffer[this.taken..this.filled]))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.taken = (this.taken + amount).min(this.filled);
    }
}

impl AsyncRead for FileBody {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.fill()?;
        let ready = &self.buffer[self.taken..self.filled];
        let count = ready.len().min(buf.remaining());
        buf.put_slice(&ready[..count]);
        self.taken += count;
        Poll::Ready(Ok(()))
    }
}
