//! A local file as the place to store something.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::StoreMode;
use super::super::document::Parts;
use super::super::scheme::Visit;
use super::{failed, path};
use crate::net::pace::Deadline;
use crate::observe::{Event, Observer};
use crate::upload::{Upload, UploadReader};
use crate::{Error, ErrorKind, Headers, Phase, Result};

const PIECE_BYTES: usize = 64 << 10;

/// Writes what is sent to a file. Like reading it happens on the thread that asks.
///
/// What was written before a failure stays, and the error tells how much that is.
pub(in super::super) async fn store(
    visit: &Visit,
    upload: Upload,
    mode: StoreMode,
    permissions: Option<u32>,
) -> Result<Parts> {
    let path = path(&visit.location)?;
    let total = visit.timeouts.total.map(Deadline::after);
    let mut target = Target::open(&path, &upload, mode, permissions)?;
    let copied = target.take(upload.into_reader()?, &visit.observer);
    Deadline::bound(total, Phase::Sending, &path.display(), copied).await?;
    Ok(Parts::memory(visit.location.clone(), Headers::new(), Vec::new()))
}

/// A file that is written to.
struct Target {
    path: PathBuf,
    sink: Sink,
    written: u64,
}

enum Sink {
    File(File),
    #[cfg(unix)]
    Pipe(tokio::net::unix::pipe::Sender),
}

impl Target {
    fn open(
        path: &Path,
        upload: &Upload,
        mode: StoreMode,
        permissions: Option<u32>,
    ) -> Result<Self> {
        let cannot = |error| failed(Phase::Preparing, path, "cannot be written", error);
        let sink = match open_pipe(path).map_err(cannot)? {
            Some(pipe) => pipe,
            None => Sink::File(open_file(path, upload, mode, permissions)?),
        };
        Ok(Self { path: path.to_owned(), sink, written: 0 })
    }

    /// Writes all there is, piece by piece.
    async fn take(&mut self, mut source: UploadReader, observer: &Observer) -> Result<()> {
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let count =
                source.read(&mut piece).await.map_err(|error| self.without_source(error))?;
            if count == 0 {
                return Ok(());
            }
            self.write(&piece[..count], observer).await?;
            // Neither disk nor source need ever keep us waiting: deadlines and others get a turn.
            tokio::task::yield_now().await;
        }
    }

    async fn write(&mut self, mut piece: &[u8], observer: &Observer) -> Result<()> {
        while !piece.is_empty() {
            let wrote = match &mut self.sink {
                Sink::File(file) => file.write(piece),
                #[cfg(unix)]
                Sink::Pipe(pipe) => pipe.write(piece).await,
            };
            match wrote {
                Ok(0) => return Err(self.unwritable(io::ErrorKind::WriteZero.into())),
                Ok(count) => {
                    self.written += count as u64;
                    observer.tell(&Event::BodySent(&piece[..count]));
                    piece = &piece[count..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.unwritable(error)),
            }
        }
        Ok(())
    }

    fn unwritable(&self, error: io::Error) -> Error {
        let what = format!("cannot be written after {} bytes", self.written);
        failed(Phase::Sending, &self.path, &what, error)
    }

    fn without_source(&self, error: io::Error) -> Error {
        let cause = Error::from(error);
        let shown = landline_wire::escape::escape(self.path.as_os_str().as_encoded_bytes());
        let what = format!("{} bytes are in {shown}, more did not come", self.written);
        Error::new(ErrorKind::Upload, Phase::Sending, what).because(cause)
    }
}

/// Opens what is a named pipe; without a reader that is an error rather than a wait.
#[cfg(unix)]
fn open_pipe(path: &Path) -> io::Result<Option<Sink>> {
    use std::os::unix::fs::FileTypeExt;
    if !std::fs::metadata(path).is_ok_and(|facts| facts.file_type().is_fifo()) {
        return Ok(None);
    }
    tokio::net::unix::pipe::OpenOptions::new().open_sender(path).map(|pipe| Some(Sink::Pipe(pipe)))
}

#[cfg(not(unix))]
fn open_pipe(_: &Path) -> io::Result<Option<Sink>> {
    Ok(None)
}

fn open_file(
    path: &Path,
    upload: &Upload,
    mode: StoreMode,
    permissions: Option<u32>,
) -> Result<File> {
    let cannot = |error| failed(Phase::Preparing, path, "cannot be written", error);
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    if let Some(permissions) = permissions {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, permissions);
    }
    #[cfg(not(unix))]
    let _ = permissions;
    match mode {
        StoreMode::Append => options.append(true).create(true),
        StoreMode::Replace | StoreMode::ResumeAt(0) => options.write(true).create(true),
        StoreMode::ResumeAt(_) => options.write(true),
    };
    let mut file = options.open(path).map_err(cannot)?;
    let facts = file.metadata().map_err(cannot)?;
    if upload.is_from(&facts) {
        return Err(Error::usage("a file cannot be written over itself"));
    }
    match mode {
        StoreMode::Append => {}
        StoreMode::ResumeAt(offset) if offset > facts.len() => {
            return Err(too_short(path, facts.len(), offset));
        }
        // A device has nothing to cut off.
        _ if !facts.is_file() => {}
        StoreMode::Replace => file.set_len(0).map_err(cannot)?,
        StoreMode::ResumeAt(offset) => {
            file.set_len(offset).map_err(cannot)?;
            file.seek(SeekFrom::Start(offset)).map_err(cannot)?;
        }
    }
    Ok(file)
}

fn too_short(path: &Path, len: u64, offset: u64) -> Error {
    let shown = landline_wire::escape::escape(path.as_os_str().as_encoded_bytes());
    let what = format!("{shown} has {len} bytes, nothing can come behind its first {offset}");
    Error::new(ErrorKind::Range, Phase::Sending, what)
}
