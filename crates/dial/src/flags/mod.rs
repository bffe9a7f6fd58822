//! The flags of `dial`: one table, from which the parser, `--help`, the man page and the
//! completions are made.
//!
//! A flag is a row: its names, whether it takes a value, its words, and a function that
//! writes it down in [`LowArgs`]. A curl flag without such a function is known by name and
//! stops the command with exit code 2; none is silently ignored.

mod config;
mod low;
mod never;
mod parse;
mod refusal;
mod sockets;
mod suggest;
mod table;
#[cfg(test)]
mod tests;
mod values;
mod variables;

pub(crate) use config::default_file;
pub(crate) use low::{
    DataKind, DataPart, Generate, Global, Group, LowArgs, Out, Special, TraceForm,
};
pub(crate) use parse::parse;
pub(crate) use refusal::Refusal;
pub(crate) use table::TABLES;
pub(crate) use values::Given;

/// One row of the table.
pub(crate) struct Flag {
    /// Without the dashes; of a flag that is on by default without the `no-` too.
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) value: Value,
    pub(crate) category: Category,
    /// One line for `--help`.
    pub(crate) help: &'static str,
    /// A paragraph for the man page and `--help --flag`. Empty for what is not built.
    pub(crate) doc: &'static str,
    /// `None`: not yet built.
    pub(crate) update: Option<Update>,
}

/// Writes a flag down. Runs once for each time the flag is given, in order.
pub(crate) type Update = fn(&mut LowArgs, &Given<'_>) -> Result<(), Refusal>;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing, and `--no-flag` makes no sense: `--http1.1`.
    None,
    /// Nothing; `--no-flag` takes it back.
    Switch,
    /// As `Switch`, but on from the start: help shows `--no-flag`, the short letter is off.
    On,
    /// A value; the last one given counts.
    One(&'static str),
    /// A value; all given count.
    Many(&'static str),
    /// What follows, if anything does: `--help tls`.
    Optional(&'static str),
}

impl Value {
    pub(crate) fn metavar(self) -> Option<&'static str> {
        match self {
            Value::None | Value::Switch | Value::On => None,
            Value::One(name) | Value::Many(name) | Value::Optional(name) => Some(name),
        }
    }

    fn is_reversible(self) -> bool {
        matches!(self, Value::Switch | Value::On)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Auth,
    Connection,
    Dns,
    Ftp,
    Http,
    Mail,
    Misc,
    Output,
    Post,
    Proxy,
    Ssh,
    Tls,
    Tool,
    Transfer,
    Verbose,
}

impl Category {
    /// In the order of the help, with its word on the command line and its title.
    pub(crate) const ALL: [(Category, &'static str, &'static str); 15] = [
        (Category::Auth, "auth", "Authentication methods"),
        (Category::Connection, "connection", "How the connection is made"),
        (Category::Dns, "dns", "Name lookup"),
        (Category::Ftp, "ftp", "FTP, TFTP and TELNET"),
        (Category::Http, "http", "HTTP requests and replies"),
        (Category::Mail, "mail", "SMTP, IMAP and POP3"),
        (Category::Misc, "misc", "Options that fit into no other category"),
        (Category::Output, "output", "Where the document goes"),
        (Category::Post, "post", "Data to send"),
        (Category::Proxy, "proxy", "Proxies"),
        (Category::Ssh, "ssh", "SCP and SFTP"),
        (Category::Tls, "tls", "TLS and certificates"),
        (Category::Tool, "tool", "The command itself"),
        (Category::Transfer, "transfer", "Time limits, sizes and retries"),
        (Category::Verbose, "verbose", "What is told on stderr"),
    ];

    pub(crate) fn from_word(word: &str) -> Option<Category> {
        // What curl calls its own categories that are none here.
        let word = match word {
            "curl" | "dial" => "tool",
            "tftp" | "telnet" => "ftp",
            "imap" | "pop3" | "smtp" => "mail",
            "scp" | "sftp" => "ssh",
            "upload" => "post",
            word => word,
        };
        Category::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

/// Every flag, built or not.
pub(crate) fn all() -> impl Iterator<Item = &'static Flag> {
    TABLES.iter().flat_map(|table| table.iter())
}

pub(crate) fn find_short(letter: char) -> Option<&'static Flag> {
    all().find(|flag| flag.short == Some(letter))
}

/// Finds a long name as typed, without dashes: the flag, and whether it is switched on.
///
/// A whole name goes before a name behind `no-` (`noproxy`, `no-buffer`), and both before a
/// beginning that fits one flag only.
pub(crate) fn find_long(name: &str) -> Result<(&'static Flag, bool), Refusal> {
    let exact = |name: &str| all().find(|flag| flag.long == name);
    if let Some(flag) = exact(name) {
        return Ok((flag, true));
    }
    let (rest, on) = name.strip_prefix("no-").map_or((name, true), |rest| (rest, false));
    let flag = match exact(rest) {
        Some(flag) => flag,
        None => find_beginning(rest)?,
    };
    if on || flag.value.is_reversible() { Ok((flag, on)) } else { Err(Refusal::NotReversible) }
}

fn find_beginning(name: &str) -> Result<&'static Flag, Refusal> {
    let mut fitting = all().filter(|flag| !name.is_empty() && flag.long.starts_with(name));
    match (fitting.next(), fitting.next()) {
        (Some(flag), None) => Ok(flag),
        (Some(one), Some(other)) => {
            let all = [one, other].into_iter().chain(fitting);
            let mut names: Vec<_> = all.map(Flag::shown).collect();
            names.sort_unstable();
            Err(Refusal::Ambiguous(names))
        }
        (None, _) => Err(Refusal::Unknown { near: suggest::near(name) }),
    }
}

/// The help of a flag that curl had once.
pub(crate) const DROPPED: &str = "Taken out of curl";

/// The help of a flag for what needs a library of the system: Kerberos (GSS-API), or NTLM.
pub(crate) const NOT_BUILT_IN: &str = "Not built in: Kerberos and NTLM";

impl Flag {
    pub(crate) fn is_built(&self) -> bool {
        self.update.is_some()
    }

    /// Whether curl itself has taken it out: there is nothing to wait for.
    pub(crate) fn is_dropped(&self) -> bool {
        self.help == DROPPED
    }

    /// Whether it is for a curl that is built with more than `dial` is.
    pub(crate) fn is_not_built_in(&self) -> bool {
        self.help == NOT_BUILT_IN
    }

    /// Why it will not be built, where that is known.
    pub(crate) fn why_never(&self) -> Option<&'static str> {
        never::reason(self.long).filter(|_| !self.is_built())
    }

    /// The long name as help shows it: `--fail`, `--no-buffer`.
    pub(crate) fn shown(&self) -> String {
        let no = if self.value == Value::On { "no-" } else { "" };
        format!("--{no}{}", self.long)
    }
}
