//! FTP as a process: the order of commands beside the installed curl, exit codes, the FTP rows of
//! the fault table, and the classes of FAULTS.md that FTP has a part in.
//!
//! Where dial differs from curl on purpose a test says so in its name and runs dial alone.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

#[path = "../room/mod.rs"]
mod room;

mod faults;
mod lines;
mod refusals;
mod trust;
mod twin;
mod wire;
