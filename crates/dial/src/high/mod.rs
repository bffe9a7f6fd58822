//! High-level arguments: the low ones with everything from outside resolved.
//!
//! Files named with `@` are read, a missing password is asked for, names and lists are taken
//! apart. What is left needs the network only.

mod cookies;
mod group;
mod headers;
mod netrc;
mod network;
mod time_condition;
mod transfers;

pub(crate) use cookies::Cookies;
pub(crate) use headers::{HeaderLine, HeaderValue};
pub(crate) use network::{ConnectTo, Resolve};
pub(crate) use time_condition::TimeCondition;
pub(crate) use transfers::{Destination, Transfer, Upload, inside};

use crate::data::Body;
use crate::exit::{Code, Failure};
use crate::flags::{Global, LowArgs};
use crate::form::Form;
use crate::messages::Name;
use crate::protocols::Protocols;
use crate::secret::Secret;
use crate::settings::{
    Auth, Connection, Etag, Fail, Format, Ftp, Mail, OutputRules, Proxies, Reading, Redirects,
    Remembered, Retry, Sasl, StartTls, Tftp, Timeouts, Tls,
};
use crate::writeout::Template;
use landline::http::HttpVersion;

/// Everything a run needs.
pub(crate) struct HighArgs {
    global: Global,
    groups: Vec<transfers::Group>,
}

/// What all transfers of a group share.
pub(crate) struct Settings {
    pub(crate) request: Request,
    /// `-X`, in place of the request's own method.
    pub(crate) method: Option<String>,
    pub(crate) headers: Vec<HeaderLine>,
    pub(crate) user: Option<Credentials>,
    pub(crate) netrc: Option<landline::Netrc>,
    pub(crate) auth: Auth,
    /// `--oauth2-bearer`
    pub(crate) bearer: Option<Secret>,
    /// `None`: send none.
    pub(crate) user_agent: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) auto_referer: bool,
    /// Without `bytes=`.
    pub(crate) range: Option<String>,
    pub(crate) http_version: HttpVersion,
    pub(crate) request_target: Option<String>,
    pub(crate) path_as_is: bool,
    pub(crate) compressed: bool,
    pub(crate) reading: Reading,
    pub(crate) max_filesize: Option<u64>,
    /// `-a`
    pub(crate) append: bool,
    pub(crate) crlf: bool,
    pub(crate) time_condition: Option<TimeCondition>,

    pub(crate) fail: Fail,
    /// `-i`, and `-I`
    pub(crate) include: bool,
    pub(crate) dump_header: Option<std::path::PathBuf>,
    pub(crate) write_out: Option<Template>,
    pub(crate) redirects: Redirects,
    /// `None`: every scheme.
    pub(crate) protocols: Option<Protocols>,
    /// `None`: http and https.
    pub(crate) redirect_protocols: Option<Protocols>,

    /// `--format`
    pub(crate) format: Option<Format>,
    pub(crate) output: OutputRules,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) connection: Connection,
    pub(crate) proxies: Proxies,
    /// `--proxy-header`
    pub(crate) proxy_headers: Vec<HeaderLine>,
    /// `-U`
    pub(crate) proxy_user: Option<Credentials>,
    pub(crate) resolve: Vec<Resolve>,
    pub(crate) connect_to: Vec<ConnectTo>,
    pub(crate) tls: Tls,
    pub(crate) start_tls: StartTls,
    pub(crate) ftp: Ftp,
    pub(crate) tftp: Tftp,
    pub(crate) sasl: Sasl,
    pub(crate) mail: Mail,
    pub(crate) cookies: Cookies,
    pub(crate) remembered: Remembered,
    pub(crate) etag: Etag,
    /// `-t`, as typed.
    pub(crate) telnet_options: Vec<String>,
}

/// What is asked for. `-T` is a matter of each [`Transfer`].
#[derive(Debug)]
pub(crate) enum Request {
    Get,
    Head,
    Post(Body),
    Form(Box<Form>),
}

/// `-u`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: Secret,
}

impl HighArgs {
    /// Resolves the low arguments. Warnings are added to the second value, which is good even
    /// where the first is a failure.
    pub(crate) fn from_low(low: LowArgs, name: Name) -> (Result<HighArgs, Failure>, Vec<String>) {
        let mut warnings = low.warnings;
        let mut all = low.closed;
        all.push(low.group);
        let groups = all.into_iter().map(|group| group::resolve(group, name, &mut warnings));
        let mut groups: Result<Vec<_>, Failure> = groups.collect();
        groups.iter_mut().for_each(|groups| transfers::number(groups));
        (groups.map(|groups| HighArgs { global: low.global, groups }), warnings)
    }

    /// What concerns the whole run, and the transfers in order. Globs are expanded as they are reached; a bad one is an error
    /// at its place, and the transfers before it are good.
    pub(crate) fn into_transfers(
        self,
    ) -> (Global, impl Iterator<Item = Result<Transfer, Failure>>) {
        let transfers = self.groups.into_iter().flat_map(transfers::Group::into_transfers);
        (self.global, transfers)
    }
}

/// Text from the command line that is to be text.
fn text(value: &std::ffi::OsStr) -> Result<&str, Failure> {
    value.to_str().ok_or_else(|| Failure::new(Code::MALFORMED_URL, "URL is not UTF-8"))
}

#[cfg(test)]
mod tests;
