//! FTP and FTPS (RFC 959, 1123, 2228, 2389, 2428, 2640, 3659, 4217).

mod client;
mod connection;
mod data;
mod download;
mod incoming;
mod job;
mod options;
mod place;
mod reply;
mod transfer;
mod trip;

pub use landline_wire::ftp::CwdMethod;

pub use options::{Account, ActiveAddress, DataMode, Options, Quote, QuoteTime, Security};

/// The async face.
pub(crate) mod aio {
    pub use super::client::Client;
    pub use super::connection::Connection;
    pub use super::download::Download;
    pub use super::transfer::{DataReader, DataWriter};
}
pub(crate) use client::Pool;
pub use connection::TransferKind;
