//! `dial` reads documents from servers, with curl's flags.
//!
//! argv → low-level arguments (`flags`) → high-level arguments (`high`) → `run` → exit code.
#![forbid(unsafe_code)]
// Until the transfers are wired to the library, parts of what follows have no caller.
#![allow(dead_code)]

mod data;
mod exit;
mod flags;
mod glob;
mod help;
mod high;
mod messages;
mod os_text;
mod protocols;
mod secret;
mod settings;
mod terminal;
mod url_text;
mod writeout;

fn main() {}
