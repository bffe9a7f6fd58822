//! The list of public suffixes that the system keeps up to date.

use std::fs::File;
use std::sync::OnceLock;

use landline_wire::cookie::SuffixList;

use crate::whole_file;

/// Where systems have it: Debian, Fedora, Arch and others; FreeBSD; Homebrew.
const PATHS: [&str; 3] = [
    "/usr/share/publicsuffix/public_suffix_list.dat",
    "/usr/local/share/public_suffix_list/public_suffix_list.dat",
    "/opt/homebrew/share/publicsuffix/public_suffix_list.dat",
];

/// It has a quarter of a MiB; so much more is no list.
const MAX_BYTES: u64 = 4 << 20;

/// Gives the list, read when a cookie first asks for it.
pub(super) fn system() -> &'static SuffixList {
    static LIST: OnceLock<SuffixList> = OnceLock::new();
    LIST.get_or_init(|| PATHS.iter().find_map(|path| read(path)).unwrap_or_default())
}

fn read(path: &str) -> Option<SuffixList> {
    let text = whole_file::read(File::open(path).ok()?, MAX_BYTES).ok()?;
    Some(SuffixList::new(text))
}
