//! Named pipes, terminals and their like behind `file:` URLs: unlike a disk, they keep one waiting.

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

/// The reading end of a named pipe or of a device, its waits bounded like those of a connection.
pub(super) struct Pipe {
    io: Receiver,
    pace: Pace,
}

/// Opens what is a pipe, or a device that can be waited for; `None` for all else. A pipe without a
/// writer is open at once: the first read waits for one.
pub(super) fn open(path: &Path, timeouts: Timeouts) -> io::Result<Option<(Metadata, Pipe)>> {
    let facts = std::fs::metadata(path)?;
    let io = match facts.file_type() {
        kind if kind.is_fifo() => OpenOptions::new().open_receiver(path)?,
        // Those that never make one wait, such as /dev/zero, cannot be waited for.
        kind if kind.is_char_device() => {
            match OpenOptions::new().unchecked(true).open_receiver(path) {
                Ok(io) => io,
                Err(_) => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
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
        let before = buf.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buf) {
            Poll::Pending => this.pace.wait(cx, Direction::Read, &"the pipe"),
            ready => {
                this.pace.moved(Direction::Read);
                this.pace.spend(Direction::Read, buf.filled().len() - before);
                ready
            }
        }
    }
}
