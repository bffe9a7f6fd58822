//! Logins, TLS, and the manners of a control connection.

use std::io;

use super::answer::Rule;
use super::builder::House;
use super::listing::FACTS;
use super::session::Session;

/// How far the login has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    Nobody,
    /// The user is named; the password is missing.
    Password(String),
    Account,
    In,
}

impl House {
    fn lets_in(&self, user: &str, password: &str) -> bool {
        let is_anonymous = matches!(user, "anonymous" | "ftp") && !self.refuses_anonymous;
        is_anonymous || self.logins.iter().any(|(name, secret)| name == user && secret == password)
    }
}

impl Session<'_> {
    pub(super) fn obey_access(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(argument).into_owned();
        match verb {
            "USER" => self.user(text),
            "PASS" => self.pass(&text),
            "ACCT" => self.acct(&text),
            "AUTH" => self.auth(&text.to_ascii_uppercase()),
            "PBSZ" => self.pbsz(),
            "PROT" => self.prot(&text.to_ascii_uppercase()),
            "CCC" => self.tell("533 The control connection stays protected."),
            "REIN" => {
                self.login = Login::Nobody;
                self.tell("220 Ready for a new user.")
            }
            _ => {
                self.is_over = true;
                self.tell("221 Goodbye.")
            }
        }
    }

    fn user(&mut self, user: String) -> io::Result<()> {
        if self.shared.house.demands_tls && self.conn.tls().is_none() {
            return self.tell("530 Logins must be encrypted.");
        }
        self.login = Login::Password(user);
        self.tell("331 Password, please.")
    }

    fn pass(&mut self, password: &str) -> io::Result<()> {
        let house = &self.shared.house;
        let Login::Password(user) = std::mem::replace(&mut self.login, Login::Nobody) else {
            return self.tell("503 USER first.");
        };
        if !house.lets_in(&user, password) {
            return self.tell("530 Login incorrect.");
        }
        if house.account.is_some() {
            self.login = Login::Account;
            return self.tell("332 Account, please.");
        }
        self.login = Login::In;
        self.tell("230 Welcome.")
    }

    fn acct(&mut self, account: &str) -> io::Result<()> {
        if self.login != Login::Account {
            return self.tell("202 No account is needed.");
        }
        if self.shared.house.account.as_deref() != Some(account) {
            self.login = Login::Nobody;
            return self.tell("530 No such account.");
        }
        self.login = Login::In;
        self.tell("230 Welcome.")
    }

    fn auth(&mut self, mechanism: &str) -> io::Result<()> {
        if self.shared.house.tls.is_none() || self.conn.tls().is_some() {
            return self.tell("502 No TLS here.");
        }
        if !matches!(mechanism, "TLS" | "TLS-C" | "SSL" | "TLS-P") {
            return self.tell("504 TLS or nothing.");
        }
        let reply = [b"234 Go ahead.\r\n", self.shared.quirks.injected.as_slice()].concat();
        self.conn.say(reply)?;
        self.begin_tls()
    }

    pub(super) fn begin_tls(&mut self) -> io::Result<()> {
        let mark = self.mark();
        let config = self.shared.house.tls.clone().ok_or(io::ErrorKind::Unsupported)?;
        self.conn.upgrade_tls_marked(&config, &mark)
    }

    fn pbsz(&mut self) -> io::Result<()> {
        if self.conn.tls().is_none() {
            return self.tell("503 AUTH first.");
        }
        self.has_pbsz = true;
        self.tell("200 PBSZ=0")
    }

    fn prot(&mut self, level: &str) -> io::Result<()> {
        match level {
            _ if !self.has_pbsz => self.tell("503 PBSZ first."),
            "C" | "P" => {
                self.protects_data = level == "P";
                self.tell("200 So be it.")
            }
            "S" | "E" => self.tell("536 Not with TLS."),
            _ => self.tell("504 C or P."),
        }
    }

    pub(super) fn obey_manners(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(argument).to_ascii_uppercase();
        match (verb, &*text) {
            ("TYPE", "I" | "L 8" | "A" | "A N") => {
                self.is_ascii = text.starts_with('A');
                self.tell(format!("200 Type is {text}."))
            }
            ("TYPE", _) => self.tell("504 A or I."),
            ("MODE", "S") | ("STRU", "F") => self.tell("200 It is."),
            ("MODE" | "STRU", _) => self.tell("504 Not that one."),
            ("FEAT", _) => self.feat(),
            ("OPTS", _) => self.opts(&text),
            ("SYST", _) => self.tell("215 UNIX Type: L8"),
            ("HELP", _) => {
                self.conn.say("214-Commands are those of RFC 959 and later.\r\n214 End.\r\n")
            }
            ("ABOR", _) => self.tell("226 Nothing is under way any more."),
            _ => self.tell("200 Done."),
        }
    }

    fn feat(&mut self) -> io::Result<()> {
        let mut reply = "211-Features:\r\n".to_owned();
        let mut add = |verb: &str, feature: &str| {
            if !Rule::refuse(&self.shared.quirks.rules, verb) {
                reply.push_str(&format!(" {feature}\r\n"));
            }
        };
        for verb in ["EPRT", "EPSV", "MDTM", "MFMT", "PASV", "SIZE"] {
            add(verb, verb);
        }
        add("REST", "REST STREAM");
        add("MLST", &mlst_feature(&self.facts));
        add("TVFS", "TVFS");
        add("UTF8", "UTF8");
        if self.shared.quirks.demands_pret {
            add("PRET", "PRET");
        }
        if self.shared.house.tls.is_some() {
            add("AUTH", "AUTH TLS");
            add("PBSZ", "PBSZ");
            add("PROT", "PROT");
        }
        self.conn.say(reply + "211 End\r\n")
    }

    fn opts(&mut self, text: &str) -> io::Result<()> {
        match text.split_once(' ').unwrap_or((text, "")) {
            ("UTF8", "ON" | "OFF" | "") => self.tell("200 Always UTF8."),
            ("MLST", wanted) => {
                let wanted: Vec<&str> = wanted.split(';').collect();
                let is_wanted = |fact: &&str| wanted.contains(&&*fact.to_ascii_uppercase());
                self.facts = FACTS.into_iter().filter(is_wanted).collect();
                let facts: String = self.facts.iter().map(|fact| format!("{fact};")).collect();
                self.tell(format!("200 MLST OPTS {facts}"))
            }
            _ => self.tell("501 No such option."),
        }
    }
}

/// `MLST type*;size;`: a star at the facts that are shown (RFC 3659 section 7.8).
fn mlst_feature(shown: &[&str]) -> String {
    let star = |fact: &str| if shown.contains(&fact) { "*" } else { "" };
    let facts: String = FACTS.iter().map(|fact| format!("{fact}{};", star(fact))).collect();
    format!("MLST {facts}")
}
