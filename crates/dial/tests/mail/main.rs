//! Mail and news as a process, beside the installed curl where that speaks the protocol.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "../room/mod.rs"]
mod room;

mod both;
mod exim;
mod form;
mod hostile;
mod imap;
mod inn;
mod nntp;
mod pop3;
mod secrets;
mod smtp;
