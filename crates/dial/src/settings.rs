//! What the flags of one group amount to, as plain values.
//!
//! The flags fill these while the command line is read; `high` hands them on with the parts
//! that need the outside world (files named with `@`, a password asked for) resolved.

use std::path::PathBuf;
use std::time::Duration;

use landline::LowSpeed;
use landline::http::{AuthScheme, SigV4};

use crate::secret::Secret;

/// How long things may take. `None` is no limit of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// `-m`: the whole transfer.
    pub(crate) total: Option<Duration>,
    /// `--connect-timeout`: names, connection and TLS.
    pub(crate) connect: Option<Duration>,
    /// `--expect100-timeout`
    pub(crate) expect_continue: Option<Duration>,
    /// `--happy-eyeballs-timeout-ms`
    pub(crate) happy_eyeballs: Option<Duration>,
    /// `--limit-rate`, bytes per second both ways
    pub(crate) rate: Option<u64>,
    /// `-Y`, bytes per second
    pub(crate) low_speed: Option<u64>,
    /// `-y`: how long the speed may stay below `low_speed`
    pub(crate) low_speed_time: Option<Duration>,
}

impl Timeouts {
    /// Each of `-Y` and `-y` implies the other.
    pub(crate) fn low_speed_rule(&self) -> Option<LowSpeed> {
        const TIME: Duration = Duration::from_secs(30);
        match (self.low_speed, self.low_speed_time) {
            (None, None) | (Some(0), _) => None,
            (speed, time) => {
                let bytes_per_second = speed.unwrap_or(1);
                Some(LowSpeed { bytes_per_second, time: time.unwrap_or(TIME) })
            }
        }
    }
}

/// When and how often a failed transfer is tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retry {
    pub(crate) times: u64,
    /// `--retry-delay`; without it the wait doubles from one second to ten minutes.
    pub(crate) delay: Option<Duration>,
    pub(crate) max_time: Option<Duration>,
    pub(crate) all_errors: bool,
    pub(crate) connection_refused: bool,
}

/// How user and password are proven over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Auth {
    pub(crate) basic: bool,
    pub(crate) digest: bool,
    /// `--aws-sigv4`
    pub(crate) sigv4: Option<SigV4>,
    /// `--disallow-username-in-url`
    pub(crate) no_user_in_url: bool,
}

impl Auth {
    /// Several at once: whichever of them the server offers.
    pub(crate) fn scheme(&self) -> AuthScheme {
        match (self.basic, self.digest) {
            (true, true) => AuthScheme::Any,
            (false, true) => AuthScheme::Digest,
            (_, false) => AuthScheme::Basic,
        }
    }
}

/// What happens on a 3xx with a `Location`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Redirects {
    pub(crate) follow: bool,
    /// `--follow`: redirects change the method of `-X` too.
    pub(crate) as_specified: bool,
    /// `--location-trusted`: credentials go along to other hosts.
    pub(crate) trusted: bool,
    pub(crate) max: MaxRedirects,
    pub(crate) keep_post_on_301: bool,
    pub(crate) keep_post_on_302: bool,
    pub(crate) keep_post_on_303: bool,
}

/// How replies are read, where it is otherwise than usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `--raw`
    pub(crate) raw: bool,
    /// `--tr-encoding`
    pub(crate) transfer_codings: bool,
    /// `--http0.9`
    pub(crate) http09: bool,
    /// `--ignore-content-length`
    pub(crate) ignore_length: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MaxRedirects {
    At(u32),
    /// `--max-redirs -1`
    Unlimited,
}

impl Default for MaxRedirects {
    fn default() -> MaxRedirects {
        MaxRedirects::At(50)
    }
}

/// Whether a netrc file tells who logs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Netrc {
    /// `-n`
    pub(crate) required: bool,
    /// `--netrc-optional`
    pub(crate) optional: bool,
    /// `--netrc-file`
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TlsVersion {
    V1_0,
    V1_1,
    V1_2,
    V1_3,
}

/// Whom to trust, and who we are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) insecure: bool,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) ca_folder: Option<PathBuf>,
    /// The system's authorities besides those of the file and the folder.
    pub(crate) ca_native: bool,
    pub(crate) crl_file: Option<PathBuf>,
    /// `--cert-status`
    pub(crate) require_staple: bool,
    /// `--pinnedpubkey`: hashes or a file
    pub(crate) pinned: Option<String>,
    pub(crate) cert: Option<PathBuf>,
    /// `--cert-type`, as typed: `PEM`, `DER` …
    pub(crate) cert_type: Option<String>,
    pub(crate) key: Option<PathBuf>,
    pub(crate) key_type: Option<String>,
    pub(crate) passphrase: Option<Secret>,
    /// For TLS 1.2
    pub(crate) ciphers: Option<String>,
    pub(crate) tls13_ciphers: Option<String>,
    pub(crate) curves: Option<String>,
    /// `--no-sessionid`
    pub(crate) no_resumption: bool,
    pub(crate) min: Option<TlsVersion>,
    pub(crate) max: Option<TlsVersion>,
    pub(crate) no_alpn: bool,
}

/// The argument of `-E`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientCert {
    pub(crate) file: PathBuf,
    pub(crate) password: Option<Secret>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IpFamily {
    V4,
    V6,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnixSocket {
    Path(PathBuf),
    /// Linux: a name that is no file.
    Abstract(PathBuf),
}

/// What is said of FTP, the address of `-P` not yet looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ftp {
    pub(crate) options: landline::ftp::Options,
    /// `-P`
    pub(crate) active: Option<Active>,
}

/// `-P`: where the server is to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Active {
    /// An address, an interface or a host; `None` is the address we reach the server from.
    pub(crate) host: Option<String>,
    pub(crate) ports: Option<(u16, u16)>,
}

/// What is said of cookies, as typed. (No `Debug`: they are secrets.)
#[derive(Default)]
pub(crate) struct Cookies {
    /// `-b`: cookies, or names of files
    pub(crate) given: Vec<std::ffi::OsString>,
    /// `-c`
    pub(crate) jar: Option<PathBuf>,
    /// `-j`
    pub(crate) junk_session: bool,
}

/// The files of what is remembered of servers; an empty name is no file, and all else the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remembered {
    /// `--hsts`
    pub(crate) hsts: Option<PathBuf>,
    /// `--alt-svc`
    pub(crate) alt_svc: Option<PathBuf>,
}

/// The files of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Etag {
    /// `--etag-save`
    pub(crate) save: Option<PathBuf>,
    /// `--etag-compare`
    pub(crate) compare: Option<PathBuf>,
}

/// How to log in at mail and news servers, and what mail is stored as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sasl {
    /// `--login-options`, as typed
    pub(crate) options: Option<String>,
    /// `--sasl-ir`
    pub(crate) initial_response: bool,
    /// `--sasl-authzid`
    pub(crate) act_as: Option<String>,
    /// `--upload-flags`, as typed
    pub(crate) upload_flags: Option<String>,
}

/// The envelope of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    /// `--mail-from`
    pub(crate) from: String,
    /// `--mail-rcpt`
    pub(crate) recipients: Vec<String>,
    /// `--mail-rcpt-allowfails`
    pub(crate) any_recipient: bool,
    /// `--mail-auth`
    pub(crate) submitter: Option<String>,
}

/// What is said of TFTP; `-B` is for FTP too, and stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tftp {
    /// `--tftp-blksize`, whatever it is
    pub(crate) block_bytes: Option<u64>,
    pub(crate) no_options: bool,
}

/// Whether a connection that begins in the clear goes on under TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StartTls {
    /// `--ssl`
    pub(crate) tried: bool,
    /// `--ssl-reqd`
    pub(crate) required: bool,
    /// `--ftp-ssl-control`
    pub(crate) control_only: bool,
}

/// Which proxies to go through, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxies {
    /// `-x` and its kin; without it the environment decides.
    pub(crate) url: Option<ProxyUrl>,
    /// `--preproxy`
    pub(crate) first: Option<ProxyUrl>,
    /// `--haproxy-protocol`
    pub(crate) line: bool,
    /// `--haproxy-clientip`
    pub(crate) line_client: Option<std::net::IpAddr>,
    /// `--proxy1.0`
    pub(crate) http10: bool,
    pub(crate) http2: bool,
    /// `-U`
    pub(crate) user: Option<Secret>,
    /// `--proxy-digest`
    pub(crate) digest: bool,
    /// `--proxy-anyauth`
    pub(crate) any_auth: bool,
    /// `--noproxy`, in place of the environment's
    pub(crate) except: Option<String>,
    /// `--proxy-header`
    pub(crate) headers: Vec<std::ffi::OsString>,
    /// `-p`
    pub(crate) tunnel: bool,
    /// What is said of TLS with `https` proxies.
    pub(crate) tls: Tls,
    /// `--suppress-connect-headers`
    pub(crate) suppress_head: bool,
}

impl Proxies {
    pub(crate) fn auth(&self) -> AuthScheme {
        match (self.any_auth, self.digest) {
            (true, _) => AuthScheme::Any,
            (false, true) => AuthScheme::Digest,
            (false, false) => AuthScheme::Basic,
        }
    }
}

/// A proxy with whatever password stands in it; empty for none at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProxyUrl(pub(crate) Secret);

/// How the byte stream comes about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Connection {
    pub(crate) family: Option<IpFamily>,
    pub(crate) unix: Option<UnixSocket>,
    /// `--no-keepalive`
    pub(crate) no_keepalive: bool,
    pub(crate) keepalive_time: Option<Duration>,
    /// `--keepalive-cnt`
    pub(crate) keepalive_probes: Option<u32>,
    /// `--no-tcp-nodelay`: the option is on unless asked otherwise.
    pub(crate) no_nodelay: bool,
    /// `--interface`
    pub(crate) local_end: Option<LocalEnd>,
    /// Whom to ask for names
    pub(crate) dns: landline::net::DnsOptions,
    /// `--local-port`: the first and the last
    pub(crate) local_ports: Option<(u16, u16)>,
    /// `--tcp-fastopen`
    pub(crate) fast_open: bool,
    /// `--mptcp`
    pub(crate) multipath: bool,
    /// `--ip-tos`
    pub(crate) traffic_class: Option<u8>,
    /// `--vlan-priority`
    pub(crate) priority: Option<u32>,
}

/// `--interface`: where on this machine connections begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LocalEnd {
    /// An interface, or else a host.
    Either(String),
    /// `if!`
    Interface(String),
    /// `host!`
    Host(String),
    /// `ifhost!`
    Both { interface: String, host: String },
}

/// What an HTTP status of 400 and more does to the exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fail {
    #[default]
    Never,
    /// `-f`: the body is not written either.
    WithoutBody,
    WithBody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resume {
    /// `-C 100`
    At(u64),
    /// `-C -`: where the file on disk ends.
    Auto,
}

/// What to do when a file is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clobber {
    /// Overwrite what the user named, never what a server named.
    #[default]
    Careful,
    /// `--clobber`
    Always,
    /// `--no-clobber`: put `.1`, `.2` … behind the name.
    Never,
}

/// `--format`: how a listing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// As the server sends it, on a terminal too.
    Raw,
    Table,
    Json,
}

/// Rules for the files we write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutputRules {
    pub(crate) directory: Option<PathBuf>,
    pub(crate) create_dirs: bool,
    pub(crate) clobber: Clobber,
    pub(crate) resume: Option<Resume>,
    pub(crate) remove_on_error: bool,
    /// `-R`
    pub(crate) remote_time: bool,
    /// `-J`
    pub(crate) remote_header_name: bool,
    pub(crate) skip_existing: bool,
    pub(crate) checksum: Option<crate::checksum::Checksum>,
    /// `--xattr`
    pub(crate) attributes: bool,
    /// `--create-file-mode`, for what is uploaded
    pub(crate) create_mode: Option<u32>,
}
