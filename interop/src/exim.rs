//! Exim: a mail server that delivers into folders, in the clear, by `STARTTLS`, and under TLS at once.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use landline_testkit::tls::Authority;
use tempfile::TempDir;

use crate::proftpd::id;
use crate::{Daemon, allow_all, free_port, installed};

/// The most that it takes.
pub const MAX_MESSAGE_BYTES: usize = 200_000;

/// Whom it delivers for where root starts it: it never delivers as root.
const NOBODY: u32 = 65534;

/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running Exim.
#[derive(Debug)]
pub struct Exim {
    daemon: Daemon,
    tls_port: u16,
}

/// Starts Exim.
///
/// It takes mail for everybody but `nobody`, from everybody for `@open.test`, else from
/// [`MAIL_LOGIN`](crate::MAIL_LOGIN) by `PLAIN`, `LOGIN` and `CRAM-MD5`. What is delivered is the message as it
/// came, but that its lines end with LF.
pub fn exim() -> Option<Exim> {
    let program = installed("exim4")?;
    let (folder, port, tls_port) = (TempDir::new().unwrap(), free_port(), free_port());
    let here = folder.path();
    allow_all(here);
    for name in ["spool", "log", "mail"] {
        std::fs::create_dir(here.join(name)).unwrap();
    }
    let authority = Authority::new();
    authority.write_to(here);
    authority.issue(&["localhost"]).write_to(here);
    let (user, group) = match &*id("-u") {
        "0" => (NOBODY, NOBODY),
        _ => (id("-u").parse().unwrap(), id("-g").parse().unwrap()),
    };
    for name in ["", "spool", "log", "mail", "cert.pem", "key.pem"] {
        chown(here.join(name), Some(user), Some(group)).unwrap();
    }
    let text = CONFIGURATION
        .replace("HERE", here.to_str().unwrap())
        .replace("TLS_PORT", &tls_port.to_string())
        .replace("PORT", &port.to_string())
        .replace("USER", &user.to_string())
        .replace("GROUP", &group.to_string())
        .replace("LIMIT", &MAX_MESSAGE_BYTES.to_string());
    let file = here.join("exim.conf");
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = Command::new(program);
    let daemon = Daemon::start(folder, port, command.arg("-bdf").arg("-C").arg(file));
    Some(Exim { daemon, tls_port })
}

impl Exim {
    /// `smtp://localhost:port/` or `smtps:`, without a login.
    pub fn url(&self, scheme: &str) -> String {
        match scheme {
            "smtps" => format!("smtps://localhost:{}/", self.tls_port),
            _ => self.daemon.url(scheme, "/"),
        }
    }

    /// The certificate of the authority that vouches for it.
    pub fn ca(&self) -> PathBuf {
        self.daemon.folder().join("ca.pem")
    }

    /// The message that is delivered to `name`, waited for.
    pub fn delivered(&self, name: &str) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(message) = self.mailbox(name) {
                return message;
            }
            assert!(Instant::now() < deadline, "nothing came for {name}: {}", self.log());
            std::thread::yield_now();
        }
    }

    /// What is there for `name`. Each message stands behind a line that says for whom it is: a name that came
    /// over the network is none that Exim would make a folder of.
    pub fn mailbox(&self, name: &str) -> Option<Vec<u8>> {
        let mark = format!("Envelope-to: {name}@");
        let entries = std::fs::read_dir(self.daemon.folder().join("mail/new")).ok()?;
        let messages = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        let mut ours = messages.filter(|message| message.starts_with(mark.as_bytes()));
        let message = ours.next()?;
        let start = message.iter().position(|&byte| byte == b'\n')? + 1;
        Some(message[start..].to_vec())
    }

    /// What it has written down.
    pub fn log(&self) -> String {
        let log = |name: &str| {
            let path = self.daemon.folder().join("log").join(name);
            std::fs::read_to_string(path).unwrap_or_default()
        };
        ["mainlog", "rejectlog", "paniclog"].map(log).concat()
    }
}

/// Capital words are replaced.
const CONFIGURATION: &str = "\
primary_hostname = localhost
spool_directory = HERE/spool
log_file_path = HERE/log/%slog
pid_file_path = HERE/pid
exim_user = USER
exim_group = GROUP
local_interfaces = 127.0.0.1
daemon_smtp_ports = PORT : TLS_PORT
tls_on_connect_ports = TLS_PORT
tls_advertise_hosts = *
tls_certificate = HERE/cert.pem
tls_privatekey = HERE/key.pem
message_size_limit = LIMIT
chunking_advertise_hosts = *
smtputf8_advertise_hosts = *
accept_8bitmime = true
host_lookup =
rfc1413_query_timeout = 0s
helo_allow_chars = _:[]
helo_accept_junk_hosts = *
keep_environment =
received_header_text =
never_users =
deliver_drop_privilege = true
dns_ipv4_lookup =
check_spool_space = 0
check_log_space = 0
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = rcpt
acl_smtp_data = data
begin acl
rcpt:
  deny local_parts = nobody
       message = no such mailbox
  accept domains = open.test
  accept authenticated = *
  deny message = log in first
data:
  accept
begin routers
all:
  driver = accept
  transport = folder
begin transports
folder:
  driver = appendfile
  directory = HERE/mail
  maildir_format
  envelope_to_add
begin retry
* * F,1h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{tester}}{eq{$auth3}{p@ss:word/1}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if and{{eq{$auth1}{tester}}{eq{$auth2}{p@ss:word/1}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${if eq{$auth1}{tester}{p@ss:word/1}fail}
  server_set_id = $auth1
";
