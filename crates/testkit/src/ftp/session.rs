//! One control connection: its state, and who obeys which verb.

use std::collections::HashMap;
use std::io;

use super::access::Login;
use super::answer::Rule;
use super::data::{Data, Door};
use super::journal::Command;
use super::listing::FACTS;
use super::server::Shared;
use super::tree::resolve;
use crate::Conn;

const BEFORE_LOGIN: &[&str] = &[
    "USER", "PASS", "ACCT", "QUIT", "REIN", "FEAT", "OPTS", "SYST", "NOOP", "HELP", "AUTH", "PBSZ",
    "PROT", "CCC", "ABOR",
];

pub(super) struct Session<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) shared: &'a Shared,
    uses: HashMap<String, usize>,
    pub(super) login: Login,
    pub(super) folder: Vec<u8>,
    pub(super) is_ascii: bool,
    pub(super) door: Door,
    /// After `EPSV ALL` (RFC 2428 section 4).
    pub(super) only_epsv: bool,
    pub(super) has_pbsz: bool,
    pub(super) protects_data: bool,
    /// What REST has said.
    pub(super) offset: u64,
    /// What RNFR has said.
    pub(super) renaming: Option<Vec<u8>>,
    pub(super) has_pret: bool,
    pub(super) facts: Vec<&'static str>,
    pub(super) transfers: usize,
    /// The last data connection, ended and not yet closed: bytes of the client that are still
    /// under way must not turn our FIN into a RST.
    pub(super) lingering: Option<Data>,
    pub(super) is_over: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(conn: &'a mut Conn, shared: &'a Shared) -> Session<'a> {
        Session {
            conn,
            shared,
            uses: HashMap::new(),
            login: Login::Nobody,
            folder: resolve(b"/", &shared.house.home),
            is_ascii: true,
            door: Door::Shut,
            only_epsv: false,
            has_pbsz: false,
            protects_data: false,
            offset: 0,
            renaming: None,
            has_pret: false,
            facts: FACTS.to_vec(),
            transfers: 0,
            lingering: None,
            is_over: false,
        }
    }

    /// Greets and obeys until one side has enough.
    pub(super) fn attend(mut self) -> io::Result<()> {
        if self.shared.house.is_implicit {
            self.begin_tls()?;
        }
        match &self.shared.quirks.greeting {
            Some(answer) => answer.give(self.conn)?,
            None => self.tell("220 Landline test server ready.")?,
        }
        while !self.is_over && !self.conn.is_ended() {
            let line = self.conn.read_line()?;
            if line.is_empty() {
                break;
            }
            self.obey(&line)?;
        }
        Ok(())
    }

    fn obey(&mut self, line: &[u8]) -> io::Result<()> {
        let line = text_of(line);
        self.shared.journal.command(Command {
            connection: self.conn.connection_number(),
            line: String::from_utf8_lossy(line).into_owned(),
            is_protected: self.conn.tls().is_some(),
        });
        let space = line.iter().position(|&byte| byte == b' ');
        let (verb, argument) = line.split_at(space.unwrap_or(line.len()));
        let verb = String::from_utf8_lossy(verb).to_ascii_uppercase();
        let argument = argument.strip_prefix(b" ").unwrap_or_default();
        let uses = self.uses.entry(verb.clone()).or_default();
        *uses += 1;
        match Rule::find(&self.shared.quirks.rules, &verb, *uses) {
            Some(answer) => {
                if answer.is("230") {
                    self.login = Login::In;
                }
                answer.give(self.conn)
            }
            None if !self.is_logged_in() && !BEFORE_LOGIN.contains(&&*verb) => {
                self.tell("530 Please log in with USER and PASS.")
            }
            None => self.dispatch(&verb, argument),
        }
    }

    fn dispatch(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        match verb {
            "USER" | "PASS" | "ACCT" | "REIN" | "QUIT" | "AUTH" | "PBSZ" | "PROT" | "CCC" => {
                self.obey_access(verb, argument)
            }
            "TYPE" | "MODE" | "STRU" | "FEAT" | "OPTS" | "SYST" | "NOOP" | "HELP" | "SITE"
            | "ABOR" => self.obey_manners(verb, argument),
            "CWD" | "XCWD" | "CDUP" | "XCUP" | "PWD" | "XPWD" | "MKD" | "XMKD" | "RMD" | "XRMD"
            | "DELE" | "RNFR" | "RNTO" | "SIZE" | "MDTM" | "MFMT" => {
                self.obey_files(verb, argument)
            }
            "LIST" | "NLST" | "MLSD" | "MLST" | "STAT" => self.obey_lists(verb, argument),
            "PASV" | "EPSV" | "PORT" | "EPRT" | "PRET" => self.obey_channel(verb, argument),
            "REST" | "RETR" | "STOR" | "APPE" | "STOU" => self.obey_transfers(verb, argument),
            _ => self.tell("500 Unknown command."),
        }
    }

    pub(super) fn is_logged_in(&self) -> bool {
        self.login == Login::In
    }

    /// Says one line.
    pub(super) fn tell(&mut self, line: impl AsRef<[u8]>) -> io::Result<()> {
        self.conn.say([line.as_ref(), b"\r\n"].concat())
    }

    /// Makes a path of the client's absolute.
    pub(super) fn path(&self, path: &[u8]) -> Vec<u8> {
        resolve(&self.folder, path)
    }

    /// What sessions of this connection are marked with.
    pub(super) fn mark(&self) -> [u8; 8] {
        (self.conn.connection_number() as u64).to_be_bytes()
    }
}

/// Takes off the line end and the Telnet signals in front of ABOR (RFC 959 section 4.1.3).
fn text_of(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let signals = line.iter().take_while(|&&byte| byte >= 0xf0).count();
    &line[signals..]
}
