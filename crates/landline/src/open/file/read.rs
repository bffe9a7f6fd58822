//! A local file as a body, whole or a part of it.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use crate::{Error, ErrorKind, Phase};

/// Whether the kernel may make the file up while it is read, as in /proc and /sys: there it holds
/// more or less than it says, and takes no room.
pub(super) fn is_made_up(facts: &Metadata) -> bool {
    #[cfg(unix)]
    return facts.is_file() && std::os::unix::fs::MetadataExt::blocks(facts) == 0;
    #[cfg(not(unix))]
    false
}

/// A local file as a body. It is read on the thread that asks: a disk does not keep one waiting
/// as a network does, and a thread for it would cost more than the read.
pub(crate) struct FileBody {
    file: File,
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    /// How much the file said it holds and has not given yet.
    left: Option<u64>,
    /// What comes behind that is not wanted.
    is_part: bool,
}

const BUFFER_BYTES: usize = 64 << 10;

impl FileBody {
    /// A file that was opened, and its length where that is known.
    pub(super) fn open(file: File, facts: &Metadata) -> io::Result<(Self, Option<u64>)> {
        let len = facts.is_file().then_some(facts.len());
        let (buffer, taken, filled) = (Vec::new(), 0, 0);
        let mut body = Self { file, buffer, taken, filled, left: len, is_part: false };
        let len = if is_made_up(facts) { body.find_length(facts.len())? } else { len };
        Ok((body, len))
    }

    /// Leaves out all but `count` bytes from `first` on.
    pub(super) fn keep(&mut self, first: u64, count: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(first))?;
        (self.taken, self.filled) = (0, 0);
        (self.left, self.is_part) = (Some(count), true);
        Ok(())
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
        let wanted = self.left.filter(|_| self.is_part).unwrap_or(u64::MAX);
        let room = wanted.min(self.buffer.len() as u64) as usize;
        let read = self.file.read(&mut self.buffer[..room]);
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
