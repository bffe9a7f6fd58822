//! Loopback servers for the tests, examples and benches of Landline: scripted, faulty, hostile.
// In a test kit failing loudly is right: a panic here is a failed test with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conn;
pub mod fault;
pub mod http;
mod log;
mod ports;
mod server;
pub mod tls;
pub mod transcript;
mod transport;

pub use self::conn::Conn;
pub use self::log::{RECORD_LIMIT_BYTES, Record};
pub use self::ports::{Blackhole, ClosedPort};
pub use self::server::{Builder, Server};
