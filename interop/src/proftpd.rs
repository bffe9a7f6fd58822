//! ProFTPD: machine-readable listings, users with passwords.

use std::fmt::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;

use crate::ftp::Site;
use crate::{Daemon, FtpServer, FtpTls, free_port, installed};

/// `p@ss:word/1` in few rounds, so that a login is quick.
pub(crate) const PASSWORD: &str = "$6$rounds=1000$landline$6s9vtSFyNmqcBDa.mivWL9VWifoQpxoEEm96UerDZgvLLgGuxSnC/2unSnfp6AztSbzRzn40qQz5KXgQs6DAO0";

/// Starts ProFTPD with one user, who may do everything.
///
/// The user stands for whoever starts the server, be it root or not.
pub fn proftpd(tls: FtpTls) -> Option<FtpServer> {
    let program = installed("proftpd")?;
    let (site, port) = (Site::new(tls), free_port());
    write_users(&site);
    let file = site.write("proftpd.conf", &configuration(&site, port));
    let mut command = Command::new(program);
    let daemon = Daemon::start(site.folder, port, command.args(["-n", "-q", "-c"]).arg(file));
    Some(FtpServer::new(daemon, tls, Some(("tester", "p@ss:word/1")), command_in))
}

/// It takes a file of users only when nobody else may read it.
fn write_users(site: &Site) {
    let me = std::fs::metadata(site.folder.path()).unwrap();
    let (uid, gid, home) = (me.uid(), me.gid(), site.path("root"));
    let line = format!("tester:{PASSWORD}:{uid}:{gid}::{}:/bin/false\n", home.display());
    let file = site.write("users", &line);
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn configuration(site: &Site, port: u16) -> String {
    let here = site.folder.path().display();
    let (user, group) = (id("-un"), id("-gn"));
    let mut text = format!(
        "ServerName landline\nServerType standalone\nDefaultAddress 127.0.0.1\nPort {port}\n\
         SocketBindTight on\nUseIPv6 off\nUseReverseDNS off\nUser {user}\nGroup {group}\n\
         ModulePath /usr/lib/proftpd\nPidFile {here}/pid\nScoreboardFile {here}/scoreboard\n\
         DelayEngine off\nControlsEngine off\nWtmpLog off\nTransferLog none\n\
         SystemLog {here}/system.log\nLogFormat command \"%r\"\nExtendedLog {here}/log ALL command\n\
         AuthOrder mod_auth_file.c\nAuthUserFile {here}/users\nAuthPAM off\n\
         RequireValidShell off\nRootLogin on\n\
         AllowOverwrite on\nAllowStoreRestart on\nAllowRetrieveRestart on\n"
    );
    if let Some(words) = tls_words(site.tls) {
        write!(
            text,
            "LoadModule mod_tls.c\nTLSEngine on\nTLSLog {here}/tls.log\n\
             TLSProtocol TLSv1.2 TLSv1.3\nTLSVerifyClient off\n\
             TLSECCertificateFile {here}/cert.pem\nTLSECCertificateKeyFile {here}/key.pem\n{words}\n"
        )
        .unwrap();
    }
    text
}

fn tls_words(tls: FtpTls) -> Option<&'static str> {
    match tls {
        FtpTls::None => None,
        FtpTls::Offered => Some("TLSRequired off"),
        FtpTls::Demanded => Some("TLSRequired on"),
        FtpTls::Implicit => Some("TLSRequired on\nTLSOptions UseImplicitSSL"),
    }
}

/// What `id` says of whoever starts the tests.
pub(crate) fn id(what: &str) -> String {
    let output = Command::new("id").arg(what).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// It writes nothing but commands.
fn command_in(line: &str) -> Option<&str> {
    Some(line)
}
