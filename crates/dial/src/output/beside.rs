//! A file that is written beside the place it is for, until it is known to be right (`--checksum`).

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::open;
use crate::settings::{Clobber, OutputRules};

/// The file; it is gone with this value unless it was put in its place.
#[derive(Debug)]
pub(super) struct Beside {
    path: PathBuf,
    named_by_server: bool,
}

/// Whether a file can be replaced there; what goes to a device or a pipe is gone.
pub(super) fn is_possible(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |there| there.is_file())
}

impl Beside {
    pub(super) fn open(
        path: &Path,
        rules: &OutputRules,
        named_by_server: bool,
    ) -> io::Result<(File, Beside)> {
        open::make_folder(path, rules)?;
        let is_kept = named_by_server && rules.clobber == Clobber::Careful;
        if is_kept && fs::symlink_metadata(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let beside = Beside { path: name(path), named_by_server };
        let file = OpenOptions::new().write(true).create_new(true).open(&beside.path)?;
        if let (false, Ok(before)) = (named_by_server, fs::metadata(path)) {
            file.set_permissions(before.permissions())?;
        }
        Ok((file, beside))
    }

    /// Puts the file under its name, by the rules for files that are there; tells the name.
    pub(super) fn place(self, path: &Path, rules: &OutputRules) -> io::Result<PathBuf> {
        let used = match (rules.clobber, self.named_by_server) {
            // Made as an empty file, so that nobody else's is replaced.
            (Clobber::Never, _) | (Clobber::Careful, true) => {
                open::open(path, rules, self.named_by_server)?.1
            }
            // A link is replaced where the server chose the name, and followed where the user did.
            (Clobber::Always, true) => path.to_owned(),
            (_, false) => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        };
        fs::rename(&self.path, &used).map(|()| used)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Where it was put in its place there is none.
        let _ = fs::remove_file(&self.path);
    }
}

/// A name in the same folder that nobody else uses.
pub(super) fn name(path: &Path) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{count}.part", std::process::id()));
    name.into()
}
