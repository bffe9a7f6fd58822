//! A text that is read as records, one a line.

use tokio::io::{AsyncBufReadExt, AsyncReadExt};

use crate::line::aio::DotReader;
use crate::{Error, ErrorKind, Phase, Result};

/// The longest line of a text that is read as records: 64 KiB.
const MAX_LINE_BYTES: u64 = 64 << 10;

/// How much is kept of a list that is read as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) lines: usize,
    pub(crate) bytes: usize,
}

impl Most {
    /// Of what a server says of itself.
    pub(crate) const CAPABILITIES: Self = Self { lines: 10_000, bytes: 1 << 20 };
}

/// Records that are read one by one.
///
/// See [the blocking twin](crate::nntp::Records) for the whole documentation.
pub struct Records<'a, T> {
    reader: DotReader<'a>,
    line: Vec<u8>,
    /// How much was read, line ends included.
    bytes: usize,
    is_shown: bool,
    parse: Parse<T>,
}

pub(crate) type Parse<T> = Box<dyn FnMut(&[u8]) -> Option<T> + Send>;

impl<T> std::fmt::Debug for Records<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").finish_non_exhaustive()
    }
}

impl<'a, T> Records<'a, T> {
    pub(crate) fn new(
        reader: DotReader<'a>,
        parse: impl FnMut(&[u8]) -> Option<T> + Send + 'static,
    ) -> Self {
        Self { reader, line: Vec::new(), bytes: 0, is_shown: false, parse: Box::new(parse) }
    }

    /// Reads the next one; `None` behind the last. A wait that is given up loses nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when the connection ends before the text does,
    /// [`ErrorKind::Protocol`] for a line that is no record, [`ErrorKind::Limit`] for one over 64 KiB.
    pub async fn next_record(&mut self) -> Result<Option<T>> {
        while !self.line.ends_with(b"\n") {
            let room = MAX_LINE_BYTES.saturating_sub(self.line.len() as u64);
            if room == 0 {
                let what = format!("a line is longer than {MAX_LINE_BYTES} bytes");
                return Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what));
            }
            let mut piece = (&mut self.reader).take(room);
            let read = piece.read_until(b'\n', &mut self.line).await;
            if read.map_err(|error| Error::from_io(error, Phase::ReadingBody))? == 0 {
                // A text ends behind a whole line.
                return Ok(None);
            }
        }
        self.bytes = self.bytes.saturating_add(self.line.len());
        // Blanks at the end may be fields: those of an overview may be empty.
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.is_shown {
            self.reader.show(line);
        }
        let parsed = (self.parse)(line).ok_or_else(|| not_understood(line));
        self.line.clear();
        parsed.map(Some)
    }

    /// Reads all that are left, if there is no more than that, and shows the lines to whoever observes.
    pub(crate) async fn collect(mut self, most: Most) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.is_shown = true;
        while let Some(one) = self.next_record().await? {
            if all.len() == most.lines || self.bytes > most.bytes {
                let Most { lines, bytes } = most;
                let what = format!("more than {lines} lines or {bytes} bytes answer one command");
                return Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what));
            }
            all.push(one);
        }
        Ok(all)
    }
}

fn not_understood(line: &[u8]) -> Error {
    let shown = landline_wire::escape::excerpt(line, 100);
    let what = format!("a line of the listing is not understood: {shown}");
    Error::new(ErrorKind::Protocol, Phase::ReadingBody, what)
}
