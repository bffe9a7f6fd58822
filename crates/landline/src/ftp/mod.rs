//! FTP and FTPS (RFC 959, 1123, 2228, 2389, 2428, 2640, 3659, 4217).

mod options;

pub use landline_wire::ftp::CwdMethod;

pub use options::{Account, ActiveAddress, DataMode, Options, Quote, QuoteTime, Security};
