//! FTP and FTPS (RFC 959, 1123, 2228, 2389, 2428, 2640, 3659, 4217).

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
mod transfer;
mod trip;

pub use blocking::{Client, Connection, DataReader, DataWriter, Download, Listing};
pub use landline_wire::ftp::{CwdMethod, Features};
pub use landline_wire::listing::{Entry, EntryKind, ListedTime, TimePrecision};

pub use options::{Account, ActiveAddress, DataMode, Options, Quote, QuoteTime, Security};

/// The async face.
pub(crate) mod aio {
    pub use super::client::Client;
    pub use super::connection::Connection;
    pub use super::download::Download;
    pub use super::listing::Listing;
    pub use super::transfer::{DataReader, DataWriter};
}
pub(crate) use client::Pool;
pub use connection::TransferKind;
