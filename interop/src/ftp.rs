//! An FTP server with documents in its folder, whoever made it.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use landline_testkit::http::pattern;
use landline_testkit::tls::Authority;
use tempfile::TempDir;

use crate::Daemon;

/// What the server is told about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FtpTls {
    /// It has none.
    None,
    /// `AUTH TLS` is there for who wants it.
    Offered,
    /// Without `AUTH TLS` and `PROT P` nothing goes.
    Demanded,
    /// From the first byte.
    Implicit,
}

/// A running FTP server that shows the documents of [`FtpServer::root`].
///
/// With TLS it demands that data connections resume the session of the control connection.
#[derive(Debug)]
pub struct FtpServer {
    daemon: Daemon,
    /// Name and password, if it wants any.
    login: Option<(&'static str, &'static str)>,
    scheme: &'static str,
    command_in: fn(&str) -> Option<&str>,
}

/// The folder a server is started in.
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) tls: FtpTls,
}

impl Site {
    /// Lays out the documents, and a certificate for `localhost`.
    pub(crate) fn new(tls: FtpTls) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("root");
        std::fs::create_dir_all(root.join("folder/inner")).unwrap();
        std::fs::create_dir(root.join("up")).unwrap();
        std::fs::write(root.join("small.txt"), "hello\n").unwrap();
        std::fs::write(root.join("empty"), "").unwrap();
        std::fs::write(root.join("big"), big()).unwrap();
        std::fs::write(root.join("folder/a name with spaces"), "spaces").unwrap();
        std::fs::write(root.join("folder/-leading dash"), "dash").unwrap();
        std::fs::write(root.join("folder/gr\u{fc}\u{df}e \u{2713}"), "utf-8").unwrap();
        std::fs::write(root.join("folder/inner/deep"), "deep").unwrap();
        let authority = Authority::new();
        authority.write_to(folder.path());
        authority.issue(&["localhost"]).write_to(folder.path());
        Self { folder, tls }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl FtpServer {
    pub(crate) fn new(
        daemon: Daemon,
        tls: FtpTls,
        login: Option<(&'static str, &'static str)>,
        command_in: fn(&str) -> Option<&str>,
    ) -> Self {
        let scheme = if tls == FtpTls::Implicit { "ftps" } else { "ftp" };
        Self { daemon, login, scheme, command_in }
    }

    /// The folder whose documents it shows: where a login finds itself.
    pub fn root(&self) -> PathBuf {
        self.daemon.folder().join("root")
    }

    /// `ftp://localhost:port/path`, or `ftps:`; with name and password where it wants any.
    pub fn url(&self, path: &str) -> String {
        let escaped = |word: &str| {
            word.replace('%', "%25").replace('@', "%40").replace(':', "%3A").replace('/', "%2F")
        };
        let login = self.login.map(|(name, password)| format!("{name}:{}@", escaped(password)));
        let (login, authority) = (login.unwrap_or_default(), self.authority());
        format!("{}://{login}{authority}{path}", self.scheme)
    }

    /// `localhost:port`
    pub fn authority(&self) -> String {
        format!("localhost:{}", self.daemon.address().port())
    }

    /// The name and the password it wants, if any.
    pub fn login(&self) -> Option<(&'static str, &'static str)> {
        self.login
    }

    /// Whether an upload over TLS 1.3 comes with a new ticket for the next transfer.
    pub fn renews_tickets(&self) -> bool {
        self.login.is_none()
    }

    /// The certificate of the authority that vouches for it.
    pub fn ca(&self) -> PathBuf {
        self.daemon.folder().join("ca.pem")
    }

    /// The commands that it has received, as far as it has written them down.
    pub fn commands(&self) -> Vec<String> {
        let log = std::fs::read(self.daemon.folder().join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        log.lines().filter_map(self.command_in).map(str::to_owned).collect()
    }

    /// How often it has received this verb.
    pub fn count(&self, verb: &str) -> usize {
        let verb_of = |line: &String| line.split(' ').next() == Some(verb);
        self.commands().iter().filter(|line| verb_of(line)).count()
    }
}

/// Lets everybody look into a folder: servers may run as somebody else.
pub fn allow_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The 20 MB of the document `big`; made once, because that takes longer than sending it.
pub fn big() -> &'static [u8] {
    static BIG: LazyLock<Vec<u8>> = LazyLock::new(|| pattern(0, 20_000_000));
    &BIG
}
