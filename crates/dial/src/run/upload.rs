//! `-T`: what is sent, from which byte on, and how far it is.

use std::fs::File;
use std::future::{Future, poll_fn};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use landline::aio::Opener;
use landline::http::Upload;
use landline::{Location, StoreMode};
use tokio::io::AsyncReadExt;

use super::attempt::Attempt;
use super::body::Tick;
use super::watch::Watch;
use super::{failure, ftp};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high;
use crate::progress::Meter;
use crate::settings::Resume;

impl Attempt<'_> {
    /// Stores what is sent under a URL of any scheme but HTTP's.
    pub(super) async fn store(
        &mut self,
        opener: Opener,
        location: Location,
        upload: &high::Upload,
    ) -> Result<(), Failure> {
        let settings = &*self.transfer.settings;
        let is_found_out = settings.output.resume == Some(Resume::Auto);
        let skip = match settings.output.resume {
            None => 0,
            Some(Resume::At(offset)) => offset,
            Some(Resume::Auto) => self.size_there(&opener, &location).await?,
        };
        // IMAP has whole line ends anyway, and wants to know how long that makes the message.
        let crlf = settings.crlf && !location.scheme().starts_with("imap");
        let source = source(upload, skip, crlf).await?;
        if is_found_out && skip > 0 && source.is_empty() {
            return Ok(());
        }
        let mode = match (settings.append, skip) {
            (true, _) => StoreMode::Append,
            (false, 0) => StoreMode::Replace,
            (false, offset) => StoreMode::ResumeAt(offset),
        };
        self.deliver(opener, location, source, mode).await
    }

    /// Stores what was made ready.
    pub(super) async fn deliver(
        &mut self,
        opener: Opener,
        location: Location,
        source: Upload,
        mode: StoreMode,
    ) -> Result<(), Failure> {
        self.meter.expect_to_send(source.len());
        let stored = self.sending(opener.store_location(location, source, mode)).await?;
        if stored.as_ref().is_err_and(landline::Error::is_delivery_unknown) {
            // Sent again it may arrive twice.
            self.outcome.is_input_spent = true;
        }
        let mut document = stored.map_err(|error| self.not_stored(&error))?;
        self.pump(&mut document, None).await?;
        self.note_document(&document);
        self.finish(None)
    }

    /// `-C -`: how much is there already.
    async fn size_there(&mut self, opener: &Opener, location: &Location) -> Result<u64, Failure> {
        let told = self.interrupt.guard(opener.info_location(location.clone())).await?;
        match told {
            Err(error) if failure::is_absent(&error) => Ok(0),
            Err(error) => Err(failure::of(&error)),
            Ok(info) => {
                let len = info.get("Content-Length").and_then(|len| len.parse().ok());
                let why = "how much is there already is not known; -C with a number says it";
                len.ok_or_else(|| Failure::new(Code::CANNOT_RESUME, why))
            }
        }
    }

    fn not_stored(&self, error: &landline::Error) -> Failure {
        let mut failure = failure::of(error);
        if failure.code == Code::FILE_UNREADABLE {
            failure.code = Code::WRITE;
        }
        let broke = matches!(failure.code, Code::READ | Code::SEND | Code::TIMED_OUT);
        let is_file = matches!(self.transfer.upload, Some(high::Upload::File(_)))
            && !self.transfer.settings.append;
        let scheme = self.outcome.facts.scheme.as_deref();
        let goes_on = scheme.is_some_and(|it| it == "file" || ftp::is_ftp(it));
        if broke && is_file && goes_on && self.watch.sent() > 0 {
            failure.text.push_str("; -C - goes on from there");
        }
        failure
    }

    /// Waits for `work`, which sends, and shows at every beat how far it is.
    pub(super) async fn sending<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        self.interrupt.guard(shown(work, &mut self.meter, &self.watch)).await
    }
}

async fn shown<T>(work: impl Future<Output = T>, meter: &mut Meter, watch: &Watch) -> T {
    let (mut work, mut tick) = (pin!(work), Tick::new(meter.beat()));
    loop {
        let done = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => tick.poll(cx).map(|()| None),
        });
        if let Some(done) = done.await {
            return done;
        }
        meter.update(0, watch.sent());
    }
}

/// What is sent, without its first `skip` bytes.
pub(super) async fn source(
    upload: &high::Upload,
    skip: u64,
    crlf: bool,
) -> Result<Upload, Failure> {
    let source = match upload {
        high::Upload::Stdin => stdin(skip).await?,
        high::Upload::File(path) => file(path, skip)?,
    };
    if crlf { source.crlf().map_err(|error| failure::of(&error)) } else { Ok(source) }
}

/// Whether another try can send the same: what came through a pipe is gone.
pub(super) fn is_there_again(upload: &high::Upload) -> bool {
    match upload {
        high::Upload::Stdin => stdin_file().is_some(),
        high::Upload::File(path) => std::fs::metadata(path).is_ok_and(|facts| facts.is_file()),
    }
}

/// Our stdin where it is a regular file, standing where it stood at first: that can be read again, for another
/// try, a redirect or a login.
#[cfg(unix)]
fn stdin_file() -> Option<File> {
    use std::os::fd::AsFd;
    use std::sync::OnceLock;
    static START: OnceLock<u64> = OnceLock::new();
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let here = file.stream_position().ok()?;
    file.seek(SeekFrom::Start(*START.get_or_init(|| here))).ok()?;
    Some(file)
}

#[cfg(not(unix))]
fn stdin_file() -> Option<File> {
    None
}

async fn stdin(skip: u64) -> Result<Upload, Failure> {
    if let Some(mut file) = stdin_file() {
        let left = file.metadata().and_then(|facts| Ok(facts.len() - file.stream_position()?));
        let skipped = left.and_then(|left| {
            let skip = skip.min(left);
            file.seek_relative(skip.cast_signed()).map(|()| skip)
        });
        check_skipped("stdin", skip, skipped)?;
        return Upload::file(file).map_err(|error| failure::of(&error));
    }
    let mut stdin = tokio::io::stdin();
    if skip > 0 {
        let mut first = (&mut stdin).take(skip);
        let skipped = tokio::io::copy(&mut first, &mut tokio::io::sink()).await;
        check_skipped("stdin", skip, skipped)?;
    }
    Ok(Upload::stream(stdin, None))
}

fn file(path: &Path, skip: u64) -> Result<Upload, Failure> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &os_reason(&error)))?;
    let facts = file.metadata().map_err(|error| unreadable(path, &os_reason(&error)))?;
    // A folder can be opened, and says what it is only when it is read.
    if facts.is_dir() {
        return Err(unreadable(path, "Is a directory"));
    }
    if skip > 0 {
        let skipped = match facts.is_file() {
            true => file.seek(SeekFrom::Start(skip)).map(|_| skip.min(facts.len())),
            false => io::copy(&mut (&mut file).take(skip), &mut io::sink()),
        };
        check_skipped(&format!("'{}'", path.display()), skip, skipped)?;
    }
    Upload::file(file).map_err(|error| unreadable(path, &error.chain()))
}

fn unreadable(path: &Path, reason: &str) -> Failure {
    Failure::new(Code::READ, format!("cannot open '{}': {reason}", path.display())).ending_run()
}

fn check_skipped(name: &str, skip: u64, skipped: io::Result<u64>) -> Result<(), Failure> {
    match skipped {
        Ok(skipped) if skipped == skip => Ok(()),
        Ok(len) => {
            let text = format!("{name} has {len} bytes, fewer than the {skip} to be left out");
            Err(Failure::new(Code::CANNOT_RESUME, text))
        }
        Err(error) => {
            let text = format!("cannot read {name}: {}", os_reason(&error));
            Err(Failure::new(Code::READ, text))
        }
    }
}
