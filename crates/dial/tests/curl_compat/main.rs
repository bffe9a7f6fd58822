//! Side by side with the installed curl: the same command line does the same.
//!
//! Where dial differs on purpose (FAULTS.md, CLI.md) a test says so in its name and runs dial alone.
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

#[path = "../room/mod.rs"]
mod room;

mod auth;
mod files;
mod forms;
mod lines;
mod outputs;
mod peers;
mod reading;
mod redirects;
mod requests;
mod twin;
mod whole;
