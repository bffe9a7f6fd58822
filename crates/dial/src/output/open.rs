//! Opening files by the rules of `--no-clobber`, `-J`, `-C` and `--create-dirs`.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::beside;
use crate::os_text;
use crate::settings::{Clobber, OutputRules, Resume};

/// `--no-clobber` tries the name with `.1` to `.100` behind it.
const MAX_NUMBER: u32 = 100;

/// Whether a file can be there at all: it is no folder, and its folder exists or can be made.
pub(super) fn check(path: &Path, create_dirs: bool) -> io::Result<()> {
    if os_text::bytes(path.as_os_str()).ends_with(b"/") {
        return Err(io::Error::other("Is a directory"));
    }
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => Err(io::Error::other("Is a directory")),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => check_parent(path, create_dirs),
        Err(error) => Err(error),
    }
}

fn check_parent(path: &Path, create_dirs: bool) -> io::Result<()> {
    // The last ancestor of a relative path is the empty one: the working folder.
    for folder in path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()) {
        match fs::metadata(folder) {
            Ok(data) if data.is_dir() => break,
            Ok(_) => return Err(io::Error::other("Not a directory")),
            Err(error) if error.kind() == io::ErrorKind::NotFound && create_dirs => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// `--create-dirs`: the folder of the file, with those above it, and not for everybody to look into.
pub(super) fn make_folder(path: &Path, rules: &OutputRules) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|_| rules.create_dirs) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    builder.recursive(true).create(folder)
}

/// Opens the file, under the name that is told back.
pub(super) fn open(
    path: &Path,
    rules: &OutputRules,
    named_by_server: bool,
) -> io::Result<(File, PathBuf)> {
    make_folder(path, rules)?;
    let mut options = OpenOptions::new();
    match rules.resume {
        None | Some(Resume::At(0)) => options.write(true),
        Some(Resume::Auto) => {
            return Ok((options.append(true).create(true).open(path)?, path.into()));
        }
        Some(Resume::At(offset)) => return Ok((behind(path, offset)?, path.into())),
    };
    match (rules.clobber, named_by_server) {
        (Clobber::Never, _) => numbered(path, options.create_new(true)),
        // A name out of the network must not open what is there, nor follow a link.
        (Clobber::Careful, true) => Ok((options.create_new(true).open(path)?, path.into())),
        (Clobber::Always, true) => match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok((options.create_new(true).open(path)?, path.into())),
        },
        (_, false) => Ok((options.create(true).truncate(true).open(path)?, path.into())),
    }
}

/// Opens a file to go on behind its first `offset` bytes. What stands behind those goes, or two documents
/// would be spliced. Of an empty file there is nothing to go on with, and a pipe or device has no length.
fn behind(path: &Path, offset: u64) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).open(path)?;
    if file.metadata()?.is_file() {
        lock(&file)?;
        match file.metadata()?.len() {
            0 => {}
            len if len < offset => return Err(io::Error::other("it has changed meanwhile")),
            _ => file.set_len(offset)?,
        }
    }
    Ok(file)
}

fn numbered(path: &Path, options: &OpenOptions) -> io::Result<(File, PathBuf)> {
    let mut result = options.open(path).map(|file| (file, path.to_owned()));
    for number in 1..=MAX_NUMBER {
        match &result {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            _ => break,
        }
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        result = options.open(&name).map(|file| (file, name.into()));
    }
    result
}

/// Our stdout as a file: without the line buffer of the standard library.
#[cfg(unix)]
pub(super) fn stdout() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

/// Our stdout as a file: without the line buffer of the standard library.
#[cfg(windows)]
pub(super) fn stdout() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdout().as_handle().try_clone_to_owned().map(File::from)
}

/// Makes sure that a file to go on with is as long as it was, and stays ours until it is closed: two runs
/// at the same time would each append its own rest. Where the file system knows no locks there is none.
pub(super) fn is_still(file: &File, length: u64) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return Ok(());
    }
    lock(file)?;
    match file.metadata()?.len() == length {
        true => Ok(()),
        false => Err(io::Error::other("it has changed meanwhile")),
    }
}

fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another run is writing to it")),
        _ => Ok(()),
    }
}

/// Shortens a file to what it was.
pub(super) fn cut(file: &mut File, length: u64) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(|_| ())
}

/// Deletes `path` if it is the regular file that is open, and not what took its place.
///
/// No system deletes by the open file, and between a look and a deletion by name another file may take
/// that name. So it is given a name of ours first, looked at, and put back where it is not the one.
pub(super) fn remove_if_same(path: &Path, file: &File) {
    if !is_open_as(path, file) {
        return;
    }
    let aside = beside::name(path);
    if let Err(error) = rename_to_new(path, &aside) {
        // Some file systems cannot tell whether a name is new; there the gap stays.
        if error.kind() != io::ErrorKind::NotFound {
            let _ = fs::remove_file(path);
        }
        return;
    }
    // What cannot be deleted or put back stays; the transfer's own error matters more.
    let _ = match is_open_as(&aside, file) {
        true => fs::remove_file(&aside),
        false => rename_to_new(&aside, path),
    };
}

fn is_open_as(path: &Path, file: &File) -> bool {
    match (fs::symlink_metadata(path), file.metadata()) {
        (Ok(there), Ok(ours)) => ours.is_file() && is_same(&there, &ours),
        _ => false,
    }
}

/// Renames to a name that nothing has.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_to_new(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.dev() == other.dev() && one.ino() == other.ino()
}

#[cfg(not(unix))]
fn is_same(one: &fs::Metadata, _: &fs::Metadata) -> bool {
    one.is_file()
}
