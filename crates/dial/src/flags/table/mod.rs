//! The rows, a file for each field of work, sorted by name within it.

mod auth;
mod connection;
mod data;
mod dns;
mod ftp;
mod http;
mod mail;
mod not_yet;
mod not_yet_connection;
mod output;
mod passed_over;
mod proxy;
mod reading;
mod redirects;
mod remembered;
mod socket;
mod telnet;
mod tftp;
mod tls;
mod tool;
mod trace;
mod transfer;

use super::{Flag, Refusal};

/// All rows. `static` and never copied: looking a flag up at start costs no allocation.
pub(crate) static TABLES: &[&[Flag]] = &[
    tool::FLAGS,
    trace::FLAGS,
    http::FLAGS,
    auth::FLAGS,
    redirects::FLAGS,
    reading::FLAGS,
    remembered::FLAGS,
    data::FLAGS,
    output::FLAGS,
    transfer::FLAGS,
    connection::FLAGS,
    socket::FLAGS,
    dns::FLAGS,
    proxy::FLAGS,
    tls::FLAGS,
    ftp::FLAGS,
    tftp::FLAGS,
    mail::FLAGS,
    telnet::FLAGS,
    passed_over::FLAGS,
    not_yet::FLAGS,
    not_yet_connection::FLAGS,
];

/// An update that writes down whether the flag is on.
macro_rules! switch {
    ($($field:ident).+) => {
        Some(|low, given| {
            low.$($field).+ = given.on;
            Ok(())
        })
    };
}

/// An update that writes down the value, read in the way named: `store!(group.range = text)`.
macro_rules! store {
    ($($field:ident).+ = $read:ident) => {
        Some(|low, given| {
            low.$($field).+ = Some(given.$read()?.into());
            Ok(())
        })
    };
}

use {store, switch};

/// Two options of the line exclude each other.
fn exclusive(one: &str, other: &str) -> Refusal {
    Refusal::BadUse(format!("{one} is mutually exclusive with {other}"))
}
