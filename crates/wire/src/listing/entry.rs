//! What a line of a list says about a file.

use std::borrow::Cow;
use std::time::SystemTime;

/// A file, a folder or something else in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its name, as bytes of the line: never empty, `.` or `..`, never with `/`, NUL, CR or LF.
    ///
    /// [`parse_mlst`](super::parse_mlst) alone may give an empty one, for the root.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// The size of a file in bytes.
    pub size: Option<u64>,
    /// When it was last changed.
    pub modified: Option<ListedTime>,
    /// Permissions in the server's own letters, such as `rw-r--r--`, `RWCEAFMS` or the `perm` fact.
    pub permissions: Option<String>,
    /// Permissions as Unix numbers them, up to `0o7777`.
    pub mode: Option<u32>,
    /// Where a link leads, as bytes of the line; anything may stand in it.
    pub link_target: Option<Vec<u8>>,
    /// The line as it came, without its line end; the second line of a name that was continued is joined to it.
    pub line: Vec<u8>,
}

/// What an [`Entry`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A file that can be retrieved.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, to whatever.
    Link,
    /// A device, a socket and the like, or not told.
    Other,
}

/// A time in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedTime {
    /// The moment, cut to [`precision`](Self::precision).
    pub time: SystemTime,
    /// What it is exact to.
    pub precision: TimePrecision,
    /// Whether the server tells UTC; otherwise its local time was taken as if it were UTC.
    pub is_utc: bool,
}

/// What a time is exact to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimePrecision {
    /// The day.
    Day,
    /// The minute.
    Minute,
    /// The second, or a fraction of it.
    Second,
}

impl Entry {
    /// Gives the name as text, bytes that are not UTF-8 replaced; escape it before showing.
    #[must_use]
    pub fn name_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    pub(super) fn new(name: &[u8], kind: EntryKind) -> Self {
        Self {
            name: name.to_vec(),
            kind,
            size: None,
            modified: None,
            permissions: None,
            mode: None,
            link_target: None,
            line: Vec::new(),
        }
    }

    /// Keeps the size if this is a file: elsewhere the column tells something else.
    pub(super) fn with_size(mut self, size: Option<u64>) -> Self {
        self.size = size.filter(|_| self.kind == EntryKind::File);
        self
    }

    pub(super) fn with_time(mut self, modified: Option<ListedTime>) -> Self {
        self.modified = modified;
        self
    }

    pub(super) fn with_permissions(mut self, letters: &[u8]) -> Self {
        self.permissions = Some(String::from_utf8_lossy(letters).into_owned());
        self
    }

    /// Takes a link's target off its name: what follows the first ` -> `.
    pub(super) fn split_arrow(mut self) -> Self {
        const ARROW: &[u8] = b" -> ";
        let at = memchr::memmem::find(&self.name, ARROW);
        if let Some(at) = at.filter(|_| self.kind == EntryKind::Link) {
            self.link_target = Some(self.name[at + ARROW.len()..].to_vec());
            self.name.truncate(at);
        }
        self
    }

    pub(super) fn has_safe_name(&self) -> bool {
        let is_unsafe = |byte: &u8| matches!(byte, b'/' | 0 | b'\r' | b'\n');
        !self.name.is_empty() && !self.name.iter().any(is_unsafe)
    }

    pub(super) fn is_dots(&self) -> bool {
        matches!(&self.name[..], b"." | b"..")
    }
}
