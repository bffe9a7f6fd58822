//! The families of lists, one module each.

use super::date::Now;
use super::entry::Entry;
use super::mvs::MvsTable;
use super::{dos, eplf, facts, mvs, netware, os400, unix, vms, vxworks};

/// Who writes lists of this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListingFamily {
    /// MLSD of any server (RFC 3659 section 7).
    Facts,
    /// `ls -l`, and whoever imitates it: vsftpd, ProFTPD, Pure-FTPd, wu-ftpd and most others.
    Unix,
    /// Microsoft's IIS, and others on Windows.
    Dos,
    /// VMS with its own server, MultiNet, TCPware, UCX.
    Vms,
    /// Easily Parsed LIST Format: publicfile, anonftpd.
    Eplf,
    /// Novell NetWare.
    NetWare,
    /// MVS and z/OS: data sets and members.
    Mvs,
    /// OS/400 and IBM i.
    Os400,
    /// VxWorks and other embedded systems.
    VxWorks,
}

/// What a line of a known form is.
pub(super) enum Found {
    Entry(Entry),
    /// A title, a total or an empty line.
    Nothing,
    /// The head of a table of MVS, by which the following lines are read.
    Table(MvsTable),
}

impl ListingFamily {
    /// In an order in which no family takes the lines of a later one.
    pub(super) const ALL: [Self; 9] = [
        Self::Facts,
        Self::Eplf,
        Self::Unix,
        Self::NetWare,
        Self::Dos,
        Self::Os400,
        Self::VxWorks,
        Self::Mvs,
        Self::Vms,
    ];

    /// Reads a line by the rules of this family; `None` if it breaks them.
    pub(super) fn parse(self, line: &[u8], now: &Now, table: Option<MvsTable>) -> Option<Found> {
        match self {
            Self::Facts => facts::parse(line),
            Self::Unix => unix::parse(line, now),
            Self::Dos => dos::parse(line),
            Self::Vms => vms::parse(line),
            Self::Eplf => eplf::parse(line),
            Self::NetWare => netware::parse(line, now),
            Self::Mvs => mvs::parse(line, table),
            Self::Os400 => os400::parse(line),
            Self::VxWorks => vxworks::parse(line),
        }
    }
}
