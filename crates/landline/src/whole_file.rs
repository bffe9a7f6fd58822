//! Small files that are read and written as a whole, so that at any time there is a whole one.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reads all there is, if it is no more than `max` bytes.
pub(crate) fn read(reader: impl Read, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        let what = format!("there are more than {max} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(bytes)
}

/// Reads a file of keys or certificates. A device has no end, and the largest lists have some megabytes.
pub(crate) fn read_credentials(path: &Path) -> io::Result<Vec<u8>> {
    const MAX_BYTES: u64 = 32 << 20;
    read(File::open(path)?, MAX_BYTES)
}

/// Makes the bytes of a file anew out of those it has, none where there is no file. Whoever else does so at
/// the same time comes before or after; nobody's work is lost.
pub(crate) fn update(
    path: &Path,
    max: u64,
    change: impl FnOnce(&[u8]) -> Vec<u8>,
) -> io::Result<()> {
    let is_file = fs::metadata(path).map_or(true, |there| there.is_file());
    if !is_file {
        return replace(path, &change(&[]));
    }
    // Released when it is closed, whatever becomes of the file.
    let locked = lock(path)?;
    let before = read(&locked, max)?;
    replace(path, &change(&before))
}

/// Opens the file that is there under this name, made where there is none, and keeps others out. It may
/// have been replaced while we waited; then it is another one that counts.
fn lock(path: &Path) -> io::Result<File> {
    const MAX_ROUNDS: usize = 1000;
    for _ in 0..MAX_ROUNDS {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path)?,
            opened => opened?,
        };
        file.lock()?;
        if is_at(&file, path) {
            return Ok(file);
        }
    }
    Err(io::Error::other("others replace the file all the time"))
}

/// A new and empty file for its owner alone, unless somebody else is faster.
fn make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |facts: Metadata| (facts.dev(), facts.ino());
    let (ours, there) = (file.metadata().map(identity), fs::metadata(path).map(identity));
    matches!((ours, there), (Ok(ours), Ok(there)) if ours == there)
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Puts a file with these bytes in the place of another, or where none is.
///
/// It is written beside, brought to the disk, and put in place in one step. It keeps mode and owner of
/// the one before; a new one is for its owner alone. A link stays, and what it leads to is
/// replaced; a device or pipe is written to.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let path = if before.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    let beside = beside(&path);
    let written =
        write_new(&beside, bytes, before.as_ref()).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // What cannot be written may not be there to be removed either.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the same folder that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{count}.new", std::process::id()));
    name.into()
}

fn write_new(path: &Path, bytes: &[u8], before: Option<&Metadata>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    if let Some(before) = before {
        take_after(&file, before)?;
    }
    file.sync_all()
}

/// Mode and owner of the one before; where the owner cannot be had, nobody else gets to read it.
#[cfg(unix)]
fn take_after(file: &File, before: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = file.metadata()?;
    let is_same = (now.uid(), now.gid()) == (before.uid(), before.gid());
    if is_same || fchown(file, Some(before.uid()), Some(before.gid())).is_ok() {
        file.set_permissions(before.permissions())?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn take_after(file: &File, before: &Metadata) -> io::Result<()> {
    file.set_permissions(before.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_maximum_is_an_error() {
        assert_eq!(read(&b"abc"[..], 3).unwrap(), b"abc");
        assert!(read(&b"abcd"[..], 3).is_err());
        assert!(read(io::repeat(0), 1 << 16).is_err());
    }

    #[test]
    fn what_cannot_be_put_in_place_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        assert!(replace(&folder.path().join("none/x"), b"new").is_err());
        assert!(replace(folder.path(), b"new").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn c5_a_new_file_is_private_and_an_old_one_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jar");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        replace(&path, b"one").unwrap();
        assert_eq!((mode(), fs::read(&path).unwrap()), (0o600, b"one".to_vec()));
        for kept in [0o640, 0o444, 0o600] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            replace(&path, b"two").unwrap();
            assert_eq!(mode(), kept);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing lies beside it");
    }

    #[cfg(unix)]
    #[test]
    fn c5_links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("jar"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink("jar", &link).unwrap();
        replace(&link, b"new").unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("jar"));
        assert_eq!(fs::read(&path).unwrap(), b"new");
        replace(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    /// Who reads while it is replaced finds one or the other, never a part.
    #[test]
    fn c5_there_is_a_whole_one_at_any_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jar");
        let versions = [vec![b'a'; 100_000], vec![b'b'; 50_000]];
        replace(&path, &versions[0]).unwrap();
        std::thread::scope(|scope| {
            let writer =
                scope.spawn(|| (0..50).try_for_each(|round| replace(&path, &versions[round % 2])));
            while !writer.is_finished() {
                assert!(versions.contains(&fs::read(&path).unwrap()));
            }
            writer.join().unwrap().unwrap();
        });
    }
}
