//! FTP and FTPS: files and folders over a control connection and one data connection each.
//!
//! Two ways in. [`Client`] takes URLs: it connects, logs in, goes to the folder, and keeps the
//! connection for the next URL of the same server. [`Connection`] is the dialogue itself, one
//! command after the other, in the manner of Python's ftplib.
//!
//! Out of scope: transfers between two servers (FXP), the modes block and compressed, EBCDIC,
//! pages and records, Kerberos, and going back to clear text after the login (`CCC`).
//!
//! Specifications: RFC 959 (FTP), 1123 section 4.1 (its corrections), 1738 section 3.2 (URLs), 2228 and 4217
//! (TLS), 2389 (`FEAT`), 2428 (`EPSV`, `EPRT`), 2640 (names in UTF-8), 3659 (`SIZE`, `MDTM`,
//! `REST`, `MLSD`).
//!
//! # By URL
//! ```
//! use landline::{ErrorKind, StoreMode, Upload, ftp};
//! use std::io::Read;
//! # let server = landline_testkit::ftp::Server::builder().file("/pub/a.txt", "hello\n").start();
//! # let url = |path: &str| server.url(path);
//!
//! let client = ftp::Client::new()?;
//! let mut text = String::new();
//! client.get(&url("/pub/a.txt"))?.read_to_string(&mut text)?;
//! assert_eq!(text, "hello\n");
//!
//! client.put(&url("/pub/b.txt"), Upload::bytes(*b"and more"), StoreMode::Replace)?;
//! for entry in client.entries(&url("/pub/"))? {
//!     let entry = entry?;
//!     println!("{:?} {} {:?}", entry.kind, entry.name_lossy(), entry.size);
//! }
//! assert_eq!(client.get(&url("/pub/none")).unwrap_err().kind(), ErrorKind::NotFound);
//! client.quit();
//! # assert_eq!(server.read("/pub/b.txt").as_deref(), Some(&b"and more"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Step by step
//! ```
//! use landline::{Login, ftp};
//! use std::io::{Read, Write};
//! # let server = landline_testkit::ftp::Server::builder().login("me", "secret").start();
//! # let host_port = server.addr().to_string();
//!
//! let mut connection = ftp::Connection::connect(&host_port)?;
//! connection.login(Some(&Login::new("me", "secret")))?;
//! connection.set_kind(ftp::TransferKind::Image)?;
//! connection.mkdir("new")?;
//! connection.cwd("new")?;
//! let mut file = connection.store("note.txt", 0)?;
//! file.write_all(b"written in the middle of a conversation")?;
//! file.finish()?;
//! assert_eq!(connection.size("note.txt")?, 39);
//! let mut end = String::new();
//! connection.retrieve("note.txt", 27)?.read_to_string(&mut end)?;
//! assert_eq!(end, "conversation");
//! connection.quit()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # URLs
//! `ftp://user:password@host/folder/file;type=i`. The path starts at the folder of the login, with
//! `//` (or `/%2F`) at the root. A path that ends with a slash is a folder and reads as its
//! listing. `;type=a` transfers text, `;type=i` bytes (the default), `;type=d` lists names.
//! `ftps:` begins TLS at once, at port 990; [`Options::security`] has `ftp:` begin it after the
//! greeting.
//!
//! # What counts as success
//! A transfer has succeeded when the server has said so, and the length is the one it announced
//! (`SIZE`). The readers end only then; what was read before stays with the caller. A file that is
//! stored counts when [`put`](Client::put) or [`finish`](DataWriter::finish) has returned: a
//! writer that is dropped resets its data connection, so that the server does not take a part for
//! the whole.
//!
//! # Limits and defaults
//! | what | default |
//! |---|---|
//! | user and password without a login | `anonymous`, `ftp@example.com` |
//! | data connections | passive: `EPSV`, then `PASV`, always to the control connection's peer |
//! | a reply | 1 MiB, 10,000 lines, 64 KiB a line |
//! | connection, greeting and `AUTH` together | 60 s ([`Timeouts::connect`](crate::Timeouts)) |
//! | opening a data connection, either way | the same again |
//! | a reply to a command | 300 s ([`Timeouts::first_byte`](crate::Timeouts)) |
//! | a line of a listing | 64 KiB |
//! | of a listing, what says nothing, in a row | 1 MiB |
//! | preliminary replies (`1xx`) to one command | 100 |
//! | idle connections kept | 64, for 90 s |
//!
//! # Errors
//! [`Login`](crate::ErrorKind::Login), [`Denied`](crate::ErrorKind::Denied) (a folder),
//! [`NotFound`](crate::ErrorKind::NotFound) (a file), [`Refused`](crate::ErrorKind::Refused)
//! (everything else): [`Error::command`](crate::Error::command) is the verb that was refused,
//! [`Error::reply`](crate::Error::reply) the server's code and words.
//! [`Truncated`](crate::ErrorKind::Truncated): what came is not all of it.
//! [`Io`](crate::ErrorKind::Io) in the phase of reading the body: all may have come, but nobody
//! confirmed it. [`TlsUnavailable`](crate::ErrorKind::TlsUnavailable): nothing secret was sent.
//!
//! # Deviations
//! The address in the reply to `PASV` is never used: servers behind routers announce wrong ones,
//! and hostile ones use it to make clients connect elsewhere. `PORT` listens for the control
//! connection's peer alone. `450` in reply to a listing is an empty folder, as some servers mean
//! it. A server that closes TLS data without `close_notify` is believed where `SIZE` agrees.

mod answers;
mod blocking;
mod client;
mod connection;
mod data;
mod download;
mod incoming;
mod job;
mod listing;
mod options;
mod place;
mod reply;
mod steps;
mod transfer;
mod trip;

pub use blocking::{Client, Connection, DataReader, DataWriter, Download, Listing};
pub use connection::TransferKind;
pub use landline_wire::ftp::{CwdMethod, Features};
pub use landline_wire::listing::{Entry, EntryKind, ListedTime, TimePrecision};
pub use options::{Account, ActiveAddress, DataMode, Options, Quote, QuoteTime};

pub use crate::dialogue::Security;

pub(crate) use client::Pool;

/// The async face.
pub(crate) mod aio {
    pub use super::client::Client;
    pub use super::connection::Connection;
    pub use super::download::Download;
    pub use super::listing::Listing;
    pub use super::transfer::{DataReader, DataWriter};
}
