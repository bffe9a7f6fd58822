//! Named pipes behind `file:` URLs: unlike a disk, they keep one waiting.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::unix::pipe::{OpenOptions, Receiver};

use crate::net::pace::{Deadline, Direction, Pace};
use crate::{Phase, Timeouts};

/// The reading end of a named pipe, its waits bounded like those of a connection.
pub(super) struct Pipe {
    io: Receiver,
    pace: Pace,
}

/// Opens what is a pipe; `None` for all else. A pipe without a writer is open at once: the first
/// read waits for one.
pub(super) fn open(path: &Path, timeouts: Timeouts) -> io::Result<Option<(Metadata, Pipe)>> {
    let facts = std::fs::metadata(path)?;
    if !facts.file_type().is_fifo() {
        return Ok(None);
    }
    let io = OpenOptions::new().open_receiver(path)?;
    let mut pace = Pace::new(timeouts);
    pace.set_timeouts(timeouts, timeouts.total.map(Deadline::after));
    pace.enter(Phase::ReadingBody);
    Ok(Some((facts, Pipe { io, pace })))
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_read(cx, buf) {
            Poll::Pending => this.pace.wait(cx, Direction::Read, &"the pipe"),
            ready => {
                this.pace.moved(Direction::Read);
                ready
            }
        }
    }
}
