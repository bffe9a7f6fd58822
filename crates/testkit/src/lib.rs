//! Loopback servers for the tests, examples and benches of Landline: scripted, faulty, hostile.
//! Never published, and independent of Landline itself, which is tested with it.
//!
//! | part | for |
//! |---|---|
//! | [`Server`], [`Conn`] | a listener on TCP, TLS or a Unix socket, a thread per connection, everything received remembered |
//! | [`transcript`] | whole dialogues as readable text files, of any protocol |
//! | [`http`] | a well-behaved HTTP server with routes, fast enough for benches |
//! | [`http2`] | a well-behaved HTTP/2 server, and frames by hand for others |
//! | [`ftp`] | an FTP server with a tree in memory, and the quirks of real ones |
//! | [`fault`] | one misbehaving server per case of the fault table, with what the table demands |
//! | [`tftp`] | a TFTP server: good, on a bad network, or scripted |
//! | [`proxy`] | HTTP and SOCKS proxies, good and bad |
//! | [`tls`] | certificates made at run time: good, expired, for somebody else |
//! | [`ClosedPort`], [`Blackhole`] | addresses where nobody answers |
//! | [`process`] | commands run in a clean environment, bounded, their memory measured |
//!
//! All listen on `127.0.0.1:0` and live as long as their value: dropping a server ends its
//! threads. No wait is without a bound, and nothing sleeps to let things settle: a test waits
//! for what it means ([`Server::wait_for`]) or says when something may go on
//! ([`Server::release`]). Limits: a read or write of a server fails after 60 s (5 s in
//! transcripts); 8 MiB per connection are remembered, the rest is counted.
//!
//! # Example
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use std::time::Duration;
//! use landline_testkit::Server;
//!
//! // A server that wants a line and answers it one byte at a time.
//! let server = Server::tcp(|conn| {
//!     let line = conn.read_line()?;
//!     conn.one_byte(true);
//!     conn.say([b"you said ", &line[..]].concat())
//! });
//! let mut client = TcpStream::connect(server.addr())?;
//! client.write_all(b"hello\r\n")?;
//! let mut reply = String::new();
//! client.read_to_string(&mut reply)?;
//! assert_eq!(reply, "you said hello\r\n");
//!
//! drop(client);
//! assert!(server.wait_for(|log| log[0].client_closed, Duration::from_secs(5)));
//! assert_eq!(server.received_text(), ["hello\r\n"]);
//! # Ok::<(), std::io::Error>(())
//! ```
// In a test kit failing loudly is right: a panic here is a failed test with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builder;
mod conn;
mod delivery;
pub mod fault;
pub mod ftp;
pub mod http;
pub mod http2;
mod log;
mod ports;
pub mod process;
pub mod proxy;
mod server;
#[cfg(test)]
mod tests;
pub mod tftp;
pub mod tls;
pub mod transcript;
mod transport;

pub use self::builder::Builder;
pub use self::conn::Conn;
pub use self::log::{RECORD_LIMIT_BYTES, Record};
pub use self::ports::{Blackhole, ClosedPort};
pub use self::server::Server;
