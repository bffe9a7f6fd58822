//! Starts other people's servers on loopback, from temporary configurations, and stops them.
//!
//! A server that is not installed is skipped, with a word on stderr; with the environment variable
//! `LANDLINE_INTEROP=require` its absence is a failure, as CI wants it.
// A test harness fails loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod caddy;
mod dnsmasq;
#[cfg(unix)]
mod dovecot;
#[cfg(unix)]
mod exim;
mod ftp;
mod gopher;
#[cfg(unix)]
mod inn;
mod proftpd;
#[cfg(unix)]
mod proxies;
mod tftpd;
mod vsftpd;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use caddy::caddy;
pub use dnsmasq::dnsmasq;
#[cfg(unix)]
pub use dovecot::{Dovecot, MAIL_LOGIN, dovecot};
#[cfg(unix)]
pub use exim::{Exim, MAX_MESSAGE_BYTES, exim};
pub use ftp::{FtpServer, FtpTls, allow_all, big};
pub use gopher::Gophernicus;
#[cfg(unix)]
pub use inn::inn;
pub use landline_testkit::http::pattern;
pub use proftpd::proftpd;
#[cfg(unix)]
pub use proxies::{LOGIN, SquidLogin, microsocks, nghttpx, squid, stunnel, tinyproxy};
pub use tftpd::tftpd;
pub use vsftpd::vsftpd;

/// How long a server may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long one look at a server that starts may take.
const PROBE: Duration = Duration::from_secs(1);

/// A server process in a folder of its own; it is killed when this is dropped.
#[derive(Debug)]
pub struct Daemon {
    process: Child,
    folder: TempDir,
    address: SocketAddr,
}

/// A free loopback port, for TCP and UDP. It lies below those that the system gives to clients, so that
/// nobody takes it before it is used.
pub fn free_port() -> u16 {
    const PORTS: std::ops::Range<u32> = 10_000..32_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        // Each process begins elsewhere: servers of the one before may not have let go yet.
        let next =
            std::process::id().wrapping_mul(101).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = (PORTS.start + next % (PORTS.end - PORTS.start)) as u16;
        let address = (Ipv4Addr::LOCALHOST, port);
        if TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok() {
            return port;
        }
    }
}

/// Whether `program` is installed; fails instead of saying no when that is demanded.
pub fn is_installed(program: &str) -> bool {
    installed(program).is_some()
}

/// Where `program` is installed; fails instead of saying nowhere when that is demanded.
pub fn installed(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    let places = std::env::split_paths(&path).chain(more).map(|dir| dir.join(program));
    let found = places.into_iter().find(|place| place.is_file());
    if found.is_none() {
        let demanded = std::env::var_os("LANDLINE_INTEROP").is_some_and(|value| value == "require");
        assert!(!demanded, "{program} is not installed");
        eprintln!("skipped: {program} is not installed");
    }
    found
}

impl Daemon {
    /// Runs `command` in `folder` and waits until it accepts connections on `port`.
    pub fn start(folder: TempDir, port: u16, command: &mut Command) -> Self {
        let accepts = |address| TcpStream::connect_timeout(&address, PROBE).is_ok();
        Self::start_until(folder, port, command, accepts)
    }

    /// Runs `command` in `folder` and waits until `answers` says yes to its address.
    pub fn start_until(
        folder: TempDir,
        port: u16,
        command: &mut Command,
        answers: impl Fn(SocketAddr) -> bool,
    ) -> Self {
        let process = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut daemon = Self { process, folder, address };
        daemon.wait_until(answers);
        daemon
    }

    fn wait_until(&mut self, answers: impl Fn(SocketAddr) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !answers(self.address) {
            if let Ok(Some(status)) = self.process.try_wait() {
                panic!("the server ended at once: {status}");
            }
            assert!(Instant::now() < deadline, "the server does not answer at {}", self.address);
            std::thread::yield_now();
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder it was given.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `scheme://localhost:port/path`
    pub fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://localhost:{}{path}", self.address.port())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Asked first: a server that is killed leaves its children behind.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        let deadline = Instant::now() + FAREWELL;
        while asked.is_ok() && matches!(self.process.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                break;
            }
            std::thread::yield_now();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
