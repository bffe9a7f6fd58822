//! Everything the table of flags is printed as: help, version, man page, completions.

pub(crate) mod complete;
pub(crate) mod man;
pub(crate) mod text;
pub(crate) mod version;

use crate::flags::{Generate, Special};
use crate::messages::Name;

/// What to print on stdout in place of a transfer.
pub(crate) fn special(special: &Special, name: Name, width: usize) -> String {
    match special {
        Special::Version => version::text(name),
        Special::Help(subject) => text::help(subject.as_deref(), name, width),
        Special::Manual => text::manual(name, width),
        Special::Generate(Generate::Man) => man::page(),
        Special::Generate(Generate::Bash) => complete::bash(),
        Special::Generate(Generate::Zsh) => complete::zsh(),
        Special::Generate(Generate::Fish) => complete::fish(),
    }
}
