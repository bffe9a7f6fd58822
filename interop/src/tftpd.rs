//! tftpd-hpa, which Linux systems boot machines with.

use std::net::{SocketAddr, UdpSocket};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::{Daemon, free_port, installed};

/// How long one try waits for an answer.
const PATIENCE: Duration = Duration::from_millis(200);

/// Serves `folder`, and lets new files be made there; nothing where it cannot run here.
pub fn tftpd(folder: TempDir) -> Option<Daemon> {
    let program = installed("in.tftpd")?;
    if !is_root() {
        eprintln!("skipped: in.tftpd has to be started by root");
        return None;
    }
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["--foreground", "--create", "--secure", "--user", "root", "--permissive"]);
    command.args(["--address", &format!("127.0.0.1:{port}")]).arg(folder.path());
    Some(Daemon::start_until(folder, port, &mut command, answers))
}

/// Whether anything comes back for a file that is not there.
fn answers(address: SocketAddr) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let asked = socket.send_to(b"\0\x01.\0octet\0", address);
    asked.is_ok() && socket.recv(&mut [0; 600]).is_ok()
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
