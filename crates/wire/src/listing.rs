//! Lists of files as FTP servers write them: MLSD's facts, and the many forms of LIST.
//!
//! Out of scope: reading lines, tables and JSON, and what a name may become on a disk: a name may still hold
//! a backslash, a colon or a terminal's escape sequence.
//!
//! Specifications: RFC 3659 section 7 (MLSD and MLST). LIST has none (RFC 959 section 4.1.3 leaves
//! the form to the server); the families are known by their looks.
//!
//! | family | a line of it |
//! |---|---|
//! | [`Facts`](ListingFamily::Facts) | `type=file;size=1024;modify=20200112100500; name` |
//! | [`Unix`](ListingFamily::Unix) | `-rw-r--r--   1 anna  users   1024 Jan 12 10:05 name` |
//! | [`Dos`](ListingFamily::Dos) | `01-12-20  10:05AM   1024 name` |
//! | [`Vms`](ListingFamily::Vms) | `NAME.TXT;1   2/4   12-JAN-2020 10:05:00  [ANNA]  (RWED,RWED,RE,)` |
//! | [`Eplf`](ListingFamily::Eplf) | `+s1024,m1578823500,r,` TAB `name` |
//! | [`NetWare`](ListingFamily::NetWare) | `- [RWCEAFMS] anna   1024 Jan 12 10:05 name` |
//! | [`Mvs`](ListingFamily::Mvs) | `VOL001 3390  2020/01/12  1  15  FB  80 27920  PS  NAME` |
//! | [`Os400`](ListingFamily::Os400) | `ANNA   1024 01/12/20 10:05:00 *STMF   name` |
//! | [`VxWorks`](ListingFamily::VxWorks) | `1024   Jan-12-2020  10:05:00   NAME` |
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use landline_wire::listing::{EntryKind, ListingParser};
//!
//! let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_579_000_000); // 14 January 2020
//! let mut parser = ListingParser::new(now);
//! assert_eq!(parser.push_line(b"total 8"), None);
//! let line = b"drwxr-xr-x   2 anna  users   4096 Jan 12 10:05 my songs";
//! let entry = parser.push_line(line).expect("a folder");
//! assert_eq!((entry.kind, entry.name_lossy().as_ref()), (EntryKind::Folder, "my songs"));
//! assert_eq!(parser.push_line(b"Hello!"), None);
//! assert_eq!(parser.skipped(), 1);
//! ```
//!
//! There is no limit: a line costs time and memory as it is long, and the parser keeps at most one of them.
//!
//! Errors: none. A line that is not understood, or whose name holds `/`, NUL, CR or LF, is left out and
//! counted by [`skipped`](ListingParser::skipped); `.` and `..` are left out and not counted. A column that is not understood is
//! `None`.
//!
//! Deviations: the times of LIST are the server's local ones; they are taken as UTC, because no server
//! says what its zone is. Only English names of months are known. Sizes are given where they are bytes: not
//! for folders, links and VMS, whose blocks and names they count.

mod columns;
mod date;
mod dos;
mod entry;
mod eplf;
mod facts;
mod family;
mod mvs;
mod netware;
mod os400;
mod parser;
mod unix;
mod vms;
mod vxworks;

pub use entry::{Entry, EntryKind, ListedTime, TimePrecision};
pub use facts::parse_mlst;
pub use family::ListingFamily;
pub use parser::ListingParser;

#[cfg(test)]
mod tests;
