//! Servers that misbehave, one per case of the fault table: rows 4–30 and 42–51.
//!
//! Each [`Fault`] says what it does, which exit codes the table allows a command with curl's
//! flags, and what must be on disk afterwards, so that one test can walk [`all`] of them:
//!
//! ```
//! use landline_testkit::fault::{self, Keep};
//! use landline_testkit::http;
//!
//! let fault = fault::find("09a");
//! assert_eq!((fault.row, fault.exit, fault.keep), (9, &[18][..], Keep::Exactly(b"hello")));
//! let server = fault.serve();
//! let reply = http::raw_get(server.server(), "/");
//! assert!(reply.ends_with("Content-Length: 10\r\n\r\nhello"));
//! assert!(fault.check(18, Some(b"hello")).is_ok());
//! assert!(fault.check(0, Some(b"hello")).is_err());
//! ```
//!
//! Rows 57–63 are FTP's and have a list of their own, [`ftp`].
//!
//! Rows 1–3 need no server: see [`ClosedPort`](crate::ClosedPort) and
//! [`Blackhole`](crate::Blackhole).

mod endings;
mod endless;
mod framing;
mod ftp;
mod ftp_rows;
mod heads;
mod pace;
mod redirects;
mod serve;
#[cfg(test)]
mod tests;
mod tls;

use std::io;

use crate::Conn;
use crate::tls::{Authority, Identity};

pub use self::ftp::{FtpFault, FtpFaultServer, find_ftp, ftp};
pub use self::serve::FaultServer;

type Act = fn(&mut Conn) -> io::Result<()>;

/// What must be on disk when the command has failed. After success it is always the whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// No file at all.
    Nothing,
    /// These bytes, all that came.
    Exactly(&'static [u8]),
    /// The beginning of the body, however much of it, or no file.
    Beginning,
}

/// When a fault sets in.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// After the head of a request.
    Request,
    /// The same, over TLS with this identity.
    TlsRequest(fn(&Authority) -> Identity),
    /// After the first TLS record of the client.
    ClientHello,
}

/// How a fixed reply goes on.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Stays open, so that nothing but the reply itself can tell the client to stop.
    Open,
    Fin,
    Cut,
    Reset,
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Say(&'static [u8], End),
    Act(Act),
}

/// One way to misbehave.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The row of the table and, where it lists several cases, a letter: `09a`.
    pub id: &'static str,
    /// The row of the table.
    pub row: u8,
    /// What the server does.
    pub description: &'static str,
    /// The exit codes that the table allows.
    pub exit: &'static [i32],
    /// The whole body, where success is allowed or part of it comes.
    pub body: &'static [u8],
    /// What must be on disk after a failure.
    pub keep: Keep,
    /// Flags of curl's that the case needs.
    pub options: &'static [&'static str],
    /// Words that must stand in the message, whatever their case.
    pub says: &'static [&'static str],
    /// Whether the connection must not be used for a second request.
    pub poisons: bool,
    stage: Stage,
    deed: Deed,
}

/// Returns every fault in order of the table.
pub fn all() -> Vec<Fault> {
    let tables = [
        endings::FAULTS,
        framing::FAULTS,
        heads::FAULTS,
        endless::FAULTS,
        pace::FAULTS,
        redirects::FAULTS,
        tls::FAULTS,
    ];
    let mut all = tables.concat();
    all.sort_by_key(|fault| fault.id);
    all
}

/// Returns the faults of one row.
pub fn row(row: u8) -> Vec<Fault> {
    all().into_iter().filter(|fault| fault.row == row).collect()
}

/// Returns the fault with this id; it panics when there is none.
pub fn find(id: &str) -> Fault {
    let found = all().into_iter().find(|fault| fault.id == id);
    found.unwrap_or_else(|| panic!("no fault {id}"))
}

impl Fault {
    /// A server that says `reply` to every request and ends in `end`.
    const fn says(
        id: &'static str,
        description: &'static str,
        reply: &'static [u8],
        end: End,
    ) -> Fault {
        Fault::new(id, description, Deed::Say(reply, end))
    }

    /// A server that needs code of its own.
    const fn acts(id: &'static str, description: &'static str, act: Act) -> Fault {
        Fault::new(id, description, Deed::Act(act))
    }

    const fn new(id: &'static str, description: &'static str, deed: Deed) -> Fault {
        let digits = id.as_bytes();
        Fault {
            id,
            row: (digits[0] - b'0') * 10 + (digits[1] - b'0'),
            description,
            exit: &[],
            body: b"",
            keep: Keep::Nothing,
            options: &[],
            says: &[],
            poisons: false,
            stage: Stage::Request,
            deed,
        }
    }

    const fn exits(mut self, exit: &'static [i32]) -> Fault {
        self.exit = exit;
        self
    }

    /// Success is allowed, or at least part of the body comes.
    const fn body(mut self, body: &'static [u8]) -> Fault {
        self.body = body;
        self.keep = Keep::Beginning;
        self
    }

    const fn keeps(mut self, partial: &'static [u8]) -> Fault {
        self.body = partial;
        self.keep = Keep::Exactly(partial);
        self
    }

    const fn with(mut self, options: &'static [&'static str]) -> Fault {
        self.options = options;
        self
    }

    const fn telling(mut self, words: &'static [&'static str]) -> Fault {
        self.says = words;
        self
    }

    const fn poisoning(mut self) -> Fault {
        self.poisons = true;
        self
    }

    const fn at(mut self, stage: Stage) -> Fault {
        self.stage = stage;
        self
    }

    /// Tells whether the URL of the fault is an https one.
    pub fn is_tls(&self) -> bool {
        !matches!(self.stage, Stage::Request)
    }

    /// Judges a command's exit code and the file it left.
    ///
    /// # Errors
    /// What the table demands instead.
    pub fn check(&self, exit: i32, file: Option<&[u8]>) -> Result<(), String> {
        let fault = format!("fault {} ({})", self.id, self.description);
        judge(&fault, (self.exit, self.body, self.keep), exit, file)
    }
}

type Demand<'a> = (&'a [i32], &'a [u8], Keep);

fn judge(fault: &str, demand: Demand<'_>, exit: i32, file: Option<&[u8]>) -> Result<(), String> {
    let (exits, body, keep) = demand;
    if !exits.contains(&exit) {
        return Err(format!("{fault}: exit {exit} instead of {exits:?}"));
    }
    let (fits, wanted) = match (exit, keep) {
        (0, _) => (file == Some(body), "the whole body".to_owned()),
        (_, Keep::Nothing) => (file.is_none(), "no file".to_owned()),
        (_, Keep::Exactly(part)) => (file == Some(part), format!("{} bytes kept", part.len())),
        (_, Keep::Beginning) => {
            (body.starts_with(file.unwrap_or_default()), "the body's beginning".to_owned())
        }
    };
    let length = file.map_or("no file".to_owned(), |file| format!("{} bytes", file.len()));
    if fits { Ok(()) } else { Err(format!("{fault}: {length} on disk instead of {wanted}")) }
}
