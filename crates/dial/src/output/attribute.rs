//! Extended attributes of files, where the system has them.

use std::fs::File;
use std::io;

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
pub(super) use here::{get, is_ours, remove, set};
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
pub(super) use nowhere::{get, is_ours, remove, set};

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
mod here {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{XattrFlags, fgetxattr, fremovexattr, fsetxattr};

    use super::{File, io};

    /// More is not read: room for what `origin` writes, three fields of 1 KiB and a number.
    const MAX_BYTES: usize = 4096;

    /// Whether a regular file is the user's; `None` for what is none and has no attributes (`/dev/null`).
    pub(in super::super) fn is_ours(file: &File) -> Option<bool> {
        let facts = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some(facts.uid() == rustix::process::geteuid().as_raw())
    }

    pub(in super::super) fn set(file: &File, name: &str, value: &[u8]) -> io::Result<()> {
        Ok(fsetxattr(file, name, value, XattrFlags::empty())?)
    }

    pub(in super::super) fn get(file: &File, name: &str) -> Option<Vec<u8>> {
        let mut value = vec![0; MAX_BYTES];
        let len = fgetxattr(file, name, &mut value[..]).ok()?;
        value.truncate(len);
        Some(value)
    }

    pub(in super::super) fn remove(file: &File, name: &str) {
        // That there is none is the usual case.
        let _ = fremovexattr(file, name);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
mod nowhere {
    use super::{File, io};

    pub(in super::super) fn is_ours(_: &File) -> Option<bool> {
        None
    }

    pub(in super::super) fn set(_: &File, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in super::super) fn get(_: &File, _: &str) -> Option<Vec<u8>> {
        None
    }

    pub(in super::super) fn remove(_: &File, _: &str) {}
}
