//! How FTP is to be spoken, as plain values.

use std::fmt;
use std::net::IpAddr;

use landline_wire::ftp::CwdMethod;

use crate::dialogue::Security;

/// How to speak FTP.
///
/// The whole value, with the login, is a part of what two transfers must agree on to share a
/// connection, through the derived comparison: what is added here cannot be forgotten there.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Options {
    /// Whether `ftp:` begins TLS after the greeting (RFC 4217). `ftps:` has it from the start.
    pub security: Security,
    /// Leave data connections in the clear under a control connection with TLS (`PROT C`).
    pub clear_data: bool,
    /// Who opens the data connections.
    pub mode: DataMode,
    /// Never `EPSV`: `PASV` at once.
    pub no_epsv: bool,
    /// Never `EPRT`: `PORT` at once.
    pub no_eprt: bool,
    /// Send `PRET` ahead of `PASV`, as servers behind a switch ask for.
    pub pret: bool,
    /// What to answer when the server asks for an account (`ACCT`).
    pub account: Option<Account>,
    /// What to send in place of `USER` when that is refused.
    pub instead_of_user: Option<String>,
    /// How the folders of a URL become commands.
    pub path_method: CwdMethod,
    /// Make the folders that are missing (`MKD`).
    pub create_folders: bool,
    /// Transfer text, with the line ends of this system (`TYPE A`).
    pub ascii: bool,
    /// List names alone (`NLST`).
    pub names_only: bool,
    /// What to send in place of `LIST`.
    pub list_command: Option<String>,
    /// Do not ask how long a file is (`SIZE`), nor go by what is announced: for files that grow. Where it
    /// ends, the server's last reply tells alone.
    pub ignore_size: bool,
    /// Ask when a file was last changed (`MDTM`), for [`Document::info`](crate::Document::info).
    pub wants_time: bool,
    /// Commands to send besides.
    pub quotes: Vec<Quote>,
}

/// Who opens the data connections.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum DataMode {
    /// We do (`EPSV`, `PASV`), always to the address of the control connection's peer.
    #[default]
    Passive,
    /// The server does (`EPRT`, `PORT`); anybody else is turned away.
    Active(ActiveAddress),
}

/// What an active client offers: where the server is to connect to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ActiveAddress {
    /// The address to announce; that of the control connection's own end unless given.
    pub address: Option<IpAddr>,
    /// The first port to try and the last; any unless given.
    pub ports: Option<(u16, u16)>,
}

impl ActiveAddress {
    /// Announces this address.
    pub fn at(address: IpAddr) -> Self {
        Self { address: Some(address), ports: None }
    }

    /// Listens on one of these ports.
    #[must_use]
    pub fn ports(mut self, first: u16, last: u16) -> Self {
        self.ports = Some((first, last));
        self
    }
}

/// A command of the caller's own among those of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The line to send.
    pub command: String,
    /// Whether the transfer goes on when the server refuses it.
    pub may_fail: bool,
    /// When it is sent.
    pub when: QuoteTime,
}

/// When a command of the caller's own is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteTime {
    /// Before the folder is changed.
    First,
    /// In the folder, right before the transfer.
    Prepared,
    /// After the transfer.
    Done,
}

/// What `ACCT` tells; in no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Account(pub(crate) String);

impl Account {
    /// This account.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(hidden)")
    }
}
