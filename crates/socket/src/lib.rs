//! Berkeley sockets in safe Rust.

mod address;
mod constants;
mod error;
mod resolve;
mod socket;
mod sys;
mod to_address;
mod transfer;

pub use address::Address;
pub use constants::{Direction, Family, Flags, Kind, Protocol};
pub use error::{Attempt, Error, ErrorKind, Result};
pub use resolve::{Service, resolve, resolve_family};
pub use socket::Socket;
pub use to_address::ToAddress;
