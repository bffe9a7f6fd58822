//! Proxies of other people: Squid, tinyproxy, microsocks, and stunnel in front of one.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use landline_testkit::tls::Identity;
use tempfile::TempDir;

use crate::{Daemon, free_port, installed};

/// Who may use a proxy that wants to know: user and password.
pub const LOGIN: (&str, &str) = ("me", "s3cret");

/// `s3cret`, as crypt(3) keeps it.
const CRYPTED: &str = "$1$kit$TnRb41JOyjj7hnCERwZ5C.";
/// RFC 7616's hash of user, realm and password.
const DIGESTED: &str = "80c1b1b27473bed59bc964ef2eb5f53d";

/// How Squid wants its users to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SquidLogin {
    /// Not at all.
    None,
    /// By user and password.
    Basic,
    /// By a digest of them.
    Digest,
}

/// Squid, without a cache; it refuses to connect to port 1.
pub fn squid(login: SquidLogin) -> Option<Daemon> {
    let program = installed("squid")?;
    let (folder, port) = (open_folder(), free_port());
    let here = folder.path().display();
    let helper = match login {
        SquidLogin::None => String::new(),
        SquidLogin::Basic => {
            put(&folder, "users", &format!("me:{CRYPTED}\n"));
            format!(
                "auth_param basic program /usr/lib/squid/basic_ncsa_auth {here}/users\n\
                auth_param basic children 1\nauth_param basic realm kit\n"
            )
        }
        SquidLogin::Digest => {
            put(&folder, "users", &format!("me:kit:{DIGESTED}\n"));
            format!(
                "auth_param digest program /usr/lib/squid/digest_file_auth -c {here}/users\n\
                auth_param digest children 1\nauth_param digest realm kit\n"
            )
        }
    };
    let known = if login == SquidLogin::None { "all" } else { "known" };
    let acl = if login == SquidLogin::None { "" } else { "acl known proxy_auth REQUIRED\n" };
    let file = put(
        &folder,
        "squid.conf",
        &format!(
            "http_port 127.0.0.1:{port}\npid_filename {here}/pid\ncache_log {here}/log\naccess_log none\n\
         cache deny all\ncoredump_dir {here}\nshutdown_lifetime 0 seconds\npinger_enable off\n\
         {helper}{acl}acl refused port 1\nhttp_access deny refused\nhttp_access allow {known}\n\
         http_access deny all\n"
        ),
    );
    let mut command = Command::new(program);
    Some(Daemon::start(folder, port, command.args(["-N", "-f"]).arg(file)))
}

/// tinyproxy, which lets in [`LOGIN`] alone if it is to ask; it tunnels to any port but 1.
pub fn tinyproxy(asks: bool) -> Option<Daemon> {
    let program = installed("tinyproxy")?;
    let (folder, port) = (open_folder(), free_port());
    let here = folder.path().display();
    let login = if asks { "BasicAuth me s3cret\n" } else { "" };
    let file = put(
        &folder,
        "tinyproxy.conf",
        &format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 20\nLogFile \"{here}/log\"\n{login}\
         FilterURLs On\nFilter \"{here}/refused\"\n"
        ),
    );
    put(&folder, "refused", "refused\\.test\n");
    let mut command = Command::new(program);
    Some(Daemon::start(folder, port, command.args(["-d", "-c"]).arg(file)))
}

/// microsocks, which lets in [`LOGIN`] alone if it is to ask.
pub fn microsocks(asks: bool) -> Option<Daemon> {
    let program = installed("microsocks")?;
    let (folder, port) = (open_folder(), free_port());
    let mut command = Command::new(program);
    command.args(["-i", "127.0.0.1", "-p", &port.to_string()]);
    if asks {
        command.args(["-u", LOGIN.0, "-P", LOGIN.1]);
    }
    Some(Daemon::start(folder, port, &mut command))
}

/// stunnel, which takes TLS off and hands on to `behind`.
pub fn stunnel(identity: &Identity, behind: &Daemon) -> Option<Daemon> {
    let program = installed("stunnel4")?;
    let (folder, port) = (open_folder(), free_port());
    let pem = [identity.certificate_pem(), identity.key_pem()].concat();
    let pem = put(&folder, "both.pem", &pem);
    let (pem, behind) = (pem.display(), behind.address());
    let file = put(
        &folder,
        "stunnel.conf",
        &format!(
            "foreground = yes\npid =\nsyslog = no\n[proxy]\naccept = 127.0.0.1:{port}\n\
         connect = {behind}\ncert = {pem}\n"
        ),
    );
    Some(Daemon::start(folder, port, Command::new(program).arg(file)))
}

/// nghttpx, which speaks HTTP/2 under TLS and hands on to `behind`: as a proxy if that is one.
pub fn nghttpx(identity: &Identity, behind: &Daemon) -> Option<Daemon> {
    let program = installed("nghttpx")?;
    let (folder, port) = (open_folder(), free_port());
    let certificate = put(&folder, "certificate.pem", identity.certificate_pem());
    let key = put(&folder, "key.pem", identity.key_pem());
    let mut command = Command::new(program);
    let (behind, config) = (behind.address(), put(&folder, "empty.conf", ""));
    command.arg(format!("--conf={}", config.display()));
    command.args(["--http2-proxy", "--workers=1", "--errorlog-file=/dev/null"]);
    command.arg(format!("--frontend=127.0.0.1,{port}"));
    command.arg(format!("--backend={},{}", behind.ip(), behind.port()));
    command.args([key, certificate]);
    Some(Daemon::start(folder, port, &mut command))
}

/// A folder that servers may write to who give up being root.
fn open_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    folder
}

fn put(folder: &TempDir, name: &str, text: &str) -> std::path::PathBuf {
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    file
}
