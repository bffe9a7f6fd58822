//! File-like views of a stream socket, with a buffer, for code that reads lines or writes in
//! small pieces.

use std::io::{BufReader, BufWriter};

use crate::error::Result;
use crate::socket::Socket;

/// A buffered reader on a borrowed socket; see [`Socket::reader`].
pub type Reader<'a> = BufReader<&'a Socket>;
/// A buffered writer on a borrowed socket; see [`Socket::writer`].
pub type Writer<'a> = BufWriter<&'a Socket>;
/// A buffered reader with a handle of its own; see [`Socket::into_views`].
pub type OwnedReader = BufReader<Socket>;
/// A buffered writer with a handle of its own; see [`Socket::into_views`].
pub type OwnedWriter = BufWriter<Socket>;

/// File-like views, for streams. Over datagrams they would run messages together.
impl Socket {
    /// Returns a buffered reader: `read_line`, `lines`, `read_to_end` … (`makefile("r")`).
    ///
    /// Make one and keep it: what it has read ahead (up to 8 KiB) is lost when it is dropped.
    pub fn reader(&self) -> Reader<'_> {
        BufReader::new(self)
    }

    /// Returns a buffered writer (`makefile("w")`).
    ///
    /// It sends when 8 KiB have come together and when `flush` is called. Dropping it sends the
    /// rest too, but swallows the error.
    pub fn writer(&self) -> Writer<'_> {
        BufWriter::new(self)
    }

    /// Turns the socket into a reader and a writer that own a handle each, for two threads.
    ///
    /// The connection is closed when both are gone; to end one direction earlier, flush the writer
    /// and call `writer.get_ref().shutdown(Direction::Write)`.
    ///
    /// # Errors
    /// As [`try_clone`](Socket::try_clone).
    pub fn into_views(self) -> Result<(OwnedReader, OwnedWriter)> {
        let reader = BufReader::new(self.try_clone()?);
        Ok((reader, BufWriter::new(self)))
    }
}
