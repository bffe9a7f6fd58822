//! dnsmasq, which answers for the names in a file.

use std::net::{SocketAddr, UdpSocket};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::{Daemon, free_port, installed};

/// How long one try waits for an answer.
const PATIENCE: Duration = Duration::from_millis(200);

/// Answers for the names of a hosts file, says of every other below `.test` that there is none, and
/// takes more options.
pub fn dnsmasq(hosts: &str, more: &[&str]) -> Option<Daemon> {
    let program = installed("dnsmasq")?;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("hosts");
    std::fs::write(&file, hosts).unwrap();
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--no-resolv"]);
    command.args(["--no-hosts", "--local=/test/", "--listen-address=127.0.0.1"]);
    command.args(["--bind-interfaces", "--user=", "--group="]);
    command.arg(format!("--port={port}")).arg(format!("--addn-hosts={}", file.display()));
    Some(Daemon::start_until(folder, port, command.args(more), answers))
}

/// Whether anything comes back for a question.
fn answers(address: SocketAddr) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let question = b"\0\x01\x01\0\0\x01\0\0\0\0\0\0\x01x\x04test\0\0\x01\0\x01";
    socket.send_to(question, address).is_ok() && socket.recv(&mut [0; 600]).is_ok()
}
