//! Berkeley sockets in safe Rust: the lowest storey of Landline.
//!
//! A [`Socket`] is what BSD made of the telephone: take one of a [`Family`] and a [`Kind`],
//! [`connect`](Socket::connect) it to an address, [`send`](Socket::send) and
//! [`recv`](Socket::recv), [`shutdown`](Socket::shutdown), close. A method is a system call and
//! nothing more; its documentation names the call.
//!
//! # Out of scope
//! Policy of every sort: racing the addresses of a host, retries, pools, TLS, lines, protocols,
//! waiting for many sockets at once. Those stand on this crate, in `landline` and in Tokio (feature
//! `tokio`: conversions to and from Tokio's sockets).
//!
//! # Specifications
//! - POSIX.1-2024, section 2.10 of System Interfaces ("Sockets"), and `<sys/socket.h>`
//! - RFC 3493 (the socket interface for IPv6), RFC 6724 (order of addresses), RFC 6761 section 6
//!   (`localhost` and `.invalid`)
//! - RFC 9293 (TCP), RFC 6093 (its urgent mechanism), RFC 768 (UDP)
//!
//! # Example
//! One end listens in a thread, the other calls it:
//!
//! ```
//! use std::io::BufRead;
//! use std::thread;
//! use landline_socket::{Direction, Family, Flags, Kind, Socket};
//!
//! // The side that listens; port 0 lets the system choose one.
//! let listener = Socket::new(Family::INET, Kind::STREAM)?;
//! listener.bind("127.0.0.1:0")?;
//! listener.listen(1)?;
//! let address = listener.local_address()?;
//!
//! let answering = thread::spawn(move || -> landline_socket::Result<()> {
//!     let (line, _caller) = listener.accept()?;
//!     let question = line.recv_vec(1024, Flags::NONE)?;
//!     line.send_all(b"You said: ")?;
//!     line.send_all(&question)
//! });
//!
//! // The side that calls. Names and service names do too: `("localhost", "http")`.
//! let line = Socket::new(Family::INET, Kind::STREAM)?;
//! line.connect(address)?;
//! line.send_all(b"hello\n")?;
//! line.shutdown(Direction::Write)?;
//!
//! let mut answer = String::new();
//! line.reader().read_line(&mut answer)?;
//! assert_eq!(answer, "You said: hello\n");
//!
//! answering.join().expect("the answering thread")?;
//! line.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The states of a stream socket:
//!
//! ```text
//!            bind          listen            accept
//!   new ──────────▶ bound ────────▶ listening ──────▶ a new, connected socket
//!    │                │
//!    │ connect        │ connect
//!    ▼                ▼
//!   connected ── shutdown(Write) ──▶ half closed ── shutdown(Read) or end ──▶ close
//! ```
//!
//! # Limits and defaults
//!
//! | what | value | changed by |
//! |---|---|---|
//! | waiting of `connect` | until the network stack gives up (Linux: about 130 s) | [`connect_timeout`](Socket::connect_timeout), on Linux also [`set_write_timeout`](Socket::set_write_timeout) |
//! | waiting of `accept` and receiving calls | without limit | [`set_read_timeout`](Socket::set_read_timeout), [`set_nonblocking`](Socket::set_nonblocking), [`Flags::DONT_WAIT`] |
//! | waiting of sending calls | without limit | [`set_write_timeout`](Socket::set_write_timeout) |
//! | waiting of [`resolve`] | what the name service allows itself (often 5 to 30 s) | the system's configuration |
//! | calls interrupted by a signal (`EINTR`) | made again; a time-out starts anew | – |
//! | `SIGPIPE` | never raised; a vanished peer is an error | – |
//! | other programs started (`exec`) | don't inherit the socket | – |
//! | buffer of [`reader`](Socket::reader) and [`writer`](Socket::writer) | 8 KiB each | – |
//! | length of a Unix path | 107 bytes on Linux, 103 on macOS | – |
//! | keepalive, Nagle's algorithm, buffer sizes | the system's | the setters of [`Socket`] |
//!
//! # Errors
//! One type, [`Error`], whose text names the call and the address, as in
//! `connect to 127.0.0.1:9 (tcp): connection refused`. What a caller does about it:
//!
//! | [`ErrorKind`] | what it means | what to do |
//! |---|---|---|
//! | `Refused` | nobody listens there | try the next address, or later |
//! | `UnknownHost`, `UnknownService` | the name doesn't exist | tell the user |
//! | `LookupFailed` | the name service doesn't answer | try again later |
//! | `PeerGone` | the peer went away in the middle | connect anew if the work may be repeated |
//! | `Unreachable`, `TimedOut` | the network | try the next address, or later |
//! | `WouldBlock` | nothing to do right now | wait until the socket is ready |
//! | `PermissionDenied` | a privilege is missing; the text says which for raw sockets | tell the user |
//! | `InvalidInput`, `Unsupported`, `NotConnected` | the program's mistake | mend the program |
//!
//! The end of a stream is no error: [`recv`](Socket::recv) returns 0.
//!
//! # Systems
//! Linux is where the tests run. The code is kept compiling for macOS and Windows; there
//! [`Family::UNIX`](Family) (Windows), abstract names and `bind_device` don't exist, and Windows lists
//! no interfaces.

mod address;
mod attempts;
mod constants;
mod convert;
#[cfg(feature = "tokio")]
mod convert_tokio;
#[cfg(unix)]
mod convert_unix;
#[cfg(windows)]
mod convert_windows;
mod error;
mod failure;
mod interface;
mod options;
mod options_ip;
mod resolve;
mod socket;
mod sys;
mod to_address;
mod transfer;
mod view;

pub use address::Address;
pub use constants::{Direction, Family, Flags, Kind, Protocol};
pub use error::{Attempt, Error, ErrorKind, Result};
pub use interface::interface_addresses;
pub use options_ip::Keepalive;
pub use resolve::{Service, resolve, resolve_family};
pub use socket::Socket;
pub use to_address::ToAddress;
pub use view::{OwnedReader, OwnedWriter, Reader, Writer};
