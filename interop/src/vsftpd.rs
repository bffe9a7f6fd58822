//! vsftpd: the most common FTP server of Linux distributions.

use std::process::Command;

use crate::ftp::Site;
use crate::{Daemon, FtpServer, FtpTls, free_port, installed};

/// Starts vsftpd for anonymous users who may do everything.
///
/// It knows no `MLSD`, tells no facts, and has no users of its own without PAM. It stays with the
/// user who starts it, without `chroot`: that works as root and without.
pub fn vsftpd(tls: FtpTls) -> Option<FtpServer> {
    let program = installed("vsftpd")?;
    let (site, port) = (Site::new(tls), free_port());
    let file = site.write("vsftpd.conf", &configuration(&site, port));
    let daemon = Daemon::start(site.folder, port, Command::new(program).arg(file));
    Some(FtpServer::new(daemon, tls, None, command_in))
}

fn configuration(site: &Site, port: u16) -> String {
    let here = site.folder.path().display();
    let (enable, demand, implicit) = match site.tls {
        FtpTls::None => ("NO", "NO", "NO"),
        FtpTls::Offered => ("YES", "NO", "NO"),
        FtpTls::Demanded => ("YES", "YES", "NO"),
        FtpTls::Implicit => ("YES", "YES", "YES"),
    };
    // Its default ciphers are of 2001, and it waits for minutes.
    format!(
        "listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\n\
         run_as_launching_user=YES\nisolate=NO\nisolate_network=NO\nseccomp_sandbox=NO\n\
         anonymous_enable=YES\nlocal_enable=NO\nno_anon_password=YES\nanon_root={here}/root\n\
         write_enable=YES\nanon_upload_enable=YES\nanon_mkdir_write_enable=YES\n\
         anon_other_write_enable=YES\nanon_world_readable_only=NO\nanon_umask=022\n\
         connect_from_port_20=NO\nutf8_filesystem=YES\n\
         ssl_enable={enable}\nallow_anon_ssl=YES\nimplicit_ssl={implicit}\n\
         force_anon_logins_ssl={demand}\nforce_anon_data_ssl={demand}\nrequire_ssl_reuse=YES\n\
         ssl_ciphers=HIGH\nrsa_cert_file={here}/cert.pem\nrsa_private_key_file={here}/key.pem\n\
         xferlog_enable=YES\nxferlog_std_format=NO\nlog_ftp_protocol=YES\nvsftpd_log_file={here}/log\n\
         accept_timeout=10\ndata_connection_timeout=10\nidle_session_timeout=60\n"
    )
}

/// `… FTP command: Client "127.0.0.1", "RETR small.txt"`
fn command_in(line: &str) -> Option<&str> {
    let (_, command) = line.split_once(" FTP command: Client ")?;
    command.split_once(", \"")?.1.strip_suffix('"')
}
