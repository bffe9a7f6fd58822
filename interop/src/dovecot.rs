//! Dovecot: mailboxes by POP3 and IMAP, in the clear, by `STLS`/`STARTTLS`, and under TLS at once.

use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use landline_testkit::tls::Authority;
use tempfile::TempDir;

use crate::proftpd::id;
use crate::{Daemon, free_port, installed};

/// The user and the password; the latter has to be escaped in a URL.
pub const MAIL_LOGIN: (&str, &str) = ("tester", "p@ss:word/1");

/// The line of [`MAIL_LOGIN`]: in the clear, so that every mechanism can make use of it.
const USERS: &str = "tester:{PLAIN.b64}cEBzczp3b3JkLzE=\n";

/// Who owns mailboxes where root starts the server, which lets root have none.
const NOBODY: u32 = 65534;

const SCHEMES: [&str; 4] = ["pop3", "pop3s", "imap", "imaps"];

/// A running Dovecot with one mailbox.
#[derive(Debug)]
pub struct Dovecot {
    daemon: Daemon,
    /// Those of [`SCHEMES`].
    ports: [u16; 4],
}

/// Starts Dovecot; `more` is put behind its configuration.
///
/// It offers TLS and demands none, and has the mechanisms `PLAIN`, `LOGIN`, `CRAM-MD5`, `DIGEST-MD5`,
/// `SCRAM-SHA-1`, `SCRAM-SHA-256` and `APOP`. It takes whoever comes from its own address for safe.
pub fn dovecot(more: &str) -> Option<Dovecot> {
    let program = installed("dovecot")?;
    let (folder, ports) = (TempDir::new().unwrap(), [(); SCHEMES.len()].map(|()| free_port()));
    let put = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    crate::allow_all(folder.path());
    let authority = Authority::new();
    authority.write_to(folder.path());
    authority.issue(&["localhost"]).write_to(folder.path());
    make_mailbox(folder.path());
    put("users", USERS);
    let file = put("dovecot.conf", &(configuration(folder.path(), ports) + more));
    let mut command = Command::new(program);
    // Its listeners come one after the other.
    let clear = [ports[0], ports[2]];
    let accepts = |_| clear.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok());
    let command = command.arg("-F").arg("-c").arg(file);
    let daemon = Daemon::start_until(folder, ports[0], command, accepts);
    Some(Dovecot { daemon, ports })
}

impl Dovecot {
    /// Where it listens for `pop3`, `pop3s`, `imap` or `imaps`.
    pub fn port(&self, scheme: &str) -> u16 {
        self.ports[SCHEMES.iter().position(|name| *name == scheme).unwrap()]
    }

    /// The same as an address.
    pub fn address(&self, scheme: &str) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port(scheme)))
    }

    /// `scheme://localhost:port/path`, without a login.
    pub fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://localhost:{}{path}", self.port(scheme))
    }

    /// The same with [`MAIL_LOGIN`].
    pub fn url_with_login(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://tester:p%40ss%3Aword%2F1@localhost:{}{path}", self.port(scheme))
    }

    /// The certificate of the authority that vouches for it.
    pub fn ca(&self) -> PathBuf {
        self.daemon.folder().join("ca.pem")
    }

    /// Where one of its services listens by this name.
    pub fn socket(&self, name: &str) -> PathBuf {
        self.daemon.folder().join("run").join(name)
    }

    /// Puts a message into the mailbox, behind those of smaller numbers.
    pub fn deliver(&self, number: usize, message: &[u8]) {
        let (mailbox, name) = (mailbox(self.daemon.folder()), format!("{number}.M0P1.localhost"));
        let draft = mailbox.join("tmp").join(&name);
        std::fs::write(&draft, message).unwrap();
        let owner = std::fs::metadata(&mailbox).unwrap();
        chown(&draft, Some(owner.uid()), Some(owner.gid())).unwrap();
        std::fs::rename(draft, mailbox.join("new").join(name)).unwrap();
    }

    /// How many messages are in the mailbox.
    pub fn count(&self) -> usize {
        let mailbox = mailbox(self.daemon.folder());
        ["new", "cur"]
            .map(|part| std::fs::read_dir(mailbox.join(part)).unwrap().count())
            .iter()
            .sum()
    }

    /// What it has written down: a line for each login and each session's end.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.daemon.folder().join("log")).unwrap_or_default()
    }
}

fn mailbox(here: &Path) -> PathBuf {
    here.join("mail/tester")
}

fn make_mailbox(here: &Path) {
    let mine = std::fs::metadata(here).unwrap();
    let owner = if mine.uid() == 0 { (NOBODY, NOBODY) } else { (mine.uid(), mine.gid()) };
    let mailbox = mailbox(here);
    let parts = ["cur", "new", "tmp"].map(|part| mailbox.join(part));
    for part in &parts {
        std::fs::create_dir_all(part).unwrap();
    }
    for folder in parts.iter().chain([&mailbox, &here.join("mail")]) {
        chown(folder, Some(owner.0), Some(owner.1)).unwrap();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}

fn configuration(here: &Path, ports: [u16; 4]) -> String {
    let owner = std::fs::metadata(here.join("mail")).unwrap();
    let (uid, gid, here) = (owner.uid(), owner.gid(), here.display());
    let [pop3, pop3s, imap, imaps] = ports;
    let listeners = |name: &str, clear: u16, safe: u16| {
        format!(
            "service {name}-login {{\n inet_listener {name} {{\n  port = {clear}\n }}\n \
             inet_listener {name}s {{\n  port = {safe}\n }}\n}}\n"
        )
    };
    format!(
        "protocols = pop3 imap\nlisten = 127.0.0.1\n\
         base_dir = {here}/run\nstate_dir = {here}/run\nlog_path = {here}/log\n\
         ssl = yes\nssl_cert = <{here}/cert.pem\nssl_key = <{here}/key.pem\n\
         disable_plaintext_auth = no\nauth_failure_delay = 0\nfirst_valid_uid = 1\n\
         auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 apop\n\
         mail_location = maildir:{here}/mail/%u\n\
         passdb {{\n driver = passwd-file\n args = {here}/users\n}}\n\
         userdb {{\n driver = static\n args = uid={uid} gid={gid} home={here}/mail/%u\n}}\n\
         {}{}{}",
        listeners("pop3", pop3, pop3s),
        listeners("imap", imap, imaps),
        if uid == NOBODY { String::new() } else { as_oneself() },
    )
}

/// What it is told where it is not started by root and so can be nobody else.
fn as_oneself() -> String {
    let (user, group) = (id("-un"), id("-gn"));
    let free = ["anvil", "pop3-login", "imap-login"]
        .map(|service| format!("service {service} {{\n chroot =\n}}\n"));
    format!(
        "default_internal_user = {user}\ndefault_login_user = {user}\n\
         default_internal_group = {group}\n{}",
        free.concat()
    )
}
