//! Folders as typed entries.

use std::time::SystemTime;

use landline_wire::listing::{Entry, ListingParser};
use tokio::io::{AsyncBufReadExt, BufReader};

use super::download::Download;
use crate::{Error, ErrorKind, Phase, Result};

/// The entries of a folder, one after the other, as they come.
#[derive(Debug)]
pub struct Listing {
    download: BufReader<Download>,
    parser: ListingParser,
    /// The line under way, so that a wait for the rest of it can be given up.
    line: Vec<u8>,
    skipped_bytes: usize,
}

const MAX_LINE_BYTES: usize = 64 << 10;
/// Lines in a row that say nothing.
const MAX_SKIPPED_BYTES: usize = 1 << 20;

impl Listing {
    pub(super) fn new(download: Download) -> Self {
        let parser = ListingParser::new(SystemTime::now());
        Self { download: BufReader::new(download), parser, line: Vec::new(), skipped_bytes: 0 }
    }

    /// Gives the next entry; `None` where the server has confirmed the end.
    ///
    /// # Errors
    /// As for reading a [`Download`]; [`Limit`](ErrorKind::Limit) for a line above 64 KiB, and for
    /// 1 MiB in a row that could not be understood.
    pub async fn next(&mut self) -> Result<Option<Entry>> {
        while self.read_line().await? {
            let entry = self.parser.push_line(&self.line);
            self.skipped_bytes += self.line.len() + 1;
            self.line.clear();
            if entry.is_some() {
                self.skipped_bytes = 0;
                return Ok(entry);
            }
            if self.skipped_bytes > MAX_SKIPPED_BYTES {
                let what = format!("{MAX_SKIPPED_BYTES} bytes of the listing say nothing");
                return Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what));
            }
        }
        Ok(None)
    }

    /// How many lines so far said nothing that could be understood.
    pub fn skipped(&self) -> u64 {
        self.parser.skipped()
    }

    /// Reads a line, without its end; false when there is none.
    async fn read_line(&mut self) -> Result<bool> {
        loop {
            let piece = self.download.fill_buf().await?;
            if piece.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            self.line.extend_from_slice(&piece[..end.unwrap_or(piece.len())]);
            let taken = end.map_or(piece.len(), |end| end + 1);
            self.download.consume(taken);
            if self.line.len() > MAX_LINE_BYTES {
                let what = format!("a line of the listing has more than {MAX_LINE_BYTES} bytes");
                return Err(Error::new(ErrorKind::Limit, Phase::ReadingBody, what));
            }
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}
