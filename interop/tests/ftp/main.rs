//! FTP against vsftpd and ProFTPD: what every server must get right with us.
// A test harness fails loudly.
#![allow(clippy::unwrap_used, clippy::panic)]

use landline::Opener;
use landline::ftp::Options;
use landline::net::NetOptions;
use landline_interop::FtpServer;

/// Makes a test of each function for each server: `vsftpd::name` and `proftpd::name`. The word in
/// front is what the server is told about TLS.
macro_rules! on_both {
    ($($tls:ident: $($name:ident),+;)+) => {
        on_both! { @on vsftpd $($tls: $($name),+;)+ }
        on_both! { @on proftpd $($tls: $($name),+;)+ }
    };
    (@on $server:ident $($tls:ident: $($name:ident),+;)+) => {
        mod $server {
            $($(
                #[test]
                fn $name() {
                    if let Some(server) = landline_interop::$server(landline_interop::FtpTls::$tls) {
                        super::$name(&server);
                    }
                }
            )+)+
        }
    };
}

mod connection;
mod secure;
mod urls;

fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

/// An opener that trusts this server.
fn opener_for(server: &FtpServer, change: impl FnOnce(&mut Options)) -> Opener {
    Opener::new().unwrap().net(trusting(server)).ftp(options(change))
}

fn trusting(server: &FtpServer) -> NetOptions {
    let mut net = NetOptions::default();
    net.tls.trust_only_file(server.ca()).unwrap();
    net
}

fn read(opener: &Opener, url: &str) -> Vec<u8> {
    opener.open(url).unwrap().read_to_vec().unwrap()
}

/// What the server has under this name.
fn stored(server: &FtpServer, path: &str) -> Vec<u8> {
    std::fs::read(server.root().join(path)).unwrap()
}
