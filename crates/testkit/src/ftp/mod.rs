//! An FTP server for tests, examples and benches: a tree in memory, correct unless told
//! otherwise, and as odd as the oddest of the real ones where told so.
//!
//! It speaks RFC 959, 1123, 2228, 2389, 2428, 2640, 3659 and 4217: USER PASS ACCT REIN QUIT, AUTH
//! PBSZ PROT (CCC is refused), CWD CDUP PWD and their X forms, TYPE MODE STRU, PASV EPSV PORT EPRT
//! PRET, REST RETR STOR APPE STOU, SIZE MDTM MFMT, LIST NLST MLSD MLST, DELE MKD RMD RNFR RNTO, and
//! FEAT OPTS SYST STAT NOOP ABOR HELP SITE.
//!
//! ```
//! use std::io::{BufRead, BufReader, Write};
//! use std::net::TcpStream;
//! use landline_testkit::ftp;
//!
//! let server = ftp::Server::builder().file("/folder/a.txt", "hello").start();
//! let mut client = BufReader::new(TcpStream::connect(server.addr())?);
//! client.get_mut().write_all(b"USER ftp\r\nPASS me@\r\nSIZE folder/a.txt\r\n")?;
//! let replies: Vec<String> = client.lines().take(4).collect::<Result<_, _>>()?;
//! assert_eq!(replies[3], "213 5");
//! assert_eq!(server.commands(), ["USER ftp", "PASS me@", "SIZE folder/a.txt"]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Limits: a data connection is waited for 5 s, and so is a standstill in the middle of one; a
//! control connection as long as the core's patience, 60 s unless told. Dropping the server ends
//! all of it. A client that sends ABOR or closes the control connection ends a transfer.

mod access;
mod answer;
mod ascii;
mod builder;
mod channel;
mod data;
mod files;
mod journal;
mod listing;
mod lists;
mod quirks;
mod server;
mod session;
#[cfg(test)]
mod tests;
mod time;
mod transfer;
mod tree;

pub use self::answer::{Answer, End, Wait};
pub use self::builder::Builder;
pub use self::journal::{Command, DataConnection};
pub use self::listing::ListStyle;
pub use self::server::Server;
pub use self::tree::MODIFIED;
