//! FTP servers that misbehave: what a fault is, and a server for it.

use super::ftp_rows::FAULTS;
use super::{Keep, judge};
use crate::ftp::{Builder, Server};
use crate::tls::Authority;

/// The file every one of them serves, before what they do to it.
pub(super) const PATH: &str = "/folder/page";
pub(super) const BODY: &[u8] = b"hello";

/// One way for an FTP server to misbehave.
///
/// ```
/// use landline_testkit::fault::{self, Keep};
///
/// let fault = fault::find_ftp("58a");
/// assert_eq!((fault.row, fault.exit, fault.keep), (Some(58), &[18][..], Keep::Exactly(b"hello")));
/// assert_eq!((fault.class, fault.kinds), ("", &["Truncated"][..]));
/// let server = fault.serve();
/// assert!(server.url().starts_with("ftp://127.0.0.1:"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FtpFault {
    /// The row of the table, or the class where it has none, and a letter: `57a`, `K1a`.
    pub id: &'static str,
    /// The row of the table, where it has one.
    pub row: Option<u8>,
    /// The class, where it belongs to one: `E3`, `K2` …; else nothing.
    pub class: &'static str,
    /// What the server does.
    pub description: &'static str,
    /// The exit codes that the table allows.
    pub exit: &'static [i32],
    /// The kinds of error the library may give, by name; none where it is to succeed.
    pub kinds: &'static [&'static str],
    /// The whole file, where success is allowed or part of it comes.
    pub body: &'static [u8],
    /// What must be on disk after a failure.
    pub keep: Keep,
    /// Flags of curl's that the case needs.
    pub options: &'static [&'static str],
    /// Words that must stand in the message, whatever their case.
    pub says: &'static [&'static str],
    /// What is to be uploaded, in the cases where the server fails to take it.
    pub upload: Option<&'static [u8]>,
    /// Whether the server offers TLS after AUTH.
    pub is_tls: bool,
    quirk: fn(Builder) -> Builder,
}

/// Returns every fault of FTP servers.
pub fn ftp() -> Vec<FtpFault> {
    FAULTS.to_vec()
}

/// Returns the FTP fault with this id; it panics when there is none.
pub fn find_ftp(id: &str) -> FtpFault {
    let found = FAULTS.iter().find(|fault| fault.id == id);
    *found.unwrap_or_else(|| panic!("no FTP fault {id}"))
}

/// A server that does one fault to every connection.
#[derive(Debug)]
pub struct FtpFaultServer {
    server: Server,
    authority: Option<Authority>,
}

impl FtpFault {
    pub(super) const fn new(
        id: &'static str,
        description: &'static str,
        quirk: fn(Builder) -> Builder,
    ) -> FtpFault {
        let (digits, is_row) = (id.as_bytes(), id.as_bytes()[0].is_ascii_digit());
        FtpFault {
            id,
            row: if is_row { Some((digits[0] - b'0') * 10 + (digits[1] - b'0')) } else { None },
            class: if is_row { "" } else { id.split_at(2).0 },
            description,
            exit: &[],
            kinds: &[],
            body: b"",
            keep: Keep::Nothing,
            options: &[],
            says: &[],
            upload: None,
            is_tls: false,
            quirk,
        }
    }

    pub(super) const fn fails(
        mut self,
        exit: &'static [i32],
        kinds: &'static [&'static str],
    ) -> FtpFault {
        self.exit = exit;
        self.kinds = kinds;
        self
    }

    pub(super) const fn succeeds(mut self) -> FtpFault {
        self.exit = &[0];
        self.body = BODY;
        self
    }

    pub(super) const fn keeps(mut self, partial: &'static [u8]) -> FtpFault {
        self.body = partial;
        self.keep = Keep::Exactly(partial);
        self
    }

    pub(super) const fn partly(mut self, body: &'static [u8]) -> FtpFault {
        self.body = body;
        self.keep = Keep::Beginning;
        self
    }

    pub(super) const fn with(mut self, options: &'static [&'static str]) -> FtpFault {
        self.options = options;
        self
    }

    pub(super) const fn telling(mut self, words: &'static [&'static str]) -> FtpFault {
        self.says = words;
        self
    }

    pub(super) const fn of_class(mut self, class: &'static str) -> FtpFault {
        self.class = class;
        self
    }

    pub(super) const fn over_tls(mut self) -> FtpFault {
        self.is_tls = true;
        self
    }

    pub(super) const fn uploading(mut self, bytes: &'static [u8]) -> FtpFault {
        self.upload = Some(bytes);
        self
    }

    /// Starts a server on 127.0.0.1 that misbehaves so.
    pub fn serve(&self) -> FtpFaultServer {
        self.serve_on(crate::Builder::default())
    }

    /// Starts the same wherever `core` listens, say byte by byte.
    pub fn serve_on(&self, core: crate::Builder) -> FtpFaultServer {
        let builder = Server::builder().on(core).file(PATH, BODY).login("me", "secret");
        let authority = self.is_tls.then(Authority::new);
        let builder = match &authority {
            Some(authority) => builder.tls(&authority.issue(&["localhost", "127.0.0.1"])),
            None => builder,
        };
        FtpFaultServer { server: (self.quirk)(builder).start(), authority }
    }

    /// Judges a command's exit code and the file it left; uploads leave none.
    ///
    /// # Errors
    /// What the table demands instead.
    pub fn check(&self, exit: i32, file: Option<&[u8]>) -> Result<(), String> {
        let fault = format!("fault {} ({})", self.id, self.description);
        judge(&fault, (self.exit, self.body, self.keep), exit, file)
    }
}

impl FtpFaultServer {
    /// Returns the URL to read, or to upload to.
    pub fn url(&self) -> String {
        self.server.url(PATH)
    }

    /// Returns the authority whose certificate the client is to trust, where one is involved.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// Returns the server underneath.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Tells whether a user's name or password came in the clear though TLS was demanded of the
    /// client (class E3): in no case it may.
    pub fn has_seen_credentials(&self) -> bool {
        let is_secret = |line: &str| line.starts_with("USER") || line.starts_with("PASS");
        let dialogue = self.server.dialogue();
        dialogue.iter().any(|command| !command.is_protected && is_secret(&command.line))
    }
}
