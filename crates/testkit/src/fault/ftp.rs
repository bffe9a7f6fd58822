//! Rows 57–63 and the classes E3, E4, E5, K1 and K2: FTP servers that misbehave.

use super::{Keep, judge};
use crate::ftp::{Answer, Builder, End, Server};
use crate::tls::Authority;

/// The file every one of them serves, before what they do to it.
const PATH: &str = "/folder/page";
const BODY: &[u8] = b"hello";

const LOGIN: &[&str] = &["Login"];
const PROTOCOL: &[&str] = &["Protocol"];
const LIMIT: &[&str] = &["Limit"];
const TRUNCATED: &[&str] = &["Truncated"];
const NO_TLS: &[&str] = &["TlsUnavailable"];

const TLS_OR_NOTHING: &[&str] = &["--ssl-reqd", "-u", "me:secret"];

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

const FAULTS: &[FtpFault] = &[
    FtpFault::new("57a", "226 missing, control FIN", |builder| {
        builder.final_reply(Answer::nothing().then(End::Fin))
    })
    .fails(&[56], &["Io"])
    .keeps(BODY)
    .telling(&["confirm"]),
    FtpFault::new("57b", "226 missing, control RST", |builder| {
        builder.final_reply(Answer::nothing().then(End::Reset))
    })
    .fails(&[56], &["Io"])
    .keeps(BODY),
    FtpFault::new("57c", "226 missing, nothing happens", |builder| {
        builder.final_reply(Answer::nothing())
    })
    .fails(&[28], &["Timeout"])
    .keeps(BODY)
    .with(&["-m", "1"]),
    FtpFault::new("57d", "226 cut off in its middle", |builder| {
        builder.final_reply(Answer::raw("226 Do").then(End::Fin))
    })
    .fails(&[56], &["Io"])
    .keeps(BODY),
    FtpFault::new("58a", "426 after the data", |builder| builder.final_reply("426 Aborted."))
        .fails(&[18], TRUNCATED)
        .keeps(BODY)
        .telling(&["426"]),
    FtpFault::new("58b", "451 after the data", |builder| builder.final_reply("451 Disk trouble."))
        .fails(&[18], TRUNCATED)
        .keeps(BODY)
        .telling(&["451"]),
    FtpFault::new("58c", "the data cut off, then 426", |builder| {
        builder.end_data_after(3, End::Fin)
    })
    .fails(&[18], TRUNCATED)
    .keeps(b"hel"),
    FtpFault::new("58d", "451 after an upload", |builder| builder.final_reply("451 Disk trouble."))
        .fails(&[18, 25], &["Refused", "Denied"])
        .uploading(BODY)
        .telling(&["451"]),
    FtpFault::new("58e", "the disk full in the middle of an upload", |builder| {
        builder.full_after(3)
    })
    .fails(&[70, 25, 18, 55], &["Refused", "Denied", "Io"])
    .uploading(BODY)
    .telling(&["552"]),
    FtpFault::new("58f", "an upload that is never confirmed, control FIN", |builder| {
        builder.final_reply(Answer::nothing().then(End::Fin))
    })
    .fails(&[56], &["Io"])
    .uploading(BODY),
    FtpFault::new("59a", "data shorter than SIZE", |builder| builder.announce(PATH, 10))
        .fails(&[18], TRUNCATED)
        .keeps(BODY)
        .telling(&["5", "10"]),
    FtpFault::new("59b", "the server dead in the middle of the data", |builder| {
        builder.die_after(3, End::Fin)
    })
    .fails(&[18, 56], &["Truncated", "Io"])
    .keeps(b"hel"),
    FtpFault::new("60", "data longer than SIZE", |builder| builder.announce(PATH, 3))
        .fails(&[18], &["Truncated", "Protocol"])
        .partly(BODY),
    FtpFault::new("61a", "530 to the password", |builder| {
        builder.answer("PASS", "530 Login incorrect.")
    })
    .fails(&[67], LOGIN),
    FtpFault::new("61b", "550 to RETR", |builder| builder.answer("RETR", "550 No such file."))
        .fails(&[78], &["NotFound"]),
    FtpFault::new("61c", "garbage in 227", |builder| {
        builder.without("EPSV").answer("PASV", "227 Entering Passive Mode (1,2,3)")
    })
    .fails(&[14], PROTOCOL),
    FtpFault::new("61d", "NUL in the greeting", |builder| {
        builder.greeting(Answer::raw("220 a\0b\r\n"))
    })
    .fails(&[8], PROTOCOL),
    FtpFault::new("61e", "a greeting without end", |builder| {
        builder.greeting(Answer::raw("220-\r\n").endlessly("220-and more\r\n"))
    })
    .fails(&[100], LIMIT)
    .of_class("K2"),
    FtpFault::new("61f", "421 instead of a greeting", |builder| {
        builder.greeting(Answer::from("421 Too many users.").then(End::Fin))
    })
    .fails(&[8, 28], &["Refused", "Denied", "Protocol"])
    .telling(&["421"]),
    FtpFault::new("61g", "550 to CWD", |builder| builder.answer("CWD", "550 No such folder."))
        .fails(&[9], &["Denied", "NotFound"]),
    FtpFault::new("61h", "no file of that name", |builder| {
        builder.answer("SIZE", "550 No.").answer("RETR", "550 No.")
    })
    .fails(&[78], &["NotFound"]),
    FtpFault::new("62a", "AUTH unknown", |builder| builder.without("AUTH"))
        .fails(&[64], NO_TLS)
        .with(TLS_OR_NOTHING)
        .of_class("E3"),
    FtpFault::new("62b", "AUTH refused with 530", |builder| builder.answer("AUTH", "530 Log in."))
        .fails(&[64], NO_TLS)
        .with(TLS_OR_NOTHING)
        .of_class("E3"),
    FtpFault::new("62c", "logged in by the greeting, AUTH refused", |builder| {
        builder.greeting("230 Welcome.").without("AUTH")
    })
    .fails(&[64], NO_TLS)
    .with(TLS_OR_NOTHING)
    .of_class("E3"),
    FtpFault::new("62d", "AUTH taken, data not to be protected", |builder| {
        builder.answer("PROT", "536 Not here.")
    })
    .over_tls()
    .fails(&[64], NO_TLS)
    .with(TLS_OR_NOTHING)
    .of_class("E3"),
    FtpFault::new("63a", "a whole reply injected behind 234", |builder| {
        builder.inject_after_auth("230 Welcome.\r\n")
    })
    .injecting(),
    FtpFault::new("63b", "half a reply injected behind 234", |builder| {
        builder.inject_after_auth("331 Pass")
    })
    .injecting(),
    FtpFault::new("63c", "an empty line injected behind 234", |builder| {
        builder.inject_after_auth("\r\n")
    })
    .injecting(),
    FtpFault::new("E5a", "protected data without close_notify, its size unknown", |builder| {
        builder.without_sizes().end_data_after(5, End::Cut).final_reply("226 Done.")
    })
    .over_tls()
    .fails(&[56, 18], &["Truncated", "Io"])
    .keeps(BODY)
    .with(TLS_OR_NOTHING)
    .of_class("E5"),
    FtpFault::new("K1a", "a foreign address in 227", |builder| {
        builder.without("EPSV").pasv_address([10, 9, 8, 7])
    })
    .succeeds(),
    FtpFault::new("K2a", "331 to the password, again and again", |builder| {
        builder.answer("PASS", "331 Password, please.")
    })
    .fails(&[67], LOGIN),
    FtpFault::new("K2b", "a reply of lines without end", |builder| {
        builder.answer("USER", Answer::raw("331-\r\n").endlessly("more and more\r\n"))
    })
    .fails(&[100], LIMIT),
    FtpFault::new("K2c", "a line without end", |builder| {
        builder.greeting(Answer::raw("220 ").endlessly("more and more "))
    })
    .fails(&[100], LIMIT),
    FtpFault::new("K2d", "a final reply of lines without end", |builder| {
        builder.final_reply(Answer::raw("226-\r\n").endlessly("more and more\r\n"))
    })
    .fails(&[100], LIMIT)
    .keeps(BODY),
];

impl FtpFault {
    const fn new(
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

    const fn fails(mut self, exit: &'static [i32], kinds: &'static [&'static str]) -> FtpFault {
        self.exit = exit;
        self.kinds = kinds;
        self
    }

    const fn succeeds(mut self) -> FtpFault {
        self.exit = &[0];
        self.body = BODY;
        self
    }

    const fn keeps(mut self, partial: &'static [u8]) -> FtpFault {
        self.body = partial;
        self.keep = Keep::Exactly(partial);
        self
    }

    const fn partly(mut self, body: &'static [u8]) -> FtpFault {
        self.body = body;
        self.keep = Keep::Beginning;
        self
    }

    const fn with(mut self, options: &'static [&'static str]) -> FtpFault {
        self.options = options;
        self
    }

    const fn telling(mut self, words: &'static [&'static str]) -> FtpFault {
        self.says = words;
        self
    }

    const fn of_class(mut self, class: &'static str) -> FtpFault {
        self.class = class;
        self
    }

    const fn over_tls(mut self) -> FtpFault {
        self.is_tls = true;
        self
    }

    const fn uploading(mut self, bytes: &'static [u8]) -> FtpFault {
        self.upload = Some(bytes);
        self
    }

    const fn injecting(self) -> FtpFault {
        self.over_tls().fails(&[8], PROTOCOL).with(TLS_OR_NOTHING).of_class("E4")
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
