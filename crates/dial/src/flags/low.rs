//! Low-level arguments: what the command line says, with the world untouched.

use landline::http::HttpVersion;
use std::ffi::OsString;
use std::path::PathBuf;

use super::Refusal;
use super::variables::Variables;
use crate::form::Fields;
use crate::protocols::Protocols;
use crate::secret::Secret;
use crate::settings::{
    Auth, Connection, Cookies, Etag, Fail, Format, Ftp, Mail, Netrc, OutputRules, Proxies, Reading,
    Redirects, Remembered, Retry, Sasl, StartTls, Tftp, Timeouts, Tls,
};

/// The whole command line. (No `Debug`: the words hold passwords.)
#[derive(Default)]
pub(crate) struct LowArgs {
    /// Something to do instead of a transfer. The rest of the line is not read then.
    pub(crate) special: Option<Special>,
    pub(crate) global: Global,
    /// The groups that a `--next` has closed.
    pub(crate) closed: Vec<Group>,
    /// The group being filled.
    pub(crate) group: Group,
    /// Set by `-K`; the parser reads the file at once and takes the name away.
    pub(crate) config: Option<PathBuf>,
    pub(crate) warnings: Vec<String>,
    /// The letter being read stands behind the same letter: `-vv`.
    pub(crate) is_repeated: bool,
    /// Values that nobody else on this machine should see.
    pub(crate) secrets: Vec<OsString>,
    /// `--variable`, over all groups.
    pub(crate) variables: Variables,
}

impl LowArgs {
    /// Begins a group with fresh options.
    pub(crate) fn next_group(&mut self) -> Result<(), Refusal> {
        if self.group.slots.iter().all(|slot| slot.url.is_none()) {
            return Err(Refusal::BadUse("missing URL before --next".into()));
        }
        self.closed.push(std::mem::take(&mut self.group));
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    /// `-h`, with the category or option asked for.
    Help(Option<String>),
    Manual,
    Version,
    /// `--generate KIND`
    Generate(Generate),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generate {
    Man,
    Bash,
    Zsh,
    Fish,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TraceForm {
    /// As `-v` does.
    Plain,
    /// `--trace`
    Hex,
    /// `--trace-ascii`
    Ascii,
}

/// Options that stay over `--next`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Global {
    pub(crate) silent: bool,
    pub(crate) show_error: bool,
    /// `-v`, and how many letters of it: `-vvv`
    pub(crate) verbosity: u8,
    /// `--trace` or `--trace-ascii`, in place of `-v`
    pub(crate) trace: Option<(TraceForm, PathBuf)>,
    /// `--trace-time`
    pub(crate) trace_times: bool,
    pub(crate) trace_ids: bool,
    /// `--no-progress-meter`
    pub(crate) no_progress: bool,
    /// `-#`
    pub(crate) progress_bar: bool,
    pub(crate) fail_early: bool,
    pub(crate) dry_run: bool,
    pub(crate) stderr: Option<PathBuf>,
    /// `-Z`
    pub(crate) parallel: bool,
    /// `--rate`: from the beginning of one transfer to that of the next
    pub(crate) interval: Option<std::time::Duration>,
    pub(crate) parallel_max: Option<usize>,
    pub(crate) parallel_max_host: Option<usize>,
    /// `--parallel-immediate`
    pub(crate) parallel_immediate: bool,
}

impl Global {
    /// How many transfers run at once.
    pub(crate) fn parallel_max(&self) -> usize {
        self.parallel_max.unwrap_or(50)
    }
}

/// The options between two `--next`.
#[derive(Default)]
pub(crate) struct Group {
    pub(crate) slots: Vec<Slot>,

    pub(crate) method: Option<String>,
    pub(crate) head: bool,
    pub(crate) get: bool,
    pub(crate) data: Vec<DataPart>,
    /// `-F` and `--form-string`
    pub(crate) form: Fields,
    pub(crate) form_escape: bool,
    pub(crate) url_query: Vec<OsString>,
    pub(crate) headers: Vec<OsString>,
    pub(crate) user: Option<Secret>,
    pub(crate) netrc: Netrc,
    pub(crate) auth: Auth,
    /// `--oauth2-bearer`
    pub(crate) bearer: Option<Secret>,
    /// Empty: send none.
    pub(crate) user_agent: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) auto_referer: bool,
    pub(crate) range: Option<String>,
    pub(crate) http_version: HttpVersion,
    pub(crate) request_target: Option<String>,
    pub(crate) path_as_is: bool,
    pub(crate) compressed: bool,
    pub(crate) reading: Reading,
    pub(crate) max_filesize: Option<u64>,
    pub(crate) append: bool,
    pub(crate) crlf: bool,
    /// `-z`, as typed.
    pub(crate) time_condition: Option<OsString>,

    pub(crate) fail: Fail,
    pub(crate) include: bool,
    pub(crate) dump_header: Option<PathBuf>,
    pub(crate) write_out: Option<OsString>,
    pub(crate) redirects: Redirects,
    pub(crate) protocols: Option<Protocols>,
    pub(crate) redirect_protocols: Option<Protocols>,
    pub(crate) default_protocol: Option<String>,

    /// `--format`
    pub(crate) format: Option<Format>,
    pub(crate) globoff: bool,
    pub(crate) remote_name_all: bool,
    pub(crate) output: OutputRules,

    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) connection: Connection,
    pub(crate) proxies: Proxies,
    pub(crate) resolve: Vec<String>,
    pub(crate) connect_to: Vec<String>,
    pub(crate) tls: Tls,
    pub(crate) start_tls: StartTls,
    pub(crate) ftp: Ftp,
    pub(crate) tftp: Tftp,
    pub(crate) sasl: Sasl,
    pub(crate) mail: Mail,
    pub(crate) cookies: Cookies,
    pub(crate) remembered: Remembered,
    pub(crate) etag: Etag,
    pub(crate) telnet_options: Vec<String>,
}

impl Group {
    /// The first slot that `is_free`, made where there is none. So the n-th `-o` meets the
    /// n-th URL whichever comes first.
    pub(crate) fn slot(&mut self, is_free: fn(&Slot) -> bool) -> &mut Slot {
        let at = self.slots.iter().position(is_free).unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        &mut self.slots[at]
    }

    pub(crate) fn add_url(&mut self, url: OsString) {
        self.slot(|slot| slot.url.is_none()).url = Some(url);
    }

    pub(crate) fn add_output(&mut self, output: Out) {
        self.slot(|slot| slot.output.is_none()).output = Some(output);
    }
}

/// One URL with the `-o`, `-O` and `-T` that belong to it by their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) url: Option<OsString>,
    pub(crate) output: Option<Out>,
    pub(crate) upload: Option<OsString>,
}

/// Where one URL goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Out {
    /// `-o`, as typed: `-` and `#1` are not yet looked at.
    File(OsString),
    /// `-O`
    Remote,
    /// `--no-remote-name`, after `--remote-name-all`.
    Stdout,
    /// `--out-null`
    Null,
}

/// One `-d`, `--data-…` or `--json`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DataPart {
    pub(crate) kind: DataKind,
    pub(crate) value: OsString,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataKind {
    /// `-d`: line ends and NUL are dropped from files.
    Text,
    /// `--data-raw`: `@` means itself.
    Raw,
    Binary,
    UrlEncode,
    Json,
}
